"""What of a sentence is idle: that it states nothing, or a mark whose source bears out nothing of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.domain import Sentence
from rag.support import Support
from rag.verify.claims import OK, Claim
from rag.verify.layers import evidence

_FEWEST = 8  # letters of a sentence that states anything
_ANNOUNCES = re.compile(r"[：:]\s*$|如下[。！]?$|(?:^|[，,])(?:以下|下列|下面)[^，。]{0,10}[。！]?$")
_CLAUSE = re.compile("[^，；,;。]+")
_SHORT = 4  # letters of a clause that says nothing by itself: 依法, 因此


def states(text: str) -> bool:
    """Whether a sentence says anything that could be proved: no 「說明如下：」, no greeting."""
    return sum(map(str.isalnum, text)) >= _FEWEST and _ANNOUNCES.search(text) is None


def needed(claim: Claim, proved: Callable[[tuple[int, ...]], Sentence], judge: Support) -> tuple[int, ...]:
    """The marks that a sentence with several rests on.

    A mark is left out where the sentence stands on the others, not on it, and no clause stands on it alone.

    :param proved: the proof of the sentence with some of its marks only.
    """
    kept = claim.marks
    for mark in reversed(claim.marks):
        others = tuple(one for one in kept if one != mark)
        if others and _is_idle(claim, mark, others, proved, judge):
            kept = others
    return kept


def _is_idle(
    claim: Claim,
    mark: int,
    others: tuple[int, ...],
    proved: Callable[[tuple[int, ...]], Sentence],
    judge: Support,
) -> bool:
    if proved(others).status == "unproved" or proved((mark,)).status != "unproved":
        return False
    alone = [given for given in claim.cited if given.source.mark == mark]
    rest = [given for given in claim.cited if given.source.mark in others]
    clauses = [clause for clause in _CLAUSE.findall(claim.words) if sum(map(str.isalnum, clause)) >= _SHORT]
    return not any(
        judge.verdict(clause, evidence(alone, clause)) == OK.verdict
        and judge.verdict(clause, evidence(rest, clause)) != OK.verdict
        for clause in clauses
    )
