"""The LYAPI as far as laws need it: filters with Chinese names, pages, a window of ten thousand rows; faults on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.ingest.web_server import Act, Handler

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
WINDOW = 10_000


def lyapi(tables: Tables, counted: Mapping[str, int] | None = None) -> Act:
    """``tables`` by type; ``counted`` says how many rows a type claims to have for a law as a whole."""

    def act(handler: Handler) -> None:
        parts = urlsplit(handler.path)
        kind = parts.path.rsplit("/", 1)[-1]
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        limit, page = int(asked.pop("limit", "100")), int(asked.pop("page", "1"))
        if kind not in tables:
            handler.reply(404, b'{"error":true,"message":"not found"}')
            return
        if limit * page > WINDOW:
            handler.reply(413, b'{"error":true,"message":"Result window is too large"}')
            return
        rows = [row for row in tables[kind] if all(row.get(name) == value for name, value in asked.items())]
        total = (counted or {}).get(kind, len(rows)) if "版本編號" not in asked else len(rows)
        shown = rows[(page - 1) * limit : page * limit]
        answer = {"total": total, "page": page, "limit": limit, "filter": asked, kind.replace("_", ""): shown}
        handler.reply(200, json.dumps(answer).encode(), Content_Type="application/json")

    return act
