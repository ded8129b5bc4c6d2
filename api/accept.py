"""What a client would rather read, by its ``Accept``."""

from __future__ import annotations

import re

from api.problems import MEDIA_TYPE

_JSON = ("application/json", MEDIA_TYPE)
# text/html;q=0.9
_QUALITY = re.compile(r"\bq=([01](?:\.[0-9]{0,3})?)")


def prefers_page(accept: str) -> bool:
    """Whether an ``Accept`` names ``text/html``, and no JSON that is as welcome: ``text/html,*/*;q=0.8``."""
    welcome: dict[str, float] = {}
    for one in accept.lower().split(","):
        kind, _, more = one.partition(";")
        quality = _QUALITY.search(more)
        welcome[kind.strip()] = float(quality[1]) if quality else 1.0
    return welcome.get("text/html", 0.0) > max(welcome.get(one, 0.0) for one in _JSON)
