import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed import Matrix
from rag.errors import SearchIndexError, SettingsError
from rag.index import IndexItem
from rag.index.edge_build import EdgeWriter
from rag.index.meanings import BATCH, Remembering, discard, gathered
from rag.segment import Grams

DAY = date(2020, 1, 1)


class Counting:
    """An embedder for tests: every text has a direction of its own; notes the texts it was given, in one process."""

    searchable = True
    size = 4

    def __init__(self, name: str = "counting-1") -> None:
        self.name = name
        self.given: list[str] = []
        self._home = os.getpid()

    def queries(self, texts: Sequence[str]) -> Matrix:
        return np.array([_direction(self.name + text) for text in texts], np.float32)

    def documents(self, texts: Sequence[str]) -> Matrix:
        assert os.getpid() == self._home
        self.given += texts
        return self.queries(texts)


def _direction(text: str) -> list[float]:
    numbers = np.frombuffer(sha256(text.encode()).digest()[:4], np.uint8) - 127.5
    return (numbers / np.linalg.norm(numbers)).tolist()


class Told:
    """A ``Progress`` that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[object] = []

    def start(self, what: str, total: int | None) -> None:
        self.said.append((what, total))

    def advance(self, by: int) -> None:
        self.said.append(by)


def item(number: int, body: str = "") -> IndexItem:
    return IndexItem(f"p{number}", f"p{number}", "X", "laws", "法律", DAY, date.max, {"body": body or f"第{number}條"})


def items(count: int) -> list[IndexItem]:
    return [item(number) for number in range(count)]


def breaking(count: int, passes: list[int]) -> Callable[[], Iterator[IndexItem]]:
    """A source of ``BATCH`` items more than ``count`` that breaks off at the latter when it is read for the second time."""

    def source() -> Iterator[IndexItem]:
        passes.append(len(passes))
        for number in range(count + BATCH):
            if len(passes) > 1 and number == count:
                raise KeyboardInterrupt
            yield item(number)

    return source


def kept(path: Path) -> int:
    with sqlite3.connect(path) as file:
        return int(file.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_what_is_embedded_once_is_not_embedded_again(tmp_path: Path) -> None:
    model = Counting()
    for _ in range(2):
        with gathered(Remembering(model, tmp_path / "m.db"), partial(list, items(3))):
            pass
    assert model.given == ["第0條", "第1條", "第2條"]


def test_a_build_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    model, whole = Counting(), 3 * BATCH
    with pytest.raises(KeyboardInterrupt):
        Remembering(model, tmp_path / "m.db").gather(breaking(2 * BATCH, []), afresh=True)
    assert len(model.given) == kept(tmp_path / "m.db") == 2 * BATCH
    Remembering(model, tmp_path / "m.db").gather(partial(list, items(whole)), afresh=True)
    assert len(model.given) == len(set(model.given)) == whole


def test_builders_in_other_processes_read_what_was_embedded_and_embed_nothing(tmp_path: Path) -> None:
    model, told = Counting(), Told()
    writer = EdgeWriter(tmp_path / "index", Grams(), Remembering(model, tmp_path / "m.db", told))
    assert writer.rebuild(partial(list, items(5)), "r1") == 5
    assert writer.rebuild(partial(list, items(6)), "r2") == 6
    assert len(model.given) == 6
    assert told.said == [("計算語意向量", 5), 5, ("建立索引", None), ("計算語意向量", 1), 1, ("建立索引", None)]


def test_a_pickled_one_knows_the_size_and_the_vectors(tmp_path: Path) -> None:
    model = Counting()
    there = Remembering(model, tmp_path / "m.db")
    vectors = there.documents(["甲", "乙", "甲"])
    here = pickle.loads(pickle.dumps(there))  # noqa: S301
    assert (here.name, here.size, here.searchable) == ("counting-1", 4, True)
    assert np.array_equal(here.documents(["甲", "乙", "甲"]), vectors)
    assert (model.given, vectors.shape, here.documents([]).shape) == (["甲", "乙"], (3, 4), (0, 4))
    assert np.allclose(vectors, model.queries(["甲", "乙", "甲"]), atol=1e-3)


def test_equal_texts_are_embedded_once(tmp_path: Path) -> None:
    model, told = Counting(), Told()
    Remembering(model, tmp_path / "m.db", told).gather(partial(list, [item(1, "甲"), item(2, "甲")]), afresh=True)
    assert (model.given, told.said[0]) == (["甲"], ("計算語意向量", 1))


def test_a_rebuild_leaves_the_vectors_of_its_passages_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with gathered(Remembering(Counting("other-1"), path), partial(list, items(4))):
        pass
    with gathered(Remembering(Counting(), path), partial(list, items(3))):
        assert kept(path) == 7
    assert kept(path) == 3


def test_a_build_that_fails_forgets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with gathered(Remembering(Counting(), path), partial(list, items(4))):
        pass
    with pytest.raises(SearchIndexError), gathered(Remembering(Counting(), path), partial(list, items(1))):
        raise SearchIndexError("沿用原有的索引")
    assert kept(path) == 4


def test_an_update_forgets_what_went_and_what_reads_otherwise(tmp_path: Path) -> None:
    path, model = tmp_path / "m.db", Counting()
    with gathered(
        Remembering(model, path), partial(list, [item(1, "甲"), item(2, "乙"), item(3, "丙"), item(4, "丙")])
    ):
        pass
    secret = np.array(_direction("counting-1乙"), np.float16).tobytes()
    assert secret in path.read_bytes()
    with gathered(Remembering(model, path), partial(list, [item(1, "丁")]), ["p2", "p3"]):
        pass
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT id FROM passages ORDER BY id").fetchall() == [("p1",), ("p4",)]
    assert (kept(path), secret in path.read_bytes()) == (2, False)
    assert model.given == ["甲", "乙", "丙", "丁"]


def test_what_only_compares_is_left_alone(tmp_path: Path) -> None:
    with gathered(Counting(), partial(list, items(3))), gathered(None, partial(list, items(3))):
        assert list(tmp_path.iterdir()) == []


def test_discarded_it_is_gone_with_what_a_killed_process_left(tmp_path: Path) -> None:
    Remembering(Counting(), tmp_path / "m.db").documents(["甲"])
    (tmp_path / "m.db-journal").touch()
    discard(tmp_path / "m.db")
    discard(tmp_path / "m.db")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"not a database" * 100)
    with pytest.raises(SearchIndexError, match="可以刪除後再試") as caught:
        Remembering(Counting(), tmp_path / "m.db").documents(["甲"])
    assert "\n" not in str(caught.value)


def test_an_error_of_the_model_is_the_models(tmp_path: Path) -> None:
    class Broken(Counting):
        def documents(self, texts: Sequence[str]) -> Matrix:
            raise SettingsError("沒有這個模型")

    with pytest.raises(SettingsError, match="沒有這個模型"):
        Remembering(Broken(), tmp_path / "m.db").gather(partial(list, items(1)), afresh=True)


def test_the_caption_is_part_of_what_is_embedded(tmp_path: Path) -> None:
    model = Counting()
    named = replace(item(1, "甲"), fields={"body": "甲", "name": "示範法", "caption": "押金"})
    Remembering(model, tmp_path / "m.db").gather(partial(list, [named]), afresh=True)
    assert model.given == ["示範法\n押金\n甲"]


@given(st.integers(0, 2**32 - 1), st.integers(2, 1024))
def test_half_precision_keeps_a_likeness_within_a_thousandth(seed: int, size: int) -> None:
    first, second = np.random.default_rng(seed).normal(size=(2, size))
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    assert float(first.astype(np.float16).astype(np.float32) @ second) == pytest.approx(float(first @ second), abs=1e-3)
