import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Thread

import psutil
import pytest

from rag.errors import NoIndex, SearchIndexError
from rag.expand import QueryTerms
from rag.index import IndexItem
from rag.index.edge import EdgeIndex
from rag.index.edge_build import EdgeWriter
from rag.index.generations import Generations
from rag.segment import Grams

DAY = date(2024, 3, 1)
ITEM = IndexItem(
    "law/X/1@2020-01-01#0-8", "law/X/1", "X", "laws", "法律", date(2020, 1, 1), date.max, {"body": "業者應返還押金。"}
)
QUERY = QueryTerms({"押金": 1.0})
BUILD = """
import sys
from functools import partial
from pathlib import Path
from rag.index.edge_build import EdgeWriter
from rag.segment import Grams
if __name__ == "__main__":
    EdgeWriter(Path(sys.argv[1]), Grams()).rebuild(partial(open, sys.argv[2]), "r2")
"""
SEARCH = """
import sys
from datetime import date
from pathlib import Path
from rag.expand import QueryTerms
from rag.index.edge import EdgeIndex
index = EdgeIndex(Path(sys.argv[1]), "grams-1")
print(sum(len(index.search(QueryTerms({"押金": 1.0}), date(2024, 3, 1), 5)) for _ in range(50)))
"""


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("g*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    EdgeWriter(tmp_path / "index", Grams()).rebuild(partial(list, [ITEM]), "r1")
    return tmp_path / "index"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_build_leaves_the_old_index_and_its_leftovers_go_with_the_next(folder: Path, tmp_path: Path) -> None:
    # Opening a pipe that nobody writes to: the build gets as far as its first passage and stays there.
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "build.py").write_text(BUILD, encoding="utf-8")
    command = [sys.executable, tmp_path / "build.py", folder, tmp_path / "pipe"]
    writer = psutil.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    wait_until(lambda: len(list(folder.glob("g000002/[01]/segments"))) == 2)
    children = writer.children(recursive=True)
    writer.send_signal(signal.SIGKILL)
    writer.wait()

    index = EdgeIndex(folder, "grams-1")
    assert (index.revision, len(index.search(QUERY, DAY, 5))) == ("r1", 1)
    assert not psutil.wait_procs(children, timeout=60)[1]
    assert generations(folder) == ["g000001", "g000002"]
    index.close()
    EdgeWriter(folder, Grams()).rebuild(partial(list, [ITEM]), "r3")
    assert len(generations(folder)) == 1


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (partial(int, "no number"), SearchIndexError, "ValueError"),
        (partial(os._exit, 3), SearchIndexError, "中斷"),
        (Generations(Path("nowhere")).current, NoIndex, "youju-ingest"),
    ],
)
def test_a_failed_build_says_why_and_leaves_the_old_index(
    folder: Path, source: partial[list[IndexItem]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        EdgeWriter(folder, Grams()).rebuild(source, "r2")
    assert generations(folder) == ["g000001"]
    assert EdgeIndex(folder, "grams-1").revision == "r1"


def test_several_processes_search_at_once(folder: Path) -> None:
    index = EdgeIndex(folder, "grams-1")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    others = [
        subprocess.Popen([sys.executable, "-c", SEARCH, folder], stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    outputs = [other.communicate(timeout=60)[0] for other in others]
    assert [output.strip() for output in outputs] == [b"50", b"50"]
    assert len(index.search(QUERY, DAY, 5)) == 1


def test_searches_go_on_while_generations_change(folder: Path) -> None:
    index = EdgeIndex(folder, "grams-1")
    writer = EdgeWriter(folder, Grams(), shards=1)
    found: list[int] = []
    stop = False

    def search() -> None:
        while not stop:
            found.append(len(index.search(QUERY, DAY, 5)))
            time.sleep(0.001)

    thread = Thread(target=search)
    thread.start()
    for number in range(3):
        writer.update(partial(list, [replace(ITEM, prior=float(number))]), [], f"r{number + 2}")
    stop = True
    thread.join()
    assert set(found) == {1}
    assert index.revision == "r4"


def test_a_generation_in_use_is_kept(folder: Path) -> None:
    index = EdgeIndex(folder, "grams-1")
    EdgeWriter(folder, Grams()).update(partial(list, []), [], "r2")
    assert generations(folder) == ["g000001", "g000002"]
    index.close()


@pytest.mark.parametrize("gone", ["0", "idf.bin", "manifest.json", "."])
def test_a_damaged_generation_is_an_index_error(folder: Path, gone: str) -> None:
    part = folder / "g000001" / gone
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    with pytest.raises(SearchIndexError, match="rebuild-index"):
        EdgeIndex(folder, "grams-1")
    assert EdgeWriter(folder, Grams()).rebuild(partial(list, [ITEM]), "r2") == 1
    assert EdgeIndex(folder, "grams-1").revision == "r2"


def test_errors_of_the_engine_are_index_errors(folder: Path) -> None:
    index = EdgeIndex(folder, "grams-1")
    with pytest.raises(SearchIndexError, match="索引無法使用"):
        index.search(QUERY, DAY, 2**70)


def test_a_closed_index_says_so_and_closing_twice_is_closing_once(folder: Path) -> None:
    index = EdgeIndex(folder, "grams-1")
    index.close()
    index.close()
    with pytest.raises(SearchIndexError, match="索引無法使用"):
        index.search(QUERY, DAY, 5)
