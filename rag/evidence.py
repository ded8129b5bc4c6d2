"""How well the passages found account for a question: the gate between an answer and a reasoned refusal.

Five signs are added up, none of which decides alone: how strongly the best passage matched, how much of the question
stands in the passages (an everyday word stands there when one of its statutory words does), whether the everyday words
are known ones, whether the question speaks of rights, duties or punishment at all, and whether its wording is that of
questions no law answers (:func:`rag.wording.beyond_law`). A weather forecast shares words with some statute, but fails
on the others. The bar was set where the development questions lose two in a hundred (docs/log.md, 2026-11-21).

A text of one's own may tell anything: where one comes first, of a question that is not about a norm, the two signs of
the match decide alone, and that passage has to account for the question by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Hit
from rag.expand import STOP_GRAMS, QueryTerms
from rag.here import unnamed
from rag.numerals import CHINESE_DIGITS
from rag.segment import RUN, fold
from rag.wording import beyond_law

ENOUGH = 6.5
_MATCH = 1 / 30
_COVERED = 6.0
_KNOWN = 1.5
_MOST_KNOWN = 2
_BEYOND = 0.5
_OF_LAW = -6.5  # what a question of law has as that sign
_NORM, _MODAL, _MOST_NORM = 2.0, 1.0, 2.0
# Of a text of one's own: so 3 in 100 questions pass whose paragraph was taken away, 71 whose paragraph is there; beside
# all laws 6 and 77 (1,762 questions on an encyclopedia, docs/log.md, 2026-11-22).
_OWN_COVERED = 9.0

# Words of law and of the dealings it rules: 「會被罰嗎」, 「要賠嗎」, 「薪資怎麼算」, 「可以退貨嗎」
_NORMS = re.compile(
    "違法|合法|犯法|非法|罪|罰|刑(?!事警)|判[刑幾多處決]|被判|被關|坐牢|賠|責任|權利|權益|義務|效力|法律|法規|法令|法院|法官|規定|請求|聲請|"
    "起訴|被告|告(?![白知示別解]|訴我)|時效|契約|合約|違約|解約|許可|保障|處分|繼承|遺產|撫養|扶養|離婚|勞工|雇主|工資|薪資|薪水|津貼|工時|"
    "工作時間|年資|公假|退[貨費款還錢]|[返歸償]還|押金|檢舉|稅|憲法|立法|法定|主管機關|傷害|竊|詐"
)
# Institutions of state, and rights by their names: 「國徽長什麼樣子」, 「著作權何時取得」 ask what only law tells
_STATE = re.compile(
    "總統|國會|立委|立法委員|(?:行政|立法|司法|考試|監察)院|內閣|大法官|國慶|國旗|國歌|國徽|國幣|國籍|國家(?:語言|機關|元首|最高)|"
    "特赦|大赦|赦免|兵役|當兵|三軍|國軍|陸海空軍|自治|公投|公民投票|罷免|彈劾|身分證|健保|勞保|護照|公文|政府|地方制度|"
    "(?:著作|所有|專利|商標|地上|抵押|監護|選舉|投票|請願|肖像|隱私)權"
)
# What any question about a norm may have, and many others too
_MODALS = re.compile(
    "可以|可否|能不能|能否|得不得|是否|需要|必須|一定要|要不要|應該|應不應|可不可以|有沒有權|算不算|限制|資格|期限|幾天內|多久內|何謂|定義|同意"
)
# What is left of a question that only names a law: 「民法的內容是什麼？」
_POINTING = re.compile("請問|想問|我想|規定|內容|條文|全文|查詢|解釋|說明|告訴我|給我|幫我|介紹|法律")
_EMPTY = re.compile(
    rf"{_POINTING.pattern}|知道|看看|什麼|甚麼|怎麼|如何|哪些|查|[有是的了嗎呢說寫講在裡中和與及、依據]|\W|[\d_]"
)


def strength(question: str, terms: QueryTerms, hits: Sequence[Hit], *, in_law: bool = False) -> float:
    """The sum of the signs for the hits that would be quoted, to hold against ``ENOUGH``; 0 without any hit.

    :param in_law: the question names the law it asks about, which is as plain as a word of law can be.
    """
    if not hits:
        return 0.0
    known = min(_MOST_KNOWN, len(terms.everyday)) + bool(terms.laws)
    match = max(hit.text_score for hit in hits)
    if not in_law and is_ones_own(question, hits):
        return match * _MATCH + covered(question, terms, hits[:1]) * _OWN_COVERED
    norm, beyond = (_MOST_NORM, _OF_LAW) if in_law else (norms(question), beyond_law(question))
    return match * _MATCH + covered(question, terms, hits) * _COVERED + known * _KNOWN + norm - beyond * _BEYOND


def norms(question: str) -> float:
    """How plainly the question asks about a norm, at most 2."""
    named = len(_NORMS.findall(question)) + len(_STATE.findall(question))
    found = named * _NORM + len(_MODALS.findall(question)) * _MODAL
    return min(_MOST_NORM, found)


def says_something(question: str) -> bool:
    """Whether there is a question beside the laws it names, which are blanked out."""
    return _EMPTY.sub("", question) != ""


def subject(question: str) -> str:
    """The question without the words that any question about a law has: 「規定烤箱要幾度」 → 「　　烤箱要幾度」."""
    return _POINTING.sub(lambda match: "\u3000" * len(match[0]), question)


def is_legal(question: str) -> bool:
    """Whether the question uses a word of law."""
    return _NORMS.search(question) is not None


def is_of_law(question: str) -> bool:
    """Whether it is a question of law that just isn't answered: it has a word of law, and the wording of one."""
    return is_legal(question) and beyond_law(question) < 0


def tells_of_life(question: str, hits: Sequence[Hit]) -> bool:
    """Whether news or a text of one's own comes first, of a question that is not about law."""
    return bool(hits) and hits[0].document.kind in ("news", "text") and not norms(question)


def is_ones_own(question: str, hits: Sequence[Hit]) -> bool:
    """Whether it is a text of one's own."""
    return tells_of_life(question, hits) and hits[0].document.kind == "text"


def covered(question: str, terms: QueryTerms, hits: Sequence[Hit]) -> float:
    """The share of the question's characters, question words left out, that the passages account for."""
    folded = fold(unnamed(question))
    texts = "\n".join(fold(f"{hit.passage.text} {hit.document.title} {' '.join(hit.document.path)}") for hit in hits)
    content, found = _characters(folded, texts)
    for word in terms.everyday:
        span = range(word.start, word.end)
        # 押金多少 asks for no more than 押金 does; of a phrase that is all question words, each counts.
        if content.isdisjoint(span):
            content.update(span)
        if any(term in texts for term in word.statutory):
            found.update(span)
    return len(found & content) / len(content) if content else 0.0


def _characters(question: str, texts: str) -> tuple[set[int], set[int]]:
    """Where the question says something, and where what it says stands in the texts; a number alone says nothing."""
    content: set[int] = set()
    found: set[int] = set()
    for run in RUN.finditer(question):
        start, end = run.span()
        if run[0].isascii():
            # One word is one sign, however long.
            content.add(start)
            found.update([start] if run[0] in texts else ())
            continue
        pairs = [(at, question[at : at + 2]) for at in range(start, end - 1)]
        stops = {at + step for at, pair in pairs if pair in STOP_GRAMS for step in (0, 1)}
        stops |= {at for at in range(start, end) if question[at] in STOP_GRAMS or question[at] in CHINESE_DIGITS}
        content.update(at for at in range(start, end) if at not in stops)
        found.update(at + step for at, pair in pairs if pair not in STOP_GRAMS and pair in texts for step in (0, 1))
    return content, found
