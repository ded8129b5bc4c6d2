"""What a text says of each reference in it: what it quotes, and what it tells of the content in words of its own.

Only what is said to be the content counts: 「民法第184條規定…」, 「依民法第184條，…」, 「…，民法第184條定有明文」 and a
quote beside it. What a court finds as fact, or a party claims on its ground, isn't in the article and needn't be.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from rag.check.quoting import BESIDE, COLON, LONGEST, TELLS, opening, outer, quoted_after, sentence_ends
from rag.check.times import GAP, LED, PRESENT, Time, time_of
from rag.verify.quotes import parts

_LEAST, _SURE = (
    6,
    10,
)  # characters of a quote; shorter words in brackets are terms, up to the second a phrase may be one

# 第184條、第185條 · 第184條（侵權行為）及第195條
_LIST = re.compile(r"(?:[（(][^（）()]{0,20}[）)])?(?:[、，,及與和或暨至到～~\s]|以及|並){0,6}(?:第)?")
# …，民法第184條第1項前段定有明文
_CLOSES = re.compile(
    rf"{GAP}(?:之|的)?(?:分別|已|亦|均|業|著|也|皆|所){{0,2}}"
    "(?:[定訂著]?有明文|明定(?=[。，,；;]|$)|明文規定(?=[。；;]|$)|規定(?=[。；;]|$)|規定甚明|(?:規定|意旨)?(?:參照|可參|參見))"
)
_ENDS_BRACKET = re.compile(rf"{GAP}(?:之?規定)?(?:參照|參見)?[）)]")
_IN_BRACKETS = re.compile(r"[（(](?:參照?|參見|見|依)?[：:]?[《「]?$")
_BY = re.compile(
    r"(?:(?P<directly>依照?|依據|根據|按照?|基於|本於|遵照)|(?P<broken>違反|觸?犯)|適用|準用|援引|該當|構成|合於|符合)"
    r"[「《〈*]{0,3}\s{0,2}$"
)
_THEN = re.compile(rf"{GAP}(?:[之的]?(?:規定|意旨|罪|[^，。之的]{{1,8}}罪))?[，,：:]")
# 爰依…規定，諭知…: what is done on its ground
_HENCE = re.compile(
    "(?:爰|乃|遂|併|故|特|茲|另請|聲請|請求|主張|起訴)(?:均|皆|應|併|各|請)?(?:依照?|依據|根據|援引)[「《]?$"
)
# 「X規定之適用」, 「X規定旨在…」, 「X規定是否違憲」 speak of the article, not for it
_ABOUT_IT = re.compile(
    "[之的等者與及或、；。）)」]|[^，。；]{0,2}(?:辦理|處理|處斷|論處|論科|論以)|意旨|參照|內容|部[分份]|聲請|提起|上訴|起訴|請求|主張|是否|"
    "有違|違憲|[牴抵]觸|[並尚自均亦][無未]|無[違涉關庸礙]|未[合符予及]|非[謂指僅無]|不[同合符]|相符|[係乃顯難雖既而但]|固(?!定)|旨在|目的|已[於經]|業[已經]|"
    "於法|為由|觀之|以觀|修正|增訂|公布|施行|，(?:[將係乃既則]|[皆均並]?非(?![經因依有以法])|故(?!意)|自(?![然治訴己願])|已[於經]|業[已經]|經[核查]|旨在|應認|於[^。]{1,40}準用)"
)
# From here on it is no longer the article that speaks.
_SO = re.compile(
    "因此|是以|從而|準此|所以|換言之|也就是說|可見|由此|據此|例如|舉例|比如|譬如|假設|亦即|[，,；;]惟|[，,]然|縱|此外|爰|[，,](?:係(?!指)|乃(?!指))|諭知|合先敘明|附此敘明|"
    "(?:修正|增訂|公布|刪除)(?:公布|施行|前|後|為|理由)|修法|新舊法|立法(?:理由|者|目的)"
)
_LEAD = re.compile(
    r"[\s，,；;*>#-]*(?:[一二三四五六七八九十0-9]{1,3}[、.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[㈠-㈩])?\s*"
    "(?:(?:[次末又再惟另復且而]|首先)?按|又|另|且|惟|次|復)?[，,：:]?"
)
_CONNECTS = re.compile(
    r"(?:[又另且及並而惟但次按復再亦同則至於與末依據根照其《「〈*\s\r\n第項款0-9、-]|[（(][0-9一二三四五六七八九十]{1,3}[）)]){0,14}"
)
# 第36條, 同法第5條: of the same time as what stands before it in the sentence
_GOES_WITH = re.compile("[第同該其前本]")
_OLD_ADVERB = re.compile("原|過去|以前|先前")
_MARKDOWN = re.compile(r"[*_`#>]+")
_ASIDE = re.compile("[（(][^（）()]{0,60}[）)]")


class Spanned(Protocol):
    """Anything read from ``text[start:end]``."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Saying(NamedTuple):
    """``quotes``: what it is said to hold word for word; ``claim``: its content in other words, "" where none is told.

    ``is_loose``: the claim may tell the facts, too (「犯刑法第320條之罪，處…」).
    """

    quotes: tuple[str, ...] = ()
    claim: str = ""
    is_loose: bool = False
    time: Time = PRESENT


def sayings(text: str, spans: Sequence[Spanned]) -> Iterator[tuple[list[int], Saying]]:
    """For each list of references (第184條、第185條) the places of its members in ``spans``, and what is said of all.

    :param spans: the references in order.
    """
    ends, begun, time = sentence_ends(text), -1, PRESENT
    groups = list(_groups(text, spans))
    bounds = [(spans[group[0]].start, max(spans[one].end for one in group)) for group in groups]
    for at, group in enumerate(groups):
        start, end = bounds[at]
        sentence = ends[bisect_right(ends, start) - 1]
        floor = max(sentence, start - LONGEST, bounds[at - 1][1] if at else 0)
        stop = min(end + LONGEST, ends[bisect_left(ends, end + 1)])
        stop, inside = _until(text, end, stop, bounds, at)
        before, after = outer(text[floor:start], text[end:stop])
        said = _said(before, after, _without(text, end, end + len(after), inside))
        lead = text[max(0, start - LED) : start]
        if sentence > begun or not _GOES_WITH.match(text, start):
            time = time_of(lead, after)
        begun = sentence
        yield group, said if said.time.kind else said._replace(time=time)


def _groups(text: str, spans: Sequence[Spanned]) -> Iterator[list[int]]:
    group = [0] if spans else []
    for at, (one, following) in enumerate(pairwise(spans), 1):
        if _LIST.fullmatch(text, one.end, max(one.end, following.start)) is None:
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _until(
    text: str, end: int, stop: int, bounds: Sequence[tuple[int, int]], at: int
) -> tuple[int, list[tuple[int, int]]]:
    """Where what is said of a list of references ends, and the references in it that are part of what is said."""
    inside: list[tuple[int, int]] = []
    for start, last in bounds[at + 1 :]:
        if start >= stop:
            break
        between = text[end:start]
        if between.count("「") <= between.count("」") and _opens_statement(text, between, last):
            return start, inside
        inside.append((start, last))
    return stop, inside


def _opens_statement(text: str, between: str, last: int) -> bool:
    """Whether a reference begins a clause that says something of it: 「…；第185條規定…」, 「…，依第185條，…」."""
    lead = re.split("[，,。；;：:」]", between)[-1]
    if _CONNECTS.fullmatch(lead) is None:
        return False
    told = TELLS.match(text, last) or _CLOSES.match(text, last) or BESIDE.match(text, last)
    return told is not None or _BY.search(lead) is not None


def _without(text: str, start: int, stop: int, inside: Sequence[tuple[int, int]]) -> str:
    """``text[start:stop]`` without the references in it."""
    kept = []
    for first, last in inside:
        kept.append(text[start : min(first, stop)])
        start = min(last, stop)
    return "".join(kept) + text[start:stop]


def _said(before: str, after: str, words: str) -> Saying:
    """What a sentence says of its reference.

    :param words: ``after`` without the references in it.
    """
    in_brackets = _IN_BRACKETS.search(before)
    if _CLOSES.match(after) and not in_brackets:
        return _told_before(before, is_loose=False)
    if _HENCE.search(before):
        return Saying()
    if in_brackets and _ENDS_BRACKET.match(after):
        return _told_before(before[: in_brackets.start()], is_loose=True)
    by = _BY.search(before)
    said = _told_after(after, words, by is not None)
    if by and not by["directly"]:
        # 違反X規定，處…: a penalty may be told; 適用X規定，… goes on to something else
        return said._replace(claim=said.claim if by["broken"] else "", is_loose=True)
    return said


def _told_after(after: str, words: str, by: bool) -> Saying:
    """What comes after a reference; after 「依…規定」 only behind a comma."""
    told, beside = TELLS.match(after), BESIDE.match(after)
    if told:
        rest = after[told.end() :]
        goes_on = rest[:1] in tuple("，,：:「『") if by else rest.lstrip(" \r")[:1] != "\n"
        found = _content(after, told.end(), words) if goes_on and not _ABOUT_IT.match(rest) else Saying()
        return found._replace(time=Time("old")) if _OLD_ADVERB.search(told["adverb"]) else found
    if beside and (beside[0].rstrip().endswith(("：", ":")) or quoted_after(after, beside.end(), len(after))):
        return _content(after, beside.end(), words)
    then = _THEN.match(words) if by else None
    if then is None or _ABOUT_IT.match(words, then.end() - 1):
        return Saying()
    return Saying((), _claim(words[then.end() :]))


def _content(after: str, start: int, words: str) -> Saying:
    """The quotes that stand first, else the words."""
    colon = COLON.match(after, start)
    quotes = quoted_after(after, colon.end() if colon else start, len(after))
    long = tuple(one for first, last in quotes if _is_quote(one := after[first:last]))
    if long:
        return Saying(long)
    return Saying((), _claim(words[min(start, len(words)) :]))


def _told_before(before: str, is_loose: bool) -> Saying:
    """「按…，民法第184條定有明文」, 「…」（民法第184條）."""
    before = before.rstrip("，,。、；; 為乃是係復亦\n")
    if before.endswith(("」", "』")):
        opened = opening(before)
        quote = before[opened + 1 : -1]
        return Saying((quote,)) if _is_quote(quote) else Saying()
    clause = re.split("[；;]", before)[-1]
    lead = _LEAD.match(clause)
    return Saying((), _claim(clause[lead.end() if lead else 0 :]), is_loose)


def _is_quote(words: str) -> bool:
    """Whether words in brackets are a sentence or part of one, and no term."""
    return len(words) >= _SURE or (len(words) >= _LEAST and re.search("[，。；：]", words) is not None)


def _claim(words: str) -> str:
    """A statement of the content: up to where it goes over to something else, without quotes and asides."""
    words = _SO.split(_MARKDOWN.sub("", words), maxsplit=1)[0]
    return _ASIDE.sub("", parts(words).own).strip(" \r\n\u3000，,、：:；;。")
