"""Who is asking: the key in ``Authorization``, the roles that a route wants, and how often either may ask."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import HTTPException, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import Limits, place
from rag.access import Key, Role
from rag.answer import today
from rag.errors import StoreError

_OPEN = frozenset({"/healthz", "/readyz"})
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
    """Who sent a request: from which address, with which valid key."""

    address: str
    key: Key | None = None


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
        if key.role not in roles:
            raise HTTPException(403, f"這把金鑰的角色是 {key.role}，這項功能需要 {'、'.join(roles)}")
        return key

    return allowed


def is_open(path: str) -> bool:
    """Let in always, without a key and however often: what watches over the service, and the files of its pages."""
    return path in _OPEN or path.startswith(_FILES)


def caller_of(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


class Gate:
    """Notes the ``Caller`` of every request; refuses wrong keys with 401 and those that ask too often with 429."""

    def __init__(self, app: ASGIApp, keys: KeyBook, limits: Limits, anonymous: bool) -> None:
        self._app, self._keys, self._limits, self._anonymous = app, keys, limits, anonymous
        self._noting = False

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
        request.state.caller = caller = Caller(place(request.client.host if request.client else ""))
        if is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        token = _token(request)
        if token:
            request.state.caller = caller = Caller(caller.address, await self._known(token, caller.address))
        told = await (self._limits.by_key(caller.key.id) if caller.key else self._limits.by_address(caller.address))
        if not token and not self._anonymous:
            raise _unknown("請附上金鑰：Authorization: Bearer yj_…")

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self._app(scope, receive, telling)
        if caller.key:
            await self._note_use(caller.key)

    async def _known(self, token: str, address: str) -> Key:
        # To try keys is limited before the store is asked, and apart, as neighbours may share the address.
        await self._limits.may_try(address)
        key = await run_in_threadpool(self._keys.find, token)
        refusal = key.refusal(today()) if key else "不認得這把金鑰"
        if key is None or refusal:
            await self._limits.was_wrong(address)
            raise _unknown(refusal, "invalid_token")
        return key

    async def _note_use(self, key: Key) -> None:
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
