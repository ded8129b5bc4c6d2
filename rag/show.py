"""An answer as text for a terminal: sentences with their marks, then every source with its quote and link."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from rag import changes
from rag.answer import Event
from rag.domain import OPEN, Answer, Citation, Sentence, Status
from rag.presets import EXTRACTIVE
from rag.telling import Told
from rag.write import KINDS, roc

_STATUS = {
    Status.IN_FORCE: "有效",
    Status.DELETED: "已刪除",
    Status.REPEALED: "已廢止",
    Status.NOT_YET_IN_FORCE: "尚未施行",
    Status.SUPERSEDED: "已修正",
    Status.REVERSED: "已遭廢棄",
}
_REASON = {
    "not_found": "查無此法條",
    "no_evidence": "沒有足以回答的依據",
    "outside_coverage": "不在收錄範圍",
    "false_premise": "問題的前提與法規不符",
    "conflicting_versions": "版本互相牴觸",
    "needs_lawyer": "須由律師判斷個案",
}
_BOLD, _DIM, _MARK, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[0m"
_CODES = re.compile("\x1b\\[[0-9]+m")
_EXCERPT = 400


def as_json(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2)


def as_text(answer: Answer, color: bool = False) -> str:
    """The whole answer; ``color`` adds terminal codes. None ever comes from a source or a question (``clean``)."""
    return _plain("\n".join([*_head(answer), *map(_sentence, answer.sentences), *_rest(answer)]), color)


def as_told(events: Iterable[Event], color: bool = False) -> Iterator[str]:
    """The same piece by piece, each sentence as soon as it is told."""
    for event in events:
        if isinstance(event, Answer):
            yield _plain("\n".join([*_head(event), *_rest(event)]), color)
        elif isinstance(event, Told):
            yield _plain(_sentence(event.sentence), color)


def _plain(text: str, color: bool) -> str:
    return text if color else _CODES.sub("", text)


def _head(answer: Answer) -> Iterator[str]:
    if answer.reason:
        yield f"{_BOLD}不作答：{_REASON[answer.reason]}{_OFF}"


def _sentence(sentence: Sentence) -> str:
    return f"{_BOLD}{clean(sentence.text)}{_OFF}\n"


def _rest(answer: Answer) -> Iterator[str]:
    if answer.message:
        yield clean(answer.message)
    if answer.rewritten:
        yield f"{_DIM}問題讀作：{clean(answer.rewritten)}{_OFF}"
    if answer.citations:
        law = "的法規" if all(one.kind == "statute" for one in answer.citations) else ""
        yield f"\n依據（{roc(answer.as_of)}當日{law}）"
    for one in answer.citations:
        yield from _source(one)
    yield from _changed(answer)
    yield from _near(answer)
    yield f"\n{_DIM}{_footer(answer)}{_OFF}"


def _changed(answer: Answer) -> Iterator[str]:
    """That what is cited reads otherwise today, or soon."""
    if answer.changes:
        yield "\n條文異動"
    for change in answer.changes:
        yield f"  [{change.mark}] {clean(changes.sentence(change))}"


def _near(answer: Answer) -> Iterator[str]:
    if answer.found:
        yield "\n相近的條文（未用來作答）"
    for one in answer.found:
        yield f"  {clean(one.label)}　{_MARK}{_excerpt(one.quote)}{_OFF}"
        yield f"  {_DIM}{clean(one.url)}{_OFF}"


def _source(one: Citation) -> Iterator[str]:
    yield f"[{one.mark}] {_BOLD}{clean(one.label)}{_OFF}（{_standing(one)}；版本 {one.version}）"
    yield f"    {_MARK}「{_excerpt(one.quote)}」{_OFF}"
    yield f"    {_DIM}{clean(one.url)}{_OFF}"


def _standing(one: Citation) -> str:
    """Whether law is in force, and since when; of what is no law only what it is and its day."""
    if one.kind != "statute":
        return KINDS[one.kind] + (f"；{roc(one.valid_from)}" if one.valid_from != date.min else "")
    until = "現行" if one.valid_to == OPEN else f"至{roc(one.valid_to)}止"
    begun = "施行日期未定" if one.valid_from == OPEN else f"自{roc(one.valid_from)}起，{until}"
    return f"{_STATUS[one.status]}；{begun}"


def _excerpt(quote: str) -> str:
    text = "\n      ".join(clean(quote).split("\n"))
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"


def clean(text: str) -> str:
    """What is safe on a terminal: nothing that moves the cursor, colours the screen or turns the reading order.

    Private-use characters stand for rare ideographs in official texts and stay; odd spaces become plain ones.
    """
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign in "\n\u3000" or sign.isprintable():
        return sign
    kind = unicodedata.category(sign)
    return sign if kind == "Co" else " " if kind == "Zs" or sign == "\t" else ""


def _footer(answer: Answer) -> str:
    releases = answer.coverage.get("releases")
    newest = max(releases.values(), default="") if isinstance(releases, Mapping) else ""
    data = f"資料：全國法規資料庫 {newest}；" if newest else ""
    who = "未經模型改寫" if answer.model == EXTRACTIVE else "由模型起草"
    return f"{data}逐句核對，{who}（{answer.model}）。本服務不是法律意見。"
