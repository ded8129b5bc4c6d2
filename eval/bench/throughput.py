"""How fast sources are taken in, from parse to searchable: a whole process each, on two cores, into an empty folder."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from eval.bench.feeds import write_feeds
from eval.bench.ground import Ground, StepFailed
from eval.bench.taken import Taken, take_in

CORES = 2
MB = 1_000_000
TEXT = "借用人應於約定期限內，返還與借用物種類、品質、數量相同之物；未定返還期限者，得隨時返還。"


class Work(NamedTuple):
    """``amount`` is how much there is of what the rate counts, ``None`` for documents."""

    source: str
    path: Path
    amount: float | None = None


def throughput(ground: Ground) -> dict[str, float]:
    judgments, gazette = ground.file("judicial/judgments.zip"), ground.file("ly/gazette_text.zip")
    with _folder() as folder:
        feeds = folder / "feeds"
        items = write_feeds(feeds)
        start = _taken(Work("passages", _one_text(folder / "text.jsonl"))).seconds
        measured = _rates("judgments", Work("judgments", judgments), start)
        measured |= _rates("gazette", Work("gazette-ly", gazette, text_bytes(gazette) / MB), start)
        measured |= _rates("feeds", Work("news", feeds), start, items)
    return measured | {"throughput_start_s": start}


def text_bytes(archive: Path) -> int:
    """How long the texts in a ZIP are, unpacked."""
    with zipfile.ZipFile(archive) as members:
        return sum(one.file_size for one in members.infolist() if one.filename.endswith(".txt"))


def _rates(name: str, work: Work, start: float, expected: int | None = None) -> dict[str, float]:
    taken = _taken(work)
    if expected is not None and taken.documents != expected:
        raise StepFailed(f"{work.source}: {taken.documents} documents of {expected} items")
    amount = taken.documents if work.amount is None else work.amount
    values = {
        "per_s": amount / taken.seconds,
        "s": taken.seconds,
        "inside_s": taken.seconds - start,
        "cpu_s": taken.cpu_s,
        "peak_mb": taken.peak_mb,
    }
    return {f"throughput_{name}_{what}": value for what, value in values.items()}


def _taken(work: Work) -> Taken:
    with _folder() as data:
        return take_in(work.source, [work.path], data, cores=CORES)


def _one_text(path: Path) -> Path:
    path.write_text(json.dumps({"id": "1", "title": "測試", "text": TEXT}, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        yield Path(folder)
