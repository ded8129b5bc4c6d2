"""A fresh database of each kind that the store runs on; PostgreSQL where ``YOUJU_TEST_POSTGRES_URL`` names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

_GIVEN = os.environ.get("YOUJU_TEST_POSTGRES_URL", "")


def _own() -> str:
    """The database given; where several processes test at once, one beside it for each, made at first use."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not (_GIVEN and worker):
        return _GIVEN
    url = make_url(_GIVEN)
    name = f"{url.database}_{worker}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
        if known is None:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


POSTGRES = _own()
KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRES, reason="YOUJU_TEST_POSTGRES_URL is not set")),
]


def fresh(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; its tables are gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'youju.db'}"
        return
    _empty()
    yield POSTGRES
    _empty()


def _empty() -> None:
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
