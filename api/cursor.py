"""Where the next page of a search or a list begins, as text that a caller hands back unread."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

LONGEST = 200
_FAR = 10_000
_ID = re.compile("[0-9a-f]{32}")
_WRONG = "cursor 不對；請原樣使用上一頁給的"


class Cursor(NamedTuple):
    """It holds nothing secret, and one that is made up leads to another place of the same hits at most.

    ``query`` is the search it belongs to; it is good for one day and one revision of the index, as only these give the
    same hits in the same order.
    """

    query: str
    as_of: date
    revision: str
    start: int

    def write(self) -> str:
        return _packed(self.query, self.as_of.isoformat(), self.revision, self.start)

    @classmethod
    def read(cls, text: object) -> Cursor | None:
        """What ``write`` wrote; None for None. Raises ``ValueError`` for all else."""
        if text is None or isinstance(text, Cursor):
            return text
        try:
            query, day, revision, start = _unpacked(text)
            found = cls(query, date.fromisoformat(day), revision, start)
            if found.write() != text or type(start) is not int or not 0 <= start <= _FAR:
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raise ValueError(_WRONG) from None
        return found


class JobCursor(NamedTuple):
    """The last job of a page of jobs: when it was made, and its id."""

    created: datetime
    id: str

    def write(self) -> str:
        return _packed(self.created.isoformat(), self.id)

    @classmethod
    def read(cls, text: object) -> JobCursor | None:
        """What ``write`` wrote; None for None. Raises ``ValueError`` for all else."""
        if text is None or isinstance(text, JobCursor):
            return text
        try:
            created, id = _unpacked(text)
            found = cls(datetime.fromisoformat(created), id)
            if found.write() != text or found.created.tzinfo != UTC or not _ID.fullmatch(id):
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raise ValueError(_WRONG) from None
        return found


def _packed(*fields: str | int) -> str:
    return urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")


def _unpacked(text: object) -> list[Any]:
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError
    found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(found, list):
        raise ValueError
    return found
