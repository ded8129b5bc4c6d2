"""Must, may, must not, need not: the modals of a statement, each with what it governs.

A modal governs what follows it in its clause, and goes on into the next where that has neither subject nor modal of its
own (應於租約消滅後，返還押金). What denies by itself (拒絕, 違反) joins the modal right before it: 不得 + 拒絕 = 應.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.clauses import Clause, Statement
from rag.concepts import Token

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
    ("exempt", "forbid"): "forbid",
    ("must", "may"): "must",
    ("must", "may?"): "must",
}
# What was joined with a word that denies by itself (不得違反 = must keep), without that word.
_BARE = {"must": "forbid", "exempt": "may", "forbid": "must", "not": ""}
_SAME_WORDS = 6  # characters of a clause that is the text's own but for its modals
_WEAK = frozenset({"must?", "may?"})
_CONDITION = re.compile("(?:[者時]|為限|情形|的話|除外)$")
_OPEN = re.compile("前$|就算|即使|縱|雖|不論|不管|無論|是否|不問")
_UNTIL = re.compile("[內後前起]$")
_UNABLE = frozenset("不能 不能夠 無法 不堪 不克 沒辦法 難以 很難 不易 顯難 無從".split())
_ATTRIBUTIVE = frozenset({"非", "需要", "需"})
_BY = frozenset("由因係以")
_NOTHING = frozenset({"沒有", "無", "沒", "毫無", "並無", "沒人", "無人"})
_THEN = re.compile("的話|[就則便才]|否則")
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

    @property
    def effective(self) -> str:
        return self.modal or self.soft

    @property
    def states(self) -> bool:
        """Whether it says what holds, not only of whom or in which case."""
        return bool(self.effective) or (self.whole and not self.case)


class _Part(NamedTuple):
    """A modal with what follows it in its clause; ``word`` is the first that made it."""

    modal: str
    governed: tuple[Token, ...]
    word: Token | None = None


def norms(clauses: Sequence[Clause]) -> list[Norm]:
    """The norms of a statement, at least one a clause."""
    found: list[Norm] = []
    carried, unsure = "", False
    for number, clause in enumerate(clauses):
        parts = _closing(list(_denying(list(_split(clause)), clause.text)))
        open_, case = unsure or bool(_OPEN.search(clause.text)), bool(_CONDITION.search(clause.text))
        plain = len(parts) == 1 and not parts[0].modal
        soft = carried if plain else ""
        found += [Norm(modal, told, number, soft, plain, open_, case) for modal, told, _ in parts if modal or told]
        goes_on = number + 1 < len(clauses) and _goes_on(clauses[number + 1])
        carried = _carried(clause, parts, carried) if goes_on else ""
        unsure = goes_on and any(part.word is not None and part.word.text in _UNABLE for part in parts)
    return found


def condition(among: Sequence[Norm], norm: Norm) -> tuple[Token, ...]:
    """The negative condition of a norm: 未經同意 …, 非有下列 …"""
    found = (one.governed for one in among if one.modal == "not" and one is not norm and one.clause <= norm.clause)
    return tuple(token for governed in found for token in governed)


def reworded(claim: Statement, found: Sequence[Statement]) -> bool:
    """Whether a clause of the claim is one of the text's, word for word, but for its modals."""
    known: dict[str, set[tuple[str, ...]]] = {}
    for one in found:
        for clause in one.clauses:
            words, modals = _skeleton(clause)
            known.setdefault(words, set()).add(modals)
    said = [_skeleton(clause) for clause in claim.clauses]
    return any(len(words) >= _SAME_WORDS and words in known and modals not in known[words] for words, modals in said)


def _skeleton(clause: Clause) -> tuple[str, tuple[str, ...]]:
    """A clause without its modals, and those: ``_skeleton(不得轉租於他人) == ("轉租於他人", ("forbid",))``."""
    modals = [token for token in clause.tokens if token.modal and not token.concepts]
    rest, at = "", 0
    for token in modals:
        rest += clause.text[at : token.start]
        at = token.end
    return rest + clause.text[at:], tuple(token.modal.rstrip("?") for token in modals if token.modal != "must?")


def _carried(clause: Clause, parts: Sequence[_Part], before: str) -> str:
    """The modal that goes on beyond the end of a clause; a condition ends it."""
    if _CONDITION.search(clause.text):
        return ""
    modal, governed, word = parts[-1]
    if word is not None and word.text in _UNABLE:
        return ""
    if _UNTIL.search(clause.text):
        modal = next((part.modal for part in parts if part.modal), "")
    if governed and governed[0].modal:
        modal = _BARE.get(modal, modal)
    reason = modal == "not" and bool(governed) and governed[0].text == "因"
    return modal if modal in STRONG or reason else before if not modal else ""


def _goes_on(clause: Clause) -> bool:
    """Whether a clause has neither a subject of its own nor a new start."""
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
            if _attribute_ends(part, clause.text[: token.start]):
                yield part
                part = _Part(outer, ())
            part = part._replace(governed=(*part.governed, token))
            continue
        modal = "not" if token.modal == "anti" else token.modal
        if joins:
            part = part._replace(modal=_join(part.modal, modal))
        else:
            yield part
            part, outer = _Part(modal, (), token), part.modal
        end = token.end
        if token.concepts:
            part = part._replace(governed=(*part.governed, token))
    yield part


def _attribute_ends(part: _Part, before: str) -> bool:
    """非供公眾使用之機器: the denial ends with its attribute."""
    attributive = part.word is not None and part.word.text in _ATTRIBUTIVE and bool(part.governed)
    return attributive and part.governed[0].text not in _BY and before.endswith(("之", "的"))


def _closing(parts: Sequence[_Part]) -> list[_Part]:
    """A modal that ends its clause speaks of what stands before it."""
    if len(parts) > 1 and parts[-1].modal and not parts[-1].governed:
        return [*parts[:-1], parts[-1]._replace(governed=parts[-2].governed)]
    return list(parts)


def _join(one: str, other: str) -> str:
    return _JOINED.get((one, other), one if other in _WEAK else other)
