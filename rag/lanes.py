"""Which source a question is for before all others, what a passage of it gains over the rest, and what may be quoted.

Whether a norm agrees with the constitution, only the Constitutional Court can say; how a word of the law is to be read,
it says too; the facts of a case are looked for among judgments. Everything else is asked of all sources at once.
The gains are round numbers, set on the questions about constitutional interpretations and the everyday ones, which must
find their articles as before (docs/log.md, 2026-11-21).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rag import asked, evidence
from rag.domain import Hit, Kind

THE_CONSTITUTION = ("A0000001", "A0000002")
"""PCodes of 中華民國憲法 and its 增修條文, which hundreds of decisions name."""
_LAW: tuple[Kind, ...] = ("statute", "interpretation")
_BESIDE: tuple[Kind, ...] = ("judgment", "reason", "gazette", "text")
_COURT = ("", "法院")  # what a party or a member of parliament said tells nothing of the law
# An interpretation comes before the best article only where it scores so much higher. Of the 8 everyday questions with
# one on top, 6 stay below; of the 22 of lawyers and citizens that one answers, 20 are above (docs/log.md, 2026-11-21).
_LEADS = 1.1
# 「手搖飲標示規定草案」: what is asked for is the proposal itself
_DRAFT = re.compile("草案|公報")
_RULING = re.compile("年[審憲統]裁字")


class Lane(NamedTuple):
    """``gain`` is what a passage of ``kind`` gains, ``cited`` what more when it is about the article named.

    ``share``: only passages that match at least so much of what the best passage does.
    """

    kind: Kind
    sources: tuple[str, ...]
    gain: float
    cited: float = 0.0
    share: float = 0.0


CONSTITUTION = Lane("interpretation", ("interpretations",), 60.0, 100.0)
MEANING = Lane("interpretation", ("interpretations",), 30.0, 20.0, 0.9)
CASE = Lane("judgment", ("judgments",), 60.0)
PROPOSED = Lane("gazette", ("gazette-ey", "bills"), 60.0)


def lane(question: str) -> Lane | None:
    """The source the question is for, None for all alike."""
    if asked.of_constitution(question):
        return CONSTITUTION
    if asked.of_meaning(question):
        return MEANING
    if _DRAFT.search(question):
        return PROPOSED
    return CASE if asked.of_case(question) else None


def gains(chosen: Lane | None, hits: Sequence[Hit], about: Collection[str]) -> list[float]:
    """What each hit gains. ``about``: the keys of decisions about the article named."""
    if chosen is None:
        return [0.0] * len(hits)
    enough = chosen.share * max((hit.text_score for hit in hits), default=0.0)
    return [
        chosen.gain + (chosen.cited if hit.document.key in about else 0.0)
        if hit.document.source in chosen.sources and (hit.text_score >= enough or hit.document.key in about)
        else 0.0
        for hit in hits
    ]


def is_ruling(key: str) -> bool:
    """``constitutional/111年審裁字第1號``: a petition dismissed, which holds nothing."""
    return _RULING.search(key) is not None


def quotable(question: str, hits: Sequence[Hit], day: date, most: int, share: float) -> list[Hit]:
    """What of the hits, best first, an answer may quote: at most ``most``, each with ``share`` of the best one's score.

    Of a question about what the law is, law comes first, and nothing that was only proposed, said or reported stands in
    for it; nor does a judgment, which binds its parties alone. A text of one's own does where the question has no word
    of law and no law comes near; where one comes first of a question that is not about norms, it stands alone. A
    decision is quoted once, none made after the day, and no petition dismissed.
    """
    chosen = lane(question)
    kept = list(_once(hit for hit in hits if hit.document.holds_on(day) and not is_ruling(hit.document.key)))
    if not evidence.norms(question) or chosen in (PROPOSED, CASE):
        near = _near(chosen, kept[:most], kept, share)
        alone = evidence.is_ones_own(question, near)
        return [hit for hit in near if hit.document.kind == "text"] if alone else near
    law = [hit for hit in kept if hit.document.kind in _LAW]
    # 「19回歸年可以換算成多少朔望月」 may ask about anything: law has to come near what tells it.
    law = _near(chosen, law, law if evidence.is_legal(question) else kept, share)
    if law:
        beside = [hit for hit in kept[:most] if hit.document.kind in _BESIDE and hit.passage.speaker in _COURT]
        return [*_led(chosen, law)[: max(1, most - len(beside))], *beside]
    own = [hit for hit in kept[:most] if hit.document.kind == "text"]
    return [] if evidence.is_legal(question) else _near(chosen, own, kept, share)


def _near(chosen: Lane | None, among: Sequence[Hit], hits: Sequence[Hit], share: float) -> list[Hit]:
    """Those of a group that come near the best of others; what a lane gains is left out, but for its first."""

    def score(hit: Hit) -> float:
        return hit.text_score if chosen else hit.score

    bar = share * max(map(score, hits[:1]), default=0.0)
    return [hit for hit in among if score(hit) >= bar or (chosen and hit is hits[0])]


def leads(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The interpretation that comes first, where it matches clearly better than the best article; else none."""
    best = max((hit.score for hit in hits if hit.document.kind == "statute"), default=0.0)
    first = hits[:1]
    return [hit for hit in first if hit.document.kind == "interpretation" and hit.score > _LEADS * best]


def _once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Without the further passages of a constitutional decision, of which the holding is quoted anyway."""
    seen: set[str] = set()
    for hit in hits:
        if hit.document.kind != "interpretation" or hit.document.key not in seen:
            seen.add(hit.document.key)
            yield hit


def _led(chosen: Lane | None, law: list[Hit]) -> list[Hit]:
    """The best article before the interpretations, unless the question is for them or one matches better."""
    article = next((hit for hit in law if hit.document.kind == "statute"), None)
    if article is None or chosen:
        return law
    return law if leads(law) else [article, *(hit for hit in law if hit is not article)]
