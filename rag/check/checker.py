"""Any text → what each legal reference in it is worth on a day. Nothing found is left out of the report.

A reference is held against the store in this order: is there such a law, article, 項 or decision; what is its standing
on the day; and does it say what the text says of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Protocol

from rag.check import odd, statutes
from rag.check.bearing import Judged, judge
from rag.check.quoting import quotes_of, told_quotes
from rag.check.saying import Saying, sayings
from rag.check.statutes import Outcome, Statutes
from rag.check.times import PRESENT, Time
from rag.decided import Decided, look_up, what_is_unknown
from rag.decisions import find_decisions
from rag.domain import Decision, Document, Passage, Reference, Status, Verdict
from rag.goodlaw import good_law, what_became_of
from rag.named import Named, span_of
from rag.names import LawNames
from rag.references import find_references, parent_law
from rag.store import LinkRow
from rag.support import Support

_MOST, _ROC = 5000, 1911  # references of one text; the year 0 of the Republic
_ALL_STORED = re.compile("interpretation/[0-9]|constitutional/[0-9]+年憲判字")


class Texts(statutes.Texts, Protocol):
    """What is asked of the store."""

    def version(self, key: str, version: str) -> Document | None: ...
    def passages_of(self, key: str, version: str) -> list[Passage]: ...
    def keys_of_case(self, case: str) -> list[str]: ...
    def links_to(self, target: str) -> list[LinkRow]: ...


@dataclass(frozen=True, slots=True)
class CheckedReference:
    """A reference, ``text[start:end]``, and its verdict; ``line`` and ``column`` of its start count from 1.

    ``detail`` says why, in one line, "" when verified. ``is_checked`` is false where it can't be told what is meant
    (「第7條」 of no law): then there was nothing to look up. ``version`` is that of the text it was held against.
    """

    start: int
    end: int
    text: str
    key: str
    label: str
    verdict: Verdict
    detail: str = ""
    version: str = ""
    url: str = ""
    is_checked: bool = True
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``extracted`` references were found, ``checked`` of them held against the store; ``counts`` by verdict.

    ``truncated``: there were more than are looked at; what was left out is the end of the text.
    """

    as_of: date
    references: tuple[CheckedReference, ...]
    extracted: int
    checked: int
    counts: Mapping[str, int]
    truncated: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether every reference is verified."""
        return not self.truncated and all(one.verdict == "verified" for one in self.references)


class _Member(NamedTuple):
    """A reference and what it stands for: an article (``named``), or the documents of a decision.

    ``is_sure`` is false where only the text around it told which; ``outcome`` is that of what no reference can be.
    """

    meant: Reference | Decision
    written: str
    is_sure: bool
    named: Named | None = None
    decided: Decided | None = None
    outcome: Outcome | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        if self.named:
            return (self.named.standing.document,) if self.named.standing.document else ()
        return self.decided.documents if self.decided else ()

    @property
    def readings(self) -> list[str]:
        """The texts that may be quoted for it."""
        if isinstance(self.meant, Reference):
            return [statutes.reading(one, self.meant) for one in self.documents]
        return [one.text for one in self.documents]


class Checker:
    """Checks texts as of a day against one store; safe to use from several threads."""

    def __init__(self, texts: Texts, names: LawNames, support: Support, day: date) -> None:
        self._texts = texts
        self._names = names
        self._support = support
        self._day = day
        self._statutes = Statutes(texts, names, support, day)

    def report(self, text: str, of: Document | None = None) -> CheckReport:
        """Every reference of a text, in order.

        :param of: the article the text is that of, so that 本法 and 前條 can be read.
        """
        meant, quoted = self._meant(text, of)
        kept = meant[:_MOST]
        decided = {one.decision.key: one for one in look_up(text, self._texts, self._day)}
        found: list[CheckedReference] = []
        dated: dict[str, Time] = {}  # the amendment of a law that the text spoke of last
        for places, said in sayings(text, kept):
            members = list(self._members(text, [kept[at] for at in places], decided, of))
            # A law that speaks of another adds to it; an article that is quoted has been held against the store whole.
            silent = of is not None or _is_in(members[0].meant.start, quoted)
            found += self._list(members, Saying(time=said.time) if silent else said, dated)
        found = sorted([*found, *_odd(text, kept)], key=lambda one: (one.start, one.end))
        return CheckReport(
            as_of=self._day,
            references=tuple(_placed(found, text)),
            extracted=len(meant) + len(found) - len(kept),
            checked=sum(one.is_checked for one in found),
            counts=dict(Counter(one.verdict for one in found)),
            truncated=len(meant) > len(kept),
        )

    def _meant(self, text: str, of: Document | None) -> tuple[list[Reference | Decision], list[tuple[int, int]]]:
        """Every reference in order, and the quotes of articles: what stands in them is read as theirs.

        What stands in the number of a decision is no reference of its own.
        """
        found: list[Reference | Decision] = list(find_decisions(text))
        blank = list(text)
        for decision in found:
            blank[decision.start : decision.end] = "\u3000" * (decision.end - decision.start)
        quoted = [(0, 0), *told_quotes("".join(blank))]
        written = "".join(blank)
        for start, end in quoted:
            blank[start:end] = "\u3000" * (end - start)
        outer = self._references("".join(blank), Reference(0, 0, law=of.law, article=of.number) if of else None)
        found += outer
        ends = [one.end for one in outer]
        for start, end in quoted[1:]:
            by = outer[bisect_right(ends, start) - 1] if bisect_right(ends, start) else None
            told = by is not None and by.key != "" and (start, end) in quotes_of(written, by.end)
            inner = self._references(written[start:end], by if told else None)
            found += (replace(one, start=one.start + start, end=one.end + start) for one in inner)
        return sorted(found, key=lambda one: (one.start, one.end)), quoted

    def _references(self, text: str, at: Reference | None) -> list[Reference]:
        """The references of a text, or of one that quotes the article ``at``: what is quoted speaks for itself."""
        if at is None:
            return find_references(text, self._names)
        first = self._statutes.versions(f"law/{at.law}/1")
        parent = parent_law(self._names.official(at.law), first[-1].text if first else "", self._names)
        return find_references(text, self._names, at.law, parent, at, self._statutes.numbers(at.law))

    def _members(
        self, text: str, meant: Sequence[Reference | Decision], decided: Mapping[str, Decided], of: Document | None
    ) -> Iterator[_Member]:
        """References named together; one that is surely told makes those sure that hang on it: 「同條第1項、第2項」."""
        sure = False
        for one in meant:
            written = text[one.start : one.end]
            sure = sure or not _is_open(one, written, of)
            if isinstance(one, Decision):
                yield _Member(one, written, sure, decided=decided.get(one.key))
                continue
            named = self._statutes.named(one)
            if not one.article and named.law and (impossible := self._impossible(text, one, named)):
                yield impossible
                continue
            if of and one.inherited and not named.is_shown:
                # 「本法第三十二條所稱…，指第八條第三款」: a bare 第八條 is more likely the text's own
                own = self._statutes.named(replace(one, law=of.law, name=self._names.official(of.law)))
                named = own if own.is_shown else named
            yield _Member(one, written, sure, named=named)

    def _impossible(self, text: str, one: Reference, named: Named) -> _Member | None:
        """A law with what can be no article of it (民法第0條), or no name of one that there is (民法施行法)."""
        if more := odd.longer_name(text, one.end):
            name = text[one.start : one.end] + more
            longer = replace(one, law="", end=one.end + len(more))
            return _Member(longer, name, True, named, None, self._statutes.unknown(name))
        written = odd.after_law(text, one.end)
        if not written:
            return None
        end = text.index(written, one.end) + len(written)
        there = span_of(self._statutes.numbers(one.law))
        outcome = Outcome("not_found", f"{statutes.shown(named)}沒有「{written}」{there}")
        return _Member(replace(one, end=end), text[one.start : end], True, named, None, outcome)

    def _list(self, members: Sequence[_Member], said: Saying, dated: dict[str, Time]) -> Iterator[CheckedReference]:
        """References named together, and what is said of them all."""
        readings = list(dict.fromkeys(each for one in members for each in one.readings))
        if any(one.named is None for one in members):
            said = said._replace(claim="")
        judged = judge(said, readings, self._support) if readings else Judged("silent")
        first = members[0].named.reference.law if members[0].named else ""
        for one in members:
            law = one.named.reference.law if one.named else ""
            if said.time.made_on and law == first:
                dated[law] = said.time
            # What the law of the day doesn't say may be of the amendment spoken of before.
            again = judged.kind == "wrong" and not said.time.kind and law in dated
            time = dated[law] if again else said.time if law == first else PRESENT
            yield self._checked(one, said._replace(time=time), judged)

    def _checked(self, one: _Member, said: Saying, judged: Judged) -> CheckedReference:
        meant, written = one.meant, one.written
        if one.named and isinstance(meant, Reference):
            out = one.outcome or self._statutes.outcome(one.named, said, judged)
            if out.verdict == "not_found" and not one.is_sure:
                out = Outcome("outside_coverage", f"文中沒有寫明{written}是哪一部法規的哪一條", is_checked=False)
            law = one.named.reference.law
            key, shown = one.named.reference.key or (f"law/{law}" if law else ""), statutes.shown(one.named)
        else:
            assert isinstance(meant, Decision)
            out = self._decision(meant, one.decided, written, judged)
            key, shown = (out.document.key if out.document else meant.key), one.decided.name if one.decided else written
        version, url = (out.document.version, out.document.url) if out.document else ("", "")
        at = meant.start, meant.end, written
        return CheckedReference(*at, key, shown, out.verdict, out.detail, version, url, out.is_checked)

    def _decision(self, meant: Decision, decided: Decided | None, written: str, judged: Judged) -> Outcome:
        documents = decided.documents if decided else ()
        name = decided.name if decided else written
        if not documents:
            became = what_became_of(meant, self._texts, self._day)
            if became:
                return Outcome("superseded", f"{name}{became}")
            missing = what_is_unknown(decided, self._day) if decided else f"收錄的來源裡沒有{name}。"
            return Outcome("not_found" if self._cannot_be(meant) else "outside_coverage", missing.rstrip("。"))
        for document in documents:
            standing = good_law(document, self._texts, self._day)
            if standing.status is not Status.IN_FORCE:
                return Outcome("superseded", f"{name}{standing.note}", document)
        if judged.kind == "wrong":
            return Outcome("wrong_content", judged.detail, documents[0])
        return Outcome("verified", "", documents[0])

    def _cannot_be(self, decision: Decision) -> bool:
        """Whether a decision that isn't stored doesn't exist: all 釋字 and 憲判字 are, of judgments only a few."""
        if decision.kind == "case":
            year = decision.key.split("/")[2]
            return year.isdigit() and int(year) + _ROC > self._day.year
        return _ALL_STORED.match(decision.key) is not None


def _odd(text: str, meant: Sequence[Reference | Decision]) -> Iterator[CheckedReference]:
    for one in odd.decisions(text, [(each.start, each.end) for each in meant]):
        yield CheckedReference(*one, "", one.text, "not_found", f"沒有編號為{one.text}的裁判或解釋")


def _placed(found: Sequence[CheckedReference], text: str) -> Iterator[CheckedReference]:
    lines = [0, *(end.end() for end in re.finditer("\n", text))]
    for one in found:
        line = bisect_right(lines, one.start)
        yield replace(one, line=line, column=one.start - lines[line - 1] + 1)


def _is_open(meant: Reference | Decision, written: str, of: Document | None) -> bool:
    """Whether only the text around it told the law or article, and not for certain: 「本法第3條」, 「第九款」."""
    if isinstance(meant, Decision) or not meant.inherited:
        return False
    return written.startswith("本" if of is None else ("本", "同", "該")) or not re.search("條|§", written)


def _is_in(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is in one of the spans, which are in order."""
    before = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return before >= 0 and at < spans[before][1]


def report_to_dict(report: CheckReport) -> dict[str, Any]:
    """The report as JSON takes it."""
    return {**asdict(report), "as_of": report.as_of.isoformat(), "is_clean": report.is_clean}
