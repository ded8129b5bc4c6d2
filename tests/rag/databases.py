"""A fresh database of each kind that the store runs on; PostgreSQL where ``YOUJU_TEST_POSTGRES_URL`` names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

POSTGRES = os.environ.get("YOUJU_TEST_POSTGRES_URL", "")
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
