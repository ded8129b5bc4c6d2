"""Every source has examples: what comes of each is written beside it and reviewed by a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from ingest.parsed import Parsed, Raw, Source
from ingest.records import RawRecord, Snapshot
from ingest.sources import document_source, law_history, laws
from ingest.versions import law_versions
from rag.names import LawName, LawNames, with_aliases
from rag.sources import DOCUMENTS, SOURCES

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


NAMES = LawNames(
    with_aliases(
        LawName(name, pcode)
        for name, pcode in {
            "中華民國憲法": "A0000001", "司法院大法官審理案件法": "A0030159", "民法": "B0000001", "中華民國刑法": "C0000001",
            "刑事訴訟法": "C0010001", "道路交通管理處罰條例": "K0040012", "勞動基準法": "N0030001",
        }.items()
    )
)  # fmt: skip


def documents(source: Source) -> Callable[[Path], Any]:
    """What came, and what each thing that came holds."""

    def read(path: Path) -> Any:
        return [
            [slim(one) for one in source.parse(came, NAMES)] if isinstance(came, Raw) else slim(came)
            for came in source.read(path)
        ]

    return read


def slim(one: Any) -> dict[str, Any]:
    """The fields that say something, with each passage spelt out."""
    found = filled(one)
    if isinstance(one, Parsed):
        text = one.document.text
        found["spans"] = [filled(span) | {"text": text[span.start : span.end]} for span in one.spans]
    return {type(one).__name__: found}


def filled(one: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if value not in ("", (), {}, None)}


READ: dict[str, Callable[[Path], Any]] = {laws.NAME: bulk, law_history.NAME: history}
READ |= {name: documents(document_source(name)) for name in DOCUMENTS}


def test_every_source_goes_by_its_own_name() -> None:
    assert [document_source(name).NAME for name in DOCUMENTS] == list(DOCUMENTS)


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
