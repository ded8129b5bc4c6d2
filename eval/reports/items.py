"""One answer of a report, ready to be drawn: its sentences with their verdicts, what they rest on, what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from eval.folder import Asked
from eval.judge.told import Judged
from eval.outputs import Cited, Output
from eval.questions import Gold, LawGold
from eval.reports.evidence import Excerpt, Found, clip, excerpt, fair, find
from eval.reports.run import Key, Run
from eval.scores import Item
from rag.sentences import MARK, split

if TYPE_CHECKING:
    from eval.library import Library

# Characters of all answers and of all passages together: what keeps a report of thousands of answers a file one can
# send. The longest give way first; where all fit, nothing is cut.
_ANSWERS, _PASSAGES = 1_200_000, 700_000
_PASSAGE = 600  # characters of one passage, at most
_MARKUP = 30  # characters that what stands round a sentence takes
_FOUND = 5  # keys of what was found that are listed

Verdict = Literal["bad", "ok", "plain"]
"""A sentence with a problem; one with a mark and none; one without either."""


class Sentence(NamedTuple):
    """``only``: it is not among those of the other run; ``judged``: what a judge said of it, if one was asked."""

    text: str
    verdict: Verdict
    problems: Sequence[tuple[str, str]] = ()
    only: bool = False
    judged: str = ""


class Side(NamedTuple):
    """An answer of one run. ``left_out``: sentences there was no room for; ``rest``: problems of no sentence."""

    state: str
    reason: str
    ms: float
    sentences: Sequence[Sentence]
    left_out: int
    message: str
    rest: Sequence[tuple[str, str]]


class Card(NamedTuple):
    cited: Cited
    excerpt: Excerpt


class Score(NamedTuple):
    name: str
    value: float
    before: float | None


class Turn(NamedTuple):
    """A measure that changed on an answer, and whether for the worse."""

    name: str
    before: float
    after: float
    is_loss: bool


@dataclass(frozen=True, slots=True)
class View:
    """``turns``: the measures that changed since the run held against; ``change``: any of lost, won, other, same.

    ``scores`` are those that changed or could be better; the others are only counted, in ``faultless``.
    """

    item: Item
    asked: Asked | None
    set: str
    side: Side
    before: Side | None
    cards: Sequence[Card]
    scores: Sequence[Score]
    faultless: int
    turns: Sequence[Turn]
    change: Sequence[str]
    golds: Sequence[str]
    found: Sequence[str]


class Drawer:
    """Makes the views of a run; ``turned``: by answer, what changed since the run held against.

    ``lower``: the measures that are best at 0.
    """

    def __init__(
        self,
        run: Run,
        against: Run | None,
        library: Library | None,
        turned: Mapping[Key, Sequence[Turn]],
        lower: Collection[str] = (),
    ) -> None:
        self._run, self._against, self._library, self._turned = run, against, library, turned
        self._lower = lower
        self._before = {(item.id, item.repeat): item for item in against.items} if against else {}
        # Most answers are the same in both runs, and each is looked at more than once.
        self._split = cache(split)
        others = against.outputs if against else {}
        apart = (other for key, other in others.items() if key not in run.outputs or not _same(run.outputs[key], other))
        self._answers = fair(
            (sum(map(_cost, self._split(one.answer))) for one in (*run.outputs.values(), *apart)), _ANSWERS
        )
        self._cited = {key: list(self._evidence(output)) for key, output in run.outputs.items()}
        sizes = (
            min(_PASSAGE, len(found.text) if found else len(cited.quote))
            for all_cited in self._cited.values()
            for cited, found in all_cited
        )
        self._room = fair(sizes, _PASSAGES)

    def view(self, item: Item) -> View:
        key = item.id, item.repeat
        asked, output = self._run.questions.get(item.id), self._run.outputs.get(key)
        was = self._before.get(key)
        then = self._against.outputs.get(key) if self._against else None
        here, there = self._texts(output), self._texts(then)
        new, old = _unlike(there, here) if then and output else (frozenset(), frozenset())
        same = then is not None and output is not None and _same(output, then)
        scores = [_score(name, item, was) for name in item.shares]
        telling = [one for one in scores if not self._is_faultless(one)]
        held, turns = self._library is not None, self._turned.get(key, ())
        return View(
            item=item,
            asked=asked,
            set=self._run.set_of(item),
            side=self._side(self._run, item, here, new),
            before=self._side(self._against, was, there, old) if self._against and was and then and not same else None,
            cards=[Card(one, excerpt(one, found, self._room, held)) for one, found in self._cited.get(key, ())],
            scores=telling,
            faultless=len(scores) - len(telling),
            turns=turns,
            change=_change(turns, then is not None and output is not None, same),
            golds=_golds(asked),
            found=list(dict.fromkeys(one.key for one in (output and output.retrieved) or ()))[:_FOUND],
        )

    def _is_faultless(self, score: Score) -> bool:
        return score.value == (0 if score.name in self._lower else 1) and score.before in (None, score.value)

    def _texts(self, output: Output | None) -> Sequence[str]:
        return self._split(output.answer) if output else []

    def _evidence(self, output: Output) -> Iterable[tuple[Cited, Found | None]]:
        if self._library is None:
            return [(one, None) for one in output.citations]
        # It reads the whole grammar of references: only where there is something to look up.
        from eval.resolve import resolve

        asked = self._run.questions.get(output.id)
        day = (asked and asked.as_of) or output.as_of
        return [(one, find(one, self._library, day)) for one in resolve(output, self._library).citations]

    def _side(self, run: Run, item: Item, texts: Sequence[str], only: frozenset[int]) -> Side:
        output, judged = run.outputs.get((item.id, item.repeat)), run.judged.of(item.id, item.repeat)
        by_place: dict[int | None, list[tuple[str, str]]] = {}
        for problem in item.problems:
            at = problem.sentence if problem.sentence in range(len(texts)) else None
            by_place.setdefault(at, []).append((problem.measure, problem.why))
        shown, left_out = _within(texts, self._answers)
        sentences = [
            Sentence(text, _verdict(text, by_place.get(at)), by_place.get(at, ()), at in only, _said(judged, at, texts))
            for at, text in enumerate(shown)
        ]
        hidden = [one for at in range(len(shown), len(texts)) for one in by_place.get(at, ())]
        message = clip((output.message or output.error).strip(), self._answers) if output else ""
        rest = [*by_place.get(None, ()), *hidden]
        return Side(item.state, item.reason, item.ms, sentences, left_out, message, rest)


def _unlike(before: Sequence[str], after: Sequence[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Which sentences of the second are not in the first in their order, and the other way round."""
    parts = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    new = frozenset(at for tag, _, _, start, end in parts if tag != "equal" for at in range(start, end))
    return new, frozenset(at for tag, start, end, _, _ in parts if tag != "equal" for at in range(start, end))


def _same(one: Output, other: Output) -> bool:
    """Whether a reader is told the same; times and what was found besides may differ."""
    told = [(of.said, of.state, of.reason, of.error, of.citations) for of in (one, other)]
    return told[0] == told[1]


def _verdict(text: str, problems: object) -> Verdict:
    return "bad" if problems else "ok" if MARK.search(text) else "plain"


def _said(judged: Mapping[int, Judged], at: int, texts: Sequence[str]) -> str:
    found = judged.get(at)
    return found.said if found and found.is_of(texts[at]) else ""


def _within(texts: Sequence[str], room: int) -> tuple[list[str], int]:
    """As many of the sentences as there is room for, and how many are left out."""
    shown: list[str] = []
    for text in texts:
        if room <= 0:
            break
        shown.append(clip(text, room))
        room -= _cost(text)
    return shown, len(texts) - len(shown)


def _change(turns: Sequence[Turn], is_known: bool, same: bool) -> list[str]:
    words = {"lost" if one.is_loss else "won" for one in turns}
    return [*sorted(words), *(["same" if same else "other"] if is_known else [])]


def _cost(text: str) -> int:
    return len(text) + _MARKUP


def _score(name: str, item: Item, was: Item | None) -> Score:
    then = was.shares.get(name) if was else None
    return Score(name, item.shares[name].value, then.value if then else None)


def _golds(asked: Asked | None) -> list[str]:
    return list(dict.fromkeys(_named(one) for one in (*asked.gold, *asked.gold_all))) if asked else []


def _named(gold: Gold) -> str:
    """``勞動基準法第 84 條之 1``."""
    if not isinstance(gold, LawGold):
        return gold.key
    main, _, sub = gold.article.partition("-")
    return f"{gold.law}第 {main} 條" + (f"之 {sub}" if sub else "")
