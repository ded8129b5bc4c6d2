"""Being logged in, as the network sees it: the cookie, the way to the login page, the proof that a form was meant."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Protocol
from urllib.parse import parse_qs, quote, urlencode

from fastapi import HTTPException, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.access import Key
from rag.sessions import LASTS, Session

COOKIE = "youju_session"
FIELD = "csrf"
HEADER = "X-CSRF-Token"
LOGIN, LOGOUT = "/login", "/logout"
FOREIGN = "這個要求來自別的網站，沒有照辦"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
# A path here, and nothing that a browser reads as another host: "//host", "/\host", "/<tab>/host".
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]{0,2000}|/")


class SessionBook(Protocol):
    """Where the sessions are; calls block, and come from several threads at once."""

    def open(self, key: Key) -> tuple[Session, str]: ...

    def find(self, token: str) -> Session | None: ...

    def close(self, token: str) -> None: ...


def csrf(token: str) -> str:
    """What the forms of a page send beside the cookie: made of the session's token, which no page may know."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def cookie(request: Request, token: str = "") -> str:
    """``Set-Cookie`` for a session, or to have the browser forget it.

    No script reads it, no request that another site begins carries it, and over https none over plain http.
    """
    age, secure = int(LASTS.total_seconds()) if token else 0, request.url.scheme == "https"
    response = Response()
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="strict", secure=secure)
    return response.headers["set-cookie"]


def login_first(request: Request) -> HTTPException:
    """The way to the login page, and from there back; what a form had sent is not sent again."""
    query = request.scope["query_string"].decode("latin-1")
    here = quote(request.scope["path"]) + (f"?{query}" if query else "")
    back = f"?{urlencode({'next': here})}" if request.method in _SAFE else ""
    return HTTPException(303, "請先登入", headers={"Location": LOGIN + back})


def local(path: str) -> str:
    """Where to go after logging in: the path if it is one of ours, else ``/``."""
    return path if _LOCAL.fullmatch(path) else "/"


def is_foreign(request: Request) -> bool:
    """Whether a page of another site had the browser send this.

    Browsers say so in ``Sec-Fetch-Site``; old ones, and any over plain http, tell the page's origin with whatever isn't
    a GET. A program that says neither is no browser, and has nobody's cookies to abuse.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


class MeantOnly:
    """What may change something needs, from who came by cookie, the token that only our own pages know: else 403.

    A bearer's key is its own proof: no other site can have a browser send it. Stands inside of what reads bodies.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        expected = scope["state"]["caller"].csrf if scope["type"] == "http" else ""
        if expected and scope["method"] not in _SAFE:
            request = Request(scope)
            if is_foreign(request):
                raise HTTPException(403, FOREIGN)
            sent, receive = await _sent(request, receive)
            if not hmac.compare_digest(sent.encode(), expected.encode()):
                raise HTTPException(403, "這個頁面的登入已經換過，請重新載入頁面再試一次")
        await self._app(scope, receive, send)


async def _sent(request: Request, receive: Receive) -> tuple[str, Receive]:
    """The token sent, in the header or in a form's field, and the body to be read again."""
    header = request.headers.get(HEADER)
    if header is not None or not request.headers.get("content-type", "").startswith(_FORM):
        return header or "", receive
    whole = await receive()
    pending: list[Message] = [whole]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    try:
        fields = parse_qs(whole.get("body", b"").decode("latin-1"), max_num_fields=1000)
    except ValueError:
        return "", again
    return "".join(fields.get(FIELD, ())), again
