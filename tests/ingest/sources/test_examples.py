"""Every source has examples: what comes of each is written beside it and reviewed by a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from ingest.records import RawRecord, Snapshot
from ingest.sources import SOURCES, law_history, laws
from ingest.versions import law_versions

EXAMPLES = Path(__file__).with_name("examples")
EXPECTED = ".expected.json"


def bulk(path: Path) -> Any:
    """``ChLaw.deferred.json`` is the member ``ChLaw.json`` of an archive."""
    release = laws.parse(f"{path.name.split('.')[0]}.json", path.read_bytes())
    if release.english:
        return [asdict(one) for raw in release.records for one in laws.translations(raw)]
    about = {"seen": release.seen, "articles": release.articles, "private_use": release.private_use}
    return about | {"laws": list(versions(release.records))}


def history(path: Path) -> Any:
    return {"laws": list(versions(tuple(law_history.read(path))))}


def versions(records: tuple[RawRecord, ...]) -> Iterator[dict[str, Any]]:
    snapshots: dict[str, list[Snapshot]] = {}
    for raw in records:
        record = laws.record_of(orjson.loads(raw.body), raw.pcode)
        snapshots.setdefault(raw.pcode, []).append(Snapshot(raw.seen, record, raw.sha256))
    for found in snapshots.values():
        law, documents = law_versions(found)
        kept = ("key", "version", "text", "valid_from", "valid_to", "origin", "deleted", "path")
        yield {"law": asdict(law), "documents": [{name: getattr(one, name) for name in kept} for one in documents]}


READ: dict[str, Callable[[Path], Any]] = {laws.NAME: bulk, law_history.NAME: history}


def examples(source: str) -> list[Path]:
    return sorted(path for path in (EXAMPLES / source).glob("*") if not path.name.endswith(EXPECTED))


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_examples(source: str) -> None:
    assert examples(source) != []
    assert source in READ


@pytest.mark.parametrize(
    ("source", "path"),
    [pytest.param(source, path, id=f"{source}/{path.name}") for source in SOURCES for path in examples(source)],
)
def test_an_example_gives_what_is_written_beside_it(source: str, path: Path) -> None:
    found = json.loads(json.dumps(READ[source](path), default=str))
    expected = path.with_name(path.name + EXPECTED)
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} is new: review it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))
