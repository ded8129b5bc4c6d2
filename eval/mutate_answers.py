"""Good answers made bad, to see that the measures notice; and changed in what changes nothing, to see that none moves.

The mutators of :mod:`eval.mutate` over whole answers, and those that only an answer can have: a mark taken away, an
answer cut off, sentences in another order. ``AIMS`` says which measure each of them has to lower.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date

from eval import mutate
from eval.mutate import Case, Mutated, Mutator
from eval.mutate_text import MARK
from eval.outputs import Cited, Output
from eval.scores import Metric, Share

AIMS: Mapping[str, tuple[str, ...]] = {
    "article_number": ("values", "references"),
    "amount": ("values", "supported"),
    "party": ("supported",),
    "modality": ("supported", "values"),
    "neighbour": ("supported", "values", "quote_invented", "quote_altered"),
    "neighbour_alone": ("supported", "values", "quote_invented", "quote_altered"),
    "unread": ("marks_valid", "values", "references"),
    "quote": ("quote_altered", "quote_invented", "values"),
    "repealed": ("status_said",),
    "simplified": ("leak_script",),
    "mainland": ("leak_wording",),
    "uncited": ("cited",),
    "truncated": ("finished",),
}
"""The measures one of which a mutation of the kind has to worsen."""
SAME = {"quote_folded": "quote_exact"}
"""What counts as one: a quote in full width is the same quote, folded and no longer exact."""

_NAMES_ITS_SOURCE = re.compile("第[^條]{1,8}條|釋字|憲判|字第|法|條例|規則|細則|辦法")
_LEANS = re.compile("同[法條項]|[該此上前][法條項述開揭]|其中|此外|另外|因此|所以|但是?|不過|第二|再者")
_SHORTEST = 8  # signs of what can be cut in two
_END = re.compile(r"(?:\[[0-9]+\]|[。！？；」\s])+$")


def _uncited(case: Case, rng: random.Random) -> Mutated | None:
    """A sentence that names no source in words loses its marks."""
    bare = [at for at, one in enumerate(case.sentences) if MARK.search(one) and not _NAMES_ITS_SOURCE.search(one)]
    if not bare:
        return None
    at = rng.choice(bare)
    return Mutated(_with(case, at, MARK.sub("", case.sentences[at])), (at,))


def _truncated(case: Case, rng: random.Random) -> Mutated | None:
    """The last sentence stops in its middle."""
    last = len(case.sentences) - 1
    words = _END.sub("", case.sentences[last])
    if len(words) < _SHORTEST or "[" in words:
        return None
    cut = rng.randrange(len(words) // 2, len(words) - 1)
    left = words[:cut].rstrip("，、。；：」")
    return Mutated(_with(case, last, left), (last,)) if left else None


def _reordered(case: Case, rng: random.Random) -> Mutated | None:
    """Sentences that don't lean on one another, the other way round."""
    if len(case.sentences) < 2 or any(map(_LEANS.search, case.sentences)):
        return None
    return Mutated(case._replace(sentences=case.sentences[::-1]))


def _with(case: Case, at: int, sentence: str) -> Case:
    return case._replace(sentences=(*case.sentences[:at], sentence, *case.sentences[at + 1 :]))


MUTATORS: dict[str, Mutator] = mutate.MUTATORS | {"uncited": _uncited, "truncated": _truncated}
NULLS: dict[str, Mutator] = mutate.NULLS | {"null_reordered": _reordered}


def mutated(kind: str, case: Case, seed: str) -> Mutated | None:
    """The mutation of this kind and seed; ``None`` when it does not apply."""
    return (MUTATORS | NULLS)[kind](case, random.Random(f"{kind}-{seed}"))


def as_output(id: str, case: Case, day: date, read: Case | None = None) -> Output:
    """A case as an answer: a sentence a line, and under its marks what was given.

    :param read: the case before it was mutated, whose sources are all that the writer had.
    """
    citations = tuple(Cited(mark=mark, key=one.key, version=one.version) for mark, one in enumerate(case.given, 1))
    keys = tuple(one.key for one in (read or case).given)
    return Output(id=id, answer="\n".join(case.sentences), state="answered", citations=citations, read=keys, as_of=day)


def is_lower(before: Mapping[str, Share], after: Mapping[str, Share], kind: str, metrics: Mapping[str, Metric]) -> bool:
    """Whether one of the measures that a kind aims at got worse; one that no longer applies didn't."""
    return any(
        (after[name].value < before[name].value) == (metrics[name].better == "higher")
        and after[name].value != before[name].value
        for name in AIMS[kind]
        if name in before and name in after
    )


def moved(before: Mapping[str, Share], after: Mapping[str, Share]) -> list[str]:
    """The measures that a null mutation moved, though it changed nothing that was said."""
    one, other = _merged(before), _merged(after)
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _merged(shares: Mapping[str, Share]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for name, share in shares.items():
        same = SAME.get(name, name)
        held = found.get(same)
        found[same] = Share(held.part + share.part, share.whole) if held else share
    return found
