from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import MOST
from ingest.paragraphs import Paragraph, Section, author, composed, is_heading, reasons


def test_sections_become_a_text_with_headings_and_a_passage_for_each_paragraph() -> None:
    text, spans = composed(
        [Section("主文", (Paragraph("一、甲。", "院"), Paragraph("二、乙。"))), Section("理由", (Paragraph("丙。"),))]
    )
    assert text == "主文\n一、甲。\n二、乙。\n\n理由\n丙。"
    assert [(text[one.start : one.end], one.section, one.speaker) for one in spans] == [
        ("一、甲。", "主文", "院"),
        ("二、乙。", "主文", ""),
        ("丙。", "理由", ""),
    ]


def test_a_heading_goes_with_what_follows_it_unless_nothing_does() -> None:
    parts = (Paragraph("壹、總說", heading=True), Paragraph("一、緣起", heading=True), Paragraph("甲。", place="第3段"))
    text, spans = composed([Section("理由", parts), Section("結語", (Paragraph("以上", heading=True),))])
    assert [text[one.start : one.end] for one in spans] == ["壹、總說\n一、緣起\n甲。", "以上"]
    assert spans[0].place == "第3段"


def test_what_is_hidden_has_passages_that_no_question_finds() -> None:
    _, spans = composed(
        [Section("主文", (Paragraph("甲。"),)), Section("意見書", (Paragraph("乙。"),))], hidden=("意見書",)
    )
    assert [one.searchable for one in spans] == [True, False]


def test_paragraphs_are_numbered_as_they_are_marked_else_counted() -> None:
    found = list(reasons(["甲。【1】", "乙。", "丙。 【5】", "丁。"], "院"))
    assert [(one.text, one.place) for one in found] == [
        ("甲。", "第1段"),
        ("乙。", "第2段"),
        ("丙。", "第5段"),
        ("丁。", "第6段"),
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("一、本件聲請意旨略以：規定違憲。", "聲請人"),
        ("聲請人二主張略謂：規定違憲。", "聲請人"),
        ("相關機關某部以答辯書陳述意見略以：合憲。", "關係機關"),
        ("查立法理由略以：「甲」。", "院"),
        ("按憲法保障自由。聲請人主張略以：不可採。", "院"),
    ],
)
def test_who_speaks_is_told_by_the_opening_words(text: str, speaker: str) -> None:
    assert [one.speaker for one in reasons([text], "院")] == [speaker]


def test_no_word_of_a_chapter_of_claims_is_the_courts() -> None:
    lines = ["壹、聲請人陳述要旨", "規定違憲。", "貳、審查", "規定合憲。", "十一、結論", "駁回。"]
    assert [one.speaker for one in reasons(lines, "院")] == ["", "", "院", "院", "院", "院"]


def test_an_author_is_named_as_the_court_names_him() -> None:
    assert author("憲法法庭109年憲判字第1號判決甲大法官乙丙提出之不同意見書") == "甲大法官乙丙"
    assert author("不同意見書") == ""


def test_a_heading_is_short_and_no_sentence() -> None:
    assert is_heading("壹、事實概要")
    assert not is_heading("聲請駁回。")
    assert not is_heading("字" * 46)


LINES = st.text(st.sampled_from("壹、甲。略以：聲請人【1】 　"), min_size=1, max_size=700).filter(
    lambda line: line.strip() == line
)


@given(st.lists(st.tuples(st.sampled_from(["主文", "理由"]), st.lists(LINES, min_size=1, max_size=5)), max_size=4))
def test_passages_cover_every_paragraph_in_order(sections: list[tuple[str, list[str]]]) -> None:
    made = [Section(heading, tuple(reasons(lines, "院"))) for heading, lines in sections]
    text, spans = composed(made)
    edges = [0, *(edge for one in spans for edge in (one.start, one.end)), len(text)]
    assert edges == sorted(edges)
    assert all(0 < one.end - one.start <= MOST for one in spans)
    shown = "".join(text[one.start : one.end] for one in spans)
    written = "".join(part.text for section in made for part in section.paragraphs)
    assert "".join(shown.split()) == "".join(written.split())
