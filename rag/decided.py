"""Decisions a question names by number: what of them is stored and quoted, and what is said of those that are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Protocol

from rag.courts import court_name
from rag.decisions import case_key, find_decisions
from rag.domain import Decision, Document, Passage
from rag.goodlaw import what_became_of
from rag.numerals import CHINESE_DIGITS
from rag.segment import fold
from rag.store import LinkRow
from rag.write import COURTS, Source, roc, source_of_passage

LAST_INTERPRETATION = 813
"""釋字 ended when the Constitutional Court Procedure Act came into force on 2022-01-04."""
CHIEF = ("解釋文", "主文")
_REASONING = ("理由書", "法院見解", "理由", "事實及理由")
# 「二、相關機關應自本判決公告之日起2年內…」, 「三、其餘聲請不受理。」: what a holding leads to, or leaves over
_FOLLOWS = re.compile(
    r"\W*(?:[一二三四五六七八九十]{1,3}、)?(?:(?:相關|有關)機關應|其餘聲請|.{0,30}(?:不受理|駁回)。?$)"
)
_LONG = 500  # characters that are quoted at most of one part
_ENOUGH = 0.2  # of the weight of what is asked that a passage of the reasoning has to hold
# 「釋字第748號為什麼這樣說」 asks for reasons
_WHY = re.compile("為什麼|為何|何以")
# What a question says of a decision without asking for anything in it: 「判決要旨是什麼」
_PARTS = re.compile(
    "解釋文?|理由書?|爭點|主文|意見書?|事實|判決|裁定|裁判|判例|決議|[要意]旨|結論|全文|法院|大法官|說了?|認為|為什麼|為何"
)
# 第572號, 572: what a list leaves of a number
_BARE = re.compile(f"第?[0-9０-９{CHINESE_DIGITS}]{{1,9}}號?")
_ENDS = ("號", "決議")
_CONSTITUTIONAL = re.compile(r"constitutional/(?P<year>[0-9]+)年(?P<series>\w+)字第(?P<number>[0-9]+)號")


class Texts(Protocol):
    """What is asked of the store."""

    def versions(self, key: str) -> tuple[Document, ...]: ...
    def passages_of(self, key: str, version: str) -> list[Passage]: ...
    def keys_of_case(self, case: str) -> list[str]: ...
    def version(self, key: str, version: str) -> Document | None: ...
    def links_to(self, target: str) -> list[LinkRow]: ...


class Decided(NamedTuple):
    """A decision named in a question, and the documents it stands for: several judgments may share a number.

    ``made`` is the day it was made, when that is after the day asked about and so there is nothing to show. ``became``
    is what a later decision did to one that is not stored.
    """

    decision: Decision
    name: str
    documents: tuple[Document, ...] = ()
    made: date | None = None
    became: str = ""


def look_up(question: str, texts: Texts, day: date) -> list[Decided]:
    """Every decision the question names, in its order, each once."""
    found: dict[str, Decided] = {}
    for decision in find_decisions(question):
        if decision.key not in found:
            versions = [texts.versions(key) for key in _keys(decision, texts)]
            standing = tuple(one for each in versions for one in each if one.holds_on(day))
            later = [one.valid_from for each in versions for one in each if one.valid_from > day]
            made = min(later, default=None) if not standing else None
            became = "" if standing else what_became_of(decision, texts, day)
            found[decision.key] = Decided(decision, _name(decision, question), standing, made, became)
    return list(found.values())


def what_is_unknown(decided: Decided, day: date) -> str:
    """One sentence on a decision that is not stored, "" for one that is."""
    if decided.documents:
        return ""
    if decided.made:
        return f"{decided.name}於{roc(decided.made)}作成，{roc(day)}時還沒有。"
    number = decided.decision.key.removeprefix("interpretation/")
    if decided.decision.kind == "interpretation" and number.isdigit() and int(number) > LAST_INTERPRETATION:
        return f"沒有{decided.name}；司法院解釋到釋字第{LAST_INTERPRETATION}號為止。"
    became = f"；已知其{decided.became}" if decided.became else ""
    return f"收錄的來源裡沒有{decided.name}{became}。"


def subject(question: str) -> str:
    """What a question asks about a decision, without the words for decisions and their parts."""
    return _PARTS.sub(lambda match: "\u3000" * len(match[0]), question)


def quoted(decided: Sequence[Decided], texts: Texts, question: str, weights: Mapping[str, float]) -> Iterator[Source]:
    """What is quoted: of each document its 解釋文 or 主文, or the part the question names (理由, 爭點 …).

    Of a single document, what of the reasoning answers best comes after it.

    :param weights: what else the question looks for, by term.
    """
    for one in decided:
        for document in one.documents:
            passages = texts.passages_of(document.key, document.version) or [document.whole]
            part = _part(passages, question)
            yield source_of_passage(0, document, _stretch(document, part, weights))
            if weights and part[0].section in CHIEF and len(decided) == len(one.documents) == 1:
                enough = 0 if _WHY.search(question) else _ENOUGH
                yield from (source_of_passage(0, document, more) for more in _reasoning(passages, weights, enough))


def holding(document: Document, found: Passage, texts: Texts, weights: Mapping[str, float]) -> Source:
    """What a decision found by similarity held: of its 解釋文 or 主文 the passage found, else the best one.

    A decision that has neither is quoted where it was found.
    """
    passages = texts.passages_of(document.key, document.version)
    chief = [one for one in passages if one.section in CHIEF]
    if not chief:
        return source_of_passage(0, document, found)
    chief = [one for one in chief if not _FOLLOWS.match(one.text)] or chief
    short = chief[-1].end - chief[0].start <= _LONG
    part = chief if short or found not in chief else chief[chief.index(found) :]
    return source_of_passage(0, document, _stretch(document, part, {} if found in part else weights))


def _keys(decision: Decision, texts: Texts) -> Iterable[str]:
    if decision.kind == "case":
        return texts.keys_of_case(decision.key)
    if texts.versions(decision.key):
        return (decision.key,)
    number = _CONSTITUTIONAL.fullmatch(decision.key)
    return texts.keys_of_case(case_key("JCC", number["year"], number["series"], number["number"])) if number else ()


def _name(decision: Decision, question: str) -> str:
    """As the question writes it; the tail of a list as it would be written alone."""
    written = re.sub(r"\s", "", question[decision.start : decision.end])
    if not _BARE.fullmatch(written):
        return written if written.endswith(_ENDS) else f"{written}號"
    kind, *rest = decision.key.split("/")
    if kind == "case":
        court, year, series, number = rest
        return f"{court_name(court)}{year}年度{series}字第{number}號"
    return f"釋字第{rest[0]}號" if kind == "interpretation" else rest[0]


def _part(passages: Sequence[Passage], question: str) -> list[Passage]:
    """The passages of the part asked for; else of the 解釋文 or 主文; else of the first one."""
    sections = list(dict.fromkeys(one.section for one in passages if one.section))
    named = (one for one in sections if one.removesuffix("書") in question)
    chief = (one for one in CHIEF if one in sections)
    wanted = next(named, None) or next(chief, None) or passages[0].section
    return _of_court([one for one in passages if one.section == wanted])


def _stretch(document: Document, part: Sequence[Passage], weights: Mapping[str, float]) -> Passage:
    """As much of a part as may be quoted: from its beginning, or of a long one from the passage that answers best."""
    best = max(part, key=lambda one: (_score(one, weights), -one.start))
    first = part[0] if part[-1].end - part[0].start <= _LONG else best
    along = (one.end for one in part if one.start >= first.start and one.speaker == first.speaker)
    end = max((end for end in along if end - first.start <= _LONG), default=first.end)
    return replace(first, end=end, text=document.text[first.start : end])


def _reasoning(passages: Sequence[Passage], weights: Mapping[str, float], enough: float) -> list[Passage]:
    """The passage of the court's own reasons that says most of what is asked, where one says enough of it."""
    own = [one for one in passages if one.section in _REASONING and one.speaker in COURTS and one.searchable]
    best = max(_of_court(own), key=lambda one: _score(one, weights), default=None)
    return [best] if best and _score(best, weights) > enough * sum(weights.values()) else []


def _of_court(passages: list[Passage]) -> list[Passage]:
    """Those that are surely in its own words, where it is known of any: reasons also tell what the parties said."""
    return [one for one in passages if one.speaker in COURTS[1:]] or passages


def _score(passage: Passage, weights: Mapping[str, float]) -> float:
    text = fold(passage.text)
    return sum(weight for term, weight in weights.items() if len(term) > 1 and term in text)
