"""Runs on the disk, as short as they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eval.folder import Manifest, RunFolder
from eval.scores import Item, Metric, Share

HIT = Metric("hit@10", "higher", "前十名命中")
F1 = Metric("f1_bag", "higher", "F1")
INVENTED = Metric("invented", "lower", "虛構引用")
METRICS = (HIT, F1, INVENTED)


def item(id: str, repeat: int = 0, cluster: str = "", slices: Mapping[str, str] | None = None, **shares: Any) -> Item:
    """``item("q1", hit=1, invented=(0, 3))``."""
    names = {"hit": HIT.name, "f1": F1.name, "invented": INVENTED.name}
    made = {names[name]: Share(*value) if isinstance(value, tuple) else Share(value) for name, value in shares.items()}
    return Item(id, repeat, cluster, slices or {}, "answered", "", 0.0, made)


def run(path: Path, items: Iterable[Item], **changes: Any) -> RunFolder:
    manifest = {"system": "engine", "corpus": {"revision": 7}, "versions": {"scorer": "1"}, "sets": {"lay": "ab"}}
    folder = RunFolder.make(path)
    folder.put_manifest(Manifest.model_validate(manifest | changes))
    folder.put_items(items)
    folder.put_summary({})
    return folder
