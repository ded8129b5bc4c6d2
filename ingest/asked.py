"""A request to be: where it goes, what it carries, and what of it may be told to another site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx2

from rag.errors import SourceUnreachable, UsageError

_FOR_ANYONE = {"accept", "accept-encoding", "if-modified-since", "if-none-match", "if-range", "range"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to be; ``robots`` when it is for a robots.txt, which needs nobody's leave."""

    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    json: object = None
    robots: bool = False

    def has(self, *names: str) -> bool:
        return any(name in self.headers for name in names)

    def moved(self, response: httpx2.Response) -> Asked:
        """The request that a redirect leads to; what was meant for one site only is not told to another."""
        there = response.next_request
        if there is None:
            raise SourceUnreachable(f"{self.url}：被轉到不是網址的地方")
        if self.url.scheme == "https" and there.url.scheme != "https":
            raise SourceUnreachable(f"{self.url}：被轉到未加密的 {there.url}")
        if self.url.netloc == there.url.netloc:
            return replace(self, method=there.method, url=there.url, json=self.json if there.method == "POST" else None)
        if self.json is not None:
            raise SourceUnreachable(f"{self.url}：要送出的資料被轉到別的網站 {there.url.host}")
        headers = {name: value for name, value in self.headers.items() if name.lower() in _FOR_ANYONE}
        return replace(self, url=there.url, headers=headers)


def ask(method: str, url: str, headers: Mapping[str, str], json: object = None) -> Asked:
    try:
        address = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise SourceUnreachable(f"{url!r} 不是網址（{error}）") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise SourceUnreachable(f"{url} 不是 http 或 https 的網址")
    for name, value in headers.items():
        if not sendable(value):
            raise UsageError(f"要送給 {address.host} 的 {name} 含有不能傳送的字元")
    return Asked(method, address, headers, json)


def sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()


def conditions(known: str) -> dict[str, str]:
    """What makes a request conditional on the mark of an earlier answer."""
    tag, _, modified = known.partition("\n")
    given = {"If-None-Match": tag, "If-Modified-Since": modified}
    return {name: value for name, value in given.items() if value and sendable(value)}


def mark_of(headers: Mapping[str, str]) -> str:
    tag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    return f"{tag}\n{modified}" if tag or modified else ""
