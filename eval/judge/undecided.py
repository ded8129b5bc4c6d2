"""Which claims of an answer are left for a judge, and which layer decided the others.

Nothing that a check can see is asked about: a claim without a source, a mark that leads nowhere, an altered quote, a
number that no source has. Nor is a claim that only quotes, or is a whole sentence of its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from eval.folder import Asked
from eval.grounds import Grounds, Told, grounds
from eval.judge.prompt import Pair
from eval.ladder import bad_marks
from eval.library import Library
from eval.outputs import Output
from rag.numerals import search_key
from rag.sentences import only_marks, split

Layer = Literal["cited", "marks_valid", "exists", "status_said", "was_read", "quotes", "values", "quoted", "judge"]
LAYERS: dict[Layer, str] = {
    "cited": "沒有標依據",
    "marks_valid": "引註沒有對應的來源",
    "exists": "來源不存在",
    "status_said": "沒有說明失效",
    "was_read": "來源沒有讀過",
    "quotes": "引文與來源不符",
    "values": "數字、日期、條號、名稱沒有依據",
    "quoted": "逐字引用",
    "judge": "交由評審判斷",
}
"""In the order they decide; all but the last two find that a claim is not supported, ``quoted`` that it is."""

_MARKS: tuple[Layer, ...] = ("marks_valid", "exists", "status_said", "was_read")
_VALUES = ("references", "values", "names", "terms")
_FEW = 12  # characters of own words that a quote may carry: who says it, and that it does
_SIGN = re.compile(r"\W")


class Unit(NamedTuple):
    """A claim, by question, repeat and sentence (from 0); ``pair``: what to ask, where nothing decided it."""

    id: str
    repeat: int
    sentence: int
    layer: Layer
    pair: Pair | None = None


def units(question: Asked, output: Output, library: Library) -> Iterator[Unit]:
    """Every claim of an attempted answer, in order."""
    ground = grounds(question, output, library)
    if ground.is_attempted:
        for told in ground.claims:
            layer = _layer(ground, told)
            pair = _pair(question, output, told) if layer == "judge" else None
            yield Unit(question.id, output.repeat, told.place, layer, pair)


def _layer(ground: Grounds, told: Told) -> Layer:
    if not told.claim.marks:
        return "cited"
    failed = {measure for measure, _ in bad_marks(ground, told).values()}
    for layer in _MARKS:
        if layer in failed:
            return layer
    if not told.holds("quotes"):
        return "quotes"
    if not told.holds(*_VALUES):
        return "values"
    return "quoted" if _only_quotes(told) or _is_copied(told) else "judge"


def _only_quotes(told: Told) -> bool:
    few = len(_SIGN.sub("", told.claim.words)) <= _FEW
    return bool(told.claim.said.quotes) and few and told.holds("support")


def _is_copied(told: Told) -> bool:
    """Part of a sentence may say something else than the whole, so the whole it must be."""
    own = _letters(only_marks(told.claim.text, ()))
    return any(own == _letters(sentence) for given in told.claim.cited for sentence in split(given.text))


def _letters(text: str) -> str:
    return _SIGN.sub("", search_key(text))


def _pair(question: Asked, output: Output, told: Told) -> Pair:
    passages = tuple(f"{given.source.label}：{given.text}" for given in told.claim.cited)
    return Pair(f"{question.id}#{output.repeat}.{told.place}", only_marks(told.claim.text, ()).strip(), passages)
