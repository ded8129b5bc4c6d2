"""The ways to search that are compared.

The full recipe with one part left out, plain BM25 with one part put in, and the steps from the one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from rag.expand import RECIPE, Weights

TITLES = {
    "body": "條文",
    "name": "法規名稱",
    "chapter": "章節名",
    "caption": "條名",
    "reason": "立法理由",
    "citing": "他人引用時的說法",
    "proposing": "法案與理由引用時的說法",
    "colloquial": "民眾的說法",
}
"""Those of ``bm25f.FIELDS`` that an article can have."""
FIELDS = tuple(TITLES)
LEVEL, LEANED_ON = "prior-law", "prior-citations"

Terms = Literal["both", "pairs", "characters"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a search goes by; without arguments, the recipe that Youju answers with.

    ``priors``: what a passage scores by the level of its norm, and by who leans on it. ``words``: those that CKIP sees
    as terms beside characters and pairs.
    """

    terms: Terms = "both"
    fields: tuple[str, ...] = FIELDS
    weights: Weights = RECIPE
    priors: tuple[str, ...] = (LEVEL, LEANED_ON)
    embedding: bool = True
    rerank: bool = True
    words: bool = True


PLAIN = Recipe(
    fields=("body",),
    weights=Weights(unigram=1.0, stop=1.0, thesaurus=0.0, hint=0.0),
    priors=(),
    embedding=False,
    rerank=False,
    words=False,
)
"""BM25 over the text of the articles: every character and pair of the question, each as good as the next."""


class Row(NamedTuple):
    """``part`` is what it is left out by on the command line."""

    part: str
    title: str
    recipe: Recipe


class Section(NamedTuple):
    """``base``: what the rows of the table are compared with."""

    title: str
    base: Row
    rows: tuple[Row, ...]


PARTS = (*("terms", "stop"), *FIELDS, "thesaurus", "hints", LEVEL, LEANED_ON, "embedding", "rerank", "segmenter")


def sections(full: Recipe) -> tuple[Section, ...]:
    """All that is measured; rows that differ in nothing from their base are not among them."""
    whole, plain = Row("", "完整配方", full), Row("", "純 BM25", PLAIN)
    made = (
        Section("完整配方，一次拿掉一樣", whole, tuple(_without(full))),
        Section("純 BM25，一次加上一樣", plain, tuple(_with(full))),
        Section("由純 BM25 逐樣加到完整配方", whole, (plain, *_steps(full))),
    )
    return tuple(one._replace(rows=tuple(row for row in one.rows if row.recipe != one.base.recipe)) for one in made)


def _without(full: Recipe) -> Iterator[Row]:
    weights = full.weights
    yield Row("terms", "只用雙字，不用單字", replace(full, terms="pairs"))
    yield Row("terms", "只用單字，不用雙字（同義詞也隨之無用）", replace(full, terms="characters"))
    for name in full.fields:
        rest = tuple(one for one in full.fields if one != name)
        yield Row(name, f"不看{TITLES[name]}", replace(full, fields=rest))
    yield Row("stop", "問句用語（嗎、多少、可以…）不減權", replace(full, weights=weights._replace(stop=1.0)))
    yield Row("stop", "問句用語完全不計", replace(full, weights=weights._replace(stop=0.0)))
    yield Row("thesaurus", "不用同義詞表", replace(full, weights=weights._replace(thesaurus=0.0)))
    yield Row("hints", "不用法規提示", replace(full, weights=weights._replace(hint=0.0)))
    yield Row(LEVEL, "不計法規位階", replace(full, priors=_less(full.priors, LEVEL)))
    yield Row(LEANED_ON, "不計被引用次數", replace(full, priors=_less(full.priors, LEANED_ON)))
    yield Row("embedding", "不用詞向量", replace(full, embedding=False))
    yield Row("rerank", "不重排", replace(full, rerank=False))
    yield Row("segmenter", "不用 CKIP 斷詞", replace(full, words=False))


def _with(full: Recipe) -> Iterator[Row]:
    weights = PLAIN.weights
    yield Row("terms", "只用雙字", replace(PLAIN, terms="pairs"))
    yield Row("terms", "只用單字", replace(PLAIN, terms="characters"))
    yield Row("terms", "單字減半", replace(PLAIN, weights=weights._replace(unigram=RECIPE.unigram)))
    for name in full.fields:
        yield Row(name, f"＋{TITLES[name]}", replace(PLAIN, fields=tuple(dict.fromkeys((*PLAIN.fields, name)))))
    yield Row("stop", "＋問句用語減權", replace(PLAIN, weights=weights._replace(stop=RECIPE.stop)))
    yield Row("thesaurus", "＋同義詞表", replace(PLAIN, weights=weights._replace(thesaurus=RECIPE.thesaurus)))
    yield Row("hints", "＋法規提示", replace(PLAIN, weights=weights._replace(hint=RECIPE.hint)))
    yield Row(LEVEL, "＋法規位階", replace(PLAIN, priors=(LEVEL,)))
    yield Row(LEANED_ON, "＋被引用次數", replace(PLAIN, priors=(LEANED_ON,)))
    yield Row("embedding", "＋詞向量", replace(PLAIN, embedding=full.embedding))
    yield Row("rerank", "＋重排", replace(PLAIN, rerank=full.rerank))
    yield Row("segmenter", "＋CKIP 斷詞", replace(PLAIN, words=full.words))


def _steps(full: Recipe) -> Iterator[Row]:
    """Each adds to the one before; the last is the full recipe itself, which the table has as its base."""
    steps: Sequence[tuple[str, dict[str, object]]] = (
        ("＋其他欄位", {"fields": full.fields}),
        ("＋單字減半、問句用語減權", {"weights": RECIPE._replace(thesaurus=0.0, hint=0.0)}),
        ("＋法規位階與被引用次數", {"priors": full.priors}),
        ("＋同義詞表", {"weights": RECIPE._replace(hint=0.0)}),
        ("＋法規提示", {"weights": RECIPE}),
        ("＋CKIP 斷詞", {"words": full.words}),
        ("＋詞向量", {"embedding": full.embedding}),
        ("＋重排", {"rerank": full.rerank}),
    )
    made = PLAIN
    for title, added in steps:
        before, made = made, replace(made, **added)  # type: ignore[arg-type]
        if made != before:
            yield Row("", title, made)


def _less(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name)
