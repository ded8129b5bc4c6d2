"""A ground over fakes, and a store with a few documents of other sources."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from pathlib import Path

from eval.bench.ground import Ground
from rag import arrivals
from rag.arrivals import Arrival, Filed, Part, Relation, filed
from rag.domain import OPEN, Document
from rag.store import Store, open_store
from rag.writer import writing
from tests.eval.fakes import FakeEngine

DAY = date(2020, 1, 2)


def url(data: Path) -> str:
    return f"sqlite:///{data / 'youju.db'}"


def ground(source: Path, data: Path, engine: FakeEngine | None = None) -> Ground:
    @contextmanager
    def opened() -> Iterator[FakeEngine]:
        yield engine or FakeEngine()

    def stored() -> AbstractContextManager[Store]:
        return closing(open_store(url(data)))

    return Ground(source, data, opened, stored)


def judgment(number: int, text: str, section: str = "主文", links: tuple[Relation, ...] = ()) -> Filed:
    document = Document(
        key=f"judgment/TPDV,109,訴,{number},20200102,1", version=DAY.isoformat(), source="judgments", kind="judgment",
        title="示範", text=text, valid_from=DAY, valid_to=OPEN, facts={"court": "臺灣臺北地方法院"},
    )  # fmt: skip
    return filed(document, (Part(0, len(text), section, "法院"),), links)


def filled(data: Path, *judgments: Filed) -> Store:
    """A store with these judgments, each as it came in its own JSON."""
    store = open_store(url(data), create=True)
    came = [
        Arrival(one.document.key, "a" * 64, "1/", "x", None, zlib.compress(one.document.text.encode()), (one,))
        for one in judgments
    ]
    with writing(store) as writer:
        arrivals.put(writer, "judgments", came, DAY)
    return store
