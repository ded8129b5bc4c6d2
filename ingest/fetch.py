"""Official files over HTTP: polite, resumable, checked, and never with certificate checks switched off."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import httpx2
import truststore
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ingest.archive import is_page, is_whole
from rag.errors import BrokenArchive, SourceBlocked, SourceUnreachable, StoreError

_TIMEOUT = httpx2.Timeout(180, connect=20)
_CHUNK = 1 << 16
_ATTEMPTS = 5
_LONGEST_WAIT = 300.0
Progress = Callable[[int], None]


class Clock(NamedTuple):
    """Time as the fetcher sees it, in seconds."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


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
        self,
        contact: str = "",
        interval: float = 2.0,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        agent = "youju/0.1" + (f" (+{contact})" if contact else "")
        self._client = httpx2.Client(
            # What is asked for in ranges must come as it lies on the server's disk.
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            timeout=_TIMEOUT,
            limits=httpx2.Limits(max_connections=1),
            verify=tls_context() if transport is None else True,
            transport=transport,
            follow_redirects=True,
        )
        self._interval = interval
        self._clock = clock or Clock()
        self._last = float("-inf")

    def close(self) -> None:
        self._client.close()

    def download(self, url: str, target: Path, progress: Progress = lambda size: None) -> Path:
        """Fetch ``url`` into ``target``; a part left by a killed run is taken up where it stopped.

        :raises SourceUnreachable: no good answer after five attempts, or an error status.
        :raises SourceBlocked: a web page in place of the file, or the server refuses us.
        :raises BrokenArchive: what came is not a whole ZIP.
        :raises StoreError: it can't be written down.
        """
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=self._wait,
            retry=retry_if_exception_type(_Again),
            sleep=self._clock.sleep,
            reraise=True,
        )
        part = _Part(target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            retrying(self._attempt, url, part, progress)
            part.file.replace(target)
            part.drop()
        except _Again as error:
            raise SourceUnreachable(f"{url}：下載不成（{error}）") from error
        except OSError as error:
            raise StoreError(f"{target}：無法寫入（{error.strerror or error}）") from error
        return target

    def _attempt(self, url: str, part: _Part, progress: Progress) -> None:
        self._pause()
        have = part.size()
        try:
            with self._client.stream("GET", url, headers=part.conditions()) as response:
                if response.status_code != 416:
                    _refuse(url, response)
                    part.receive(response, progress)
        except (httpx2.UnsupportedProtocol, httpx2.TooManyRedirects, httpx2.DecodingError, httpx2.InvalidURL) as error:
            raise SourceUnreachable(f"{url}：{error}") from error
        except httpx2.TransportError as error:
            raise _Again(str(error) or type(error).__name__) from error
        _check(url, part, resumed=have > 0)

    def _pause(self) -> None:
        self._clock.sleep(max(0.0, self._last + self._interval - self._clock.now()))
        self._last = self._clock.now()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, _Again) else 0.0
        return max(asked, wait_exponential(multiplier=self._interval, max=60)(state))


class _Part:
    """What has come of a file so far, and the mark by which the server tells its versions apart."""

    def __init__(self, target: Path) -> None:
        self.file = target.with_name(target.name + ".part")
        self._mark = target.with_name(target.name + ".part.mark")

    def size(self) -> int:
        return self.file.stat().st_size if self.file.exists() else 0

    def conditions(self) -> dict[str, str]:
        """Ask for the rest, but only of the same version; without a mark the ZIP's own checksums have to tell."""
        if not self.size():
            return {}
        mark = self._mark.read_text(encoding="latin-1") if self._mark.exists() else ""
        return {"Range": f"bytes={self.size()}-"} | ({"If-Range": mark} if mark else {})

    def receive(self, response: httpx2.Response, progress: Progress) -> None:
        resumed = response.status_code == 206
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {self.size()}-"):
            self.drop()
            raise _Again("伺服器給的不是要的那一段")
        if not resumed:
            self._mark.write_text(_mark_of(response), encoding="latin-1")
        with self.file.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_bytes(_CHUNK):
                file.write(chunk)
                progress(len(chunk))

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)


@contextmanager
def fetcher(contact: str, interval: float) -> Iterator[Fetcher]:
    one = Fetcher(contact, interval)
    try:
        yield one
    finally:
        one.close()


def _refuse(url: str, response: httpx2.Response) -> None:
    status = response.status_code
    if url.startswith("https:") and response.url.scheme != "https":
        raise SourceUnreachable(f"{url}：被轉到未加密的 {response.url}")
    if status in (401, 403):
        raise SourceBlocked(f"{url}：伺服器拒絕存取（HTTP {status}）")
    if status == 429 or status >= 500:
        raise _Again(f"HTTP {status}", _seconds(response.headers.get("Retry-After", "")))
    if status not in (200, 206):
        raise SourceUnreachable(f"{url}：HTTP {status}")


def _check(url: str, part: _Part, resumed: bool) -> None:
    if part.size() and is_whole(part.file):
        return
    page = part.size() and is_page(part.file)
    part.drop()
    if page:
        raise SourceBlocked(f"{url}：回傳的是網頁，不是檔案")
    if resumed:
        raise _Again("接續下載的部分與先前的對不上")
    raise BrokenArchive(f"{url}：下載的 ZIP 不完整，已刪除，請再執行一次")


def _mark_of(response: httpx2.Response) -> str:
    """What If-Range may name: a strong ETag, else the day of the last change."""
    tag: str = response.headers.get("ETag", "")
    modified: str = response.headers.get("Last-Modified", "")
    return tag if tag and not tag.startswith("W/") else modified


def _seconds(value: str) -> float:
    """Retry-After, in seconds or as a date; a wish beyond five minutes is not waited for."""
    try:
        wish = float(value) if value.isdigit() else (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
    return min(max(wish, 0.0), _LONGEST_WAIT)
