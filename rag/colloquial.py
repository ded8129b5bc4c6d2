"""What people call what an article rules: words it doesn't have itself, in tables of the project's own.

``rag/data/colloquial``: ``PCODE TAB ARTICLE TAB word|word`` for the articles that people ask about, in files by the
first four characters of the PCode, 民法 in two. The words are searched as a field of the article (``index.contexts``);
nothing is ever proved by them. ``python -m eval.training.thesaurus`` checks that each article is in force.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from rag.segment import fold


@cache
def load_colloquial() -> dict[str, str]:
    """The words, folded, a line each, by the key of the article: ``{"law/N0030001/16": "預告工資\\n謀職假", …}``."""
    folder = files("rag") / "data" / "colloquial"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".tsv"))
    return dict(_entry(row) for name in names for row in (folder / name).read_text(encoding="utf-8").splitlines())


def _entry(row: str) -> tuple[str, str]:
    law, article, words = row.split("\t")
    return f"law/{law}/{article}", fold(words).replace("|", "\n")
