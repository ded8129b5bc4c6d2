import random
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from eval.mutate import MUTATORS, NULLS, Case, Mutated, marks, mutate, told_as_law
from eval.mutate_text import Given, shared_bigrams

LENT = "借用人應於約定期限內，返還借用物；未定期限者，得隨時返還。貸與人亦得定一個月以上之期限，催告返還。"
BESIDE = "稱使用貸與者，謂當事人一方以物交付他方，而約定他方於無償使用後返還其物之契約。"
PAST = Given("law/Z0000001/4", "1999-01-01", "示範法", "借用人應於二個月內返還。")
NEXT = Given("law/Z0000001/5", "2020-01-01", "示範法", BESIDE)
LAW = Given("law/Z0000001/4", "2020-01-01", "示範法", LENT, neighbours=(NEXT,), earlier=(PAST,))
OTHER = Given("law/Z0000002/9-1", "2020-01-01", "第二示範法", "法院因債務人之聲請，得減至三分之一。")
CASE = Case(
    (
        "依示範法第4條，借用人應「於約定期限內，返還借用物」[1]。",
        "沒有約定期限時，貸與人可以定1個月以上的期限，向借用人催告[1]。",
        "債務人聲請時，法院得減到1/3[2]。",
    ),
    (LAW, OTHER),
)


def made(kind: str, case: Case = CASE, seeds: int = 20) -> list[Mutated]:
    return [found for seed in range(seeds) if (found := mutate(kind, case, f"x-{seed}"))]


def changed(found: Mutated) -> str:
    (at,) = found.at
    return found.case.sentences[at]


def one(sentence: str, *given: Given) -> Case:
    return Case((sentence,), given or (LAW,))


def test_marks_are_read_in_their_order() -> None:
    assert marks("甲[2][10]乙。[3]") == (2, 10, 3)


def test_shared_bigrams_are_those_of_the_draft_found_in_the_texts() -> None:
    assert shared_bigrams("甲乙丙[1]。", ["甲乙丁"]) == 0.5
    assert shared_bigrams("臺灣３日", ["台灣3日"]) == 1
    assert shared_bigrams("", ["甲乙"]) == 0


def test_naming_what_is_cited_shares_nothing_and_costs_nothing() -> None:
    assert shared_bigrams("依示範法第4條之1第2項，甲乙[1]", ["甲乙"], ["示範法"]) == shared_bigrams(
        "依，甲乙", ["甲乙"]
    )


def test_pairs_do_not_reach_over_punctuation() -> None:
    assert shared_bigrams("甲，乙", ["甲乙"]) == 0


@pytest.mark.parametrize("kind", MUTATORS)
def test_every_kind_changes_one_thing_and_says_where(kind: str) -> None:
    found = made(kind)
    assert found
    for mutated in found:
        assert len(mutated.at) == 1
        assert mutated.case != CASE
        untouched = set(range(len(CASE.sentences))) - set(mutated.at)
        assert all(mutated.case.sentences[at] == CASE.sentences[at] for at in untouched)


@pytest.mark.parametrize("kind", [*MUTATORS, *NULLS])
def test_the_same_seed_makes_the_same(kind: str) -> None:
    assert mutate(kind, CASE, "x-3") == mutate(kind, CASE, "x-3")


def test_an_article_number_becomes_one_that_is_not_given() -> None:
    said = {changed(found) for found in made("article_number")}
    assert len(said) > 1
    assert all("第4條" not in one and "條，借用人應" in one for one in said)
    assert made("article_number", one("借用人應返還[1]。")) == []


def test_an_amount_becomes_another_one() -> None:
    said = {changed(found) for found in made("amount", seeds=60)}
    assert {"債務人聲請時，法院得減到2/3[2]。"} <= said
    assert any("定2個月" in one for one in said)
    assert not any("定1個月" in one and "1/3" in one for one in said)


def test_an_amount_that_the_text_says_elsewhere_is_among_them() -> None:
    text = replace(LAW, text="滿一年者，十日前預告；滿三年者，三十日前預告。")
    said = {changed(found) for found in made("amount", one("做滿1年，要10日前預告[1]。", text), seeds=60)}
    assert "做滿1年，要30日前預告[1]。" in said
    assert "做滿3年，要10日前預告[1]。" in said


@pytest.mark.parametrize("said", ["依第4項，不用還[1]。", "釋字第748號說過[1]。", "第3級[1]。"])
def test_what_names_a_place_is_no_amount(said: str) -> None:
    assert made("amount", one(said)) == []


def test_parties_change_places() -> None:
    assert {changed(found) for found in made("party", one("貸與人可以向借用人催告[1]。"))} == {
        "借用人可以向貸與人催告[1]。"
    }


def test_a_party_alone_becomes_the_other_one_of_the_text() -> None:
    assert {changed(found) for found in made("party", one("借用人要還[1]。"))} == {"貸與人要還[1]。"}
    assert made("party", one("雇主要還[1]。")) == []


@pytest.mark.parametrize(
    "said", ["貸與人和借用人都要來[1]。", "貸與人、借用人要來[1]。", "貸與人與對方互相通知借用人[1]。"]
)
def test_parties_of_whom_it_is_true_both_ways_stay(said: str) -> None:
    assert made("party", one(said)) == []


@pytest.mark.parametrize(
    ("said", "false"),
    [
        ("雇主不得拒絕[1]。", {"雇主得拒絕[1]。", "雇主可以拒絕[1]。"}),
        ("雇主應給假[1]。", {"雇主不必給假[1]。", "雇主不得給假[1]。", "雇主得給假[1]。", "雇主可以給假[1]。"}),
        ("房客不用說明理由[1]。", {"房客必須說明理由[1]。", "房客應說明理由[1]。"}),
        ("他人可以看[1]。", {"他人不可以看[1]。", "他人不得看[1]。", "他人必須看[1]。"}),
        ("約定無效[1]。", {"約定有效[1]。"}),
        ("未滿18歲的人來[1]。", {"滿18歲的人來[1]。"}),
    ],
)
def test_modality(said: str, false: set[str]) -> None:
    assert {changed(found) for found in made("modality", one(said), seeds=80)} == false


def test_a_right_with_a_limit_is_not_turned_into_what_says_the_same() -> None:
    said = {changed(found) for found in made("modality", one("上訴應在20日內提起[1]。"), seeds=80)}
    assert said == {"上訴不必在20日內提起[1]。", "上訴不得在20日內提起[1]。"}


@pytest.mark.parametrize("said", ["應有部分過半數[1]。", "這是重要的供應[1]。", "不得不[1]。"])
def test_words_that_only_share_a_character_stay(said: str) -> None:
    assert made("modality", one(said)) == []


def test_a_quote_no_longer_stands_in_the_text() -> None:
    found = made("quote")
    assert found
    for mutated in found:
        quote = changed(mutated).split("「")[1].split("」")[0]
        assert quote not in LENT
        assert changed(mutated).startswith("依示範法第4條，借用人應「")


def test_quotes_and_marks_are_left_alone_by_the_other_kinds() -> None:
    for kind in ("article_number", "amount", "party", "modality", "simplified", "mainland"):
        for mutated in made(kind):
            if mutated.at == (0,):
                assert changed(mutated).endswith("「於約定期限內，返還借用物」[1]。")


def test_a_neighbour_is_given_too_and_has_the_mark() -> None:
    found = made("neighbour")
    assert {one.at for one in found} == {(0,), (1,)}
    for one in found:
        assert one.case.given == (*CASE.given, NEXT)
        assert marks(changed(one)) == (3,)


def test_a_neighbour_stands_under_the_mark_alone() -> None:
    found = made("neighbour_alone")
    assert {one.at for one in found} == {(0,), (1,)}
    for one in found:
        assert one.case == Case(CASE.sentences, (NEXT, OTHER))


def test_a_neighbour_that_says_as_much_is_not_given() -> None:
    alike = replace(LAW, neighbours=(replace(NEXT, text=LENT),))
    for kind in ("neighbour", "neighbour_alone"):
        assert made(kind, Case(CASE.sentences, (alike, OTHER))) == []


def test_what_was_not_given_is_cited() -> None:
    said = {changed(found) for found in made("unread", one("借用人要還[1]。"))}
    assert any(marks(one) != (1,) for one in said)
    assert any(one.startswith("依") and one.endswith("，借用人要還[1]。") for one in said)


def test_an_earlier_text_stands_under_the_mark() -> None:
    (found,) = made("repealed", seeds=1)
    assert found.case.given == (PAST, OTHER)
    assert made("repealed", Case(CASE.sentences, (NEXT, OTHER))) == []


def test_what_is_gone_is_told_as_law() -> None:
    found = told_as_law(CASE, replace(OTHER, text="  銀錢業應申報利率。\n逾期者罰之。"))
    assert changed(found) == "依第二示範法第9條之1，「銀錢業應申報利率」[3]。"
    assert len(found.case.given) == 3


def test_simplified_characters_are_those_that_taiwan_does_not_write() -> None:
    for mutated in made("simplified"):
        new = set(changed(mutated)) - set("".join(CASE.sentences))
        assert new
        assert not any(_in_big5(char) for char in new)


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def test_mainland_words_take_the_place_of_ours() -> None:
    assert {changed(found) for found in made("mainland")} == {"債務人聲請時，人民法院得減到1/3[2]。"}
    assert made("mainland", one("司法院解釋過[1]。")) == []


@pytest.mark.parametrize("kind", NULLS)
def test_null_mutations_leave_nothing_false(kind: str) -> None:
    case = Case((*CASE.sentences, "臺灣的法院得減[2]。"), CASE.given)
    for mutated in made(kind, case):
        assert mutated.at == ()
        assert mutated.case != case


def test_renumbering_moves_the_texts_with_their_marks() -> None:
    (found,) = made("null_renumbered", seeds=1)
    assert [marks(sentence) for sentence in found.case.sentences] == [(2,), (2,), (1,)]
    assert found.case.given == (OTHER, LAW)
    assert made("null_renumbered", one("借用人要還[1]。")) == []


@settings(deadline=None)  # the first one loads the table of Simplified characters
@drawn(st.lists(st.text(alphabet="借用人貸與應得不可以要30日「」[1]。，第條臺", max_size=40), min_size=1, max_size=3))
def test_no_text_is_too_odd(sentences: list[str]) -> None:
    case = Case(tuple(one.replace("[1]", "") + "[1]" for one in sentences if "[" not in one.replace("[1]", "")), (LAW,))
    for kind, mutator in (MUTATORS | NULLS).items():
        if case.sentences:
            found = mutator(case, random.Random(kind))
            assert found is None or len(found.case.sentences) == len(case.sentences)
