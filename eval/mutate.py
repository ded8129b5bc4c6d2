"""What makes a true draft false, one mutator a kind; and what changes it without changing what it says.

A mutator is pure: the same case and the same state of ``random.Random`` give the same ``Mutated``, ``None`` where
there is nothing it could make false. Only a mutation that makes a sentence false, or its mark point to what does not
say it, is made: an amount becomes another amount, parties change places where it matters which is which, a neighbour
is given only where it says less of the sentence than the article did. None of it looks at how answers are proved.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from eval import mutate_text as text
from eval.mutate_text import MARK, Given, shared_bigrams

_LESS = 0.6  # a neighbour that says as much of a sentence may well say the same


class Case(NamedTuple):
    """A draft in sentences, each with its marks, and what stands under the marks: ``[1]`` is ``given[0]``."""

    sentences: tuple[str, ...]
    given: tuple[Given, ...]


class Mutated(NamedTuple):
    """``at``: which sentence can no longer be proved; of a null mutation, none."""

    case: Case
    at: tuple[int, ...] = ()


Mutator = Callable[[Case, random.Random], Mutated | None]


def mutate(kind: str, case: Case, seed: str) -> Mutated | None:
    """``mutate("amount", case, "d001-1")``: the mutation of this kind and seed; ``None`` when it does not apply."""
    return (MUTATORS | NULLS)[kind](case, random.Random(f"{kind}-{seed}"))


def marks(sentence: str) -> tuple[int, ...]:
    """``marks("…[1][3]。") == (1, 3)``."""
    return tuple(int(found[1]) for found in MARK.finditer(sentence))


def told_as_law(case: Case, gone: Given) -> Mutated:
    """The case with one sentence more, which quotes what is no longer law as if it were."""
    quote = re.split("[。；：\n]", gone.text.strip())[0].strip()
    main, _, sub = gone.number.partition("-")
    article = f"第{main}條" + (f"之{sub}" if sub else "")
    sentence = f"依{gone.title}{article}，「{quote}」[{len(case.given) + 1}]。"
    return Mutated(Case((*case.sentences, sentence), (*case.given, gone)), (len(case.sentences),))


def _edited(edits: Callable[[str, Sequence[Given]], list[str]]) -> Mutator:
    """The mutator that makes one of the edits in one of the sentences."""

    def mutator(case: Case, rng: random.Random) -> Mutated | None:
        for at in rng.sample(range(len(case.sentences)), len(case.sentences)):
            sentence = case.sentences[at]
            cited = [case.given[mark - 1] for mark in marks(sentence)]
            found = [one for one in edits(sentence, cited) if one != sentence] if cited else []
            if found:
                return Mutated(_with_sentence(case, at, rng.choice(found)), (at,))
        return None

    return mutator


def _unread(case: Case, rng: random.Random) -> Mutated | None:
    """A mark that was not given, or an authority that was not."""
    if rng.random() < 0.5:
        return _edited(text.authorities)(case, rng)
    at = rng.randrange(len(case.sentences))
    wrong = f"[{len(case.given) + rng.randint(1, 4)}]"
    sentence, changed = MARK.subn(wrong, case.sentences[at], count=1)
    return Mutated(_with_sentence(case, at, sentence), (at,)) if changed else None


def _neighbour(case: Case, rng: random.Random) -> Mutated | None:
    """One sentence has the mark of the article beside its own, which was given, too, and says less of it."""
    for _mark, own, at in _alone(case, rng):
        wrong = [(near, one) for near in own.neighbours for one in at if _says_less(near, own, case.sentences[one])]
        if wrong:
            near, one = rng.choice(wrong)
            moved = MARK.sub(f"[{len(case.given) + 1}]", case.sentences[one])
            return Mutated(_with_sentence(case, one, moved)._replace(given=(*case.given, near)), (one,))
    return None


def _neighbour_alone(case: Case, rng: random.Random) -> Mutated | None:
    """The article beside it stands under the mark, and its own was never given; told of one sentence."""
    for mark, own, at in _alone(case, rng):
        wrong = [(near, one) for near in own.neighbours for one in at if _says_less(near, own, case.sentences[one])]
        if wrong:
            near, one = rng.choice(wrong)
            return Mutated(_with_given(case, mark, near), (one,))
    return None


def _says_less(near: Given, own: Given, sentence: str) -> bool:
    return shared_bigrams(sentence, [near.text]) < _LESS * shared_bigrams(sentence, [own.text])


def _repealed(case: Case, rng: random.Random) -> Mutated | None:
    """What the article read before stands under the mark."""
    for mark, own, at in _alone(case, rng):
        if own.earlier:
            return Mutated(_with_given(case, mark, rng.choice(own.earlier)), (rng.choice(at),))
    return None


def _alone(case: Case, rng: random.Random) -> list[tuple[int, Given, tuple[int, ...]]]:
    """The marks in any order, what stands under them, and the sentences that rest on each alone."""
    found = [
        (mark, own, tuple(at for at, sentence in enumerate(case.sentences) if set(marks(sentence)) == {mark}))
        for mark, own in enumerate(case.given, 1)
    ]
    return rng.sample([one for one in found if one[2]], sum(bool(one[2]) for one in found))


def _with_sentence(case: Case, at: int, sentence: str) -> Case:
    return case._replace(sentences=(*case.sentences[:at], sentence, *case.sentences[at + 1 :]))


def _with_given(case: Case, mark: int, one: Given) -> Case:
    return case._replace(given=(*case.given[: mark - 1], one, *case.given[mark:]))


def _respelled(table: Mapping[int, int]) -> Mutator:
    def mutator(case: Case, rng: random.Random) -> Mutated | None:
        sentences = tuple(sentence.translate(table) for sentence in case.sentences)
        return Mutated(case._replace(sentences=sentences)) if sentences != case.sentences else None

    return mutator


def _remarked(case: Case, rng: random.Random) -> Mutated | None:
    form = rng.choice(("［{}］", "【{}】", "[ {} ]"))
    return Mutated(case._replace(sentences=_marked(case, form.format)))


def _renumbered(case: Case, rng: random.Random) -> Mutated | None:
    count = len(case.given)
    if count < 2:
        return None
    return Mutated(Case(_marked(case, lambda mark: f"[{count + 1 - mark}]"), case.given[::-1]))


def _marked(case: Case, name: Callable[[int], str]) -> tuple[str, ...]:
    return tuple(MARK.sub(lambda found: name(int(found[1])), sentence) for sentence in case.sentences)


MUTATORS: dict[str, Mutator] = {
    "article_number": _edited(text.article_numbers),
    "amount": _edited(text.amounts),
    "party": _edited(text.parties),
    "modality": _edited(text.modalities),
    "neighbour": _neighbour,
    "neighbour_alone": _neighbour_alone,
    "unread": _unread,
    "quote": _edited(text.quotes),
    "repealed": _repealed,
    "simplified": _edited(text.simplified),
    "mainland": _edited(text.mainland),
}
NULLS: dict[str, Mutator] = {
    "null_variants": _respelled(str.maketrans("臺台", "台臺")),
    "null_width": _respelled(str.maketrans("0123456789%()", "０１２３４５６７８９％（）")),
    "null_marks": _remarked,
    "null_renumbered": _renumbered,
}
