"""Answers: their quotes held against the store, and how they end where there is nothing to quote."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from eval.answers import Checked, answer_all, summarise
from eval.bench.bulk import Article, articles, named_alone
from eval.bench.exact import SEED, arabic, sample
from eval.bench.ground import Ground
from eval.questions import LawGold, Question

QUOTED = 300
DELETED = 100
LAY = ("lay_statutes", "lay_statutes_2", "labor_bureau")
TRAPS = ("nonexistent_article", "nonexistent_law", "repealed_law")


def quotes(ground: Ground) -> dict[str, float]:
    """Everyday questions first, then articles asked for by name until there are 300."""
    everyday = [question for name in LAY for question in ground.questions(name)]
    named = sample(list(articles(ground.laws)), max(QUOTED - len(everyday), 0))
    checked = _answered(ground, [*everyday, *by_name(named, "exact", answerable=True)])
    summary = summarise(checked)
    return {
        "quotes_answers": len(checked),
        "quotes_citations": sum(len(item.answer.citations) for item in checked),
        **_only(summary, quotes_verbatim="quotes_verbatim", over_refusal="quotes_over_refusal"),
        **_only(summary, invented="quotes_invented", unread="quotes_unread", unflagged_status="quotes_unflagged"),
    }


def traps(ground: Ground) -> dict[str, float]:
    asked = [question for question in ground.questions("traps") if question.kind in TRAPS]
    return _only(summarise(_answered(ground, asked)), n="traps_n", state_ok="traps_state_ok")


def deleted(ground: Ground) -> dict[str, float]:
    gone = [article for article in named_alone(list(articles(ground.laws))) if article.deleted]
    drawn = random.Random(SEED).sample(gone, min(DELETED, len(gone)))
    asked = by_name(drawn, "deleted_article", answerable=False)
    return _only(summarise(_answered(ground, asked)), n="deleted_n", state_ok="deleted_state_ok")


def by_name(wanted: Iterable[Article], kind: str, *, answerable: bool) -> list[Question]:
    """One question an article: 「民法第184條怎麼規定？」"""
    return [
        Question(
            id=f"{kind}-{article.key}",
            kind=kind,
            question=f"{arabic(article)}怎麼規定？",
            answerable=answerable,
            gold=(LawGold(law=article.law, pcode=article.pcode, article=article.number),),
        )
        for article in wanted
    ]


def _answered(ground: Ground, questions: Sequence[Question]) -> list[Checked]:
    with ground.open_engine() as engine:
        return list(answer_all(questions, engine))


def _only(summary: dict[str, float], **names: str) -> dict[str, float]:
    return {name: summary[measure] for measure, name in names.items() if measure in summary}
