"""Who is asking: by the key in ``Authorization`` or by a session's cookie; what roles a route wants, and how often."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import HTTPException, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.accept import prefers_page
from api.limits import Limits, place
from api.sessions import COOKIE, LOGIN, LOGOUT, SessionBook, cookie, csrf, login_first
from rag.access import Key, Role
from rag.answer import today
from rag.errors import StoreError

_OPEN = frozenset({"/healthz", "/readyz"})
_DOORS = frozenset({LOGIN, LOGOUT})
_FILES = "/static/"
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,200})", re.IGNORECASE)
# For clients that insist on sending some key: the official `openai` one does.
_NO_KEY = "anonymous"
_log = logging.getLogger(__name__)
_scheme = HTTPBearer(auto_error=False, scheme_name="key", description="youju-serve keys create 給的金鑰")


class KeyBook(Protocol):
    """Where the keys are; calls block, and come from several threads at once."""

    def find(self, token: str) -> Key | None: ...

    def note_use(self, key: Key) -> None: ...


class NoKeys:
    """No key is known."""

    def find(self, token: str) -> Key | None:
        return None

    def note_use(self, key: Key) -> None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: from which address, with which valid key.

    ``csrf`` is "" but for who is logged in: what the forms of his pages have to send, in the field of this name.
    ``may_log_in``: he is not, and there are pages for which he could.
    """

    address: str
    key: Key | None = None
    csrf: str = ""
    may_log_in: bool = False


CALLER: ContextVar[Caller | None] = ContextVar("caller", default=None)
"""Whose request is being answered, for what has no request at hand."""


def require(*roles: Role) -> Callable[..., Awaitable[Key]]:
    """A dependency that lets in only keys with one of the roles, and gives the key: ``Depends(require("admin"))``.

    The route answers 401 without a key and 403 with one of another role.
    """

    async def allowed(
        request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_scheme)] = None
    ) -> Key:
        key = caller_of(request).key
        if key is None:
            raise _unknown("這項功能需要金鑰：Authorization: Bearer yj_…")
        refuse_role(key, roles)
        return key

    return allowed


def refuse_role(key: Key, roles: tuple[Role, ...]) -> None:
    """Raises ``HTTPException``: 403, the key has none of the roles."""
    if key.role not in roles:
        raise HTTPException(403, f"這把金鑰的角色是 {key.role}，這項功能需要 {'、'.join(roles)}")


def is_open(path: str) -> bool:
    """Let in always, without a key and however often: what watches over the service, and the files of its pages."""
    return path in _OPEN or path.startswith(_FILES)


def caller_of(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


class KeyCheck:
    """Whether keys are good; an address may show only so many that aren't."""

    def __init__(self, keys: KeyBook, limits: Limits) -> None:
        self._keys, self._limits = keys, limits
        self._noting = False

    async def known(self, token: str, address: str) -> Key:
        """The key with this text. Raises ``HTTPException``: 401, it is none or counts no more; 429, too many tried."""
        # To try keys is limited before the store is asked, and apart, as neighbours may share the address.
        await self._limits.may_try(address)
        key = await run_in_threadpool(self._keys.find, token)
        refusal = key.refusal(today()) if key else "不認得這把金鑰"
        if key is None or refusal:
            await self._limits.was_wrong(address)
            raise _unknown(refusal, "invalid_token")
        return key

    async def note_use(self, key: Key) -> None:
        """After the answer has gone out, one at a time: an ingest job that writes may keep this waiting."""
        if self._noting or key.used == today():
            return
        self._noting = True
        try:
            await run_in_threadpool(self._keys.note_use, key)
        except StoreError as error:
            _log.warning("the day of use of %s is not noted yet: %s", key.id, error)
        finally:
            self._noting = False


class Gate:
    """Notes the ``Caller`` of every request; refuses wrong keys with 401 and those that ask too often with 429.

    A cookie of no session, or of one that is over, is as none, and the browser is told to forget it.
    """

    def __init__(
        self, app: ASGIApp, check: KeyCheck, limits: Limits, anonymous: bool, sessions: SessionBook | None = None
    ) -> None:
        self._app, self._check, self._limits, self._anonymous = app, check, limits, anonymous
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            finally:
                await self._limits.close()
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        caller = _note(request, Caller(place(request.client.host if request.client else "")))
        if is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        caller = _note(request, await self._caller(request, caller.address))
        limit = self._limits.by_key(caller.key.id) if caller.key else self._limits.by_address(caller.address)
        told = dict(await limit)
        if caller.key is None and self._sessions and COOKIE in request.cookies:
            told["Set-Cookie"] = cookie(request)
        if caller.key is None and not self._anonymous and scope["path"] not in _DOORS:
            raise self._refusal(request, told)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The login page may just be giving out another cookie.
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, telling)
        if caller.key:
            await self._check.note_use(caller.key)

    async def _caller(self, request: Request, address: str) -> Caller:
        token = _token(request)
        if token:
            return Caller(address, await self._check.known(token, address))
        token = request.cookies.get(COOKIE, "")
        session = await run_in_threadpool(self._sessions.find, token) if token and self._sessions else None
        if session:
            return Caller(address, session.key, csrf(token))
        return Caller(address, may_log_in=self._sessions is not None)

    def _refusal(self, request: Request, told: Mapping[str, str]) -> HTTPException:
        asked = self._sessions and request.method in ("GET", "HEAD") and prefers_page(request.headers.get("accept", ""))
        refused = login_first(request) if asked else _unknown("請附上金鑰：Authorization: Bearer yj_…")
        return HTTPException(refused.status_code, refused.detail, {**(refused.headers or {}), **told})


def _note(request: Request, caller: Caller) -> Caller:
    request.state.caller = caller
    CALLER.set(caller)
    return caller


def _token(request: Request) -> str:
    """The token sent, "" if none. Raises 401 for anything in ``Authorization`` but one bearer token."""
    sent = request.headers.getlist("authorization")
    if not sent:
        return ""
    bearer = _BEARER.fullmatch(sent[0].strip()) if len(sent) == 1 else None
    if bearer is None:
        raise _unknown("Authorization 只能是一把金鑰：Bearer yj_…", "invalid_request")
    return "" if bearer[1] == _NO_KEY else bearer[1]


def _unknown(detail: str, error: str = "") -> HTTPException:
    challenge = 'Bearer realm="youju"' + (f', error="{error}"' if error else "")
    return HTTPException(401, detail, headers={"WWW-Authenticate": challenge})
