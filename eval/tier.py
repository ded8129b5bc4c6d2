"""The tier that needs no model: every answer held against every measure; the same answers give the same scores.

Measures are listed here and nowhere else. Each is a module with ``METRICS`` and ``measure``.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Protocol

from eval import abstention, choices, citations, ladder, locale_pairs, nuggets, reading, retrieval_scores
from eval.folder import Asked
from eval.judge.shares import METRICS as JUDGED
from eval.library import Library
from eval.outputs import Output
from eval.questions import Gold, InterpretationGold, JudgmentGold, LawGold, ParagraphGold
from eval.resolve import resolve
from eval.scores import Found, Item, Metric, Problem, Share
from rag import check, support, verify
from rag.errors import UsageError

# Opens a library; it is called in each process that scores, so it must be one that can be sent there.
LibraryOpener = Callable[[], AbstractContextManager[Library]]

MISSING = "沒有這一題的回答"
_STRETCHES = 1  # for each process
_WORTH_IT = 200  # answers that make up for the start of processes
_LAY, _PROFESSIONAL = frozenset(("lay", "deixis")), frozenset(("as_of", "bar_exam", "facts", "issue"))
_SOURCES: tuple[tuple[type[object], str], ...] = (
    (LawGold, "statute"),
    (InterpretationGold, "interpretation"),
    (ParagraphGold, "paragraph"),
    (JudgmentGold, "judgment"),
)


class Part(Protocol):
    """A module of measures."""

    @property
    def METRICS(self) -> tuple[Metric, ...]: ...

    def measure(self, question: Asked, output: Output, library: Library) -> Found: ...


PARTS: tuple[Part, ...] = (abstention, retrieval_scores, ladder, citations, reading, nuggets, choices)
# A judge's come last: nothing has them but a run scored by a judge that may gate (``eval.judge``).
METRICS: tuple[Metric, ...] = (
    *(metric for part in PARTS for metric in part.METRICS),
    *locale_pairs.METRICS,
    *JUDGED,
)


def scorer_version() -> str:
    """Tells one scorer from another: a digest of this module, of all of ``eval`` that it stands on, and of the proof.

    The rest of ``rag`` is what is measured.
    """
    sources: dict[str, bytes] = {}
    _gather("eval.tier", sources)
    for package in (check, support, verify):
        sources |= {f"{package.__name__}/{one.name}": one.read_bytes() for one in _files_of(package)}
    digest = hashlib.sha256()
    for name, source in sorted(sources.items()):
        digest.update(name.encode() + b"\0" + source + b"\0")
    return digest.hexdigest()[:12]


def _files_of(package: ModuleType) -> Iterable[Path]:
    return Path(package.__path__[0]).glob("*.py")


def _gather(name: str, sources: dict[str, bytes]) -> None:
    path = Path(__file__).parents[1].joinpath(*name.split(".")).with_suffix(".py")
    if name in sources or not path.is_file():
        return
    sources[name] = path.read_bytes()
    for node in ast.walk(ast.parse(sources[name])):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "eval":
            for imported in (node.module, *(f"{node.module}.{one.name}" for one in node.names)):
                _gather(str(imported), sources)


def prepare(output: Output, library: Library) -> Output:
    """The answer as measures want it: with its state, and its citations as keys."""
    return abstention.told(resolve(output, library))


def score(
    questions: Sequence[Asked], outputs: Sequence[Output], open_library: LibraryOpener, processes: int = 1
) -> list[Item]:
    """The scores of all answers in their order, whatever the number of processes.

    A question without an answer comes after them, in the state ``error``, with nothing of what it might have scored.

    :raises UsageError: an answer to a question that is not there.
    """
    pairs = list(_pairs(questions, outputs))
    if processes == 1 or len(pairs) < _WORTH_IT:
        with open_library() as library:
            return _with_pairs(pairs, [item(question, output, library) for question, output in pairs], open_library)
    # Neighbours share what they cite, so each process gets long stretches; as JSON, which is read faster than pickles.
    length = max(1, len(pairs) // (processes * _STRETCHES) + 1)
    stretches = (pairs[at : at + length] for at in range(0, len(pairs), length))
    sent = ([(one.model_dump_json(), said.model_dump_json()) for one, said in stretch] for stretch in stretches)
    # Not forked: the engine that answered may have left threads and open files behind.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _Scorer.open, (open_library,)) as pool:
        items = [one for stretch in pool.map(_Scorer.score, sent) for one in stretch]
    return _with_pairs(pairs, items, open_library)


def item(question: Asked, output: Output, library: Library) -> Item:
    """One answer with all its scores."""
    prepared = prepare(output, library)
    shares: dict[str, Share] = {}
    problems: list[Problem] = []
    for part in PARTS:
        found = part.measure(question, prepared, library)
        shares.update(found.shares)
        problems.extend(found.problems)
    return Item(
        id=question.id,
        repeat=output.repeat,
        cluster=cluster(question),
        slices=slices(question, library),
        state=prepared.state or "",
        reason=prepared.reason,
        ms=output.ms,
        shares=shares,
        problems=tuple(problems),
    )


def _with_pairs(pairs: Sequence[tuple[Asked, Output]], items: list[Item], open_library: LibraryOpener) -> list[Item]:
    """What can be said of several wordings of one question only together stands with the first of them."""
    among = [(at, question, output) for at, (question, output) in enumerate(pairs) if question.group or question.pair]
    if not among:
        return items
    with open_library() as library:
        answered = [(question, prepare(output, library)) for _, question, output in among]
    verdicts = {one.group: one for one in locale_pairs.pairs(answered)}
    for at, question, _ in among:
        verdict = verdicts.pop(locale_pairs.group_of(question), None)
        if verdict:
            shares = dict(items[at].shares) | dict(locale_pairs.shares([verdict]))
            problems = (Problem("locale_passed", None, why) for why in verdict.failures)
            items[at] = replace(items[at], shares=shares, problems=(*items[at].problems, *problems))
    return items


def cluster(question: Asked) -> str:
    """What a question stands or falls with: its own word for it, else the law of its gold, else itself."""
    laws = (gold.pcode for gold in (*question.gold, *question.gold_all) if isinstance(gold, LawGold))
    return question.cluster or next(laws, question.id)


def slices(question: Asked, library: Library) -> dict[str, str]:
    """By what its answers are also told apart; what can't be said of it is left out."""
    golds = (*question.gold, *question.gold_all)
    found = {"set": question.set, "kind": question.kind, "wording": _wording(question, library)}
    found["as_of"] = "given" if question.as_of else "today"
    if golds:
        found["source"] = _source(golds[0])
        if question.judged_by:
            found["judged_by"] = question.judged_by
    return found


def _wording(question: Asked, library: Library) -> str:
    """Who names a law, or words it as a court does, knows the law."""
    if question.kind in _LAY:
        return "lay"
    named = question.kind in _PROFESSIONAL or any(True for _ in library.references(question.question))
    return "professional" if named else "lay"


def _source(gold: Gold) -> str:
    return next((name for kind, name in _SOURCES if isinstance(gold, kind)), "news")


def _pairs(questions: Sequence[Asked], outputs: Iterable[Output]) -> Iterator[tuple[Asked, Output]]:
    asked = {question.id: question for question in questions}
    seen: set[tuple[str, int]] = set()
    repeats, ranked = 1, False
    for output in outputs:
        if output.id not in asked:
            raise UsageError(f"回答裡的 {output.id} 不在題目之中")
        seen.add((output.id, output.repeat))
        repeats, ranked = max(repeats, output.repeat + 1), ranked or output.retrieved is not None
        yield asked[output.id], output
    nothing = partial(Output, state="error", error=MISSING, retrieved=() if ranked else None)
    for repeat in range(repeats):
        yield from ((one, nothing(id=one.id, repeat=repeat)) for one in questions if (one.id, repeat) not in seen)


class _Scorer:
    """What a process that scores holds from one answer to the next."""

    _held = ExitStack()
    _library: Library

    @classmethod
    def open(cls, open_library: LibraryOpener) -> None:
        cls._library = cls._held.enter_context(open_library())

    @classmethod
    def score(cls, pairs: Sequence[tuple[str, str]]) -> list[Item]:
        # Answers hold no cycles, and there are many: to look for some again and again takes as long as to read them.
        gc.disable()
        read = ((Asked.model_validate_json(one), Output.model_validate_json(said)) for one, said in pairs)
        return [item(question, output, cls._library) for question, output in read]
