"""Who is logged in is not part of a backup."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.backup import backup, restore
from rag.access import Keys
from rag.answer import today
from rag.sessions import Sessions
from rag.store import Store


def test_nobody_is_logged_in_by_a_restored_backup_or_stays_so(store: Store, tmp_path: Path) -> None:
    key, _ = Keys(store, today).create("admin")
    sessions = Sessions(store)
    _, before = sessions.open(key)
    backup(store, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        assert "sessions.jsonl" not in file.namelist()
    _, after = sessions.open(key)
    restore(store, tmp_path / "out.zip")
    assert [sessions.find(token) for token in (before, after)] == [None, None]
    assert sessions.find(sessions.open(key)[1])
