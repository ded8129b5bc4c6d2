"""The store's passages as index items: what of the truth the index is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import log1p

from rag.domain import Document, Passage
from rag.index.seam import IndexItem
from rag.names import display_name
from rag.privacy import mask
from rag.store import Store, open_store

# Set by the recipe's runs on the development questions (docs/log.md, 2026-11-21): a law outweighs an order, and what
# other laws lean on outweighs what none names.
_STATUTE = 2.0
_NAMED_LAW = 1.5
_NAMED_ARTICLE = 0.3


_PRIORS: dict[str, float] = {}
# What was said or reported on a day is not law from that day on: a question about an earlier day may still find it.
_UNDATED = ("gazette", "bill", "news", "text")
# 勞動\n　　基準法 · 主　　文
_SPACED = re.compile(r"(?<=[\u3400-\u9fff])[\s\u3000]+(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class StoreItems:
    """An ``ItemSource`` over the store at ``url``: picklable, so that a child process can read for itself.

    ``since`` limits it to what changed after that revision.
    """

    url: str
    since: int = 0

    def __call__(self) -> Iterator[IndexItem]:
        store = open_store(self.url)
        try:
            yield from items(store, self.since)
        finally:
            store.close()


def items(store: Store, since: int = 0) -> Iterator[IndexItem]:
    """Passages changed after a revision, as index items."""
    laws, articles = store.links_to_laws(), store.links_to_articles()
    for document, passage in store.changed(since, searchable=True):
        if not is_indexed(document, passage):
            continue
        prior = _PRIORS.get(document.kind, 0.0)
        if document.kind == "statute":
            prior += _NAMED_LAW * log1p(laws.get(document.law, 0)) + _NAMED_ARTICLE * log1p(
                articles.get(document.key, 0)
            )
            prior += _STATUTE if document.level != "命令" else 0.0
        yield _item(document, passage, prior)


def is_indexed(document: Document, passage: Passage) -> bool:
    """Deleted articles say nothing to search for, and what never holds on any day can't be found on one."""
    return passage.searchable and not document.deleted and document.valid_from < document.valid_to


def _item(document: Document, passage: Passage, prior: float) -> IndexItem:
    return IndexItem(
        id=passage.id,
        key=document.key,
        law=document.law,
        source=document.source,
        level=document.level,
        valid_from=date.min if document.kind in _UNDATED else document.valid_from,
        valid_to=document.valid_to,
        fields=_Fields(document, passage),
        prior=prior,
    )


class _Fields(Mapping[str, str]):
    """The searched texts of a passage, made when asked for: each of the builders takes only its share of the items."""

    def __init__(self, document: Document, passage: Passage) -> None:
        self._document = document
        self._passage = passage

    def __getitem__(self, name: str) -> str:
        match name:
            case "body":
                return _body(self._document, self._passage)
            case "name":
                return display_name(self._document.title)
            case "chapter":
                return " ".join(self._document.path)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("body", "name", "chapter"))

    def __len__(self) -> int:
        return 3


def _body(document: Document, passage: Passage) -> str:
    """What is searched: personal data masked, and words that a line break or wide spacing cuts in two made whole."""
    if document.kind == "statute":
        return passage.text
    return _SPACED.sub("", mask(passage.text).text)
