"""Fields of a record as text, and documents made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ingest.chunk import pieces
from ingest.parsed import Link, Parsed, Skipped, Span
from rag.dates import find_days
from rag.domain import OPEN, Document, Kind

NOW = "現行條文"
"""The statute as it stands, copied into a bill: found in the statute itself."""
_LONGEST_TITLE = 120
# Only days that are written out are read, never 「昨天」.
_ANY_DAY = date(2000, 1, 1)


class Record:
    """The fields of one record, each as the text it is shown as; "" for what is not there."""

    def __init__(self, fields: Any) -> None:
        self._fields: Mapping[str, Any] = fields if isinstance(fields, dict) else {}

    def __getitem__(self, name: str) -> str:
        return _shown(self._fields.get(name))

    def all(self, name: str) -> list[str]:
        return [text for one in self._list(name) if (text := _shown(one))]

    def records(self, name: str) -> list[Record]:
        return [Record(one) for one in self._list(name) if isinstance(one, dict)]

    def record(self, name: str) -> Record:
        return next(iter(self.records(name)), Record({}))

    def names(self) -> list[str]:
        return [str(name) for name in self._fields]

    def days(self, *names: str) -> list[date]:
        found = {day for name in names for text in self.all(name) for day in _days(text)}
        return sorted(found)

    def _list(self, name: str) -> list[Any]:
        value = self._fields.get(name)
        return value if isinstance(value, list) else [value]


class About(NamedTuple):
    """What a document is, apart from its text."""

    key: str
    source: str
    kind: Kind
    title: str
    url: str = ""
    path: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: Mapping[str, str] = {}
    links: tuple[Link, ...] = ()


def composed(
    about: About, fields: Iterable[tuple[str, str]], required: tuple[str, ...] = (), speaker: str = ""
) -> Parsed | Skipped:
    """The fields that say something, one below the other, each under its heading.

    :param required: without one of these there is nothing worth finding; () for any.
    """
    said = [(heading, text) for heading, text in fields if text]
    if not said or (required and not {heading for heading, _ in said} & set(required)):
        return Skipped(about.key, "沒有內文")
    text = ""
    spans: list[Span] = []
    for heading, body in said:
        text += f"\n\n{heading}\n" if text else f"{heading}\n"
        start = len(text)
        text += body
        for at in pieces(text, start, len(text)):
            spans.append(Span(*at, heading, speaker, about.facts.get("page", ""), heading != NOW))
    return Parsed(document_of(about, text), tuple(spans), about.links)


def document_of(about: About, text: str) -> Document:
    day = about.days[0] if about.days else None
    facts = {"date": "、".join(day.isoformat() for day in about.days), **about.facts}
    return Document(
        key=about.key,
        version=day.isoformat() if day else "undated",
        source=about.source,
        kind=about.kind,
        title=_short(about.title),
        text=text,
        valid_from=day or date.min,
        valid_to=OPEN,
        path=about.path,
        url=about.url,
        facts={name: value for name, value in facts.items() if value},
    )


def _short(title: str) -> str:
    """The first line of a title, cut where it is too long to be one."""
    line = title.strip().split("\n")[0].rstrip()
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(text for one in value if not isinstance(one, list) and (text := _shown(one)))
    if isinstance(value, str):
        return "" if value.strip() in ("", "null") else value.replace("\r\n", "\n").strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _days(text: str) -> list[date]:
    """``2024-10-04``, ``1131004``, ``113/10/04``, ``中華民國113年10月4日 上午10時`` → that day."""
    return [one.first for one in find_days(text, _ANY_DAY) if one.precision == "day"]
