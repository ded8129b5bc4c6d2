"""A question as it is looked for in Taiwan's sources: what it says in another script or another country's words.

Three things are heard before anything is looked up. Simplified characters are read as Traditional ones. A clause about
another country's law, before one that asks about here, is set aside with a note: 「物權法這樣寫，臺灣的房子要登記嗎」.
And the mainland's words are Taiwan's. Only the question is changed, and never the text of a source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from rag.evidence import says_something
from rag.here import OURS
from rag.locale import leaks, mainland_terms
from rag.scope import COUNTRY, HERE, is_abroad

_CLAUSE = re.compile(r"[^，,。？?！!；;\s]+[，,。？?！!；;\s]*")
# 對岸的規定, 大陸民法典, 「…是大陸的吧」: what another country's law says; not 在大陸的公司, 大陸地區人民
_LAW_THERE = re.compile(
    rf"(?:{COUNTRY})(?!地區|人民|配偶|居民|籍|人士)[^，。？]{{0,12}}?(?:法(?![院官人國])|規定|條(?!件)|制度|版)|是(?:{COUNTRY})的吧?\W*$"
)
# Whose affair it is: 我老闆, 房東
_OWN = re.compile("我|老闆|公司|雇主|房[東客]|鄰居|同事|店家|賣家|對方|先生|太太|爸|媽|小孩|家人")
# 依勞動合同法: then it is that law which is asked about
_UNDER = re.compile(r"^(?:那|請問|如果)*(?:依|按|根據)照?")
# 朋友拿勞動合同法…: shown or said by somebody, within the clause that asks
_BROUGHT = re.compile("[拿用引舉貼傳說講寄提看]到?出?了?(?:什麼|所謂的?)?[「《『〈]?$")
_ARTICLE = re.compile(
    r"[」》』〉]?的?第?[0-9０-９一二三四五六七八九十百零]{1,6}條(?:之[0-9一二三四五六七八九十]{1,2})?"
)
_ANOTHER = re.compile(f"{COUNTRY}|外國|國外|兩岸|華僑")


class Heard(NamedTuple):
    """``written`` is the question in Traditional characters, ``meant`` what is looked for, ``notes`` what is told."""

    written: str
    meant: str
    notes: tuple[str, ...] = ()


def hear(question: str) -> Heard:
    """``hear("劳动合同要写什么").meant == "勞動契約要寫什麼"``; most questions are left as they are."""
    written = traditional(question)
    meant, notes = _set_aside(written)
    if not _ANOTHER.search(meant):
        meant = _in_our_words(meant)
    return Heard(written, meant, notes)


def traditional(question: str) -> str:
    """The question in Traditional characters; one without a Simplified character is left as it is."""
    with suppress(UnicodeEncodeError):
        question.encode("cp950")
        return question  # each of its characters is in Taiwan's own set: 發霉 stays
    if not any(one.kind == "script" for one in leaks(question)):
        return question
    # Only a question in Simplified characters needs the whole converter, which knows characters by their words.
    from opencc import OpenCC

    converted: str = OpenCC("s2tw").convert(question)
    return converted


def _set_aside(question: str) -> tuple[str, tuple[str, ...]]:
    """The question without what only tells of another country's law, and the note on it."""
    clauses = _CLAUSE.findall(question)
    there = [one for one in clauses if _is_there(one)]
    if not there or is_abroad(question):
        return question, ()
    if len(clauses) == 1:
        return _brought_up(question)
    at = clauses.index(there[-1]) + 1
    before = [one for one in clauses[:at] if one not in there]
    if not _asks_here(there, "".join(clauses[at:])):
        return question, ()
    return "".join([*before, *clauses[at:]]), (_note("".join(there)),)


def _brought_up(clause: str) -> tuple[str, tuple[str, ...]]:
    """The same of a single clause, where somebody comes with the law and one's own affair follows."""
    law = _mainland_laws().search(clause)
    if law is None or not _BROUGHT.search(clause[: law.start()]):
        return clause, ()
    article = _ARTICLE.match(clause, law.end())
    rest = clause[article.end() if article else law.end() :]
    return (rest, (_note(law[0]),)) if _OWN.search(rest) and says_something(rest) else (clause, ())


def _is_there(clause: str) -> bool:
    by_name = _mainland_laws().search(clause) is not None
    return by_name or (_LAW_THERE.search(clause) is not None and HERE.search(clause) is None)


def _asks_here(there: list[str], rest: str) -> bool:
    """Whether what is left asks about Taiwan: it says so, or tells of one's own affair beside a law just brought up."""
    if not says_something(OURS.sub("", rest)):
        return False
    if OURS.search(rest):
        return True
    told = [_ARTICLE.sub("", _mainland_laws().sub("", one)) for one in there]
    by_name = all(_mainland_laws().search(one) and not _UNDER.match(one) for one in there)
    return by_name and all(map(says_something, told)) and _OWN.search(rest) is not None


def _note(there: str) -> str:
    named = _mainland_laws().search(there)
    if named is None:
        return "問題提到其他國家或地區的規定，在臺灣不適用；以下是臺灣的規定。"
    return f"問題提到的「{named[0]}」是中國大陸的法律，在臺灣不適用；以下是臺灣的規定。"


def _in_our_words(question: str) -> str:
    pattern, ours = _words()
    return pattern.sub(lambda found: ours[found[0]], question)


@cache
def _words() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The mainland's words and Taiwan's; the names of its laws and authorities are left alone."""
    ours = {word: other for word, other in mainland_terms().items() if not _AUTHORITY.search(word)}
    ours |= dict(line.split("\t") for line in _lines("mainland_words.tsv"))
    laws = {law: law for law in _lines("mainland_laws.tsv")}
    ours = {**ours, **laws}
    return re.compile("|".join(sorted(map(re.escape, ours), key=len, reverse=True))), ours


# 人民法院, 國務院, 物權法: who asks about them asks about the mainland
_AUTHORITY = re.compile("人民(?!陪)|人大|國務院|公安|檢察院|民警|機關|大陸|港澳|法$")


@cache
def _mainland_laws() -> re.Pattern[str]:
    laws = sorted(map(re.escape, _lines("mainland_laws.tsv")), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(laws)})(?![院庭])")


def _lines(name: str) -> list[str]:
    lines = (files("rag") / "data" / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
