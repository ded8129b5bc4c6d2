"""Our own service over HTTP, wherever it runs: ``POST /v1/ask`` and ``POST /v1/search``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import httpx2
from pydantic import ValidationError

from eval.folder import Asked
from eval.outputs import Cited, Output, Ranked, State, told_beside
from eval.records import Record, explain
from eval.timing import MONOTONIC, Clock, timed
from rag.errors import UsageError, YoujuError
from rag.places import without_secrets

_CONNECT = 5.0  # seconds
_BUSY = (429, 503)
_TRIES = 4
_LONGEST_WAIT = 30.0  # seconds that a busy server is waited for at a time, whatever it asks for
_LONGEST_LINE = 120  # characters of what a server says is wrong

R = TypeVar("R", bound=Record)


class _Sentence(Record):
    text: str


class _Change(Record):
    kind: str


class _Answer(Record):
    """The part of the answer object that is scored."""

    as_of: date | None = None
    state: State
    reason: str | None = None
    message: str | None = None
    sentences: tuple[_Sentence, ...]
    citations: tuple[Cited, ...]
    changes: tuple[_Change, ...] = ()
    model: str


class _Found(Record):
    hits: tuple[Ranked, ...]


class _Held(Record):
    revision: int


class _Coverage(Record):
    coverage: _Held


class _Failed(YoujuError):
    """The service gave no answer that can be used."""


class Address(NamedTuple):
    """``url`` of the service, without ``/v1``; ``key`` may be empty; seconds for a whole answer."""

    url: str
    key: str = ""
    timeout_s: float = 300.0


class HttpSystem:
    """:param depth: passages to list of the search, which is not timed; 0: none is made.
    :raises UsageError: the address is none."""

    def __init__(
        self,
        address: Address,
        depth: int = 100,
        clock: Clock = MONOTONIC,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = "http"
        self.model = ""
        self._depth = depth
        self._clock = clock
        self._sleep = sleep
        self._client = _client(address)

    @property
    def versions(self) -> Mapping[str, str]:
        """The revision of the service's texts.

        :raises YoujuError: it does not answer.
        """
        told = self._told(_Coverage, "/v1/search", {"question": "法", "limit": 1})
        return {"service_revision": str(told.coverage.revision)}

    def close(self) -> None:
        self._client.close()

    def answer(self, question: Asked, repeat: int = 0) -> Output:
        asked: dict[str, Any] = {"question": question.question}
        if question.asked_as_of:
            asked["as_of"] = question.asked_as_of.isoformat()
        try:
            said, ms = timed(partial(self._told, _Answer, "/v1/ask", asked), self._clock)
            found = self._told(_Found, "/v1/search", asked | {"limit": self._depth}).hits if self._depth else None
        except _Failed as error:
            empty = () if self._depth else None
            return Output(id=question.id, repeat=repeat, state="error", error=str(error), retrieved=empty)
        return _output(question.id, repeat, said, found, round(ms, 3))

    def _told(self, kind: type[R], path: str, asked: Mapping[str, Any]) -> R:
        response = self._response(path, asked)
        if response.status_code != 200:
            raise _Failed(f"{path} 回覆 HTTP {response.status_code}{_why(response)}")
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise _Failed(f"{path} 的回覆看不懂：{explain(error)}") from None

    def _response(self, path: str, asked: Mapping[str, Any]) -> httpx2.Response:
        """A server that is busy is asked again, after as long as it says."""
        try:
            for tried in range(1, _TRIES + 1):
                response = self._client.post(path, json=dict(asked))
                if response.status_code not in _BUSY or tried == _TRIES:
                    break
                self._sleep(_wait(response, tried))
        except httpx2.TimeoutException:
            raise _Failed(f"{path} 太久沒有回應") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise _Failed(f"{path} 連不上（{type(error).__name__}）") from None
        return response


def _client(address: Address) -> httpx2.Client:
    try:
        parts = urlsplit(address.url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError("服務的網址要像 http://127.0.0.1:8000")
    if not (address.key.isascii() and address.key.isprintable()):
        raise UsageError("服務的金鑰只能是可見的英文字母、數字與符號（設定 YOUJU_EVAL_KEY）")
    return httpx2.Client(
        base_url=address.url,
        headers={"Authorization": f"Bearer {address.key}"} if address.key else {},
        timeout=httpx2.Timeout(address.timeout_s, connect=_CONNECT),
        # A question, and the key, go to the service that was named and to no other.
        follow_redirects=False,
    )


def _wait(response: httpx2.Response, tried: int) -> float:
    said = response.headers.get("Retry-After", "")
    return min(float(said) if said.isdecimal() else float(2**tried), _LONGEST_WAIT)


def _why(response: httpx2.Response) -> str:
    """What a problem document says is wrong, on one line, cut short."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return ""
    said = body.get("detail") or body.get("title") if isinstance(body, dict) else None
    return f"：{without_secrets(' '.join(str(said).split())[:_LONGEST_LINE])}" if said else ""


def _output(id: str, repeat: int, said: _Answer, found: tuple[Ranked, ...] | None, ms: float) -> Output:
    return Output(
        id=id,
        repeat=repeat,
        answer="\n".join(sentence.text for sentence in said.sentences),
        message=told_beside(said.message or "", (change.kind for change in said.changes)),
        state=said.state,
        reason=said.reason or "",
        citations=said.citations,
        retrieved=found,
        read=tuple(dict.fromkeys(one.key for one in said.citations)),  # as in ``of_answer``
        as_of=said.as_of,
        model=said.model,
        ms=ms,
    )
