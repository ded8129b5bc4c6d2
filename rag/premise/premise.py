"""What a question takes for granted about the law, and the article that says otherwise.

「民法規定滿二十歲才成年，那十九歲的人可以簽約嗎」 rests on a clause that can be held against the article it is about:
the same matter, another number. Numbers are compared with what they count (twenty years of age are no twenty days),
and 「不得」 with 「可以」. A clause is called wrong only where no article that speaks of the matter as plainly bears it
out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from rag.domain import Document, Hit
from rag.evidence import covered
from rag.expand import QueryTerms
from rag.segment import fold
from rag.units import units
from rag.values import Stated, stated

BLANK = "\u3000"
"""What stands in a question in place of the laws it names."""
_LAW = f"{BLANK}{{2,60}}"
_TOLD = (
    "法律上?[說規]定?|聽(?:人家?)?說|據[說聞]|(?:有人|朋友|同事|老闆|房東|業務|[^，]{0,4}網路上?|[^，]{0,2}網友|[^，]{0,4}新聞上?|報導|大家|別人|媽媽|爸爸)都?[說寫講傳稱]|"
    "新聞報導|報紙說|我?記得|我以為|印象中|"
    "不是說|既然|因為|[依按]照?|根據|都說|聽到"
)
_TAG = "對吧|對嗎|對不對|對不|是嗎|是不是|沒錯吧|沒錯嗎|沒錯|是真的嗎|真的嗎|真的假的|是這樣嗎|正確嗎|沒問題吧"
_CLAUSE = re.compile(r"[^，,。；;？?！!\n]+[，,。；;？?！!]?")
_IS_TOLD = re.compile(f"{_TOLD}|{_LAW}")
_IS_TAGGED = re.compile(f"{_TAG}|吧(?=[，,。？?！!]?$)|為什麼這麼|怎麼這麼|這樣合理嗎")
_LEAD = re.compile(
    rf"^(?:那麼?|請問|想問|所以|可是|但)?(?:{_TOLD})?(?:現行)?[，,]?|{_LAW}(?:裡面?|上|中)?有?(?:規定了?|明定|明文|說)?"
    "|有?(?:規定了?|明定|明文)"
)
_TAIL = re.compile(rf"(?:{_TAG}|吧)?[，,。；;？?！!]*$")
# Who tells what happened to them tells no law: 「公司只給七天」
_FACT = re.compile(
    r"我(?!國)|^(?:如果|假如|若|萬一|那|而且|但|可是|結果|所以|今天|昨天)?(?:我|他|她|公司|老闆|房東|對方|朋友|店家|同事|主管|[賣買]方|先生|太太|醫院|學校|媽媽|爸爸)"
)
_ASKED = re.compile(r"什麼|怎麼|如何|為何|多少|多久|哪|幾|誰|是否|[能可]否|有沒有|會不會|可不可以|能不能|[嗎呢]")
# Units that measure one thing, so that 三十日 can stand against 二個月; years have come as months already
_DIMENSIONS = {
    **{"月": ("length", 30.0), "日": ("length", 1.0), "工作日": ("length", 1.0)},
    **{"小時": ("length", 1 / 24), "時": ("length", 1 / 24), "分鐘": ("length", 1 / 1440)},
    **{"比": ("rate", 1.0), "倍": ("rate", 1.0), "人": ("people", 1.0), "席": ("people", 1.0)},
}
_DATES = ("曆日", "曆月", "西元年", "月日", "條", "項", "款", "目", "號", "")
_MAY = re.compile(r"(?<![不無未])(?:可以|得以|能夠?|有權|得)(?![知免到為])")
_MUST_NOT = re.compile(r"不得|不可以?|不能|禁止|不准|不許")
_EXCEPT = re.compile(r"但|除[^，]{0,20}外|不在此限|非[^，]{0,16}不得|情形|前[項條]|者，")
# What a clause says a number with: 「最重可以判…以上」
_GLUE = re.compile(
    "以[上下內]|之內|未滿|不?超過|最[高低重輕多少長短]|至[多少]|上限|下限|一定|應該|必須|需要|只有|可以|能夠|不得|不能|而已|左右|新?[台臺]幣|只要|期[限間]|時[效間]|之?後"
)
_BY = "應需要只才就都也會得是為在有做的滿內到被罰處判"
_BY_A_NUMBER = re.compile(rf"(?<={BLANK})[{_BY}]{{1,3}}|[{_BY}]{{1,3}}(?={BLANK})|^[應需要只才就都也會是]")
_OR = re.compile("還是|或是|或者")
_PARTS = re.compile(r"[^。；;\n]+[。；;]?")
_AGE = "年滿歲"
_ENOUGH = 0.6  # of what the clause speaks of a 項 has to speak of as well
_PLAINLY = 0.66  # the same of a clause that may be told of something else
_SUBJECT = 5  # characters that such a clause says at least of what it is about
_AS_PLAIN = 0.8  # of the best 項: what comes so near may bear the clause out
_AT_ALL = 0.3  # where a number asked for stands there as well
_SHORT = 60  # characters of a quote that is said in a note
_WORDS = 0.7  # of the clause, where only 不得 and 可以 differ


class Claim(NamedTuple):
    """A clause that says what the law is; ``is_told``: it says so of the law, or asks whether it is so."""

    text: str
    is_told: bool = False

    @property
    def sought(self) -> str:
        """What is searched for: all but its numbers, which stand in many articles; an age is written the same way."""
        ages = any(one.value.unit == "歲" for one in stated(self.text))
        return _without_values(self.text) + (_AGE if ages else "")

    @property
    def subject(self) -> str:
        """What it speaks of, without what it says of it: 「滿二十歲才成年」 → 「　　　　成年」."""
        folded = _without_values(self.text)
        for pattern in (_GLUE, _BY_A_NUMBER):
            folded = pattern.sub(_blank, folded)
        return folded


class Either(NamedTuple):
    """Two numbers that measure the same, of which one is asked for, and what they are said of."""

    claim: Claim
    numbers: tuple[Stated, Stated]


class Finding(NamedTuple):
    """The part of an article a claim is about; ``stated`` is what it says and the article doesn't, if anything."""

    document: Document
    start: int
    end: int
    stated: str = ""

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]


class _Part(NamedTuple):
    document: Document
    start: int
    end: int
    share: float
    score: float

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]

    def found(self, stated: str = "") -> Finding:
        return Finding(self.document, self.start, self.end, stated)


def claims(question: str) -> list[Claim]:
    """The clauses of a question that say what the law is; laws named in it are blanked out.

    ``claims("　　規定滿二十歲才成年，那十九歲可以簽約嗎") == [Claim("滿二十歲才成年", True)]``
    """
    found: list[Claim] = []
    clauses = [match[0] for match in _CLAUSE.finditer(question)]
    told = False
    for place, clause in enumerate(clauses):
        told = told or _IS_TOLD.search(clause) is not None
        following = clauses[place + 1] if place + 1 < len(clauses) else ""
        asks_if_so = _IS_TAGGED.search(clause) or _IS_TAGGED.match(following)
        text = _LEAD.sub("", _TAIL.sub("", clause)).strip()
        if not text:
            continue
        if not _ASKED.search(text) and (following or asks_if_so) and (told or not _FACT.search(clause)):
            is_told = told or asks_if_so is not None
            found += [Claim(text, is_told)] if is_told or _says_something(text) else []
        told = False
    return found


def either(question: str) -> Either | None:
    """``either("求償時效是兩年還是十五年")`` is of 求償; two people who say different things ask so, too."""
    for clause in _CLAUSE.findall(question):
        match = _OR.search(clause)
        if match and (numbers := _alike(stated(clause[: match.start()])[-1:], stated(clause[match.end() :])[:1])):
            return Either(Claim(clause[: match.start()]), numbers)
    told = [one for one in claims(question) if one.is_told]
    for one, other in pairwise(told):
        if numbers := _alike(stated(one.text)[-1:], stated(other.text)[-1:]):
            return Either(Claim(f"{one.text}{BLANK}{other.text}"), numbers)
    return None


def bearing_out(number: Stated, subject: str, terms: QueryTerms, articles: Sequence[Hit]) -> Finding | None:
    """The part of the articles that speaks most of the subject and has the number."""
    parts = [part for hit in articles for part in _parts(hit, subject, terms) if _is_among(number, stated(part.text))]
    best = max(parts, key=lambda part: part.share, default=None)
    return best.found() if best and best.share >= _AT_ALL else None


def check(claim: Claim, terms: QueryTerms, articles: Sequence[Hit]) -> Finding | None:
    """The part of the articles that bears a claim out, else the one that says otherwise; None where none speaks of it.

    :param terms: those of the claim's subject.
    :param articles: best first.
    """
    parts = _ranked(claim.subject, terms, articles)
    best = max((part.share for part in parts), default=0.0)
    long = sum(not one.isspace() for one in claim.subject) >= _SUBJECT
    if best < (_ENOUGH if claim.is_told else _PLAINLY) or not (long or claim.is_told):
        return None
    near = [part for part in parts if part.share >= _AS_PLAIN * best]
    said = [one for one in stated(claim.text) if one.value.unit not in _DATES]
    return _by_numbers(said, near) if said else _by_permission(claim.text, near)


def nearest(claim: Claim, terms: QueryTerms, articles: Sequence[Hit], most: int) -> list[Finding]:
    """The articles that speak most of the matter of a claim, each by its best 項."""
    found: dict[str, Finding] = {}
    for part in _ranked(claim.subject, terms, articles):
        if part.share >= _AT_ALL:
            found.setdefault(part.document.key, part.found())
    return list(found.values())[:most]


def correction(label: str, finding: Finding) -> str:
    """What is said of a question that takes the wrong thing for granted; its words are not said again."""
    quote = finding.quote.strip()
    if len(quote) <= _SHORT and "「" not in quote and "\n" not in quote:
        return f"問題的前提與{label}不符，該條規定：「{quote}」"
    return f"問題的前提與{label}不符，請看第一則引文。"


def _without_values(text: str) -> str:
    folded = fold(text)
    for one in stated(text):
        folded = folded.replace(one.written, BLANK * len(one.written))
    return folded


def _alike(one: Sequence[Stated], other: Sequence[Stated]) -> tuple[Stated, Stated] | None:
    """Two numbers that measure the same and differ."""
    if one and other and _measures_alike(one[0], other[0]) and _size(one[0]) != _size(other[0]):
        return one[0], other[0]
    return None


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match[0])


def _says_something(text: str) -> bool:
    return bool(
        any(one.value.unit not in _DATES for one in stated(text)) or _MAY.search(text) or _MUST_NOT.search(text)
    )


def _ranked(subject: str, terms: QueryTerms, articles: Sequence[Hit]) -> list[_Part]:
    """The 項 of the articles by how much of the subject they account for and how well their article matched."""
    parts = [part for hit in articles for part in _parts(hit, subject, terms)]
    most = max((part.score for part in parts), default=0.0)
    return sorted(parts, key=lambda part: -part.share * (most + part.score))


def _parts(hit: Hit, subject: str, terms: QueryTerms) -> Iterator[_Part]:
    """The 項 of an article with the share of the subject that they, or the headings above, account for."""
    text = hit.document.text
    spans = [(unit.start, unit.end) for unit in units(text) if len(unit.path) == 1]
    for start, end in spans or [(0, len(text))]:
        passage = replace(hit.passage, start=start, end=end, text=text[start:end])
        yield _Part(hit.document, start, end, covered(subject, terms, [replace(hit, passage=passage)]), hit.text_score)


def _by_numbers(said: Sequence[Stated], parts: Sequence[_Part]) -> Finding | None:
    """The last number of a clause is what it concludes; those before it say when."""
    *conditions, conclusion = said
    against: list[tuple[bool, _Part]] = []
    for part in parts:
        for sentence in _PARTS.findall(part.text):
            known = stated(sentence)
            if not all(_is_among(one, known) for one in conditions):
                continue
            if _is_among(conclusion, known):
                return part.found()
            others = [one for one in known if _measures_alike(conclusion, one) and not _is_among(one, conditions)]
            if others:
                against.append((not any(one.written[-1] == conclusion.written[-1] for one in others), part))
    return min(against, key=lambda pair: pair[0])[1].found(conclusion.written) if against else None


def _by_permission(text: str, parts: Sequence[_Part]) -> Finding | None:
    """「可以」 against 「不得」, of the same doing."""
    may = _MAY.search(text) is not None and _MUST_NOT.search(text) is None
    for part in parts:
        if may and part.share >= _WORDS and _MUST_NOT.search(part.text) and not _EXCEPT.search(part.text):
            return part.found(text)
    return None


def _is_among(one: Stated, known: Sequence[Stated]) -> bool:
    return any(_measures_alike(one, other) and _size(one) == _size(other) for other in known)


def _measures_alike(one: Stated, other: Stated) -> bool:
    return _dimension(one) == _dimension(other) != ""


def _dimension(one: Stated) -> str:
    return _DIMENSIONS.get(one.value.unit, (one.value.unit, 1.0))[0]


def _size(one: Stated) -> float:
    return round(one.value.number * _DIMENSIONS.get(one.value.unit, ("", 1.0))[1], 6)
