"""A generator that any thread may close at any moment, also while another one waits for its next value.

What waits long inside it (for the next word of a model) says with ``woken`` how to be woken. Nothing is passed down:
each generator runs in a context of its own, so what it calls, however deep, finds the stop that is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from rag.errors import CalledOff

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Stop:
    """Set once, and never taken back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.is_set = False
        self._wakes: set[Callable[[], None]] = set()

    def set(self) -> None:
        with self._lock:
            self.is_set = True
            for wake in self._wakes:
                wake()

    def add(self, wake: Callable[[], None]) -> None:
        with self._lock:
            if self.is_set:
                raise CalledOff("不再等候回答")
            self._wakes.add(wake)

    def drop(self, wake: Callable[[], None]) -> None:
        with self._lock:
            self._wakes.discard(wake)


_stops: ContextVar[tuple[_Stop, ...]] = ContextVar("stops", default=())
"""Those of the generators that the running code is part of, the outermost first."""


@contextmanager
def woken(wake: Callable[[], None]) -> Iterator[None]:
    """Have ``wake`` called, in a thread of no matter whom, once the generator around the block is closed.

    It has to be quick; what waits in the block then raises ``CalledOff``. Raises ``CalledOff`` if that was before.
    """
    stops = _stops.get()
    try:
        for stop in stops:
            stop.add(wake)
        yield
    finally:
        for stop in stops:
            stop.drop(wake)


class Stoppable(Generator[_T, None, None]):
    """The values of ``made``. ``next`` and ``close`` may be called from any thread.

    ``close`` wakes a ``next`` that waits, which then ends as at the end of the values: ``next(one, None) is None``; all
    is cleared up when ``close`` returns.
    """

    def __init__(self, made: Generator[_T, None, None]) -> None:
        self._made = made
        self._stop = _Stop()
        self._context = copy_context()
        self._context.run(_stops.set, (*_stops.get(), self._stop))
        self._turn = Lock()

    def send(self, value: None) -> _T:
        with self._turn:
            try:
                return self._context.run(self._made.send, value)
            except CalledOff:
                # Who closed a generator around this one has to hear of it there.
                if not self._stop.is_set:
                    raise
                raise StopIteration from None

    def throw(self, kind: Any, value: Any = None, traceback: Any = None, /) -> _T:
        with self._turn:
            return self._context.run(self._made.throw, kind if value is None else value)

    def close(self) -> None:
        self._stop.set()
        with self._turn:
            self._context.run(self._made.close)


def stoppable(make: Callable[_P, Generator[_T, None, None]]) -> Callable[_P, Stoppable[_T]]:
    """A function that makes a generator → one that makes a stoppable one."""

    @wraps(make)
    def made(*arguments: _P.args, **named: _P.kwargs) -> Stoppable[_T]:
        return Stoppable(make(*arguments, **named))

    return made
