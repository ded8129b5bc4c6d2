"""What others say of an article: its caption, why it was made, how those who cite it speak, and what people call it.

Statutes are written in their own words; a caption says in a few what an article is about, a legislative reason what it
is for, and a member of parliament, a judge or a bill that names an article says beside it what happened to whom. Each
is one more field of the article's passage, and each is left out where its source was not taken in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import select

from rag import schema
from rag.colloquial import load_colloquial
from rag.names import REPEALED, display_name, with_aliases
from rag.numerals import CHINESE_DIGITS, parse_number
from rag.privacy import mask
from rag.store import CAPTIONS, Store, batches, reading

_N = f"[{CHINESE_DIGITS}0-9０-９]"
# 第184條, 第一百八十四條之一, 第五條 之一
_ARTICLE = re.compile(rf"\s*第\s*({_N}{{1,12}})\s*條(?:\s*之\s*({_N}{{1,6}}))?")
_DELETED = "刪除"
# How many windows an article is given at most, how many of them by one document, and how far each reaches.
_MOST = 20
_EACH = 2
_AROUND = 80  # characters
_REASONS = 3000  # characters
# Those who speak freely; of bills and reasons, which speak like statutes, a field of their own is made. What
# interpretations say of an article is found with them, and would put the article in their place.
_SPEAKING = ("gazette", "judgment")
_PROPOSING = ("bill", "reason")


@dataclass(slots=True)
class Contexts:
    """The texts about articles, each by the article's key; an article of which nothing is said has no entry."""

    captions: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    citing: dict[str, str] = field(default_factory=dict)
    proposing: dict[str, str] = field(default_factory=dict)
    colloquial: Mapping[str, str] = field(default_factory=load_colloquial)

    def of(self, key: str) -> dict[str, str]:
        """The fields of one article by the names of ``bm25f.FIELDS``; those it has."""
        kept: Mapping[str, Mapping[str, str]] = {
            "caption": self.captions,
            "reason": self.reasons,
            "citing": self.citing,
            "proposing": self.proposing,
            "colloquial": self.colloquial,
        }
        return {name: texts[key] for name, texts in kept.items() if key in texts}


def gather(store: Store, keys: Collection[str] | None = None) -> Contexts:
    """What the store says of these articles (``law/B0000001/184``), or of all."""
    names = _names(store)
    return Contexts(
        captions=_captions(store, keys),
        reasons=_reasons(store, keys),
        citing=_windows(store, _SPEAKING, names, keys),
        proposing=_windows(store, _PROPOSING, names, keys),
    )


def _captions(store: Store, keys: Collection[str] | None) -> dict[str, str]:
    """第五條之一　消防署之設置 → ``{"law/D0000001/5-1": "消防署之設置"}``, of the newest list of each law."""
    table = schema.documents.c
    query = select(table.law, table.text).where(table.key.startswith(CAPTIONS)).order_by(table.version)
    laws = None if keys is None else {key.split("/")[1] for key in keys}
    found: dict[str, str] = {}
    for law, text in _rows(store, query):
        if laws is not None and law not in laws:
            continue
        for line in text.splitlines():
            number = _ARTICLE.match(line)
            caption = line[number.end() :].strip() if number else ""
            if number and caption and caption != _DELETED:
                found[_key(law, number)] = caption
    return found


def _reasons(store: Store, keys: Collection[str] | None) -> dict[str, str]:
    """The legislative reasons of each article, the newest first, up to some length."""
    links = _links(store, "reason_of", keys)
    texts = _texts(store, {key for of_target in links.values() for key in of_target})
    # reason/PCODE/ARTICLE/DAY: the key's last part is the day.
    ordered = {
        target: sorted(of_target, key=lambda key: key[-10:], reverse=True) for target, of_target in links.items()
    }
    return {
        target: mask("\n".join(texts[key] for key in of_target if key in texts)[:_REASONS]).text
        for target, of_target in ordered.items()
    }


def _windows(
    store: Store, kinds: Collection[str], names: Mapping[str, tuple[str, ...]], keys: Collection[str] | None
) -> dict[str, str]:
    """What stands around the places where documents of these kinds name an article."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, targets in _citing(store, kinds, keys):
        given: dict[str, int] = defaultdict(int)
        for key, window in _places(text, targets, names):
            if given[key] < _EACH and len(found[key]) < _MOST:
                given[key] += 1
                found[key].append(window)
    return {key: mask("\n".join(windows)).text for key, windows in found.items() if windows}


def _places(text: str, targets: Collection[str], names: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for law in sorted({key.split("/")[1] for key in targets}):
        for name in names.get(law, ()):
            at = text.find(name)
            while at >= 0:
                end = at + len(name)
                number = _ARTICLE.match(text, end)
                key = _key(law, number) if number else ""
                if number and key in targets:
                    end = number.end()
                    yield key, text[max(0, at - _AROUND) : at] + text[end : end + _AROUND]
                at = text.find(name, end)


def _citing(store: Store, kinds: Collection[str], keys: Collection[str] | None) -> Iterator[tuple[str, set[str]]]:
    """Documents that cite articles, kind by kind and in the order of their keys, each with what it cites."""
    documents = schema.documents.c
    by_key: dict[str, set[str]] = defaultdict(set)
    for target, of_target in _links(store, "cites", keys).items():
        for key in of_target:
            by_key[key].add(target)
    for kind in kinds:
        query = select(documents.key, documents.text).where(documents.kind == kind)
        for batch in batches(sorted(by_key)):
            rows = _rows(store, query.where(documents.key.in_(batch)).order_by(documents.key, documents.version.desc()))
            for key, same in groupby(rows, key=lambda row: row.key):
                yield next(same).text, by_key[key]


def _links(store: Store, relation: str, keys: Collection[str] | None) -> dict[str, list[str]]:
    """What points to articles, other than articles: keys by target."""
    table = schema.links.c
    query = select(table.target, table.key).where(table.relation == relation, table.target.startswith("law/"))
    query = query.where(~table.key.startswith("law/")).order_by(table.target, table.key)
    found: dict[str, list[str]] = defaultdict(list)
    parts: Iterable[Any] = (
        [query] if keys is None else [query.where(table.target.in_(some)) for some in batches(sorted(keys))]
    )
    for part in parts:
        for target, key in _rows(store, part):
            found[target].append(key)
    return found


def _texts(store: Store, keys: Collection[str]) -> dict[str, str]:
    table = schema.documents.c
    query = select(table.key, table.text).order_by(table.version)
    return {
        row.key: row.text for some in batches(sorted(keys)) for row in _rows(store, query.where(table.key.in_(some)))
    }


def _names(store: Store) -> dict[str, tuple[str, ...]]:
    """What each law in force is called, its short names too."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in with_aliases(store.law_names()):
        if entry.rank < REPEALED:
            found[entry.pcode] = (*found.get(entry.pcode, ()), display_name(entry.name))
    return found


def _key(law: str, number: re.Match[str]) -> str:
    main, branch = (parse_number(part) if part else None for part in number.groups())
    return f"law/{law}/{main}-{branch}" if branch else f"law/{law}/{main}"


def _rows(store: Store, query: Any) -> list[Any]:
    with reading(store) as connection:
        return list(connection.execute(query))
