"""What the embedding learns from, read from a store: the articles in force, and all texts that use their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from rag.domain import OPEN
from rag.schema import documents, laws
from rag.store import Store, reading

SOURCES: Mapping[str, str] = {
    "laws": "法規",
    "ly-laws": "立法理由與條文要旨",
    "bills": "議案",
    "interpretations": "解釋與憲法裁判",
    "judgments": "判決",
    "gazette-ly": "立法院公報",
}
"""Source in the store → what it is called to a person; all but the first only make the model better."""
LONGEST = 350
"""Characters of an article that its vector is made from."""


class Article(NamedTuple):
    """An article in force; ``law`` is its PCode, ``name`` that law's."""

    key: str
    law: str
    number: str
    name: str
    text: str

    @property
    def shown(self) -> str:
        """What stands for it in the index: the law's name, and how the text begins."""
        return f"{self.name}\n{self.text[:LONGEST]}"


class Text(NamedTuple):
    """A document that is no article; ``number`` is that of the article of ``law`` it is about, where it is."""

    key: str
    kind: str
    text: str
    law: str
    number: str


def missing(store: Store) -> list[str]:
    """The names of what the store doesn't hold."""
    column = documents.c.source
    with reading(store) as connection:
        held = set(connection.scalars(select(column).where(column.in_(SOURCES)).group_by(column)))
    return [name for source, name in SOURCES.items() if source not in held]


def read_articles(store: Store) -> list[Article]:
    """Every article in force, in the order of the keys."""
    table = documents.c
    query = (
        select(table.key, table.law, table.number, laws.c.name, table.text)
        .where(table.law == laws.c.pcode, table.kind == "statute", table.valid_to == OPEN, table.deleted.is_(False))
        .where(func.length(table.text) > 0)
        .order_by(table.key)
    )
    with reading(store) as connection:
        return [Article(*row) for row in connection.execute(query)]


def read_texts(store: Store) -> Iterator[Text]:
    """Every other document of the sources it learns from, in the order of the keys."""
    table = documents.c
    query = (
        select(table.key, table.kind, table.text, table.law, table.number)
        .where(table.source.in_(SOURCES), table.kind != "statute", table.deleted.is_(False))
        .order_by(table.key, table.version)
    )
    with reading(store) as connection:
        yield from (Text(*row) for row in connection.execute(query))


def corpus(articles: Iterable[Article], texts: Sequence[Text]) -> Iterator[str]:
    """All that is read for which words stand near which."""
    yield from (article.text for article in articles)
    yield from (text.text for text in texts)
