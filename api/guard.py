"""What stands between the network and the routes, in one place: who may ask, how often, how long, from where."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.desk import Desk, open_desk
from api.keys import Gate, KeyBook, KeyCheck, NoKeys
from api.limits import Limits, Rate, open_buckets
from api.origins import Origins
from api.routes.feedback import FeedbackBook
from api.security import AccessLog, SecurityHeaders
from api.sessions import MeantOnly, SessionBook
from api.turns import Turns, WholeBody
from rag.access import Feedback, Keys
from rag.answer import today
from rag.database import open_database
from rag.errors import SettingsError
from rag.labels import Labels
from rag.sessions import Sessions
from rag.settings import Settings
from rag.store import Store


@dataclass(frozen=True)
class Guard:
    """``feedback`` None: there is nowhere to keep it; ``desk`` None: there are no jobs; ``sessions`` None: nobody can
    log in to the pages; ``labels``: there is nothing to label; ``is_local``: only this machine gets here.

    What isn't given is safe: no key is known, no proxy trusted.
    """

    keys: KeyBook = field(default_factory=NoKeys)
    feedback: FeedbackBook | None = None
    limits: Limits = field(default_factory=Limits)
    anonymous: bool = True
    max_concurrent: int = 32
    request_timeout_s: float = 300.0
    body_timeout_s: float = 20.0
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    desk: Desk | None = None
    sessions: SessionBook | None = None
    labels: Labels | None = None
    is_local: bool = False

    def install(self, app: FastAPI, max_body_bytes: int) -> None:
        """Put everything before the routes; what is added first stands nearest to them."""
        app.add_middleware(Turns, at_once=self.max_concurrent, longest_s=self.request_timeout_s)
        app.add_middleware(MeantOnly)
        app.add_middleware(WholeBody, most=max_body_bytes, longest_s=self.body_timeout_s)
        app.state.origins = Origins(self.cors_origins, self.is_local)
        check = app.state.key_check = KeyCheck(self.keys, self.limits)
        app.add_middleware(Gate, check=check, limits=self.limits, anonymous=self.anonymous, sessions=self.sessions)
        # Whatever goes wrong from here on inwards is told as a problem document, and has the headers below.
        app.add_middleware(ExceptionMiddleware, handlers=app.exception_handlers)
        if self.trusted_proxies:
            app.add_middleware(cast(Any, ProxyHeadersMiddleware), trusted_hosts=list(self.trusted_proxies))
        if self.cors_origins:
            app.add_middleware(
                CORSMiddleware,
                allow_origins=self.cors_origins,
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
                expose_headers=["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy"],
            )
        app.add_middleware(SecurityHeaders)
        app.add_middleware(AccessLog)


@contextmanager
def open_guard(settings: Settings, shared: Path | None = None) -> Iterator[Guard]:
    """The guard that the settings ask for, with the keys and the feedback of the store.

    :param shared: the file in which the processes of this service count together, where there are several.
    :raises SettingsError: a proxy is no address, an origin no origin, or the URL of Redis none.
    """
    proxies, origins = _proxies(settings.trusted_proxies), _origins(settings.cors_origins)
    anonymous = _rate(settings.rate_per_minute, settings.rate_burst)
    keyed = _rate(settings.key_rate_per_minute, settings.key_rate_burst)
    limits = Limits(open_buckets(settings.redis_url.get_secret_value(), shared), anonymous, keyed)
    store = Store(open_database(settings.store_url))
    try:
        yield Guard(
            Keys(store, today),
            Feedback(store, today),
            limits,
            settings.anonymous,
            settings.max_concurrent,
            settings.request_timeout_s,
            settings.body_timeout_s,
            proxies,
            origins,
            desk=open_desk(settings, store),
            sessions=Sessions(store),
            labels=Labels(store, today),
            is_local=not proxies and _is_loopback(settings.host),
        )
    finally:
        store.close()


def _is_loopback(host: str) -> bool:
    """Whether who listens there hears its own machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _rate(per_minute: float, burst: int) -> Rate | None:
    return Rate(per_minute, burst) if per_minute else None


def _proxies(given: str) -> tuple[str, ...]:
    """``"10.0.0.0/8, 127.0.0.1" -> ("10.0.0.0/8", "127.0.0.1")``."""
    listed = _listed(given)
    for one in listed:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            raise SettingsError(f"YOUJU_TRUSTED_PROXIES 裡的 {one} 不是 IP 位址或網段") from None
    return listed


def _origins(given: str) -> tuple[str, ...]:
    """``"https://a.example, *" -> ("https://a.example", "*")``."""
    listed = _listed(given)
    for one in listed:
        scheme, _, host = one.partition("://")
        if one != "*" and (scheme not in ("http", "https") or not host or "/" in host):
            raise SettingsError(f"YOUJU_CORS_ORIGINS 裡的 {one} 不是來源；寫成 https://example.org")
    return listed


def _listed(given: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.split(",") if one.strip())
