"""Words of a legal sentence as what they mean: 老闆 and 雇主 are one concept, 不可以 and 不得 one modal.

Four tables stand behind it: groups of words of one sense, roles that oppose one another, modals (with the words in
which 不, 得, 應 … carry none), and how much a character tells one article from another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from rag.numerals import CHINESE_DIGITS, search_key
from rag.thesaurus import load_general
from rag.values import Value, values

Concept = str  # the first word of a group

_DIGIT = f"[0-9{CHINESE_DIGITS}]"
_NUMBER = rf"(?<![第數0-9{CHINESE_DIGITS}]){_DIGIT}(?:{_DIGIT}|[萬億點]|[.,](?=[0-9])){{0,24}}"
_VALUE = re.compile(
    rf"百分之{_NUMBER}|{_NUMBER}分之{_NUMBER}"
    rf"|(?:民國|西元)?{_NUMBER}(?:個?月|個?星期|個?小時|分鐘|鐘頭|公里|公尺|公分|公克|毫克|公斤|平方公尺|工作天|週|年|日|天|時|歲|塊錢|塊|元|圓|倍|人|"
    rf"次|期|成|級|個|戶|名|位|%|趴)"
)
# Characters that join or colour words and say nothing of the law by themselves.
_EMPTY = frozenset(
    "的了之者而其於以及或與和且並也都就才把將被讓給在是有為此該所由從自到向對跟同若如則即乃又亦均皆再還很太更最這那哪個"
    "們他她它你我您嗎呢吧啊喔哦呀上下中裡內外時候後前年月日會能可得應須要需不未無非沒因據依按照經過去來起者等些"
)
_FULL = re.compile(rf"[^\W{''.join(sorted(_EMPTY))}]+")
_SAME = {"名": "人", "位": "人", "塊錢": "元", "塊": "元", "鐘頭": "小時", "個星期": "週"}
_SPOKEN = re.compile("|".join(_SAME))
_NO_MODAL = frozenset({"plain", "empty"})
_HIDDEN = re.compile("..[得應須]..")
_LIGHT = 3.0  # of a word all of whose characters say nothing alone: 讓與
_LONE = 0.4  # a single character between words is mostly a part of speech
_RARE = 7.5  # the weight of a character that the table leaves out, in bits
_VALUE_WEIGHT = 8.0
_MOST = 14.0  # bits; one long word does not outweigh a sentence


class Token(NamedTuple):
    """A word or a run of characters in ``text[start:end]``; ``modal`` and ``role`` are "" where it has none."""

    start: int
    end: int
    text: str
    concepts: frozenset[Concept] = frozenset()
    modal: str = ""
    role: str = ""
    value: Value | None = None
    weight: float = 0.0

    @property
    def grams(self) -> list[str]:
        return [self.text[at : at + 2] for at in range(len(self.text) - 1)]


class _Entry(NamedTuple):
    concepts: frozenset[Concept]
    modal: str
    role: str
    weight: float


class Lexicon:
    """The tables, ready to cut text into tokens."""

    def __init__(self) -> None:
        self._weights = {char: float(bits) for bits, chars in _rows("char_weights.tsv") for char in chars}
        self.rivals: dict[str, frozenset[str]] = {}
        entries = self._entries()
        self._words = list(entries)
        self._found = [entries[word] for word in self._words]
        self._longest = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)
        self._every = AhoCorasick(self._words)

    def weight(self, text: str) -> float:
        """How many bits the characters of ``text`` tell, at most 14."""
        known = self._weights
        return min(_MOST, sum(known.get(char, _RARE) for char in text if char not in _EMPTY))

    def tokens(self, text: str) -> list[Token]:
        """The numbers, words (longest first) and what stands between them; without what says nothing."""
        found: list[Token] = []
        at = 0
        for token in self._known(text):
            found += self._runs(text, at, token.start)
            found.append(token)
            at = token.end
        found += self._runs(text, at, len(text))
        return found

    def _known(self, text: str) -> Iterator[Token]:
        """Numbers and words; of two that overlap the one that starts first, and a number before a word."""
        numbers = [(match.start(), match.end(), self._number(match)) for match in _VALUE.finditer(text)]
        words = [
            (start, end, self._word(index, text, start, end))
            for index, start, end in self._longest.find_matches_as_indexes(text)
        ]
        at = 0
        for start, end, token in sorted(numbers + words, key=lambda found: (found[0], found[2].value is None)):
            if start >= at:
                yield token
                at = end

    def _word(self, index: int, text: str, start: int, end: int) -> Token:
        entry = self._found[index]
        return Token(start, end, text[start:end], entry.concepts, entry.modal, entry.role, None, entry.weight)

    @staticmethod
    def _number(match: re.Match[str]) -> Token:
        value = next(values(_SPOKEN.sub(lambda unit: _SAME[unit[0]], match[0])), None)
        return Token(match.start(), match.end(), match[0], value=value or Value(0, match[0]), weight=_VALUE_WEIGHT)

    def concepts(self, text: str) -> set[Concept]:
        """Every concept a word of which stands in the text, also inside a longer word."""
        found = self._every.find_matches_as_indexes(text, overlapping=True)
        return {concept for index, _, _ in found for concept in self._found[index].concepts}

    def _runs(self, text: str, start: int, end: int) -> Iterator[Token]:
        for run in _FULL.finditer(text, start, end):
            light = _LONE if len(run[0]) == 1 else 1.0
            yield Token(run.start(), run.end(), run[0], weight=light * self.weight(run[0]))

    def _entries(self) -> dict[str, _Entry]:
        concepts = _senses()
        roles: dict[str, str] = {}
        for sides in _groups_of_roles():
            heads = [side[0] for side in sides]
            for side in sides:
                for word in side:
                    concepts.setdefault(word, set()).add(side[0])
                    roles.setdefault(word, side[0])
                self.rivals[side[0]] = self.rivals.get(side[0], frozenset()) | set(heads) - {side[0]}
        modals, empty = _modals(concepts)
        return {
            word: _Entry(frozenset(senses), modals.get(word, ""), roles.get(word, ""), self._weigh(word, senses, empty))
            for word, senses in concepts.items()
        }

    def _weigh(self, word: str, senses: set[Concept], empty: Set[str]) -> float:
        return (
            0.0 if word in empty else min(self.weight(sense) or _LIGHT * (len(word) > 1) for sense in senses or (word,))
        )


def _senses() -> dict[str, set[Concept]]:
    """Each word with its concepts, from our groups and from the everyday words that questions are expanded by."""
    found: dict[str, set[Concept]] = {}
    for row in _rows("synonyms.tsv"):
        words = [search_key(word) for word in row[0].split()]
        for word in words:
            found.setdefault(word, set()).add(words[0])
    for everyday, statutory in load_general().items():
        for target in map(search_key, statutory):
            found.setdefault(target, set()).add(target)
            found.setdefault(search_key(everyday), set()).add(target)
    return found


def _modals(concepts: dict[str, set[Concept]]) -> tuple[dict[str, str], set[str]]:
    """Modal by word, and the words that say nothing; enters them among the concepts and takes out what hides one.

    ``plain`` words carry no modal though they hold its letters; ``anti:同意`` denies a concept.
    """
    modals: dict[str, str] = {}
    empty: set[str] = set()
    for kind, words in _rows("modals.tsv"):
        modal, _, concept = kind.partition(":")
        for word in map(search_key, words.split()):
            modals[word] = "" if modal in _NO_MODAL else modal
            kept = concepts.get(word, set()) if concept or modal in _NO_MODAL else set()
            concepts[word] = kept | ({concept} if concept else set())
            empty |= {word} if modal == "empty" or (modal not in _NO_MODAL and not concept) else set()
    hides = ("得", "應", "須", *(word for word, modal in modals.items() if modal and len(word) > 1))
    for word in [word for word in concepts if word not in modals and (word.startswith(hides) or _HIDDEN.search(word))]:
        del concepts[word]  # 不得逾 is a modal and what it governs
    return modals, empty


def _groups_of_roles() -> Iterator[list[list[str]]]:
    return ([[search_key(word) for word in side.split()] for side in sides] for sides in _rows("parties.tsv"))


def _rows(name: str) -> Iterator[list[str]]:
    text = (files("rag") / "data" / name).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The one lexicon of this process, read on first use."""
    return Lexicon()
