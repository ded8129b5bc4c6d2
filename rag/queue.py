"""Carries the word that there is work, and keeps the minutes, on huey: in a SQLite file, Redis or PostgreSQL.

Only the word: what is to be done stands in the table of jobs, so nothing is lost with the queue.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import ConfigurationError
from huey.registry import Message
from huey.serializer import Serializer

from rag.causes import cause
from rag.errors import SettingsError, StoreError

# One is busy with a job for hours; the other keeps the minutes.
_THREADS = 2
_LAST_WORDS_S = 30


class Queue:
    """Made by :func:`open_queue`."""

    def __init__(self, huey: Huey) -> None:
        self._huey = huey
        self._nudged: Callable[[], None] = lambda: None
        self._ticked: Callable[[], None] = lambda: None
        self._consumer: Any = None
        self._nudge = huey.task(name="nudge")(lambda: self._nudged())
        huey.periodic_task(crontab(), name="tick")(lambda: self._ticked())

    @property
    def stopping(self) -> bool:
        """Whether the process has been told to end."""
        return self._consumer is not None and bool(self._consumer.stop_flag.is_set())

    def nudge(self) -> None:
        """There is something to do; without this it is found within a minute."""
        try:
            self._nudge()
        except Exception as error:
            raise StoreError(f"工作佇列無法寫入（{cause(error)}）") from error

    def serve(self, nudged: Callable[[], None], ticked: Callable[[], None]) -> None:
        """Call ``nudged`` at every nudge and ``ticked`` once a minute, until SIGTERM or SIGINT; in the main thread."""
        self._nudged, self._ticked = nudged, ticked
        self._consumer = self._huey.create_consumer(
            workers=_THREADS, max_delay=1.0, shutdown_timeout=_LAST_WORDS_S, check_worker_health=True
        )
        self._consumer.run()

    def close(self) -> None:
        self._huey.storage.close()


def open_queue(data: Path, redis_url: str = "", database_url: str = "") -> Queue:
    """In Redis where its URL is given, else with the store in PostgreSQL, else in ``queue.db`` of the data folder.

    :raises SettingsError: a library is missing.
    :raises StoreError: it can't be reached.
    """
    options: dict[str, Any] = {"results": False, "serializer": _Plain()}
    try:
        if redis_url:
            return Queue(RedisHuey("youju", url=redis_url, **options))
        if database_url.startswith("postgresql"):
            dsn = "postgresql" + database_url[database_url.index("://") :]
            return Queue(PostgresHuey("youju", dsn=dsn, table_prefix="youju_queue", **options))
        data.mkdir(parents=True, exist_ok=True)
        return Queue(SqliteHuey("youju", filename=str(data / "queue.db"), **options))
    except ConfigurationError as error:
        raise SettingsError("工作佇列用 Redis 要裝 scale 套件，用 PostgreSQL 要裝 postgres 套件") from error
    except Exception as error:
        raise StoreError(f"工作佇列無法開啟（{type(error).__name__}）") from error


class _Plain(Serializer):  # type: ignore[misc, unused-ignore]
    """JSON where huey would pickle: who can write to a shared queue must not be able to run code here."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data._asdict(), default=datetime.isoformat).encode()

    def _deserialize(self, data: bytes) -> Any:
        fields = json.loads(data)
        return Message(**{**fields, "args": (), "kwargs": {}, "eta": None})
