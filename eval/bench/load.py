"""Requests over keep-alive connections, as many at once as there are connections: ``python -m eval.bench.load``.

Started as a process of its own, so that what it works is not worked by who answers. It reads a ``Plan`` as JSON on
standard input and writes a ``Load`` as JSON on standard output.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_UNANSWERED = 0


class Plan(NamedTuple):
    """What is posted to ``path`` for how long: the ``bodies`` in a random order of their own on each connection."""

    host: str
    port: int
    path: str
    bodies: Sequence[str]
    connections: int
    seconds: float
    seed: int


class Load(NamedTuple):
    """``ms`` of every request that was answered with 200; ``errors`` counts all others, those cut off included."""

    seconds: float
    ms: Sequence[float]
    errors: int


async def put_under(plan: Plan) -> Load:
    """Keep every connection busy for the time of the plan."""
    begun = time.perf_counter()
    until = begun + plan.seconds
    lists = await asyncio.gather(*(_connection(plan, number, until) for number in range(plan.connections)))
    seconds = time.perf_counter() - begun
    answered = [one for found in lists for one in found]
    ms = [taken for status, taken in answered if status == 200]
    return Load(seconds, ms, len(answered) - len(ms))


async def _connection(plan: Plan, number: int, until: float) -> list[tuple[int, float]]:
    """Status and milliseconds of each request of one connection, which is opened anew when it breaks."""
    found: list[tuple[int, float]] = []
    requests = _requests(plan, random.Random(plan.seed + number))
    while time.perf_counter() < until:
        try:
            reader, writer = await asyncio.open_connection(plan.host, plan.port)
        except OSError:
            found.append((_UNANSWERED, 0.0))
            await asyncio.sleep(0.1)
            continue
        try:
            while time.perf_counter() < until:
                begun = time.perf_counter()
                writer.write(next(requests))
                found.append((await _status(reader), (time.perf_counter() - begun) * 1000))
        except (OSError, EOFError, ValueError):
            found.append((_UNANSWERED, 0.0))
        finally:
            writer.close()
    return found


def _requests(plan: Plan, chance: random.Random) -> Iterator[bytes]:
    bodies = [one.encode() for one in plan.bodies]
    while True:
        for body in chance.sample(bodies, len(bodies)):
            head = f"POST {plan.path} HTTP/1.1\r\nHost: {plan.host}\r\nContent-Type: application/json\r\n"
            yield f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    """The status of one response, once all of it has come."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    first, *fields = head.split("\r\n")
    length = next(int(field[15:]) for field in fields if field.startswith("content-length:"))
    await reader.readexactly(length)
    return int(first.split()[1])


def main() -> None:
    load = asyncio.run(put_under(Plan(**json.load(sys.stdin))))
    json.dump(load._asdict(), sys.stdout)


if __name__ == "__main__":
    main()
