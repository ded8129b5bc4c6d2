"""Checks everyday words against the statutes: ``python -m eval.training.thesaurus [--data DIR]``.

Every target of the thesaurus has to stand in some statute in force (its text, its headings or its name), every hint has
to name a law in force, every article with colloquial words has to be in force, and no entry may be a whole question.
What fails is listed, a line each; the exit code is 1 then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from ahocorasick_rs import AhoCorasick
from sqlalchemy import select

from rag import schema
from rag.colloquial import load_colloquial
from rag.domain import OPEN
from rag.names import OFFICIAL, display_name
from rag.segment import fold
from rag.settings import load_settings
from rag.store import Store, batches, open_store, reading
from rag.thesaurus import load_hints, load_terms

_LONGEST = 10  # characters of an everyday entry
_IN_FORCE = (
    schema.documents.c.kind == "statute",
    schema.documents.c.valid_to == OPEN,
    schema.documents.c.deleted.is_(False),
)


def texts(store: Store) -> Iterator[str]:
    """Every statute in force with its headings and its name, folded."""
    table = schema.documents.c
    query = select(table.text, table.path, table.title).where(*_IN_FORCE)
    with reading(store) as connection:
        for rows in batches(connection.execution_options(yield_per=400).execute(query)):
            yield fold("\n".join(part for row in rows for part in row))


def articles(store: Store) -> set[str]:
    """The keys of all articles in force."""
    with reading(store) as connection:
        return set(connection.scalars(select(schema.documents.c.key).where(*_IN_FORCE)))


def missing(targets: Sequence[str], statutes: Iterator[str]) -> list[str]:
    """The targets that stand in none of the texts."""
    left = set(targets)
    # A target may stand inside another, so all matches are wanted, not the longest.
    finder = AhoCorasick(list(targets))
    for text in statutes:
        left.difference_update(targets[found] for found, _, _ in finder.find_matches_as_indexes(text, overlapping=True))
    return sorted(left)


def problems(
    terms: Mapping[str, Sequence[str]], hints: Mapping[str, Sequence[str]], statutes: Iterator[str], laws: set[str]
) -> Iterator[str]:
    """A line for each entry that has to be mended."""
    absent = set(missing(sorted({target for targets in terms.values() for target in targets}), statutes))
    for word, targets in terms.items():
        for target in targets:
            if target in absent:
                yield f"{word}: no statute has {target}"
    for word, names in hints.items():
        yield from (f"{word}: no law in force is called {name}" for name in names if name not in laws)
    yield from (f"{word}: too long for a word" for word in {*terms, *hints} if len(word) > _LONGEST)


def misplaced(colloquial: Mapping[str, str], in_force: Collection[str]) -> Iterator[str]:
    """A line for each article that has words and is not in force, and for each entry that is too long for a word."""
    for key, words in colloquial.items():
        if key not in in_force:
            yield f"{key}: no article in force"
        yield from (f"{key}: {word}: too long for a word" for word in words.splitlines() if len(word) > _LONGEST)


def main(data: Annotated[Path, typer.Option(help="the folder with the store")] = Path("data")) -> None:
    with closing(open_store(load_settings(data=data).store_url)) as store:
        laws = {display_name(one.name) for one in store.law_names() if one.rank == OFFICIAL}
        found = [
            *problems(load_terms(), load_hints(), texts(store), laws),
            *misplaced(load_colloquial(), articles(store)),
        ]
    for line in found:
        typer.echo(line)
    sizes = f"{len(load_terms())} words, {len(load_hints())} hints, {len(load_colloquial())} articles"
    typer.echo(f"{sizes}, {len(found)} to mend")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
