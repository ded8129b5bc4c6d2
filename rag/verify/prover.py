"""The proof: a draft and the sources it was given → sentences that stand, each with one verdict a layer.

The layers in their order: marks parse, the unit exists as of the day, its status is said, it was among the passages
given, every quote is verbatim there, every article, number and authority of the sentence occurs there, the source is
called what it is, it bears the sentence out, and the words are Taiwan's. A sentence that fails one is ``unproved`` and
no answer shows it as fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, Protocol

from rag.decisions import find_decisions
from rag.domain import Citation, Document, Proof, Reference, Sentence, Status, sha256
from rag.locale import leaks as leaks_of_locale
from rag.names import LawNames
from rag.references import find_references
from rag.sentences import only_marks, with_marks
from rag.support import LexicalSupport, Support
from rag.verify import cited, idle, kinds, layers, quotes, yes_or_no
from rag.verify.claims import GOOD, OK, Claim, Finding
from rag.verify.given import Given
from rag.verify.layers import Leaks
from rag.verify.narrow import own_words, span
from rag.verify.quotes import parts
from rag.verify.reproach import reproach
from rag.verify.terms import terms
from rag.write import Draft, Source

_LEXICAL = LexicalSupport()


class Versions(Protocol):
    """What the proof asks of the store."""

    def version(self, key: str, version: str) -> Document | None: ...


class Proved(NamedTuple):
    """The draft's sentences with their verdicts, and the citations that the sentences that stand rest on."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


class Prover:
    """Proves sentences over the sources of one answer; what was worked out of a source before may be given with it.

    :param day: the as-of day: a cited version must hold on it, or its status must be said.
    :param support: what tells whether the texts bear out a sentence; by default it is told by shared words.
    :param leaks: what finds words and signs that aren't Taiwan's: ``(text, allowed)`` → what was found.
    """

    def __init__(
        self,
        sources: Sequence[Source | Given],
        versions: Versions,
        names: LawNames,
        day: date,
        support: Support = _LEXICAL,
        leaks: Leaks = leaks_of_locale,
    ) -> None:
        given = (one if isinstance(one, Given) else Given(one, names) for one in sources)
        self._given = {one.source.mark: one for one in given}
        self._versions = versions
        self._names = names
        self._day = day
        self._support = support
        self._leaks = leaks
        self._claims: dict[str, Claim] = {}
        self._layers: dict[str, Mapping[str, Finding]] = {}
        self._sentences: dict[str, Sentence] = {}
        self._stored: dict[int, str] = {}  # by mark, what the store says of it

    def prove(self, draft: Draft) -> Sentence:
        """The sentence with one verdict a layer; ``unproved`` where one of them isn't good.

        One that stands is given out with the marks it needs: with those lent, where it has none and they bear it out,
        and without those of several that bear out nothing of it. A yes or no it begins with is left out.
        """
        draft = draft._replace(text=yes_or_no.without(draft.text))
        leaning = self._leaning(draft)
        if leaning != draft.text:
            lent = self._pruned(leaning)
            if lent.status != "unproved":
                return replace(lent, checks={**lent.checks, "marks": "inherited"})
        return self._pruned(draft.text)

    def citations(self, sentences: Iterable[Sentence]) -> tuple[Citation, ...]:
        """What the marks of the sentences that stand point to: the stretch quoted, or the 項 that says so."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for sentence in sentences:
            if sentence.status != "unproved":
                claim = self.claim(sentence.text)
                for given in claim.cited:
                    spans.setdefault(given.source.mark, []).append(span(claim, given))
        return tuple(citation(_narrowed(self._given[mark].source, spans[mark])) for mark in sorted(spans))

    def why(self, sentence: Sentence) -> str:
        """One line in Chinese on the first layer a sentence fails, for whoever is to mend it; "" for a good one."""
        claim = self.claim(sentence.text)
        if claim.unread and not claim.cited:
            return reproach("read", layers.read(claim), claim)
        return next(iter(self.faults(sentence).values()), "")

    def faults(self, sentence: Sentence) -> dict[str, str]:
        """Every layer a sentence fails, in their order, with one line in Chinese; none for a good one."""
        claim, found = self.claim(sentence.text), self._found(sentence.text)
        return {layer: reproach(layer, one, claim) for layer, one in found.items() if one.verdict not in GOOD}

    def restored(self, draft: Draft) -> Draft:
        """The draft with every quote that is off only by width, white space or 臺/台 put right, as published."""
        claim = self.claim(self._leaning(draft))
        text = draft.text
        for quote in claim.said.quotes:
            found = [(given, given.find(quote)) for given in claim.cited]
            if all(stretch.verdict != "exact" for _, stretch in found):
                published = (
                    given.document.text[one.start : one.end] for given, one in found if one.verdict == "folded"
                )
                text = text.replace(f"「{quote}」", f"「{next(published, quote)}」")
        return draft._replace(text=text)

    def instead(self, sentence: Sentence) -> Draft | None:
        """The source's own words in place of a sentence that does not stand; ``None`` where they are of another matter.

        That a paraphrase can't be proved does not make its source less true.
        """
        is_meant = sentence.checks["exists"] == OK.verdict and sentence.checks["support"] != "elsewhere"
        return own_words(self.claim(sentence.text)) if is_meant else None

    def _leaning(self, draft: Draft) -> str:
        """The text with the marks lent to it, where it has none, names no source itself and states something."""
        if not draft.lent or self.claim(draft.text).marks or not idle.states(draft.text):
            return draft.text
        return with_marks(draft.text, draft.lent)

    def _pruned(self, text: str) -> Sentence:
        """The sentence without the marks it does not need."""
        whole = self.judged(text)
        if whole.status == "unproved" or len(whole.citations) < 2:
            return whole
        kept = idle.needed(self.claim(text), lambda marks: self._with_only(text, marks), self._support)
        return self._with_only(text, kept)

    def _with_only(self, text: str, kept: tuple[int, ...]) -> Sentence:
        left = only_marks(text, kept)
        same = self.claim(left).said.quotes == self.claim(text).said.quotes  # a quote may hold what looks like a mark
        return self.judged(left if same else text)

    def judged(self, text: str) -> Sentence:
        """A sentence as it stands, with one verdict a layer; no mark is lent to it and none taken away."""
        if text not in self._sentences:
            checks = {layer: one.verdict for layer, one in self._found(text).items()}
            self._sentences[text] = Sentence(text, _verdict(checks), checks, self.claim(text).marks)
        return self._sentences[text]

    def _found(self, text: str) -> Mapping[str, Finding]:
        """What each layer finds in a sentence."""
        if text not in self._layers:
            self._layers[text] = dict(self._findings(self.claim(text)))
        return self._layers[text]

    def _findings(self, claim: Claim) -> Iterable[tuple[str, Finding]]:
        yield "marks", layers.marks(claim)
        yield "exists", self._exists(claim)
        yield "status", kinds.status(claim)
        yield "read", layers.read(claim)
        yield "quotes", layers.quotes(claim)
        yield "references", cited.references(claim, list(self._given.values()))
        yield "values", layers.values(claim)
        yield "names", cited.names(claim)
        yield "terms", terms(claim)
        yield "kind", kinds.kind(claim)
        others = [given.text for given in self._given.values() if given not in claim.cited]
        yield "support", layers.support(claim, self._support, others)
        yield "locale", layers.locale(claim, self._leaks)

    def _exists(self, claim: Claim) -> Finding:
        for given in claim.cited:
            mark = given.source.mark
            if mark not in self._stored:
                self._stored[mark] = _exists(given.source, self._versions, self._day)
            if (verdict := self._stored[mark]) != "ok":
                return Finding(verdict, given.source.label)
        return Finding("ok" if claim.cited else "none")

    def claim(self, text: str) -> Claim:
        """A sentence as the layers see it."""
        if text not in self._claims:
            self._claims[text] = self._read(text)
        return self._claims[text]

    def _read(self, text: str) -> Claim:
        said = parts(text, [given.text for given in self._given.values()])
        marks = said.marks or self._named(said.own)
        cited = tuple(self._given[mark] for mark in marks if mark in self._given)
        own = quotes.without_list_head(_unlabelled(said.own, cited))
        named = tuple(find_references(own, self._names))
        unread = tuple(mark for mark in marks if mark not in self._given)
        return Claim(text, said, marks, unread, cited, own, named, _without(own, named))

    def _named(self, own: str) -> tuple[int, ...]:
        """The marks of the sources that a sentence without marks names: 民法第184條, 釋字第748號."""
        named = [found for found in find_references(own, self._names) if found.article and found.law]
        decided = {found.key for found in find_decisions(own)}
        return tuple(
            mark
            for mark, given in self._given.items()
            if decided & given.own_decisions or any(cited.is_its_own(found, given) for found in named)
        )


def prove(drafts: Iterable[Draft], sources: Sequence[Source], versions: Versions, names: LawNames, day: date) -> Proved:
    """Check every sentence against the sources that were given, and those against the store."""
    prover = Prover(sources, versions, names, day)
    sentences = tuple(map(prover.prove, drafts))
    return Proved(sentences, prover.citations(sentences))


def citation(source: Source) -> Citation:
    document = source.document
    return Citation(
        mark=source.mark,
        key=document.key,
        label=f"{source.label}（{source.note}）" if source.note else source.label,
        kind=document.kind,
        version=document.version,
        status=source.status,
        quote=source.quote,
        start=source.start,
        end=source.end,
        sha256=sha256(document.text),
        url=document.url,
        valid_from=document.valid_from,
        valid_to=document.valid_to,
    )


def _narrowed(source: Source, spans: Sequence[tuple[int, int]]) -> Source:
    """The source from the first to the last stretch that sentences rest on."""
    return source._replace(start=min(start for start, _ in spans), end=max(end for _, end in spans))


def _verdict(checks: Mapping[str, str]) -> Proof:
    if all(verdict in GOOD for verdict in checks.values()):
        return "proved" if checks["quotes"] == "exact" else "supported"
    return "unproved"


def _exists(source: Source, versions: Versions, day: date) -> str:
    document = source.document
    stored = versions.version(document.key, document.version)
    if stored is None:
        return "not_found"
    if stored.text != document.text:
        return "changed"
    return "ok" if _stands(source.status, stored, day) else "other_day"


def _stands(status: Status, document: Document, day: date) -> bool:
    """Whether a version can have this status on the day; a decision set aside is still the text it was."""
    if status in (Status.IN_FORCE, Status.DELETED):
        return document.holds_on(day) and document.deleted == (status is Status.DELETED)
    if status is Status.NOT_YET_IN_FORCE:
        return document.valid_from > day or document.valid_from == document.valid_to
    return document.valid_from <= day and (document.kind != "statute" or not document.holds_on(day))


def _unlabelled(own: str, cited: Sequence[Given]) -> str:
    """A sentence's own words without the names of what it cites that is no law, and what became of it.

    A title may name any law, and the note on a decision names the one that set it aside.
    """
    for given in cited:
        if not given.is_statute:
            own = own.replace(given.source.label, "\n")
            own = own.replace(f"（{given.source.note}）", "\n") if given.source.note else own
    return own


def _without(own: str, named: Sequence[Reference]) -> str:
    """A sentence's own words without the laws and articles it names, which have a layer of their own."""
    for reference in reversed(named):
        own = own[: reference.start] + "\n" + own[reference.end :]
    return own
