"""A name of a law that is not in the store: what it most likely is, and so what can be said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from rag.domain import Law, Verdict
from rag.names import LawName, LawNames, display_name
from rag.scope import out_of_scope

_BEFORE = re.compile(r"^(?:原|前|舊|(?:廢止|修正|修法)前之?(?:的)?)(?=\w{2})")
_CITY = "[臺台][北中南東]|新北|桃園|高雄|基隆|新竹|嘉義|苗栗|彰化|南投|雲林|屏東|宜蘭|花蓮|澎湖|金門|連江"
# What the national database of laws and orders doesn't hold, and what is no law at all
_ELSEWHERE = (
    (re.compile(f"自治條例|自治規則|^(?:{_CITY})[市縣]|^[○〇]{{1,3}}[市縣]"), "是地方法規，不在收錄範圍內"),
    (re.compile("草案|修正案|法案$"), "是草案，不是施行中的法規"),
    (
        re.compile(
            "契約|合約|合同|協議書?$|章程|規約|約款|條款$|工作規則|學則|管理規章|公會章則|辦事細則|內規|[員職]工"
        ),
        "是契約、章程一類，不是法規",
    ),
    (re.compile("公約|條約|協[定議]|議定書|憲章|宣言|備忘錄"), "是條約或協定，不在收錄範圍內"),
    (
        re.compile("要點|須知|注意事項|作業(?:規定|程序)|原則$|規範$|基準$|守則$|方案$|計[畫劃]$|簡章|手冊|指引|規定$"),
        "是行政規則一類，不在收錄範圍內",
    ),
)
# 已完成本法: a pronoun with the words before it
_PRONOUN = re.compile("[本同該](?:法|條例|通則|規程|規則|細則|辦法|標準|準則)$")
_TYPE = re.compile("(?:條例|通則|規程|規則|細則|辦法|標準|準則|法)$")
_SHORT = 6  # characters of a short name at most
_CLOSE = 0.75


class Unknown(NamedTuple):
    verdict: Verdict
    detail: str
    is_checked: bool = True


def known_by(name: str, names: LawNames) -> str:
    """The PCode of the law that 「原公務人員退休法」, 「修正前刑法」 speaks of, "" for none."""
    return next(iter((*names.candidates(name), *names.candidates(_BEFORE.sub("", name)))), "")


def is_former_name(name: str, law: Law) -> bool:
    """Whether a law is called by a name it had, long or short, and has no more: 大審法 of 憲法訴訟法."""
    return not _is_part(name, display_name(law.name)) and any(_is_part(name, one) for one in law.former_names)


def what_is_meant(name: str, known: Sequence[LawName]) -> Unknown:
    """What can be said of a name that no law in the store bears.

    :param known: the names of all laws, of which it may be a short form or a misspelling.
    """
    if out_of_scope("", [name]):
        return Unknown("outside_coverage", f"「{name}」是其他國家或地區的法規")
    if _PRONOUN.search(name):
        return Unknown("outside_coverage", f"文中沒有寫明「{name[-3:]}」是哪一部法規", is_checked=False)
    for pattern, what in _ELSEWHERE:
        if pattern.search(name):
            return Unknown("outside_coverage", f"「{name}」{what}")
    longer = next((one.name for one in known if _abbreviates(name, one.name)), "")
    if longer:
        told = f"「{name}」可能是簡稱（例如「{display_name(longer)}」），文中沒有寫明是哪一部法規"
        return Unknown("outside_coverage", told, is_checked=False)
    return Unknown("not_found", f"收錄的來源裡沒有「{name}」這部法規{_near(name, known)}")


def _abbreviates(name: str, longer: str) -> bool:
    """Whether a short name is made of signs of a longer one in their order: 退撫條例 of …退休資遣撫卹條例."""
    kind = _TYPE.search(name)
    if kind is None or not 2 <= kind.start() <= _SHORT - len(kind[0]) + 2 or not longer.endswith(kind[0]):
        return False
    return _is_part(name[: kind.start()], longer[: -len(kind[0])])


def _is_part(name: str, longer: str) -> bool:
    """Whether the signs of a name stand in a longer one in their order."""
    signs = iter(longer)
    return all(one in signs for one in name)


def _near(name: str, known: Sequence[LawName]) -> str:
    alike = [display_name(one.name) for one in known if one.name[:2] == name[:2] or one.name[-4:] == name[-4:]]
    found = get_close_matches(name, alike, 1, _CLOSE)
    return f"；是否指「{found[0]}」？" if found else ""
