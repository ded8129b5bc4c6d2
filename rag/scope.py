"""Questions that public sources of law can't answer, told from their wording: orders to the service, help with a crime,
the outcome of one person's case, private facts, other countries' law, and files by number that are no decisions.

What a question asks for is told by :mod:`rag.wording`; the patterns here are for what no question of law holds.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote

from rag.domain import Reason
from rag.numerals import CHINESE_DIGITS
from rag.orders import is_order
from rag.wording import SURE, Asked, Verdict, plain, verdict

# Marks of a conversation with a machine, or of a program: <|im_start|>, [INST], {"role": …}, 【系統】
_TOKENS = re.compile(
    r"<\|[^|\n]{0,20}\|>|\[/?inst\]|\"role\"\s?:|<\s?/?(?:script|system)|#{2,}\s?(?:系統|system)|[\[(<【]\s?(?:系統|system)\s?[\])>】:]"
    r"|\bdrop\s{1,3}table\b|^\s{0,3}system\s?:"
)
_ENGLISH = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|rules?|above|previous|prior|told|prompt|"
    r"everything|guidelines|filters?)\b"
    r"|\b(?:system|hidden|initial|secret)\s(?:prompt|message|instructions?|rules?)|\bjailbreak|\bdeveloper\smode|\bsudo\b|\brole-?play"
    r"|\b(?:act|behave)\sas\s(?:an?|if|my)\b|\bpretend\b|\byou\sare\s(?:now|dan|an?\s(?:ai|unrestricted|evil|corrupt))\b|\bunrestricted\b"
    r"|\bfrom\snow\son\b|\b(?:answer|reply|respond)\s(?:only|with)\b|\bdo\sanything\snow\b|\b(?:admin|root)\spassword|\bapi\skeys?\b"
    r"|\b(?:repeat|print|show|reveal|output)\b.{0,20}\b(?:words|above|prompt|message|config|verbatim|instructions?)"
)
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{16,4000}={0,2}(?![A-Za-z0-9+/=])")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_CHINESE = re.compile("[\u3007\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")
_STREWN = re.compile(r"(?<=[\u4e00-\u9fff])[\s\-_.·*|/\u200b]{1,2}(?=[\u4e00-\u9fff])")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")
_ASKS = re.compile("[嗎呢?？]|請問|多少|什麼|怎麼|如何|何時|是否|可否|能否|為何")
# Whoever gives an order within a longer text speaks to someone, or of what a machine has
_ADDRESSED = re.compile(
    "請(?![問假求教領])|[你您妳](?!好)|系統|指[令示]|規則|忽略|無視|ai|助理|扮演|模式|使用者|引用|回答|資料庫|為準",
    re.IGNORECASE,
)
_SHORT = 80  # characters; who writes more sets out a case, and it is its questions that tell what is asked
_PLAINLY = 1.5  # the margin above which one sentence among many is an order
_NAMED, _NAMED_ORDER = 1.0, 0.5  # the margins above which a question that names a law isn't one of law
_LEAST = 5  # characters of a sentence that tells anything
COUNTRY = (
    "(?:日本|韓國|南韓|北韓|美國|英國|法國|德國|香港|澳門|新加坡|泰國|越南|印尼|菲律賓|馬來西亞|印度|加拿大|澳洲|紐西蘭|歐盟|歐洲|中國大陸|大陸|對岸|"
    "中國|中華人民共和國|中共|內地|俄羅斯|西班牙|葡萄牙|義大利|荷蘭|瑞士|瑞典|丹麥|挪威|芬蘭|冰島|愛爾蘭|波蘭|奧地利|比利時|匈牙利|希臘|烏克蘭|"
    "土耳其|以色列|沙烏地阿拉伯|杜拜|埃及|南非|墨西哥|巴西|阿根廷|緬甸|柬埔寨|寮國|蒙古|"
    "加州|德州|紐約州?|倫敦|巴黎|東京都?|大阪|首爾|曼谷|上海市?|北京市?|深圳市?|廣州市?|廣東省?|福建省|浙江省?|江蘇省?|四川省?)"
)
_LAW_OF = (
    "(?:民法典?|刑法|憲法|基本法|公司法|勞動法|勞動合同法|稅法|婚姻法|商法|移民法|個資法|法律|法規|法院|最高法院|"
    "交通規則|勞動仲裁|陪審團)"
)
# 現任總統是誰: who or where somebody is today; not 主管機關是誰, which law tells
_OF_TODAY = re.compile("(?:現任|本屆|現在的?|目前的?)[^，。？！?!]{0,10}(?:是誰|叫什麼|幾歲)")
# 日本的民法 · 中國現行法律: a country straight before a kind of law
_FOREIGN = re.compile(rf"{COUNTRY}(?:的|現行)*{_LAW_OF}|\bgdpr\b")
# 在日本酒駕 · 韓國的最低工資: the question's place is another country; not 大陸配偶, 日本籍, 中國信託, 北京烤鴨
_ABROAD = re.compile(
    rf"^(?:請問|想問|如果|假如|那)?(?:(?:[^，。？\s]{{0,4}}在){COUNTRY}|{COUNTRY})"
    r"(?![籍人民商貨製產菜路街]|配偶|新娘|居民|公民|國民|地區|學生|留學|旅客|遊客|移工|看護|護照|駕照|學歷|公司|企業|料理|信託|石油|鋼鐵|"
    r"麵包|商銀|銀行|烤鴨|在台|[東西南北]路)"
)
_THERE = re.compile("當地|該國|那邊的法|他們國家")
HERE = re.compile("[台臺]灣|我國|國內|本國|[來在回][台臺]|入境|進口|出口|回國|境內|兩岸")
_FOREIGN_NAME = re.compile(rf"^{COUNTRY}")
_N = rf"([0-9０-９]{{1,5}}|[{CHINESE_DIGITS}]{{1,7}})"
# 104年度偵字第123號, 109年度憲二字第5號
_FILE = re.compile(rf"{_N}\s*年度?\s*[^\W\d_]{{1,8}}字第\s*{_N}\s*號")


class Refusal(NamedTuple):
    """Why a question isn't answered, and one sentence for the person who asked."""

    reason: Reason
    message: str


_OUTSIDE = Refusal("outside_coverage", "這個問題不在收錄的公開法律來源所能回答的範圍內。")
_IN_CHINESE = Refusal("outside_coverage", "收錄的來源都是中文，找不到能回答這個問題的內容；請用中文提問。")
ELSEWHERE = Refusal("outside_coverage", "這個問題涉及其他國家或地區的法律；有據只收錄臺灣的公開來源。")
_REFUSALS: dict[Asked, Refusal] = {
    "injection": Refusal(
        "no_evidence",
        "問題裡含有給系統的指示，或要求規避法律的方法。有據只依公開來源回答法律與政策問題，不執行這類要求。",
    ),
    "personal": Refusal("outside_coverage", "這是個人資料或個別案件的狀況，公開的法律來源裡沒有，有據也不蒐集。"),
    "prediction": Refusal("needs_lawyer", "個案的結果無法由公開的法規推知，請洽律師或法律扶助基金會。"),
}


def out_of_scope(question: str, unknown_names: Sequence[str] = (), *, named: bool = False) -> Refusal | None:
    """A refusal when the wording alone shows that no stored source can answer; None otherwise.

    :param unknown_names: names of laws in the question that are not in the store.
    :param named: the question names a law, an article or a decision, which can be shown whatever else is asked.
    """
    if _for_machines(question):
        return _REFUSALS["injection"]
    foreign = _FOREIGN.search(plain(question)) or any(map(_FOREIGN_NAME.match, unknown_names))
    if foreign or (is_abroad(question) and (unknown_names or _THERE.search(question))):
        return ELSEWHERE
    if _OF_TODAY.search(question):
        return _REFUSALS["out_of_scope"]
    # The wordings are those of Chinese; of a question without a word of it they tell nothing.
    kind = _kind(question, named) if _CHINESE.search(question) else None
    return _REFUSALS.get(kind) if kind else None


def outside(question: str) -> Refusal:
    """The refusal of a question that no stored source comes near."""
    return _IN_CHINESE if _LATIN.search(question) and not _CHINESE.search(question) else _OUTSIDE


def order_for_none(question: str, refusal: Refusal, laws: Sequence[str] = ()) -> Refusal:
    """The refusal of a question whose law or article does not exist: that of an order, where it is worded as one.

    :param laws: the names of laws in the question; 規則 in 道路交通安全規則 is no word of an order.
    """
    for name in filter(None, laws):
        question = question.replace(name, "民法")
    found = verdict(question)
    is_order_too = refusal.reason == "not_found" and found.kind == "injection" and found.margin > SURE
    return _REFUSALS["injection"] if is_order_too else refusal


def is_abroad(question: str) -> bool:
    """Whether the question is about life in another country, which no statute of ours can tell."""
    return _ABROAD.search(question) is not None and HERE.search(question) is None


def missing_file(question: str) -> str:
    """What is said of a file asked for by its number, "" when none is; decisions are to be blanked out before."""
    named = _FILE.search(question)
    return f"收錄的來源裡沒有{named[0]}。" if named else ""


def _kind(question: str, named: bool) -> Asked | None:
    """What the question is instead of one of law: as a whole, in an order hidden in it, or in all that it asks."""
    if len(question) <= _SHORT and (kind := _told(verdict(question), named)):
        return kind
    told = [(one, verdict(one)) for one in _SENTENCE.findall(question) if len(one) > _LEAST]
    if any(found.kind == "injection" and found.margin > _PLAINLY and _ADDRESSED.search(one) for one, found in told):
        return "injection"
    asked = {_told(found, named) for one, found in told if _ASKS.search(one)}
    return asked.pop() if len(question) > _SHORT and len(asked) == 1 else None


def _told(found: Verdict, named: bool) -> Asked | None:
    bar = SURE if not named else _NAMED_ORDER if found.kind == "injection" else _NAMED
    return found.kind if found.margin > bar else None


def _for_machines(question: str) -> bool:
    """Whether it holds what only a machine would read: an order in plain words, in English, or encoded."""
    for text in (question, *_decoded(question)):
        key = plain(text)
        # The key has no spaces, and English is nothing without.
        if is_order(key) or any(
            pattern.search(form) for pattern in (_TOKENS, _ENGLISH) for form in (text.lower(), key)
        ):
            return True
    return False


def _decoded(question: str) -> Iterator[str]:
    """What is written in base64, in escapes, with signs strewn in or backwards, as it is meant to be read."""
    for match in _ENCODED.finditer(question):
        with suppress(ValueError):
            yield base64.b64decode(match[0], validate=True).decode()
        with suppress(ValueError):
            yield bytes.fromhex(match[0]).decode()
    yield unquote(_ESCAPE.sub(lambda match: chr(int(match[1], 16)), question))
    yield _STREWN.sub("", question)
    yield plain(question)[::-1]
