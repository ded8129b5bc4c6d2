"""Whether texts bear what is said of them: a quote word for word, a paraphrase by its numbers, modals and parties.

A quote may differ in what changes nothing: signs, white space, figures for numerals (5年 for 五年), spellings of one
word (部份), whole sentences or items left out. A paraphrase is wrong only where it is of the text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rag.check.saying import Saying
from rag.numerals import CHINESE_DIGITS, parse_number, search_key
from rag.support import Support
from rag.values import Known, Stated, stated
from rag.verify.quotes import Text, best

_SHOWN, _LED = 24, 8  # characters of a quote that are told from where it differs, and before it
_SHORTEST = 4  # characters of a claim
_PIECES = re.compile(
    r"…+|⋯+|\.{3,}|[（(〔\[][^（）()〔〕\[\]]{0,40}[）)〕\]]|[。\n]"
    r"|(?:^|(?<=[：:；;，,、\s]))(?:[（(]?[〇一二三四五六七八九十]{1,3}[、）)]|第[〇一二三四五六七八九十0-9]{1,3}款[：:、]?|[0-9０-９]{1,2}[、.．])"
)
_HEADS = re.compile(r"^\s*(?:[〇一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])", re.MULTILINE)
_NUMERAL = re.compile(f"[{CHINESE_DIGITS}]+|(?<=[0-9]),(?=[0-9])")
_SHARE = re.compile("100分之([0-9]+)")
_NO_WORD = re.compile(r"[^\w%]|_")
_SPELLINGS = str.maketrans("份佈劃僱証週記賬姦", "分布畫雇證周紀帳奸")
# Days of the calendar are of a text's history; the numbers of articles are checked where they are referred to.
_NO_MEASURE = frozenset({"曆日", "曆月", "西元年", "月日", "條", "項", "款", "目", "類", "種", "個"})
# Of persons and steps of one case: an article that holds none of these words doesn't say what is said there.
_OF_A_CASE = re.compile(
    "原告|被告|上訴人|聲請人|抗告人|相對人|告訴人|再審|系爭|本件|本案|本院|原審|原判決|[甲乙丙丁][○〇男女]|○|如主文|宣告|諭知|沒收之|為由|可採|有據|無據"
)
_NOT = re.compile("[不毋免無未非勿禁]")
_EXCEPTS = re.compile("非|但|除")  # 非有下列情形，不得…: in each of the cases one may
_MODALS = ("不得", "應", "得")
_MODAL = re.compile("不得|應|得")
_CAN = re.compile("可以|[得可能]")
_ALMOST = 0.6  # of a claim's letters, two by two, that stand in a text it is worded after
_SHORT_CHANGE = 12  # characters; more are left out on purpose
_CLAUSE = re.compile("[，,；;]")


class Judged(NamedTuple):
    """``silent``: nothing is said; ``unsupported``: the texts don't speak of it; ``wrong``: they say otherwise."""

    kind: Literal["silent", "borne", "unsupported", "wrong"]
    detail: str = ""


def judge(said: Saying, texts: Sequence[str], support: Support) -> Judged:
    """What the texts make of what is said of them.

    :param texts: of the articles named together, one of which has to bear it.
    """
    if said.quotes:
        altered = next((one for one in said.quotes if not holds(texts, one)), None)
        return Judged("borne") if altered is None else Judged("wrong", _difference(altered, texts))
    claim = _of_law(said.claim, "".join(texts))
    if len(re.sub(r"\W", "", claim)) < _SHORTEST:
        return Judged("silent")
    return _of_claim(claim, texts, support, said.is_loose)


def holds(texts: Sequence[str], quote: str) -> bool:
    """Whether texts hold a quote, but for what changes nothing."""
    keys = [plain(text) for text in texts]
    if any(plain(quote) in key for key in keys):
        return any(_stands(plain(quote), key) for key in keys)
    if best(quote, [Text(text) for text in texts]).verdict != "altered":
        return True
    pieces = [plain(one) for one in _PIECES.split(quote)]
    return any(pieces) and all(any(one in key for key in keys) for one in pieces)


def _stands(words: str, text: str) -> bool:
    """Whether words stand in a text, and not only behind a denial: 「得為強制執行」 of 「不得為強制執行」."""
    at = text.find(words)
    while at > 0 and words and text[at - 1] in "不未無非毋":
        at = text.find(words, at + 1)
    return at >= 0


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The letters of a text, with figures for numerals: ``plain("一、處五年以下；") == plain("處5年以下")``."""
    bare = search_key(_HEADS.sub("", text)).translate(_SPELLINGS)
    return _NO_WORD.sub("", _SHARE.sub(r"\1%", _NUMERAL.sub(_figures, bare)))


def _figures(match: re.Match[str]) -> str:
    number = parse_number(match[0]) if match[0] != "," else None
    return "" if match[0] == "," else match[0] if number is None else str(number)


def _of_claim(claim: str, texts: Sequence[str], support: Support, is_loose: bool) -> Judged:
    if any(_stands(plain(claim), plain(text)) for text in texts):
        return Judged("borne")
    judged = support.verdict(claim, texts)
    if judged == "unsupported":
        return Judged("unsupported")
    known = Known()
    for text in texts:
        known.add(stated(text))
    numbers = (one for one in stated(claim) if _counts(one, claim, is_loose))
    wrong = next((one for one in numbers if one not in known), None)
    if wrong:
        return Judged("wrong", f"條文裡沒有「{wrong.written}{wrong.bound}」")
    if is_loose:
        return Judged("borne")
    if _swaps_modal(claim, texts):
        return Judged("wrong", "所述與條文相反")
    if judged == "ok" or not _turns(claim, texts, judged):
        return Judged("borne")
    return Judged("wrong", "所述的主體與條文不同" if judged == "parties" else "所述與條文相反")


def _counts(one: Stated, claim: str, is_loose: bool) -> bool:
    """Whether a number is one of law: days of the calendar are of its history, unbounded ones may be of a case."""
    if one.value.unit in _NO_MEASURE or f"第{one.written}" in search_key(claim):
        return False
    return bool(one.bound) or not is_loose


def _swaps_modal(claim: str, texts: Sequence[str]) -> bool:
    """Whether the very words that follow a modal stand in the texts only under another: 應減輕其刑 for 得減輕其刑."""
    text = plain("\n".join(texts))
    for clause in map(plain, _CLAUSE.split(claim)):
        for modal in _MODAL.finditer(clause):
            rest = clause[modal.end() :]
            under = {other for other in _MODALS if _stands(other + rest, text)}
            denied = "不得" in (modal[0], *under) and _EXCEPTS.search(text)
            if len(rest) >= _SHORTEST and under and modal[0] not in under and not denied:
                return True
    return False


def _turns(claim: str, texts: Sequence[str], judged: str) -> bool:
    """Whether a claim in almost the words of the texts differs from them in one that can turn its meaning.

    Of what is worded more freely the support alone tells.
    """
    joined = "\n".join(texts)
    if shared(claim, joined) < _ALMOST:
        return True
    text = plain(joined)
    own = "".join(one for one in map(plain, _CLAUSE.split(claim)) if not _stands(one, text) and not _excepts(one, text))
    changes = list(_changes(own, text))
    if judged == "parties":
        return any(len(said) > 1 for said, _ in changes)
    return any(_modals(said) != _modals(other) for said, other in changes)


def _excepts(clause: str, text: str) -> bool:
    """Whether a clause is the other side of an exception: 「其情形不可以補正者」 of 「但其情形可以補正者，…」."""
    if _NOT.search(clause) is None:
        return False
    bare = _CAN.sub("", _NOT.sub("", clause)).removesuffix("者").removeprefix("其")
    return re.search(f"但其?{re.escape(bare)}", _CAN.sub("", text)) is not None


def _modals(words: str) -> tuple[int, bool]:
    """Whether words deny, and whether they allow: 應 is what a statute says without any modal, too."""
    return len(_NOT.findall(words)) % 2, "得" in words


def _changes(said: str, text: str) -> Iterator[tuple[str, str]]:
    """What a claim has, and what the text has in its place; long stretches left out are no change."""
    blocks = SequenceMatcher(None, said, text, autojunk=False).get_matching_blocks()[:-1]
    blocks = [one for one in blocks if one.size > 1]  # the same sign far away is no match: 不負責任 and 不法
    for one, following in pairwise(blocks):
        other = text[one.b + one.size : following.b]
        yield said[one.a + one.size : following.a], other if len(other) <= _SHORT_CHANGE else ""
    if blocks:
        yield said[: blocks[0].a], ""
        yield said[blocks[-1].a + blocks[-1].size :], ""


def _of_law(claim: str, texts: str) -> str:
    """A claim up to the clause that goes over to the case."""
    case = next((one for one in _OF_A_CASE.finditer(claim) if one[0] not in texts), None)
    if case is None:
        return claim
    breaks = [0, *(one.start() for one in _CLAUSE.finditer(claim, 0, case.start()))]
    return claim[: breaks[-1]]


def _difference(quote: str, texts: Sequence[str]) -> str:
    """The quote from a little before where it goes away from all texts."""
    keys = [plain(text) for text in texts]
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        if any(plain(quote[:middle]) in key for key in keys):
            low = middle
        else:
            high = middle - 1
    start = max(0, low - _LED)
    end = min(len(quote), low + _SHOWN)
    return f"引文與原文不符：「{'…' if start else ''}{quote[start:end]}{'…' if end < len(quote) else ''}」"


def shared(claim: str, text: str) -> float:
    """How much of a claim's letters, two by two, a text has: 0 … 1."""
    claim, key = plain(claim), plain(text)
    pairs = {claim[at : at + 2] for at in range(len(claim) - 1)}
    return sum(one in key for one in pairs) / max(1, len(pairs))
