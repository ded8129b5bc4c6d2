"""Any document that is stored, what it leads to, and what there is altogether."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.fields import ENVELOPE, Carried, Envelope
from rag.domain import Kind, Status, sha256
from rag.reading import DocumentView, Link, Links

_DOCUMENT: dict[str, Any] = {
    "key": "judgment/TPDV,112,訴,1,20240105,1",
    "version": "2024-01-05",
    "source": "judgments",
    "kind": "judgment",
    "title": "臺灣臺北地方法院112年度訴字第1號判決",
    "number": "",
    "path": ["返還押金"],
    "law": "",
    "level": "",
    "facts": {"court": "臺灣臺北地方法院", "number": "112年度訴字第1號"},
    "url": "https://judgment.judicial.gov.tw/FJUD/data.aspx?ty=JD&id=TPDV%2C112%2C%E8%A8%B4%2C1%2C20240105%2C1",
    "text": "主文\r\n被告應返還原告新臺幣一千元。",
    "sha256": "5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0c0ffee5ab0",
    "valid_from": "2024-01-05",
    "valid_to": "9999-12-31",
    "origin": "unknown",
    "deleted": False,
    "as_of": "2024-07-31",
    "status": "in_force",
    "note": "",
    "passages": [{"start": 4, "end": 19, "section": "主文", "speaker": "法院", "place": "", "searchable": True}],
    "versions": [{"version": "2024-01-05", "valid_from": "2024-01-05", "valid_to": "9999-12-31", "deleted": False}],
    **ENVELOPE,
}
_LINKS: dict[str, Any] = {
    "key": "judgment/TPDV,112,訴,1,20240105,1",
    "outward": [
        {
            "key": "law/Z9990001/4",
            "title": "示範共享單車租借條例第4條",
            "relation": "cites",
            "version": "2024-01-05",
        }
    ],
    "inward": [],
    "outward_total": 1,
    "inward_total": 0,
    **ENVELOPE,
}
_HELD: dict[str, Any] = {
    "sources": [
        {"source": "laws", "documents": 243856, "from": "1929-02-05", "to": "2024-10-11", "last_sync": "2024-10-11"}
    ],
    "counts": {"laws": 11547, "articles": 219671, "versions": 243856, "passages": 400000, "translations": 3089},
    "releases": {"ChLaw": "2024-10-11"},
    **ENVELOPE,
}


class PassageOut(BaseModel):
    """A span of the text, in Unicode characters: the section it stands in, whose words it holds, where it is found."""

    start: int
    end: int
    section: str
    speaker: str
    place: str
    searchable: bool


class VersionLineOut(BaseModel):
    version: str
    valid_from: date
    valid_to: date
    deleted: bool


class DocumentOut(Envelope):
    """One version of a document; ``note`` says what a later decision did to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DOCUMENT]})

    key: str
    version: str
    source: str
    kind: Kind
    title: str
    number: str
    path: list[str]
    law: str
    level: str
    facts: dict[str, str]
    url: str
    text: str
    sha256: str
    valid_from: date
    valid_to: date
    origin: str
    deleted: bool
    as_of: date
    status: Status
    note: str
    passages: list[PassageOut]
    versions: list[VersionLineOut]

    @classmethod
    def of(cls, view: DocumentView, as_of: date, carried: Carried) -> DocumentOut:
        document = view.document
        own = {name: getattr(document, name) for name in cls.model_fields if hasattr(document, name)}
        return cls(
            **own,
            sha256=sha256(document.text),
            as_of=as_of,
            status=view.status,
            note=view.note,
            passages=[PassageOut.model_validate(one, from_attributes=True) for one in view.passages],
            versions=[VersionLineOut.model_validate(one, from_attributes=True) for one in view.versions],
            **carried,
        )


class LinkOut(BaseModel):
    """``key`` and ``title`` of the other end, the title "" where it is not stored.

    ``version`` is that of the document the link stands in, ``day`` the one on which its target is to be read.
    """

    key: str
    title: str
    relation: str
    version: str
    day: date | None = None

    @classmethod
    def of(cls, link: Link) -> LinkOut:
        return cls(key=link.key, title=link.title, relation=link.relation, version=link.version, day=link.day)


class LinksOut(Envelope):
    """What a document points to (``outward``) and what points to it (``inward``)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LINKS]})

    key: str
    outward: list[LinkOut]
    inward: list[LinkOut]
    outward_total: int
    inward_total: int

    @classmethod
    def of(cls, key: str, links: Links, carried: Carried) -> LinksOut:
        return cls(
            key=key,
            outward=[LinkOut.of(one) for one in links.outward],
            inward=[LinkOut.of(one) for one in links.inward],
            outward_total=links.outward_total,
            inward_total=links.inward_total,
            **carried,
        )


class SourceOut(BaseModel):
    """A source: how many document versions, the first and last of their days, when it was last looked through."""

    model_config = ConfigDict(serialize_by_alias=True)

    source: str
    documents: int
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    last_sync: date | None


class CoverageOut(Envelope):
    """What there is; ``releases`` are the newest official files of laws that were taken in."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HELD]})

    sources: list[SourceOut]
    counts: dict[str, int]
    releases: dict[str, date]

    @classmethod
    def of(cls, held: Mapping[str, Any], synced: Mapping[str, date], carried: Carried) -> CoverageOut:
        sources = [
            SourceOut(source=name, last_sync=synced.get(name), **about) for name, about in held["sources"].items()
        ]
        counts = {name: count for name, count in held.items() if isinstance(count, int)}
        return cls(sources=sources, counts=counts, releases=held["releases"], **carried)
