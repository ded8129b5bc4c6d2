"""Questions → what each recipe finds for them, by the real retrieval over the passages of a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from eval.ablation.counts import Counts, count
from eval.ablation.memory import Floats, Impacts, MemoryIndex
from eval.ablation.recipes import FIELDS, LEANED_ON, LEVEL, Recipe, Terms
from eval.questions import Question
from eval.retrieval import evaluate, with_gold
from rag.answer import Engine
from rag.build import law_codes, open_learned, open_segmenter
from rag.children import follow_parent
from rag.domain import OPEN, Document, Passage
from rag.embed import is_searched
from rag.errors import UsageError
from rag.expand import Expander, QueryTerms, Weights
from rag.index import bm25f
from rag.index.items import STATUTE, items
from rag.index.seam import ScoredId
from rag.learned import Learned
from rag.names import LawNames, with_aliases
from rag.retrieve import Retriever
from rag.segment import Grams, Segmenter
from rag.settings import Settings
from rag.store import Store, open_store

MEASURES = ("hit@1", "hit@5", "hit@10", "recall@100", "mrr@10")
Sets = Mapping[str, Sequence[Question]]
# Of each set, of each measure, the value of every question that has a gold.
Figures = Mapping[str, Mapping[str, Sequence[float]]]
# Recipes → the figures of each, in their order.
Measure = Callable[[Sequence[Recipe]], Iterator[Figures]]


class Laboratory:
    """The articles in force of one store, counted for some questions: any recipe is tried on them in seconds.

    :param counts: of another one over the same store and sets; without them the articles are counted.
    :raises StoreError: nothing has been ingested yet, or the store can't be reached.
    :raises UsageError: the embedder of the settings is one that an index is searched by.
    """

    def __init__(self, settings: Settings, sets: Sets, counts: Counts | None = None) -> None:
        self._settings = settings
        self._sets = sets
        self._segmenter = open_segmenter(settings)
        self._learned = open_learned(settings)
        if is_searched(self._learned.embedder):
            raise UsageError("只量內建的詞向量：請設 YOUJU_EMBEDDER=static 或 none")
        self._store = _Remembering(open_store(settings.store_url))
        entries = self._store.law_names()
        self._names = LawNames(with_aliases(entries))
        self._codes = law_codes(entries)
        self._expander = lru_cache(self._make_expander)
        self._impacts = lru_cache(1)(self._make_impacts)
        self.counts = self._count() if counts is None else counts

    def close(self) -> None:
        self._store.close()

    @property
    def segmenter(self) -> str:
        """The name of what cuts texts into terms."""
        return self._segmenter.name

    @property
    def embedder(self) -> str:
        """The name of what turns texts into vectors, "" where nothing does."""
        return self._learned.embedder.name if self._learned.embedder else ""

    @property
    def full(self) -> Recipe:
        """The recipe that the settings name, with the fields that the store has something in."""
        return Recipe(
            fields=tuple(name for name in FIELDS if name in self.counts.times),
            embedding=self._learned.embedder is not None,
            rerank=self._learned.ranker is not None,
            words=not isinstance(self._segmenter, Grams),
        )

    def measure(self, recipe: Recipe) -> Figures:
        """How well this recipe does on each set."""
        index = MemoryIndex(self._impacts(recipe.fields), _priors(self.counts, recipe.priors))
        engine = self._engine(recipe, index)
        found = {}
        for name, questions in self._sets.items():
            scored, _ = evaluate(questions, engine)
            found[name] = {measure: [one.scores[measure] for one in scored] for measure in MEASURES}
        return found

    def _engine(self, recipe: Recipe, index: MemoryIndex | _Listening) -> Engine:
        learned = Learned(
            self._learned.embedder if recipe.embedding else None, self._learned.ranker if recipe.rerank else None
        )
        expander = self._expander(recipe.terms, recipe.words, recipe.weights)
        return Engine(self._store, Retriever(self._store, index, expander, self._names, learned), self._names)

    def _make_expander(self, terms: Terms, words: bool, weights: Weights) -> Expander:
        segmenter = self._segmenter if words else Grams()
        return Expander(segmenter if terms == "both" else _Some(segmenter, terms), self._codes, weights)

    def _make_impacts(self, fields: Sequence[str]) -> Impacts:
        return Impacts(self.counts, {name: bm25f.FIELDS[name] for name in fields})

    def _count(self) -> Counts:
        """The counts of all terms that a recipe may look for: none looks for one that the full recipe does not."""
        listening = _Listening()
        engine = self._engine(Recipe(embedding=False, rerank=False), listening)
        for questions in self._sets.values():
            for question in with_gold(questions):
                engine.search(question.question, question.asked_as_of)
        in_force = (item for item in items(self._store, 0, _is_article) if item.valid_to == OPEN)
        return count(in_force, listening.terms, self._segmenter, self._learned.embedder)


@contextmanager
def opened(settings: Settings, sets: Sets, processes: int) -> Iterator[tuple[Laboratory, Measure]]:
    """The laboratory, and what measures recipes in so many processes.

    Several share the counts in files; the process that counted is gone by then, with all the texts it had in memory.
    """
    if processes == 1:
        with closing(Laboratory(settings, sets)) as made:
            yield made, partial(map, made.measure)
        return
    spawn = get_context("spawn")
    with TemporaryDirectory() as name:
        with ProcessPoolExecutor(1, spawn) as pool:
            pool.submit(_count, settings, sets, Path(name)).result()
        worker = (settings, sets, Path(name))
        with (
            closing(Laboratory(settings, sets, Counts.load(Path(name)))) as made,
            ProcessPoolExecutor(processes, spawn, _Worker.begin, worker) as pool,
        ):
            yield made, partial(pool.map, _Worker.measure)


def _count(settings: Settings, sets: Sets, folder: Path) -> None:
    follow_parent()
    with closing(Laboratory(settings, sets)) as made:
        made.counts.save(folder)


class _Worker:
    """A process of its own: its laboratory, made once."""

    laboratory: Laboratory

    @classmethod
    def begin(cls, settings: Settings, sets: Sets, folder: Path) -> None:
        follow_parent()
        cls.laboratory = Laboratory(settings, sets, Counts.load(folder))

    @classmethod
    def measure(cls, recipe: Recipe) -> Figures:
        return cls.laboratory.measure(recipe)


class _Remembering(Store):
    """A store that reads each passage once: every recipe finds much the same ones."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.engine)
        self._known: dict[str, tuple[Passage, Document]] = {}

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Document]]:
        self._known |= super().passages([id for id in ids if id not in self._known])
        return {id: self._known[id] for id in ids if id in self._known}


class _Listening:
    """An index that finds nothing and remembers what it was asked for."""

    revision = ""
    built = 0.0

    def __init__(self) -> None:
        self.terms: set[str] = set()

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        self.terms.update(query.terms)
        return []

    def count(self) -> int:
        return 0

    def ids(self) -> Iterator[str]:
        return iter(())

    def close(self) -> None: ...


class _Some:
    """A segmenter that gives either the characters or the pairs of another; runs of Latin letters and digits stay."""

    def __init__(self, segmenter: Segmenter, terms: Terms) -> None:
        self._segmenter = segmenter
        self._single = terms == "characters"
        self.name = f"{segmenter.name}/{terms}"

    def terms(self, text: str) -> list[str]:
        return [one for one in self._segmenter.terms(text) if one.isascii() or (len(one) == 1) == self._single]

    def batch(self, texts: Sequence[str]) -> list[list[str]]:
        return [self.terms(text) for text in texts]


def _is_article(id: str) -> bool:
    return id.startswith("law/")


def _priors(counts: Counts, kept: Sequence[str]) -> Floats:
    """The prior of each passage, as far as it comes from what is kept."""
    whole = np.array([one.prior for one in counts.passages], np.float32)
    level = np.array([0.0 if one.level == "命令" else STATUTE for one in counts.passages], np.float32)
    found: Floats = (LEVEL in kept) * level + (LEANED_ON in kept) * (whole - level)
    return found
