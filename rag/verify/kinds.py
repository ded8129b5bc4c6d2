"""Kinds of source stay apart: what is not in force, or no law, is said to be so; nothing is called what it isn't."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.domain import Kind, Status
from rag.numerals import CHINESE_DIGITS
from rag.values import stated
from rag.verify.claims import OK, Claim, Finding
from rag.write import Source, kind_name

_DONE = "(?:已|業|經|已經|業經|業已|均已|現已|皆已|都已)"
SAID: Mapping[Status, re.Pattern[str]] = {
    Status.DELETED: re.compile(f"{_DONE}(?:[於在][^，。]{{1,14}})?(?:經|被|遭|予以)?刪除|刪除了"),
    Status.REPEALED: re.compile(
        f"{_DONE}(?:[於在][^，。]{{1,14}})?(?:經|被|遭|予以)?(?:公告|明令)?廢止|已失效|不再適用"
    ),
    Status.NOT_YET_IN_FORCE: re.compile("尚未(?:正式)?(?:施行|生效|實施)|(?<!尚)未施行"),
    Status.SUPERSEDED: re.compile(
        f"修正前|修法前|舊法|舊條文|舊規定|原條文|行為時|{_DONE}(?:[經由被為遭][^，。]{{1,60}})?(?:修正|變更|宣告不再援用|不再援用)"
    ),
    Status.REVERSED: re.compile(f"{_DONE}(?:[經由被為遭][^，。]{{0,60}})?(?:廢棄|撤銷)"),
}
"""How a sentence says that what it cites is not in force."""
# A judgment in force may tell of others that were set aside.
_CLAIMS_AN_END = (Status.DELETED, Status.REPEALED, Status.NOT_YET_IN_FORCE)
_N = f"[0-9０-９{CHINESE_DIGITS}]"
# 自民國113年7月1日起施行
_DAY = re.compile(
    rf"[自從於]?(?:中華)?(?:民國|西元|公元)?\s?{_N}{{1,8}}\s?年\s?{_N}{{1,4}}\s?月\s?{_N}{{1,4}}\s?日(?:起|開始|施行|生效|修正){{0,3}}"
)
_REQUIRES = re.compile(
    "不得|必須|應(?![用變援酬徵屆邀])|(?<![取獲值懂記覺曉使免難])得(?![到知出獲分票標獎主手失])|[可得應]處|罰鍰|有期徒刑|違法"
)
_BY_LAW = re.compile("依法|法律(?:明文)?規定|法規(?:明文)?規定|法條|條文規定|法定")
# What each kind is called that is no law; a sentence that says so claims no more than it may.
_CALLED: Mapping[Kind, re.Pattern[str]] = {
    "news": re.compile("報導|新聞|媒體|記者|表示|指出|宣[布佈]|說|強調|呼籲"),
    "bill": re.compile("草案|法律案|提案|修正案|擬"),
    "gazette": re.compile("公報|函|令|公告|會議|質詢|委員|院會|表示|指出|說明|主張|認為"),
    "reason": re.compile("理由|說明"),
    "judgment": re.compile("判決|裁定|裁判|判例|決議|法院|法庭|實務"),
    "interpretation": re.compile("解釋|釋字|憲判|大法官|憲法法庭|判決|裁定|函"),
    "text": re.compile("文件|資料|條目|記載"),
}
_NEVER_LAW: frozenset[Kind] = frozenset({"news", "bill", "gazette", "reason"})
# 法院認為適當時，可以宣告緩刑: what the court finds is a condition of the rule, and nothing that a court has said
_IF = re.compile("(?:如果|如|若|倘若?|當|只要|除非|一旦|經)[^，,。；;]{0,12}$")
_WHEN = re.compile(
    "[^，,。；;]{0,40}(?:時|時候|者|的話|後|情形|情況|的)[，,][^，,。；;]{0,16}?(?:得|可|應|要|須|就|才|也|會|不能|由|以裁定)"
)
_CALLS_IT: tuple[tuple[re.Pattern[str], frozenset[Kind]], ...] = (
    (
        re.compile("(?<![向對由經於在給讓請送])(?:法院|判決|裁定|裁判|實務)上?(?:多?認為|見解|指出|意旨|要旨|表示)"),
        frozenset({"judgment", "interpretation"}),
    ),
    (re.compile("大法官(?:認為|解釋|指出)"), frozenset({"interpretation"})),
    (re.compile("立法理由|立法說明|修正理由"), frozenset({"reason", "bill", "gazette"})),
    (re.compile("(?:新聞|媒體)報導|新聞指出|據報導"), frozenset({"news"})),
)


def status(claim: Claim) -> Finding:
    """What is not in force is said to be so, and nothing else is."""
    if not claim.cited:
        return Finding("none")
    in_force = all(given.source.status is Status.IN_FORCE for given in claim.cited)
    if in_force:
        said = [found[0] for one in _CLAIMS_AN_END for found in SAID[one].finditer(claim.own)]
        wrong = next((words for words in said if not any(given.has(words) for given in claim.cited)), "")
        return Finding("misstated", wrong) if wrong else OK
    unsaid = [given for given in claim.cited if not _is_said(given.source, claim)]
    return Finding("unflagged", unsaid[0].source.label, unsaid[0].source.status) if unsaid else Finding("said")


def _is_said(source: Source, claim: Claim) -> bool:
    """Whether the sentence tells what a source's status is: in its own words, or as the source's note has it."""
    noted = bool(source.note) and source.note in claim.said.own
    return source.status is Status.IN_FORCE or noted or SAID[source.status].search(claim.own) is not None


def without_status(claim: Claim) -> str:
    """A sentence's words without those on the status and the days of its sources, which the store tells, not a text."""

    def undated(found: re.Match[str]) -> str:
        days = stated(found[0])
        return "" if any(all(day in given.dated for day in days) for given in claim.cited) else found[0]

    words = claim.words
    for given in claim.cited:
        words = words.replace(given.source.note, "") if given.source.note else words
    words = _DAY.sub(undated, words)
    for one in {given.source.status for given in claim.cited} & SAID.keys():
        words = SAID[one].sub("", words)
    return words


def kind(claim: Claim) -> Finding:
    """What the law requires is said by law; other sources say so under their own name, none under another's."""
    kinds = {given.document.kind for given in claim.cited}
    for pattern, bearers in _CALLS_IT:
        said = (found[0] for found in pattern.finditer(claim.own) if not _is_condition(found))
        called = next(said, "")
        if called and kinds and not kinds & bearers and not any(given.has(called) for given in claim.cited):
            return Finding("miscalled", called)
    named = claim.said.own
    if not kinds or "statute" in kinds or any(_CALLED[one].search(named) for one in kinds):
        return OK
    stated = _BY_LAW.search(claim.own)
    if stated and not all(given.has(stated[0]) for given in claim.cited):
        return Finding("not_law", stated[0], _names(claim))
    required = _REQUIRES.search(claim.own) or stated
    return Finding("not_law", required[0], _names(claim)) if required and kinds <= _NEVER_LAW else OK


def _is_condition(found: re.Match[str]) -> bool:
    return bool(_IF.search(found.string[: found.start()]) or _WHEN.match(found.string, found.end()))


def _names(claim: Claim) -> str:
    return "、".join(sorted({kind_name(given.document) for given in claim.cited}))
