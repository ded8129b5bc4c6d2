"""Bulk files made on the spot: as many made-up laws as a test asks for, in the official shape."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def law(number: int, *articles: str, modified: str = "20200101", histories: str = "", **fields: str) -> dict[str, Any]:
    """A record with PCode ``Z1000001`` for 1; its articles are numbered from 1."""
    enacted = f"1.中華民國一百零九年一月一日總統華總一義字第 1 號令制定公布全文 {len(articles)} 條"
    return {
        "LawLevel": "法律",
        "LawName": f"示範第{number}號條例",
        "LawURL": f"https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=Z1{number:06}",
        "LawCategory": "行政＞示範部＞示範目",
        "LawModifiedDate": modified,
        "LawEffectiveDate": "",
        "LawEffectiveNote": "",
        "LawAbandonNote": "",
        "LawHasEngVersion": "N",
        "EngLawName": "",
        "LawAttachements": [],
        "LawHistories": histories or enacted,
        "LawForeword": "",
        "LawArticles": [
            {"ArticleType": "A", "ArticleNo": f"第 {at} 條", "ArticleContent": text}
            for at, text in enumerate(articles, 1)
        ],
        **fields,
    }


def many(count: int) -> list[dict[str, Any]]:
    return [law(at, *(f"第{at}號機關應於{n}日內公告之。" for n in range(1, 9))) for at in range(1, count + 1)]


def write_bulk(folder: Path, laws: Iterable[Mapping[str, Any]], updated: str = "2024/10/11 上午 12:00:00") -> Path:
    """``ChLaw.json.zip`` in ``folder``, with its BOM; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    body = json.dumps({"UpdateDate": updated, "Laws": list(laws)}, ensure_ascii=False)
    with zipfile.ZipFile(folder / "ChLaw.json.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ChLaw.json", b"\xef\xbb\xbf" + body.encode())
        archive.writestr("schema.csv", "LawLevel\r\n")
        archive.writestr("manifest.csv", "file,records\r\n")
    return folder


def write_history(path: Path, lines: Iterable[tuple[str | None, Mapping[str, Any]]]) -> Path:
    """A history file: ``(update, record)`` a line."""
    entries = ({"update": update, "pcode": record["LawURL"][-8:], "law": record} for update, record in lines)
    path.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "\n", encoding="utf-8")
    return path
