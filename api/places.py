"""A bound on how many do something at once."""

from __future__ import annotations

import asyncio

from fastapi import HTTPException

_WAIT_S = 5.0  # who waits longer would rather be told to come again
_PER_PLACE = 2  # so many wait for each that is taken, at most


class Places:
    """At most ``at_once`` are taken; a few more wait for one, the rest are told to come again."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most_waiting, self._waiting = at_once * _PER_PLACE, 0

    async def take(self) -> None:
        """:raises HTTPException: 503, too many wait already, or none came free for too long."""
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(_WAIT_S):
                await self._free.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1

    def give_back(self) -> None:
        self._free.release()


def _busy() -> HTTPException:
    return HTTPException(503, "現在問的人太多，請稍後再試", headers={"Retry-After": "1"})
