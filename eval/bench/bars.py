"""Everything the benchmark measures, once: its name, what it is, and the bar it is held to."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from eval.bench.sources import RELATIONS, SOURCES
from eval.mutate import MUTATORS
from eval.mutate_answers import AIMS

Comparison = Literal["<=", ">=", ">", "=="]
_COMPARE: Mapping[Comparison, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """``Bar("<=", 30)``: the value measured must not be over 30."""

    comparison: Comparison
    value: float

    def holds(self, measured: float) -> bool:
        return _COMPARE[self.comparison](measured, self.value)

    def __str__(self) -> str:
        return f"{self.comparison} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: measured by ``step``; without a bar it is only reported."""

    name: str
    step: str
    what: str
    bar: Bar | None = None


NONE = Bar("==", 0)
ALL = Bar("==", 1)


def _of_source(source: str) -> Iterator[Measure]:
    name = source.replace("-", "_")
    yield Measure(f"{name}_documents", "sources", f"{source}: documents", Bar(">", 0))
    yield Measure(f"{name}_skipped", "sources", f"{source}: skipped, with their reasons")
    yield Measure(f"{name}_failed", "sources", f"{source}: failed", NONE)
    yield Measure(f"{name}_s", "sources", f"{source}: → searchable beside all others, s")
    yield Measure(f"{name}_cpu_s", "sources", f"{source}: processor time of all its processes, s")
    yield Measure(f"{name}_peak_mb", "sources", f"{source}: peak memory of any process, MB")
    yield Measure(f"{name}_again_written", "sources_again", f"{source}: the same again, written", NONE)


def _throughput(name: str, what: str, unit: str, bar: float) -> Iterator[Measure]:
    rate = f"throughput_{name}_per_s"
    yield Measure(rate, "throughput", f"{what}, parse → searchable on 2 cores, {unit}/s", Bar(">=", bar))
    yield Measure(f"throughput_{name}_s", "throughput", "the same, from start to exit, s")
    yield Measure(f"throughput_{name}_inside_s", "throughput", "the same, less what a run of one small text takes, s")
    yield Measure(f"throughput_{name}_cpu_s", "throughput", "the same, processor time of all its processes, s")
    yield Measure(f"throughput_{name}_peak_mb", "throughput", "the same, peak memory of any process, MB")


def _drafts(name: str, what: str) -> Iterator[Measure]:
    yield Measure(f"{name}_n", "drafts", f"{what}: drafts that are true to their sources", Bar(">=", 150))
    yield Measure(f"{name}_laws", "drafts", "the same, laws they rest on", Bar(">=", 60))
    yield Measure(f"{name}_paraphrases", "drafts", "the same, share under 60 % of character pairs", Bar(">=", 0.5))
    yield Measure(f"{name}_harmed", "drafts", "the same, share with a sentence that is not proved", Bar("<=", 0.02))
    yield Measure(f"{name}_lost", "drafts", "the same, share with a sentence told in no words at all", Bar("<=", 0.02))
    yield Measure(f"{name}_moved", "drafts", "the same in another spelling, share judged otherwise", Bar("<=", 0.02))
    yield Measure(f"{name}_mutated", "drafts", f"{what}: drafts made false", Bar(">=", 500))
    for kind in MUTATORS:
        yield Measure(f"{name}_caught_{kind}", "drafts", f"the same, share caught: {kind}", Bar(">=", 0.95))


def _flips(n: int) -> Iterator[Measure]:
    what = f"two runs of one system, {n} questions, 5 % flips"
    yield Measure(f"flips_{n}_ours", "evaluation", f"{what}: share failed by the gate", Bar("<=", 0.05))
    yield Measure(f"flips_{n}_test", "evaluation", "the same, by its test without a margin", Bar("<=", 0.05))
    yield Measure(f"flips_{n}_fixed", "evaluation", "the same, by a fixed margin of one point")
    yield Measure(f"flips_{n}_caught", "evaluation", "truly worse by twice the margin: share failed", Bar(">=", 0.95))


def _mutations() -> Iterator[Measure]:
    yield Measure("mutations_n", "mutations", "good answers made bad", Bar(">=", 500))
    yield Measure("mutations_lower", "mutations", "the same, share that scores lower", Bar(">=", 0.95))
    yield Measure("mutations_moved", "mutations", "good answers said otherwise, share with a figure moved", NONE)
    for kind in AIMS:
        yield Measure(f"mutations_{kind}", "mutations", f"made bad, share that scores lower: {kind}", Bar(">=", 0.95))


MEASURES: tuple[Measure, ...] = (
    Measure("laws_load_s", "load", "both bulk files → searchable, embedding and all, s", Bar("<=", 240)),
    Measure("laws_load_peak_mb", "load", "the same, peak memory of any process, MB", Bar("<=", 3000)),
    Measure("laws_load_written", "load", "the same, written", Bar(">", 0)),
    Measure("laws_load_failed", "load", "the same, failed", NONE),
    Measure("laws_again_written", "again", "the same files again, written", NONE),
    Measure("laws_again_s", "again", "the same, s"),
    Measure("lay_hit1", "retrieval", "hit@1, lay_statutes", Bar(">=", 0.55)),
    Measure("lay_hit10", "retrieval", "hit@10, lay_statutes", Bar(">=", 0.85)),
    Measure("lay2_hit1", "retrieval", "hit@1, lay_statutes_2"),
    Measure("lay2_hit10", "retrieval", "hit@10, lay_statutes_2"),
    Measure("labor_hit1", "retrieval", "hit@1, labor_bureau"),
    Measure("labor_hit10", "retrieval", "hit@10, labor_bureau"),
    Measure("lay_recall100", "retrieval", "recall@100, lay_statutes"),
    Measure("asking_first_ms", "asking", "retrieval in a new process: first question, ms", Bar("<=", 1000)),
    Measure("asking_p50_ms", "asking", "the same, later ones, p50, ms", Bar("<=", 12)),
    Measure("asking_p99_ms", "asking", "the same, p99, ms", Bar("<=", 30)),
    Measure("asking_rss_mb", "asking", "the same, memory at the end, MB", Bar("<=", 900)),
    Measure("asking_peak_mb", "asking", "the same, peak memory, MB"),
    Measure("cold_start_s", "cold_start", "youju-ask in a new process, median of 5, s", Bar("<=", 2.5)),
    Measure("references_right", "references", "2,000 article references in 6 styles, share right", Bar(">=", 0.995)),
    Measure("references_wrong", "references", "the same, wrong identities", NONE),
    Measure("references_missing", "references", "the same, nothing found", NONE),
    Measure("quotes_answers", "quotes", "answers checked for their quotes", Bar(">=", 300)),
    Measure("quotes_citations", "quotes", "the same, citations", Bar(">", 0)),
    Measure("quotes_verbatim", "quotes", "the same, share of quotes verbatim", ALL),
    Measure("quotes_invented", "quotes", "the same, invented citations", NONE),
    Measure("quotes_unread", "quotes", "the same, sentences citing nothing", NONE),
    Measure("quotes_unflagged", "quotes", "the same, status not said", NONE),
    Measure("quotes_over_refusal", "quotes", "the same, share refused"),
    Measure("traps_n", "traps", "traps: no such article, no such law, repealed", Bar(">", 0)),
    Measure("traps_state_ok", "traps", "the same, share as expected", ALL),
    Measure("deleted_n", "deleted", "deleted articles asked for", Bar(">=", 60)),
    Measure("deleted_state_ok", "deleted", "the same, share as expected", ALL),
    Measure("peer_bm25s_hit10", "peers", "hit@10 of bm25s, default tokenizer, lay_statutes"),
    Measure("peer_bm25s_p50_ms", "peers", "the same, p50, ms"),
    Measure("peer_bm25s_jieba_hit10", "peers", "hit@10 of bm25s with jieba, lay_statutes"),
    Measure("peer_bm25s_jieba_p50_ms", "peers", "the same, p50, ms"),
    Measure("peer_llamaindex_hit10", "peers", "hit@10 of LlamaIndex BM25Retriever, lay_statutes"),
    Measure("peer_llamaindex_p50_ms", "peers", "the same, p50, ms"),
    Measure("lay_hit10_over_best_peer", "peers", "hit@10 less that of the best peer", Bar(">", 0)),
    Measure("drcd_n", "drcd", "questions on an encyclopedia of 1,000 paragraphs", Bar(">", 0)),
    Measure("drcd_ndcg10", "drcd", "the same, nDCG@10", Bar(">=", 0.972)),
    Measure("drcd_bm25_ndcg10", "drcd", "the same, BM25 over characters and pairs, paragraphs with titles"),
    Measure("drcd_over_bm25", "drcd", "nDCG@10 less that of BM25"),
    Measure("drcd_below_p", "drcd", "the same, chance of so low a figure were both alike", Bar(">", 0.05)),
    Measure("drcd_above_p", "drcd", "the same, of so high a one"),
    Measure("drcd_contains", "drcd", "the same questions, share whose answer holds the span", Bar(">=", 0.6)),
    Measure("drcd_answered", "drcd", "the same, share answered"),
    Measure("drcd_answer_chars", "drcd", "the same, characters of an answer"),
    Measure("history_load_s", "history", "law history → searchable, s"),
    Measure("history_load_peak_mb", "history", "the same, peak memory of any process, MB", Bar("<=", 2500)),
    Measure("asof_n", "asof", "as-of questions", Bar(">", 0)),
    Measure("asof_exact", "asof", "the same, exact text of the day", Bar(">=", 0.97)),
    Measure(
        "deferrals_right", "deferrals", "3 deferred amendments, both sides of the day: texts right, of 6", Bar("==", 6)
    ),
    Measure("deferrals_differ", "deferrals", "the same, texts that differ, of 3", Bar("==", 3)),
    Measure("changed_searchable_s", "changed", "one changed article in new bulk files → searchable, s", Bar("<=", 10)),
    Measure("changed_written", "changed", "the same, rows written", Bar("<=", 12)),
    Measure("changed_found", "changed", "the same, found by its new words", ALL),
    *chain.from_iterable(map(_of_source, SOURCES)),
    Measure("sources_unlisted", "sources", "all sources: skipped without a reason listed", NONE),
    Measure("sources_again_s", "sources_again", "all sources again, s"),
    *(Measure(f"links_{relation}", "links", f"links: {relation}") for relation in RELATIONS),
    Measure("judgments_n", "judgments", "judgments looked at", Bar(">", 0)),
    Measure("judgments_holding", "judgments", "the same, share whose 主文 is found", Bar(">=", 0.99)),
    Measure("judgments_articles_n", "judgments", "articles they name with their law", Bar(">", 0)),
    Measure("judgments_articles", "judgments", "the same, share resolved to an article that is there", Bar(">=", 0.9)),
    Measure("similar_hit10", "similar", "hit@10 among all sources, similar_judgments"),
    Measure("similar_bm25_hit10", "similar", "the same, plain BM25 over the judgments' passages"),
    Measure("similar_over_bm25", "similar", "hit@10 less that of BM25", Bar(">=", 0)),
    Measure("interpretations_hit1", "interpretations", "hit@1, interpretations without their issue", Bar(">=", 0.90)),
    Measure("interpretations_hit10", "interpretations", "hit@10, the same", Bar(">=", 0.96)),
    Measure("interpretations_with_issue_hit1", "interpretations", "hit@1, interpretations with their issue"),
    Measure("interpretations_with_issue_hit10", "interpretations", "hit@10, the same"),
    Measure("all_lay_hit1", "retrieval_all", "hit@1 among all sources, lay_statutes", Bar(">=", 0.55)),
    Measure("all_lay_hit10", "retrieval_all", "hit@10 among all sources, lay_statutes", Bar(">=", 0.85)),
    Measure("all_lay2_hit1", "retrieval_all", "hit@1 among all sources, lay_statutes_2"),
    Measure("all_lay2_hit10", "retrieval_all", "hit@10 among all sources, lay_statutes_2"),
    Measure("all_labor_hit1", "retrieval_all", "hit@1 among all sources, labor_bureau"),
    Measure("all_labor_hit10", "retrieval_all", "hit@10 among all sources, labor_bureau"),
    Measure("all_lay_recall100", "retrieval_all", "recall@100 among all sources, lay_statutes"),
    Measure("asking_all_first_ms", "asking_all", "in a new process among all sources: first question, ms"),
    Measure("asking_all_p50_ms", "asking_all", "the same, later ones, p50, ms"),
    Measure("asking_all_p99_ms", "asking_all", "the same, p99, ms"),
    Measure("asking_all_rss_mb", "asking_all", "the same, memory at the end, MB"),
    Measure("asking_all_peak_mb", "asking_all", "the same, peak memory, MB"),
    Measure("tier_n", "tier", "answers scored without a model", Bar(">=", 3500)),
    Measure("tier_s", "tier", "the same, by two processes, from their start, s", Bar("<=", 5)),
    Measure("tier_cpu_s", "tier", "the same, processor time of all processes, s"),
    Measure("tier_summary_s", "tier", "the same, summed up with all intervals, s"),
    Measure("service_per_s", "service", "/v1/ask, two workers, 16 connections, requests/s", Bar(">=", 80)),
    Measure("service_p50_ms", "service", "the same, p50, ms"),
    Measure("service_p99_ms", "service", "the same, p99, ms", Bar("<=", 400)),
    Measure("service_errors", "service", "the same, errors", NONE),
    Measure("service_cpu_ms", "service", "the same, processor time of all workers a request, ms"),
    Measure("service_rss_start_mb", "service", "the same, memory of all processes at the start, MB"),
    Measure("service_rss_end_mb", "service", "the same, at the end, MB"),
    Measure("service_rss_growth", "service", "the same, end over start", Bar("<=", 1.2)),
    Measure("switching_per_s_alone", "switching", "/v1/ask over a copy of the data, requests/s"),
    Measure("switching_p99_alone_ms", "switching", "the same, p99, ms"),
    Measure("switching_per_s", "switching", "the same beside an ingest and a switch of the index, requests/s"),
    Measure("switching_p99_ms", "switching", "the same, p99, ms"),
    Measure("switching_p99_ratio", "switching", "the same, p99 over that without an ingest", Bar("<=", 2)),
    Measure("switching_max_ms", "switching", "the same, slowest, ms"),
    Measure("switching_errors", "switching", "the same, errors", NONE),
    Measure("switching_ingest_s", "switching", "the same, 5,000 items and an amended law → searchable, s"),
    Measure(
        "switching_generations", "switching", "the same, generations of the index that came into use", Bar(">=", 2)
    ),
    Measure("switching_found", "switching", "the same, searches that find the new text afterwards", ALL),
    *_drafts("drafts", "drafts"),
    *_drafts("held", "drafts held out"),
    *_drafts("free", "freer drafts held out"),
    Measure("proof_n", "proof", "answers of ten sentences over six sources proved", Bar(">", 0)),
    Measure("proof_p50_ms", "proof", "the same, p50, ms", Bar("<=", 50)),
    Measure("proof_p95_ms", "proof", "the same, p95, ms"),
    Measure("removal_strings", "removal", "a judgment removed: strings of it looked for", Bar(">=", 3)),
    Measure("removal_found_before", "removal", "the same, found in the files before", Bar(">", 0)),
    Measure("removal_found", "removal", "the same, found in any file after", NONE),
    Measure("removal_versions", "removal", "the same, brought back by the old archive", NONE),
    Measure("removal_tombstone", "removal", "the same, tombstone", ALL),
    Measure("removal_s", "removal", "the same, s"),
    *_throughput("judgments", "judgments", "documents", 100),
    *_throughput("gazette", "Legislative Yuan's gazette", "MB of text", 2),
    *_throughput("feeds", "feeds of made-up items", "items", 500),
    Measure("throughput_start_s", "throughput", "a run of one small text into an empty folder, s"),
    *chain.from_iterable(map(_flips, (200, 500))),
    *_mutations(),
    Measure("bootstrap_s", "evaluation", "10,000 samples of 4,000 clusters and their interval, s", Bar("<=", 1)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure with what came of it; ``ok`` is ``None`` where there is no bar."""

    measure: Measure
    value: float | None
    note: str = ""

    @property
    def ok(self) -> bool | None:
        if self.measure.bar is None:
            return None
        return self.value is not None and self.measure.bar.holds(self.value)

    def cells(self) -> tuple[str, str, str, str]:
        """What stands in the table: what, bar, measured, ok."""
        bar = str(self.measure.bar) if self.measure.bar else "–"
        shown = f"{self.value:.4g}" if self.value is not None else self.note
        # Whole numbers keep all their digits: 155,851 is not 1.559e+05.
        if self.value is not None and self.value == int(self.value):
            shown = f"{int(self.value):,}"
        return self.measure.what, bar, shown, {True: "yes", False: "NO", None: "–"}[self.ok]

    def as_record(self) -> dict[str, object]:
        bar = str(self.measure.bar) if self.measure.bar else None
        return {
            "name": self.measure.name,
            "what": self.measure.what,
            "bar": bar,
            "measured": self.value,
            "ok": self.ok,
            "note": self.note,
        }


def rows(measured: Mapping[str, float], notes: Mapping[str, str], steps: frozenset[str]) -> tuple[Row, ...]:
    """A row for every measure of the steps that ran; what was not measured says why (``notes``, by name or by step)."""
    wanted = (measure for measure in MEASURES if measure.step in steps)
    return tuple(
        Row(measure, measured.get(measure.name), notes.get(measure.name) or notes.get(measure.step, "not measured"))
        if measure.name not in measured
        else Row(measure, measured[measure.name])
        for measure in wanted
    )
