"""A question that leans on those before it → one that stands alone, by rule: 「那第二項呢？」, 「罰多少？」.

What a question leaves out is one of three things: the law of an article, the article of a 項, or all that it is about.
The first two are named in full; for the last the earlier question is put before it. A question with a subject of its
own is left as it is, and so is everything when nothing was asked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.dates import find_days
from rag.decisions import find_decisions
from rag.domain import Reference
from rag.names import LawNames, display_name
from rag.references import find_references, label

_MOST = 6  # earlier questions that are looked at
_SOME_DAY = date(2020, 1, 1)  # only where a day is written matters here, not which
_FEW = 4  # characters that say something; fewer are no subject of their own
_FEW_AFTER_SO = 8  # after 那, which goes on with something
_LEAD = re.compile(
    r"^(?:那麼?|所以|然後|還有|另外|再問|請問|不過|但是?(?!書)|可是|好[，,]|嗯+|OK)[，,\s]*", re.IGNORECASE
)
# 那如果是外國人呢 · 那罰多少 · 換成房東呢: what was asked before goes on
_GOES_ON = re.compile(
    r"^(?:那|所以|還有|另外|不過|但是?(?!書)|可是|然後|好[，,])?[，,\s麼]*(?:如果|假如|要是|萬一|換成|換作|改成|除了|反過來|同樣|一樣|其他|例外|有(?:沒有)?例外|也(?=[可要會能有是適算]))"
    r"|呢[？?。！\s]*$"
)
_SHORT = 14  # characters of a question without one
_ITSELF = re.compile(
    r"(?:這|該|此|上述|前述|前面那?|剛剛?那?|剛才那?|同|那)(?:一)?(?:條文?|項|款|號|部法律?|個?法律?|個?規定|個解釋|個判決|法)"
    r"(?![例律院官定學])"
    r"|(?<![其吉維在])[它牠](?!人|們的)|(?<=^)其(?=[中第他立修罰])"
)
_THAT = re.compile(
    "(?:這|那)(?:樣|種|個|類|些)?(?:情形|情況|狀況|時候|件事|案子|樣子?)|這樣(?:子)?|那樣|這(?=[會要可能算是有合違])"
    "|[這那該][個種類些]|上述|前述|剛剛|剛才|也(?:是|算|一樣|適用|可以|要|會)"
)
_UNIT = re.compile(r"^第?\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[項款目]|^(?:但書|前段|中段|後段)")
# What any question has: who asks, how, how much. What is left is its subject.
_ASKING = re.compile(
    "請問|想問|我想|可不可以|可以|可否|能不能|是不是|有沒有|會不會|要不要|應該|需要|什麼時候|什麼|甚麼|為什麼|為何|怎麼辦|怎麼|怎樣|如何|"
    "以內|之內|馬上|一定|主張|處理|辦理|辦完|違反|的話|修理|另外|之後|以後|之前|一樣|"
    "哪裡|哪些|哪個|多少錢|多少|多久|幾年|幾天|幾歲|何時|誰|規定|處罰|罰則|罰|刑責|罪|期限|修正|廢止|施行|條文|內容|理由|依據|例外|法律|"
    r"[的了嗎呢吧啊呀喔有是會要能可得被在和與跟或又也還再就都那這]|\W|[\d_]"
)


def standalone(question: str, history: Sequence[str], names: LawNames) -> str:
    """The question as it would be asked by somebody who had asked nothing before.

    ``standalone("那第二項呢？", ["民法第184條規定什麼？"], names) == "民法第184條第2項呢？"``.

    :param history: the earlier questions as they were asked, oldest first.
    """
    question = question.strip()
    earlier = [one.strip() for one in history[-_MOST:] if one.strip()]
    if not earlier:
        return question
    before = standalone(earlier[-1], earlier[:-1], names)
    bare = _LEAD.sub("", question)
    named = find_references(bare, names)
    if any(one.law for one in named) or find_decisions(bare):
        return question
    for written in _named_in_full(bare, named, before, names):
        return written
    return _continued(question, bare, before) if _leans(question, bare) else question


def _named_in_full(bare: str, named: Sequence[Reference], before: str, names: LawNames) -> Iterator[str]:
    """The question with the law or article that it means, if the one before names any."""
    last = _last(before, names)
    decided = find_decisions(before)
    if last is None and not decided:
        return
    if last and named and named[0].article and not named[0].name:
        yield bare[: named[0].start] + _name(last, names) + bare[named[0].start :]
    elif last and last.article and _UNIT.match(bare):
        unit = bare if bare.startswith("第") or not bare[:1].isdigit() else f"第{bare}"
        yield label(_name(last, names), replace(last, units=(), tail="")) + unit
    elif found := _ITSELF.search(bare):
        meant = _meant(found[0], last, names) if last else before[decided[-1].start : decided[-1].end]
        yield bare[: found.start()] + meant + bare[found.end() :]


def _meant(pronoun: str, last: Reference, names: LawNames) -> str:
    """What 這條, 這部法律 or 它 stands for: the law where a law is meant, else the article."""
    law = re.search("法", pronoun) is not None or not last.article
    return _name(last, names) if law else label(_name(last, names), last)


def _last(text: str, names: LawNames) -> Reference | None:
    return next((one for one in reversed(find_references(text, names)) if one.law), None)


def _name(reference: Reference, names: LawNames) -> str:
    return display_name(names.official(reference.law) or reference.name)


def _leans(question: str, bare: str) -> bool:
    """Whether it goes on with what was asked before, points back to it, or says too little to stand alone."""
    few = _FEW_AFTER_SO if re.match("那(?![一個種些天年])", question) else _FEW
    says_little = len(bare) <= _SHORT and len(_ASKING.sub("", bare)) < few
    return says_little or _GOES_ON.search(question) is not None or _THAT.search(bare) is not None


def _continued(question: str, bare: str, before: str) -> str:
    """Both in one; a day asked about now takes the place of the earlier one."""
    if find_days(bare, _SOME_DAY):
        for day in reversed(find_days(before, _SOME_DAY)):
            before = before[: day.start] + before[day.end :]
    stop = "" if before.endswith(("？", "?", "。", "！")) else "？"
    return f"{before}{stop}{bare or question}"
