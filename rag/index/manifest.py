"""What an index says of itself: which text it was made from, when, and by which segmenter and embedder."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field

from rag.errors import IndexMismatch, SearchIndexError

LAYOUT = 3


@dataclass(frozen=True, slots=True)
class Manifest:
    """``searched``: passages are found by their meaning too, not by their terms alone."""

    segmenter: str
    revision: str
    count: int
    shards: int = 1
    embedder: str = ""
    searched: bool = False
    layout: int = LAYOUT
    built: float = field(default=0.0, compare=False)

    def dump(self) -> str:
        return json.dumps(asdict(self) | {"built": round(time.time(), 3)}, ensure_ascii=False)

    @staticmethod
    def load(text: str, segmenter: str, embedder: str = "") -> Manifest:
        """Raises ``IndexMismatch`` for an index of another layout or made with another segmenter or embedder."""
        try:
            found = json.loads(text)
            made = (found["segmenter"], found.get("embedder", ""), found["layout"])
            if made == (segmenter, embedder, LAYOUT):
                return Manifest(**found)
        except (KeyError, TypeError, ValueError) as error:
            raise SearchIndexError(f"索引的說明檔壞了（{error}），請執行 youju-ingest rebuild-index") from error
        raise IndexMismatch(
            f"索引是以 {_makers(*made)} 建立，現在用 {_makers(segmenter, embedder, LAYOUT)}；"
            "請執行 youju-ingest rebuild-index"
        )


def _makers(segmenter: str, embedder: str, layout: int) -> str:
    return "、".join(filter(None, (segmenter, embedder, f"格式 {layout}")))
