"""What can be said of an article beside a question, as numbers: the columns that the re-ranker weighs.

Computed for the candidates of one search at a time, since much of it compares them with one another: how near the best
is, how the other articles of the law do. Everything that depends on a text alone is kept, as the same few thousand
articles are found again and again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from math import log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag import asked
from rag.expand import STOP_GRAMS, Everyday, QueryTerms
from rag.index.scoring import COSINE
from rag.names import display_name
from rag.numerals import CHINESE_DIGITS, parse_number
from rag.opening import PURPOSE
from rag.rerank.candidates import Candidate
from rag.segment import Grams, fold

Matrix = NDArray[np.float64]
NAMES = (
    *("score", "gap", "rank", "text", "text_share", "likeness", "likeness_gap", "likeness_rank", "prior", "hint"),
    *("order", "length", "others", "purpose", "defines", "lists", "delegates", "starts", "applies"),
    *("in_body", "in_name", "in_path", "in_caption", "in_all"),
    *("senses_body", "senses_head", "senses_all", "sense_longest"),
    *(f"{kind}_{form}" for form in asked.KINDS for kind in ("given", "missing")),
    *("law_gap", "law_rest", "law_count", "law_rank", "law_likeness", "names_best", "named_by_best"),
)
_GRAMS = Grams()
_KEPT = 20_000
_DELEGATES = re.compile("由[^，。]{0,12}(?:主管機關|部|院|署|會)[^，。]{0,8}定之")
_STARTS = re.compile("^本(?:法|條例|細則|辦法|規則|準則|標準)(?:自|施行)")
_DEFINES = re.compile("用詞|用語|定義如|所稱[^，。]{1,20}[，：]?(?:指|謂|係)")
_LISTS = re.compile("[下左]列")
_APPLIES = re.compile("準用|依照?[^，。]{2,20}之?規定")
_ARTICLE = re.compile(f"第([{CHINESE_DIGITS}]{{1,9}})條(?:之([{CHINESE_DIGITS}]{{1,4}}))?")


class _Text(NamedTuple):
    """What a text says by itself."""

    folded: str
    gives: tuple[bool, ...]
    signs: tuple[float, ...]
    named: frozenset[str]


def features(question: str, terms: QueryTerms, candidates: Sequence[Candidate]) -> Matrix:
    """``len(candidates) × len(NAMES)``; the candidates come best first."""
    if not candidates:
        return np.empty((0, len(NAMES)))
    texts = [_read(one.hit.passage.text) for one in candidates]
    columns = [
        _scores(candidates),
        _kinds(question, candidates, texts),
        _shared(question, candidates, texts),
        _senses(terms.everyday, candidates, texts),
        _forms(question, texts),
        _laws(candidates, texts),
    ]
    return np.hstack(columns)


@lru_cache(_KEPT)
def _read(text: str) -> _Text:
    folded = fold(text)
    patterns = (PURPOSE, _DEFINES, _LISTS, _DELEGATES, _STARTS, _APPLIES)
    signs = tuple(float(pattern.search(text) is not None) for pattern in patterns)
    return _Text(folded, asked.gives(text), signs, frozenset(map(_number, _ARTICLE.finditer(text))))


def _number(match: re.Match[str]) -> str:
    main, branch = (parse_number(part) if part else None for part in match.groups())
    return f"{main}-{branch}" if branch else f"{main}"


def _scores(candidates: Sequence[Candidate]) -> Matrix:
    score = np.array([one.scored.score for one in candidates])
    text = np.array([one.scored.text_score for one in candidates])
    likeness = np.array([one.scored.likeness for one in candidates])
    hint = np.array([one.scored.hint for one in candidates])
    prior = score - text - hint - COSINE * likeness
    place = np.arange(len(candidates))
    of_likeness = np.empty(len(candidates))
    of_likeness[np.argsort(-likeness, kind="stable")] = place
    return np.column_stack(
        [
            *(score, score - score.max(), 1 / (1 + place), text, text / max(text.max(), 1e-9)),
            *(likeness, likeness - likeness.max(), 1 / (1 + of_likeness), prior, hint),
        ]
    )


def _kinds(question: str, candidates: Sequence[Candidate], texts: Sequence[_Text]) -> Matrix:
    others = {title: float(asked.for_others(_name(title), question)) for title in _titles(candidates)}
    return np.array(
        [
            [float(hit.document.level == "命令"), log1p(len(text.folded)), others[hit.document.title], *text.signs]
            for (hit, _), text in zip(candidates, texts, strict=True)
        ]
    )


def _titles(candidates: Sequence[Candidate]) -> set[str]:
    return {hit.document.title for hit, _ in candidates}


@lru_cache(_KEPT)
def _name(title: str) -> str:
    return display_name(title)


def _shared(question: str, candidates: Sequence[Candidate], texts: Sequence[_Text]) -> Matrix:
    """Which share of the question's own pairs of characters stands in each part of the article."""
    pairs = [term for term in set(_GRAMS.terms(question)) - STOP_GRAMS if len(term) > 1]
    whole = max(len(pairs), 1)
    rows = []
    for (hit, scored), text in zip(candidates, texts, strict=True):
        parts = (text.folded, *_head(hit.document.title, hit.document.path, scored.caption))
        there = [[pair in part for pair in pairs] for part in parts]
        rows.append([*map(sum, there), sum(map(any, zip(*there, strict=True)))])
    return np.array(rows, np.float64) / whole


@lru_cache(_KEPT)
def _head(title: str, path: tuple[str, ...], caption: str) -> tuple[str, str, str]:
    """What stands above an article: the law's name, the chapter, the caption."""
    return fold(display_name(title)), fold("\n".join(path)), fold(caption)


def _senses(everyday: Sequence[Everyday], candidates: Sequence[Candidate], texts: Sequence[_Text]) -> Matrix:
    """Of how many of the question's everyday words the article has a statutory term, and how long that is."""
    whole = max(len(everyday), 1)
    wanted = [sorted(one.statutory, key=len, reverse=True) for one in everyday]
    rows = []
    for (hit, scored), text in zip(candidates, texts, strict=True):
        head = "\n".join(_head(hit.document.title, hit.document.path, scored.caption))
        body = [next((len(term) for term in terms if term in text.folded), 0) for terms in wanted]
        above = [any(term in head for term in terms) for terms in wanted]
        either = sum(bool(here) or there for here, there in zip(body, above, strict=True))
        rows.append([sum(map(bool, body)) / whole, sum(above) / whole, either / whole, float(max(body, default=0))])
    return np.array(rows)


def _forms(question: str, texts: Sequence[_Text]) -> Matrix:
    """For each kind of answer: asked for and given, asked for and not given."""
    wanted = np.array(asked.wants(question), float)
    gives = np.array([text.gives for text in texts], float)
    given, missing = wanted * gives, wanted * (1 - gives)
    return np.stack([given, missing], axis=2).reshape(len(texts), -1)


def _laws(candidates: Sequence[Candidate], texts: Sequence[_Text]) -> Matrix:
    """How the other articles of the law do, and whether one of them is named here or names this one."""
    members: dict[str, list[int]] = {}
    for place, one in enumerate(candidates):
        members.setdefault(one.hit.document.law, []).append(place)
    score = [one.scored.score for one in candidates]
    top = max(score)
    rows: list[list[float]] = [[]] * len(candidates)
    for places in members.values():
        best = score[places[0]]
        rest = sum(score[place] for place in places[:4]) / max(4 * top, 1e-9)
        mean = sum(candidates[place].scored.likeness for place in places) / len(places)
        for rank, place in enumerate(places):
            named = _named(place, places, candidates, texts)
            rows[place] = [score[place] - best, rest, log1p(len(places)), 1 / (1 + rank), mean, *named]
    return np.array(rows)


def _named(
    place: int, places: Sequence[int], candidates: Sequence[Candidate], texts: Sequence[_Text]
) -> tuple[float, float]:
    """Whether this article names the law's best other one (違反第二十四條…), and whether that one names this."""
    best = next((other for other in places if other != place), place)
    if best == place:
        return 0.0, 0.0
    number = candidates[place].hit.document.number
    names = candidates[best].hit.document.number in texts[place].named
    return float(names), float(number in texts[best].named)
