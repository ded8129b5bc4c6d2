"""What has to be said beside an answer so that nobody takes one text for another.

A bill for a law, one law for another of its name, a year of the wrong calendar, the constitution for the articles that
displace it, one of two laws that differ.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, islice, pairwise
from typing import NamedTuple, Protocol

from rag.domain import Document
from rag.lanes import THE_CONSTITUTION
from rag.named import Named
from rag.names import display_name
from rag.numerals import CHINESE_DIGITS, parse_number
from rag.scope import Refusal
from rag.write import Source, Wanted, roc, source_found

_N = f"[0-9０-９{CHINESE_DIGITS}]{{1,8}}"
# 最低工資法草案, 住宅法部分條文修正草案: a proposal for the law before it
_DRAFT = re.compile(r"(?<=[法例則程])(?:部分條文)?(?:之)?(?:修正|制定|增訂|再修正)?草案")
# 民國2023年, 西元112年, 昭和60年, 1999年
_YEAR = re.compile(
    rf"(?P<era>民國|西元|公元|明治|大正|昭和|平成|令和|光緒|宣統|佛曆)?\s?(?P<year>{_N})\s?年(?!度|以|[內後前多期])"
)
# 1999年也就是民國99年, 2024年（民國112年）, 113年是不是西元2013年: two names of one year
_SAME_YEAR = re.compile(
    r"[\s，,(（=＝]{0,2}(?:也?就?是不?是?|即|等於|亦即|[折換轉][換算合]?[成為]?|相當於?|對應到?|等同)?[\s(（=＝]{0,2}"
)
# 2月30日, 110/02/31
_DAY = re.compile(
    rf"(?P<month>{_N})\s?月\s?(?P<day>{_N})\s?[日號]"
    r"|(?<![0-9])[0-9]{2,4}(?P<mark>[/.-])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})(?![0-9])"
)
_BACK = 10  # characters before a month where its year stands
_MOST_YEARS = 20  # of a question that are looked at
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ROC = 1911
_STARTS = {"民國": _ROC, "西元": 0, "公元": 0, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_STARTS |= {"光緒": 1874, "宣統": 1908, "佛曆": -543}
_OTHER_ERAS = ("明治", "大正", "昭和", "平成", "令和", "光緒", "宣統", "佛曆")
_DIFFER = re.compile(
    "衝突|[牴抵]觸|矛盾|不一致|不一樣|不同|聽誰|還是|或是|到底|競合|都有|特別法|重疊|該適用|要適用|兩[部個]|好像又|[以用看]哪|適用哪|哪[一個部]{1,2}(?:法|條例|優先|為準|才對)|優先"
)
# Two rules are said to differ, whatever laws they are in
_TWO_RULES = re.compile(
    "聽誰的|誰(?:說的)?才?對|兩[部個](?:法律?|條例|規定|數字|版本)|(?:規定|法律|條文)[^，。？]{0,8}(?:衝突|矛盾|不一樣|不一致)|[牴抵]觸|互相衝突|"
    "(?:可是|但是?)[^，。]{0,8}(?:法|條例|人|朋友|網路)[^，。]{0,4}[說寫]|到底[^，。]{0,8}(?:哪|還是|看|用|聽)|[用依看][^，。？]{2,16}還是|[要該]看哪|"
    "哪一?個(?:法律?|規定)?(?:優先|為準)|舊的還是新的|新法還是舊法|舊法還是新法|都有(?:規定|罰)|競合|(?:誰|何者|哪個)優先|先適用|"
    "一個[說寫是][^，。]{1,20}[，,]?(?:另)?一個|有[的人]說[^。？]{1,30}有[的人]說|兩[邊種]|重疊|[該要]適用|特別法|普通法|母法|子法|新制[^。]{0,20}舊制|"
    "舊制[^。]{0,20}新制|前後(?:規定)?不"
)
_SENTENCE = re.compile("[^。；\r\n]+")
_NOT_APPLIED = re.compile("(?:不適用|不受)憲法")
_ARTICLE = re.compile(f"第({_N})條")
SPECIAL = "law/A0030133/16"
"""中央法規標準法第16條: of two laws on one matter the special one comes first."""
DIFFERENT = (
    "問題所問的各有不同規定，分別列出；對同一事項有特別規定的優先適用（中央法規標準法第16條），"
    "個案適用哪一個，由主管機關或法院認定。"
)
ONE_OF_TWO = (
    "問題提到規定不同；這裡列出找到的條文，對同一事項有特別規定的優先適用（中央法規標準法第16條），"
    "個案適用哪一個，由主管機關或法院認定。"
)
A_REPORT = "新聞與網路上的說法不是法規，以下依收錄的條文回答。"
_REPORT = re.compile("新聞|報導|報紙|網友|網路上?(?:說|傳|瘋傳|流傳|都)|臉書|LINE群|群組|謠言|懶人包|電視上?說|媒體")
A_BILL = "草案與法律案只是提案，不是現行法規；完成立法程序並公布施行以前，不發生法規的效力。"


class Texts(Protocol):
    """What is asked of the store."""

    def versions(self, key: str) -> tuple[Document, ...]: ...
    def numbers(self, pcode: str) -> list[str]: ...


class Calendar(NamedTuple):
    """What is wrong with a day or year of the question; ``year`` is the Western one meant, 0 where none is sure."""

    said: str
    year: int = 0

    @property
    def note(self) -> str:
        return f"{self.said}，這裡依這一年的法規回答。"

    @property
    def refusal(self) -> Refusal:
        return Refusal("conflicting_versions", f"{self.said}；請寫明日期再問一次。")


class _Year(NamedTuple):
    match: re.Match[str]
    number: int
    western: int


def wrong_calendar(question: str) -> Calendar | None:
    """``wrong_calendar("民國2023年的勞基法").year == 2023``; None where every day and year can be as written.

    Also of 西元112年, 2月30日, 昭和60年 and 「1999年（民國99年）」.
    """
    years = list(islice(_years(question), _MOST_YEARS))
    for one, other in pairwise(years):
        between = question[one.match.end() : other.match.start()]
        if _SAME_YEAR.fullmatch(between) and one.western != other.western and _is_roc(one) != _is_roc(other):
            return Calendar(f"{_written(one)}，{_written(other)}，兩者不一致")
    for one, other in combinations(years, 2):
        # 「民國88年跟1988年」: the same two figures, eleven years apart
        if _is_roc(one) != _is_roc(other) and one.number % 100 == other.number % 100:
            return Calendar(f"{_written(one)}，{_written(other)}，不是同一年")
    for one in years:
        era = one.match["era"]
        if era in _OTHER_ERAS:
            return Calendar(f"{_written(one)}", one.western)
        if (era == "民國" and one.number >= _ROC) or (era in ("西元", "公元") and one.number < 200):
            meant = f"西元{one.western}年（民國{one.western - _ROC}年）"
            return Calendar(f"「{one.match[0]}」不是可能的年份，應是{meant}", one.western)
    return _wrong_day(question)


def _years(question: str) -> Iterator[_Year]:
    for match in _YEAR.finditer(question):
        number = parse_number(match["year"]) or 0
        if not (match["era"] or 60 <= number < 200 or 1900 <= number < 2200):
            continue
        start = 0 if number >= _ROC else _ROC if match["era"] in ("西元", "公元", None) else _STARTS[match["era"]]
        yield _Year(match, number, start + number)


def _is_roc(year: _Year) -> bool:
    return year.number < 200


def _written(year: _Year) -> str:
    also = f"西元{year.western}年" if _is_roc(year) else f"民國{year.western - _ROC}年"
    return f"{year.match[0].strip()}是{also}" + (
        f"（民國{year.western - _ROC}年）" if year.match["era"] in _OTHER_ERAS else ""
    )


def _wrong_day(question: str) -> Calendar | None:
    for match in _DAY.finditer(question):
        month, day = (parse_number(match[name] or match[short]) for name, short in (("month", "m"), ("day", "d")))
        if month is not None and day is not None and not _can_be(question, match, month, day):
            return Calendar(f"日期有誤：沒有{month}月{day}日這一天")
    return None


def is_reported(question: str) -> bool:
    """Whether it asks about law as the news or the net tell it."""
    return _REPORT.search(question) is not None


def _can_be(question: str, match: re.Match[str], month: int, day: int) -> bool:
    """Whether there is such a day, in the year before it where one is written."""
    if not 1 <= month <= 12 or not 1 <= day <= _LONGEST[month - 1]:
        return False
    before = [one.western for one in _years(question[max(0, match.start() - _BACK) : match.start()])]
    return (month, day) != (2, 29) or not before or isleap(before[-1])


def without_draft(question: str) -> str:
    """The question about the law itself: 「最低工資法草案規定…」 → 「最低工資法規定…」."""
    return _DRAFT.sub("", question)


def beside(named: Iterable[Named]) -> Iterator[str]:
    """What is said of the laws named: that there are others of the name, or that it has changed."""
    for law in {one.law.pcode: one.law for one in named if one.law}.values():
        written = next((one.reference.name for one in named if one.law and one.law.pcode == law.pcode), "")
        if law.name != display_name(law.name):
            when = f"於{roc(law.enacted)}制定的" if law.enacted else ""
            yield f"同名的法規不只一部，這裡依{when}{display_name(law.name)}回答。"
        elif written in law.former_names and written != law.name:
            yield f"{written}已更名為{law.name}。"


def asks_which(question: str, laws: Sequence[str]) -> bool:
    """Whether it asks which of several laws named holds."""
    return len(set(laws)) > 1 and _DIFFER.search(question) is not None


def of_two_rules(question: str) -> bool:
    """Whether it says that two rules differ on its matter."""
    return _TWO_RULES.search(question) is not None


def special_first(texts: Texts, day: date) -> list[Source]:
    """What decides between two laws."""
    found = [one for one in texts.versions(SPECIAL) if one.holds_on(day)]
    return [source_found(0, one, Wanted({})) for one in found]


def displacing(document: Document, texts: Texts, day: date) -> Document | None:
    """The one of the 增修條文 that puts itself in the place of an article of the constitution; None for any other."""
    if document.law != THE_CONSTITUTION[0]:
        return None
    keys = (f"law/{THE_CONSTITUTION[1]}/{number}" for number in texts.numbers(THE_CONSTITUTION[1]))
    held = (one for key in keys for one in texts.versions(key) if one.holds_on(day))
    return next((one for one in held if _displaces(one.text, document.number)), None)


def with_displacing(sources: Sequence[Source], texts: Texts, day: date) -> tuple[list[Source], list[str]]:
    """The sources and after them what displaces articles of the constitution among them, with what is said of it."""
    shown = [one.document for one in sources]
    pairs = [(one, by) for one in shown if (by := displacing(one, texts, day))]
    new = {by.key: source_found(0, by, Wanted({})) for _, by in pairs if by.key not in {one.key for one in shown}}
    said = (f"中華民國憲法第{one.number}條，中華民國憲法增修條文第{by.number}條另有規定。" for one, by in pairs)
    return [*sources, *new.values()], list(said)


def _displaces(text: str, number: str) -> bool:
    said = (_NOT_APPLIED.split(sentence, maxsplit=1)[1:] for sentence in _SENTENCE.findall(text))
    return any(str(parse_number(found)) == number for rest in said for one in rest for found in _ARTICLE.findall(one))
