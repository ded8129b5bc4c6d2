"""Official files over HTTP: polite, resumable, checked, and never with certificate checks switched off."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import truststore
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ingest.archive import is_page, is_whole
from rag.errors import BrokenArchive, SourceBlocked, SourceUnreachable

_TIMEOUT = httpx2.Timeout(180, connect=20)
_CHUNK = 1 << 16
_ATTEMPTS = 5
Progress = Callable[[int], None]


class _Again(Exception):
    """Worth another attempt; ``after`` is what Retry-After asked for, in seconds."""

    def __init__(self, why: str, after: float = 0) -> None:
        super().__init__(why)
        self.after = after


def tls_context() -> ssl.SSLContext:
    """The operating system's trust store, with chain and host name checked.

    The TWCA root behind law.moj.gov.tw has no Subject Key Identifier, which only the *strict* flag (default from Python
    3.13 and OpenSSL 3.6 on) refuses: that one flag is cleared, nothing else.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class Fetcher:
    """One connection, a pause between requests, an honest name.

    :param contact: an address the source's operators can write to; goes into the User-Agent.
    :param interval: seconds between two requests.
    """

    def __init__(
        self, contact: str = "", interval: float = 2.0, transport: httpx2.BaseTransport | None = None
    ) -> None:
        agent = "youju/0.1" + (f" (+{contact})" if contact else "")
        limits = httpx2.Limits(max_connections=1)
        verify = tls_context() if transport is None else True
        self._client = httpx2.Client(
            headers={"User-Agent": agent}, timeout=_TIMEOUT, limits=limits, transport=transport, verify=verify,
            follow_redirects=True,
        )  # fmt: skip
        self._interval = interval
        self._last = 0.0

    def close(self) -> None:
        self._client.close()

    def download(self, url: str, target: Path, progress: Progress = lambda size: None) -> Path:
        """Fetch ``url`` into ``target``; a part left by a killed run is taken up where it stopped.

        :raises SourceUnreachable: no good answer after five attempts, or an error status.
        :raises SourceBlocked: a web page in place of the file, or the server refuses us.
        :raises BrokenArchive: what came is not a whole ZIP.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS), wait=self._wait, retry=retry_if_exception_type(_Again), reraise=True
        )
        try:
            retrying(self._attempt, url, part, progress)
        except _Again as error:
            raise SourceUnreachable(f"{url}：下載不成（{error}）") from error
        self._check(url, part)
        part.replace(target)
        return target

    def _attempt(self, url: str, part: Path, progress: Progress) -> None:
        self._pause()
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code == 416:
                    return
                self._refuse(url, response)
                resumed = response.status_code == 206
                with part.open("ab" if resumed else "wb") as file:
                    for chunk in response.iter_bytes(_CHUNK):
                        file.write(chunk)
                        progress(len(chunk))
        except httpx2.TransportError as error:
            raise _Again(str(error) or type(error).__name__) from error

    def _refuse(self, url: str, response: httpx2.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise SourceBlocked(f"{url}：伺服器拒絕存取（HTTP {status}）")
        if status == 429 or status >= 500:
            raise _Again(f"HTTP {status}", _seconds(response.headers.get("Retry-After", "")))
        if status not in (200, 206):
            raise SourceUnreachable(f"{url}：HTTP {status}")

    def _check(self, url: str, part: Path) -> None:
        if is_page(part):
            part.unlink()
            raise SourceBlocked(f"{url}：回傳的是網頁，不是檔案")
        if not is_whole(part):
            part.unlink()
            raise BrokenArchive(f"{url}：下載的 ZIP 不完整，已刪除，請再執行一次")

    def _pause(self) -> None:
        time.sleep(max(0.0, self._last + self._interval - time.monotonic()))
        self._last = time.monotonic()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, _Again) else 0.0
        return max(asked, wait_exponential(multiplier=self._interval, max=60)(state))


@contextmanager
def fetcher(contact: str, interval: float) -> Iterator[Fetcher]:
    one = Fetcher(contact, interval)
    try:
        yield one
    finally:
        one.close()


def _seconds(value: str) -> float:
    return min(float(value), 300.0) if value.isdigit() else 0.0
