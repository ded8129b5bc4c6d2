from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.notices import deadline, says, spans

NOTICE = """示範部公告
中華民國110年4月28日
主　　旨：預告修正「示範辦法」。
依　　據：行政程序法第154條第1項。
公告事項：
一、修正機關：示範部。
部　　長　甲乙丙
部　　長　丁戊己
依分層負責規定
授權單位主管決行
示範辦法修正條文
第　一　章　總則
第　一　條　本辦法依示範法訂定之。
第二條之一　本辦法自發布日施行，其施行前之案件適用舊規定。
對照表（請參見PDF）
"""


def test_a_notice_falls_into_its_parts() -> None:
    found = [(one.section, one.place, NOTICE[one.start : one.end].split("\n")[0]) for one in spans(NOTICE)]
    assert found == [
        ("主旨", "", "示範部公告"),
        ("公告事項", "", "公告事項："),
        ("附件", "第一條", "示範辦法修正條文"),
        ("附件", "第二條之一", "第二條之一　本辦法自發布日施行，其施行前之案件適用舊規定。"),
    ]


def test_a_line_that_points_to_a_pdf_is_not_found() -> None:
    text = "部　　長　甲乙丙\n示範辦法總說明及對照表（請參見PDF）"
    assert [one.searchable for one in spans(text)] == [True, False]


@given(st.lists(st.sampled_from([*NOTICE.splitlines(True), "　", "\n", "甲" * 600])).map("".join))
def test_spans_hold_every_character_once_and_in_order(text: str) -> None:
    found = list(spans(text))
    assert "".join("".join(text[one.start : one.end].split()) for one in found) == "".join(text.split())
    assert all(one.end <= after.start for one, after in pairwise(found))
    assert all(0 < one.end - one.start <= 500 for one in found)
    assert all(text[one.start : one.end].strip() == text[one.start : one.end] for one in found)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("請於本公告刊登公報隔日起14日內陳述意見", 14),
        ("請自行政院公報刊登之日起七日內向本部陳述", 7),
        ("預告刊登公報之次日起 ６０ 日內", 60),
        ("於本公告刊登公報翌日起六十日內", 60),
        ("本公告自即日生效", None),
        ("自刊登公報之日起九百九十日內", None),
    ],
)
def test_a_period_runs_from_the_day_after_the_issue(text: str, days: int | None) -> None:
    found = deadline(text, date(2026, 9, 28))
    assert (found - date(2026, 9, 28)).days == days if found else days is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("一、修正機關:示範部", True),
        ("ㄧ、修正機關：示範部。", True),
        ("依據：行政程序法第１５４條第１項", True),
        ("陳述意見之期間為十四日，逾期不予受理。", False),
    ],
)
def test_what_is_said_already_is_recognised(more: str, expected: bool) -> None:
    assert says(NOTICE, more) is expected
