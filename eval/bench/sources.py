"""Every other source, one command each into the folder that holds the laws, and the same again."""

from __future__ import annotations

from collections.abc import Mapping

from eval.bench.ground import Ground, StepFailed, module_command
from eval.bench.process import run
from eval.bench.stored import link_counts
from eval.bench.taken import Taken, take_in
from rag.store import Store

# What of the real data is a source's.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "judgments": ("judicial/judgments.zip",),
    "interpretations": ("judicial/interpretations.zip", "judicial/constitutional_2022_2026.json"),
    "gazette-ly": ("ly/gazette_text.zip",),
    "ly-laws": ("ly/laws.jsonl.xz",),
    "bills": ("ly/bill_articles.jsonl.xz",),
    "gazette-ey": ("ey/gazette_days.zip",),
    "news": ("news",),
    "passages": ("questions/drcd_paragraphs.jsonl",),
}
RELATIONS = ("cites", "reason_of", "history_of", "amends", "reviews", "same_story", "part_of")


def sources(ground: Ground) -> dict[str, float]:
    measured: dict[str, float] = {}
    unlisted = 0
    for name in SOURCES:
        taken = take_source(ground, name)
        unlisted += max(taken.left_out - _listed(ground, name), 0) if taken.left_out else 0
        measured |= named(name, documents=taken.documents, skipped=taken.left_out, failed=len(taken.failed))
        measured |= named(name, s=taken.seconds, cpu_s=taken.cpu_s, peak_mb=taken.peak_mb)
    return measured | {"sources_unlisted": unlisted}


def sources_again(ground: Ground) -> dict[str, float]:
    measured: dict[str, float] = {}
    seconds = 0.0
    for name in SOURCES:
        taken = take_source(ground, name)
        seconds += taken.seconds
        measured |= named(name, again_written=taken.written)
    return measured | {"sources_again_s": seconds}


def links(ground: Ground) -> dict[str, float]:
    with ground.open_store() as store:
        return count_links(store)


def count_links(store: Store) -> dict[str, float]:
    counts = link_counts(store)
    return {f"links_{relation}": counts.get(relation, 0) for relation in RELATIONS}


def take_source(ground: Ground, name: str, *options: str) -> Taken:
    return take_in(name, [ground.file(path) for path in SOURCES[name]], ground.data, *options)


def named(source: str, **values: float) -> dict[str, float]:
    """``named("gazette-ly", s=1.0) == {"gazette_ly_s": 1.0}``"""
    return {f"{source.replace('-', '_')}_{name}": value for name, value in values.items()}


def _listed(ground: Ground, name: str) -> int:
    """How many documents ``youju-ingest skipped`` lists with a reason."""
    finished = run(module_command("ingest", "skipped", name, "--data", str(ground.data)))
    if finished.code:
        raise StepFailed(f"youju-ingest skipped {name}: exit {finished.code}: {finished.stderr.strip()[-200:]}")
    return with_reason(finished.stdout)


def with_reason(listed: str) -> int:
    """Lines of ``key⇥state⇥reason`` that give one."""
    rows = (line.split("\t") for line in listed.splitlines())
    return sum(len(row) == 3 and bool(row[2].strip()) for row in rows)
