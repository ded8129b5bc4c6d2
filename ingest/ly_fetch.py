"""Laws of the Legislative Yuan over the LYAPI, a law at a time and only those that changed since the last run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from ingest.parsed import Came, Mark, Raw, Wanted
from ingest.web import Web
from rag.errors import SourceChanged

BASE = "https://ly.govapi.tw/v2"
# The service answers 413 beyond its ten-thousandth row, whatever the page.
_WINDOW = 10_000
_LIMIT = 1_000
_KEYS = {"laws": "laws", "law_versions": "lawversions", "law_contents": "lawcontents"}
_Row = Mapping[str, Any]


def fetch_laws(web: Web, wanted: Wanted) -> Iterator[Came]:
    """A law's rows as one record under its number, and a mark with its newest version.

    :raises SourceChanged: an answer is not the list it should be, or names no law at all.
    :raises SourceUnreachable: no answer.
    """
    laws = list(_rows(web, wanted, "laws", {"類別": "母法"}))
    if not laws:
        raise SourceChanged("LYAPI 沒有回傳任何法律")
    for law in laws:
        number = str(law.get("法律編號") or "")
        newest = law.get("最新版本")
        state = str(newest.get("版本編號") or newest.get("日期") or "") if isinstance(newest, dict) else ""
        if not number or not state or wanted.marks.get(f"law/{number}") == state:
            continue
        versions = list(_rows(web, wanted, "law_versions", {"法律編號": number}))
        record = {"law": law, "versions": versions, "contents": list(_contents(web, wanted, number, versions))}
        yield Raw(f"api/{number}", orjson.dumps(record), f"{_base(wanted)}/law/{number}", wanted.now.date())
        yield Mark(f"law/{number}", state)


def _contents(web: Web, wanted: Wanted, number: str, versions: list[_Row]) -> Iterator[_Row]:
    """All articles of all versions; a law with more than the service shows at once is asked for by version."""
    law = {"法律編號": number}
    if _total(_answer(web, wanted, "law_contents", law | {"limit": "1"})) <= _WINDOW:
        yield from _rows(web, wanted, "law_contents", law)
        return
    for version in versions:
        yield from _rows(web, wanted, "law_contents", law | {"版本編號": str(version.get("版本編號") or "")})


def _rows(web: Web, wanted: Wanted, kind: str, filters: Mapping[str, str]) -> Iterator[_Row]:
    page, seen, total = 1, 0, 1
    while seen < total:
        answer = _answer(web, wanted, kind, {**filters, "limit": str(_LIMIT), "page": str(page)})
        rows = answer.get(_KEYS[kind])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceChanged(f"LYAPI {kind}：答覆裡沒有 {_KEYS[kind]}")
        total = _total(answer)
        if not rows and seen < total:
            raise SourceChanged(f"LYAPI {kind}：說有 {total} 筆，第 {page} 頁卻是空的")
        yield from rows
        page, seen = page + 1, seen + len(rows)


def _answer(web: Web, wanted: Wanted, kind: str, filters: Mapping[str, str]) -> dict[str, Any]:
    url = f"{_base(wanted)}/{kind}?{urlencode(filters)}"
    headers = {"Authorization": f"Bearer {wanted.token}"} if wanted.token else {}
    body = web.get(url, headers=headers).body
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"LYAPI {kind}：不是 JSON（{body[:40]!r}）") from error
    if not isinstance(answer, dict) or answer.get("error"):
        raise SourceChanged(f"LYAPI {kind}：{str(answer)[:80]}")
    return answer


def _base(wanted: Wanted) -> str:
    return (wanted.base or BASE).rstrip("/")


def _total(answer: Mapping[str, Any]) -> int:
    total = answer.get("total")
    if isinstance(total, dict):
        total = total.get("value")
    if not isinstance(total, int):
        raise SourceChanged("LYAPI：答覆裡沒有總筆數 total")
    return total
