"""Who does it to whom: the parties a statement names, each with its part in it and what is said of it there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rag.support.clauses import Clause
from rag.support.concepts import Token, lexicon

Part = Literal["acts", "suffers", "has", "asked"]

# 使、令、命、讓 name who is to act, and so do 由 and 被
_TOWARDS = re.compile(
    "(?:(?:[向對給替幫找跟與和同供係是]|(?<![認行視作])為|[^應得須可並]於|對於|要求|請求|通知|催告|告[訴知]|[給交支]付)其?|[向對][^，其]{1,6})$"
)
_BY = re.compile(
    "(?:由|被|經過?|遭|使|令|命|讓|禁止|因|如|若|但|於|除|即|仍|[時者後前]|認為?|覺得|以為|判決|裁定|約定|規定|證明|發現|知道|寫明?|載明|[說稱]"
    "|得到|取得|徵得|獲得)$"
)
_ASKED = re.compile("(?:派|委託|委任|指定|請求|要求|催告|[^應得須可想只重必需首主]要|叫|聲請|命令|請)$")
_DIRECTLY = re.compile("(?:[向對給替幫]|對於|請求|要求|通知|催告)$")
_AS = re.compile("以其?$")
_NAMED_SO = re.compile("以[^，]{1,16}為$")
_LISTED = re.compile("(?:(?:、|或|及|以及|暨|與)其?|或其他|及其他|與其他)$")
_JOINS = frozenset("、或及與和跟")
_CAUSES = re.compile("(?:派|指定|使|令|命|讓|請求|要求|叫|經過?|未得|得到|徵得|獲得)其?$")
_UNDER = re.compile("(?:經過?|得到|取得|徵得|獲得|使|令|命)其?$")
_BURDEN = frozenset(("義務", "責任", "權利", "權限", "職責"))
_ACTING = ("acts", "asked")
_HELD = 4  # tokens after 「以雇主」 that tell as what


class Mention(NamedTuple):
    """A party in its part.

    ``words`` are what it does or what is done to it, ``rest`` what the clause says after the next party, ``more`` what
    the next clauses say; ``mutual`` are parties that stand together, ``goes_on`` those of whom clauses after tell.
    """

    token: Token
    part: Part
    words: tuple[Token, ...]
    rest: tuple[Token, ...] = ()
    more: tuple[Token, ...] = ()
    mutual: bool = False
    goes_on: bool = True


def mentions(clauses: Sequence[Clause]) -> list[Mention]:
    """The parties of a statement in their order; a clause that names none goes on with those that acted before."""
    found: list[Mention] = []
    acting: list[int] = []
    said: tuple[Token, ...] = ()
    for clause in clauses:
        here = list(_parts(clause))
        if here and "由" in clause.text[:2]:
            here[0] = here[0]._replace(words=said + here[0].words)  # 甲之修繕，由出租人負擔
        if here and here[-1].part == "has" and _is_burden(clause, here[-1]):
            here[-1] = here[-1]._replace(part="acts", words=said + content(clause.tokens))  # 甲是雇主的責任
        said = content(clause.tokens)
        if not any(one.part in _ACTING for one in here):
            whose = next((one.token.start for one in here if one.part == "has"), len(clause.text))
            its = tuple(one for one in said if one.start < whose)  # what is another's is not carried on
            for at in acting:
                found[at] = found[at]._replace(more=found[at].more + its)
        acting += [len(found) + at for at, one in enumerate(here) if one.part in _ACTING and one.goes_on]
        found += here
    return [one if one.words or one.rest else one._replace(words=one.more, more=()) for one in found]


def turned_on_itself(clauses: Sequence[Clause]) -> frozenset[str]:
    """The roles that do something to themselves: 「業者要給業者三十天」."""
    found: set[str] = set()
    for clause in clauses:
        for one, other in pairwise(_parts(clause)):
            before = clause.text[: other.token.start]
            if one.part == "acts" and other.part == "suffers" and not other.mutual and _DIRECTLY.search(before):
                found |= {one.token.role} & {other.token.role}
    return frozenset(found)


def content(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words that say something beside parties and modals."""
    return tuple(token for token in tokens if token.weight > 0 and not token.role and not token.modal)


def _is_burden(clause: Clause, last: Mention) -> bool:
    after = clause.text[last.token.end + 1 :]
    return after in _BURDEN and re.search("[是屬]", clause.text[: last.token.start]) is not None


def _parts(clause: Clause) -> Iterator[Mention]:
    tokens = _opened(clause)
    clause = clause._replace(tokens=tokens)
    acting = False
    last: Part = "acts"
    roles = [at for at, token in enumerate(tokens) if token.role]
    for at in roles:
        token = tokens[at]
        before, after = clause.text[: token.start], clause.text[token.end : token.end + 2]
        if _NAMED_SO.search(before) or (at + 1 in roles and tokens[at + 1].start == token.end):
            continue  # 以雇主為投保單位; 學校教師, where the one names whose the other is
        if after[:1] in ("之", "的"):
            following = content(tokens[at + 1 :])
            yield Mention(token, "has", following[:1], following[1:2])
            continue
        listed = at != roles[0] and (_LISTED.search(before) is not None or _joined(clause, at, -1))
        part = last if listed else _part(clause, at, acting)
        words, rest = _said(clause, at, part)
        mutual = _joined(clause, at, -1) or _joined(clause, at, 1)
        yield Mention(token, part, words, rest, (), mutual, not (acting and _UNDER.search(before)))
        acting = acting or part == "acts"
        last = part


def _said(clause: Clause, at: int, part: Part) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """What a clause says of a party: up to the next one, and beyond it."""
    tokens = clause.tokens
    before = clause.text[: tokens[at].start]
    if _AS.search(before):
        return tuple(one for one in tokens[at + 1 : at + 1 + _HELD] if one.weight > 0), ()  # 以雇主為投保單位
    others = [other for other in range(at + 1, len(tokens)) if tokens[other].role and not _joined(clause, other, -1)]
    by = next((one for one in others if clause.text[: tokens[one].start].endswith("由")), len(tokens))
    until = others[0] if others else len(tokens)
    words = content(tokens[at + 1 : min(until, by)])
    caused = until < len(tokens) and _CAUSES.search(clause.text[: tokens[until].start])
    rest = () if caused else content(tokens[until:by])
    if until < len(tokens) and clause.text[: tokens[until].start].endswith("的"):
        words, rest = (), words + rest  # 受處分的外國人: it is told of the next one
    if part == "acts" and before.endswith(("的", "由")):
        words = content(tokens[:at]) + words  # 工作滿一年的勞工
    elif part == "suffers":
        words = content(tokens[max(0, at - 3) : at]) + words
    return (words, rest) if words or rest else (content(tokens[:at]), ())


def _joined(clause: Clause, at: int, step: int) -> bool:
    """Whether a party stands together with the one before (-1) or after (1) it: 雇主與勞工."""
    beyond = at + step
    if 0 <= beyond < len(clause.tokens) and clause.tokens[beyond].text in _JOINS:
        beyond += step  # 與 may be a token of its own
    if not (0 <= beyond < len(clause.tokens) and clause.tokens[beyond].role):
        return False
    near = sorted((clause.tokens[at], clause.tokens[beyond]))
    return clause.text[near[0].end : near[1].start] in _JOINS


def _part(clause: Clause, at: int, acting: bool) -> Part:
    """Whether a party acts or is acted upon."""
    tokens = clause.tokens
    before, after = clause.text[: tokens[at].start], clause.text[tokens[at].end :]
    if after[:1] in ("被", "遭"):
        return "suffers"
    if after[:1] == "所" and after[:2] not in ("所有", "所得"):
        return "acts"
    if not before or (_BY.search(before) and not _TOWARDS.search(before)):
        return "acts"
    if _ASKED.search(before):
        return "asked"
    if _TOWARDS.search(before):
        return "suffers"
    if after[:1] == "自" or any(one.modal and one.start == tokens[at].end for one in tokens[at + 1 : at + 2]):
        return "acts"
    return "suffers" if acting or _is_object(tokens, at) else "acts"


def _is_object(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word that says something stands right before a party."""
    previous = tokens[at - 1] if at else None
    return previous is not None and previous.end == tokens[at].start and previous.value is None and previous.weight > 0


def _opened(clause: Clause) -> tuple[Token, ...]:
    """The tokens of a clause, those cut up that hide a party: 訴請法院, 聘僱外國人."""
    if not any(_hides(token) for token in clause.tokens):
        return clause.tokens
    return tuple(part for token in clause.tokens for part in (_cut(token) if _hides(token) else (token,)))


def _hides(token: Token) -> bool:
    return len(token.text) > 3 and not token.role and token.value is None and _names_one(token.text)


@lru_cache(maxsize=4096)
def _names_one(text: str) -> bool:
    return _role().search(text) is not None


def _cut(token: Token) -> Iterator[Token]:
    at = 0
    for found in _role().finditer(token.text):
        for start, end in ((at, found.start()), found.span()):
            for one in lexicon().tokens(token.text[start:end]):
                yield one._replace(start=token.start + start + one.start, end=token.start + start + one.end)
        at = found.end()
    for one in lexicon().tokens(token.text[at:]):
        yield one._replace(start=token.start + at + one.start, end=token.start + at + one.end)


@cache
def _role() -> re.Pattern[str]:
    names = sorted(lexicon().rivals, key=len, reverse=True)
    return re.compile(f"(?<![被受主上])(?:{'|'.join(map(re.escape, names))})(?=之|$)")
