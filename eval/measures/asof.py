"""asof_exact: whether an answer rests on the very text that was in effect on the day asked about."""

from __future__ import annotations

import re

from eval.measures.quotes import Versions
from eval.questions import LawGold, Question
from rag.domain import Answer, Citation


def wanted_text(question: Question) -> LawGold | None:
    """The article and text an ``as_of`` record wants, ``None`` where the measure does not apply."""
    golds = (gold for gold in question.gold if isinstance(gold, LawGold) and gold.text is not None)
    return next(golds, None) if question.kind == "as_of" else None


def asof_exact(gold: LawGold, answer: Answer, versions: Versions) -> bool:
    """Whether the first statute citation names the gold article, in a version with the gold text.

    All white space is left out of the comparison: a new line wrap is no new text. Where the version can't be looked up,
    the quotes from it are compared instead, joined in order.
    """
    first = next((citation for citation in answer.citations if citation.kind == "statute"), None)
    if first is None or first.key != gold.key:
        return False
    document = versions(first.key, first.version)
    text = document.text if document else _quoted(answer, first)
    return squeezed(text) == squeezed(gold.text or "")


def _quoted(answer: Answer, first: Citation) -> str:
    same = (cited for cited in answer.citations if (cited.key, cited.version) == (first.key, first.version))
    return "".join(citation.quote for citation in sorted(same, key=lambda citation: citation.start))


def squeezed(text: str) -> str:
    """The text with no white space: ``squeezed("第 一\\r\\n條") == "第一條"``."""
    return re.sub(r"\s", "", text)
