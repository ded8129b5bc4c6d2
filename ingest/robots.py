"""robots.txt of every host, fetched before anything else and obeyed (RFC 9309), and the addresses nobody may crawl.

The web pages of law.moj.gov.tw are never fetched: its robots.txt disallows everything. What it publishes for machines
(``/api/…``, and the older sendlaw.moj.gov.tw) is asked for only when the operator has said so.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from protego import Protego

from rag.causes import cause
from rag.errors import RefusedRequest, SourceBlocked, SourceUnreachable, StoreError

ROBOT = "youju"
"""The name by which a robots.txt may speak to us."""
_DAY = 24 * 60 * 60
_LAWS = "law.moj.gov.tw"
_OLD_LAWS = "sendlaw.moj.gov.tw"

Fetch = Callable[[str], bytes]


class _Rules(NamedTuple):
    fetched: float
    text: str
    parsed: Protego


class Robots:
    """What each host allows.

    :param fetch: the body behind the address of a robots.txt.
    :param cache: a folder that remembers them for the next process.
    :param date: Unix time.
    """

    def __init__(
        self, fetch: Fetch, date: Callable[[], float], cache: Path | None = None, allow_open_data_api: bool = False
    ) -> None:
        self._fetch = fetch
        self._date = date
        self._cache = cache
        self._allow_open_data_api = allow_open_data_api
        self._known: dict[str, _Rules] = {}

    def check(self, url: str) -> float:
        """The seconds the host wants between two requests (0.0 when it doesn't say), if it lets us have this address.

        :raises SourceBlocked: it doesn't, or we don't.
        :raises SourceUnreachable: its robots.txt can't be had, which means no for now.
        """
        if self._is_open_data(url):
            return 0.0
        rules = self._rules(url)
        if not rules.can_fetch(url, ROBOT):
            raise SourceBlocked(f"{url}：網站的 robots.txt 不允許抓取")
        rate = rules.request_rate(ROBOT)
        return max(rules.crawl_delay(ROBOT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)

    def _is_open_data(self, url: str) -> bool:
        """True where the operator's word stands in for robots.txt: the API of law.moj.gov.tw, and nothing else."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        # As the server will see it: /api/%2e%2e/LawClass/ is a page.
        api = posixpath.normpath(unquote(parts.path)).lower().startswith("/api/")
        if host == _LAWS and not api:
            raise SourceBlocked(f"{url}：law.moj.gov.tw 的網頁不許爬，請改用它公開的資料 API")
        if host in (_LAWS, _OLD_LAWS) and not self._allow_open_data_api:
            raise SourceBlocked(f"{url}：須先設定 YOUJU_ALLOW_OPEN_DATA_API=true，同意使用公開的資料 API")
        return host == _LAWS

    def _rules(self, url: str) -> Protego:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        known = self._known.get(origin) or self._remembered(origin)
        if known is None or not 0 <= self._date() - known.fetched < _DAY:
            known = _parsed(self._date(), self._text(origin))
            self._remember(origin, known)
        self._known[origin] = known
        return known.parsed

    def _text(self, origin: str) -> str:
        try:
            return self._fetch(f"{origin}/robots.txt").decode("utf-8-sig", errors="replace")
        except RefusedRequest as error:
            # RFC 9309, 2.3.1.3: a host without a robots.txt has no rules. 429 is no such answer.
            if 400 <= error.status < 500 and error.status != 429:
                return ""
            raise _unknown(error) from error
        except SourceUnreachable as error:
            raise _unknown(error) from error

    def _remembered(self, origin: str) -> _Rules | None:
        if self._cache:
            with suppress(OSError, ValueError, TypeError, KeyError):
                kept = json.loads(self._file(self._cache, origin).read_text(encoding="utf-8"))
                return _parsed(float(kept["fetched"]), str(kept["text"]))
        return None

    def _remember(self, origin: str, rules: _Rules) -> None:
        if not self._cache:
            return
        file = self._file(self._cache, origin)
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            new = file.with_suffix(".new")
            new.write_text(json.dumps({"fetched": rules.fetched, "text": rules.text}), encoding="utf-8")
            new.replace(file)
        except OSError as error:
            raise StoreError(f"{file}：無法寫入（{cause(error)}）") from error

    @staticmethod
    def _file(cache: Path, origin: str) -> Path:
        return cache / f"{quote(origin, safe='')}.json"


def _parsed(fetched: float, text: str) -> _Rules:
    return _Rules(fetched, text, Protego.parse(text))


def _unknown(error: SourceUnreachable) -> SourceUnreachable:
    return SourceUnreachable(f"{error}；不知道網站許不許抓取，這次先不抓")
