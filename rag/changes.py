"""What an answer cites and what reads otherwise on another day: the text was changed since, or is to be changed.

Two texts are compared 項 by 項. White space, the width of signs and the publisher's notes are no change of the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, Protocol

from rag.domain import OPEN, Change, Citation, Document, Law, Origin, Status
from rag.numerals import search_key
from rag.units import units
from rag.write import roc

# 編      註：本條文規定…, the publisher's word on a ruling, not the legislature's
_NOTE = re.compile(r"\s編\s{0,12}註\s?[：:]")
_CLAUSE = re.compile(r"[^，；。：！？\r\n]{0,400}[，；。：！？\r\n]{0,4}")
_LONG = 100  # characters; a longer text is shown by the clauses that differ
_ALIKE = 0.25  # of the character pairs of two 項: one took the place of the other


class Texts(Protocol):
    """What is asked of the store."""

    def versions(self, key: str) -> Sequence[Document]: ...

    def law(self, pcode: str) -> Law | None: ...


class _Step(NamedTuple):
    """A text that takes the place of another on ``day``; ``document`` is None where nothing does."""

    day: date
    document: Document | None

    @property
    def text(self) -> str:
        return "" if self.document is None or self.document.deleted else self.document.text


def changes(citations: Iterable[Citation], texts: Texts, day: date, today: date) -> tuple[Change, ...]:
    """The citations whose text has changed between ``day`` and ``today``, or is to change: at most one change each.

    ``changed_since`` compares what is cited with the text of ``today``, from the first day on which what is cited read
    otherwise; a text that was changed and changed back is none. ``will_change`` is the next change known, of a text
    that still stands. A citation of some 項 is changed where these are. ``version`` is that of the text in ``after``,
    "" where the law was repealed or no longer has the article.
    """
    found = (_change(one, texts, day, today) for one in citations if one.kind == "statute")
    return tuple(change for change in found if change)


def sentence(change: Change) -> str:
    """The change in one sentence: 「民法第12條自民國112年1月1日起修正，原為「滿二十歲為成年。」，現為「…」。」

    A long text is shown by its clauses that differ, the rest as 「…」, which also parts one 項 from the next.
    """
    before, after = _shortened(change.before, change.after)
    later = change.kind == "will_change"
    first, second = ("現為", "施行後為") if later else ("原為", "現為")
    told = f"，{first}「{before}」，{second}「{after}」" if before and after else f"「{before or after}」"
    what = "修正" if before and after else "增訂" if after else "刪除"
    if change.day == OPEN:
        return f"{change.label}將{what}，施行日未定{told if before and after else '：' + told}。"
    when = f"{change.label}{'將' if later else ''}自{roc(change.day)}起"
    if not change.version:
        return f"{when}失效，{first}「{before}」。"
    made = date.fromisoformat(change.version[:10])
    if later or made <= change.day:
        return f"{when}{what}{told}。"
    promulgated = f"（現行條文於{roc(made)}公布）"
    return f"{when}已有變更，現已刪除{promulgated}，原為{told}。" if not after else f"{when}{what}{promulgated}{told}。"


def differing(old: str, new: str, span: tuple[int, int] | None = None) -> tuple[str, str]:
    """The 項 of each text that the other does not have, verbatim, one a line; ``("", "")`` where none differ.

    :param span: the stretch of ``old`` that matters, None for all of it: a 項 outside it is left out.
    """
    if search_key(old) == search_key(new):
        return "", ""
    olds, news = _paragraphs(old), _paragraphs(new)
    touched = {at for at, (start, end) in enumerate(olds) if span is None or (start < span[1] and span[0] < end)}
    blocks = list(_blocks([old[slice(*one)] for one in olds], [new[slice(*one)] for one in news], touched))
    before, after = ("\n".join(text for block in blocks for text in block[side]) for side in (0, 1))
    return before, after


def _change(citation: Citation, texts: Texts, day: date, today: date) -> Change | None:
    versions = texts.versions(citation.key)
    cited = next((one for one in versions if one.version == citation.version), None)
    if cited is None or citation.status is Status.REPEALED:
        return None
    now = max(day, today)
    steps = [step for step in _steps(cited, versions, _repealed(cited, texts)) if _differs(citation, cited, step)]
    past = [step for step in steps if step.day <= now]
    if cited.valid_to <= now:
        return _changed_since(citation, cited, versions, past, now) if day < today else None
    coming = next((step for step in steps if step.day > now), None)
    return _made(citation, cited, "will_change", coming.day, coming) if coming else None


def _changed_since(
    citation: Citation, cited: Document, versions: Sequence[Document], past: Sequence[_Step], now: date
) -> Change | None:
    """The text of today against what is cited; None where it reads the same again."""
    if not past:
        return None
    holding = next((one for one in versions if one.holds_on(now)), None)
    if holding is None:
        # Either it ended for good, or the text of today isn't stored.
        return _made(citation, cited, "changed_since", past[-1].day, past[-1]) if past[-1].document is None else None
    current = _Step(now, holding)
    return _made(citation, cited, "changed_since", past[0].day, current) if _differs(citation, cited, current) else None


def _made(
    citation: Citation, cited: Document, kind: Literal["changed_since", "will_change"], day: date, step: _Step
) -> Change:
    before, after = _compared(citation, cited, step)
    version = step.document.version if step.document else ""
    return Change(citation.mark, citation.key, citation.label, kind, day, version, before, after)


def _repealed(cited: Document, texts: Texts) -> date:
    law = texts.law(cited.law)
    return law.repealed if law and law.repealed else OPEN


def _steps(cited: Document, versions: Sequence[Document], repealed: date) -> Iterator[_Step]:
    """The texts after the one cited in the order in which they take its place; those of no fixed day last."""
    later = [one for one in versions if one is not cited and one.valid_from >= cited.valid_to]
    fixed = [one for one in later if one.valid_from < min(one.valid_to, repealed)]
    yield from (_Step(one.valid_from, one) for one in fixed if one.origin is not Origin.EDITORIAL)
    end = max(one.valid_to for one in (cited, *fixed))
    if min(end, repealed) < OPEN:
        yield _Step(min(end, repealed), None)
        return
    # A later decree rewrote what an earlier one had left without a day.
    newest = max(one.version for one in (cited, *fixed))
    waiting = [one for one in versions if one.valid_from == OPEN and one.version > newest]
    yield from (_Step(OPEN, one) for one in sorted(waiting, key=lambda one: one.version)[-1:])


def _differs(citation: Citation, cited: Document, step: _Step) -> bool:
    return any(_compared(citation, cited, step))


def _compared(citation: Citation, cited: Document, step: _Step) -> tuple[str, str]:
    """What the citation quotes of the text it cites, against the text of the step."""
    if cited.deleted:
        return "", step.text
    whole = citation.quote.strip() == cited.text.strip()
    return differing(cited.text, step.text, None if whole else (citation.start, citation.end))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """The span of each 項, without the publisher's note at the end."""
    note = _NOTE.search(text)
    return [(one.start, one.end) for one in units(text[: note.start()] if note else text) if len(one.path) == 1]


def _blocks(old: Sequence[str], new: Sequence[str], touched: Set[int]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Stretches of 項 that differ and hold one of ``touched``; all of them where every 項 of ``old`` is touched."""
    for tag, start, end, other, last in _opcodes(old, new):
        if tag == "equal":
            continue
        if len(touched) == len(old):
            yield old[start:end], new[other:last]
            continue
        for at in sorted(touched & set(range(start, end))):
            yield [old[at]], _successors(old[at], new[other:last])


def _successors(text: str, among: Sequence[str]) -> Sequence[str]:
    """The 項 that took the place of one, by what they share with it; all of them where none is like it."""
    pairs = _pairs(text)
    shares = [2 * len(pairs & others) / max(1, len(pairs) + len(others)) for others in map(_pairs, among)]
    alike = [one for one, share in zip(among, shares, strict=True) if share >= _ALIKE]
    return alike or among


def _pairs(text: str) -> set[str]:
    key = search_key(text)
    return {key[at : at + 2] for at in range(len(key) - 1)}


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """How the one becomes the other, as :class:`difflib.SequenceMatcher` tells it, whatever the form of the signs."""
    keys, others = ([search_key(text) for text in texts] for texts in (old, new))
    return [(*one,) for one in SequenceMatcher(None, keys, others, autojunk=False).get_opcodes()]


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Both texts by the clauses that differ, from the first to the last of them."""
    old, new = ([one[0] for one in _CLAUSE.finditer(text) if one[0]] for text in (before, after))
    changed = [one for one in _opcodes(old, new) if one[0] != "equal"]
    if not changed:
        return _cut(old, 0, len(old)), _cut(new, 0, len(new))
    return _cut(old, changed[0][1], changed[-1][2]), _cut(new, changed[0][3], changed[-1][4])


def _cut(clauses: Sequence[str], start: int, end: int) -> str:
    """The clauses from ``start`` on, as many as are short enough, with 「…」 where some are left out."""
    if sum(map(len, clauses)) <= _LONG:
        start, end = 0, len(clauses)
    shown: list[str] = []
    for clause in clauses[start:end]:
        if shown and sum(map(len, shown)) + len(clause) > _LONG:
            break
        shown.append(clause)
    # Between two 項 that differ others may stand that don't; inside one, a line break is only how it was printed.
    joined = re.sub(r"(?<!\r)\n(?=.)", "…", "".join(shown))
    text = re.sub(r"\s", "", joined)[: 2 * _LONG]
    return f"{'…' if start else ''}{text}{'…' if start + len(shown) < len(clauses) else ''}"
