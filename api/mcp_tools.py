"""What the tools for language models do: the same engine as that of every other door, asked by name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, ParamSpec, TypeVar

import anyio
from anyio import to_thread

from api import mcp_schemas as told
from api.schemas.search import HitOut
from rag.answer import Engine, answer_to_dict, today
from rag.domain import Answer
from rag.errors import UnknownKey, UsageError
from rag.named import article_label
from rag.names import display_name
from rag.reading import Page

_PCODE = re.compile("[A-Z][0-9]{7}")
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Tools:
    """The tools over one engine, which blocks: it is asked in threads."""

    def __init__(self, engine: Engine, max_question_chars: int) -> None:
        self._engine = engine
        self._max_question_chars = max_question_chars

    async def ask(self, asked: told.AskIn) -> told.AskOut:
        """The proved answer; cancelling stops the model."""
        history = [self._bounded(one) for one in asked.history]
        events = self._engine.stream(self._bounded(asked.question), asked.as_of, history)
        try:
            while not isinstance(event := await to_thread.run_sync(next, events, abandon_on_cancel=True), Answer):
                pass
        finally:
            with anyio.CancelScope(shield=True):
                await _threaded(events.close)
        return told.AskOut.model_validate(answer_to_dict(replace(event, request_id=uuid.uuid4().hex)))

    async def search(self, asked: told.SearchIn) -> told.SearchOut:
        page = await _threaded(self._page, asked)
        return told.SearchOut(hits=[HitOut.of(one) for one in page.hits], **await self._common(page.as_of))

    async def get_article(self, asked: told.ArticleIn) -> told.ArticleOut:
        day = asked.as_of or today()
        pcode = await _threaded(self._pcode, asked.law, asked.number)
        view = await _threaded(self._engine.article, pcode, asked.number, day)
        found = view.document
        return told.ArticleOut(
            **self._about(view.law.name, pcode, asked.number),
            **await self._common(day),
            status=view.status,
            versions=[one.version for one in view.versions],
            url=view.law.url,
            **{name: getattr(found, name) for name in ("version", "text", "valid_from", "valid_to") if found},
        )

    async def history(self, asked: told.HistoryIn) -> told.HistoryOut:
        pcode = await _threaded(self._pcode, asked.law, asked.number)
        law, steps = await _threaded(self._engine.reading.history, pcode, asked.number)
        return told.HistoryOut(
            **self._about(law.name, pcode, asked.number),
            **await self._common(None),
            versions=[
                told.StepOut(
                    version=one.document.version,
                    valid_from=one.document.valid_from,
                    valid_to=one.document.valid_to,
                    origin=one.document.origin,
                    deleted=one.document.deleted,
                    text=one.document.text,
                    diff=[told.SpanOut(kind=span.kind, text=span.text) for span in one.diff],
                )
                for one in steps
            ],
            url=law.url,
        )

    async def get_judgment(self, asked: told.JudgmentIn) -> told.JudgmentOut:
        key = await _threaded(self._decision, asked.id)
        view = await _threaded(self._engine.reading.document, key, today())
        text, end = view.document.text, asked.start + told.MAX_PART
        if asked.start > len(text):
            raise UsageError(f"start 最多 {len(text)}，原文只有這麼長")
        return told.JudgmentOut(
            **await self._common(None),
            key=key,
            title=view.document.title,
            kind=view.document.kind,
            version=view.document.version,
            status=view.status,
            became=view.note,
            facts=dict(view.document.facts),
            text=text[asked.start : end],
            start=asked.start,
            total=len(text),
            next_start=end if end < len(text) else None,
            url=view.document.url,
        )

    async def verify(self, asked: told.VerifyIn) -> told.VerifyOut:
        report = await _threaded(self._engine.verify, asked.text, asked.as_of)
        return told.VerifyOut(
            **await self._common(report.as_of),
            is_clean=report.is_clean,
            extracted=report.extracted,
            checked=report.checked,
            truncated=report.truncated,
            counts=dict(report.counts),
            references=[told.ReferenceOut.model_validate(one) for one in report.references],
        )

    def _bounded(self, question: str) -> str:
        if len(question) > self._max_question_chars:
            raise UsageError(f"問題最多 {self._max_question_chars} 字，這個問題有 {len(question)} 字")
        return question

    async def _common(self, day: date | None) -> dict[str, Any]:
        return {"as_of": day or today(), "coverage": dict(await _threaded(self._engine.coverage))}

    def _page(self, asked: told.SearchIn) -> Page:
        question, reading = self._bounded(asked.question), self._engine.reading
        return reading.page(question, asked.as_of or reading.day(question, today()), asked.filters, 0, asked.limit)

    def _about(self, law: str, pcode: str, number: str) -> dict[str, str]:
        name = display_name(law)
        return {"key": f"law/{pcode}/{number}", "label": name + article_label(number), "law": name, "pcode": pcode}

    def _pcode(self, law: str, number: str) -> str:
        """The code of a law by its code, name, former name or common short name.

        :raises UnknownKey: there is no such law.
        """
        if _PCODE.fullmatch(law):
            return law
        named = [one.law for one in self._engine.references(law + article_label(number)) if one.law]
        if len(named) != 1:
            raise UnknownKey(f"沒有收錄「{law}」這部法規")
        return named[0]

    def _decision(self, written: str) -> str:
        """The key of one decision by its number or its key.

        :raises UnknownKey: none is stored, or several have this number.
        """
        if "," in written:
            return "judgment/" + written.removeprefix("judgment/")
        if written.startswith(("interpretation/", "constitutional/")):
            return written
        named = self._engine.verify(written).references
        if not named:
            raise UnknownKey(f"「{written}」不是裁判或解釋的字號；寫成釋字第748號、最高法院104年度台上字第472號判決")
        if not named[0].key.startswith(("judgment/", "interpretation/", "constitutional/")):
            raise UnknownKey(named[0].detail or f"沒有收錄「{written}」，或有好幾則；改用裁判書識別碼")
        return named[0].key


async def _threaded(does: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    return await to_thread.run_sync(lambda: does(*args, **kwargs))
