"""A store and an index in memory: plain objects with the reading side of the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rag.domain import Document, Law, Passage
from rag.expand import QueryTerms
from rag.index.seam import ScoredId
from rag.names import OFFICIAL, REPEALED, LawName
from rag.segment import fold
from rag.store import LinkRow

HELD = {
    "releases": {"ChLaw": "2024-10-11"},
    "sources": {"laws": {"documents": 2, "from": "2016-03-02", "to": "2024-05-01"}},
}


class MemoryStore:
    """The reading side of the store over a handful of records."""

    def __init__(
        self,
        laws: Iterable[Law],
        documents: Iterable[Document],
        parts: Iterable[Passage] = (),
        links: Iterable[LinkRow] = (),
    ) -> None:
        self.parts = list(parts)
        self.links = list(links)
        self.laws = {law.pcode: law for law in laws}
        self.documents = sorted(documents, key=lambda one: (_place(one.number), one.valid_from, one.version))

    def law(self, pcode: str) -> Law | None:
        return self.laws.get(pcode)

    def law_names(self) -> list[LawName]:
        return [LawName(law.name, law.pcode, REPEALED if law.repealed else OFFICIAL) for law in self.laws.values()]

    def versions(self, key: str) -> tuple[Document, ...]:
        return tuple(one for one in self.documents if one.key == key)

    def version(self, key: str, version: str) -> Document | None:
        return next((one for one in self.versions(key) if one.version == version), None)

    def numbers(self, pcode: str) -> list[str]:
        return list(dict.fromkeys(one.number for one in self.documents if one.law == pcode))

    def saying(self, pcode: str, words: Sequence[str]) -> list[Document]:
        return [one for one in self.documents if one.law == pcode and any(word in one.text for word in words)]

    def passages(self, ids: Iterable[str]) -> dict[str, tuple[Passage, Document]]:
        held = {passage.id: (passage, one) for one in self.documents for passage in [whole(one), *self._parts(one)]}
        return {id: held[id] for id in ids if id in held}

    def passages_of(self, key: str, version: str) -> list[Passage]:
        return [one for one in self.parts if (one.key, one.version) == (key, version)]

    def _parts(self, document: Document) -> list[Passage]:
        return self.passages_of(document.key, document.version)

    def searchable(self, document: Document) -> list[Passage]:
        """The passages a question finds: its parts, or all of it."""
        return [one for one in self._parts(document) if one.searchable] or [whole(document)]

    def links_from(self, key: str) -> list[LinkRow]:
        return [one for one in self.links if one.key == key]

    def links_to(self, target: str) -> list[LinkRow]:
        return [one for one in self.links if one.target == target]

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        wanted = set(keys)
        return {one.key: one.title for one in self.documents if one.key in wanted}

    def synced(self) -> dict[str, date]:
        return {"laws": date(2024, 10, 11)}

    def keys_of_case(self, case: str) -> list[str]:
        rest = case.removeprefix("case/")
        return [
            one.key
            for one in self.documents
            if (known := one.facts.get("case_key", "")) == case or (rest.startswith("/") and known.endswith(rest))
        ]

    def translation(self, key: str) -> None:
        return None

    def revision(self) -> int:
        return 1

    def coverage(self) -> dict[str, object]:
        return {"laws": len(self.laws), **HELD}


class WordIndex:
    """Scores a passage by the weights of the terms it shares, each as rare as the next."""

    IDF = 6.0
    revision = "1"
    built = 1_700_000_000.0

    def __init__(self, store: MemoryStore) -> None:
        self.store = store

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        found = []
        for one in self.store.documents:
            # Only law is law on its days alone.
            if one.deleted or one.valid_to <= as_of or (one.kind == "statute" and not one.holds_on(as_of)):
                continue
            wanted = (not sources or one.source in sources) and (not levels or one.level in levels)
            for part in self.store.searchable(one) if wanted else ():
                text = fold(part.text + one.title)
                shared = sum(weight for term, weight in query.terms.items() if term in text) * self.IDF
                if shared:
                    found.append(ScoredId(part.id, shared + query.laws.get(one.law, 0.0), shared))
        return sorted(found, key=lambda one: -one.score)[:limit]

    def close(self) -> None: ...


def whole(document: Document) -> Passage:
    return Passage(document.key, document.version, 0, len(document.text), document.text)


def _place(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("-") if part)
