"""Everyday words and what statutes say in their place: tables of the project's own, a file a domain.

``rag/data/thesaurus`` leads to statutory terms, ``rag/data/law_hints`` to laws: ``everyday word TAB target|target``.
``general.tsv`` came first; where a domain has a word too, its row counts. ``python -m eval.training.thesaurus`` checks
that every target is in a statute in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from rag.segment import fold

Table = dict[str, tuple[str, ...]]
GENERAL = "general.tsv"
TERMS, HINTS = "thesaurus", "law_hints"


def load_terms() -> Table:
    """Everyday words, folded, with their statutory terms, folded: ``{"老闆": ("雇主", "事業單位", "負責人"), …}``."""
    return {word: tuple(map(fold, targets)) for word, targets in _merged(TERMS).items()}


def load_hints() -> Table:
    """Everyday words, folded, with the names of the laws they point to."""
    return _merged(HINTS)


def load_general() -> Table:
    """The statutory terms of the commonest words alone."""
    return dict(_rows(TERMS, GENERAL))


def domains(kind: str) -> list[str]:
    """The names of the files of ``TERMS`` or ``HINTS``, ``general.tsv`` first."""
    names = (one.name for one in (files("rag") / "data" / kind).iterdir() if one.name.endswith(".tsv"))
    return sorted(names, key=lambda name: (name != GENERAL, name))


def _merged(kind: str) -> Table:
    return {word: targets for name in domains(kind) for word, targets in _rows(kind, name)}


def _rows(kind: str, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    text = (files("rag") / "data" / kind / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        word, _, targets = line.partition("\t")
        yield fold(word), tuple(targets.split("|"))
