"""A sentence taken apart, and whether a quote stands in a text: exactly, folded, or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verify.quotes import Parts, Text, is_balanced, parts, without_list_head

LAW = "雇主應於三十日內，發給臺灣勞工資遣費。\r\n勞工\ue001不得預告；但書不在此限。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲「乙丙丁戊己庚」丁[1]", Parts(("乙丙丁戊己庚",), "甲「」丁", (1,))),
        ("「甲乙丙」是短詞[2]", Parts((), "「甲乙丙」是短詞", (2,), ("甲乙丙",))),
        ("短也是引文「甲乙」[2]", Parts(("甲乙",), "短也是引文「」", (2,))),
        ("「甲『乙丙』丁「戊」己庚」[1]", Parts(("甲『乙丙』丁「戊」己庚",), "「」", (1,))),
        ("『甲乙丙丁戊己庚』[1]", Parts(("甲乙丙丁戊己庚",), "「」", (1,))),
        ("「沒有收尾的一段引文[1]", Parts(("沒有收尾的一段引文[1]",), "「」", ())),
        (
            "兩段「甲乙丙丁戊己」與「庚辛壬癸子丑」[1][1]",
            Parts(("甲乙丙丁戊己", "庚辛壬癸子丑"), "兩段「」與「」", (1,)),
        ),
        ("", Parts((), "", ())),
        ("規定“雇主應於三十日內”[1]", Parts(("雇主應於三十日內",), "規定「」", (1,))),
        ('規定"雇主應於三十日內"[1]', Parts(("雇主應於三十日內",), "規定「」", (1,))),
        ("“沒有收尾，「甲乙丙丁戊己」[1]", Parts(("甲乙丙丁戊己",), "“沒有收尾，「」", (1,))),
        ("「甲乙丙丁戊己[1]」", Parts(("甲乙丙丁戊己",), "「」", (1,))),
        ("「甲乙丙丁戊己[1][2] 」所以", Parts(("甲乙丙丁戊己",), "「」 所以", (1, 2))),
        ("甲［1、２］乙【3】丙[0][1234]", Parts((), "甲乙丙[1234]", (1, 2, 3, 0))),
    ],
)
def test_parts(text: str, expected: Parts) -> None:
    assert parts(text) == expected


def test_a_source_tells_where_its_odd_brackets_end() -> None:
    source = "稱「單車，指兩輪之車」[1]」者。"
    assert parts(f"規定：「{source}」[2]", [source]) == Parts((source,), "規定：「」", (2,))
    assert parts(f"規定：「{source}」[2]") != parts(f"規定：「{source}」[2]", [source])


@pytest.mark.parametrize(
    ("quote", "verdict", "found"),
    [
        ("雇主應於三十日內", "exact", "雇主應於三十日內"),
        ("發給台灣勞工", "folded", "發給臺灣勞工"),
        ("三十日內, 發給", "folded", "三十日內，發給"),
        ("勞工資遣費。勞工", "folded", "勞工資遣費。\r\n勞工"),
        ("勞工猋不得預告", "folded", "勞工\ue001不得預告"),
        ("雇主應於三十日內……發給臺灣勞工", "exact", "雇主應於三十日內，發給臺灣勞工"),
        ("雇主應於…，發給臺灣…資遣費", "exact", "雇主應於三十日內，發給臺灣勞工資遣費"),
        ("雇主應於...台灣勞工", "folded", "雇主應於三十日內，發給臺灣勞工"),
        ("雇主應於（略）資遣費", "exact", "雇主應於三十日內，發給臺灣勞工資遣費"),
        ("資遣費……雇主應於", "altered", ""),
        ("雇主應……費", "altered", ""),
        ("……", "altered", ""),
        ("雇主得於三十日內", "altered", ""),
        ("雇主應於三十日內發給", "altered", ""),
        ("勞工得預告", "altered", ""),
    ],
)
def test_fidelity(quote: str, verdict: str, found: str) -> None:
    stretch = Text(LAW).find(quote)
    assert (stretch.verdict, LAW[stretch.start : stretch.end]) == (verdict, found)


def test_what_the_source_spans_comes_first() -> None:
    text = "甲乙丙。甲乙丙。"
    assert Text(text).find("甲乙丙").start == 0
    assert Text(text, 4, 8).find("甲乙丙").start == 4
    assert Text(text, 4, 8).find("甲乙丙。甲").start == 0


@given(st.text("甲乙丙臺台，。 \r\n\ue001", min_size=1, max_size=40), st.data())
def test_any_stretch_is_exact_and_its_folded_form_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    stretch = Text(text).find(quote)
    assert (stretch.verdict, text[stretch.start : stretch.end]) == ("exact", quote)
    folded = Text(text).find(quote.replace("臺", "台").replace(" ", ""))
    assert folded.verdict in ("exact", "folded") or not quote.strip()


@pytest.mark.parametrize("text", ["（一）雇主", "一、雇主", "1. 雇主", "①雇主", "雇主"])
def test_list_head(text: str) -> None:
    assert without_list_head(text) == "雇主"


def test_balanced() -> None:
    assert is_balanced("甲「乙」丙")
    assert not is_balanced("甲「乙丙")


@pytest.mark.parametrize(
    "unit", ["「", "」", "「」", "「甲乙丙丁戊己」", "[1]", "“", '"', "『「", "「甲乙丙丁戊己[1]」", "…"]
)
def test_long_odd_sentences_are_taken_apart(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    found = parts(text, [LAW, text[:500]])
    assert all(mark == 1 for mark in found.marks)
    assert Text(LAW).find(text).verdict == "altered"
