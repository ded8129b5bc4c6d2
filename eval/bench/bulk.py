"""The official bulk files, read only as far as the benchmark needs, and a copy of them with one article changed."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from eval.bench.ground import StepFailed
from eval.bench.numerals import chinese

FILES = ("ChLaw.json", "ChOrder.json")
# 第 185-3 條
_NUMBER = re.compile(r"第\s*(\d+(?:-\d+)*)\s*條")
# 2024/10/11 上午 12:00:00
_UPDATED = re.compile(r"(\d+)/(\d+)/(\d+)(.*)", re.DOTALL)
_ENTRY = re.compile(r"^(\d+)\.", re.MULTILINE)
_DELETED = re.compile(r"[（(]刪除[）)]")
MARK = "有據量測專用字樣"


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a law or order that is not repealed; ``number`` is canonical, ``"185-3"``."""

    pcode: str
    law: str
    number: str
    text: str

    @property
    def key(self) -> str:
        return f"law/{self.pcode}/{self.number}"

    @property
    def deleted(self) -> bool:
        return _DELETED.fullmatch(self.text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Changed:
    """Where the changed files are, and which article now holds the mark."""

    folder: Path
    key: str


def read_bulk(path: Path) -> dict[str, Any]:
    """The JSON inside ``<path>.zip``, whichever member holds it."""
    with zipfile.ZipFile(path.with_name(path.name + ".zip")) as archive:
        member = next(name for name in archive.namelist() if name.endswith(".json"))
        loaded: dict[str, Any] = json.loads(archive.read(member).decode("utf-8-sig"))
        return loaded


def articles(folder: Path) -> Iterator[Article]:
    """Every numbered article of everything not repealed, deleted ones included, laws before orders."""
    for file in FILES:
        for law in read_bulk(folder / file)["Laws"]:
            if not law["LawAbandonNote"]:
                yield from _articles(law)


def _articles(law: dict[str, Any]) -> Iterator[Article]:
    for item in law["LawArticles"]:
        number = _NUMBER.fullmatch(item["ArticleNo"].strip())
        if item["ArticleType"] == "A" and number:
            yield Article(law["LawURL"][-8:], law["LawName"], number[1], item["ArticleContent"])


def named_alone(found: list[Article]) -> list[Article]:
    """The articles whose law can be told by its name: no other has it, and no suffix in brackets is needed."""
    names = Counter(name for _, name in {(article.pcode, article.law) for article in found})
    return [article for article in found if names[article.law] == 1 and not re.search(r"[（(]", article.law)]


def with_one_change(folder: Path, into: Path, mark: str = MARK, days: int = 7) -> Changed:
    """Copy the bulk files as a release some days later would have them, where one law has had one article amended."""
    into.mkdir(parents=True)
    bulk = read_bulk(folder / FILES[0])
    released = _released(bulk["UpdateDate"])
    law, item = _amendable(bulk["Laws"])
    number = _NUMBER.fullmatch(item["ArticleNo"].strip())
    assert number is not None
    day = released + timedelta(days=days - 6)
    item["ArticleContent"] += f"\r\n前項規定，於{mark}準用之。"
    law["LawModifiedDate"] = f"{day:%Y%m%d}"
    law["LawHistories"] += _history_entry(law["LawHistories"], day, number[1])
    _write_bulk(into / FILES[0], bulk, released + timedelta(days=days))
    shutil.copyfile(folder / f"{FILES[1]}.zip", into / f"{FILES[1]}.zip")
    return Changed(into, f"law/{law['LawURL'][-8:]}/{number[1]}")


def _amendable(laws: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    for law in laws:
        if law["LawLevel"] == "法律" and not law["LawAbandonNote"] and not law["LawEffectiveDate"]:
            for item in law["LawArticles"]:
                if _NUMBER.fullmatch(item["ArticleNo"].strip()) and len(item["ArticleContent"]) > 30:
                    return law, item
    raise StepFailed("no law that could be amended in the bulk files")


def _history_entry(histories: str, day: date, number: str) -> str:
    last = max((int(entry) for entry in _ENTRY.findall(histories)), default=0)
    spelled = f"中華民國{chinese(day.year - 1911)}年{chinese(day.month)}月{chinese(day.day)}日"
    return f"\r\n{last + 1}.{spelled}總統華總一義字第 00000000000 號令修正公布第 {number} 條條文"


def _released(stamp: str) -> date:
    found = _UPDATED.match(stamp)
    if found is None:
        raise StepFailed(f"UpdateDate is not a day: {stamp}")
    return date(int(found[1]), int(found[2]), int(found[3]))


def _write_bulk(path: Path, bulk: dict[str, Any], day: date) -> None:
    bulk["UpdateDate"] = f"{day.year}/{day.month}/{day.day} 上午 12:00:00"
    with zipfile.ZipFile(path.with_name(path.name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path.name, json.dumps(bulk, ensure_ascii=False).encode("utf-8-sig"))


def article_text(law: dict[str, Any], number: str) -> str:
    """The text of one article of an official record, "" when it has none."""
    return next((article.text for article in _articles(law) if article.number == number), "")
