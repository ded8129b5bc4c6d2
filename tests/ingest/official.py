"""Made-up records in the official form, and the official files around them."""

from __future__ import annotations

import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

DIGITS = "〇一二三四五六七八九"


def numeral(value: int) -> str:
    """``numeral(112) == "一百十二"``, as the official histories write years and days."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = ("" if not hundreds else DIGITS[hundreds] + "百") + ("零" if hundreds and not tens and ones else "")
    return text + ("" if not tens else ("" if tens == 1 else DIGITS[tens]) + "十") + (DIGITS[ones] if ones else "")


def roc(day: date) -> str:
    return f"{numeral(day.year - 1911)}年{numeral(day.month)}月{numeral(day.day)}日"


def decree(day: date, what: str) -> str:
    return f"中華民國{roc(day)}總統示範字第 {day:%Y%m%d}01 號令{what}"


def histories(*entries: str) -> str:
    """Numbered entries, hard-wrapped at 32 full-width columns with an indent, as the official field has them."""
    return "\r\n".join(_wrapped(f"{number}.{entry}") for number, entry in enumerate(entries, 1))


def _wrapped(text: str) -> str:
    lines, width = [""], 0
    for char in text:
        width += 2 if east_asian_width(char) in "WFA" else 1
        if width > 62:
            lines.append("  ")
            width = 4
        lines[-1] += char
    return "\r\n".join(lines)


def article(number: str, text: str) -> dict[str, str]:
    return {"ArticleType": "A", "ArticleNo": f"第 {number} 條", "ArticleContent": text}


def heading(text: str) -> dict[str, str]:
    return {"ArticleType": "C", "ArticleNo": "", "ArticleContent": text}


def law(
    pcode: str, modified: date, articles: Iterable[Mapping[str, str]], history: str, **other: Any
) -> dict[str, Any]:
    """An official record; ``other`` overrides fields by their official names."""
    return {
        "LawLevel": "法律",
        "LawName": f"示範第{pcode[1:]}號法",
        "LawURL": f"https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode={pcode}",
        "LawCategory": "行政＞示範部＞測試目",
        "LawModifiedDate": f"{modified:%Y%m%d}",
        "LawEffectiveDate": "",
        "LawEffectiveNote": "",
        "LawAbandonNote": "",
        "LawHasEngVersion": "N",
        "EngLawName": "",
        "LawAttachements": [],
        "LawHistories": history,
        "LawForeword": "",
        "LawArticles": list(articles),
    } | other


def english(pcode: str, modified: date, articles: Mapping[str, str], **other: Any) -> dict[str, Any]:
    items = [
        {"EngArticleType": "A", "EngArticleNo": f"Article {number}", "EngArticleContent": text}
        for number, text in articles.items()
    ]
    return {
        "LawLevel": "法律",
        "EngLawName": f"Model Act {pcode}",
        "LawName": f"示範第{pcode[1:]}號法",
        "EngLawURL": f"https://law.moj.gov.tw/Eng/LawClass/LawAll.aspx?pcode={pcode}",
        "EngLawModifiedDate": f"{modified:%Y%m%d}",
        "EngLawAbandonNote": "",
        "EngLawAttachements": [],
        "EngLawHistories": "",
        "EngLawForeword": "",
        "EngLawArticles": items,
    } | other


def release(laws: Iterable[Mapping[str, Any]], seen: date = date(2024, 7, 5)) -> bytes:
    update = f"{seen.year}/{seen.month}/{seen.day} 上午 12:00:00"
    return b"\xef\xbb\xbf" + json.dumps({"UpdateDate": update, "Laws": list(laws)}, ensure_ascii=False).encode()


def write_release(
    folder: Path, laws: Iterable[Mapping[str, Any]], seen: date = date(2024, 7, 5), member: str = "ChLaw"
) -> Path:
    """``ChLaw.json.zip`` with its three members."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{member}.json.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{member}.json", release(laws, seen))
        archive.writestr("schema.csv", "field,type\n")
        archive.writestr("manifest.csv", "file,records\n")
    return path


def write_history(path: Path, records: Iterable[tuple[date | None, Mapping[str, Any]]]) -> Path:
    """``history.jsonl`` (``.xz`` by its name), one record a line."""
    lines = [
        json.dumps(
            {"update": seen and f"{seen:%Y%m%d}", "pcode": record["LawURL"][-8:], "law": record}, ensure_ascii=False
        )
        for seen, record in records
    ]
    body = "\n".join([*lines, ""]).encode()
    path.write_bytes(lzma.compress(body) if path.suffix == ".xz" else body)
    return path
