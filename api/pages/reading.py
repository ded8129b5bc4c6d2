"""An article and a document as pages: the text of a day, its versions, what two of them differ in, and its links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.markup import Light, Piece, lines, page_of, paragraphs
from api.pages import words
from api.pages.ask import Day
from api.pages.render import PageRoute, page
from api.schemas.fields import Key, Number, Pcode
from api.service import Service, Serving
from rag.answer import ArticleView, today
from rag.compare import Span, compare
from rag.domain import Document, Passage
from rag.errors import UnknownKey
from rag.named import article_label
from rag.names import display_name
from rag.reading import Link
from rag.units import units

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Version = Annotated[str, Field(max_length=40)]
Offset = Annotated[int, Field(ge=0, le=10_000_000)]
_MOST = 40
"""Links of one kind on a page."""
_DEEP = 400
"""Links of one direction that are looked at."""


class Wanted(BaseModel):
    """Of an article or a document: a day or a version, a quote to highlight, two versions to compare."""

    as_of: Day = None
    version: Version = ""
    start: Offset = 0
    end: Offset = 0
    older: Version = ""
    newer: Version = ""

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


class Compared(NamedTuple):
    """Two versions of an article and what they differ in."""

    older: str
    newer: str
    spans: tuple[Span, ...]


class Group(NamedTuple):
    """The links of one kind in one direction; ``more`` says that there are others."""

    title: str
    links: Sequence[Linked]
    more: bool


class Linked(NamedTuple):
    """What is linked to; ``href`` is "" where it is not stored, ``day`` the version that holds the link."""

    label: str
    href: str
    day: str


class Part(NamedTuple):
    """A part of a document under the name it has there: 主文, 理由 …"""

    name: str
    pieces: list[Piece]


@router.get("/laws/{pcode}/articles/{number}")
def article(service: Serving, pcode: Pcode, number: Number, wanted: Annotated[Wanted, Query()]) -> Response:
    """An article on a day or in a version, or two of its versions compared."""
    day = wanted.as_of or today()
    view = service.engine.article(pcode, number, day)
    key = f"law/{pcode}/{number}"
    document, status = view.document, view.status
    if wanted.version:
        named = service.engine.reading.document(key, day, wanted.version)
        document, status = named.document, named.status
    values: dict[str, Any] = {
        "law": view.law,
        "label": display_name(view.law.name) + article_label(number),
        "headings": (document or view.versions[-1]).path,
        "key": key,
        "as_of": wanted.as_of,
        "asked_day": day,
        "document": document,
        "in_force": view.document,
        "current": document is not None and document == view.document,
        "status": words.law_status(view.law, status),
        "pieces": paragraphs(document.text, units(document.text), wanted.span) if document else [],
        "compared": _compared(view, wanted) if wanted.older and wanted.newer else None,
        "versions": view.versions[::-1],
        "english": view.english,
        "english_outdated": view.english_outdated,
        "links": _links(service, key),
    }
    return page("article.html", values)


@router.get("/documents/{key:path}")
def document(service: Serving, key: Key, wanted: Annotated[Wanted, Query()]) -> Response:
    """A judgment, an interpretation, a gazette … with what it cites and what cites it."""
    view = service.engine.reading.document(key, wanted.as_of or today(), wanted.version)
    one = view.document
    values: dict[str, Any] = {
        "document": one,
        "note": view.note,
        "facts": [(name, value) for field, name in words.FACTS.items() if (value := one.facts.get(field))],
        "sections": list(_parts(one, view.passages, wanted.span)),
        "versions": view.versions[::-1],
        "links": _links(service, key),
    }
    return page("document.html", values)


def _compared(view: ArticleView, wanted: Wanted) -> Compared:
    older, newer = wanted.older, wanted.newer
    texts = {one.version: one.text for one in view.versions}
    for version in (older, newer):
        if version not in texts:
            raise UnknownKey(f"沒有 {version} 這個版本；有 {'、'.join(texts)}")
    return Compared(older, newer, compare(texts[older], texts[newer]))


def _parts(document: Document, passages: Sequence[Passage], span: tuple[int, int]) -> Iterator[Part]:
    """The text cut where its sections begin, and inside a section where its passages do."""
    light = Light(*span)
    bounds = [0, *(one.start for one in passages if one.start), len(document.text)]
    names = {one.start: one.section for one in passages}
    held = Part("", [])
    for start, end in pairwise(bounds):
        name = names.get(start, "")
        if name != held.name:
            if held.pieces:
                yield held
            held = Part(name, [])
        held.pieces.extend(lines(document.text, start, end, light))
    yield held


def _links(service: Service, key: str) -> list[Group]:
    """What a document leads to and what leads to it, by what the link says and what stands at its end."""
    found = service.engine.reading.links(key, limit=_DEEP)
    outward = _grouped(found.outward, 0, found.outward_total > _DEEP)
    return [*outward, *_grouped(found.inward, 1, found.inward_total > _DEEP)]


def _grouped(links: Iterable[Link], side: int, cut: bool) -> list[Group]:
    groups: dict[tuple[int, str], dict[str, Linked]] = {}
    order = list(words.ENDS)
    for one in links:
        end = one.key.partition("/")[0]
        said = words.RELATIONS.get(one.relation, ("相關", "相關"))[side]
        title = f"{said}：{words.ENDS[end]}" if said in ("引用", "被引用") and end in words.ENDS else said
        href = page_of(one.key) if one.title and not one.key.endswith("/") else ""
        day = one.version if side and href else ""
        place = order.index(end) if end in order else len(order)
        groups.setdefault((place, title), {})[one.key] = Linked(one.title or one.key, href, day)
    shown = sorted(groups.items(), key=lambda group: group[0])
    return [Group(title, list(held.values())[:_MOST], cut or len(held) > _MOST) for (_, title), held in shown]
