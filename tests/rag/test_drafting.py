"""The sentences of a draft on their way to the proof: in order, as they come, and with the marks that are lent them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Reference, Sentence, Status
from rag.drafting import ModelWriter, _spoken, lent
from rag.names import LawNames
from rag.presets import Turn
from rag.sentences import Splitter
from rag.verify import Prover
from rag.write import Draft, source_named
from tests import fakes

DAY = date(2024, 10, 11)
LAW = fakes.made_law("Z9990031", "示範渡船條例")
FARE = fakes.article(
    LAW, "8", "渡船業者收取票價，每人不得超過新臺幣五十元。\r\n乘客取消訂位者，渡船業者應於七日內退還票價。"
)
CREW = fakes.article(LAW, "9", "渡船業者應配置救生員二人以上，並投保責任保險。")
STORE = fakes.MemoryStore([LAW], [FARE, CREW])
NAMES = LawNames(STORE.law_names())
SOURCES = tuple(
    source_named(mark, Reference(0, 0, law=LAW.pcode, article=one.number), one, Status.IN_FORCE, None)
    for mark, one in enumerate((FARE, CREW), 1)
)


class Scripted:
    """A chat model that says what it is given to say, and remembers how much of it was taken."""

    name, context, max_tokens, system = "scripted", 8192, 1024, ""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.taken = 0

    def count(self, turns: Sequence[Turn]) -> int:
        return 100

    def stream(self, turns: Sequence[Turn]) -> Iterator[str]:
        for piece in self.pieces:
            self.taken += 1
            yield piece

    def structured(self, turns: Sequence[Turn], schema: object) -> dict[str, object]:
        return {}


def drafts(*pieces: str) -> list[Draft]:
    return list(ModelWriter(Scripted(*pieces)).begin("票價多少？", DAY, SOURCES).drafts())


def told(text: str) -> list[Sentence]:
    prover = Prover(SOURCES, STORE, NAMES, DAY)
    return [prover.prove(prover.restored(draft)) for draft in drafts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲先做。乙再做[1]。", [("甲先做。", (1,)), ("乙再做[1]。", ())]),
        ("甲先做。乙再做。丙最後做[1][2]。", [("甲先做。", (1, 2)), ("乙再做。", (1, 2)), ("丙最後做[1][2]。", ())]),
        ("甲先做[1]。乙再做。丙最後做[2]。", [("甲先做[1]。", ()), ("乙再做。", (2,)), ("丙最後做[2]。", ())]),
        ("甲先做[1]。乙再做。", [("甲先做[1]。", ()), ("乙再做。", ())]),
        ("甲先做。\n乙再做[1]。", [("甲先做。", ()), ("乙再做[1]。", ())]),
        ("甲先做。乙再做。[1]\n丙最後做。", [("甲先做。", (1,)), ("乙再做。[1]", ()), ("丙最後做。", ())]),
        ("甲先做。乙再做。\n[1]", [("甲先做。", (1,)), ("乙再做。\n[1]", ())]),
        ("甲說「先[1]做」。乙再做[2]。", [("甲說「先[1]做」。", ()), ("乙再做[2]。", ())]),
        ("- 甲先做。\n- 乙再做。丙最後做[2]。", [("甲先做。", ()), ("乙再做。", (2,)), ("丙最後做[2]。", ())]),
    ],
)
def test_marks_are_lent_within_a_paragraph(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.lent) for one in drafts(text)] == expected


def test_a_marked_sentence_is_told_at_once() -> None:
    model = Scripted("甲先做[1]。乙", "再做。丙最後做", "[2]。丁", "休息。")
    found = ModelWriter(model).begin("誰先做？", DAY, SOURCES).drafts()
    assert (next(found).text, model.taken) == ("甲先做[1]。", 1)
    assert (next(found), model.taken) == (Draft("乙再做。", (2,)), 3)


def test_closing_the_drafts_stops_the_model() -> None:
    model = Scripted(*["甲先做[1]。乙"] * 50)
    found = ModelWriter(model).begin("誰先做？", DAY, SOURCES).drafts()
    next(found)
    found.close()
    assert model.taken < 3
    assert list(found) == []


def test_a_paragraph_without_end_and_marks_is_ended() -> None:
    model = Scripted(*["甲先做。"] * 500)
    assert len(list(ModelWriter(model).begin("誰先做？", DAY, SOURCES).drafts())) == 60
    assert model.taken < 100


@given(st.text(st.sampled_from("甲乙。！；\n[]12「」（）- "), max_size=60))
def test_nothing_is_lost_or_put_in_another_order(text: str) -> None:
    splitter = Splitter()
    lines = [*splitter.feed(text), *splitter.close()]
    found = list(lent(lines))
    assert [one.text for one in found] == [one.text for one in lines]
    assert all(not one.lent for one in found if "[" not in text)


def test_a_paragraph_marked_at_its_end_is_proved_sentence_by_sentence() -> None:
    found = told("渡船票價每人不得超過50元。乘客取消訂位，渡船業者應在7天內退還票價[1]。")
    assert [(one.text, one.checks["marks"]) for one in found] == [
        ("渡船票價每人不得超過50元[1]。", "inherited"),
        ("乘客取消訂位，渡船業者應在7天內退還票價[1]。", "ok"),
    ]
    assert {one.status for one in found} == {"supported"}


@pytest.mark.parametrize(
    "first",
    [
        "渡船票價每人不得超過60元。",
        "乘客可以免費搭船到任何地方去玩。",
        "說明如下。",
        "規定如以下所述。",
        "關於您問的這件事，以下逐項說明。",
        "您好。",
        "民法第12條規定十八歲為成年。",
    ],
)
def test_what_the_lent_marks_do_not_bear_out_has_none(first: str) -> None:
    one, other = told(f"{first}乘客取消訂位，渡船業者應在7天內退還票價[1]。")
    assert (one.text, one.status, one.checks["marks"], one.citations) == (first, "unproved", "none", ())
    assert other.status == "supported"


def test_an_amount_at_its_end_makes_no_announcement() -> None:
    one, _ = told("渡船票價每人收新臺幣50元以下。乘客取消訂位，渡船業者應在7天內退還票價[1]。")
    assert (one.status, one.checks["marks"]) == ("supported", "inherited")


def test_of_several_marks_lent_only_those_that_bear_it_out_are_shown() -> None:
    one, other = told("渡船票價每人不得超過50元。渡船業者應於七日內退還票價，並應配置救生員二人以上[1][2]。")
    assert (one.text, one.citations) == ("渡船票價每人不得超過50元[1]。", (1,))
    assert (other.citations, other.status) == ((1, 2), "supported")


def test_a_quote_off_by_width_is_put_right_under_a_lent_mark_too() -> None:
    one, _ = told("規定：「渡船業者收取票價, 每人不得超過新臺幣五十元」。乘客取消訂位，渡船業者應在7天內退還票價[1]。")
    assert (one.text, one.status) == ("規定：「渡船業者收取票價，每人不得超過新臺幣五十元」[1]。", "proved")


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("渡船票價每人不得超過50元[1][2]。", (1,), "渡船票價每人不得超過50元[1]。"),
        ("渡船票價每人不得超過50元[2, 1]。", (1,), "渡船票價每人不得超過50元[1]。"),
        ("渡船票價每人不得超過50元【1】［2］。", (1,), "渡船票價每人不得超過50元【1】。"),
        ("渡船票價每人不得超過50元[1]。", (1,), "渡船票價每人不得超過50元[1]。"),
        (
            "渡船票價每人不得超過50元，業者並應投保責任保險[1][2]。",
            (1, 2),
            "渡船票價每人不得超過50元，業者並應投保責任保險[1][2]。",
        ),
        (
            "規定：「渡船業者應配置救生員二人以上」[1][2]。",
            (2,),
            "規定：「渡船業者應配置救生員二人以上」[2]。",
        ),
    ],
)
def test_a_mark_that_bears_out_nothing_is_left_out(text: str, kept: tuple[int, ...], shown: str) -> None:
    (one,) = told(text)
    assert (one.text, one.citations, one.status != "unproved") == (shown, kept, True)


def test_what_fails_keeps_its_marks() -> None:
    (one,) = told("渡船票價每人不得超過60元[1][2]。")
    assert (one.status, one.citations) == ("unproved", (1, 2))


@pytest.mark.parametrize("cut", range(1, 12))
def test_thoughts_and_unseen_signs_are_not_said(cut: int) -> None:
    text = "<think>想一想[1]。</think>業者\u202e應\u200b返還<b>押金[1]。"
    pieces = [text[at : at + cut] for at in range(0, len(text), cut)]
    assert "".join(_spoken(pieces)) == "業者應返還<b>押金[1]。"
