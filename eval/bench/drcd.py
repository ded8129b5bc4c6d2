"""The paragraphs of a reading set as the only source: is the right one found, and does the answer hold what was marked?

BM25 over single characters and pairs of them is the bar that retrieval without a trained model has to reach there. It
gets what Youju has, each paragraph under its title, and the settings bm25s comes with.
"""

from __future__ import annotations

import importlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from eval.bench.ground import Ground, StepFailed
from eval.bench.taken import take_in
from eval.measures.ranking import Ranking, by_score, ndcg
from eval.outputs import Output, of_answer
from eval.questions import Question
from eval.reading import longest, tokens
from eval.retrieval import evaluate
from eval.stats.bootstrap import cluster_sums
from eval.stats.paired import permutation
from rag.build import open_engine
from rag.segment import Grams
from rag.settings import load_settings

K = 10
PARAGRAPHS = "questions/drcd_paragraphs.jsonl"

# question → the keys of the paragraphs found, those of one score together.
Search = Callable[[str], Ranking]


class Paragraph(NamedTuple):
    key: str
    title: str
    text: str


class Measured(NamedTuple):
    """One question: nDCG@10 of Youju and of BM25, how long the answer is, and whether it holds what was marked."""

    ours: float
    theirs: float
    length: int
    right: bool


def drcd(ground: Ground) -> dict[str, float]:
    asked = ground.questions("drcd_questions")
    search = bm25(list(_paragraphs(ground.file(PARAGRAPHS))))
    with tempfile.TemporaryDirectory(prefix="youju-drcd-") as folder:
        take_in("passages", [ground.file(PARAGRAPHS)], Path(folder))
        with open_engine(load_settings(data=Path(folder))) as engine:
            scored, _ = evaluate(asked, engine)
            answers = [of_answer(question.id, engine.ask(question.question)) for question in asked]
    ours = {one.question.id: one.scores[f"ndcg@{K}"] for one in scored}
    theirs = [ndcg(search(one.question), {gold.key: 1 for gold in one.gold}, K) for one in asked]
    return summarise(
        asked,
        [
            Measured(ours[question.id], other, len(output.answer), holds(output, question))
            for question, other, output in zip(asked, theirs, answers, strict=True)
        ],
    )


def holds(output: Output, question: Question) -> bool:
    """Whether an answer has one of the spans that people marked, in one piece."""
    said = tokens(output.answer)
    return any(longest(gold, said) == len(gold) for gold in map(tokens, question.answers) if gold)


def summarise(asked: Sequence[Question], found: Sequence[Measured]) -> dict[str, float]:
    """``drcd_below_p``: how likely chance alone puts us so far under BM25, the paragraphs of an article together."""
    ours, theirs = (fmean(column) for column in list(zip(*found, strict=True))[:2])
    rows = [(one.theirs, 1, one.ours, 1) for one in found]
    tested = permutation(cluster_sums([question.cluster or question.id for question in asked], rows))
    answered = [one for one in found if one.length]
    return {
        "drcd_n": len(found),
        "drcd_ndcg10": ours,
        "drcd_bm25_ndcg10": theirs,
        "drcd_over_bm25": ours - theirs,
        "drcd_below_p": tested.less,
        "drcd_above_p": tested.greater,
        "drcd_contains": fmean(one.right for one in found),
        "drcd_answered": len(answered) / len(found),
        "drcd_answer_chars": fmean(one.length for one in answered) if answered else 0.0,
    }


def bm25(paragraphs: Sequence[Paragraph]) -> Search:
    """:raises StepFailed: bm25s is not installed."""
    try:
        bm25s: Any = importlib.import_module("bm25s")
    except ImportError:
        raise StepFailed("not installed") from None
    terms = Grams().terms
    index = bm25s.BM25()
    index.index([terms(f"{one.title}\n{one.text}") for one in paragraphs], show_progress=False)

    def search(question: str) -> Ranking:
        scores = index.get_scores(terms(question)).tolist()
        return by_score({one.key: score for one, score in zip(paragraphs, scores, strict=True) if score > 0})

    return search


def _paragraphs(path: Path) -> Iterator[Paragraph]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            record = json.loads(line)
            yield Paragraph(f"paragraph/{record['id']}", record["title"], record["text"])
