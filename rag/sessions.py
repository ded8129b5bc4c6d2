"""Who is logged in: for a while, a browser's cookie stands for a key.

A cookie holds a token of 256 random bits, of which only a SHA-256 is kept, as of a key. A session has no rights of its
own: it is found together with its key, and counts no longer than that.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import Connection, delete, insert, select

from rag.access import KEY_COLUMNS, Key, begin, hashed
from rag.schema import keys, sessions
from rag.store import Store

LASTS = timedelta(hours=12)
_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
# Keys count by the day there.
_TAIPEI = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Session:
    """Until ``expires``, aware and in UTC, who has its token is taken for the holder of ``key``."""

    key: Key
    expires: datetime


class Sessions:
    """The sessions of a store; ``now`` is an aware time. Raises :class:`StoreError` when the database can't answer."""

    def __init__(self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store, self._now = store, now

    def open(self, key: Key) -> tuple[Session, str]:
        """A new session, and the token for the cookie, which is kept nowhere; sessions that are over are forgotten."""
        session, token = Session(key, self._now() + LASTS), secrets.token_urlsafe(32)
        with begin(self._store) as connection:
            self._prune(connection)
            row = {"sha256": hashed(token), "key": key.id, "expires": _stored(session.expires)}
            connection.execute(insert(sessions), row)
        return session, token

    def find(self, token: str) -> Session | None:
        """The session with this token; None if there is none, if it is over, or if its key counts no more."""
        if not _SHAPE.fullmatch(token):
            return None
        query = select(sessions.c.expires, *KEY_COLUMNS).join(keys, keys.c.id == sessions.c.key)
        with begin(self._store) as connection:
            row = connection.execute(query.where(sessions.c.sha256 == hashed(token))).first()
        if row is None:
            return None
        session, now = Session(Key(*row[1:]), row[0].replace(tzinfo=UTC)), self._now()
        counts = now < session.expires and not session.key.refusal(now.astimezone(_TAIPEI).date())
        return session if counts else None

    def close(self, token: str) -> None:
        """Log out; of an unknown token nothing comes."""
        with begin(self._store) as connection:
            connection.execute(delete(sessions).where(sessions.c.sha256 == hashed(token)))

    def prune(self) -> int:
        """Forget the sessions that are over; returns how many."""
        with begin(self._store) as connection:
            return self._prune(connection)

    def _prune(self, connection: Connection) -> int:
        return connection.execute(delete(sessions).where(sessions.c.expires <= _stored(self._now()))).rowcount


def _stored(moment: datetime) -> datetime:
    """The columns know no time zones: all is UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
