"""The Legislative Yuan over the LYAPI of OpenFun: gazette with its texts, meetings, interpellations, votes, bills.

Source: https://ly.govapi.tw/v2, data CC BY 4.0 (資料來源：立法院、OpenFun). A token of https://data.openfun.tw lifts
the limit on requests; none is needed. Law contents are fetched by :mod:`ingest.ly_fetch`; gazette issues hold nothing
that their agenda items don't. Of bills those that make law are asked for, not the orders, budgets and reports sent in.

Traps: no more than 10,000 rows a query, then HTTP 413; a list's key is the plural without underscores; lists leave
fields out that are not asked for; several agenda items share one text, and texts come weeks after their items; what
is wrong is said as ``{"error": true, "message": …}`` with HTTP 200, or as ``Error: …`` in place of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import orjson

from ingest.lyapi_documents import parse
from ingest.lyapi_lists import KINDS, Api, Filters, Kind, Row, Rows, name_of
from ingest.parsed import Came, Mark, Raw, Wanted
from ingest.web import Web
from rag.errors import RefusedRequest, SourceChanged

__all__ = ["BILLS", "GAZETTE", "fetch", "parse"]

GAZETTE = ("gazette_agendas", "meets", "interpellations", "votes")
BILLS = ("bills",)
_PATIENCE = timedelta(days=90)
"""So long after its item was first seen without a text, a text is still asked for."""
_INDEX = "9"
"""類別代碼 of an index of speakers: no text that answers anything."""
# https://ly.govapi.tw/gazette_agenda_doc/1137701_00001/txt
_TEXT = re.compile(r"/gazette_agenda_doc/([0-9_]{1,40})/")


class _Run(NamedTuple):
    api: Api
    marks: Mapping[str, str]
    today: date


def fetch(web: Web, wanted: Wanted, kinds: Sequence[str] = GAZETTE) -> Iterator[Came]:
    """What is new of these types, newest slices first; each slice (a volume, a term, a session) ends in a mark.

    A record comes as ``meet/院會-11-2-3`` with its JSON; an agenda item as ``gazette_agenda/1137701_00001`` with
    ``{"data": …, "text": …}``. Slices of past terms that hold as many records as before are not read again.

    :raises SourceUnreachable: no answer, or the API says that something is wrong.
    :raises SourceBlocked: a web page in place of an answer.
    :raises SourceChanged: no list, or fewer records than it says there are.
    """
    run = _Run(Api(web, wanted), wanted.marks, wanted.now.date())
    for name in kinds:
        yield from _kind(run, KINDS[name])


def _kind(run: _Run, kind: Kind) -> Iterator[Came]:
    field = kind.slices[0]
    total, counts = run.api.counts(kind, (), field)
    yield from _unreachable(kind, (), total - sum(counts.values()))
    for place, (value, count) in enumerate(counts.items()):
        filters = ((field, value),)
        current = place == 0
        if current and kind.open:
            yield from _sessions(run, kind, filters, count)
        elif current or run.marks.get(name_of(kind, filters), "").split(" ")[0] != str(count):
            yield from _slice(run, kind, filters)


def _sessions(run: _Run, kind: Kind, filters: Filters, count: int) -> Iterator[Came]:
    """The term that lasts, session by session, so that only those are read in which something moved."""
    field = kind.slices[1]
    _, counts = run.api.counts(kind, filters, field)
    if sum(counts.values()) < count:
        yield from _slice(run, kind, filters)
        return
    for value in counts:
        yield from _slice(run, kind, (*filters, (field, value)))


def _slice(run: _Run, kind: Kind, filters: Filters) -> Iterator[Came]:
    name = name_of(kind, filters)
    rows = Rows(run.api, kind, filters)
    if run.marks.get(name) == rows.mark:
        return
    if kind.name == "gazette_agendas":
        yield from _issues(run, kind, rows, Mark(name, rows.mark))
        return
    for row in rows:
        yield Raw(_id(kind, row), orjson.dumps(row), f"LYAPI {name}", run.today)
    yield from _unreachable(kind, filters, rows.missing)
    yield Mark(name, rows.mark)


class _Texts:
    """The texts of an issue. One that several items name stands with the first of them, and the others say with which.

    ``missing``: there is none yet; ``failure``: the server broke down over one, and is asked for no more.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._holders: dict[str, str] = {}
        self.missing = False
        self.failure: RefusedRequest | None = None

    def with_item(self, item: Row) -> bytes:
        named = list(dict.fromkeys(_TEXT.findall(str(item.get("處理後公報網址") or ""))))
        holder = str(item.get("公報議程編號") or "")
        own = [id for id in named if self._holders.setdefault(id, holder) == holder]
        wanted = own if str(item.get("類別代碼")) != _INDEX else []
        body = {"data": item, "text": "\n\n".join(filter(None, map(self._text, wanted)))}
        shared = [self._holders[id] for id in named if id not in own]
        return orjson.dumps(body | ({"text_of": shared[0]} if shared and not own else {}))

    def _text(self, id: str) -> str:
        text = ""
        if not self.failure:
            try:
                text = self._api.text(id)
            except RefusedRequest as error:
                self.failure = error
        self.missing = self.missing or not text
        return text


def _issues(run: _Run, kind: Kind, rows: Iterable[Row], end: Mark) -> Iterator[Came]:
    """Agenda items with their texts, issue by issue; the last mark only when no text is waited for any more."""
    issues: dict[str, list[Row]] = {}
    for row in rows:
        issues.setdefault(str(row.get("公報編號") or ""), []).append(row)
    waiting = False
    # New issues first: one over whose text the server breaks down must not keep the others waiting.
    for issue in sorted(issues, key=lambda issue: name_of(kind, (("公報編號", issue),)) in run.marks):
        items, name = issues[issue], name_of(kind, (("公報編號", issue),))
        count, _, since = run.marks.get(name, "").partition(" ")
        known = count == str(len(items))
        first = since if known and since else run.today.isoformat()
        if known and (not since or date.fromisoformat(since) + _PATIENCE < run.today):
            continue
        texts = _Texts(run.api)
        for item in items:
            yield Raw(_id(kind, item), texts.with_item(item), f"LYAPI {name}", run.today)
        yield Mark(name, f"{len(items)} {first}" if texts.missing else str(len(items)))
        if texts.failure:
            raise texts.failure
        waiting = waiting or texts.missing
    if not waiting:
        yield end


def _unreachable(kind: Kind, filters: Filters, missing: int) -> Iterator[Raw]:
    """Records that no slice holds, for they lack the field that divides them."""
    if missing > 0:
        name = name_of(kind, filters)
        yield Raw(f"{kind.single}/missing:{name}", orjson.dumps({"missing": missing}), f"LYAPI {name}")


def _id(kind: Kind, row: Row) -> str:
    id = kind.id(row)
    if not id:
        raise SourceChanged(f"LYAPI {kind.name}：有一筆沒有編號")
    return f"{kind.single}/{id}"
