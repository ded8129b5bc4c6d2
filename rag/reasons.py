"""Why an article reads as it does: the legislative reasons stored for it, quoted where a question asks for them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple, Protocol

from rag.domain import Document, Passage
from rag.store import LinkRow
from rag.write import Source, source_of_passage

# 第24條為什麼這樣修 · 當初為何限制 · 免除職務的理由
_ASKED = re.compile("理由|為(?:什麼|甚麼|何)|何以|立法(?:目的|意旨|原意)|當初")
# 立法理由, 修法理由: asked for by their name, so that it is said when there are none
_BY_NAME = re.compile(
    "(?:立法|修法|修正|增訂|制定)的?(?:理由|目的|意旨|原意)|當初立法|為(?:什麼|甚麼|何)[^，。？]{0,6}(?:修|增訂|立法)"
)
# 「照黨團協商條文通過。」, 「條次變更，內容未修正。」: how it was passed, and nothing of why
_SILENT = re.compile(
    r"^\W*(?:一、本條新增。\W*二、)?(?:(?:本條)?照.{0,60}|綜合.{0,20}|修正)通過\W*$|^\W*(?:本條未修正|條次變更)[^。]{0,12}。\W*$"
)
_LONG = 500


class Texts(Protocol):
    """What is asked of the store."""

    def links_to(self, target: str) -> list[LinkRow]: ...
    def version(self, key: str, version: str) -> Document | None: ...
    def passages_of(self, key: str, version: str) -> list[Passage]: ...


class Reasons(NamedTuple):
    """What a question wants to know of the reasons: anything at all, and whether it names them."""

    asked: bool
    by_name: bool


def asks(question: str) -> Reasons:
    """``asks("勞動基準法第24條為什麼這樣修").asked`` is true."""
    return Reasons(_ASKED.search(question) is not None, _BY_NAME.search(question) is not None)


def reason(article: str, texts: Texts, day: date) -> Source | None:
    """The newest reasons given for an article by a day, from their beginning; None where none say anything."""
    links = (link for link in texts.links_to(article) if link.relation == "reason_of")
    for link in sorted(links, key=lambda one: one.version, reverse=True):
        document = texts.version(link.key, link.version)
        if document and document.holds_on(day) and not _SILENT.match(document.text):
            parts = [one for one in texts.passages_of(document.key, document.version) if one.searchable]
            if parts:
                return source_of_passage(0, document, _opening(document, parts))
    return None


def _opening(document: Document, parts: list[Passage]) -> Passage:
    first = parts[0]
    end = max((one.end for one in parts if one.end - first.start <= _LONG), default=first.end)
    return Passage(document.key, document.version, first.start, end, document.text[first.start : end], first.section)
