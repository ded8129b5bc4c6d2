"""What the thesaurus teaches: texts in everyday words, and everyday words as texts about an article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from random import Random

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind
from scipy import sparse

from eval.training.embedding_pairs import Pair
from eval.training.embedding_texts import Article
from rag.segment import fold

Words = Sequence[Sequence[int]]
"""The numbers of the words of some texts; 0 is what is unknown."""
_HALF = 0.5
_EACH = 3  # articles an everyday word is paired with
_RARE = 50  # articles: a statutory term of no more of them tells which one is meant by itself


class Everyday:
    """Puts everyday words in the place of statutory ones."""

    def __init__(self, thesaurus: Mapping[str, Sequence[str]]) -> None:
        back: dict[str, list[str]] = defaultdict(list)
        for word, targets in thesaurus.items():
            for target in targets:
                if target != word and len(target) > 1:
                    back[target].append(word)
        self._statutory = list(back)
        self._everyday = list(back.values())
        self._finder = AhoCorasick(self._statutory, matchkind=MatchKind.LeftmostLongest)

    def spoken(self, text: str, choice: Random, share: float = _HALF) -> str:
        """``text``, folded, with ``share`` of its statutory words said in everyday ones, drawn at random."""
        text = fold(text)
        parts, last = [], 0
        for number, start, end in self._finder.find_matches_as_indexes(text):
            if choice.random() < share:
                parts += [text[last:start], choice.choice(self._everyday[number])]
                last = end
        return "".join([*parts, text[last:]])


def counted(texts: Words, words: int) -> sparse.csr_matrix:
    """How often each text has each of ``words`` words, the unknown left out: texts × words."""
    ends = np.cumsum([0, *map(len, texts)])
    numbers = np.fromiter(chain.from_iterable(texts), np.int64, ends[-1])
    found = sparse.csr_matrix(((numbers > 0).astype(np.float32), numbers, ends), (len(texts), words))
    found.sum_duplicates()
    return found


def thesaurus_pairs(thesaurus: Mapping[str, Sequence[str]], articles: Sequence[Article]) -> list[Pair]:
    """Each everyday word with the articles that say most of what statutes have in its place, the rarer the more.

    A word whose articles share but one common term is left out: 「公司」 is about no article.
    """
    terms = sorted({target for targets in thesaurus.values() for target in targets})
    finder = AhoCorasick(terms)
    holding: dict[str, list[int]] = {term: [] for term in terms}
    for place, one in enumerate(articles):
        found = finder.find_matches_as_indexes(fold(one.shown), overlapping=True)
        for number in sorted({number for number, _, _ in found}):
            holding[terms[number]].append(place)
    return [Pair(word, place, "thesaurus") for word, targets in thesaurus.items() for place in _meant(targets, holding)]


def _meant(targets: Sequence[str], holding: Mapping[str, Sequence[int]]) -> list[int]:
    """The articles with the most of these terms, each counting ``1 / ln(2 + its articles)``; the first of the equal."""
    gained: dict[int, float] = defaultdict(float)
    shared: dict[int, int] = defaultdict(int)
    for target in targets:
        places = holding[target]
        for place in places:
            gained[place] += 1 / np.log(2 + len(places))
            shared[place] += 2 if len(places) <= _RARE else 1
    told = [place for place in gained if shared[place] > 1]
    return sorted(told, key=lambda place: (-gained[place], place))[:_EACH]
