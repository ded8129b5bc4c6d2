"""The Judicial Yuan's nightly API and its archives, faults included."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ingest.parsed import Came, Mark, Raw, Wanted
from tests.ingest.local_server import Request

USER, PASSWORD = "analyst", "open sesame"
GONE = "查無資料，本裁判可能未公開或已從系統移除，若您曾經下載過本裁判，亦請您將其移除！謝謝！"
CLOSED = "目前非本 API 服務時間。"
HEADER = "刪除日期,裁判日期年月,法院名稱,裁判ID\r\n"


def jid(number: int) -> str:
    return f"TPSV,115,台上,{number},20260701,1"


def judgment(id: str) -> dict[str, Any]:
    court, year, case, number, day, _ = id.split(",")
    text = {"JFULLTYPE": "text", "JFULLCONTENT": f"{court}判決\r\n　　主　文\r\n上訴駁回。\r\n", "JFULLPDF": ""}
    about = {"JID": id, "JYEAR": year, "JCASE": case, "JNO": number, "JDATE": day, "JTITLE": "給付工資"}
    return {"ATTACHMENTS": [], "JFULLX": text, **about}


class Judicial:
    """``errors`` holds what JDoc says instead of a judgment; ``files`` an archive's bytes, or the status in its place.

    ``pace``: the seconds that pass with each JDoc. ``lifetime``: how many calls a token lasts.
    """

    def __init__(self) -> None:
        self.base = ""
        self.days: list[dict[str, Any]] = [{"DATE": "2026-08-09", "LIST": [jid(1), jid(2), jid(3)]}]
        self.errors: dict[str, Any] = {}
        self.closed = False
        self.pace = 0.0
        self.seconds = 0.0
        self.lifetime = 1_000
        self.asked: list[str] = []
        self.tokens = 0
        self._left = 0
        self.resources: Any = []
        self.files: dict[str, bytes | int] = {}
        self.downloads: list[str] = []
        self.member_tokens = 0

    def clock(self) -> float:
        return self.seconds

    def offer(self, dataset: int, fileset: int, title: str, content: bytes | int) -> None:
        kind = "CSV" if "Delete" in title else "RAR"
        file = {"fileSetId": fileset, "resourceFormat": kind, "resourceDescription": title}
        offered = {"datasetId": dataset, "title": title, "categoryName": "裁判書", "filesets": [file]}
        self.resources = [one for one in self.resources if one["datasetId"] != dataset] + [offered]
        self.files[str(fileset)] = content

    def answer(self, request: Request) -> tuple[int, Any]:
        call = request.path.rpartition("/")[2]
        if request.path.startswith("/jdg/api/"):
            return 200, self._nightly(call, request.sent)
        if request.path == "/data/api/rest/categories/051/resources":
            return 200, self.resources
        if request.path == "/api/MemberTokens":
            return 200, self._member(request.sent)
        if request.path.startswith("/api/FilesetLists/"):
            return self._file(request)
        return 404, b""

    def _nightly(self, call: str, sent: dict[str, str]) -> Any:
        if self.closed:
            return {"error": CLOSED}
        if call == "Auth":
            if (sent["user"], sent["password"]) != (USER, PASSWORD):
                return {"error": "驗證失敗"}
            self.tokens += 1
            self._left = self.lifetime
            return {"token": f"token {self.tokens}"}
        if sent["token"] != f"token {self.tokens}" or not self._left:
            return {"error": "驗證失敗"}
        self._left -= 1
        if call == "JList":
            return self.days
        self.seconds += self.pace
        self.asked.append(sent["j"])
        said = self.errors.get(sent["j"])
        return {"error": said} if isinstance(said, str) else said or judgment(sent["j"])

    def _member(self, sent: dict[str, str]) -> Any:
        if (sent["memberAccount"], sent["pwd"]) != (USER, PASSWORD):
            return {"succeeded": False, "message": "帳號或密碼錯誤!"}
        self.member_tokens += 1
        return {"token": f"jwt.{self.member_tokens}", "expires": "2026-11-26T20:43:31.548493+08:00"}

    def _file(self, request: Request) -> tuple[int, bytes]:
        fileset = request.path.split("/")[3]
        if request.authorization != f"Bearer jwt.{self.member_tokens}":
            return 401, b""
        self.downloads.append(fileset)
        content = self.files[fileset]
        return (content, b"") if isinstance(content, int) else (200, content)


def wanted(server: Judicial, now: datetime, marks: dict[str, str] | None = None) -> Wanted:
    return Wanted(now, server.base, USER, PASSWORD, marks=marks or {})


def marks_in(came: Iterable[Came]) -> dict[str, str]:
    return {one.name: one.value for one in came if isinstance(one, Mark)}


def raws_in(came: Iterable[Came]) -> list[str]:
    return [one.id for one in came if isinstance(one, Raw)]
