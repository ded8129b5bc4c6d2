"""Articles asked for by name: 2,000 of them, in six ways of writing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from eval.bench.bulk import Article, articles, named_alone
from eval.bench.ground import Ground
from eval.bench.numerals import chinese
from eval.retrieval import Retriever

HOW_MANY = 2_000
SEED = 20_241_011
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def arabic(article: Article) -> str:
    """民法第185條之3"""
    first, *rest = article.number.split("-")
    return f"{article.law}第{first}條" + "".join(f"之{part}" for part in rest)


def spelled(article: Article) -> str:
    """民法第一百八十五條之三"""
    first, *rest = (chinese(int(part)) for part in article.number.split("-"))
    return f"{article.law}第{first}條" + "".join(f"之{part}" for part in rest)


def full_width(article: Article) -> str:
    """民法第１８５條之３"""
    return arabic(article).translate(_FULL_WIDTH)


def hyphened(article: Article) -> str:
    """民法第 185-3 條"""
    return f"{article.law}第 {article.number} 條"


def section_sign(article: Article) -> str:
    """民法§185-3"""
    return f"{article.law}§{article.number}"


def in_a_sentence(article: Article) -> str:
    """請問依民法第185條之3規定應該怎麼辦？"""
    return f"請問依{arabic(article)}規定應該怎麼辦？"


STYLES: tuple[Callable[[Article], str], ...] = (arabic, spelled, full_width, hyphened, section_sign, in_a_sentence)


def references(ground: Ground) -> dict[str, float]:
    asked = sample(list(articles(ground.laws)), HOW_MANY)
    with ground.open_engine() as engine:
        return identities(asked, engine)


def sample(found: list[Article], how_many: int) -> list[Article]:
    """Articles in force whose law is told by its name, drawn by chance and the same every time."""
    standing = [article for article in named_alone(found) if not article.deleted]
    return random.Random(SEED).sample(standing, min(how_many, len(standing)))


def identities(asked: Sequence[Article], retriever: Retriever) -> dict[str, float]:
    """The styles take turns. Right: the first hit is the article; wrong: it is another; missing: there is no hit."""
    right, missing = 0, 0
    for position, article in enumerate(asked):
        hits = retriever.search(STYLES[position % len(STYLES)](article), limit=1)
        missing += not hits
        right += any(hit.document.key == article.key for hit in hits)
    return {
        "references_right": right / len(asked),
        "references_wrong": len(asked) - right - missing,
        "references_missing": missing,
    }
