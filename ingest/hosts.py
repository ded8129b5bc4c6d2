"""What is true of a server for as long as a run lasts: one connection, a pause, and when to leave it alone."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import httpx2
import truststore

from rag.causes import cause
from rag.errors import SettingsError, SourceBlocked, SourceUnreachable

FAILURES = 5
"""So many in a row, and a host is left alone for the rest of the run."""
_LONGEST_WAIT = 300.0
_TIMEOUT = httpx2.Timeout(180, connect=20)
# Their operators ask for more than the others do.
_SLOWER = {"ly.govapi.tw": 3.0, "v2.ly.govapi.tw": 3.0, "gazette.nat.gov.tw": 10.0}


class Clock(NamedTuple):
    """Time as the client sees it, in seconds; ``date`` is Unix time, which outlives the process."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    date: Callable[[], float] = time.time


def tls_context(authority: Path | None = None) -> ssl.SSLContext:
    """The operating system's trust store, with chain and host name checked; ``authority`` adds a PEM file to it.

    The TWCA root behind law.moj.gov.tw has no Subject Key Identifier, which only the *strict* flag (default from Python
    3.13 and OpenSSL 3.6 on) refuses: that one flag is cleared, nothing else.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if authority:
        try:
            context.load_verify_locations(cafile=authority)
        except OSError as error:
            raise SettingsError(f"{authority}：不是可用的憑證檔（{cause(error)}）") from error
    return context


class Host:
    """One server and how it has been answering.

    :param name: its host name, with the port where it is not the usual one.
    """

    def __init__(self, name: str, client: httpx2.Client, interval: float, clock: Clock) -> None:
        self.name = name
        self.client = client
        self.interval = max(interval, _SLOWER.get(name, 0.0))
        self._clock = clock
        self._ready = float("-inf")
        self._failures = 0

    @property
    def given_up(self) -> bool:
        return self._failures >= FAILURES

    def check(self) -> None:
        """:raises SourceUnreachable: the host has been given up."""
        if self.given_up:
            raise SourceUnreachable(f"{self.name}：已連續失敗 {FAILURES} 次，這次執行不再向它要資料")

    def take_turn(self) -> None:
        """Wait until the next request may go out.

        :raises SourceUnreachable: the host wants to be left alone for longer than we wait.
        """
        wait = max(0.0, self._ready - self._clock.now())
        if wait > _LONGEST_WAIT:
            raise SourceUnreachable(f"{self.name}：伺服器要求 {wait:.0f} 秒後再來")
        self._clock.sleep(wait)
        self._ready = self._clock.now() + self.interval

    def worked(self) -> None:
        self._failures = 0

    def failed(self, retry_after: str = "") -> None:
        """:param retry_after: the header of that name, in seconds or as a date."""
        self._failures += 1
        self._ready = max(self._ready, self._clock.now() + _seconds(retry_after, self._clock.date()))


def open_client(agent: str, transport: httpx2.BaseTransport | None, authority: Path | None) -> httpx2.Client:
    return httpx2.Client(
        headers={"User-Agent": agent},
        timeout=_TIMEOUT,
        limits=httpx2.Limits(max_connections=1),
        verify=tls_context(authority) if transport is None else True,
        transport=transport,
    )


def is_public(host: str) -> bool:
    """Whether a host name stands for addresses of the public network only; one without any does not.

    Looked up before the client does, so that nothing is sent to a machine that only this one can reach.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    # fe80::1%eth0
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found)


def refuse_private(host: str) -> None:
    """:raises SourceBlocked: the host is not, or not only, in the public network."""
    if not is_public(host):
        raise SourceBlocked(f"{host}：找不到，或不是公開的主機")


def _seconds(value: str, date: float) -> float:
    """``"40"`` is 40.0, and so is the day and time 40 seconds after ``date``; what can't be read is 0.0."""
    with suppress(ValueError, TypeError, OverflowError):
        if value.isdigit():
            return float(value)
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - date)
    return 0.0
