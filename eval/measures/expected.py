"""Whether an answer ends as a record's own ``expect`` says it should."""

from __future__ import annotations

from collections.abc import Iterable

from eval.outputs import Output
from eval.questions import Expect


def is_met(expect: Expect, output: Output) -> bool:
    """``states``, then the reason of a refusal, or what an answer says or cites."""
    if output.state not in expect.states:
        return False
    if output.state == "abstained":
        return not expect.reasons or output.reason in expect.reasons
    if not (expect.says or expect.cites):
        return True
    said = any(phrase in output.said for phrase in expect.says)
    return said or any(_cites(group, output) for group in expect.cites)


def _cites(group: Iterable[str], output: Output) -> bool:
    cited = {citation.key for citation in output.citations}
    return all(any(key == one or one.startswith(f"{key}/") for one in cited) for key in group)
