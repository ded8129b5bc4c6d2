"""The article that opens a law: what it is for, asked for by 「…依哪部法律？」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from rag.domain import Document, Hit

# 法院, 法官, 法條: it is not asked which law.
_WHICH = re.compile(r"(?:[哪那]一?[部個種項些]|[什甚]麼|何種)(?:法律|法規|條例|法(?![院官庭人定師治條令制醫案]))")
# Who asks what somebody broke wants the article broken; a decision asked for too comes first.
_ELSE = re.compile("違反|觸犯|犯了?[哪那什甚何]|犯法|解釋|判決|裁判")
PURPOSE = re.compile("特制定本|為[^。]{2,60}制定|本(?:細則|辦法|規則|準則|標準)依[^。]{2,40}訂?定")
"""What says what a law is for, or an order."""
_LOOKED_AT = 8  # hits


class Versions(Protocol):
    """What is asked of the store."""

    def versions(self, key: str) -> tuple[Document, ...]: ...


def with_opening(question: str, hits: Sequence[Hit], store: Versions, day: date) -> list[Hit]:
    """Of a question which law governs something, first the opening article of the law that most of the best are of.

    Where that one says what the law is for; an order only carries out what a law says.
    """
    laws = [one.document.law for one in hits[:_LOOKED_AT] if _is_of_law(one.document)]
    if not laws or not _WHICH.search(question) or _ELSE.search(question):
        return list(hits)
    key = f"law/{max(laws, key=laws.count)}/1"
    opening = next((one for one in store.versions(key) if one.holds_on(day) and PURPOSE.search(one.text)), None)
    if opening is None:
        return list(hits)
    rest = [one for one in hits if one.document.key != key]
    first = next((one for one in hits if one.document.key == key), None)
    first = first or Hit(opening.whole, opening, 0.0, "sparse")
    return [replace(first, score=hits[0].score, text_score=hits[0].text_score), *rest]


def _is_of_law(document: Document) -> bool:
    return document.kind == "statute" and document.level != "命令"
