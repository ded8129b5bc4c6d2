"""The text of a day: as-of questions, and three amendments that took effect long after they were made."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from eval.answers import Answerer, answer_all, summarise
from eval.bench.bulk import article_text
from eval.bench.ground import Ground, StepFailed
from eval.measures.asof import squeezed


class Deferral(NamedTuple):
    """An article whose new text holds from ``day`` on, and its old text until the day before."""

    pcode: str
    article: str
    day: date

    @property
    def key(self) -> str:
        return f"law/{self.pcode}/{self.article}"


class Sides(NamedTuple):
    """The text until the day before, and from the day on."""

    before: str
    after: str


DEFERRALS = (
    Deferral("E0040019", "13", date(2023, 1, 1)),
    Deferral("F0050003", "28", date(2023, 1, 1)),
    Deferral("A0010051", "9", date(2022, 1, 4)),
)


def asof(ground: Ground) -> dict[str, float]:
    with ground.open_engine() as engine:
        summary = summarise(list(answer_all(ground.questions("asof"), engine)))
    return {"asof_n": summary["n"], "asof_exact": summary["asof_exact"]}


def deferrals(ground: Ground) -> dict[str, float]:
    wanted = published(ground.history)
    with ground.open_engine() as engine:
        stored = {deferral: _stored(engine, deferral) for deferral in DEFERRALS}
    right = sum(
        squeezed(stored[deferral][side]) == squeezed(wanted[deferral][side])
        for deferral in DEFERRALS
        for side in (0, 1)
    )
    differ = sum(squeezed(sides.before) != squeezed(sides.after) for sides in stored.values())
    return {"deferrals_right": right, "deferrals_differ": differ}


def published(history: Path) -> Mapping[Deferral, Sides]:
    """Both texts of every deferral, as the file of snapshots has them."""
    pcodes = [deferral.pcode for deferral in DEFERRALS]
    with lzma.open(history, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if any(pcode in line[:100] for pcode in pcodes)]
    return {deferral: _sides(deferral, records) for deferral in DEFERRALS}


def _sides(deferral: Deferral, records: list[dict[str, Any]]) -> Sides:
    laws = [record["law"] for record in records if record["pcode"] == deferral.pcode]
    laws.sort(key=lambda law: str(law["LawModifiedDate"]))
    made = next((at for at, law in enumerate(laws) if law["LawEffectiveDate"] == f"{deferral.day:%Y%m%d}"), 0)
    if made == 0:
        raise StepFailed(f"{deferral.key}: no amendment in effect from {deferral.day} in the file of snapshots")
    return Sides(article_text(laws[made - 1], deferral.article), article_text(laws[made], deferral.article))


def _stored(engine: Answerer, deferral: Deferral) -> Sides:
    before = engine.read(deferral.key, deferral.day - timedelta(days=1))
    after = engine.read(deferral.key, deferral.day)
    return Sides(before.text if before else "", after.text if after else "")
