from __future__ import annotations

import os
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import SettingsError, StoreError
from rag.queue import open_queue
from tests.rag.databases import POSTGRES


def test_word_is_left_in_a_file_of_the_data_folder(tmp_path: Path) -> None:
    with closing(open_queue(tmp_path / "data")) as queue:
        queue.nudge()
        queue.nudge()
        assert not queue.stopping
    with closing(sqlite3.connect(tmp_path / "data" / "queue.db")) as database:
        words = [bytes(row[0]) for row in database.execute("SELECT data FROM task")]
    assert len(words) == 2
    assert all(b"rag.queue.nudge" in word and word.startswith(b"{") for word in words)


def test_nothing_in_a_shared_queue_is_run_as_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "evil"),)

    with closing(open_queue(tmp_path)) as queue:
        huey = queue._huey
        huey.storage.enqueue(pickle.dumps(Evil()))
        with pytest.raises(ValueError, match="decode"):
            huey.dequeue()
        queue.nudge()
        task = huey.dequeue()
    assert (task.name, task.args, (tmp_path / "evil").exists()) == ("nudge", (), False)


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="工作佇列無法開啟"):
        open_queue(tmp_path / "file" / "data")


def test_redis_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises((SettingsError, StoreError), match="工作佇列"):
        open_queue(tmp_path, "redis://:secret@127.0.0.1:1/0").nudge()
    assert not (tmp_path / "queue.db").exists()


def test_with_redis_word_is_left_there(tmp_path: Path, redis_url: str) -> None:
    with closing(open_queue(tmp_path, redis_url)) as queue:
        queue.nudge()
        assert queue._huey.dequeue().name == "nudge"
        assert queue._huey.dequeue() is None
    assert list(tmp_path.iterdir()) == []


def test_postgresql_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises((SettingsError, StoreError), match="工作佇列") as raised:
        open_queue(tmp_path, "", "postgresql+psycopg://u:secret@127.0.0.1:1/youju")
    assert "secret" not in str(raised.value)


@pytest.mark.skipif(not POSTGRES, reason="YOUJU_TEST_POSTGRES_URL is not set")
def test_with_the_store_in_postgresql_word_is_left_there(tmp_path: Path) -> None:
    with closing(open_queue(tmp_path, "", POSTGRES)) as queue:
        queue.nudge()
        assert queue._huey.dequeue().name == "nudge"
    assert list(tmp_path.iterdir()) == []
