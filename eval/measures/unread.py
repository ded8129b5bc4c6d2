"""unread: sentences that cite a mark which is not among the answer's citations."""

from __future__ import annotations

from rag.domain import Answer


def unread(answer: Answer) -> int:
    """How many sentences rest on a mark that leads nowhere."""
    marks = {citation.mark for citation in answer.citations}
    return sum(not marks.issuperset(sentence.citations) for sentence in answer.sentences)
