"""Pages as the Constitutional Court's site writes them, and a server that serves them by path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from tests.ingest.web_server import Act, Handler

Parts = Mapping[str, str | Sequence[str]]


def list_page(*anchors: tuple[str, str]) -> bytes:
    """``list_page(("/docdata.aspx?fid=38&id=1", "109年憲判字第1號【某案】"))``."""
    items = "".join(f'<li><a href="{escape(href)}">{escape(text)}</a></li>' for href, text in anchors)
    return f"<!DOCTYPE html><html><body><ul class='menu'><li><a href='/'>首頁</a></li></ul><div class='judgmentListTb'><ul>{items}</ul></div></body></html>".encode()


def decision_page(parts: Parts, published: str = "") -> bytes:
    """A text is written as such; paragraphs in ``pre``, with the justices below, as reasons are."""
    rows = "".join(
        f'<ul><li class="title">{name}</li><li class="text" title="{name}">{_content(value)}</li></ul>'
        for name, value in parts.items()
    )
    said = f"<p>發布日期：{published}</p>" if published else ""
    return f"<!DOCTYPE html><html><body><div class='lawList'>{rows}</div>{said}</body></html>".encode()


def site(pages: Mapping[str, bytes | int]) -> Act:
    """Serves pages by path and query, with an ETag that is asked back; a number is an HTTP status."""

    def act(handler: Handler) -> None:
        parts = urlsplit(handler.path)
        found = pages.get(f"{parts.path}?{parts.query}", 404)
        tag = f'"{hash(found)}"'
        if isinstance(found, int):
            handler.reply(found)
        elif handler.headers.get("If-None-Match") == tag:
            handler.reply(304, ETag=tag)
        else:
            handler.reply(200, found, Content_Type="text/html; charset=utf-8", ETag=tag)

    return act


def _content(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return f"\n  {escape(value)}\n"
    paragraphs = "".join(f"<li><pre>{escape(one)}</pre></li>" for one in value)
    return f'<ul class="paragraphs">{paragraphs}</ul><p class="name">大法官　某甲</p>'
