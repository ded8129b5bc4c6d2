"""Lists of the LYAPI: pages, counts, and slices small enough to be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson

from ingest.parsed import Wanted
from ingest.replies import is_markup, reply
from ingest.web import Web
from rag.errors import RefusedRequest, SourceBlocked, SourceChanged, SourceUnreachable

OFFICIAL = "https://ly.govapi.tw"
_LIMIT = 100
_MOST = 10_000
# 段落：報告事項 · 項目：一、…: added where the publisher of the API divides a text
_ADDED = re.compile(r"(?:段落|項目)：")

Row = dict[str, Any]
Filters = tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """A type of record. ``slices``: what divides its lists; ``open``: records change as long as their term lasts."""

    name: str
    id: Callable[[Row], str]
    slices: tuple[str, ...]
    open: bool = False
    stamp: str = ""
    filters: Filters = ()
    fields: tuple[str, ...] = ()

    @property
    def single(self) -> str:
        return self.name.removesuffix("s")


def _field(*names: str) -> Callable[[Row], str]:
    """The id of a row; "" when a part of it is missing."""

    def id(row: Row) -> str:
        parts = [str(row.get(name) or "") for name in names]
        return "_".join(parts) if all(parts) else ""

    return id


_BILL_FIELDS = """
    議案編號 議案名稱 提案單位/提案委員 提案人 連署人 議案狀態 議案流程 審查委員會 案由 說明 對照表 法律編號 提案日期
    最新進度日期 議案類別 提案來源 字號 提案編號 屆 會期 會次 會議代碼
""".split()
KINDS = {
    kind.name: kind
    for kind in (
        Kind("gazette_agendas", _field("公報議程編號"), ("卷", "期")),
        Kind("meets", _field("會議代碼"), ("屆", "會期"), open=True, stamp="日期"),
        Kind("interpellations", _field("質詢編號"), ("屆", "會期")),
        Kind("votes", _field("公報文件代碼", "行號"), ("屆", "會議代碼")),
        Kind(
            "bills",
            _field("議案編號"),
            ("屆", "會期"),
            open=True,
            stamp="最新進度日期",
            filters=tuple(("議案類別", kind) for kind in "法律案 修憲案 條約案 覆議案 同意權案 不信任案".split()),
            fields=tuple(_BILL_FIELDS),
        ),
    )
}


class Page(NamedTuple):
    total: int
    rows: list[Row]


class Api:
    def __init__(self, web: Web, wanted: Wanted) -> None:
        self._web = web
        self._base = (wanted.base or OFFICIAL).removesuffix("/").removesuffix("/v2")
        self._headers = {"Authorization": f"Bearer {wanted.token}"} if wanted.token else {}

    def page(self, kind: Kind, filters: Filters, number: int) -> Page:
        output = tuple(("output_fields", field) for field in kind.fields)
        answer = self._list(kind, (*filters, ("limit", str(_LIMIT)), ("page", str(number)), *output))
        rows = answer.get(kind.name.replace("_", ""))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceChanged(f"LYAPI {kind.name}：格式已變，找不到 {kind.name.replace('_', '')}")
        return Page(_total(kind, answer), rows)

    def counts(self, kind: Kind, filters: Filters, field: str) -> tuple[int, dict[str, int]]:
        """How many there are, and how many of each value of a field, newest value first."""
        answer = self._list(kind, (*filters, ("limit", "0"), ("agg", field)))
        try:
            found = {str(one[field]): int(one["count"]) for one in answer["aggs"][0]["buckets"]}
        except (LookupError, TypeError, ValueError) as error:
            raise SourceChanged(f"LYAPI {kind.name}：格式已變，找不到「{field}」的統計") from error
        newest = sorted(found, key=lambda value: (int(value) if value.isdecimal() else 0, value), reverse=True)
        return _total(kind, answer), {value: found[value] for value in newest}

    def text(self, id: str) -> str:
        """The text of a gazette file, "" when there is none yet: as converted, else put together from its blocks."""
        body = self._file(id, "txt")
        if body.strip() and not is_markup(body) and not body.startswith((b"Error:", b'{"error"')):
            return body.decode("utf-8-sig", errors="replace")
        try:
            blocks = orjson.loads(self._file(id, "parsed"))["blocks"]
            lines = [line for block in blocks for line in block]
            return "\n".join(line for line in lines if not _ADDED.match(line))
        except (orjson.JSONDecodeError, LookupError, TypeError):
            return ""

    def _file(self, id: str, form: str) -> bytes:
        try:
            return self._web.get(f"{self._base}/gazette_agenda_doc/{id}/{form}", headers=self._headers).body
        except RefusedRequest as error:
            if error.status not in (400, 404, 410):
                raise
            return b""

    def _list(self, kind: Kind, query: Filters) -> Row:
        url = f"{self._base}/v2/{kind.name}?{urlencode((*kind.filters, *query))}"
        try:
            answer = reply(lambda: self._web.get(url, headers=self._headers)).data
        except RefusedRequest as error:
            if error.status != 401:
                raise
            raise SourceBlocked("LYAPI 不接受這個權杖：請檢查 YOUJU_OPENFUN_TOKEN") from error
        if not isinstance(answer, dict):
            raise SourceChanged(f"LYAPI {kind.name}：格式已變，應為物件")
        if answer.get("error"):
            raise SourceUnreachable(f"LYAPI {kind.name}：{answer.get('message') or '服務回報錯誤'}")
        return answer


class Rows:
    """The rows of a slice. ``mark`` says how many there are and when the newest moved."""

    def __init__(self, api: Api, kind: Kind, filters: Filters) -> None:
        self._api, self._kind, self._filters = api, kind, filters
        self.missing = 0
        try:
            self._first: Page | None = api.page(kind, filters, 1)
        except RefusedRequest as error:
            if error.status != 413 or not self._finer:
                raise
            self._first = None
        self.mark = self._mark()

    def __iter__(self) -> Iterator[Row]:
        if self._first is None or (self._first.total > _MOST and self._finer):
            yield from self._by_finer_slices()
            return
        page, number, seen = self._first, 1, 0
        while page.rows:
            yield from page.rows
            seen += len(page.rows)
            number += 1
            if seen >= page.total:
                break
            page = self._api.page(self._kind, self._filters, number)
        if seen < page.total:
            name = name_of(self._kind, self._filters)
            raise SourceChanged(f"LYAPI {name}：說有 {page.total} 筆，只給了 {seen} 筆")

    @property
    def _finer(self) -> str:
        """The next field that divides the slice."""
        return next((field for field in self._kind.slices if field not in dict(self._filters)), "")

    def _by_finer_slices(self) -> Iterator[Row]:
        total, counts = self._api.counts(self._kind, self._filters, self._finer)
        self.missing = total - sum(counts.values())
        for value in counts:
            rows = Rows(self._api, self._kind, (*self._filters, (self._finer, value)))
            yield from rows
            self.missing += rows.missing

    def _mark(self) -> str:
        if self._first is None:
            return str(self._api.counts(self._kind, self._filters, self._finer)[0])
        newest = [str(row.get(self._kind.stamp) or "") for row in self._first.rows] if self._kind.stamp else []
        return f"{self._first.total} {max(newest, default='')}".rstrip()


def name_of(kind: Kind, filters: Filters) -> str:
    """``bills/屆=11/會期=5``."""
    return "/".join((kind.name, *("=".join(one) for one in filters)))


def _total(kind: Kind, answer: Row) -> int:
    total = answer.get("total")
    found = total.get("value") if isinstance(total, dict) else total
    if not isinstance(found, int):
        raise SourceChanged(f"LYAPI {kind.name}：格式已變，找不到總筆數 total")
    return found
