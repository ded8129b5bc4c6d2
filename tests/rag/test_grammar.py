import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grammar import (
    Pointer,
    articles_between,
    articles_meant,
    chains,
    closes_quotation,
    loose_chain,
    sentence_ends,
    units_meant,
)
from rag.numerals import search_key


def shown(text: str) -> list[str]:
    key = search_key(text)
    return [
        pointer.base + pointer.article + "".join(f"{kind}{number}" for kind, number in pointer.units) + pointer.tail
        for chain in chains(key)
        for pointer in chain
    ]


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ("第一百八十四條第一項前段", ["184項1前段"]),
        ("第 185-3 條第 1 項第 1 款", ["185-3項1款1"]),
        ("第２８４條之１", ["284-1"]),
        ("第247之1條", ["247-1"]),
        ("第十四條第一項第四類", ["14項1類4"]),
        ("第十七條第一項第二款第三目之 2", ["17項1款2目3"]),
        ("第184條1項2款", ["184項1款2"]),
        ("§184", ["184"]),
        ("第184條至第186條", ["184", "185", "186"]),
        ("第184、185條", ["184", "185"]),
        ("第3～5條", ["3", "4", "5"]),
        ("第18條第1、2、3項", ["18項1", "18項2", "18項3"]),
        ("第1項第1款、第3款或第2項", ["項項1款1", "項項1款3", "項項2"]),
        ("第一項至第三項", ["項項1", "項項2", "項項3"]),
        ("第184條第1項前段、後段", ["184項1前段", "184項1後段"]),
        ("第9條之一、之二", ["9-1", "9-2"]),
        ("第247條之1至之3", ["247-1", "247-2", "247-3"]),
        ("第1條第1項至第3條", ["1項1", "3"]),
        ("前條第二項", ["前條項2"]),
        ("同條項", ["同項"]),
        ("第184條之規定", ["184"]),
        ("第5條之一般規定", ["5"]),
        ("第九條之三分之二", ["9"]),
        ("第3條三項要件", ["3"]),
        ("本條例、前條文、第二條件、本項目、第一二審、第371頁、第1234號", []),
        ("第1條至第900條", ["1", "900"]),
        ("第12條之3定有明文、第12條之19定有明文", ["12-3", "12-19"]),
        ("第十二條之一定有明文", ["12-1"]),
        ("第十二條之一定金額", ["12"]),
        ("第1條之1條第2項", ["1-1項2"]),
        ("第第12條第第1項", ["12項1"]),
        ("第12條第1項、13條之1第2項、3條規定", ["12項1", "13-1項2", "3"]),
        ("第12條至14條", ["12", "13", "14"]),
        ("第12條、3條魚、兩條路", ["12"]),
        ("第12條、第13第2項", ["12", "項項2"]),
    ],
)
def test_pointers(text: str, pointers: list[str]) -> None:
    assert shown(text) == pointers


@pytest.mark.parametrize(
    ("key", "articles"),
    [("184條之1", ["184-1"]), ("185-3", ["185-3"]), ("184規定", ["184"]), ("3讀", []), ("112年", [])],
)
def test_loose_pointers_after_a_name(key: str, articles: list[str]) -> None:
    assert [pointer.article for pointer in loose_chain(key, 0)] == articles


def test_ranges_know_only_what_numbers_tell() -> None:
    assert articles_between("17", "17-2") == ["17", "17-1", "17-2"]
    assert articles_between("5-1", "7") == ["5-1", "6", "7"]
    assert articles_between("9", "3") == ["9", "3"]


@pytest.mark.parametrize(
    ("base", "steps", "article", "articles", "meant"),
    [
        ("前條", 1, "186", (), ["185"]),
        ("前條", 1, "186", ("185", "185-4", "186"), ["185-4"]),
        ("前條", 2, "5", (), ["3", "4"]),
        ("前條", 1, "7-1", (), ["7"]),
        ("前條", 1, "1", (), []),
        ("次條", 1, "7-1", (), ["7-2"]),
        ("本條", 1, "7-1", (), ["7-1"]),
    ],
)
def test_relative_articles(base: str, steps: int, article: str, articles: tuple[str, ...], meant: list[str]) -> None:
    assert articles_meant(Pointer(0, 2, base=base, steps=steps), article, articles) == meant


def test_relative_units() -> None:
    assert units_meant(Pointer(0, 2, base="前項", steps=2), (("項", 3), ("款", 1))) == [(("項", 1),), (("項", 2),)]
    assert units_meant(Pointer(0, 2, base="前項", units=(("款", 2),)), ()) == [()]
    assert units_meant(Pointer(0, 2, base="款", units=(("款", 2),)), (("項", 3),)) == [(("項", 3), ("款", 2))]
    assert units_meant(Pointer(0, 2, base="次項"), (("項", 3),)) == [(("項", 4),)]


@pytest.mark.parametrize(
    ("between", "ends"),
    [
        ("規定，", 0),
        ("規定。又", 1),
        ("規定。甲。乙", 2),
        ("規定：「甲。乙。」、", 0),
        ("規定：「甲。乙", 0),
        ("，故法院於該案審理後認為：「甲。乙", 1),
        ("甲。乙」，", 1),
        ("「甲。「乙。」丙。」。", 1),
    ],
)
def test_sentences_ended_in_between(between: str, ends: int) -> None:
    assert sentence_ends(between) == ends


@pytest.mark.parametrize(
    ("between", "closes"),
    [("規定。」，", True), ("」、", False), ("規定：「甲。」、", False), ("甲。「乙」丙」", True), ("", False)],
)
def test_quotations_closed_in_between(between: str, closes: bool) -> None:
    assert closes_quotation(between) is closes


@given(st.text(alphabet="甲「」。", max_size=30))
def test_no_sentence_ends_more_often_than_it_has_stops(between: str) -> None:
    assert 0 <= sentence_ends(between) <= between.count("。")
    assert not closes_quotation(between) or "。" in between


@given(st.text(alphabet="第前本同條項款目之至、及1２一十百-§但書", max_size=60))
def test_pointers_lie_in_the_text_in_order(text: str) -> None:
    key = search_key(text)
    previous = 0
    for chain in chains(key):
        for pointer in chain:
            assert previous <= pointer.start < pointer.end <= len(key)
            assert len(pointer.units) <= 4
        previous = chain[-1].end


@pytest.mark.parametrize(
    "piece", ["第1、", "第", "前一", "第1條", "第1條、", "第1條至", "第1項", "第1條第1項第1款", "一"]
)
def test_long_adversarial_texts_are_read_to_the_end(piece: str) -> None:
    key = piece * (50_000 // len(piece))
    assert all(pointer.end <= len(key) for chain in chains(key) for pointer in chain)
