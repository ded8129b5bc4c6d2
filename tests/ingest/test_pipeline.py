"""Records into the store: whatever comes first, and however often, the same comes of it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.jobs import laws_files
from ingest.pipeline import Result, Work, prepare, take_in, take_in_translations
from ingest.records import RawRecord
from ingest.sources.laws import raw_record
from rag import schema
from rag.names import LawName, LawNames
from rag.store import Store, open_store
from tests.ingest.official import article, decree, english, histories, law, roc

NAMES = LawNames([LawName(f"示範第{number:07}號法", f"Z{number:07}") for number in range(4)])
DAYS = [date(2010, 1, 6), date(2015, 3, 4), date(2021, 1, 13), date(2023, 5, 31)]


def state(number: int, at: int) -> dict[str, Any]:
    """A law as it stood after one of its decrees; each changes one article, the last one from a later day."""
    entries = [decree(DAYS[0], "制定公布全文 3  條")]
    entries += [decree(day, f"修正公布第 {n}  條條文") for n, day in enumerate(DAYS[1 : at + 1], 1)]
    if at == 3:
        entries[-1] += f"；並自{roc(date(2024, 7, 1))}施行"
    texts = [f"第{n}條第{min(at, n) if n <= at else 0}版，見示範第{(number + n) % 4:07}號法第二條。" for n in (1, 2, 3)]
    texts = [text.replace("版", "次修正") if n <= at else text for n, text in enumerate(texts, 1)]
    items = [article(str(n), text) for n, text in enumerate(texts, 1)]
    return law(f"Z{number:07}", DAYS[at], items, histories(*entries))


def raw(number: int, at: int, seen: date | None) -> RawRecord:
    return raw_record(f"Z{number:07}", state(number, at), seen)


def here(work: Iterable[Work]) -> Iterator[Result]:
    return map(partial(prepare, names=NAMES), work)


def bring(store: Store, records: Sequence[RawRecord], source: str = "laws") -> int:
    return take_in(store, records, here, lambda n: None, source)


def told(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """What the store says of the laws, however it came to know it.

    A record that a source shows again and again is noted once, so the day it is noted with depends on the order.
    """
    found = {}
    with store.engine.connect() as connection:
        for table in (schema.documents, schema.laws, schema.links, schema.passages, schema.snapshots):
            columns = [column for column in table.c if column.name not in ("revision", "published")]
            found[table.name] = sorted(map(tuple, connection.execute(select(*columns)).all()), key=repr)
    return found


sightings = st.tuples(st.integers(0, 2), st.integers(0, 3), st.none() | st.dates(date(2020, 1, 1), date(2024, 1, 1)))
batches = st.lists(st.lists(sightings, min_size=1, max_size=4), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(batches, st.randoms(use_true_random=False))
def test_neither_order_nor_batches_nor_repetition_matter(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[list[tuple[int, int, date | None]]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("order")
    one = open_store(f"sqlite:///{folder / 'one.db'}", create=True)
    bring(one, [raw(*sighting) for batch in chosen for sighting in batch])
    other = open_store(f"sqlite:///{folder / 'other.db'}", create=True)
    shuffled = [*chosen, *chosen]
    chance.shuffle(shuffled)
    for at, batch in enumerate(shuffled):
        bring(other, [raw(*sighting) for sighting in batch], ("laws", "law-history")[at % 2])
    assert told(other) == told(one)
    one.close()
    other.close()


def test_what_was_taken_in_is_not_worked_out_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    records = [raw(0, 1, DAYS[1]), raw(1, 2, DAYS[2])]
    assert bring(store, records) > 0
    worked: list[Work] = []
    again = take_in(store, records[::-1], lambda work: here(_noted(work, worked)), lambda n: None, "laws")
    assert (again, worked) == (0, [])
    changed = [records[0], raw(1, 3, DAYS[3])]
    assert take_in(store, changed, lambda work: here(_noted(work, worked)), lambda n: None, "laws") > 0
    assert [[one.pcode for one in work.came] for work in worked] == [["Z0000001"]]
    store.close()


def _noted(work: Iterable[Work], noted: list[Work]) -> Iterator[Work]:
    for one in work:
        noted.append(one)
        yield one


def test_all_records_count_as_progress(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    for _ in range(2):
        steps: list[int] = []
        take_in(store, [raw(number, 1, DAYS[1]) for number in range(3)], here, steps.append, "laws")
        assert sum(steps) == 3
    store.close()


def test_translations_follow_their_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True)
    first = raw_record("Z0000000", english("Z0000000", DAYS[0], {"1": "A", "2": "B"}), DAYS[1])
    second = raw_record("Z0000000", english("Z0000000", DAYS[2], {"1": "A"}), DAYS[2])
    for record, written in ((first, True), (first, False), (second, True)):
        assert (take_in_translations(store, [record], lambda n: None) > 0) is written
    found = store.translation("law/Z0000000/1")
    assert found is not None
    assert (tuple(found), store.translation("law/Z0000000/2")) == (("A", DAYS[2]), None)
    store.close()


def test_links_name_the_article_where_one_follows() -> None:
    texts = {
        "1": "依示範第0000001號法第一百八十五條之三規定辦理。",
        "2": "示範第0000001號法另有規定；示範第0000002號法第 12 條亦同。",
        "3": "示範第0000000號法第三條是本法自己的。",
    }
    record = law("Z0000000", DAYS[0], [article(n, text) for n, text in texts.items()], "")
    result = prepare(Work([], [raw_record("Z0000000", record, None)]), NAMES)
    assert sorted((key, target) for key, _, target in result.links) == [
        ("law/Z0000000/1", "law/Z0000001/185-3"),
        ("law/Z0000000/2", "law/Z0000001/"),
        ("law/Z0000000/2", "law/Z0000002/12"),
    ]


def test_a_file_named_twice_is_read_once_and_english_comes_last(tmp_path: Path) -> None:
    for name in ("ChLaw", "EnLaw", "ChOrder"):
        (tmp_path / f"{name}.json.zip").touch()
    found = laws_files([tmp_path / "EnLaw.json.zip", tmp_path, tmp_path / "ChLaw.json.zip"])
    assert [path.name for path in found] == ["ChLaw.json.zip", "ChOrder.json.zip", "EnLaw.json.zip"]
