"""The Judicial Yuan's monthly archives of judgments, and what it took back.

Source: https://opendata.judicial.gov.tw, category 051; a member's account is needed. Licence:
政府資料開放授權條款第 1 版, with the duty to apply Delete-Infor, a CSV of what was deleted. One RAR a month since
1996-01, published between the 15th and the 20th of the next month; older ones are packed anew when something in them
changes, and their title then names the day: 202606裁判書--(20260816Update). Ids do not follow months. Members are
202607/三重簡易庭刑事/<JID>.json.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar

from ingest.files import members
from ingest.jid import key_of
from ingest.parsed import Came, Mark, Raw, Removal, Wanted
from ingest.replies import is_markup, reply
from ingest.web import Web
from rag.errors import RefusedRequest, SourceBlocked, SourceChanged, SourceUnreachable, UsageError

OFFICIAL = "https://opendata.judicial.gov.tw"
ACCOUNT = "請檢查 YOUJU_JUDICIAL_USER 與 YOUJU_JUDICIAL_PASSWORD"
_DELETED = "Delete-Infor"
_JUDGMENTS = "/data/api/rest/categories/051/resources"
# Deletions are published once a month, some under a day long before that.
_LATE = timedelta(days=92)
# 202606裁判書--(20260816Update) · 199601
_TITLE = re.compile(r"(?P<month>(?:19|20)\d{4})(?!\d)(?:.*?(?P<day>\d{8})\s*Update)?", re.DOTALL | re.IGNORECASE)
_T = TypeVar("_T")


class Package(NamedTuple):
    """A file on offer; ``mark`` names it among the marks of a run."""

    mark: str
    id: str
    title: str


class Archives:
    """The site, entered when the first file is asked for."""

    def __init__(self, web: Web, wanted: Wanted) -> None:
        self._web = web
        self._base = wanted.base or OFFICIAL
        self._account = {"memberAccount": wanted.user, "pwd": wanted.password}
        self._token = ""
        self.scratch = wanted.scratch

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        listed = reply(lambda: self._web.get(self._base + _JUDGMENTS)).data
        found = tuple(_packages(listed)) if isinstance(listed, list) else ()
        if not found:
            raise SourceChanged("司法院開放資料平臺的裁判書清單格式已變，應為 datasetId、title 與 filesets")
        return found

    def file(self, one: Package) -> bytes:
        return self._handed_out(one, lambda url, headers: self._web.get(url, headers=headers).body)

    def download(self, one: Package, target: Path) -> Path:
        return self._handed_out(one, lambda url, headers: self._web.download(url, target, headers=headers))

    def _handed_out(self, one: Package, ask: Callable[[str, Mapping[str, str]], _T]) -> _T:
        url = f"{self._base}/api/FilesetLists/{one.id}/file"
        try:
            try:
                return ask(url, self._headers())
            except RefusedRequest as error:
                if error.status != 401:
                    raise
            self._token = ""
            return ask(url, self._headers())
        except RefusedRequest as error:
            raise SourceUnreachable(
                f"{one.title}：司法院開放資料平臺沒有給檔案（HTTP {error.status}）；"
                "可用瀏覽器登入下載，再以 --from 指定檔案或資料夾"
            ) from error

    def _headers(self) -> dict[str, str]:
        self._token = self._token or self._authorized()
        return {"Authorization": f"Bearer {self._token}"}

    def _authorized(self) -> str:
        if not all(self._account.values()):
            raise SourceBlocked(f"下載裁判書需要司法院資料開放平臺的帳號：{ACCOUNT}")
        try:
            answer = reply(lambda: self._web.post(f"{self._base}/api/MemberTokens", self._account)).data
        except RefusedRequest as error:
            if error.status not in (400, 401):
                raise
            answer = {}
        token = answer.get("token") if isinstance(answer, dict) else None
        if not token or not isinstance(token, str):
            said = answer.get("message") if isinstance(answer, dict) else ""
            raise SourceBlocked(f"司法院開放資料平臺不接受這組帳號（{said or '沒有給權杖'}）：{ACCOUNT}")
        return token


def archives(web: Web, wanted: Wanted) -> Iterator[Came]:
    """Deletions, then every month not read yet or packed anew since, newest first; a mark ends each month.

    :raises SourceBlocked: the account is not accepted, or a web page came in place of an archive.
    :raises SourceUnreachable: the site does not hand an archive out.
    :raises BrokenArchive: an archive is not whole; what came before the damage stays, and the month is read again.
    """
    site = Archives(web, wanted)
    yield from deletions(site, wanted.marks)
    months = [one for one in site.packages if _TITLE.match(one.title)]
    if not months:
        raise SourceChanged("司法院開放資料平臺的裁判書分類裡沒有任何月份的壓縮檔")
    for one in sorted(months, key=lambda one: one.title[:6], reverse=True):
        if wanted.marks.get(one.mark) != one.title:
            yield from _month(site, one)
            yield Mark(one.mark, one.title)


def deletions(site: Archives, marks: Mapping[str, str]) -> Iterator[Came]:
    """What was deleted since the last run and shortly before it, then a mark with the latest day.

    Not all of it every time: what was deleted, corrected and published again must stay.
    """
    known = _day(marks.get(_DELETED, ""))
    first = known - _LATE if known else date.min
    latest = known or date.min
    for one in site.packages:
        if _DELETED.lower() in one.title.lower():
            for removal in removals(site.file(one)):
                latest = max(latest, removal.day)
                if removal.day >= first or removal.day == date.min:
                    yield removal
    if latest > date.min:
        yield Mark(_DELETED, f"{latest:%Y%m%d}")


def removals(body: bytes) -> Iterator[Removal]:
    """Each row of Delete-Infor that names a judgment; UTF-8 or Big5.

    ``刪除日期,裁判日期年月,法院名稱,裁判ID`` and ``20200615,200204,…,"TCHV,91,家抗,49,20020423,1"`` →
    ``Removal("judgment/TCHV,91,家抗,49,20020423,1", date(2020, 6, 15))``. A day that can't be read is ``date.min``.

    :raises SourceBlocked: a web page. :raises SourceChanged: other columns, or no judgment in any row.
    """
    rows = csv.reader(io.StringIO(_text(body), newline=""))
    try:
        header = [name.strip() for name in next(rows, [])]
        if not {"刪除日期", "裁判ID"} <= set(header):
            raise SourceChanged(f"{_DELETED}：欄位已變，應有 刪除日期 與 裁判ID")
        named = nameless = 0
        for row in rows:
            fields = dict(zip(header, row, strict=False))
            jid = "".join(fields.get("裁判ID", "").split())
            if jid.count(",") >= 4:
                named += 1
                yield Removal(key_of(jid), _day(fields.get("刪除日期", "").strip()) or date.min)
            else:
                nameless += any(row)
    except csv.Error as error:
        raise SourceChanged(f"{_DELETED}：不是完整的 CSV（{error}）") from error
    if nameless and not named:
        raise SourceChanged(f"{_DELETED}：{nameless} 列裡沒有一列有裁判 ID")


def _month(site: Archives, one: Package) -> Iterator[Raw]:
    found = _TITLE.match(one.title)
    seen = _day(found["day"] or "") if found else None
    with TemporaryDirectory(prefix="youju-", dir=site.scratch) as folder:
        path = site.download(one, Path(folder) / f"{one.title[:6]}.rar")
        try:
            for name, body in members(path, ".json"):
                # Folders are left out of the place: some are named with the text of a judgment.
                yield Raw(PurePosixPath(name).stem, body, one.title, seen)
        except UsageError as error:
            raise SourceChanged(f"{one.title}：壓縮檔裡沒有裁判") from error


def _packages(listed: list[Any]) -> Iterator[Package]:
    for one in listed:
        fields = one if isinstance(one, dict) else {}
        for file in fields.get("filesets") or ():
            if isinstance(file, dict) and "fileSetId" in file and "datasetId" in fields:
                dataset, id = str(fields["datasetId"]), str(file["fileSetId"])
                yield Package(f"{dataset}/{id}", id, str(fields.get("title") or "").strip())


def _text(body: bytes) -> str:
    if is_markup(body):
        raise SourceBlocked(f"{_DELETED}：回傳的是網頁，不是 CSV")
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceChanged(f"{_DELETED}：不是 UTF-8 也不是 Big5 的文字")


def _day(text: str) -> date | None:
    """``20200615``."""
    try:
        return datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 else None
    except ValueError:
        return None
