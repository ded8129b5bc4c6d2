"""The proof, held against drafts as a chat model writes them: what it harms of the true ones, and what it lets pass.

The drafts name their sources by key; the texts are those of the store on ``DAY``, when each was read against them.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from eval.bench.desk import Desk, Record, read_drafts
from eval.bench.ground import Ground
from eval.errors import NotEnoughData
from eval.measures.percentile import percentile
from eval.mutate import MUTATORS, NULLS, Case, Mutated, mutate, told_as_law
from eval.mutate_text import MARK, shared_bigrams
from eval.timing import timed
from rag.domain import Sentence

KNOWN = Path("tests/questions/drafts.jsonl")
HELD_OUT = Path("tests/questions/drafts_held_out.jsonl")
LEARNED = tuple(Path(f"tests/questions/drafts_free_{part}.jsonl") for part in (1, 2))
FREE = Path("tests/questions/drafts_free_held_out.jsonl")
PARAPHRASED = 0.6  # of the character pairs; what shares fewer with its sources is no copy of them
ENOUGH = 50  # mutated drafts a kind
_SEEDS = 15
_GONE = 60
_SENTENCES, _SOURCES, _ORDERS = 10, 6, 5


class Judged(NamedTuple):
    """A draft, what was done to it, and which of the sentences that matter the proof got wrong."""

    id: str
    wrong: tuple[Sentence, ...]


def drafts(ground: Ground) -> dict[str, float]:
    """The drafts known and those held out; of these nothing is told but figures."""
    measured: dict[str, float] = {}
    with ground.open_store() as store:
        desk = Desk(store)
        for name, path in (("drafts", KNOWN), ("held", HELD_OUT), ("free", FREE)):
            found = report(read_drafts(path), desk)
            shown = found if path == KNOWN else {key: value for key, value in found.items() if key != "lists"}
            print(f"  {name}: {json.dumps(shown, ensure_ascii=False)}", file=sys.stderr, flush=True)
            measured |= {f"{name}_{key}": value for key, value in found.items() if isinstance(value, float | int)}
            measured |= {f"{name}_caught_{kind}": one["caught"] for kind, one in found["kinds"].items()}
    return measured


def report(records: Sequence[Record], desk: Desk) -> dict[str, Any]:
    """Every figure of a file of drafts, and under ``lists`` what the proof got wrong, by id with the layers."""
    cases = {record.id: case for record in records if (case := desk.case(record))}
    if not cases:
        raise NotEnoughData("資料裡沒有草稿所引的條文")
    harmed = [one for id, case in cases.items() if (one := _judged(id, Mutated(case), desk)).wrong]
    shares = [_share(case) for case in cases.values()]
    # What is not proved as it stands would count as caught whatever is done to it.
    sound = {id: case for id, case in cases.items() if id not in {one.id for one in harmed}}
    told = {id: {one.text for one in desk.prove(case)} for id, case in sound.items()}
    mutated = {
        kind: [_judged(id, one, desk, told[id] if one.case.given == sound[id].given else ()) for id, one in made]
        for kind in MUTATORS
        if (made := list(_made(kind, sound, desk)))
    }
    same = {kind: [_judged(id, one, desk) for id, one in _made(kind, sound, desk)] for kind in NULLS}
    moved = [one for found in same.values() for one in found if one.wrong]
    missed = {kind: [one for one in found if one.wrong] for kind, found in mutated.items()}
    return {
        "n": len(cases),
        "missing": len(records) - len(cases),
        "laws": len({key.split("/")[1] for record in records for key in record.sources if key.startswith("law/")}),
        "paraphrases": sum(share < PARAPHRASED for share in shares) / len(shares),
        "harmed": len(harmed) / len(cases),
        "lost": sum(desk.lost(cases[one.id]) for one in harmed) / len(cases),
        "moved": len(moved) / max(1, sum(map(len, same.values()))),
        "mutated": sum(map(len, mutated.values())),
        "kinds": {
            kind: {"n": len(found), "caught": 1 - len(missed[kind]) / len(found)}
            for kind, found in mutated.items()
            if found
        },
        "lists": {
            "harmed": [_told(one) for one in harmed],
            "moved": [_told(one) for one in moved],
            "missed": {kind: [_told(one) for one in found] for kind, found in missed.items() if found},
        },
    }


def proof(ground: Ground) -> dict[str, float]:
    """How long the proof of an answer takes: ten sentences over six sources, one process."""
    with ground.open_store() as store:
        desk = Desk(store)
        cases = [case for record in read_drafts(KNOWN) if (case := desk.case(record))]
        orders = (random.Random(seed).sample(cases, len(cases)) for seed in range(_ORDERS))
        put_together = [answer for order in orders for answer in answers(order)]
        if not put_together:
            raise NotEnoughData("資料裡沒有草稿所引的條文")
        desk.prove(put_together[0])
        taken = [timed(desk.ready(answer))[1] for answer in put_together]
    return {"proof_n": len(taken), "proof_p50_ms": percentile(taken, 50), "proof_p95_ms": percentile(taken, 95)}


def _judged(id: str, mutated: Mutated, desk: Desk, true: Container[str] = ()) -> Judged:
    """A good draft (``at`` is empty) is wronged by an unproved sentence, a mutated one by a proved one.

    :param true: what is told of the draft when nothing is done to it; what was made false may have been left out.
    """
    found = desk.prove(mutated.case)
    if not mutated.at:
        return Judged(id, tuple(one for one in found if one.status == "unproved"))
    stands = (found[at] for at in mutated.at if found[at].status != "unproved")
    return Judged(id, tuple(one for one in stands if one.text not in true))


def _made(kind: str, cases: Mapping[str, Case], desk: Desk) -> Iterator[tuple[str, Mutated]]:
    """Each case once, and again with other seeds until there are enough of the kind; none twice."""
    seen: set[Case] = set()
    for seed in range(_SEEDS if kind in MUTATORS else 1):
        if seed and len(seen) >= ENOUGH:
            return
        for id, case in cases.items():
            made = mutate(kind, case, f"{id}-{seed}")
            if made and made.case not in seen:
                seen.add(made.case)
                yield id, made
    if kind == "repealed":
        rng = random.Random(kind)
        for gone in desk.gone(_GONE if cases else 0):
            id = rng.choice(list(cases))
            yield id, told_as_law(cases[id], gone)


def _told(one: Judged) -> dict[str, Any]:
    return {
        "id": one.id,
        "sentences": [
            {"text": said.text, "layers": {name: verdict for name, verdict in said.checks.items() if verdict != "ok"}}
            for said in one.wrong
        ],
    }


def _share(case: Case) -> float:
    given = case.given
    return shared_bigrams("".join(case.sentences), [one.text for one in given], [one.title for one in given])


def answers(cases: Iterable[Case]) -> Iterator[Case]:
    """Answers of ten sentences over six sources, put together from drafts."""
    held = Case((), ())
    for case in cases:
        if len(held.given) + len(case.given) > _SOURCES:
            if len(held.given) == _SOURCES and len(held.sentences) >= _SENTENCES:
                yield held._replace(sentences=held.sentences[:_SENTENCES])
            held = Case((), ())
        moved = tuple(_moved(sentence, len(held.given)) for sentence in case.sentences)
        held = Case(held.sentences + moved, held.given + case.given)


def _moved(sentence: str, by: int) -> str:
    return MARK.sub(lambda found: f"[{int(found[1]) + by}]", sentence)
