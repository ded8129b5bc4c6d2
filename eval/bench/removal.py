"""A judgment is taken back: afterwards no stretch of it stands in any file of the data folder."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick

from eval.bench.exact import SEED
from eval.bench.ground import Ground, StepFailed
from eval.bench.sources import take_source
from eval.bench.stored import has_tombstone, kept, kept_of, texts_but
from eval.bench.taken import take_in
from rag.domain import Document
from rag.holdings import since
from rag.store import Store

LENGTH = 20
STRINGS = 30
LEAST = 3
CANDIDATES = 300
LONG = 3_000
ENCODINGS = ("utf-8", "utf-16-le")
PIECE = 1 << 26
# No string is longer than this in any of the encodings.
_OVERLAP = 4 * LENGTH


def removal(ground: Ground) -> dict[str, float]:
    """By the court's list of deletions; then the old archive, which still holds it, comes once more."""
    with ground.open_store() as store:
        judgment = _drawn(since(store, "judgments", ""))
        strings = own_strings(store, judgment)
        wanted = [text.encode(encoding) for text in strings for encoding in ENCODINGS] + slices(
            kept_of(store, judgment.key)
        )
    before = found_in(pieces(ground.data), wanted)
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        taken = take_in("judgments", [write_deletions(Path(folder) / "deleted.csv", judgment)], ground.data)
    take_source(ground, "judgments")
    with ground.open_store() as store:
        after = found_in(chain(pieces(ground.data), kept(store)), wanted)
        return {
            "removal_strings": len(strings),
            "removal_found_before": before,
            "removal_found": after,
            "removal_versions": len(store.versions(judgment.key)),
            "removal_tombstone": float(has_tombstone(store, judgment.key)),
            "removal_s": taken.seconds,
        }


def own_strings(store: Store, judgment: Document) -> list[str]:
    """Stretches of a judgment, drawn by chance and the same every time, that stand in no other document.

    Raises ``StepFailed`` when there are fewer than three.
    """
    text = judgment.text
    places = [at for at in range(0, len(text) - LENGTH + 1, LENGTH) if not _has_space(text[at : at + LENGTH])]
    drawn = random.Random(SEED).sample(places, min(CANDIDATES, len(places)))
    candidates = list(dict.fromkeys(text[at : at + LENGTH] for at in drawn))
    matcher = AhoCorasick(candidates)
    # Overlapping: where a text repeats itself, one stretch must not hide another.
    found = (matcher.find_matches_as_indexes(other, overlapping=True) for other in texts_but(store, judgment.key))
    elsewhere = {place for matches in found for place, *_ in matches}
    own = [one for place, one in enumerate(candidates) if place not in elsewhere][:STRINGS]
    if len(own) < LEAST:
        raise StepFailed(f"{judgment.key}: only {len(own)} strings that no other document holds")
    return own


def slices(body: bytes) -> list[bytes]:
    """Stretches of something packed, from its first, middle and last quarter."""
    places = (len(body) // 4, len(body) // 2, len(body) * 3 // 4)
    return [body[at : at + LENGTH] for at in places if len(body) >= 4 * LENGTH]


def found_in(parts: Iterable[bytes], wanted: Sequence[bytes]) -> int:
    """How many of these stand anywhere in the parts."""
    matcher = BytesAhoCorasick(wanted)
    return len({place for part in parts for place, *_ in matcher.find_matches_as_indexes(part, overlapping=True)})


def pieces(folder: Path, size: int = PIECE) -> Iterator[bytes]:
    """The bytes of every file below a folder, piece by piece; pieces overlap, so that no string is cut in two."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            tail = b""
            while piece := file.read(size):
                yield tail + piece
                tail = piece[-_OVERLAP:]


def write_deletions(path: Path, judgment: Document) -> Path:
    """The Judicial Yuan's list of what was deleted, with this judgment as its only row."""
    jid = judgment.key.partition("/")[2]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["刪除日期", "裁判日期年月", "法院名稱", "裁判ID"])
        rows.writerow([f"{date.today():%Y%m%d}", f"{judgment.valid_from:%Y%m}", judgment.facts.get("court", ""), jid])
    return path


def _drawn(stored: Sequence[Document]) -> Document:
    long = [one for one in stored if len(one.text) >= LONG] or list(stored)
    if not long:
        raise StepFailed("no judgment in the store")
    return random.Random(SEED).choice(long)


def _has_space(text: str) -> bool:
    return any(character.isspace() for character in text)
