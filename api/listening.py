"""Waiting for an answer on behalf of somebody who may hang up meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

import anyio
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from rag.answer import Event
from rag.domain import Answer

Events = Generator[Event, None, None]
_T = TypeVar("_T")


async def heard(does: Callable[[], _T], events: Events, request: Request) -> _T:
    """What a call makes of the events, which end, and with them the model's work, when the caller hangs up.

    In one go and off the event loop: under load, each way back to the loop is one more wait for its turn.
    """
    watch = asyncio.create_task(_watch(events, request))
    try:
        return await run_in_threadpool(does)
    finally:
        watch.cancel()


def last(events: Events) -> Answer | None:
    """The answer at the end of the events; ``None`` where they were closed before."""
    with closing(events):
        return next((event for event in events if isinstance(event, Answer)), None)


async def close(events: Events) -> None:
    """Also while another thread waits for the next event: it is woken."""
    with anyio.CancelScope(shield=True):
        await run_in_threadpool(events.close)


async def _watch(events: Events, request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    await close(events)
