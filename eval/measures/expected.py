"""Whether an answer ends as a record's own ``expect`` says it should."""

from __future__ import annotations

from collections.abc import Iterable

from eval.questions import Expect
from rag.domain import Answer


def is_met(expect: Expect, answer: Answer) -> bool:
    """``states``, then the reason of a refusal, or what an answer says or cites."""
    if answer.state not in expect.states:
        return False
    if answer.state == "abstained":
        return not expect.reasons or answer.reason in expect.reasons
    if not (expect.says or expect.cites):
        return True
    said = _said(answer)
    return any(phrase in said for phrase in expect.says) or any(_cites(group, answer) for group in expect.cites)


def _cites(group: Iterable[str], answer: Answer) -> bool:
    cited = {citation.key for citation in answer.citations}
    return all(any(key == one or one.startswith(f"{key}/") for one in cited) for key in group)


def _said(answer: Answer) -> str:
    """All that a reader is told: sentences, the message, and what reads otherwise on another day."""
    changes = ["尚未施行" for change in answer.changes if change.kind == "will_change"]
    return "\n".join([*(sentence.text for sentence in answer.sentences), answer.message, *changes])
