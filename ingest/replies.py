"""JSON over HTTP as public services send it: what is no JSON is asked for again, and then said in one clear line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from ingest.web import Page
from rag.errors import SourceBlocked, SourceChanged

_TRIES = 3
_BOM = b"\xef\xbb\xbf"
_MARKUP = re.compile(rb"\s*<[!/?a-zA-Z]")


class Reply(NamedTuple):
    """The JSON of an answer, and its bytes as they came."""

    data: Any
    body: bytes


def reply(ask: Callable[[], Page]) -> Reply:
    """The JSON that a request brings: ``reply(lambda: web.get(url)).data``.

    :param ask: makes the request; up to three times while what comes is cut off or no JSON.
    :raises SourceBlocked: a web page came in its place.
    :raises SourceChanged: no JSON, or more than one.
    """
    for left in reversed(range(_TRIES)):
        page = ask()
        try:
            return Reply(orjson.loads(page.body.removeprefix(_BOM)), page.body)
        except orjson.JSONDecodeError as error:
            if not left:
                raise _what_came(page, error) from error
    raise AssertionError("the last try returns or raises")


def is_markup(body: bytes) -> bool:
    """True for HTML and XML: ``is_markup(b"<!DOCTYPE html>…")``."""
    return _MARKUP.match(body.removeprefix(_BOM)) is not None


def _what_came(page: Page, error: orjson.JSONDecodeError) -> SourceBlocked | SourceChanged:
    if is_markup(page.body):
        return SourceBlocked(f"{page.url}：回傳的是網頁，不是資料")
    if not page.body.strip():
        return SourceChanged(f"{page.url}：回應是空的")
    return SourceChanged(f"{page.url}：回應不是一份完整的 JSON（{error.msg}）")
