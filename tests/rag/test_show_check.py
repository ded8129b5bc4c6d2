import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rag.check import CheckedReference, Checker, CheckReport
from rag.names import LawNames
from rag.show_check import VERDICTS, as_report
from rag.support import LexicalSupport
from tests.fakes import GONE, LAW, memory_store

STORE = memory_store()
CHECKER = Checker(STORE, LawNames(STORE.law_names()), LexicalSupport(), date(2024, 10, 11))
TEXT = f"答覆：\n依{LAW.name}第99條、{LAW.name}第5條及{GONE.name}第2條，\n{LAW.name}第4條、{LAW.name}第4條；日本民法第5條。\n\n第8條。"


def report(text: str) -> CheckReport:
    return CHECKER.report(text)


def test_counts_come_first() -> None:
    first = as_report(report(TEXT)).splitlines()[0]
    assert first == (
        "找到7處引用，查核6處：查核無誤2處、已廢止1處、已刪除1處、查無此項1處、不在收錄範圍1處；"
        "1處沒有寫明是哪一部法規，無法查核"
    )


def test_what_is_wrong_is_told_with_its_place_reason_and_link() -> None:
    lines = as_report(report(TEXT)).splitlines()
    at = lines.index(f"查無此項　{LAW.name}第99條　第2行第2字")
    assert lines[at + 1].startswith(f"    找不到{LAW.name}第99條")
    at = lines.index(f"已刪除　{LAW.name}第5條　第2行第17字")
    assert lines[at + 2] == f"    {LAW.url}&flno=5"


def test_faults_come_before_what_is_not_stored_and_what_is_right_in_short() -> None:
    shown = as_report(report(TEXT))
    order = [shown.index(word) for word in ("\n查無此項", "\n不在收錄範圍", "\n無法查核", "\n查核無誤：")]
    assert order == sorted(order)
    assert f"查核無誤：{LAW.name}第4條×2" in shown
    assert "依民國113年10月11日的資料查核" in shown


def test_no_reference_and_too_many_are_said() -> None:
    assert as_report(report("今天天氣很好。")).startswith("沒有找到法規、條文或裁判的引用")
    assert "只查核了前7處" in as_report(replace(report(TEXT), truncated=True))


def test_color_adds_codes_and_nothing_else() -> None:
    colored = as_report(report(TEXT), color=True)
    assert "\x1b[31m" in colored
    assert re.sub("\x1b\\[[0-9]+m", "", colored) == as_report(report(TEXT))


@given(st.text(max_size=60), st.sampled_from(sorted(VERDICTS)), st.booleans())
def test_nothing_of_the_text_reaches_the_terminal_uncleaned(text: str, verdict: str, is_checked: bool) -> None:
    one = CheckedReference(0, len(text), text, "", text, verdict, text, "", text, is_checked)  # type: ignore[arg-type]
    shown = as_report(CheckReport(date(2024, 1, 1), (one,), 1, int(is_checked), {verdict: 1}))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", shown)
