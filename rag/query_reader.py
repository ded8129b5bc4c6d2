"""A question → what to look for: terms by weight, hinted laws, its meaning."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.asked_for import references, without_numbers
from rag.expand import Expander, QueryTerms
from rag.here import unnamed
from rag.names import LawNames
from rag.stages import stage

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.rewrite import Rewriter


class QueryReader:
    """Everyday words with their statutory ones, short names of laws with the long."""

    def __init__(
        self, expander: Expander, names: LawNames, embedder: Embedder | None = None, rewriter: Rewriter | None = None
    ) -> None:
        self._expander = expander
        self._names = names
        self._embedder = embedder
        self._rewriter = rewriter
        self._last = ("", ""), QueryTerms({})

    @property
    def words(self) -> tuple[str, ...]:
        """The everyday words that are known."""
        return self._expander.words

    def terms(self, question: str, state: str) -> QueryTerms:
        """What the question looks for, by weight.

        The number of an article named is looked up, not searched for: 235 stands in many titles.

        :param state: of what is searched. To find and to judge what was found, a question is read twice: in the same
            state, what was read is kept.
        """
        last, terms = self._last
        if last != (question, state):
            terms = self._terms(question)
            self._last = (question, state), terms
        return terms

    def reworded(self, question: str, state: str) -> QueryTerms:
        """The same, with the words of a statutory wording where there is a model to ask for one."""
        terms = self.terms(question, state)
        if self._rewriter is None:
            return terms
        return self._expander.reworded(terms, question, self._rewriter.wording(question))

    def _terms(self, question: str) -> QueryTerms:
        named = references(question, self._names)
        names = (self._names.official(one.law) for one in named if one.law)
        also = [name for name in dict.fromkeys(names) if name not in question]
        asked_for = unnamed(without_numbers(question, named), named)
        terms = self._expander.expand(asked_for, also)
        if self._embedder is None:
            return terms
        with stage("dense"):
            (meaning,) = self._embedder.queries(["\n".join([asked_for, *also])])
        return replace(terms, meaning=meaning if meaning.any() else None)
