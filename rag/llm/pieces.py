"""An answer read in a thread of its own, so that waiting has limits and giving up reaches the server.

A socket can wait for the next bytes only; who asks wants to know the first word in time, no long pause, and an end. The
thread ends by itself in every case: its connection is shut under it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from rag.errors import CalledOff, ModelBroken, ModelError, ModelTimeout, ModelUnreachable
from rag.stoppable import woken

_CONNECTED = (".connect_tcp.complete", ".start_tls.complete")  # what httpcore says when a line is open
_ABANDONED = ("abort", "error")  # the reasons servers give when it was not the model that ended
_here = threading.local()


class Limits(NamedTuple):
    """Seconds: until the first word, between two pieces, for all of an answer. Retries come before the first word."""

    first: float = 30.0
    pause: float = 20.0
    total: float = 120.0
    retries: int = 2


USUAL = Limits()


class Chunk(NamedTuple):
    """What came: words, perhaps none; and, with the last ones, the reason why it ends."""

    text: str
    finish: str = ""


class Answering:
    """One answer on its way.

    :param most: characters after which it is cut, whatever the server was asked to heed.
    :param translate: what a foreign exception means to the user.
    """

    def __init__(self, limits: Limits, most: int, translate: Callable[[Exception], ModelError]) -> None:
        self._limits = limits
        self._room = most
        self._translate = translate
        self._came: SimpleQueue[str | ModelError | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._line: Any = None
        self._response: Any = None
        self._status = 0

    def pieces(self, ask: Callable[[], Iterator[Chunk]]) -> Iterator[str]:
        """The words as they come. ``ask`` runs in the thread; its requests pass ``before`` and ``after``.

        Raises ``CalledOff`` when the generator around is closed meanwhile, however long the next word takes.
        """
        with woken(self.stop):
            threading.Thread(target=self._read, args=(ask,), name="youju-model", daemon=True).start()
            until = time.monotonic() + self._limits.total
            wait = self._limits.first
            while (piece := self._next(wait, until)) is not None:
                yield piece
                wait = self._limits.pause

    def stop(self) -> None:
        """Hang up; nothing more is asked or read, and who waits for a piece is woken."""
        self._stopped.set()
        self._hang_up()
        self._came.put(None)

    def before(self, request: Any) -> None:
        """A request is about to be sent, perhaps once more. Raises ``CalledOff`` when nobody waits for it."""
        self._check()
        request.extensions["trace"] = self._connected

    def after(self, response: Any) -> None:
        self._status = response.status_code
        self._response = response
        self._check()

    def _check(self) -> None:
        if self._stopped.is_set():
            raise CalledOff("不再等候回答")

    def _connected(self, step: str, facts: Mapping[str, Any]) -> None:
        if step.endswith(_CONNECTED):
            self._line = facts["return_value"].get_extra_info("socket")
            if self._stopped.is_set():
                self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            # Closing would not wake a thread that waits for the next bytes.
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _next(self, wait: float, until: float) -> str | None:
        left = until - time.monotonic()
        try:
            piece = self._came.get(timeout=max(0.0, min(wait, left)))
        except Empty:
            raise self._late(wait, left) from None
        self._check()
        if isinstance(piece, ModelError):
            raise piece from None
        return piece

    def _late(self, wait: float, left: float) -> ModelError:
        if self._status >= 400:
            return ModelUnreachable(f"模型伺服器忙碌或出錯（HTTP {self._status}）")
        if left < wait:
            return ModelTimeout(f"模型在 {self._limits.total:g} 秒內沒有寫完回答")
        return ModelTimeout(f"等了 {wait:g} 秒，模型伺服器沒有送來下一個字")

    def _read(self, ask: Callable[[], Iterator[Chunk]]) -> None:
        _here.answering = self
        try:
            self._finish(self._keep(ask()))
        except ModelError as error:
            self._came.put(error)
        except Exception as error:
            self._came.put(self._translate(error))
        finally:
            if self._response is not None:
                self._response.close()
            self._came.put(None)

    def _keep(self, chunks: Iterator[Chunk]) -> str:
        """Hand on what comes; why it ended, "" when it just broke off."""
        finish = ""
        for text, reason in chunks:
            if text:
                self._came.put(text[: self._room])
            self._room -= len(text)
            finish = reason or finish
            if self._room < 0 or self._stopped.is_set():
                return "length"
        return finish

    def _finish(self, reason: str) -> None:
        if not reason or reason in _ABANDONED:
            raise ModelBroken("模型的回答中途斷了")


def before(request: Any) -> None:
    """To be called with every request of the client, in the thread that sends it."""
    answering: Answering | None = getattr(_here, "answering", None)
    if answering is not None:
        answering.before(request)


def after(response: object) -> None:
    """To be called with every response of the client, before it is read."""
    answering: Answering | None = getattr(_here, "answering", None)
    if answering is not None:
        answering.after(response)
