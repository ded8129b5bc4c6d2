"""Whether the articles and decisions that an answer names are there on its day, cited or not.

What a sentence names and cites is its source, which is known already; all else is looked up as any text is verified.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from eval.grounds import Grounds, Told
from eval.library import Library
from eval.shelf import shelf_of
from rag.check import CheckedReference
from rag.decisions import find_decisions
from rag.domain import Status
from rag.verify.cited import is_its_own
from rag.verify.kinds import SAID

Count = Callable[[str, bool, Told | None, str], None]

_OPEN = frozenset({"outside_coverage"})
"""Verdicts that leave it open whether there is such a thing: not all judgments are kept."""
_GONE = {
    "repealed": Status.REPEALED,
    "deleted": Status.DELETED,
    "superseded": Status.SUPERSEDED,
    "not_yet_in_force": Status.NOT_YET_IN_FORCE,
}


def named_there(ground: Grounds, library: Library, count: Count) -> None:
    """Count ``references``: each thing named is there, or is said to be gone."""
    strange: list[Told] = []
    for told in ground.claims:
        own, others = _named(told)
        for _ in range(own):
            count("references", True, None, "")
        strange += [told] if others else []
    if not strange:
        return
    text = "\n".join(one.claim.own for one in strange)
    starts = [0]
    for told in strange:
        starts.append(starts[-1] + len(told.claim.own) + 1)
    for found in shelf_of(library).report(text, ground.day).references:
        told = strange[bisect_right(starts, found.start) - 1]
        if _is_open(found, told):
            continue
        is_there = _is_there(found, told)
        count("references", is_there, told, "" if is_there else f"{found.text}：{found.detail}")


def _named(told: Told) -> tuple[int, int]:
    """How many things a sentence names that it cites, and how many besides."""
    cited = told.claim.cited
    known = {key for given in cited for key in given.own_decisions}
    is_own = [
        any(is_its_own(found, given) for given in cited)
        for found in told.claim.named
        if found.article and (found.law or cited)
    ]
    # The label of what is no law names it, too, and stands no more among a sentence's own words.
    is_own += [found.key in known for found in find_decisions(told.claim.said.own)]
    return sum(is_own), len(is_own) - sum(is_own)


def _is_open(found: CheckedReference, told: Told) -> bool:
    if not found.is_checked or found.verdict in _OPEN:
        return True
    return any(found.key in (given.document.key, f"law/{given.document.law}") for given in told.claim.cited)


def _is_there(found: CheckedReference, told: Told) -> bool:
    gone = _GONE.get(found.verdict)
    return found.verdict == "verified" or (gone is not None and SAID[gone].search(told.claim.own) is not None)
