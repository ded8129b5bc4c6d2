"""What a data folder holds and lacks, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from rag.store import Store

_SHOWN = 3
_LABELS = {
    "laws": "法規", "articles": "條文", "versions": "條文版本", "passages": "段落", "translations": "英譯條文",
    "revision": "資料庫修訂號", "indexed": "索引內的段落", "index_revision": "索引修訂號",
}  # fmt: skip


def tables(store: Store, found: Mapping[str, Any]) -> list[Table]:
    whole = Table("項目", "數量", title="有據")
    for name, value in found.items():
        if name in _LABELS:
            whole.add_row(_LABELS[name], f"{value:,}" if isinstance(value, int) else str(value))
    for release in store.releases("laws"):
        private = f"，造字 {sum(release.private_use.values())} 次 {len(release.private_use)} 種"
        whole.add_row(release.member, f"{release.published}，{release.records:,} 部、{release.articles:,} 條{private}")
    return [whole, _by_source(found["sources"])]


def _by_source(sources: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("來源", "文件", "起", "迄", "最近收到", "略過", "失敗", "缺漏", title="各來源")
    for name, about in sorted(sources.items()):
        gaps = about["holes"]
        more = f" 等 {len(gaps):,} 段" if len(gaps) > _SHOWN else ""
        table.add_row(
            name, f"{about['documents']:,}", about["from"], about["to"], about.get("seen", ""),
            f"{about.get('skipped', 0):,}", f"{about.get('failed', 0):,}", "、".join(gaps[:_SHOWN]) + more,
        )  # fmt: skip
    return table
