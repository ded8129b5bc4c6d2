"""The system that the settings name, opened for the time of a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from eval.config import ChatTable, Config, EngineTable, HttpTable, StoredTable
from eval.folder import Asked
from eval.systems import System
from eval.systems.engine import Answering, EngineSystem
from rag.build import open_chat
from rag.settings import load_settings


class Warmed(Answering, Protocol):
    """``warm`` makes the first question as fast as any."""

    def warm(self) -> None: ...


class EngineOpener(Protocol):
    """The folder of all data, or None for the one in the settings → the engine over it; ``model`` is a preset."""

    def __call__(self, data: Path | None, model: str | None = None) -> AbstractContextManager[Warmed]: ...


@contextmanager
def open_system(
    config: Config, questions: Sequence[Asked], open_engine: EngineOpener, data: Path | None = None
) -> Iterator[System]:
    """:raises UsageError: the settings don't fit it.
    :raises YoujuError: it can't be opened."""
    table, depth = config.chosen, config.run.depth
    if isinstance(table, EngineTable):
        with open_engine(data, table.model or None) as engine:
            engine.warm()
            yield EngineSystem(engine, depth)
    elif isinstance(table, HttpTable):
        # Only who asks over HTTP needs the client.
        from eval.systems.http import Address, HttpSystem

        key = load_settings().eval_key.get_secret_value()
        with closing(HttpSystem(Address(table.url, key, table.timeout_s), depth)) as system:
            yield system
    elif isinstance(table, StoredTable):
        from eval.systems.stored import StoredSystem

        yield StoredSystem(config.base / table.path, questions)
    else:
        with open_engine(data) if table.with_passages else nullcontext() as engine:
            yield _chat(config, table, engine)


def _chat(config: Config, table: ChatTable, engine: Warmed | None) -> System:
    from eval.systems.chat import ChatSystem

    given = {"model": table.model, "model_url": table.url, "model_name": table.name, "model_timeout_s": table.timeout_s}
    model = open_chat(load_settings(**{name: value or None for name, value in given.items()}))
    return ChatSystem(config.run.system, model, engine, table.passages, config.run.depth)
