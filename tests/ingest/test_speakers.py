"""Turns of a record: who says what, and what nobody says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.speakers import MINUTES, Turn, turns

LINES = [
    "主席：請宣讀。", "主席（王委員大明代）：請問各位，有無異議？", "王委員大明：（在席位上）好。", "周次長小福：（9時12分）是。", "一、有鑑於燈塔無人，",
    "提案人：王大明", "連署人：薛　大", "報　告　事　項", "休息（12時27分）", "散會", "<hr>", "| 甲 | 乙 |", "王委員大明書面質詢：",
    "立法院第9屆第2會期港務委員會第2次全體委員會議議事錄", "在場人員：不行！", "請問各位，有無異議？（無）", "", "　", "案由：無。", "沒有標籤的一行。",
]  # fmt: skip


def said(text: str) -> list[tuple[str, str]]:
    return [(one.speaker, text[one.words : one.end].strip()) for one in turns(text)]


def sections(text: str) -> list[tuple[str, str]]:
    return [(one.speaker, one.section) for one in turns(text)]


@given(st.lists(st.sampled_from(LINES), max_size=30).map("\n".join) | st.text(max_size=200))
def test_turns_cover_the_text_in_order(text: str) -> None:
    at = 0
    for turn in turns(text):
        assert turn.start == at
        assert turn.start <= turn.words <= turn.end
        assert turn.start < turn.end
        at = turn.end
    assert at == len(text)


def test_the_example_in_the_docstring() -> None:
    assert turns("主席：請說。\n王委員大明：好。") == [Turn(0, 7, "主席", 3), Turn(7, 15, "王委員大明", 13)]


def test_a_line_without_label_goes_on() -> None:
    assert said("王委員大明：第一點。\n第二點：電價。\n一、第三點。\n主席：謝謝。") == [
        ("王委員大明", "第一點。\n第二點：電價。\n一、第三點。"),
        ("主席", "謝謝。"),
    ]


@pytest.mark.parametrize("note", ["（在席位上）", "(在台下)", "（9時12分）", "（於席位上）（9時2分）", "王委員大明："])
def test_notes_after_a_label_are_not_words(note: str) -> None:
    assert said(f"王委員大明：{note}好。") == [("王委員大明", "好。")]


def test_a_note_before_the_colon() -> None:
    assert said("主席（張廖委員小強代）：好。\n李委員小華（在席位）：不好。") == [
        ("主席", "好。"),
        ("李委員小華", "不好。"),
    ]


def test_minutes_inside_have_no_speakers() -> None:
    minutes = "立法院第9屆第2會期港務委員會第2次全體委員會議議事錄\n主　　席：王委員大明\n王委員大明：提議。\n散會\n"
    text = f"主席：開會。\n{minutes}<hr>\n主席：有無錯誤？"
    assert sections(text) == [("主席", ""), ("", MINUTES), ("", "表格"), ("主席", "")]
    found = turns(text)[1]
    assert text[found.start : found.end] == minutes


def test_a_motion_is_not_said_by_the_chair_who_goes_on_after_it() -> None:
    text = (
        "主席：現在處理臨時提案。進行第一案。\n一、請公布時數。\n提案人：王大明\n連署人：薛　大\n"
        "請問各位，有無異議？\n進行第二案。\n沒有編號的提案。\n提案人：薛　大\n主席：通過。"
    )
    assert [speaker for speaker, _ in sections(text)] == ["主席", "", "主席", "", "主席"]
    assert said(text)[1] == ("", "一、請公布時數。\n提案人：王大明\n連署人：薛　大")
    assert said(text)[3] == ("", "沒有編號的提案。\n提案人：薛　大")


def test_what_is_read_out_is_nobodys() -> None:
    text = "主席：請宣讀條文。\n第　一　條　　為燈塔制定本條例。\n主席：宣讀完畢。\n各位有無意見？"
    assert said(text)[1:] == [("", "第　一　條　　為燈塔制定本條例。"), ("主席", "宣讀完畢。\n各位有無意見？")]


def test_written_questions_and_unknown_voices_are_under_their_heading() -> None:
    text = "主席：好。\n王委員大明書面質詢：\n一、為何？\n李部長說：會改。\n主席：好。\n在場人員：不行！\n還是不行！\n主席：好。"
    assert sections(text)[1] == ("", "王委員大明書面質詢")
    assert said(text)[3] == ("", "不行！\n還是不行！")


def test_a_table_interrupts_but_does_not_end_a_speech() -> None:
    text = "周次長小福：如下表。\n| 甲 | 乙 |\n| -- | -- |\n<hr>\n以上報告。"
    assert [one for one, _ in said(text)] == ["周次長小福", "", "", "周次長小福"]
    assert said(text)[-1] == ("周次長小福", "以上報告。")


def test_marks_of_the_session_end_a_speech() -> None:
    text = "王委員大明：謝謝。\n（發言結束）\n休息（12時27分）\n繼續開會（14時38分）\n主席：開會。\n散會（15時）"
    assert [one for one, _ in said(text)] == ["王委員大明", "", "", "", "主席", ""]
    assert {section for speaker, section in sections(text) if not speaker} == {"休息"}


def test_the_part_of_the_meeting_is_known_from_headings_and_the_chair() -> None:
    text = (
        "主席：開會。\n討　論　事　項\n一、審查案。\n主席：現在開始進行詢答。\n王委員大明：請問。\n主席：均已發言完畢，詢答結束。\n"
        "主席：現在處理臨時提案。\n王委員大明：好。"
    )
    assert sections(text) == [
        ("主席", ""), ("", "議程"), ("主席", "討論事項"), ("王委員大明", "質詢"), ("主席", "質詢"), ("主席", "討論事項"), ("王委員大明", "臨時提案"),
    ]  # fmt: skip


def test_an_article_on_the_table_is_not_the_words_of_the_chair() -> None:
    text = "主席：現在有修正條文。\n第二十六條　　主管機關應於三日內公告。\n請問各位，有無異議？\n"
    spoken = [(turn.speaker, text[turn.words : turn.end].strip()) for turn in turns(text)]
    assert spoken == [
        ("主席", "現在有修正條文。"),
        ("", "第二十六條　　主管機關應於三日內公告。"),
        ("主席", "請問各位，有無異議？"),
    ]
