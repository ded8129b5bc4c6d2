"""Taiwan's own reading: whether 「總統怎麼產生？」 is answered as 「中華民國總統怎麼產生？」 is.

An item is one question in several wordings (``group``). The bare ones name in ``pair`` the one that leaves nothing
open; files without ``group`` are grouped by their pairs. Each item passes or fails, and one failure is one too many:
there is no average.

=================  ==================================================================================
``locale_passed``  every wording, every time, ends as it should and says nothing its record forbids
``pair_agrees``    the bare wordings have the state and the first cited source of the explicit one
=================  ==================================================================================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from eval.folder import Asked
from eval.measures.state import state_ok
from eval.outputs import Output
from eval.scores import Metric, Share

METRICS = (
    Metric("locale_passed", "higher", "臺灣情境通過"),
    Metric("pair_agrees", "higher", "省略與明指一致"),
)

Answered = tuple[Asked, Output]


class Verdict(NamedTuple):
    """An item: what failed in it, in one line each. ``agrees`` is None where none of its wordings is bare."""

    group: str
    kind: str
    agrees: bool | None
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def pairs(answers: Iterable[Answered]) -> list[Verdict]:
    """A verdict for each item, in the order of the first of its wordings; other questions are left out.

    A bare wording whose explicit one was not answered fails: what is not there agrees with nothing.
    """
    items: dict[str, list[Answered]] = defaultdict(list)
    for question, output in answers:
        if question.group or question.pair:
            items[group_of(question)].append((question, output))
    return [_verdict(group, wordings) for group, wordings in items.items()]


def shares(verdicts: Sequence[Verdict]) -> Mapping[str, Share]:
    """How many items passed and agree, of how many; a figure that applies to no item is absent."""
    paired = [one.agrees for one in verdicts if one.agrees is not None]
    found = {"locale_passed": [one.passed for one in verdicts], "pair_agrees": paired}
    return {name: Share(float(sum(held)), float(len(held))) for name, held in found.items() if held}


def group_of(question: Asked) -> str:
    """The item that a wording belongs to."""
    return question.group or min(question.id, question.pair or question.id)


def _verdict(group: str, wordings: Sequence[Answered]) -> Verdict:
    by_id = {(question.id, output.repeat): output for question, output in wordings}
    apart = [line for question, output in wordings if question.pair for line in _apart(question, output, by_id)]
    ended = [line for question, output in wordings for line in _wrong(question, output)]
    is_paired = any(question.pair for question, _ in wordings)
    return Verdict(group, wordings[0][0].kind, not apart if is_paired else None, (*ended, *apart))


def _wrong(question: Asked, output: Output) -> Iterator[str]:
    if not state_ok(question, output):
        yield f"{question.id}：作答不合預期（{_ending(output)}）"
    said = [phrase for phrase in question.must_not if phrase in output.said]
    if said:
        yield f"{question.id}：說了不該說的「{'」「'.join(said)}」"


def _apart(question: Asked, output: Output, by_id: Mapping[tuple[str, int], Output]) -> Iterator[str]:
    other = by_id.get((question.pair or "", output.repeat))
    if other is None:
        yield f"{question.id}：沒有 {question.pair} 的回答可比"
    elif _ending(output) != _ending(other):
        yield f"{question.id}：{_ending(output)}，{question.pair}：{_ending(other)}"


def _ending(output: Output) -> str:
    """What must be the same: the state, why it is one of refusal, and what is cited first."""
    first = min(output.citations, key=lambda cited: cited.mark, default=None)
    source = (first.key or first.label) if first else output.reason
    return f"{output.state} {source}".strip()
