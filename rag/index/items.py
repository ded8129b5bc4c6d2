"""The store's passages as index items: what of the truth the index is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log1p

from rag.domain import Document, Passage
from rag.index.seam import IndexItem
from rag.names import display_name
from rag.store import Store, open_store

# Set by the recipe's runs on the development questions (docs/log.md, 2026-11-21): a law outweighs an order, and what
# other laws lean on outweighs what none names.
_STATUTE = 2.0
_NAMED_LAW = 1.5
_NAMED_ARTICLE = 0.3


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
    for document, passage in store.changed(since):
        if is_indexed(document):
            prior = _NAMED_LAW * log1p(laws.get(document.law, 0)) + _NAMED_ARTICLE * log1p(
                articles.get(document.key, 0)
            )
            yield _item(document, passage, prior + (_STATUTE if document.level != "命令" else 0.0))


def is_indexed(document: Document) -> bool:
    """Deleted articles say nothing to search for, and what never holds on any day can't be found on one."""
    return not document.deleted and document.valid_from < document.valid_to


def _item(document: Document, passage: Passage, prior: float) -> IndexItem:
    fields = {"body": passage.text, "name": display_name(document.title), "chapter": " ".join(document.path)}
    return IndexItem(
        id=passage.id,
        key=document.key,
        law=document.law,
        source=document.source,
        level=document.level,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
        fields=fields,
        prior=prior,
    )
