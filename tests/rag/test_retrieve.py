from datetime import date

import pytest

from rag import retrieve
from rag.asked_for import without
from rag.domain import Passage, Reference
from rag.expand import Expander
from rag.names import ALIAS, LawName, LawNames
from rag.retrieve import Retriever
from rag.reviewing import reviews
from rag.segment import Grams
from tests import fakes
from tests.rag.told import Told, link, told

DAY = date(2024, 10, 11)
STORE = fakes.memory_store()
RETRIEVER = fakes.make_retriever(STORE)
NAME = fakes.LAW.name


def numbers(question: str, day: date = DAY) -> list[str]:
    return [one.reference.article for one in RETRIEVER.exact(question, day)]


def test_each_reference_once_in_its_order() -> None:
    assert numbers(f"{NAME}第6條、第4條與{NAME}第6條") == ["6", "4"]


def test_range_gives_the_articles_there_are() -> None:
    assert numbers(f"{NAME}第4條至第6條") == ["4", "5", "5-1", "6"]


def test_range_keeps_an_end_that_is_not_there() -> None:
    assert numbers(f"{NAME}第6條至第30條") == ["6", "7", "30"]


def test_list_is_no_range() -> None:
    assert numbers(f"{NAME}第4條、第6條") == ["4", "6"]


def test_range_of_paragraphs_is_left_alone() -> None:
    named = RETRIEVER.exact(f"{NAME}第6條第1項至第2項", DAY)
    assert [one.reference.units for one in named] == [(("項", 1),), (("項", 2),)]


def test_version_of_the_day() -> None:
    texts = [RETRIEVER.exact(f"{NAME}第4條", day)[0].text for day in (date(2024, 6, 30), date(2024, 7, 1))]
    assert "十四日" in texts[0]
    assert "十四日" not in texts[1]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("113年6月30日押金多久要退", date(2024, 6, 30)),
        ("押金多久要退", DAY),
        ("中華民國九十六年罪犯減刑條例第3條", DAY),
    ],
)
def test_day_of_a_question(question: str, expected: date) -> None:
    law = fakes.made_law("Z9990020", "中華民國九十六年罪犯減刑條例")
    retriever = fakes.make_retriever(fakes.MemoryStore([law, fakes.LAW], fakes.DOCUMENTS))
    assert retriever.day(question, DAY) == expected


def test_of_same_name_laws_the_one_of_the_day() -> None:
    older = fakes.made_law(
        "Z9990021", "示範法（舊 90.01.01 制定）", enacted=date(2001, 1, 1), repealed=date(2010, 1, 1)
    )
    newer = fakes.made_law("Z9990022", "示範法（新 99.01.01 制定）", enacted=date(2010, 1, 1))
    documents = [
        fakes.article(older, "1", "舊文。", since=date(2001, 1, 1)),
        fakes.article(newer, "1", "新文。", since=date(2010, 1, 1)),
    ]
    retriever = fakes.make_retriever(fakes.MemoryStore([older, newer], documents))
    assert retriever.exact("示範法第1條", date(2005, 1, 1))[0].text == "舊文。"
    assert retriever.exact("示範法第1條", DAY)[0].text == "新文。"


def test_search_puts_the_article_named_first_and_none_twice() -> None:
    hits = RETRIEVER.search("押金依第6條", DAY, 5, RETRIEVER.exact(f"{NAME}第6條", DAY))
    keys = [hit.document.key for hit in hits]
    assert hits[0].lane == "exact"
    assert keys[0] == f"law/{fakes.LAW.pcode}/6"
    assert len(keys) == len(set(keys)) <= 5


def test_the_kind_of_answer_asked_for_comes_first() -> None:
    assert RETRIEVER.similar("超額收取押金", DAY, 1)[0].document.number == "6"
    assert RETRIEVER.similar("業者返還押金罰多少", DAY, 1)[0].document.number == "6"
    assert RETRIEVER.similar("業者返還押金", DAY, 1)[0].document.number != "6"


def test_a_number_in_a_text_of_ones_own_is_no_answer_yet() -> None:
    plain = told("text", "paragraph/1", "渡船", DAY, ("", "", "渡船停駛很早。"))
    with_year = told("text", "paragraph/2", "渡船", DAY, ("", "", "渡船走了三十年。"))
    retriever = fakes.make_retriever(fakes.MemoryStore([], [plain.document, with_year.document]))
    assert retriever.similar("渡船何時停", DAY, 1)[0].document.key == "paragraph/1"


def test_law_for_others_comes_later() -> None:
    general = fakes.made_law("Z9990023", "示範請假規則")
    special = fakes.made_law("Z9990024", "示範公務人員請假規則")
    documents = [fakes.article(special, "1", "事假，准給七日。"), fakes.article(general, "1", "事假，准給五日。")]
    retriever = fakes.make_retriever(fakes.MemoryStore([general, special], documents))
    assert retriever.similar("事假幾天", DAY, 1)[0].document.law == general.pcode
    assert retriever.similar("公務人員事假幾天", DAY, 1)[0].document.law == special.pcode


def test_within_looks_in_these_laws_alone() -> None:
    hits = RETRIEVER.within("押金返還", DAY, 5, [fakes.ORDER.pcode])
    assert {hit.document.law for hit in hits} == {fakes.ORDER.pcode}
    assert RETRIEVER.within("押金返還", date(2010, 1, 1), 5, [fakes.ORDER.pcode]) == []


def test_hits_are_sorted_and_carry_the_score_of_their_terms() -> None:
    hits = RETRIEVER.similar("押金返還罰多少", DAY, 10)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.text_score <= hit.score for hit in hits if hit.document.number == "6")
    assert RETRIEVER.similar("", DAY, 10) == []


def test_blanking_keeps_the_length() -> None:
    question = "依民法第3條，可以嗎"
    assert without(question, [Reference(1, 6)]) == "依　　　　　，可以嗎"


def test_the_number_of_a_decision_is_no_article_and_no_day() -> None:
    question = "釋字第748號、最高法院104年度台上字第472號及111年憲判字第1號"
    assert RETRIEVER.exact(question, DAY) == []
    assert RETRIEVER.day(question, DAY) == DAY
    assert [one.decision.key for one in RETRIEVER.decided(question, DAY)] == [
        "interpretation/748",
        "case/TPS/104/台上/472",
        "constitutional/111年憲判字第1號",
    ]


def decision(key: str, title: str, day: date, holding: str, more: str = "意旨相同。") -> Told:
    section = "解釋文" if key.startswith("interpretation") else "主文"
    return told("interpretation", key, title, day, (section, "", holding), ("理由", "", more))


CAP = decision(
    "interpretation/701",
    "釋字第701號",
    date(2012, 7, 6),
    f"{NAME}第四條第一項關於押金上限之規定，與憲法第十五條尚無牴觸。",
)
FEE = decision("interpretation/702", "釋字第702號", date(2013, 7, 6), f"{NAME}第三條第二項關於調度費之規定，違憲。")
REASONS_ONLY = decision("interpretation/703", "釋字第703號", date(2014, 7, 6), "押金。", f"{NAME}第四條違憲與否不論。")
RULING = decision(
    "constitutional/111年審裁字第1號", "111年審裁字第1號", date(2022, 7, 6), f"不受理。{NAME}第四條違憲。"
)
FACTS = told(
    "judgment",
    "judgment/TPDM,105,訴,1,20160601,1",
    "臺灣臺北地方法院105年度訴字第1號判決",
    date(2016, 6, 1),
    ("主文", "法院", "被告竊盜，處拘役。"),
    ("事實", "法院", "被告於租借站徒手竊取單車。"),
)
OTHERS = (CAP, FEE, REASONS_ONLY, RULING, FACTS)
LINKS = [link(one, fakes.KEY) for one in (CAP, REASONS_ONLY, RULING)] + [link(CAP, "law/A0000001/15")]


def with_others(*more: Told) -> fakes.MemoryStore:
    several = [*OTHERS, *more]
    parts = [part for one in several for part in one.parts]
    constitution = fakes.made_law("A0000001", "中華民國憲法", level="憲法")
    documents = [*fakes.DOCUMENTS, fakes.article(constitution, "15", "財產權應予保障。")]
    return fakes.MemoryStore([fakes.LAW, constitution], [*documents, *(one.document for one in several)], parts, LINKS)


BESIDE = fakes.make_retriever(with_others())


def keys(question: str, limit: int = 5) -> list[str]:
    return [hit.document.key for hit in BESIDE.search(question, DAY, limit, BESIDE.exact(question, DAY))]


def test_a_decision_on_the_article_comes_before_it_where_the_constitution_is_asked_for() -> None:
    assert keys(f"{NAME}第4條違憲？")[0] == "interpretation/701"
    assert fakes.KEY in keys(f"{NAME}第4條違憲？")
    assert keys(f"{NAME}第4條")[0] == fakes.KEY


def test_of_decisions_the_one_that_names_the_article_comes_first() -> None:
    assert keys(f"{NAME}第4條第1項關於收費違憲？", 1) == ["interpretation/701"]
    assert keys(f"{NAME}關於調度費違憲？", 1) == ["interpretation/702"]


def test_the_facts_of_a_case_are_looked_for_among_judgments() -> None:
    assert keys("被告於租借站徒手竊取單車", 1) == [FACTS.document.key]


def reviewing(question: str) -> list[str]:
    return [hit.document.key for hit in BESIDE.reviewing(question, DAY, 10)]


def test_reviewing_is_naming_the_article_where_it_is_held() -> None:
    assert reviewing(f"{NAME}第4條違憲？") == ["interpretation/701"]
    assert reviewing(f"{NAME}第6條違憲？") == []
    assert reviewing(f"{NAME}第4條規定什麼？") == []


def test_an_article_of_the_constitution_is_named_by_too_many() -> None:
    found = reviewing("押金上限牴觸中華民國憲法第15條，違憲？")
    assert found[0] == "interpretation/701"
    assert len(found) > 1


def test_what_speaks_of_the_article_before_others_comes_first_and_of_two_the_later() -> None:
    beside = decision("interpretation/760", "釋字第760號", date(2018, 1, 26), f"{NAME}第三條及第四條均違憲。")
    later = decision("interpretation/750", "釋字第750號", date(2017, 7, 7), f"{NAME}第四條違憲。")
    store = with_others(beside, later)
    store.links += [link(one, fakes.KEY) for one in (beside, later)]
    found = reviews(f"{NAME}第4條違憲？", store, LawNames(store.law_names()))
    assert [hit.document.key for hit in found] == ["interpretation/750", "interpretation/701", "interpretation/760"]


def test_many_petitions_dismissed_hide_no_decision() -> None:
    dismissed = [
        decision(f"constitutional/111年審裁字第{at}號", f"第{at}號", date(2022, 7, 6), f"{NAME}第四條。")
        for at in range(60)
    ]
    store = with_others(*dismissed)
    store.links += [link(one, fakes.KEY) for one in dismissed]
    found = fakes.make_retriever(store).reviewing(f"{NAME}第4條違憲？", DAY, 100)
    assert [hit.document.key for hit in found] == ["interpretation/701"]


def test_a_document_of_several_passages_is_found_by_each() -> None:
    hits = [hit for hit in BESIDE.similar("被告徒手竊取單車處拘役", DAY, 10) if hit.document == FACTS.document]
    assert [hit.passage.text for hit in hits] == ["被告於租借站徒手竊取單車。", "被告竊盜，處拘役。"]


def test_inside_a_law_only_its_articles_are_found() -> None:
    reason = told("reason", "reason/Z9990001/4/x", "立法理由", DAY, ("立法理由", "", "業者返還押金。"))
    about = Told(retrieve.replace(reason.document, law=fakes.LAW.pcode), reason.parts)
    found = fakes.make_retriever(with_others(about)).within("業者返還押金", DAY, 10, [fakes.LAW.pcode])
    assert {hit.document.kind for hit in found} == {"statute"}


def test_a_short_name_is_searched_for_as_the_long_one() -> None:
    store = fakes.memory_store()
    names = LawNames([*store.law_names(), LawName("單車法", fakes.LAW.pcode, ALIAS)])
    retriever = Retriever(store, fakes.WordIndex(store), Expander(Grams(), {}), names)
    assert "租借" in retriever.terms("單車法第4條的押金").terms
    assert "租借" not in retriever.terms("單車的押金").terms


def test_the_number_of_an_article_named_is_not_searched_for() -> None:
    assert not {"235", "第"} & set(RETRIEVER.terms(f"{NAME}第235條").terms)
    assert "項" not in RETRIEVER.terms(f"{NAME}第4條之1第2項").terms
    assert "235" in RETRIEVER.terms("235元的押金").terms


class Counting(fakes.MemoryStore):
    """Counts the passages it is asked for."""

    asked = 0

    def passages(self, ids: retrieve.Iterable[str]) -> dict[str, tuple[Passage, fakes.Document]]:
        wanted = list(ids)
        self.asked += len(wanted)
        return super().passages(wanted)


def test_passages_found_before_are_kept_up_to_a_limit() -> None:
    store = Counting([fakes.LAW, fakes.ORDER], fakes.DOCUMENTS)
    retriever = fakes.make_retriever(store)
    retriever.similar("押金", DAY, 10)
    first = store.asked
    retriever.similar("押金", DAY, 10)
    assert store.asked == first > 0
    huge = fakes.article(fakes.LAW, "8", "單車" + "長" * (retrieve.KEPT + 1))
    large = Counting([fakes.LAW], [*fakes.DOCUMENTS, huge])
    retriever = fakes.make_retriever(large)
    retriever.similar("單車", DAY, 10)
    first = large.asked
    retriever.similar("單車", DAY, 10)
    assert large.asked == 2 * first


def test_the_day_of_a_norm_is_not_that_of_a_question_about_its_constitutionality() -> None:
    retriever = fakes.make_retriever(fakes.MemoryStore([fakes.LAW], fakes.DOCUMENTS))
    assert retriever.day("88年7月14日制定公布之押金規定違憲？", DAY) == DAY
    assert retriever.day("88年7月14日的押金規定違憲？", DAY) == date(1999, 7, 14)
    assert retriever.day("88年7月14日制定公布之押金規定怎麼說", DAY) == date(1999, 7, 16)
