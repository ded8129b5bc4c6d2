"""Where the next page of a search begins, as text that a caller hands back unread."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import NamedTuple

LONGEST = 200
_FAR = 10_000


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
        fields = json.dumps([self.query, self.as_of.isoformat(), self.revision, self.start], separators=(",", ":"))
        return urlsafe_b64encode(fields.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: object) -> Cursor | None:
        """What ``write`` wrote; None for None. Raises ``ValueError`` for all else."""
        if text is None or isinstance(text, Cursor):
            return text
        try:
            if not isinstance(text, str) or len(text) > LONGEST:
                raise ValueError
            query, day, revision, start = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            found = cls(query, date.fromisoformat(day), revision, start)
            if found.write() != text or type(start) is not int or not 0 <= start <= _FAR:
                raise ValueError
        except (ValueError, TypeError, RecursionError):
            raise ValueError("cursor 不對；請原樣使用上一頁給的") from None
        return found
