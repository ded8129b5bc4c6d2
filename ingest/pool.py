"""Work spread over child processes that know the names of all laws, with the results in the order of the work."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeVar

from rag.children import follow_parent
from rag.errors import YoujuError
from rag.names import LawName, LawNames, with_aliases

_WORKERS = 2
_names: LawNames | None = None
T = TypeVar("T")
R = TypeVar("R")


def in_order(function: Callable[[T, LawNames], R], work: Iterable[T], entries: list[LawName]) -> Iterator[R]:
    """``function(one, names)`` for each piece of work; ``function`` and what goes in and out must be picklable.

    A single piece is worked out here: a child needs half a second to start. Work that breaks off with an error of ours
    is worked out as far as it came, then the error is raised.
    """
    broken: list[YoujuError] = []
    rest = _until_it_breaks(work, broken)
    first = list(islice(rest, 2))
    if len(first) < 2:
        names = LawNames(with_aliases(entries))
        yield from (function(one, names) for one in first)
    else:
        yield from _spread(function, chain(first, rest), entries)
    if broken:
        raise broken[0]


def _spread(function: Callable[[T, LawNames], R], work: Iterable[T], entries: list[LawName]) -> Iterator[R]:
    with ProcessPoolExecutor(_WORKERS, get_context("spawn"), _begin, (entries,)) as pool:
        # Only a few in flight: the children must not run away from the writer.
        waiting = []
        for one in work:
            waiting.append(pool.submit(_work, function, one))
            while len(waiting) > _WORKERS + 1 or (waiting and waiting[0].done()):
                yield waiting.pop(0).result()
        yield from (future.result() for future in waiting)


def _until_it_breaks(work: Iterable[T], broken: list[YoujuError]) -> Iterator[T]:
    try:
        yield from work
    except YoujuError as error:
        broken.append(error)


def _begin(entries: list[LawName]) -> None:
    global _names
    # Ctrl-C goes to the whole group of processes; it is for the parent to end the work, and to say so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Parsing makes many short-lived objects and few cycles; to look for those at every 700th takes a tenth of the time.
    gc.set_threshold(100_000, 20, 20)
    follow_parent()
    _names = LawNames(with_aliases(entries))


def _work(function: Callable[[T, LawNames], R], one: T) -> R:
    assert _names is not None, "a worker starts with _begin"
    return function(one, _names)
