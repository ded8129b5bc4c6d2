"""Coverage: how much of what an answer should tell it tells, in nuggets, as TREC RAG's AutoNuggetizer counts them.

================== ===========================================================================
``nugget_vital``   V_strict = Σ_vital 1[told] / |vital|: the headline
``nugget_all``     A_strict = Σ 1[told] / |all|
================== ===========================================================================

A nugget is told when the answer's words bear it out whole; half of one is none. An answer that refuses tells nothing
and scores 0. A question all of whose nuggets may be left out has no V_strict: it is absent and named as a problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.questions import Nugget
from eval.scores import Found, Metric, Problem, Share
from rag.sentences import MARK
from rag.support import LexicalSupport, Support

METRICS = (
    Metric("nugget_vital", "higher", "必要要點有說到"),
    Metric("nugget_all", "higher", "要點有說到"),
)
_QUIET = ("abstained", "error")

Measure = Callable[[Asked, Output, Library], Found]


def measure(question: Asked, output: Output, library: Library) -> Found:
    """``nugget_vital`` and ``nugget_all`` of an answer to a question with ``gold_nuggets``, by words alone."""
    return assigned(question, output, _lexical())


def by(support: Support) -> Measure:
    """The measure with somebody else to say whether an answer tells a nugget: a model, a judge."""
    return lambda question, output, library: assigned(question, output, support)


def assigned(question: Asked, output: Output, support: Support) -> Found:
    """The shares, with one problem for each vital nugget that is missing."""
    if not question.gold_nuggets:
        return Found()
    told = list(_told(question.gold_nuggets, output, support))
    shares = {"nugget_all": Share(float(sum(told)), float(len(told)))}
    vital = [(nugget, is_told) for nugget, is_told in zip(question.gold_nuggets, told, strict=True) if nugget.vital]
    if not vital:
        return Found(shares, (Problem("nugget_vital", None, "沒有必要的要點，無從計分"),))
    shares["nugget_vital"] = Share(float(sum(is_told for _, is_told in vital)), float(len(vital)))
    return Found(
        shares,
        tuple(Problem("nugget_vital", None, f"沒說到「{nugget.text}」") for nugget, is_told in vital if not is_told),
    )


def _told(nuggets: Sequence[Nugget], output: Output, support: Support) -> Iterator[bool]:
    text = "" if output.state in _QUIET else MARK.sub("", output.answer).strip()
    return (bool(text) and support.verdict(nugget.text, [text]) == "ok" for nugget in nuggets)


@lru_cache(maxsize=1)
def _lexical() -> LexicalSupport:
    return LexicalSupport()
