"""An answer, whoever wrote it, taken apart: its sentences, what they are, and what the proof finds of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from eval.abstention import told as with_state
from eval.checkable import SentenceKind, kind_of
from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.resolve import resolve
from eval.shelf import Held, shelf_of
from rag.domain import Sentence
from rag.drafting import lent
from rag.sentences import Splitter, with_marks
from rag.verify import Prover, idle, yes_or_no
from rag.verify.claims import GOOD, Claim
from rag.write import Draft


class Told(NamedTuple):
    """A sentence of an answer, with its verdict a layer, why in Chinese for those that are bad, and what proved it."""

    place: int
    kind: SentenceKind
    claim: Claim
    sentence: Sentence
    faults: Mapping[str, str]
    prover: Prover

    @property
    def is_claim(self) -> bool:
        return self.kind == "claim"

    def holds(self, *layers: str) -> bool:
        """Whether all these layers are good; a quote that differs in width alone is one."""
        return all(self.sentence.checks[layer] in _HOLDS for layer in layers)


class Grounds(NamedTuple):
    """``held``: what stands under each mark that the answer lists; ``read``: keys the writer had, None: not known."""

    output: Output
    day: date
    told: tuple[Told, ...]
    held: Mapping[int, Held]
    read: frozenset[str] | None

    @property
    def is_attempted(self) -> bool:
        return self.output.state in ("answered", "partial")

    @property
    def claims(self) -> list[Told]:
        return [one for one in self.told if one.is_claim]


_HOLDS = GOOD | {"folded"}
_LONG = 40  # characters; what is known to be a quote needs no looking for its end, and may be longer than any


def grounds(question: Asked, output: Output, library: Library) -> Grounds:
    """What every measure of groundedness looks at, worked out once for an answer."""
    return _grounds(question.as_of or output.as_of or library.today, _Same(output), library)


class _Same:
    """An answer as a key of a cache: itself alone, since to hash all of it takes longer than to look at it."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def __hash__(self) -> int:
        return id(self.output)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.output is self.output


@lru_cache(maxsize=4)
def _grounds(day: date, same: _Same, library: Library) -> Grounds:
    output = with_state(resolve(same.output, library))
    shelf = shelf_of(library)
    held = {one.mark: shelf.held(one, day) for one in output.citations}
    whole = shelf.prover(output.citations, day)
    found: list[Told] = []
    for place, draft in enumerate(_drafts(output, held)):
        near = shelf.fitted(output.citations, draft.text, day)
        told_near = _told(place, draft, shelf.prover(near, day) if near != output.citations else whole)
        is_found = near == output.citations or told_near.sentence.status != "unproved"
        found.append(told_near if is_found else _better(told_near, _told(place, draft, whole)))
    return Grounds(output, day, tuple(found), held, _read(output))


def _better(near: Told, whole: Told) -> Told:
    """What the passage closest to a sentence doesn't bear out, all of the text may."""
    return near if whole.sentence.status == "unproved" else whole


def _read(output: Output) -> frozenset[str] | None:
    if output.read is not None:
        return frozenset(output.read)
    return None if output.retrieved is None else frozenset(one.key for one in output.retrieved)


def _drafts(output: Output, held: Mapping[int, Held]) -> Iterator[Draft]:
    """The sentences; a quote that its citation gives, and that does stand there, is one piece, however long it is."""
    quotes = [one.cited.quote for one in held.values() if _is_quoted(one)]
    answer = output.answer.replace("\0", "")
    for number, quote in enumerate(quotes):
        answer = answer.replace(f"「{quote}」", f"「\0{number}\0」")
    splitter = Splitter()
    for draft in lent([*splitter.feed(answer), *splitter.close()]):
        text = draft.text
        for number, quote in enumerate(quotes):
            text = text.replace(f"\0{number}\0", quote)
        yield draft._replace(text=text)


def _is_quoted(held: Held) -> bool:
    quote = held.cited.quote
    return held.given is not None and len(quote) > _LONG and quote in held.given.document.text


def _told(place: int, draft: Draft, prover: Prover) -> Told:
    """As the service proves a draft, but no mark is taken away: what is cited too often is to be counted."""
    text = yes_or_no.without(draft.text)
    marks = prover.claim(text).said.marks
    if draft.lent and not marks and not prover.claim(text).marks and idle.states(text):
        leaning = with_marks(text, draft.lent)
        text = leaning if prover.judged(leaning).status != "unproved" else text
    claim, sentence = prover.claim(text), prover.judged(text)
    kind = kind_of(claim, claim.said.marks)
    is_bad = kind == "claim" and sentence.status == "unproved"
    return Told(place, kind, claim, sentence, prover.faults(sentence) if is_bad else {}, prover)
