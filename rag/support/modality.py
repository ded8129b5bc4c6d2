"""Must, may, must not, need not: the modals of a statement, each with what it governs.

A modal governs what follows it in its clause, and goes on into the next where that has neither subject nor modal of its
own (應於租約消滅後，返還押金). What denies by itself (拒絕, 違反) joins the modal right before it: 不得 + 拒絕 = 應.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.support.clauses import Clause
from rag.support.concepts import Token

NEGATIVE = frozenset({"forbid", "exempt", "not"})
STRONG = frozenset({"must", "may", "forbid", "exempt"})
# Two modals with nothing between them are one: 得 + 不 = 免, 不得 + 拒絕 = 應.
_JOINED = {
    ("may", "not"): "exempt",
    ("may?", "not"): "exempt",
    ("must", "not"): "forbid",
    ("must?", "not"): "forbid",
    ("forbid", "not"): "must",
    ("exempt", "not"): "must?",
    ("not", "not"): "",
    ("only", "not"): "forbid",
    ("not", "may"): "forbid",
    ("not", "may?"): "forbid",
    ("not", "must"): "exempt",
    ("not", "must?"): "exempt",
    ("not", "forbid"): "may?",
    ("not", "exempt"): "must",
    ("forbid", "exempt"): "must",
    ("forbid", "forbid"): "must",
    ("exempt", "forbid"): "may",
    ("may", "forbid"): "exempt",
    ("must", "may"): "must",
    ("must", "may?"): "must",
}
# What was joined with a word that denies by itself (不得違反 = must keep), without that word.
_BARE = {"must": "forbid", "exempt": "may", "forbid": "must", "not": ""}
_WEAK = frozenset({"must?", "may?"})
_CONDITION = re.compile(
    "(?<!使用)(?<!消費)(?<!受僱)(?<!障礙)(?<!求職)(?<!經營)(?<![業患])者$|(?<!小)時$|時候$|為限$|情形$|情[形況]下$|的話$|除外$|^(?:但|而)?(?:如果|若是|要是|假如)"
)
_TOPIC = re.compile("的人?$")  # 遲付租金的, …: of a clause that is not the last
_AFFAIR = "情形"  # 不得有 … 之情形 says what must not be
_OPEN = re.compile("前$|就算|即使|縱|雖|不論|不管|無論|是否|不問")
_UNTIL = re.compile("[內後前起]$")
_UNABLE = frozenset(
    "不能 不能夠 無法 不堪 不克 沒辦法 難以 很難 不易 顯難 無從 很困難 有困難 顯難 顯然難以 顯不能".split()
)
_ATTRIBUTIVE = frozenset("非 需要 需 未 沒 還沒 還沒有 尚未 不".split())
_LACKS = frozenset("非 非經 未 未經 未得 沒經 除非".split())
_BY = frozenset("由因係以")
# What comes before the verb of a modal: 不得於 …, 終止契約
_BEFORE = tuple("於在以因就對向依拿用由自從將把經與和跟按基")
_SANCTIONS = ("吊銷", "吊扣", "沒入", "沒收", "扣留", "處", "罰", "勒令", "命")
_BAN, _WEIGHT = "禁止", 4.0  # bits: after another modal it is a verb, 應禁止 …
_WITHIN = re.compile("(?<!小)時$|下$")
_SHUT = re.compile("[時前後內中下]$")
_AND = ("或", "及", "亦", "也", "與", "並")
_OF = re.compile("(?<![標目])[的之](?!話|時|日|後|前|規定)[^的之]{1,6}$")
_NOTHING = frozenset({"沒有", "無", "沒", "毫無", "並無", "沒人", "無人"})
_THEN = re.compile("的話|[就則便才]|否則")
BUTS = ("但", "不過", "惟")
_UNLESS = "除非"
_STARTS = tuple("但處罰科判吊由如其除若因致自凡有")
_NOBODY = ("人", "任何", "別", "其他", "方法", "辦法", "理由", "誰")
_LETS = re.compile("[使讓令俾供]")


class Norm(NamedTuple):
    """What one modal governs; ``modal`` is "" where there is none, ``soft`` that of the clause before, if it goes on.

    ``whole``: it is all of its clause; ``open``: yes and no are one to it (判決確定前, 就算離職); ``case``: it says
    when something holds.
    """

    modal: str
    governed: tuple[Token, ...]
    clause: int
    soft: str = ""
    whole: bool = True
    open: bool = False
    case: bool = False
    bare: str = ""

    @property
    def effective(self) -> str:
        return self.modal or self.soft

    @property
    def states(self) -> bool:
        """Whether it says what holds, not only of whom or in which case."""
        return not self.case and (bool(self.effective) or self.whole)


class _Part(NamedTuple):
    """A modal with what follows it in its clause; ``word`` is the first that made it.

    ``before_verb``: what it governs only says when, whom or by what: 不得以 …
    """

    modal: str
    governed: tuple[Token, ...]
    word: Token | None = None
    bare: str = ""

    before_verb: bool = False


@lru_cache(maxsize=512)
def norms(clauses: tuple[Clause, ...]) -> tuple[Norm, ...]:
    """The norms of a statement, at least one a clause; asked for again by what follows it."""
    found: list[Norm] = []
    carried, unsure, waits = "", False, False
    for number, clause in enumerate(clauses):
        last = number + 1 == len(clauses)
        parts = _closing(_inner(list(_denying(list(_split(clause)), clause.text)), clause.text), clause.text)
        plain = len(parts) == 1 and not parts[0].modal
        open_, case = unsure or bool(_OPEN.search(clause.text)), _is_case(clause.text, parts, last)
        soft = carried if plain else ""
        found += [
            Norm(part.modal, part.governed, number, soft, plain, open_, case or _unless(part, clause, last), part.bare)
            for part in parts
            if part.governed or part.modal
        ]
        waited = waits and plain
        waits = (parts[-1].before_verb or waited) and not _SHUT.search(clause.text)
        goes_on = not last and _goes_on(clauses[number + 1], waits)
        joined = not last and clauses[number + 1].text.startswith(_AND)
        carried = _carried(clause, parts, carried, waited, joined) if goes_on else ""
        unsure = goes_on and any(_unable(part) for part in parts)
    return tuple(found)


def _unless(part: _Part, clause: Clause, last: bool) -> bool:
    """非予羈押, 未經同意: without that."""
    begins = part.word is not None and part.word.start == 0 and part.word.text in _LACKS
    return begins and not (last and part.governed == clause.tokens[1:])


def _is_case(text: str, parts: Sequence[_Part], last: bool) -> bool:
    """Whether a clause only says in which case or of whom something holds: 遲付租金者."""
    if any(part.before_verb for part in parts):
        return len(parts) > 1 and bool(_WITHIN.search(text)) and not last
    if text.endswith(_AFFAIR) and any(part.modal == "forbid" for part in parts):
        return False
    if _CONDITION.search(text):
        return True
    binds = any(part.modal in STRONG and not _unable(part) for part in parts)
    return not last and bool(_TOPIC.search(text)) and not (binds and text.endswith("人"))


def _inner(parts: list[_Part], text: str) -> list[_Part]:
    """With the modals inside an attribute as no more than yes or no: 要保持可以使用的狀態 is one duty, of a state."""
    kept: list[_Part] = []
    for number, part in enumerate(parts):
        after = parts[number + 1].word if number + 1 < len(parts) else None
        outer = kept[-1] if kept else None
        if outer is not None and _attributive(part, outer, text, after.start if after else len(text)):
            kept[-1] = outer._replace(governed=(*outer.governed, *part.governed))
            if part.modal not in NEGATIVE:
                continue
            part = part._replace(modal="not")
        elif _unable(part) and part.word and _OF.search(text[part.word.end : after.start if after else len(text)]):
            part = part._replace(modal="not")  # 難以回復的損害
        kept.append(part)
    return kept


def _attributive(part: _Part, outer: _Part, text: str, end: int) -> bool:
    if part.word is None or outer.word is None or "not" in (part.modal, outer.modal):
        return False
    between = text[outer.word.end : part.word.start]
    return bool(_OF.search(text[part.word.end : end])) and not _THEN.search(between) and not between.endswith(_AND)


def _carried(clause: Clause, parts: Sequence[_Part], before: str, waits: bool, joined: bool) -> str:
    """The modal that goes on beyond the end of a clause; a condition ends it, and what is denied is one thing."""
    leads = next((part for part in parts if part.before_verb), None)
    if waits and not parts[-1].modal:
        return before
    if leads is not None and (leads is parts[-1] or _SHUT.search(clause.text)):
        return leads.modal
    modal, governed = parts[-1].modal, parts[-1].governed
    if _CONDITION.search(clause.text) or _unable(parts[-1]):
        return ""
    if _UNTIL.search(clause.text):
        modal = next((part.modal for part in parts if part.modal), "")
    if governed and governed[0].modal:
        modal = _BARE.get(modal, modal)
    reason = modal == "not" and bool(governed) and governed[0].text == "因"
    if modal in NEGATIVE and not (joined or reason):
        return ""
    return modal if modal in STRONG or reason else before if not modal else ""


def _goes_on(clause: Clause, waits: bool) -> bool:
    """Whether a clause has neither a subject of its own nor a new start; what waits for its verb may have one."""
    if waits:
        return not clause.text.startswith((*BUTS, _UNLESS))
    first = clause.tokens[0]
    alone = bool(first.role) and first.start == 0
    return not (alone or clause.text.startswith(_STARTS) or _CONDITION.search(clause.text) or _THEN.search(clause.text))


def _denying(parts: Sequence[_Part], text: str) -> Iterator[_Part]:
    """沒有別的方法可以 …: what there is nothing to do it with, one may not; 應使人民得 … is a duty all of it."""
    before = _Part("", ())
    for part in parts:
        if before.word is not None and part.word is not None and part.modal in ("may", "may?"):
            between = text[before.word.end : part.word.start]
            if before.word.text in _NOTHING and between.startswith(_NOBODY) and not _THEN.search(between):
                part = part._replace(modal="forbid")
            elif before.modal == "must" and _LETS.search(between):
                part = part._replace(modal="must")
        yield part
        before = part


def _split(clause: Clause) -> Iterator[_Part]:
    """The tokens up to the first modal, then each modal with what it governs."""
    part, outer = _Part("", ()), ""
    end = -1  # where the modal before ends, if nothing stands between
    for token in clause.tokens:
        joins = token.start == end and not part.governed and not (token.modal == "anti" and part.modal in _WEAK)
        if not token.modal or (token.modal == "anti" and not joins):
            if _punished(part, token, clause.text):
                yield part
                part = _Part("must", (), token)
            if _attribute_ends(part, clause.text[: token.start]):
                yield part
                part = _Part(outer, ())
            part = part._replace(governed=(*part.governed, token))
            continue
        modal = "not" if token.modal == "anti" else token.modal
        if joins:
            bans = token.text == _BAN
            bare = part.modal if token.modal == "anti" or bans else part.bare
            token = token._replace(modal="anti", weight=_WEIGHT, concepts=frozenset({_BAN})) if bans else token
            part = part._replace(modal=_join(part.modal, modal), bare=bare)
        else:
            yield part
            part, outer = _Part(modal, (), token, before_verb=_waits(modal, token, clause.text)), part.modal
        end = token.end
        if token.concepts:
            part = part._replace(governed=(*part.governed, token))
    yield part


def _waits(modal: str, word: Token, text: str) -> bool:
    return modal in STRONG and (word.text == "不得以" or text.startswith(_BEFORE, word.end))


def _punished(part: _Part, token: Token, text: str) -> bool:
    """禁止其駕駛及吊銷執照: what comes next is no more forbidden."""
    forbids = part.word is not None and part.word.text == _BAN and bool(part.governed)
    return forbids and text[: token.start].endswith(_AND) and text[token.start :].startswith(_SANCTIONS)


def _attribute_ends(part: _Part, before: str) -> bool:
    """非供公眾使用之機器: the denial ends with its attribute."""
    attributive = part.word is not None and part.word.text in _ATTRIBUTIVE and bool(part.governed)
    return attributive and part.governed[0].text not in _BY and before.endswith(("之", "的"))


def _closing(parts: Sequence[_Part], text: str) -> list[_Part]:
    """給付不能: that ends its clause and speaks of what stands before it; of 可得而知 nothing is allowed."""
    if len(parts) > 1 and parts[-1].modal and not parts[-1].governed:
        if _unable(parts[-1]):
            return [*parts[:-1], parts[-1]._replace(governed=parts[-2].governed)]
        if text.endswith("可得"):
            return list(parts[:-1])
    return list(parts)


def _unable(part: _Part) -> bool:
    """無法, 不能: what nobody forbids."""
    return part.word is not None and part.word.text in _UNABLE


def _join(one: str, other: str) -> str:
    return _JOINED.get((one, other), one if other in _WEAK else other)
