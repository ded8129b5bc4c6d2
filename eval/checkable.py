"""What a sentence of an answer is: a claim that could be checked, or a greeting, a caveat, a refusal, a heading.

Only claims owe the reader a source. Nothing with a mark, a quote, a number or the name of a law is anything else: no
fault hides in a caveat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.verify import idle, yes_or_no
from rag.verify.claims import Claim

SentenceKind = Literal["claim", "greeting", "caveat", "refusal", "heading"]

_GREETING = re.compile(
    r"^(?:您好|你好|哈囉|嗨|感謝|謝謝|很高興|以上(?:說明|回答|資訊|內容)?[，,]?(?:希望|供您|提供)|希望(?:以上|這|能|對)"
    r"|如(?:果)?(?:您|你)?(?:有|還有)(?:其他|任何|更多|疑問|問題)|(?:若|還)有(?:其他|任何)|歡迎|祝)"
)
_CAVEAT = re.compile(
    r"僅供參考|(?:不|非)(?:是|構成|屬於|為)[^，。]{0,6}法律(?:意見|建議)|(?:建議|請|可以?|應|宜)[^，。]{0,12}(?:諮詢|洽詢|請教|委任|找)"
    r"[^，。]{0,10}(?:律師|專業|法律扶助|主管機關)|以(?:主管機關|法院|官方|最新)[^，。]{0,12}為準|(?:視|依)(?:具體)?個案"
    r"|實際(?:情況|情形|適用)[^。]{0,20}(?:而定|為準|不同)"
)
_REFUSAL = re.compile(
    r"(?:無法|不能|沒辦法|未能|難以)[^，。]{0,8}(?:回答|答覆|提供|判斷|確認|確定)|(?:沒有|查無|找不到|查不到|未找到|未收錄)[^，。；]{0,24}"
    r"(?:資料|依據|規定|條文|法規|判決|裁判|解釋|來源)|不知道|(?:不在|超出)[^，。；]{0,12}範圍"
)
_NUMBER = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千萬][年月日元條項款倍成分]")


def kind_of(claim: Claim, marks: Sequence[int]) -> SentenceKind:
    """``您好！`` is a greeting, ``以上僅供參考。`` a caveat, ``民法規定如下：`` a heading.

    :param claim: the sentence as the proof sees it.
    :param marks: those written in it.
    """
    text = claim.text.strip()
    if marks or claim.said.quotes:
        return "claim"
    if not idle.states(text) or yes_or_no.is_all(claim.own):
        return "greeting" if _GREETING.search(text) else "heading"
    if claim.named or _NUMBER.search(text):
        return "claim"
    for kind, pattern in _BY_WORDS:
        if pattern.search(text):
            return kind
    return "claim"


_BY_WORDS: tuple[tuple[SentenceKind, re.Pattern[str]], ...] = (
    ("greeting", _GREETING),
    ("caveat", _CAVEAT),
    ("refusal", _REFUSAL),
)
