"""A question in everyday words to weighted statutory terms and hinted laws.

The weights are the "final recipe" for retrieval without a trained model: set once on the development questions (47 + 21
+ 100), never per question. Leaving the thesaurus out costs .17 hit@10 on the everyday questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from rag.segment import Segmenter, fold
from rag.thesaurus import load_hints, load_terms

if TYPE_CHECKING:
    from rag.embed import Meaning

UNIGRAM = 0.5
STOP = 0.2
THESAURUS = 1.5
HINT = 4.0

_STOP_WORDS = (
    "嗎 呢 吧 啊 誰 我 你 怎麼 怎樣 怎麼辦 如何 多少 多久 可以 可不可以 可否 能否 能不能 是否 是不是 有沒有 會不會 "
    "要不要 算不算 什麼 甚麼 為什麼 哪些 哪裡 哪個 哪一個 哪一天 哪天 幾號 請問 應該"
).split()
# What asks about a norm without saying which: 「…之規定是否違憲？」
_FORM_WORDS = "規定 違憲 合憲 意涵 何意 範圍 相關".split()
_FORM_GRAMS = frozenset(word[i : i + 2] for word in _FORM_WORDS for i in range(len(word) - 1))
STOP_GRAMS = frozenset(word[i : i + 2] for word in _STOP_WORDS for i in range(max(1, len(word) - 1)))


class Weights(NamedTuple):
    """What each thing counts, where a pair of characters that is no question word counts 1; 0 leaves it out."""

    unigram: float = UNIGRAM
    stop: float = STOP
    thesaurus: float = THESAURUS
    hint: float = HINT


RECIPE = Weights()


class Everyday(NamedTuple):
    """A word of the folded question, ``question[start:end]``, with what statutes say in its place."""

    start: int
    end: int
    statutory: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """What to look for: weight by term, and by PCode the weight of a law that an everyday word points to.

    ``meaning``: the question's vector of length 1, where an embedder is at hand.
    """

    terms: Mapping[str, float]
    laws: Mapping[str, float] = field(default_factory=dict)
    everyday: tuple[Everyday, ...] = ()
    meaning: Meaning | None = field(default=None, compare=False)


class Expander:
    """Questions to ``QueryTerms``, with a segmenter equal to the index's and the PCode of each law name.

    A law hint whose name is not in ``codes`` is left out: the law is not in the store.
    """

    def __init__(self, segmenter: Segmenter, codes: Mapping[str, str], weights: Weights = RECIPE) -> None:
        self._segmenter = segmenter
        self._weights = weights
        thesaurus = load_terms() if weights.thesaurus else {}
        self._words = tuple(thesaurus)
        self._targets = tuple(thesaurus.values())
        self._longest = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)
        self.renew(codes)

    def renew(self, codes: Mapping[str, str]) -> None:
        """Point to these laws from now on."""
        hints = load_hints() if self._weights.hint else {}
        self._hinting = AhoCorasick(list(hints))
        self._hints = [
            ([codes[law] for law in laws if law in codes], self._weights.hint / sqrt(len(laws)))
            for laws in hints.values()
        ]

    @property
    def words(self) -> tuple[str, ...]:
        """The everyday words the thesaurus knows."""
        return self._words

    def expand(self, question: str, also: Sequence[str] = ()) -> QueryTerms:
        """``expand("房東可以漲租嗎").terms`` has 房東 at 1, 可以 at .2, 東 at .5, and 出租 by the thesaurus.

        :param also: what the question means without writing it out: 勞工保險條例 for 勞保條例.
        """
        folded = fold(question)
        weights = {term: self._weight(term) for text in (question, *also) for term in self._segmenter.terms(text)}
        everyday = self._everyday(folded)
        for term, weight in self._statutory(folded, everyday).items():
            weights[term] = weights.get(term, 0.0) + weight
        return QueryTerms(weights, self._laws(folded), everyday)

    def reworded(self, terms: QueryTerms, question: str, wording: Sequence[str]) -> QueryTerms:
        """The terms with those of a statutory wording that was found for the question, weighed as the thesaurus's."""
        weights = dict(terms.terms)
        targets = Everyday(0, 0, tuple(map(fold, wording)))
        for term, weight in self._statutory(fold(question), [targets]).items():
            if term not in STOP_GRAMS:
                weights[term] = weights.get(term, 0.0) + weight
        return replace(terms, terms=weights)

    def _everyday(self, question: str) -> tuple[Everyday, ...]:
        """The words of the thesaurus in the question from left to right, the longest at each place, none in another."""
        found = self._longest.find_matches_as_indexes(question)
        return tuple(Everyday(start, end, self._targets[number]) for number, start, end in found)

    def _statutory(self, question: str, everyday: Iterable[Everyday]) -> dict[str, float]:
        added: dict[str, float] = {}
        for _, _, targets in everyday:
            for target in targets:
                if target in question:
                    continue
                grams = {term for term in self._segmenter.terms(target) if len(term) > 1}
                for gram in grams:
                    weight = self._weights.thesaurus / sqrt(len(targets) * len(grams))
                    added[gram] = max(added.get(gram, 0.0), weight)
        return added

    def _laws(self, question: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for number, _, _ in self._hinting.find_matches_as_indexes(question, overlapping=True):
            codes, weight = self._hints[number]
            found.update({code: max(found.get(code, 0.0), weight) for code in codes})
        return found

    def _weight(self, term: str) -> float:
        weight = self._weights.unigram if len(term) == 1 and not term.isascii() else 1.0
        return weight * self._weights.stop if term in STOP_GRAMS or term in _FORM_GRAMS else weight
