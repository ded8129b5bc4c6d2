"""The small library of ``tests.api.library`` as an evaluation sees it, and short ways to questions and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from eval.folder import Asked
from eval.library import Library, StoreLibrary
from eval.outputs import Output
from eval.tier import LibraryOpener
from rag.answer import Engine
from tests.api.library import engine, store

DAY = date(2024, 8, 1)
ASKED = "押金多久要退還？"
KEY = "law/Z9990001/4"
QUOTE = "業者應於七日內全額返還押金。"
GOLD = {"law": "示範共享單車租借條例", "pcode": "Z9990001", "article": "4"}


class _Small(StoreLibrary):
    def coverage(self) -> Mapping[str, object]:
        return {"revision": 7}


@contextmanager
def opened(day: date | None = None) -> Iterator[Library]:
    """A function of a module, so that it can be sent to another process."""
    yield _Small(store(), day or DAY)  # type: ignore[arg-type]


def shelves(data: Path | None, day: date | None) -> LibraryOpener:
    return partial(opened, DAY)


@contextmanager
def _engine() -> Iterator[Engine]:
    yield engine()


def open_engine(data: Path | None, model: str | None = None) -> AbstractContextManager[Engine]:
    return _engine()


def asked(id: str = "q", **changes: Any) -> Asked:
    values = {"id": id, "kind": "lay", "question": ASKED, "answerable": True, "set": "lay"} | changes
    return Asked.model_validate_json(json.dumps(values))


def said(id: str = "q", **changes: Any) -> Output:
    cited = {"mark": 1, "key": KEY, "label": "示範共享單車租借條例第4條第2項", "quote": QUOTE}
    values = {"id": id, "answer": f"{QUOTE}[1]", "citations": [cited], "ms": 2.0} | changes
    return Output.model_validate_json(json.dumps(values))
