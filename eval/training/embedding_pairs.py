"""Pairs of a text in other words and the article it is about: captions, reasons, explanations of bills, citations."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from eval.training.embedding_texts import LONGEST, Article, Text
from rag.arrivals import bodies
from rag.names import LawNames
from rag.references import canonical_article, find_references
from rag.store import Store

WINDOW = 80  # characters on each side of a citation
_LONGEST = 400
_SHORTEST = 8
_FEWEST_ASIDE = 12  # characters of a window besides the citation
_OF_ONE_TEXT = 2
_CLAUSES = 60_000  # articles of which one is taken
_OF_ONE_ARTICLE = 40
_SAME, _ELSEWHERE, _PERHAPS = 0.5, 0.6, 0.3
"""Shared pairs of characters: the same article, the one that took its content over, the same number at least."""
_EMPTY = re.compile(r"條次變更|未修正|本條刪除|^[\s　]*(?:照案|照黨團協商|維持|同|依)")
_SECTION = re.compile(r"(?:^|\n)(現行條文|修正條文|說明)\n")
_CLAUSE = re.compile(r"[，。；：、\s]+")
OWN = "clause"
"""The kind of a pair whose text is the article's own."""
_NOTE = re.compile(r"[()（）]")


class Pair(NamedTuple):
    """``article`` is a place in the list of articles; ``kind`` says where the text comes from."""

    text: str
    article: int
    kind: str


class Shelf:
    """The articles by law and number, and which of them an older text is."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._places = {(one.law, one.number): place for place, one in enumerate(articles)}
        self._laws: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(articles):
            self._laws[one.law].append(place)
        self._texts = [one.text for one in articles]
        self._grams: dict[int, frozenset[str]] = {}

    def place(self, law: str, number: str) -> int | None:
        return self._places.get((law, number))

    def heir(self, law: str, number: str, text: str) -> int | None:
        """The article in force with the content of ``text``, which was or would be ``number`` of ``law``."""
        grams = _grams(text)
        same = self._places.get((law, number))
        alike = self._alike(same, grams)
        if alike >= _SAME:
            return same
        best = max(self._laws.get(law, ()), key=lambda place: self._alike(place, grams), default=None)
        if best is not None and self._alike(best, grams) >= _ELSEWHERE:
            return best
        return same if alike >= _PERHAPS else None

    def _alike(self, place: int | None, grams: frozenset[str]) -> float:
        if place is None or not grams:
            return 0.0
        held = self._grams.get(place)
        if held is None:
            held = self._grams[place] = _grams(self._texts[place])
        return len(held & grams) / max(1, min(len(held), len(grams)))


def _grams(text: str) -> frozenset[str]:
    plain = re.sub(r"\W", "", text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def make_pairs(
    store: Store, articles: Sequence[Article], texts: Iterable[Text], names: LawNames, seed: int
) -> list[Pair]:
    """All pairs of the store, each once."""
    shelf = Shelf(articles)
    cited: dict[int, list[str]] = defaultdict(list)
    found = list(_captions(store, shelf, names))
    for text in texts:
        found += _about(text, shelf)
        for window, place in _windows(text, shelf, names):
            cited[place].append(window)
    choice = Random(seed)
    for place, windows in sorted(cited.items()):
        chosen = choice.sample(windows, min(len(windows), _OF_ONE_ARTICLE))
        found += [Pair(window, place, "citation") for window in chosen]
    return list(dict.fromkeys(found))


def clauses(articles: Sequence[Article], seed: int) -> list[Pair]:
    """One to three neighbouring clauses of an article, of some articles drawn at random.

    Easy as they stand; said in everyday words they bring those words to laws that nobody writes about.
    """
    choice = Random(seed)
    found = []
    for place in sorted(choice.sample(range(len(articles)), min(_CLAUSES, len(articles)))):
        parts = [part for part in _CLAUSE.split(articles[place].text[:LONGEST]) if len(part) > 3]
        if len(parts) > 2:
            start = choice.randrange(len(parts))
            found.append(Pair("，".join(parts[start : start + choice.choice((1, 2, 3))]), place, OWN))
    return found


def _captions(store: Store, shelf: Shelf, names: LawNames) -> Iterator[Pair]:
    """What the Legislative Yuan calls its articles: 「離職證明書」."""
    for _, _, _, body in bodies(store, "ly-laws"):
        record = json.loads(zlib.decompress(body))
        laws = names.candidates(record["title"])
        for row in record.get("law_data", ()) if laws else ():
            caption = _NOTE.sub("", row.get("note", ""))
            number = canonical_article(row.get("rule_no", ""))
            if not caption or caption == "刪除" or number is None:
                continue
            place = shelf.heir(laws[0], number, row.get("content", ""))
            if place is not None:
                yield Pair(caption, place, "caption")


def _about(text: Text, shelf: Shelf) -> Iterator[Pair]:
    """A reason, or the explanation of a bill, and the article it explains."""
    if not text.number or text.kind not in ("reason", "bill"):
        return
    sections = _sections(text.text) if text.kind == "bill" else {"說明": text.text}
    said = re.sub(r"\s", "", sections.get("說明", ""))
    if len(said) < _SHORTEST or (len(said) < 40 and _EMPTY.search(said)):
        return
    wording = sections.get("修正條文") or sections.get("現行條文", "")
    place = shelf.heir(text.law, text.number, wording) if wording else shelf.place(text.law, text.number)
    if place is not None:
        yield Pair(said[:_LONGEST], place, text.kind)


def _sections(text: str) -> Mapping[str, str]:
    parts = _SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _windows(text: Text, shelf: Shelf, names: LawNames) -> Iterator[tuple[str, int]]:
    """What stands around each article that is cited, without the citation itself."""
    times: Counter[int] = Counter()
    for one in find_references(text.text, names):
        place = shelf.place(one.law, one.article) if one.law and one.article else None
        if place is None or times[place] >= _OF_ONE_TEXT:
            continue
        before, after = text.text[max(0, one.start - WINDOW) : one.start], text.text[one.end : one.end + WINDOW]
        window = re.sub(r"\s", "", before) + "　" + re.sub(r"\s", "", after)
        if len(window) > _FEWEST_ASIDE:
            times[place] += 1
            yield window, place
