"""Who may use the service, and what readers said of its sentences: the store's side of both.

A key is ``yj_<id>_<secret>``. The id is public and names it in lists; of the secret, 256 random bits, only a SHA-256 is
kept. A slow hash would guard nothing more: nobody can guess so many bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, get_args

from sqlalchemy import Connection, func, insert, literal, select, update
from sqlalchemy.exc import SQLAlchemyError

from rag.database import line_of
from rag.errors import StoreError, UnknownKey, UsageError
from rag.schema import feedback, keys
from rag.store import Store

Role = Literal["citizen", "analyst", "evaluator", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
Verdict = Literal["right", "wrong", "unclear"]
PREFIX = "yj_"
_SHAPE = re.compile(PREFIX + r"([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
# Compared with where there is no such id, so that this takes as long.
_NOBODY = "0" * 64
# Any number will do, as long as no other program takes it on the same server.
_LOCK = 0x796F756A77


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret; ``expires`` is the last day it may be used, ``used`` the last day it was."""

    id: str
    role: Role
    name: str
    created: date
    expires: date | None = None
    used: date | None = None
    revoked: date | None = None

    def refusal(self, day: date) -> str:
        """Why it no longer counts on a day, "" if it does."""
        if self.revoked:
            return "這把金鑰已撤銷"
        return "這把金鑰已過期" if self.expires and day > self.expires else ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader said of one sentence of one answer; ``key`` is the id of the reader's key, "" without one."""

    request_id: str
    sentence: int
    text: str
    verdict: Verdict
    comment: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A remark as it is kept: numbered in the order of arrival."""

    id: int
    day: date
    remark: Remark


KEY_COLUMNS = [keys.c[name] for name in Key.__dataclass_fields__]
"""What a :class:`Key` is made of, in its order."""
_REMARK = list(Remark.__dataclass_fields__)


class Keys:
    """The keys of a store; ``today`` tells the day. Raises :class:`StoreError` when the database can't answer."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today

    def create(self, role: Role, name: str = "", expires: date | None = None) -> tuple[Key, str]:
        """A new key, and the text of it that is told once and kept nowhere.

        :raises UsageError: it would have expired before it was made.
        """
        if expires and expires < self._today():
            raise UsageError(f"金鑰的到期日 {expires} 已經過了")
        key = Key(secrets.token_hex(6), role, name, self._today(), expires)
        token = f"{PREFIX}{key.id}_{secrets.token_urlsafe(32)}"
        with begin(self._store) as connection:
            connection.execute(insert(keys), {**asdict(key), "sha256": hashed(token)})
        return key, token

    def find(self, token: str) -> Key | None:
        """The key with this text, also one that is revoked or expired; None for a forged one."""
        shape = _SHAPE.fullmatch(token)
        if shape is None:
            return None
        with begin(self._store) as connection:
            row = connection.execute(select(keys.c.sha256, *KEY_COLUMNS).where(keys.c.id == shape[1])).first()
        same = hmac.compare_digest(hashed(token), row[0] if row else _NOBODY)
        return Key(*row[1:]) if row and same else None

    def listing(self) -> list[Key]:
        """All keys, the oldest first."""
        with begin(self._store) as connection:
            return [Key(*row) for row in connection.execute(select(*KEY_COLUMNS).order_by(keys.c.created, keys.c.id))]

    def revoke(self, id: str) -> Key:
        """From now on it counts no more; to revoke it again changes nothing.

        :raises UnknownKey: there is no such key.
        """
        mine = keys.c.id == id
        with begin(self._store) as connection:
            connection.execute(update(keys).where(mine, keys.c.revoked.is_(None)).values(revoked=self._today()))
            row = connection.execute(select(*KEY_COLUMNS).where(mine)).first()
        if row is None:
            raise UnknownKey(f"沒有 {id} 這把金鑰；youju-serve keys list 列出所有金鑰")
        return Key(*row)

    def note_use(self, key: Key) -> None:
        """Remember that it was used today."""
        with begin(self._store) as connection:
            connection.execute(update(keys).where(keys.c.id == key.id).values(used=self._today()))


class Feedback:
    """What readers said, as :class:`Keys`."""

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today

    def file(self, remark: Remark) -> Filed:
        """Keep it under the next number."""
        values = {"day": self._today(), **asdict(remark)}
        with begin(self._store) as connection:
            # Numbered here, by one at a time: a restored backup leaves PostgreSQL's own counter behind.
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            number = select(func.coalesce(func.max(feedback.c.id), 0) + 1).scalar_subquery()
            row = select(number, *(literal(value, feedback.c[name].type) for name, value in values.items()))
            statement = insert(feedback).from_select(["id", *values], row).returning(feedback.c.id)
            return Filed(connection.execute(statement).scalar_one(), self._today(), remark)

    def listing(self, limit: int, before: int | None = None) -> list[Filed]:
        """The newest first; ``before`` a number, those that came earlier."""
        query = select(feedback.c.id, feedback.c.day, *(feedback.c[name] for name in _REMARK))
        query = query if before is None else query.where(feedback.c.id < before)
        with begin(self._store) as connection:
            rows = connection.execute(query.order_by(feedback.c.id.desc()).limit(limit))
            return [Filed(row[0], row[1], Remark(*row[2:])) for row in rows]


def hashed(token: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def begin(store: Store) -> Iterator[Connection]:
    """A transaction. Raises :class:`StoreError` when the database can't answer."""
    try:
        with store.engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"資料庫無法讀寫：{line_of(error)}") from error
