"""What is wrong with a sentence, in one line of Chinese for whoever is asked to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from rag.domain import Status
from rag.verify.claims import Claim, Finding
from rag.write import STATUSES

_LINES: Mapping[tuple[str, str], str] = {
    ("marks", "none"): "沒有標出依據的資料編號",
    ("exists", "not_found"): "{marks}不在收錄的資料裡",
    ("exists", "changed"): "{marks}的文字與收錄的不同",
    ("exists", "other_day"): "{marks}不是當日的條文",
    ("exists", "none"): "沒有依據給你的資料",
    ("status", "unflagged"): "「{what}」{instead}，句子沒有說明",
    ("status", "misstated"): "{marks}是有效的，句子卻說「{what}」",
    ("status", "none"): "沒有依據給你的資料",
    ("read", "unread"): "{what}不是給你的資料",
    ("quotes", "altered"): "「{what}」與{marks}的原文不同，引號裡要一字不改",
    ("quotes", "folded"): "「{what}」與{marks}的原文在字形或空白上不同，引號裡要一字不改",
    ("references", "uncited"): "{marks}不是「{what}」，也沒有提到它",
    ("references", "misplaced"): "「{what}」不是這麼說的，項、款要照{marks}寫",
    ("values", "unfounded"): "{marks}裡沒有「{what}」這個數字",
    ("values", "bounds"): "{marks}裡的「{what}」不是「{instead}」",
    ("names", "unfounded"): "{marks}裡沒有「{what}」",
    ("terms", "unfounded"): "{marks}裡沒有「{what}」",
    ("kind", "not_law"): "{marks}是{instead}，不是法律，要寫明是哪一種資料",
    ("kind", "miscalled"): "{marks}不能說成「{what}」",
    ("support", "unsupported"): "{marks}沒有寫到這句話說的事",
    ("support", "elsewhere"): "這句話是別則資料寫的，不是{marks}",
    ("support", "contradicted"): "這句話與{marks}說的相反",
    ("support", "parties"): "這句話說的人與{marks}說的不同",
    ("locale", "script"): "「{what}」是簡體字，臺灣寫作「{instead}」",
    ("locale", "wording"): "「{what}」不是臺灣的用語，要用「{instead}」",
}
_LONGEST = 40  # characters of what is told again of the sentence


def reproach(layer: str, found: Finding, claim: Claim) -> str:
    """``reproach("values", Finding("unfounded", "三十日"), …) == "〔1〕裡沒有「三十日」這個數字"``."""
    line = _LINES.get((layer, found.verdict), "{marks}不能證明這句話")
    marks = "".join(f"〔{mark}〕" for mark in claim.marks) or "資料"
    what = found.what if len(found.what) <= _LONGEST else f"{found.what[:_LONGEST]}…"
    instead = STATUSES[Status(found.instead)] if layer == "status" and found.instead else found.instead
    return line.format(marks=marks, what=what, instead=instead)
