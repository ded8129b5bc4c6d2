"""Sources over HTTP: one polite, honest client for all of them.

It obeys robots.txt, keeps one connection and a pause per host, comes back when a server says so and stays away after
five failures in a row. It goes by its own name and never gets round a wall that keeps robots out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential

from ingest.archive import is_page
from ingest.asked import Asked, ask, conditions, mark_of, sendable
from ingest.hosts import Clock, Host, open_client, refuse_private
from ingest.parts import Part, Whole, version_of
from ingest.robots import Robots
from ingest.walls import is_wall
from rag.causes import cause
from rag.errors import BrokenArchive, RefusedRequest, SettingsError, SourceBlocked, SourceUnreachable, StoreError

_AGENT = "youju/0.1"
_LARGEST = 200 << 20
# RFC 9309 asks for at least this much of a robots.txt to be read.
_LARGEST_ROBOTS = 500 << 10
_CHUNK = 1 << 16
_HOPS = 10
_LONGEST_BACK_OFF = 60
_T = TypeVar("_T")


class Page(NamedTuple):
    """An answer. ``mark`` is what to hand to the next ``get`` of the same URL; ``unchanged``: nothing new since then.

    ``media`` is the Content-Type as sent; ``url`` the address after redirects.
    """

    url: str
    body: bytes
    media: str = ""
    mark: str = ""
    unchanged: bool = False


class _Again(Exception):
    """Worth another attempt, unless the host has been given up."""

    def __init__(self, why: str, host: Host, status: int = 0, retry_after: str = "") -> None:
        super().__init__(why)
        self.host = host
        self.status = status
        self.retry_after = retry_after


class Web:
    """One run's way out; not for several threads.

    :param contact: an address the sources' operators can write to; goes into the User-Agent.
    :param interval: seconds between two requests to the same host; more where its robots.txt asks for more.
    :param cache: a folder that keeps every robots.txt for a day; without one each run asks anew.
    :param allow_open_data_api: the operator's word that the published API of law.moj.gov.tw may be used.
    :param transport: takes the place of the network.
    """

    def __init__(
        self,
        contact: str = "",
        interval: float = 2.0,
        cache: Path | None = None,
        allow_open_data_api: bool = False,
        clock: Clock | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        if not sendable(contact):
            raise SettingsError("YOUJU_CONTACT 只能是電子郵件或網址，不能有中文或換行")
        self._agent = _AGENT + (f" (+{contact})" if contact else "")
        self._interval = interval
        self._clock = clock or Clock()
        self._transport = transport
        self._admit: Callable[[str], None] = lambda host: None
        self._robots = Robots(self._robots_txt, self._clock.date, cache, allow_open_data_api)
        self._hosts: dict[str, Host] = {}
        self._authorities: dict[str, Path] = {}

    def trust(self, host: str, authority: Path) -> None:
        """For ``host``, also trust the certificates in this PEM file; to be said before its first request."""
        self._authorities[host] = authority

    def stay_public(self) -> None:
        """Keep away from hosts whose addresses are not public, wherever a redirect may lead."""
        self._admit = refuse_private

    def close(self) -> None:
        for host in self._hosts.values():
            host.client.close()

    def get(self, url: str, known: str = "", headers: Mapping[str, str] | None = None) -> Page:
        """A page of at most 200 MB: ``get("https://www.example.org/feed").body``.

        :param known: the ``mark`` of an earlier page of this URL.
        :raises RefusedRequest: an HTTP status other than 2xx and 304 (``.status``), after any retries.
        :raises SourceUnreachable: no answer, after retries; or one that is too big or can't be read.
        :raises SourceBlocked: robots.txt, a 403 or a page that keeps robots out.
        """
        return self._page(ask("GET", url, conditions(known) | dict(headers or {})), known)

    def post(self, url: str, json: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Page:
        """The answer to a JSON object; errors as in :meth:`get`."""
        return self._page(ask("POST", url, headers or {}, json))

    def download(
        self,
        url: str,
        target: Path,
        progress: Callable[[int], None] = lambda size: None,
        headers: Mapping[str, str] | None = None,
        whole: Whole | None = None,
    ) -> Path:
        """A big file to ``target``; a part left by a killed run is taken up where it stopped.

        :param progress: is told how many bytes came.
        :param whole: tells a whole file of its kind from a broken one; without it that is the caller's to check.
        :raises BrokenArchive: what came is not ``whole``.
        :raises StoreError: it can't be written down.
        :raises IngestError: everything else, as in :meth:`get`.
        """
        # What is asked for in ranges must come as it lies on the server's disk.
        asked = ask("GET", url, {"Accept-Encoding": "identity", **(headers or {})})
        part = Part(target, whole)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._retried(asked, lambda: self._receive(asked, part, progress))
            part.finish(target)
        except OSError as error:
            raise StoreError(f"{target}：無法寫入（{cause(error)}）") from error
        return target

    def _robots_txt(self, url: str) -> bytes:
        return self._page(replace(ask("GET", url, {}), robots=True)).body[:_LARGEST_ROBOTS]

    def _page(self, asked: Asked, known: str = "") -> Page:
        def attempt() -> Page:
            with self._answer(asked) as response:
                unchanged = response.status_code == 304
                body = b"" if unchanged else _body(asked, response)
                mark = mark_of(response.headers) or (known if unchanged else "")
                return Page(str(response.url), body, response.headers.get("Content-Type", ""), mark, unchanged)

        return self._retried(asked, attempt)

    def _receive(self, asked: Asked, part: Part, progress: Callable[[int], None]) -> None:
        conditions = part.conditions()
        with self._answer(replace(asked, headers={**asked.headers, **conditions})) as response:
            resumed = response.status_code in (206, 416)
            if resumed and not part.goes_on(response.status_code, response.headers):
                part.drop()
                raise httpx2.RemoteProtocolError("伺服器給的不是要的那一段")
            if response.status_code != 416:
                part.receive(response.iter_bytes(_CHUNK), None if resumed else version_of(response.headers), progress)
            if resumed and not part.ends(response.headers):
                raise httpx2.RemoteProtocolError("檔案還沒完")
            _check(asked, part, resumed)

    def _retried(self, asked: Asked, attempt: Callable[[], _T]) -> _T:
        retrying = Retrying(
            stop=lambda state: _again(state).host.given_up,
            wait=lambda state: wait_exponential(_again(state).host.interval, _LONGEST_BACK_OFF)(state),
            retry=retry_if_exception_type(_Again),
            sleep=self._clock.sleep,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except _Again as error:
            if error.status:
                raise RefusedRequest(f"{asked.url}：{error}", error.status) from error
            raise SourceUnreachable(f"{asked.url}：連線不成（{error}）") from error

    @contextmanager
    def _answer(self, asked: Asked) -> Iterator[httpx2.Response]:
        """The good answer at the end of all redirects; how it went is put down to the host that gave it."""
        for _ in range(_HOPS):
            host = self._host(asked)
            with _judged(asked, host), _sent(asked, host) as response:
                if not response.has_redirect_location:
                    _refuse(asked, response, host)
                    yield response
                    return
                asked = asked.moved(response)
        raise SourceUnreachable(f"{asked.url}：轉址超過 {_HOPS} 次")

    def _host(self, asked: Asked) -> Host:
        """The host, ready to be asked: its robots.txt allows it and its turn has come."""
        name = asked.url.netloc.decode("ascii")
        if name not in self._hosts:
            self._admit(asked.url.host)
            client = open_client(self._agent, self._transport, self._authorities.get(asked.url.host))
            self._hosts[name] = Host(name, client, self._interval, self._clock)
        host = self._hosts[name]
        host.check()
        if not asked.robots:
            host.interval = max(host.interval, self._robots.check(str(asked.url)))
        host.take_turn()
        return host


@contextmanager
def _sent(asked: Asked, host: Host) -> Iterator[httpx2.Response]:
    request = host.client.build_request(asked.method, asked.url, headers=dict(asked.headers), json=asked.json)
    with closing(host.client.send(request, stream=True)) as response:
        yield response


@contextmanager
def _judged(asked: Asked, host: Host) -> Iterator[None]:
    """No foreign exception gets past here."""
    try:
        yield
    except _FOREIGN as error:
        host.failed()
        why = cause(error)
        if isinstance(error, httpx2.TransportError) and not isinstance(error, _OURS):
            raise _Again(why, host) from error
        raise SourceUnreachable(f"{asked.url}：{why}") from error
    except _Again as error:
        host.failed(error.retry_after)
        raise
    except SourceBlocked:
        host.failed()
        raise
    except RefusedRequest:
        host.worked()
        raise
    else:
        host.worked()


# UnicodeError is what the resolver says to a host name that can't be one.
_FOREIGN = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.CookieConflict, httpx2.StreamError, UnicodeError)
# Faults of the request, which would be no better a second time.
_OURS = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)


def _refuse(asked: Asked, response: httpx2.Response, host: Host) -> None:
    status = response.status_code
    if response.is_success or (status == 304 and asked.has("If-None-Match", "If-Modified-Since")):
        return
    if status == 416 and asked.has("Range"):
        return
    head = b""
    with suppress(httpx2.HTTPError):
        head = next(response.iter_bytes(_CHUNK), b"")
    _refuse_wall(asked, head)
    if status == 403 and not asked.robots:
        raise SourceBlocked(f"{asked.url}：伺服器拒絕存取（HTTP 403）")
    if status in (408, 429) or status >= 500:
        raise _Again(f"HTTP {status}", host, status, response.headers.get("Retry-After", ""))
    raise RefusedRequest(f"{asked.url}：HTTP {status}", status)


def _refuse_wall(asked: Asked, body: bytes) -> None:
    if is_wall(body):
        raise SourceBlocked(f"{asked.url}：網站不讓程式讀取，回傳的是驗證或阻擋頁")


def _check(asked: Asked, part: Part, resumed: bool) -> None:
    """A part that is all there is left alone; anything else is dropped, and told."""
    wall = part.size < _CHUNK and is_wall(part.read())
    if part.is_whole() and not wall:
        return
    page = part.size and is_page(part.file)
    part.drop()
    if wall or page:
        raise SourceBlocked(f"{asked.url}：回傳的是網頁，不是檔案")
    if resumed:
        raise httpx2.RemoteProtocolError("接續下載的部分與先前的對不上")
    raise BrokenArchive(f"{asked.url}：下載的檔案不完整，已刪除，請再執行一次")


def _body(asked: Asked, response: httpx2.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > _LARGEST:
            raise SourceUnreachable(f"{asked.url}：回應超過 {_LARGEST >> 20} MB")
    whole = bytes(body)
    _refuse_wall(asked, whole)
    return whole


def _again(state: RetryCallState) -> _Again:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, _Again)
    return error
