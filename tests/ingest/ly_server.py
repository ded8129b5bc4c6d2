"""The LYAPI: lists with filters, counts and pages, the texts of gazette files, faults included."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.ingest.local_server import Request

KEYS = {"gazette_agendas": "gazetteagendas"}
WINDOW = 10_000
MEET = {"會議代碼": "院會-11-2-3", "屆": 11, "會期": 2, "會次": 3, "會議種類": "院會", "日期": ["2024-10-04"]}
ASKED = {"質詢編號": "11-2-3-1", "屆": 11, "會期": 2, "質詢委員": ["甲委員"], "事由": "就勞工退休提出質詢。"}
VOTE = {"公報文件代碼": "1150101_00002", "行號": 55, "屆": 11, "會議代碼": "院會-11-2-3", "表決議題": "是否延長開會"}
BILL = {
    "議案編號": "203110077970000",
    "屆": 11,
    "會期": 2,
    "議案名稱": "勞動基準法修正草案",
    "最新進度日期": "2024-10-04",
}


def agenda(issue: str, number: int, *texts: str, **fields: Any) -> dict[str, Any]:
    """An agenda item of the issue 1137701; ``texts`` name its files, one of its own where none is given."""
    id = f"{issue}_{number:05}"
    hosts = [
        {"type": form, "no": at, "url": f"https://ly.govapi.tw/gazette_agenda_doc/{text}/{form}"}
        for at, text in enumerate(texts or (id,))
        for form in ("html", "tikahtml", "txt", "parsed")
    ]
    return {
        "公報議程編號": id,
        "卷": int(issue[:3]),
        "期": int(issue[3:5]),
        "冊別": int(issue[5:]),
        "屆": 11,
        "會期": 2,
        "會次": 3,
        "目錄編號": number,
        "類別代碼": 1,
        "會議日期": ["2024-10-04"],
        "案由": f"第{number}案",
        "起始頁碼": number,
        "結束頁碼": number + 1,
        "公報編號": issue,
        "公報網網址": "https://ppg.ly.gov.tw/ppg/publications/official-gazettes/113/77/01/details",
        "處理後公報網址": hosts,
    } | fields


class LyApi:
    """``records`` by type; ``texts`` by file, a status in place of one the server has not got.

    ``broken``: answers to the next lists in place of their own. ``narrow``: filters whose lists are refused with 413.
    """

    def __init__(self) -> None:
        self.base = ""
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.texts: dict[str, str | bytes | int] = {}
        self.parsed: dict[str, Any] = {}
        self.broken: list[bytes | tuple[int, bytes]] = []
        self.narrow: list[dict[str, str]] = []
        self.short = False
        self.lists: list[str] = []
        self.files: list[str] = []
        self.tokens: set[str] = set()

    def answer(self, request: Request) -> tuple[int, Any]:
        self.tokens.add(request.authorization)
        if request.path.startswith("/gazette_agenda_doc/"):
            return self._text(*request.path.split("/")[2:])
        query = parse_qsl(unquote(request.query), keep_blank_values=True)
        self.lists.append("&".join("=".join(one) for one in query if one[0] not in ("output_fields", "議案類別")))
        if self.broken:
            answer = self.broken.pop(0)
            return answer if isinstance(answer, tuple) else (200, answer)
        return self._list(request.path.removeprefix("/v2/"), query)

    def _list(self, kind: str, query: list[tuple[str, str]]) -> tuple[int, Any]:
        asked = dict(query)
        limit, page = int(asked.pop("limit", 100)), int(asked.pop("page", 1))
        field = asked.pop("agg", "")
        asked.pop("output_fields", None)
        asked.pop("議案類別", None)
        rows = [
            row
            for row in self.records.get(kind, [])
            if all(str(row.get(name)) == value for name, value in asked.items())
        ]
        if page * limit > WINDOW or (limit and asked in self.narrow):
            return 413, {"error": True, "message": "錯誤，請縮小查詢範圍或調整分頁參數後重試"}
        counts = Counter(row[field] for row in rows if field in row)
        buckets = [{field: value, "count": count} for value, count in counts.most_common(100)]
        found = rows[(page - 1) * limit : page * limit]
        return 200, {
            "total": len(rows) + (1 if self.short and not field else 0),
            "total_page": -(-len(rows) // limit) if limit else 0,
            "page": page,
            "limit": limit,
            "filter": {},
            "supported_filter_fields": [],
            "aggs": [{"agg": field, "agg_fields": [field], "buckets": buckets}] if field else [],
            KEYS.get(kind, kind): found,
        }

    def _text(self, id: str, form: str) -> tuple[int, Any]:
        self.files.append(f"{id}/{form}")
        if form == "parsed" and id in self.parsed:
            return 200, self.parsed[id]
        text = self.texts.get(id, 404) if form == "txt" else 404
        if isinstance(text, int):
            return text, b""
        return 200, text.encode() if isinstance(text, str) else text
