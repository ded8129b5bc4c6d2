"""A run on the disk over the laws of ``tests.fakes``, to be judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from eval.folder import Asked, RunFolder
from eval.library import Library, StoreLibrary
from eval.outputs import Output
from eval.running import Doors, rescore
from eval.tier import LibraryOpener
from rag.store import Store
from tests.eval import runs
from tests.eval.fakes import opener
from tests.fakes import KEY, QUOTE, memory_store

DAY = date(2024, 8, 1)
ANSWERS = [
    "租借人請求時，業者要把押金還給他[1]。業者要在收到請求之後退還押金[1]。",
    f"{QUOTE}[1]",
    "業者應於九日內返還押金[1]。",
]
"""Two claims for a judge, one that only quotes, one with a wrong number."""


class _Small(StoreLibrary):
    def coverage(self) -> Mapping[str, object]:
        return {"revision": 7}


@contextmanager
def library(day: date | None = None) -> Iterator[Library]:
    yield _Small(cast(Store, memory_store()), day or DAY)


def shelves(data: Path | None, day: date | None) -> LibraryOpener:
    return partial(library, DAY)


DOORS = Doors(opener(None), shelves)  # type: ignore[arg-type]


def asked(id: str = "q", **changes: Any) -> Asked:
    values = {"id": id, "kind": "lay", "question": "押金多久要退還？", "answerable": True} | changes
    return Asked.model_validate_json(json.dumps(values))


def said(answer: str, id: str = "q", **changes: Any) -> Output:
    cited = {"mark": 1, "key": KEY, "label": "示範共享單車租借條例第4條"}
    return Output.model_validate_json(json.dumps({"id": id, "answer": answer, "citations": [cited]} | changes))


def run_of(path: Path, answers: Sequence[str]) -> RunFolder:
    """A run with these answers, scored."""
    made = runs.run(path, [])
    made.put_questions(asked(f"q{at}") for at in range(len(answers)))
    made.put_outputs(said(answer, f"q{at}") for at, answer in enumerate(answers))
    rescore(made, DOORS)
    return made
