"""The Judicial Yuan's judgments over HTTP: what changed, night by night, and the monthly archives.

Both need a member's account of https://opendata.judicial.gov.tw. Licence: 政府資料開放授權條款第 1 版, with the duty to
delete what the Judicial Yuan deletes.

The nightly API (https://data.judicial.gov.tw/jdg/api) answers from 00:00 to 06:00 in Taipei only. Its list takes no
day: each night it names what changed seven days before, so a list is remembered until all of it has been fetched.
Errors come with HTTP 200 and a key ``error``; 驗證失敗 also stands for a token older than six hours. The specification
writes ``token``, ``DATE`` and ``LIST``, clients saw ``Token``, ``date`` and ``list``: both are read.

The archives are in :mod:`ingest.judicial_archives`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from ingest.jid import key_of
from ingest.judicial_archives import ACCOUNT, Archives, archives, deletions, removals
from ingest.parsed import Came, Mark, Raw, Removal, Wanted
from ingest.replies import Reply, reply
from ingest.web import Web
from rag.errors import SourceBlocked, SourceChanged, SourceUnreachable

__all__ = ["archives", "fetch", "nightly", "removals"]

OFFICIAL = "https://data.judicial.gov.tw"
_CLOSES = 6
_REFUSED, _CLOSED, _GONE = "驗證失敗", "服務時間", "查無資料"
_LIST, _DONE = "nightly/", "nightly-done/"
Clock = Callable[[], float]


def fetch(web: Web, wanted: Wanted, clock: Clock = time.monotonic) -> Iterator[Came]:
    """What is new: during the service hours of the nightly API (00:00–06:00) from it, else from the archives.

    What was deleted since the last run is taken back either way: first of all, lest archives bring it in again; by
    night last, so that an archive site that is down costs no night.

    :param clock: seconds; only their difference counts.
    """
    if _Hours(wanted.now, clock).open:
        yield from nightly(web, wanted, clock)
        yield from deletions(Archives(web, wanted), wanted.marks)
    else:
        yield from archives(web, wanted)


def nightly(web: Web, wanted: Wanted, clock: Clock = time.monotonic) -> Iterator[Came]:
    """The judgments that changed, each followed by a mark; stops at 06:00, and the next night goes on from there.

    What can't be had comes as a Raw ``error/<JID>`` with ``{"JID": …, "error": …}``, and the run goes on.

    :raises SourceUnreachable: outside the service hours.
    :raises SourceBlocked: the account is not accepted.
    """
    hours = _Hours(wanted.now, clock)
    if not hours.open:
        raise SourceUnreachable(
            f"司法院裁判書 API 只在每天 00:00 至 06:00（臺灣時間）開放，現在是 {wanted.now:%H:%M}，請到時再執行"
        )
    api = _Api(web, wanted)
    lists = {name.removeprefix(_LIST): jids for name, jids in wanted.marks.items() if name.startswith(_LIST)}
    for day, jids in api.changes():
        if day not in lists:
            lists[day] = "\n".join(jids)
            yield Mark(_LIST + day, lists[day])
    for day in sorted(day for day, jids in lists.items() if jids):
        yield from _documents(api, hours, day, lists[day].split("\n"), int(wanted.marks.get(_DONE + day, "0")))


class _Hours:
    """Whether the API is open by now."""

    def __init__(self, start: datetime, clock: Clock) -> None:
        self._start = start
        self._clock = clock
        self._began = clock()

    @property
    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._clock() - self._began)

    @property
    def open(self) -> bool:
        # A run of one night must not go on in the next: its list is another.
        return self.now.hour < _CLOSES and self.now.date() == self._start.date()


class _NotNow(SourceUnreachable):
    """The API says that it is closed."""


class _Api:
    def __init__(self, web: Web, wanted: Wanted) -> None:
        self._web = web
        self._base = f"{wanted.base or OFFICIAL}/jdg/api"
        self._account = {"user": wanted.user, "password": wanted.password}
        self._token = ""

    def changes(self) -> Iterator[tuple[str, Sequence[str]]]:
        """``("2016-12-23", [JID …])`` for each day listed."""
        days = self._ask("JList").data
        if _error(days):
            raise SourceUnreachable(f"司法院裁判書 API 不給異動清單：{_error(days)}")
        for one in days if isinstance(days, list) else [None]:
            fields = _fields(one)
            day, jids = fields.get("date"), fields.get("list") or []
            if not isinstance(day, str) or not isinstance(jids, list):
                raise SourceChanged("司法院裁判書 API 的異動清單格式已變，應為 DATE 與 LIST")
            yield day.strip(), list(dict.fromkeys(str(jid).strip() for jid in jids))

    def document(self, jid: str, today: date) -> Raw | Removal:
        try:
            found = self._ask("JDoc", j=jid)
        except SourceChanged as unreadable:
            return _reported(jid, str(unreadable), today)
        error = _error(found.data)
        if _GONE in error:
            return Removal(key_of(jid), today)
        if error or str(_fields(found.data).get("jid")).strip() != jid:
            return _reported(jid, error or "回應不是這件裁判", today)
        return Raw(jid, found.body, "JDoc", today)

    def _ask(self, call: str, **fields: str) -> Reply:
        found = self._with_token(call, fields)
        if _REFUSED in _error(found.data):
            self._token = ""
            found = self._with_token(call, fields)
        error = _error(found.data)
        if _CLOSED in error:
            raise _NotNow(f"司法院裁判書 API 現在沒有開放：{error}")
        if _REFUSED in error:
            raise SourceBlocked(f"司法院裁判書 API 不接受剛取得的權杖（{error}）：{ACCOUNT}")
        return found

    def _with_token(self, call: str, fields: dict[str, str]) -> Reply:
        self._token = self._token or self._authorized()
        return self._post(call, {"token": self._token, **fields})

    def _authorized(self) -> str:
        if not all(self._account.values()):
            raise SourceBlocked(f"下載裁判書需要司法院資料開放平臺的帳號：{ACCOUNT}")
        answer = self._post("Auth", self._account).data
        if _CLOSED in _error(answer):
            raise _NotNow(f"司法院裁判書 API 現在沒有開放：{_error(answer)}")
        if _error(answer):
            raise SourceBlocked(f"司法院裁判書 API 不接受這組帳號（{_error(answer)}）：{ACCOUNT}")
        token = _fields(answer).get("token")
        if not token or not isinstance(token, str):
            raise SourceChanged("司法院裁判書 API 的驗證回應格式已變，應為 token")
        return token

    def _post(self, call: str, fields: dict[str, str]) -> Reply:
        return reply(lambda: self._web.post(f"{self._base}/{call}", fields))


def _documents(api: _Api, hours: _Hours, day: str, jids: Sequence[str], start: int) -> Iterator[Came]:
    """The judgments of one list from the one at ``start`` on; the last mark closes the list."""
    for number, jid in enumerate(jids[start:], start + 1):
        if not hours.open:
            return
        try:
            came = api.document(jid, hours.now.date())
        except _NotNow:
            return
        yield came
        yield Mark(_DONE + day, str(number))
    yield Mark(_LIST + day, "")


def _reported(jid: str, error: str, today: date) -> Raw:
    # Under an id of its own: a failure of tonight must not replace the judgment of another night.
    return Raw(f"error/{jid}", orjson.dumps({"JID": jid, "error": error}), "JDoc", today)


def _fields(answer: Any) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in answer.items()} if isinstance(answer, dict) else {}


def _error(answer: Any) -> str:
    return str(_fields(answer).get("error") or "")
