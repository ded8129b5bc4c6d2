"""Logging in to the pages with a key, and out again; and the pages that only some roles may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from api.keys import Caller, KeyCheck, caller_of, refuse_role
from api.pages.render import PageRoute, page
from api.sessions import COOKIE, FOREIGN, LOGIN, LOGOUT, SessionBook, cookie, is_foreign, local, login_first
from rag.access import Role

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LONGEST = 4000


async def _sessions(request: Request) -> SessionBook:
    sessions: SessionBook = request.app.state.sessions
    return sessions


async def _key_check(request: Request) -> KeyCheck:
    check: KeyCheck = request.app.state.key_check
    return check


Held = Annotated[SessionBook, Depends(_sessions)]
Check = Annotated[KeyCheck, Depends(_key_check)]
Back = Annotated[str, Query(max_length=_LONGEST)]


def member(*roles: Role) -> Callable[..., Awaitable[Caller]]:
    """A dependency of pages that only these roles may see, which gives the caller: ``Depends(member("admin"))``.

    Who isn't logged in is sent to the login page, and who has another role is told so with 403.
    """

    async def allowed(request: Request) -> Caller:
        caller = caller_of(request)
        if caller.key is None:
            raise login_first(request)
        refuse_role(caller.key, roles)
        return caller

    return allowed


@router.get(LOGIN)
async def form(request: Request, next: Back = "/") -> Response:
    """Where the key is asked for; who is logged in already goes on."""
    if caller_of(request).key:
        return RedirectResponse(local(next), 303)
    return _form(next)


async def _ours(request: Request) -> None:
    """Nobody is to be logged in unawares as somebody else, or logged out: no other site's page may send these forms.

    They are known by where they come from rather than by a token, as there is no session yet that it could be made of,
    or the browser keeps the cookie of the one there is from what other sites send.
    """
    if is_foreign(request):
        raise HTTPException(403, FOREIGN)


@router.post(LOGIN, dependencies=[Depends(_ours)])
async def log_in(
    request: Request,
    sessions: Held,
    check: Check,
    key: Annotated[str, Form(max_length=_LONGEST)] = "",
    next: Annotated[str, Form(max_length=_LONGEST)] = "/",
) -> Response:
    """A new session, whatever cookie came along, for a key that is good."""
    try:
        known = await check.known(key.strip(), caller_of(request).address)
    except HTTPException as refused:
        if refused.status_code != 401:
            raise
        return _form(next, refused)
    await _close(request, sessions)
    _, token = await run_in_threadpool(sessions.open, known)
    return RedirectResponse(local(next), 303, {"Set-Cookie": cookie(request, token)})


@router.post(LOGOUT, dependencies=[Depends(_ours)])
async def log_out(request: Request, sessions: Held) -> Response:
    """The session ends, here and for whoever else may have its cookie."""
    await _close(request, sessions)
    return RedirectResponse(LOGIN, 303, {"Set-Cookie": cookie(request)})


async def _close(request: Request, sessions: SessionBook) -> None:
    """Only if it is the caller's, who has proved to mean it."""
    if caller_of(request).csrf:
        await run_in_threadpool(sessions.close, request.cookies[COOKIE])


def _form(next: str, refused: HTTPException | None = None) -> Response:
    values = {"next": local(next), "refusal": refused.detail if refused else ""}
    response = page("login.html", values, refused.status_code if refused else 200)
    response.headers.update((refused and refused.headers) or {})
    return response
