"""Claims of a run with the passages they cite, for people to label; and labels made up by chance, to show the tools.

A pair is one sentence of an answer and one passage that it cites, as the proof sees both. What the deterministic layers
say of it is its ``verdict``, which labellers are not shown: ``quoted`` word for word, borne out in ``full``, in part
(``partial``: nothing in it is wrong, but not all of it stands there), or ``none``.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from eval.errors import NotEnoughData
from eval.folder import RunFolder
from eval.grounds import Told, grounds
from eval.library import Library
from rag.domain import sha256
from rag.label_records import LEVELS, Level, Pair
from rag.sentences import only_marks
from rag.verify.claims import GOOD
from rag.verify.given import Given

Verdict = Literal["quoted", "full", "partial", "none"]
_TRUE: dict[str, Level] = {"quoted": "full", "full": "full", "partial": "partial", "none": "none"}
_CONTENT = ("quotes", "references", "values", "names", "terms")
# What no store takes, or no encoding.
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def pairs_of(folder: RunFolder, library: Library) -> list[Pair]:
    """Every claim of a run's answers with each passage it cites; what is said twice is one.

    :raises UsageError: a file of the run is missing or broken.
    """
    questions = {one.id: one for one in folder.questions()}
    found: dict[tuple[str, str], Pair] = {}
    for output in folder.outputs():
        ground = grounds(questions[output.id], output, library) if output.id in questions else None
        for told in ground.claims if ground and ground.is_attempted else ():
            for pair in _pairs(told):
                found.setdefault((pair.claim, pair.passage), pair)
    return list(found.values())


def sample(pairs: Iterable[Pair], n: int, seed: int = 0) -> list[Pair]:
    """So many of the pairs: as many of each kind of source and verdict, while there are any; by chance within.

    :raises NotEnoughData: there is none.
    """
    cells: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda one: sha256(f"{seed}\0{one.claim}\0{one.passage}")):
        cells[pair.stratum, pair.verdict].append(pair)
    if not cells:
        raise NotEnoughData("這次評測的回答裡，沒有一句主張引用了查得到的段落")
    rows = [cells[cell] for cell in sorted(cells)]
    turns = (row[at] for at in range(max(map(len, rows))) for row in rows if at < len(row))
    return [pair for _, pair in zip(range(n), turns, strict=False)]


def synthetic(pairs: Sequence[Pair], wrong: Sequence[float], seed: int = 0) -> Iterator[dict[str, Any]]:
    """Labels that nobody gave, marked so: each labeller says what the verdict says, but for a share of errors.

    What two see differently is decided by the verdict.

    :param wrong: for each labeller, the share of pairs to be judged wrongly, one way or the other.
    """
    chance = random.Random(seed)
    for pair in pairs:
        true = _TRUE[pair.verdict]
        said = [_said(true, share, chance) for share in wrong]
        yield {
            "id": sha256(f"{pair.key}\0{pair.claim}\0{pair.passage}")[:32],
            "claim": pair.claim,
            "passage": pair.passage,
            "label": said[0] if len(set(said)) == 1 else true,
            "labels": [{"by": f"synthetic-{at}", "level": level} for at, level in enumerate(said, start=1)],
            "adjudicated": len(set(said)) > 1,
            "stratum": pair.stratum,
            "synthetic": True,
            "source": pair.label,
            "key": pair.key,
            "verdict": pair.verdict,
        }


def _said(true: Level, wrong: float, chance: random.Random) -> Level:
    return chance.choice([level for level in LEVELS if level != true]) if chance.random() < wrong else true


def _pairs(told: Told) -> Iterator[Pair]:
    claim = only_marks(told.claim.text, ()).strip()
    for given in told.claim.cited:
        document = given.document
        passage, label = _fit(given.text), _fit(given.source.label)
        yield Pair(_fit(claim), passage, document.key, label, document.source, _verdict(told, given))


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _verdict(told: Told, given: Given) -> Verdict:
    """What the proof says of the sentence with this one source alone."""
    text = told.claim.text
    left = only_marks(text, (given.source.mark,)) if len(told.claim.cited) > 1 else text
    sentence = told.prover.judged(left)
    if sentence.status != "unproved":
        return "quoted" if sentence.status == "proved" else "full"
    good = all(sentence.checks[layer] in GOOD for layer in _CONTENT)
    return "partial" if good else "none"
