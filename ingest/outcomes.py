"""What a decision does to decisions made before it: the judgment it sets aside, the interpretation it changes.

Only what is said beyond doubt is read: a judgment wrongly taken for set aside would be hidden from those it helps. A
judgment under appeal is told by its court, its number and its day, all three in the head of the judgment on the appeal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from ingest.parsed import Link, Relation
from rag.courts import court_before, numbering_court
from rag.dates import find_days
from rag.decisions import find_decisions
from rag.domain import Decision
from rag.numerals import search_key

# 廢棄，發回… · 撤銷。 · 廢棄並發回… · 廢棄之 · 撤銷二、…: not 廢棄部分 or 撤銷緩刑
_UNDONE = r"(?:廢棄|撤銷)(?=[，。；、並改]|之?[，。；]|發[回交]|[一二三四五六七八九十]{1,3}、|之?$)"
# 原判決撤銷 · 原判決關於…部分均廢棄 · 原確定裁定廢棄; not 原處分撤銷, which is of an agency
_SET_ASIDE = re.compile(rf"原(?:審|確定)?(?:判決|裁定|裁判)(?P<scope>[^。；]{{0,600}}?){_UNDONE}")
# 均 · 及第一審判決均 · 除假執行部分外，
_WHOLE = re.compile(
    r"(?:除假執行(?:之?(?:宣告|諭知|裁判))?(?:部分)?(?:之?外|以外)[，、]?)?"
    r"(?:[及暨與、](?:第一審(?:判決|裁定)?|(?:再訴願|訴願|復查|復審|審議)決定|原處分|假執行之宣告)){0,4}[均皆應予]{0,3}"
)
_APPEALS_FROM = re.compile("對於|不服|對(?=(?:中華)?民國|[本鈞]院|[臺台]灣|福建|最高|[臺台][北中]|高雄|智慧)")
_APPEALS = re.compile(r"(?:提起|提出|聲明|聲請)[^，。：:]{0,12}?(?:上訴|抗告|再審|異議)")
_HEAD = 400  # characters from 不服 to 提起上訴
_RULED = re.compile("判決|裁定|裁判|保護令")
# （起訴案號：臺灣示範地方檢察署99年度偵字第1號）: of prosecutors; but 原審案號 is of the court
_OF_PROSECUTORS = re.compile(r"(?<!原審)(?<!裁判)案號[：:][^）)]*")
_COURT = re.compile(r"法院(?!檢察)(?:[^\W\d_]{2}分院)?|[本鈞]院")

# 最高法院111年度台上字第1號刑事判決違憲，廢棄並發回最高法院
_NAMED = re.compile(r"(?:民事|刑事|行政|家事)?(?:判決|裁定)(?P<scope>[^。；]{0,200})")
_PART = re.compile("部分|範圍|於此情形|(?:解釋|判例)[前中後]段")

_QUOTED = re.compile("「[^「」]{0,2000}」")
_SENTENCE = re.compile(r"[^。；\n]+")
# 應予變更 · 應自本解釋公布之日起不再援用 · 應予補充釋明; said of nothing that follows: not 不再適用於監察院
_NOW = re.compile(
    "(?:(?P<change>(?<!已)予變更|不再(?:援用|適用|參考)|不予(?:援用|適用)|不得再行?援用|停止(?:適用|援用))"
    r"|予補充(?:釋明|解釋)?)(?=[，、（(]|以[符維確保]|\s*$)"
)
_TAIL = {
    "interpretation": re.compile(r"(?:之?解釋)(?!意旨|所釋|理由)|關於|[（(，]"),
    "constitutional": re.compile(r"(?:判決|裁定)(?!意旨|理由)|關於|[，]"),
    "case": re.compile("判例|案例"),
    "resolution": re.compile("[（(，]|關於|與|[之，]?"),
    "letter": re.compile("[^，。]{0,4}(?:函|令|公告|釋示|通令)"),
}
# 依本院釋字第…號解釋意旨: what it leans on, not what it changes
_LEANS = re.compile("(?:依據?|依照|參[照酌考]|[按經如與]|符合|[牴抵]觸|基於|本於|鑑於|[謂稱][：:]?)$")
_AND = re.compile(r"(?:之?解釋|判例|決議)?(?:[前中後]段)?(?:[、，及暨與和]|以及){1,2}")
# 本院上開解釋，應予補充 · 前開判例於此情形，應不再援用 · 上開函應自…起不再援用
_ABOVE = re.compile(
    r"(?:上開|前開|首開|上述|前述|上揭|該)(?P<two>二)?[^，。「」與及]{0,8}?(?P<what>解釋|判例|決議|函釋?)(?=[，、應亦於在就相]|及其他)"
)
_KINDS = {"解釋": "interpretation", "判例": "case", "決議": "resolution", "函": "letter", "函釋": "letter"}


def set_aside(header: str, main: str, court: str, made: date) -> Iterator[Link]:
    """What a judgment on appeal sets aside: links to the numbers of the judgment under appeal, with its day.

    :param header: all before the 主文, and ``main`` the 主文, both without white space.
    :param court: code of the court that gave the judgment (本院), on the day ``made``.
    """
    scopes = [_WHOLE.fullmatch(found["scope"]) is not None for found in _SET_ASIDE.finditer(main)]
    if scopes:
        keys, day = _under_appeal(header, court, made)
        relation: Relation = "reverses" if any(scopes) else "reverses_in"
        yield from (Link(key, relation, day) for key in keys if day and day < made)


def annulled(main: str) -> Iterator[Link]:
    """The judgments that a 主文 of the Constitutional Court sets aside; it names them by number, without a day."""
    for sentence in _sentences(main):
        undone = re.search(_UNDONE, sentence)
        before = sentence[: undone.start()] if undone else ""
        cases = [one for one in find_decisions(before) if one.kind == "case" and _has_court(one.key)]
        for at, one in enumerate(cases, 1):
            said = _NAMED.match(before, one.end, cases[at].start if at < len(cases) else len(before))
            if said:
                yield Link(one.key, "reverses_in" if "部分" in said["scope"] else "reverses")


def changed(holding: str, own: str) -> Iterator[Link]:
    """The interpretations, precedents, resolutions and letters that a holding changes, supplements or ends the use of.

    :param holding: the 解釋文 or 主文. ``own``: the key of the decision itself.
    """
    above: list[Decision] = []
    for sentence in _sentences(holding):
        found = find_decisions(sentence)
        start = 0
        for now in _NOW.finditer(sentence):
            meant = _meant([one for one in found if start <= one.start and one.end <= now.start()], sentence)
            meant = meant or ([] if found else _named_above(sentence[start : now.start()], above))
            in_part = _PART.search(sentence, start, now.start()) is not None
            yield from _links(meant, bool(now["change"]), in_part, own)
            start = now.end()
        above += found


def _under_appeal(header: str, court: str, made: date) -> tuple[list[str], date | None]:
    """The numbers of the judgment under appeal and its day; none where any of it is open."""
    for end in _APPEALS.finditer(header):
        floor = max(0, end.start() - _HEAD)
        for start in reversed([one.end() for one in _APPEALS_FROM.finditer(header, floor, end.start())]):
            said = _OF_PROSECUTORS.sub("", header[start : end.start()])
            if _RULED.search(said) and (keys := _keys(said, court)):
                days = {one.first for one in find_days(said, made) if one.precision == "day"}
                return keys, days.pop() if len(days) == 1 else None
    return [], None


def _keys(said: str, court: str) -> list[str]:
    """The case numbers said; one that stands apart from its court gets it where no other court is named."""
    keys = dict.fromkeys(one.key for one in find_decisions(said, court) if one.kind == "case")
    named = _courts(said, court)
    only = named.pop() if len(named) == 1 else ""
    whole = [key if _has_court(key) else key.replace("case//", f"case/{only}/", 1) for key in keys]
    return whole if all(map(_has_court, whole)) else []


def _courts(said: str, own: str) -> set[str]:
    key = search_key(said)
    ends = (one for one in _COURT.finditer(key))
    codes = (own if one[0] in ("本院", "鈞院") else court_before(key, one.end())[1] for one in ends)
    return {numbering_court(code) for code in codes}


def _has_court(key: str) -> bool:
    return not key.startswith("case//")


def _sentences(text: str) -> Iterator[str]:
    """Without what they quote, which may hold sentences of its own."""
    return (one[0] for one in _SENTENCE.finditer(_QUOTED.sub("「」", text)))


def _meant(found: Sequence[Decision], sentence: str) -> list[Decision]:
    """The last decisions named on end, where they are what is spoken of."""
    group = list(found[-1:])
    for before, after in reversed(list(pairwise(found))):
        if not _AND.fullmatch(sentence, before.end, after.start):
            break
        group.insert(0, before)
    if group:
        # 最高法院29年上字第1號及29年非字第2號判例: the second is of the same court
        first = group[0].key.split("/")[1]
        group = [replace(one, key=one.key.replace("case//", f"case/{first}/", 1)) for one in group]
    if not group or not _TAIL[group[-1].kind].match(sentence, group[-1].end):
        return []
    return [] if _LEANS.search(sentence, 0, group[0].start) else group


def _named_above(said: str, above: Sequence[Decision]) -> list[Decision]:
    """What 「本院上開解釋」 stands for: the one decision of its kind named before, or both of 「該二判例」."""
    found = list(_ABOVE.finditer(said))
    if not found:
        return []
    meant = {one.key: one for one in above if one.kind == _KINDS[found[-1]["what"]]}
    return list(meant.values()) if len(meant) == (2 if found[-1]["two"] else 1) else []


def _links(meant: Iterable[Decision], change: bool, in_part: bool, own: str) -> Iterator[Link]:
    for one in meant:
        if one.key == own or (not change and one.kind not in ("interpretation", "constitutional")):
            continue
        relation: Relation = "supplements" if not change else "changes_in" if in_part else "changes"
        yield Link(one.key, relation)
