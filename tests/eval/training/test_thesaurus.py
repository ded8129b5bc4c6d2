"""The check of the thesaurus finds each kind of fault, and passes what is sound."""

from eval.training.thesaurus import misplaced, missing, problems

STATUTES = ("出租人應返還擔保金。", "雇主應給付工資。")


def test_a_target_counts_wherever_it_stands_also_inside_another() -> None:
    assert missing(["出租人", "出租", "擔保金", "租金"], iter(STATUTES)) == ["租金"]


def test_each_fault_is_a_line() -> None:
    terms = {"房東": ("出租人",), "押金": ("擔保金", "保證金"), "老闆可以扣我薪水多少錢": ("工資",)}
    hints = {"房東": ("民法",), "老闆": ("勞動基準法", "勞動合同法")}
    found = list(problems(terms, hints, iter(STATUTES), {"民法", "勞動基準法"}))
    assert found == [
        "押金: no statute has 保證金",
        "老闆: no law in force is called 勞動合同法",
        "老闆可以扣我薪水多少錢: too long for a word",
    ]


def test_words_of_an_article_that_is_gone_are_told_and_those_that_are_sentences() -> None:
    colloquial = {"law/A/1": "房東\n押金不還", "law/A/2": "房客", "law/A/3": "房東一直不還我押金怎麼辦"}
    found = list(misplaced(colloquial, {"law/A/1", "law/A/3"}))
    assert found == ["law/A/2: no article in force", "law/A/3: 房東一直不還我押金怎麼辦: too long for a word"]


def test_a_sound_thesaurus_has_none() -> None:
    assert list(problems({"房東": ("出租人",)}, {"房東": ("民法",)}, iter(STATUTES), {"民法"})) == []
