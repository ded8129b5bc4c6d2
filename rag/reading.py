"""What a reader looks up: hits page by page, the versions of an article, a document and what it leads to."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from rag.compare import Span, compare
from rag.courts import court_before, court_name
from rag.domain import Document, Hit, Kind, Law, Passage, Status
from rag.errors import UnknownKey, UsageError
from rag.goodlaw import good_law
from rag.named import Named, article_label, span_of
from rag.names import display_name
from rag.numerals import search_key
from rag.retrieve import Among, Retriever
from rag.standing import standing
from rag.store import OF_LAWS, Store
from rag.write import roc

DEEP = 200
"""The hits there are to page through."""
_FEW = 50  # looked through where only some of a kind are wanted
_DEEPER = 1000  # looked through where the index can't tell which fit
_FRESH_S = 60.0
_SOURCES: Mapping[Kind, tuple[str, ...]] = {
    "statute": OF_LAWS,
    "judgment": ("judgments",),
    "interpretation": ("interpretations",),
    "gazette": ("gazette-ly", "gazette-ey"),
    "reason": ("ly-laws",),
    "bill": ("bills",),
    "news": ("news",),
    "text": ("passages",),
}
# Law first, then what courts make of it, then what was said and reported of it.
_IN_ORDER: tuple[Kind, ...] = ("statute", "interpretation", "judgment", "reason", "bill", "gazette", "news", "text")
SOURCES = tuple(dict.fromkeys(source for sources in _SOURCES.values() for source in sources))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which hits are wanted; what is empty is any. ``since`` and ``until`` bound the day a document was made.

    ``court``: the code of one, as :func:`court_code` gives it. ``each``: of each kind the best so many, statutes first,
    so that none is crowded out by one that says more; 0 takes them as they come.
    """

    sources: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    levels: tuple[str, ...] = ()
    court: str = ""
    since: date | None = None
    until: date | None = None
    each: int = 0

    def takes(self, document: Document) -> bool:
        chosen = ((self.sources, document.source), (self.kinds, document.kind), (self.levels, document.level))
        if any(wanted and value not in wanted for wanted, value in chosen):
            return False
        if self.court and document.facts.get("court_code") != self.court:
            return False
        made = document.version[:10]
        if (self.since or self.until) and not made[:1].isdigit():
            return False
        return (not self.since or made >= self.since.isoformat()) and (not self.until or made <= self.until.isoformat())

    @property
    def among(self) -> Among:
        """What the index can be told."""
        kinds: tuple[Kind, ...] = ("judgment",) if self.court else self.kinds
        return Among(self.sources or tuple(one for kind in kinds for one in _SOURCES[kind]), self.levels)

    @property
    def apart(self) -> list[Kind]:
        """The kinds that may fit, in their order, to be looked for one by one."""
        sources = set(self.among.sources)
        kinds = [kind for kind in _IN_ORDER if not self.kinds or kind in self.kinds]
        return [kind for kind in kinds if not sources or not sources.isdisjoint(_SOURCES[kind])]

    @property
    def depth(self) -> int:
        if self.court or self.since or self.until or (self.sources and self.kinds):
            return _DEEPER
        return max(_FEW, self.each) if self.each else DEEP


class Page(NamedTuple):
    """Hits of one page; ``total`` is how many there are to page through at ``revision`` of the index."""

    as_of: date
    hits: tuple[Hit, ...]
    total: int
    revision: str


class Step(NamedTuple):
    """A version of an article, what it changed of the one before, and the reasons given for it."""

    document: Document
    diff: tuple[Span, ...]
    reasons: tuple[Document, ...]


class DocumentView(NamedTuple):
    """A version of a document; ``note`` says what a later decision did to it, "" for nothing."""

    document: Document
    status: Status
    note: str
    passages: tuple[Passage, ...]
    versions: tuple[Document, ...]


class Link(NamedTuple):
    """A link: the key and title of its other end, the title "" for what is not stored; else as ``LinkRow``."""

    key: str
    title: str
    relation: str
    version: str
    day: date | None


class Links(NamedTuple):
    """What a document points to, and what points to it: a stretch of each, and how many there are."""

    outward: tuple[Link, ...]
    inward: tuple[Link, ...]
    outward_total: int
    inward_total: int


class Reading:
    """Looks things up in one store and its index; safe to use from several threads."""

    def __init__(self, store: Store, retriever: Retriever) -> None:
        self._store = store
        self._retriever = retriever
        self._synced: tuple[float, Mapping[str, date]] | None = None

    def page(self, question: str, day: date, wanted: Filters, start: int = 0, limit: int = 10) -> Page:
        """The hits from ``start`` on, in an order that holds as long as the revision does."""
        revision, _ = self._retriever.indexed()
        named = self._retriever.exact(question, day)
        if wanted.each:
            own = (self._fit(question, day, named, replace(wanted, kinds=(kind,))) for kind in wanted.apart)
            fit = [hit for hits in own for hit in hits[: wanted.each]]
        else:
            fit = self._fit(question, day, named, wanted)
        return Page(day, tuple(fit[start : start + limit]), len(fit), revision)

    def _fit(self, question: str, day: date, named: Sequence[Named], wanted: Filters) -> list[Hit]:
        hits = self._retriever.search(question, day, wanted.depth, named, wanted.among)
        return list({hit.passage.id: hit for hit in hits if wanted.takes(hit.document)}.values())[:DEEP]

    def article(self, pcode: str, number: str) -> tuple[Law, tuple[Document, ...]]:
        """A law and all versions of one of its articles, oldest first.

        :raises UnknownKey: no such law, or it never had such an article.
        """
        law = self._store.law(pcode)
        if law is None:
            raise UnknownKey(f"沒有收錄代碼 {pcode} 的法規")
        versions = self._store.versions(f"law/{pcode}/{number}")
        if not versions:
            there = span_of(self._store.numbers(pcode))
            raise UnknownKey(f"{display_name(law.name)}沒有{article_label(number)}{there}")
        return law, versions

    def history(self, pcode: str, number: str) -> tuple[Law, tuple[Step, ...]]:
        """How an article came to read as it does, version by version; raises as ``article`` does."""
        law, versions = self.article(pcode, number)
        reasons = self._reasons(versions[0].key)
        before = [None, *versions]
        steps = (
            Step(one, compare(old.text, one.text) if old else (), tuple(reasons.get(one.version[:10], ())))
            for old, one in zip(before, versions, strict=False)
        )
        return law, tuple(steps)

    def document(self, key: str, day: date, version: str = "") -> DocumentView:
        """A version of a document, the one of a day if none is named.

        :raises UnknownKey: nothing is stored under this key, or not in this version, or not on this day.
        """
        versions = self._store.versions(key)
        if not versions:
            raise UnknownKey(f"沒有收錄 {key}")
        found = next((one for one in versions if one.version == version), None)
        if version and found is None:
            raise UnknownKey(f"{key} 沒有 {version} 這個版本；有 {'、'.join(one.version for one in versions)}")
        law = self._store.law(versions[0].law) if versions[0].kind == "statute" else None
        stands = standing(law, [found] if found else versions, day)
        document = found or stands.document
        if document is None:
            raise UnknownKey(f"{roc(day)}沒有 {key} 的版本；最早的是 {versions[0].version}")
        became = good_law(document, self._store, day)
        status = stands.status or Status.SUPERSEDED
        return DocumentView(
            document=document,
            status=status if became.status is Status.IN_FORCE else became.status,
            note=became.note,
            passages=tuple(self._store.passages_of(document.key, document.version)),
            versions=versions,
        )

    def links(self, key: str, start: int = 0, limit: int = 100) -> Links:
        """What a document, law (``law/B0000001/``) or case number points to and what points to it.

        :raises UnknownKey: nothing is stored under this key, and nothing points to it.
        """
        newest = self._store.versions(key)[-1:]
        also = [case for one in newest if (case := one.facts.get("case_key", ""))]
        outward = self._store.links_from(key)
        inward = [row for target in [key, *also] for row in self._store.links_to(target)]
        if not (newest or outward or inward):
            raise UnknownKey(f"沒有收錄 {key}")
        there, here = outward[start : start + limit], inward[start : start + limit]
        ends = [*((self._stored(row.target), row) for row in there), *((row.key, row) for row in here)]
        titles = self._titles({end for end, _ in ends})
        links = [Link(end, titles.get(end, ""), row.relation, row.version, row.day) for end, row in ends]
        return Links(tuple(links[: len(there)]), tuple(links[len(there) :]), len(outward), len(inward))

    def day(self, question: str, today: date) -> date:
        """The day the question is about, else ``today``."""
        return self._retriever.day(question, today)

    def revision(self) -> int:
        """The store's; it grows with every change."""
        return self._store.revision()

    def synced(self) -> Mapping[str, date]:
        """The day on which each source was last looked through, as of a minute ago at most."""
        now = time.monotonic()
        if self._synced is None or now - self._synced[0] > _FRESH_S:
            self._synced = (now, self._store.synced())
        return self._synced[1]

    def _reasons(self, article: str) -> dict[str, list[Document]]:
        """The legislative reasons for an article by the day of the amendment."""
        found: dict[str, list[Document]] = {}
        for link in self._store.links_to(article):
            document = self._store.version(link.key, link.version) if link.relation == "reason_of" else None
            if document:
                found.setdefault((link.day.isoformat() if link.day else link.version)[:10], []).append(document)
        return found

    def _stored(self, target: str) -> str:
        """The key of the one judgment that a case number names, else the target as it is."""
        keys = self._store.keys_of_case(target) if target.startswith("case/") else []
        return keys[0] if len(keys) == 1 else target

    def _titles(self, keys: Iterable[str]) -> dict[str, str]:
        """What documents and laws are called: 「民法第184條」, 「民法」."""
        wanted = set(keys)
        found = self._store.titles(wanted)
        titles = {key: _titled(key, title) for key, title in found.items()}
        for key in wanted - found.keys():
            if key.startswith("law/") and (law := self._store.law(key.split("/")[1])):
                titles[key] = display_name(law.name)
        return titles


def court_code(written: str) -> str:
    """The code of a court by any of its names: ``court_code("最高法院") == court_code("TPS") == "TPS"``.

    :raises UsageError: there is no such court.
    """
    if court_name(written):
        return written
    key = search_key(written)
    start, code = court_before(key, len(key))
    if start or not code:
        raise UsageError(f"不認得「{written}」這個法院；寫成最高法院，或代碼 TPS")
    return code


def _titled(key: str, title: str) -> str:
    return f"{display_name(title)}{article_label(key.split('/')[2])}" if key.startswith("law/") else title
