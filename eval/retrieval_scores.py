"""What was found for a question, held against its gold: documents, then the right law, article, 項 or 款, characters.

Documents are ranked by their best passage and the measures are those of ``eval.measures.ranking``, ties included. Any
one gold will do, so recall asks for ``gold_all`` where there is such, else for all that was ``judged`` relevant, else
whether any gold was found.

=======================  ==========================================================================================
``law_hit@10``           an article of a gold's law among the first 10 documents
``article_hit@10``       the article itself
``within_law_hit@1``     the article before all others of its law
``unit_hit@10``          a passage that holds the gold's 項 or 款 whole, among the first 10 passages
``span_recall@10``       characters of the gold's span that the first 10 passages cover / its characters
``span_precision@10``    the same / all characters that the first 10 passages cover (LegalBench-RAG, 2024)
=======================  ==========================================================================================

A measure is there only where the gold names what it is about, ``hole@10`` and ``bpref`` where documents were judged
beside the gold.
An answer of a system that lists nothing it found has none of them; one with an empty list scores 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from eval.folder import Asked
from eval.library import Library
from eval.measures.ranking import (
    Grades,
    Ranking,
    average_precision,
    bpref,
    capped_recall,
    hit,
    hole,
    listed,
    ndcg,
    recall,
    rr,
)
from eval.outputs import Output, Ranked
from eval.questions import Gold, JudgmentGold, LawGold, NewsGold
from eval.scores import Found, Metric, Problem, Share
from rag.units import find_unit

CUTOFFS = (1, 3, 5, 10)
K = 10
DEEP = 100
METRICS = (
    *(Metric(f"hit@{k}", "higher", f"前 {k} 份有標準答案") for k in CUTOFFS),
    Metric(f"recall@{DEEP}", "higher", f"前 {DEEP} 份找到的比例"),
    Metric(f"recall@{K}", "higher", f"前 {K} 份找到的比例"),
    Metric(f"capped_recall@{K}", "higher", f"前 {K} 份找到的比例（以 {K} 份為限）"),
    Metric(f"mrr@{K}", "higher", "第一個標準答案名次的倒數"),
    Metric("map", "higher", "平均精確率"),
    Metric(f"ndcg@{K}", "higher", f"前 {K} 份的 nDCG（線性增益）"),
    Metric("bpref", "higher", "判斷過的文件裡，相關的排在不相關之前（bpref）"),
    Metric(f"hole@{K}", "lower", f"前 {K} 份沒有人判斷過的比例"),
    Metric(f"law_hit@{K}", "higher", "找到正確的法規"),
    Metric(f"article_hit@{K}", "higher", "找到正確的條文"),
    Metric("within_law_hit@1", "higher", "同一部法規裡，正確條文排第一"),
    Metric(f"unit_hit@{K}", "higher", "找到正確的項款"),
    Metric(f"span_recall@{K}", "higher", "標準片段的字有找到的比例"),
    Metric(f"span_precision@{K}", "higher", "找到的字屬於標準片段的比例"),
)
EMPTY = Problem("retrieval", None, "這一題沒有檢索結果，以零分計")


class _Passage(NamedTuple):
    """``document``: the gold's key for a document that is gold, else its own; ``name`` tells passages apart."""

    name: str
    document: str
    found: Ranked


class _Stretch(NamedTuple):
    """Characters of a document that the same passages cover, and whether they are the gold's."""

    length: int
    covering: frozenset[str]
    golden: bool


def measure(question: Asked, output: Output, library: Library) -> Found:
    """The retrieval of one answer; nothing where the question has no gold, or the system lists nothing it found."""
    golds = (*question.gold, *question.gold_all)
    if not golds or output.retrieved is None:
        return Found()
    passages = [_Passage(str(place), _name(one, golds, library), one) for place, one in enumerate(output.retrieved)]
    values = _of_documents(question, listed((one.document, one.found.score) for one in passages))
    values |= _of_units(_wanted(question), passages, library)
    shares = {name: Share(value) for name, value in values.items()}
    return Found(shares | _of_spans(question, passages), () if passages else (EMPTY,))


def _by_passage(passages: Iterable[_Passage]) -> Ranking:
    return listed((one.name, one.found.score) for one in passages)


def _name(found: Ranked, golds: Sequence[Gold], library: Library) -> str:
    """A gold may name a document otherwise than by its key: a judgment by its number, a report by its address."""
    others = [gold for gold in golds if isinstance(gold, JudgmentGold | NewsGold)]
    if not others:
        return found.key
    stored = library.version(found.key, found.version) if any(isinstance(one, NewsGold) for one in others) else None
    document = stored or _Named(found.key)
    return next((gold.key for gold in others if gold.matches(document)), found.key)


class _Named(NamedTuple):
    """As much of a document as most golds look at."""

    key: str
    url: str = ""


def _wanted(question: Asked) -> tuple[Gold, ...]:
    return question.gold or question.gold_all


def _of_documents(question: Asked, found: Ranking) -> dict[str, float]:
    grades = {gold.key: 1 for gold in _wanted(question)} | question.judged
    needed = {gold.key: 1 for gold in question.gold_all} or (grades if question.judged else {})

    def share(of: Callable[[Ranking, Grades, int], float], k: int) -> float:
        return of(found, needed, k) if needed else hit(found, grades, k)

    return {
        **{f"hit@{k}": hit(found, grades, k) for k in CUTOFFS},
        f"recall@{DEEP}": share(recall, DEEP),
        f"recall@{K}": share(recall, K),
        f"capped_recall@{K}": share(capped_recall, K),
        f"mrr@{K}": rr(found, grades, K),
        "map": average_precision(found, grades),
        f"ndcg@{K}": ndcg(found, grades, K),
        **({"bpref": bpref(found, grades), f"hole@{K}": hole(found, grades, K)} if question.judged else {}),
        **_of_laws([gold for gold in _wanted(question) if isinstance(gold, LawGold)], found),
    }


def _of_laws(golds: Sequence[LawGold], found: Ranking) -> dict[str, float]:
    if not golds:
        return {}
    articles = {gold.key: 1 for gold in golds}
    laws = {f"law/{gold.pcode}/" for gold in golds}
    theirs = {law: [[key for key in tied if key.startswith(law)] for tied in found] for law in sorted(laws)}
    members = {key: 1 for inside in theirs.values() for tied in inside for key in tied}
    firsts = (hit([tied for tied in inside if tied], articles, 1) for inside in theirs.values())
    return {
        f"law_hit@{K}": hit(found, members, K),
        f"article_hit@{K}": hit(found, articles, K),
        "within_law_hit@1": max(firsts),
    }


def _of_units(golds: Iterable[Gold], passages: Sequence[_Passage], library: Library) -> dict[str, float]:
    wanted = [gold for gold in golds if isinstance(gold, LawGold) and gold.units]
    if not wanted:
        return {}
    held = {one.name: 1 for one in passages for gold in wanted if _holds(one, gold, library)}
    return {f"unit_hit@{K}": hit(_by_passage(passages), held, K)}


def _holds(passage: _Passage, gold: LawGold, library: Library) -> bool:
    found = passage.found
    if passage.document != gold.key or found.start is None or found.end is None:
        return False
    document = library.version(found.key, found.version)
    unit = find_unit(document.text, gold.units) if document else None
    return unit is not None and found.start <= unit.start and unit.end <= found.end


def _of_spans(question: Asked, passages: Sequence[_Passage]) -> dict[str, Share]:
    """Of what is needed together all, of alternatives the one found best; with ties, of the mean of the counts."""
    together = [gold for gold in question.gold_all if gold.start is not None]
    ways = [together] if together else [[gold] for gold in question.gold if gold.start is not None]
    if not ways:
        return {}
    golden = [gold for way in ways for gold in way]
    ranking = _by_passage(passages)
    # Each tie has one at least: what comes after the first 10 ties is not among the first 10 passages.
    near = {name for tied in ranking[:K] for name in tied}
    passages = [one for one in passages if one.name in near]
    stretches = {key: _stretches(key, golden, passages) for key in {one.document for one in passages}}
    chances = _Chances(ranking)
    covered = sum(one.length * chances.of(one) for inside in stretches.values() for one in inside)
    right = sum(one.length * chances.of(one) for inside in stretches.values() for one in inside if one.golden)
    recalls = (_recalled(way, passages, chances) for way in ways)
    shares = {f"span_recall@{K}": max(recalls, key=lambda share: share.value)}
    return shares | {f"span_precision@{K}": Share(right, covered) if covered else Share(0.0)}


class _Chances:
    """How likely a stretch is covered by the first 10 passages; 0 or 1 where none tie."""

    def __init__(self, ranking: Ranking) -> None:
        self._ranking = ranking
        self._known: dict[frozenset[str], float] = {}

    def of(self, stretch: _Stretch) -> float:
        covering = stretch.covering
        if covering not in self._known:
            self._known[covering] = hit(self._ranking, dict.fromkeys(covering, 1), K)
        return self._known[covering]


def _recalled(golds: Sequence[Gold], passages: Sequence[_Passage], chances: _Chances) -> Share:
    inside = [one for key in {gold.key for gold in golds} for one in _stretches(key, golds, passages) if one.golden]
    return Share(sum(one.length * chances.of(one) for one in inside), sum(one.length for one in inside))


def _stretches(document: str, golds: Iterable[Gold], passages: Iterable[_Passage]) -> list[_Stretch]:
    """A document cut wherever a gold or a passage of it begins or ends."""
    golden = [(gold.start or 0, gold.end or 0) for gold in golds if gold.key == document]
    spans = {
        one.name: (one.found.start, one.found.end)
        for one in passages
        if one.document == document and one.found.start is not None and one.found.end is not None
    }
    cuts = sorted({at for span in [*golden, *spans.values()] for at in span})
    return [
        _Stretch(
            end - start,
            frozenset(name for name, span in spans.items() if span[0] <= start and end <= span[1]),
            any(first <= start and end <= last for first, last in golden),
        )
        for start, end in pairwise(cuts)
    ]
