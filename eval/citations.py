"""Citation recall and precision, after ALCE (Gao et al. 2023), without its holes.

For a claim ``s`` that cites ``C``: recall is 1 iff ``C`` is not empty, all of it is there, and ``φ(C, s)``; a citation
``c`` is precise iff recall is 1 and not (``¬φ(c, s)`` and ``φ(C∖c, s)``). What ours does otherwise:

- a mark that leads nowhere, was not read, or whose repeal isn't said stays in the denominator of precision as 0;
- sentences are Chinese ones, and a mark before or after the stop belongs to the sentence it closes;
- greetings, caveats, refusals and headings are no claims (``checkable`` tells how many);
- refusals are not scored here, but an answer that says nothing at all has a recall of 0;
- ``over_citation`` is the share of marks that the smallest set which still bears the claim out does without.

A judge with more levels than two (full 1, partial ½, none 0) also gets TREC's weighted figures: Σφ(C, s) / claims and
Σφ(c, s) / citations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from eval.folder import Asked
from eval.grounds import Grounds, Told, grounds
from eval.ladder import bad_marks
from eval.library import Library
from eval.outputs import Output
from eval.scores import Found, Metric, Problem, Share
from rag.sentences import only_marks
from rag.support import Support
from rag.verify import Prover
from rag.verify.claims import GOOD
from rag.verify.layers import evidence

METRICS = (
    Metric("citation_recall", "higher", "引註召回率"),
    Metric("citation_precision", "higher", "引註精確率"),
    Metric("over_citation", "lower", "多餘的引註"),
)
GRADED = (
    Metric("citation_recall_weighted", "higher", "引註召回率（三級加權）"),
    Metric("citation_precision_weighted", "higher", "引註精確率（三級加權）"),
)
_CONTENT = ("quotes", "references", "values", "names", "terms", "support")


class Phi(Protocol):
    """How far the sources under some marks of a sentence bear it out: 1 wholly, 0 not; ``graded``: also in between."""

    @property
    def graded(self) -> bool: ...

    def __call__(self, prover: Prover, text: str, marks: Sequence[int]) -> float: ...


class Lexical:
    """φ by the layers of the proof: quotes, numbers, names and words all stand in these sources."""

    graded = False

    def __call__(self, prover: Prover, text: str, marks: Sequence[int]) -> float:
        checks = prover.judged(_with(prover, text, marks)).checks
        return float(all(checks[layer] in GOOD or checks[layer] == "folded" for layer in _CONTENT))


class Judged:
    """φ by whatever judges support: a model for inference, a chat model."""

    graded = False

    def __init__(self, support: Support) -> None:
        self._support = support

    def __call__(self, prover: Prover, text: str, marks: Sequence[int]) -> float:
        claim = prover.claim(_with(prover, text, marks))
        return float(self._support.verdict(claim.text, evidence(claim.cited, claim.words)) == "ok")


LEXICAL = Lexical()


def measure(question: Asked, output: Output, library: Library, phi: Phi = LEXICAL) -> Found:
    """Recall over claims, precision over citations, and what is cited beyond need; see the head of this page."""
    ground = grounds(question, output, library)
    if _is_empty(output):
        return Found({"citation_recall": Share(0.0)}, (Problem("citation_recall", None, "回答是空的"),))
    claims = ground.claims
    if not ground.is_attempted or not claims:
        return Found()
    judged = [_Judged(ground, told, phi) for told in claims]
    sums: dict[str, tuple[float, float]] = {}
    sums["citation_recall"] = (sum(one.is_recalled for one in judged), len(claims))
    sums["citation_precision"] = (sum(one.precise for one in judged), sum(one.cited for one in judged))
    recalled = [one for one in judged if one.is_recalled]
    sums["over_citation"] = (sum(one.idle for one in recalled), sum(one.cited for one in recalled))
    if phi.graded:
        sums["citation_recall_weighted"] = (sum(one.level for one in judged), len(claims))
        sums["citation_precision_weighted"] = (sum(one.levels for one in judged), sum(one.cited for one in judged))
    shares = {name: Share(float(part), float(whole)) for name, (part, whole) in sums.items() if whole}
    return Found(shares, tuple(problem for one in judged for problem in one.problems))


class _Judged:
    """A claim and its citations, each looked at as far as it is needed."""

    def __init__(self, ground: Grounds, told: Told, phi: Phi) -> None:
        self._told, self._phi = told, phi
        self._text = told.sentence.text
        self._marks = told.claim.marks
        self._bad = bad_marks(ground, told)
        missing = any(measure in ("marks_valid", "exists") for measure, _ in self._bad.values())
        self.level = self._of(self._marks) if self._marks and not missing else 0.0
        self.cited = len(self._marks)
        self.is_recalled = self.level == 1.0
        idle = self._idle() if self.is_recalled else ()
        self.idle = len(idle)
        self.precise = 0
        self.problems: list[Problem] = []
        for mark in self._marks:
            is_precise = self.is_recalled and mark not in self._bad and not (mark in idle and not self._of((mark,)))
            self.precise += is_precise
            if mark in idle:
                why = f"〔{mark}〕可以不引" if is_precise else f"〔{mark}〕與這句話無關"
                self.problems.append(Problem("over_citation" if is_precise else "citation_precision", told.place, why))

    @property
    def levels(self) -> float:
        return sum(self._of((mark,)) for mark in self._marks if mark not in self._bad)

    def _of(self, marks: Sequence[int]) -> float:
        return self._phi(self._told.prover, self._text, marks)

    def _idle(self) -> tuple[int, ...]:
        """The marks that can go, one after the other from the last, while the rest still bears the claim out."""
        kept = list(self._marks)
        for mark in reversed(self._marks):
            others = [one for one in kept if one != mark]
            if others and self._of(others) == 1.0:
                kept = others
        return tuple(mark for mark in self._marks if mark not in kept)


def _with(prover: Prover, text: str, marks: Sequence[int]) -> str:
    """The sentence with some of its marks only; a quote that holds what looks like one stays as it is."""
    claim = prover.claim(text)
    if tuple(marks) == claim.marks:
        return text
    left = only_marks(text, marks)
    return left if prover.claim(left).said.quotes == claim.said.quotes else text


def _is_empty(output: Output) -> bool:
    """Whether nothing was said, and nobody said why: no answer, and no refusal either."""
    return not (output.said.strip() or output.error or output.reason)
