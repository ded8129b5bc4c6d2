"""Where a sentence of a judgment repeats the words of others: 證人證稱：…等語 · 鑑定意見認：「…」 · 被告辯稱…云云.

Texts are without white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.cues import COLON, FINDING, PLAIN, SAID, SURE, VERB, WHO, called
from ingest.items import QUOTATION

_HEAD = 70
_CLAIMED = re.compile("主張|抗辯|辯稱|辯以|陳稱|供稱|證稱|指稱")
_MENTION = re.compile(
    rf"{WHO}[^，。；「]{{0,40}}?(?=主張|抗辯|辯稱|辯以|陳稱|供稱|證稱|指稱)(?!主張陳述){VERB}|(?<=，)(?:據此|據以|因而|並)(?:主張|抗辯|辯稱)"
)
_OTHERS = "原告|被告|上訴人|證人|檢察官|告訴人|兩造"
# 該院函覆： · 鑑定意見書認： · 病歷記載： · 勘驗光碟，結果如下： · 嗣變更聲明為：
_PAPER = (
    "(?:鑑定|覆議|[函回]|病歷|[紀記]錄|報告|意見|證明書|診斷|稽查|結論|摘要)[^。，：「]{0,16}?(?:認為?|認定|表示|記載|載[明稱有述]|以|[覆復]|稱|結果)(?:本院)?"
    "|(?:鑑定|勘驗)[^。，：「]{0,40}，?[^。，：「]{0,4}(?:結果|內容)(?:如下|略以|為)?"
    "|聲明[^，。：「]{0,6}|[覆復]稱"
)
# 鑑定結果認被告為肇事主因…等語
_OPINION = re.compile("(?:鑑定|覆議)[^。，：；「]{0,12}?，?(?:[亦均]?認為?(?!定)|謂|指出|表示|略以|略稱)(?!.{0,3}「)")
# What every 證稱： and 函覆： ends with, for speed.
_STATED = re.compile(f"稱，|[稱述辯張證陳供明認為定示載有以覆復果容下院求]{COLON}(?!「)")
# 證人乙○○於警詢時證稱： · 依上訴人前開調查筆錄所述：
_TOLD = re.compile(
    rf"{WHO}(?:(?!{_OTHERS})[^。；：]){{0,45}}?(?:[證供陳辯]稱[，：:︰]|(?:證述|供述|陳述|抗辯|主張|所[證述陳供稱]|陳明|表明|自[述陳]){COLON})(?!「)"
    rf"|(?:{_PAPER}){COLON}(?!「)"
)
_REPORT = re.compile(rf"{WHO}(?:(?!{_OTHERS})[^。；]){{0,60}}?{VERB}.{{0,1500}}?(?:等語|云云|等詞|等情|等節)")
# …復於偵訊中改稱：…等語, of whom was named before
_AGAIN = re.compile(rf"(?:改|復|又|再|並|辯|供|陳|證)稱{COLON}[^。；]{{1,400}}?(?:等語|云云)")
_LONG = re.compile("：「|「[^」]{20}")
# 「…」、「…」……「…」
_QUOTATIONS = rf"{QUOTATION}(?:[、，；及與]?…{{0,4}}{QUOTATION})*+"
_QUOTED = re.compile(rf"{WHO}[^。；「]{{0,60}}?(?:證|供|陳|述|指|辯|具結)[^。；「]{{0,12}}?{COLON}{_QUOTATIONS}")
# 鑑定意見認：「…」 · 該院函覆：「…」 · 鑑定結果，亦認「…」, the words of none of those who take part
_DOCUMENT = re.compile(
    rf"(?:鑑定|覆議|意見|函|病歷|[紀記]錄|報告|計畫書?|診斷|勘驗|[記所]載|載[稱明有述]|略謂|內容|聲明)[^。，「」]{{0,20}}"
    rf"(?:，[^。，「」]{{0,4}})?(?:{COLON}|(?<=[認為載明稱有示求係以]))(?=「[^」]{{20}}){_QUOTATIONS}"
)
# 原告主張…，惟經本院函詢…等語: by then it is not the party who speaks
ANSWERED = re.compile("[，。；](?=[惟然但嗣復並而]經本院|[惟然但](?:原告|被告|被?上訴人)僅)")


def mention(text: str, start: int, end: int) -> int | None:
    """Where in ``text[start:end]`` the claim of a party is reported (被告…辯稱), if anywhere."""
    found = _MENTION.search(text, start, end) if _CLAIMED.search(text, start, end) else None
    return found.start() if found else None


class Quote(NamedTuple):
    """Words that begin at ``start`` and do not end in their sentence; ``sure``: a colon says so."""

    start: int
    who: str
    sure: bool


def quote(text: str, start: int, end: int) -> Quote | None:
    """Where ``text[start:end]`` begins to quote and does not say where that ends; whom ("" a paper)."""
    told = _TOLD.search(text, start, end) if _STATED.search(text, start, end) else None
    found = told or _OPINION.search(text, start, end)
    if not found or SAID.search(text, found.end(), end) or (not told and FINDING.search(text, found.end(), end)):
        return None
    return Quote(found.start(), called(told["who"]) if told else "", told is not None)


def reports(sentence: str, before: str = "") -> list[tuple[int, int, str]]:
    """Where a sentence repeats the words of others, and whose: ``(start, end, who)``, in order.

    :param before: who was repeated just before, whom 「其後改稱」 goes on with.
    """
    found: list[tuple[int, int, str]] = []
    said = SAID.search(sentence) is not None
    if said:
        at = 0
        while one := _REPORT.search(sentence, at) or (_AGAIN.search(sentence, at) if before else None):
            before = before if one.re is _AGAIN else _reported(one)
            found += _answered(sentence, *one.span(), before)
            at = one.end()
        for stated in _stated(sentence):
            found = _widened(found, stated)
    if _LONG.search(sentence):
        found += _apart(found, [(*one.span(), called(one["who"])) for one in _QUOTED.finditer(sentence)])
        found += _apart(found, [(*one.span(), "") for one in _DOCUMENT.finditer(sentence)])
    return _with_the_rest(sentence, sorted(found), before) if said else sorted(found)


def _stated(sentence: str) -> Iterator[tuple[int, int, str]]:
    """函覆：…等情 and 鑑定結果認…等情, up to where they end."""
    told = _TOLD.finditer(sentence) if _STATED.search(sentence) else ()
    for one in (*told, *_OPINION.finditer(sentence)):
        said = SAID.search(sentence, one.end())
        if said:
            yield one.start(), said.end(), called(one.groupdict().get("who"))


def _widened(found: list[tuple[int, int, str]], more: tuple[int, int, str]) -> list[tuple[int, int, str]]:
    """With one more; where it meets another, that one begins where the earlier of both does."""
    start, end, who = more
    meets = [one for one in found if one[0] < end and start < one[1]]
    if not meets:
        return [*found, more]
    first = min(meets)
    return [(start, one[1], who) if one == first and start < first[0] else one for one in found]


def _apart(found: list[tuple[int, int, str]], more: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What of ``more`` lies outside of ``found``."""
    return [one for one in more if all(one[1] <= left or right <= one[0] for left, right, _ in found)]


def _answered(sentence: str, start: int, end: int, who: str) -> list[tuple[int, int, str]]:
    """A report up to where it is answered; whose words 等語 ends after that is open."""
    answer = ANSWERED.search(sentence, start, end)
    return [(start, answer.end(), who), (answer.end(), end, "")] if answer else [(start, end, who)]


def _with_the_rest(sentence: str, found: list[tuple[int, int, str]], before: str) -> list[tuple[int, int, str]]:
    """And what 等語 ends although nothing told where it began."""
    complete: list[tuple[int, int, str]] = []
    at = 0
    for left, right, who in [*found, (len(sentence), len(sentence), "")]:
        complete += _unannounced(sentence, at, left, before)
        if left < right:
            complete.append((left, right, who))
        at, before = right, who
    return complete


def _unannounced(sentence: str, at: int, end: int, before: str) -> Iterator[tuple[int, int, str]]:
    """What was said before goes on; else from a colon, from a clause about somebody, or from the start."""
    said = max(sentence.rfind(word, at, end) for word in ("等語", "云云", "等詞"))
    if said < 0:
        return
    start = at if before else sentence.rfind("：", at, said) + 1
    told = mention(sentence, at, start) if start else None
    start = start if told is None else sentence.rfind("，", at, told) + 1
    if not start and (PLAIN.match(sentence) or SURE.match(sentence)):
        whose = max(sentence.rfind(word, at, said) for word in _OTHERS.split("|"))
        start = sentence.rfind("，", at, max(whose, at)) + 1
    yield max(start, at), said + 2, before


def _reported(found: re.Match[str]) -> str:
    # 拿取告訴人持有之蔬果，惟否認犯行，辯稱：… is what the accused says.
    who = called(found["who"])
    return "被告" if who in ("告訴人", "被害人", "證人") and "辯稱" in found[0][:_HEAD] else who
