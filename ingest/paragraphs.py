"""The sections of a decision, paragraph by paragraph → its text and passages.

Written for decisions on the constitution, whose paragraphs are numbered and cited by number, and whose reasons first
tell what others say: none of that is the court's own word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from ingest.chunk import pieces
from ingest.parsed import Span

# …併此敘明。【12】
_MARK = re.compile(r"\s*【([0-9]{1,4})】\s*$")
_HEADING_MOST = 45
_SENTENCE_ENDS = tuple("。；！？」』")
# 壹、案件事實及聲請意旨 · 參、形成主文之法律上意見
_CHAPTER = re.compile(r"十?[壹貳參叁肆伍陸柒捌玖拾]{1,3}、")
_CLAIMS = re.compile(r"聲請(?:人|意旨|要旨)|陳述|主張")
# 一、本件聲請意旨略以 · 相關機關內政部陳述略以 · 聲請人一略謂
_SAID = re.compile(r"([^。：「]{0,80}?)略[以謂稱]")
# 林大法官俊益 of 「憲法法庭111年憲判字第1號判決林大法官俊益提出之協同意見書」
_AUTHOR = re.compile(r"(?:號\s?(?:判決|裁定)?|\s)([^號，,]{0,60}大法官[^號，,]{0,60}?)(?:共同)?提出")


class Paragraph(NamedTuple):
    """A ``heading`` has no passage of its own: it goes with what follows it."""

    text: str
    speaker: str = ""
    place: str = ""
    heading: bool = False


class Section(NamedTuple):
    heading: str
    paragraphs: tuple[Paragraph, ...]


def reasons(lines: Sequence[str], court: str) -> Iterator[Paragraph]:
    """Paragraphs with their numbers, and whose words they are: what a chapter of claims says is not the court's."""
    number, claims = 0, False
    for line in lines:
        mark = _MARK.search(line)
        number = int(mark[1]) if mark else number + 1
        text = line[: mark.start()] if mark else line
        heading = is_heading(text)
        if heading and _CHAPTER.match(text):
            claims = bool(_CLAIMS.search(text))
        if text:
            yield Paragraph(text, _party(text) or ("" if claims else court), f"第{number}段", heading)


def author(line: str) -> str:
    """``author("111年憲判字第1號判決林大法官某某提出之協同意見書") == "林大法官某某"``; "" where none is named."""
    found = _AUTHOR.search(line)
    return found[1].strip() if found else ""


def is_heading(text: str) -> bool:
    """``is_heading("壹、事實概要及聲請意旨")``: short, and no sentence."""
    return len(text) <= _HEADING_MOST and not text.endswith(_SENTENCE_ENDS)


def composed(sections: Sequence[Section], hidden: Container[str] = ()) -> tuple[str, tuple[Span, ...]]:
    """Sections → a text with their headings, and its passages; none of the ``hidden`` ones is found by a question.

    ``composed([Section("主文", (Paragraph("聲請駁回。"),))])[0] == "主文\\n聲請駁回。"``; no line breaks in them.
    """
    text = "\n\n".join("\n".join((one.heading, *(part.text for part in one.paragraphs))) for one in sections)
    spans: list[Span] = []
    at = 0
    for section in sections:
        at += len(section.heading) + 1
        spans += _spans(text, at, section, section.heading not in hidden)
        at += sum(len(part.text) + 1 for part in section.paragraphs) + 1
    return text, tuple(spans)


def _spans(text: str, at: int, section: Section, searchable: bool) -> Iterator[Span]:
    start = at
    for part in section.paragraphs:
        at += len(part.text) + 1
        if part.heading and part is not section.paragraphs[-1]:
            continue
        for left, right in pieces(text, start, at - 1):
            yield Span(left, right, section.heading, part.speaker, part.place, searchable)
        start = at


def _party(text: str) -> str:
    said = _SAID.match(text)
    if not said:
        return ""
    return "關係機關" if "機關" in said[1] else "聲請人" if re.search("聲請|主張", said[1]) else ""
