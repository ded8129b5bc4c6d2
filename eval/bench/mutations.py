"""The measures held against answers made bad on purpose: each kind has to worsen what it aims at.

The good answers are the drafts that were read against their sources, those of them in which the measures find no
fault. They are known ones and learned from; nothing here was set by those held out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval import citations, ladder
from eval.bench.desk import DAY, Desk, Record, read_drafts
from eval.bench.drafts import ENOUGH, FREE, HELD_OUT, KNOWN, LEARNED
from eval.bench.ground import Ground
from eval.errors import NotEnoughData
from eval.folder import Asked
from eval.library import Library, StoreLibrary
from eval.mutate import Case, Mutated
from eval.mutate_answers import AIMS, MUTATORS, NULLS, as_output, is_lower, moved, mutated
from eval.report import markdown
from eval.scores import Share

METRICS = {metric.name: metric for metric in (*ladder.METRICS, *citations.METRICS)}
_SEEDS = 15


def mutations(ground: Ground) -> dict[str, float]:
    """How many of the mutated answers score lower, by kind and over all, and how many null ones move anything."""
    with ground.open_store() as store:
        desk, library = Desk(store), StoreLibrary(store, DAY)
        paths = [path for path in (KNOWN, *LEARNED, HELD_OUT, FREE) if path.is_file()]
        records = {record.id: record for path in paths for record in read_drafts(path)}
        cases = {id: (record, case) for id, record in records.items() if (case := desk.case(record))}
        if not cases:
            raise NotEnoughData("資料裡沒有草稿所引的條文")
        found = report(cases, library)
    rows = [(kind, str(one["n"]), f"{one['lower']:.4f}") for kind, one in found["kinds"].items()]
    rows += [(kind, str(one["n"]), f"{one['moved']:.4f}") for kind, one in found["nulls"].items()]
    print(markdown(("mutation", "pairs", "lower (null: moved)"), rows), file=sys.stderr, flush=True)
    figures = {f"mutations_{name}": float(found[name]) for name in ("n", "lower", "moved")}
    return figures | {f"mutations_{kind}": one["lower"] for kind, one in found["kinds"].items()}


def report(cases: Mapping[str, tuple[Record, Case]], library: Library) -> dict[str, Any]:
    """Pairs by kind, the share of them that scored lower or moved, and the ids of those that went wrong."""
    good = {id: one for id, one in cases.items() if not _faults(id, *one, library)}
    kinds = {kind: _lower(kind, good, library) for kind in AIMS}
    nulls = {kind: _moved(kind, good, library) for kind in NULLS}
    pairs = sum(one["n"] for one in kinds.values())
    same = sum(one["n"] for one in nulls.values())
    return {
        "n": pairs,
        "good": len(good),
        "lower": sum(one["n"] * one["lower"] for one in kinds.values()) / max(1, pairs),
        "moved": sum(one["n"] * one["moved"] for one in nulls.values()) / max(1, same),
        "kinds": {kind: one for kind, one in kinds.items() if one["n"]},
        "nulls": {kind: one for kind, one in nulls.items() if one["n"]},
    }


def _lower(kind: str, good: Mapping[str, tuple[Record, Case]], library: Library) -> dict[str, Any]:
    missed: list[str] = []
    n = 0
    for id, record, case, one in _made(kind, good):
        n += 1
        before, after = _shares(id, record, case, case, library), _shares(id, record, one.case, case, library)
        if not is_lower(before, after, kind, METRICS):
            missed.append(id)
    return {"n": n, "lower": 1 - len(missed) / max(1, n), "missed": missed}


def _moved(kind: str, good: Mapping[str, tuple[Record, Case]], library: Library) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    n = 0
    for id, record, case, one in _made(kind, good):
        n += 1
        before = _shares(id, record, case, case, library)
        names = moved(before, _shares(id, record, one.case, None, library))
        if names:
            wrong[id] = names
    return {"n": n, "moved": len(wrong) / max(1, n), "wrong": wrong}


def _made(kind: str, good: Mapping[str, tuple[Record, Case]]) -> Iterator[tuple[str, Record, Case, Mutated]]:
    """Each case once, and again with other seeds until there are enough of the kind; none twice."""
    seen: set[Case] = set()
    for seed in range(_SEEDS if kind in MUTATORS else 1):
        if seed and len(seen) >= ENOUGH:
            return
        for id, (record, case) in good.items():
            one = mutated(kind, case, f"{id}-{seed}")
            if one and one.case not in seen:
                seen.add(one.case)
                yield id, record, case, one


def _shares(id: str, record: Record, case: Case, read: Case | None, library: Library) -> dict[str, Share]:
    output = as_output(id, case, DAY, read)
    asked = _asked(record)
    return {**ladder.measure(asked, output, library).shares, **citations.measure(asked, output, library).shares}


def _faults(id: str, record: Record, case: Case, library: Library) -> Sequence[object]:
    output, asked = as_output(id, case, DAY), _asked(record)
    return (*ladder.measure(asked, output, library).problems, *citations.measure(asked, output, library).problems)


def _asked(record: Record) -> Asked:
    return Asked(id=record.id, kind=record.kind, question=record.question, answerable=True)
