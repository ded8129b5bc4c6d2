"""The store's passages as index items: what of the truth the index is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import log1p

from rag.domain import Document, Passage
from rag.holdings import articles_changed, articles_named, laws_named
from rag.index.contexts import Contexts, gather
from rag.index.seam import IndexItem, part_of
from rag.lanes import is_ruling
from rag.names import display_name
from rag.privacy import mask
from rag.store import Store, open_store

# Set by the recipe's runs on the development questions (docs/log.md, 2026-11-21): a law outweighs an order, and what
# other laws lean on outweighs what none names.
STATUTE = 2.0
_NAMED_LAW = 1.5
_NAMED_ARTICLE = 0.3


# What a match in another source counts against one in a statute, so that one question can be asked of all: what binds
# comes before what was only said or proposed. Set in round steps on the everyday questions, which must find their
# articles as before, and on those about constitutional interpretations (docs/log.md, 2026-11-21).
_WEIGHTS = {"judgment": 0.8, "gazette": 0.5, "reason": 0.6, "bill": 0.5, "news": 0.6, "text": 0.5}
_HOLDING, _REASONING = 1.35, 0.8
_HOLDINGS = ("爭點", "解釋文", "主文")
# 勞動\n　　基準法 · 主　　文
_SPACED = re.compile(r"(?<=[\u3400-\u9fff])[\s\u3000]+(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class StoreItems:
    """An ``ItemSource`` over the store at ``url``: picklable, so that a child process can read for itself.

    ``since`` limits it to what changed after that revision, ``number`` of ``parts`` to a share of the passages.
    """

    url: str
    since: int = 0
    number: int = 0
    parts: int = 1

    def __call__(self) -> Iterator[IndexItem]:
        store = open_store(self.url)
        try:
            yield from items(store, self.since, lambda id: part_of(id, self.parts) == self.number)
        finally:
            store.close()

    def part(self, number: int, parts: int) -> StoreItems:
        return replace(self, number=number, parts=parts)


def items(store: Store, since: int = 0, wanted: Callable[[str], bool] | None = None) -> Iterator[IndexItem]:
    """Passages changed after a revision as index items; ``wanted`` as in ``Store.changed``."""
    laws, articles = laws_named(store), articles_named(store)
    contexts = gather(store, articles_changed(store, since) if since else None)
    for document, passage in store.changed(since, searchable=True, wanted=wanted):
        if not is_indexed(document, passage):
            continue
        prior = 0.0
        if document.kind == "statute":
            leaned_on = _NAMED_LAW * log1p(laws.get(document.law, 0))
            leaned_on += _NAMED_ARTICLE * log1p(articles.get(document.key, 0))
            prior = leaned_on + (STATUTE if document.level != "命令" else 0.0)
        yield _item(document, passage, prior, contexts)


def is_indexed(document: Document, passage: Passage) -> bool:
    """Deleted articles say nothing to search for, and what never holds on any day can't be found on one."""
    return passage.searchable and not document.deleted and document.valid_from < document.valid_to


def _item(document: Document, passage: Passage, prior: float, contexts: Contexts) -> IndexItem:
    contexts_of = contexts.of(document.key) if document.kind == "statute" else {}
    fields = _Fields(document, passage, contexts_of)
    # Only law is law on its days alone: a decision or report made later may well speak of an earlier day.
    return IndexItem(
        id=passage.id,
        key=document.key,
        law=document.law,
        source=document.source,
        level=document.level,
        valid_from=document.valid_from if document.kind == "statute" else date.min,
        valid_to=document.valid_to,
        fields=fields,
        prior=prior,
        weight=_weight(document, passage),
    )


def _weight(document: Document, passage: Passage) -> float:
    if document.kind != "interpretation":
        return _WEIGHTS.get(document.kind, 1.0)
    return _HOLDING if passage.section in _HOLDINGS and not is_ruling(document.key) else _REASONING


class _Fields(Mapping[str, str]):
    """The searched texts of a passage, made when asked for: each of the builders takes only its share of the items."""

    def __init__(self, document: Document, passage: Passage, contexts: Mapping[str, str]) -> None:
        self._document = document
        self._passage = passage
        self._contexts = contexts
        self._names = ("paragraph" if document.kind == "text" else "body", "name", "chapter", *contexts)

    def __getitem__(self, name: str) -> str:
        if name in self._contexts:
            return self._contexts[name]
        if name == self._names[0]:
            return _body(self._document, self._passage)
        match name:
            case "name":
                # The title of a record is its number in full, and a thousand passages bear it: who met is asked for.
                return self._masked(self._document.facts.get("committee") or display_name(self._document.title))
            case "chapter":
                return self._masked(" ".join(self._document.path))
        raise KeyError(name)

    def _masked(self, text: str) -> str:
        return text if self._document.kind == "statute" else mask(text).text

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _body(document: Document, passage: Passage) -> str:
    """What is searched: personal data masked, and words that a line break or wide spacing cuts in two made whole."""
    if document.kind == "statute":
        return passage.text
    return _SPACED.sub("", mask(passage.text).text)
