"""Answers of other systems name their sources as people do; here each citation gets the key of what it names.

民法第184條第1項, 釋字第七四八號, 最高法院104年度臺上字第472號判決: read by the same grammar as questions and texts are,
so width, 臺/台 and numerals don't matter. What names nothing that can be told stays without a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from eval.library import Library
from eval.outputs import Cited, Output
from rag.decided import look_up
from rag.decisions import find_decisions
from rag.sentences import split
from rag.verify.quotes import parts

_ADDRESS = re.compile(r"flno=(?P<article>[0-9]+(?:-[0-9]+)?)")
_LAW = re.compile(r"pcode=(?P<pcode>[A-Z][0-9]{7})", re.IGNORECASE)


def resolve(output: Output, library: Library) -> Output:
    """The answer with the key of everything it cites, as far as that can be told.

    Where no source is listed at all, the marks are those of what their sentences name, in their order; an article that
    a sentence names without any mark is cited, too.
    """
    if output.citations:
        known = tuple(one if one.key else _named(one, library) for one in output.citations)
        return output if known == output.citations else output.model_copy(update={"citations": known})
    told = tuple(_told(output.answer, library))
    return output.model_copy(update={"citations": told}) if told else output


def keys_named(text: str, library: Library) -> list[tuple[str, str]]:
    """``(key, words)`` of every article and decision a text names, in its order, each once."""
    found: list[tuple[int, str, str]] = []
    for decision in find_decisions(text):
        written = text[decision.start : decision.end]
        stored = (document.key for one in look_up(written, library, library.today) for document in one.documents)
        found.append((decision.start, next(stored, decision.key), written))
    inside = [(one.start, one.end) for one in find_decisions(text)]
    for reference in library.references(text):
        if reference.key and not any(start <= reference.start < end for start, end in inside):
            found.append((reference.start, reference.key, text[reference.start : reference.end]))
    return list({key: (key, words) for _, key, words in sorted(found)}.values())


def _named(cited: Cited, library: Library) -> Cited:
    """A label names one thing; one that is an address names the article it leads to."""
    pcode, article = _LAW.search(cited.label), _ADDRESS.search(cited.label)
    if pcode and article:
        return cited.model_copy(update={"key": f"law/{pcode['pcode'].upper()}/{article['article']}"})
    found = keys_named(cited.label, library)
    return cited.model_copy(update={"key": found[0][0]}) if found else cited


def _told(answer: str, library: Library) -> Iterator[Cited]:
    """What the sentences name, under their own marks or, without any, under new ones."""
    taken: dict[int, Cited] = {}
    unmarked: list[tuple[str, str]] = []
    for sentence in split(answer):
        said = parts(sentence)
        named = keys_named(said.own, library)
        taken |= {one.mark: one for one in _in_order(said.marks, named) if one.mark not in taken}
        unmarked += named[len(said.marks) :] if said.marks else named
    yield from taken.values()
    known = {one.key for one in taken.values()}
    free = max(taken, default=0) + 1
    beside = [one for one in dict.fromkeys(unmarked) if one[0] not in known]
    yield from (Cited(mark=mark, key=key, label=label) for mark, (key, label) in enumerate(beside, free))


def _in_order(marks: Sequence[int], named: Iterable[tuple[str, str]]) -> Iterator[Cited]:
    yield from (Cited(mark=mark, key=key, label=label) for mark, (key, label) in zip(marks, named, strict=False))
