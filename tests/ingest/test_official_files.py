"""The real files, where they are at hand: known articles on both sides of the days on which they changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import orjson
import pytest

from ingest.archive import read_member
from ingest.records import RawRecord, Snapshot
from ingest.sources import law_history, laws
from ingest.spans import squeeze
from ingest.versions import law_versions
from rag.domain import OPEN, Document, Law

FILES = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data/moj"))
QUESTIONS = Path("../shared/data/questions/asof.jsonl")
pytestmark = pytest.mark.skipif(not (FILES / "history.jsonl.xz").exists(), reason="no shared data")

Laws = dict[str, tuple[Law, tuple[Document, ...]]]
CIVIL_CODE = "B0000001"
DEFERRED = [
    ("E0040019", "13", date(2023, 1, 1)),
    ("F0050003", "28", date(2023, 1, 1)),
    ("A0010051", "9", date(2022, 1, 4)),
]


@pytest.fixture(scope="module")
def bulk() -> dict[str, RawRecord]:
    releases = (laws.parse(*read_member(FILES / f"{member}.json.zip", ".json")) for member in ("ChLaw", "ChOrder"))
    return {raw.pcode: raw for one in releases for raw in one.records}


@pytest.fixture(scope="module")
def history() -> list[RawRecord]:
    return law_history.read(FILES / "history.jsonl.xz")


@pytest.fixture(scope="module")
def both(bulk: dict[str, RawRecord], history: list[RawRecord]) -> Laws:
    """Every law that a question or a test below asks about, from all its records."""
    asked = [json.loads(line)["gold"][0]["pcode"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    wanted = {pcode for pcode, _, _ in DEFERRED} | set(asked)
    return worked_out(raw for raw in [*bulk.values(), *history] if raw.pcode in wanted)


def worked_out(records: Iterable[RawRecord]) -> Laws:
    snapshots: dict[str, list[Snapshot]] = {}
    for raw in records:
        record = laws.record_of(orjson.loads(raw.body), raw.pcode)
        snapshots.setdefault(raw.pcode, []).append(Snapshot(raw.seen, record, raw.sha256))
    return {pcode: law_versions(found) for pcode, found in snapshots.items()}


def on(found: Laws, pcode: str, number: str, day: date) -> Document | None:
    holding = [one for one in found[pcode][1] if one.number == number and one.holds_on(day)]
    assert len(holding) <= 1
    return holding[0] if holding else None


@pytest.mark.parametrize(("pcode", "number", "day"), DEFERRED)
def test_both_texts_are_known_on_both_sides_of_the_day(both: Laws, pcode: str, number: str, day: date) -> None:
    before, after = (on(both, pcode, number, side) for side in (day.replace(year=day.year - 1), day))
    assert before is not None
    assert after is not None
    assert (before.valid_to, after.valid_from) == (day, day)
    assert squeeze(before.text) != squeeze(after.text)
    assert date.fromisoformat(after.version) < day


def test_the_civil_code_is_in_force_and_knows_its_newest_text_only(bulk: dict[str, RawRecord]) -> None:
    found = worked_out([bulk[CIVIL_CODE]])
    law, documents = found[CIVIL_CODE]
    assert (law.name, law.repealed) == ("民法", None)
    age = on(found, CIVIL_CODE, "12", date(2024, 10, 11))
    assert age is not None
    assert (age.valid_from, age.valid_to, age.version) == (date(2023, 1, 1), OPEN, "2021-01-13")
    assert on(found, CIVIL_CODE, "12", date(2022, 12, 31)) is None
    assert {one.number for one in documents if one.valid_from == OPEN} == {"166-1"}


def test_every_question_of_an_earlier_day_has_its_text(both: Laws) -> None:
    wrong = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        gold = question["gold"][0]
        found = on(both, gold["pcode"], gold["article"], date.fromisoformat(question["as_of"]))
        if found is None or squeeze(found.text) != squeeze(gold["text"]):
            wrong.append(question["question"])
    assert wrong == []


# Laws whose day of entry into force another decree fixed, or their own closing article: checked by hand.
@pytest.mark.parametrize(
    ("name", "number", "day"),
    [
        ("家事事件法", "1", date(2012, 6, 1)),
        ("職業安全衛生法", "1", date(2014, 7, 3)),
        ("工會法", "1", date(2011, 5, 1)),
        ("就業保險法", "1", date(2003, 1, 1)),
        ("國防法", "1", date(2002, 3, 1)),
        ("香港澳門關係條例", "1", date(1997, 7, 1)),
        ("個人資料保護法", "1", date(2012, 10, 1)),
        ("菸酒稅法", "1", date(2002, 1, 1)),
        ("訴願法", "1", date(2000, 7, 1)),
        ("毒品危害防制條例", "1", date(2004, 1, 9)),
        ("公務人員退休資遣撫卹法", "69", date(2017, 8, 9)),
        ("精神衛生法", "1", date(2024, 12, 14)),
    ],
)
def test_days_that_other_decrees_fixed(bulk: dict[str, RawRecord], name: str, number: str, day: date) -> None:
    (raw,) = [raw for raw in bulk.values() if raw.name == name]
    (found,) = [one for one in worked_out([raw])[raw.pcode][1] if one.number == number]
    assert found.valid_from == day


def test_the_records_make_sense(bulk: dict[str, RawRecord]) -> None:
    assert len(bulk) == 11_547
    assert sum(raw.repealed for raw in bulk.values()) == 3_473
    found = worked_out(raw for at, raw in enumerate(bulk.values()) if at % 5 == 0)
    for law, documents in found.values():
        assert len({one.key for one in documents}) == len(documents)
        assert all(one.valid_from.year >= 1911 for one in documents)
        assert law.repealed is None or all(one.valid_to <= law.repealed for one in documents)
