"""Whose words stand where in a record of the Legislative Yuan: labels such as 「王委員大明：」 cut it into turns.

A line without a label continues the speaker before. What nobody says (motions with their proposers, texts read out,
written questions, agendas, tables) becomes turns without a speaker, so that none of it is ever put into a mouth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.labels import CHAIR, speaker


class Turn(NamedTuple):
    """``text[start:end]``, label included; the words themselves begin at ``words``.

    ``speaker`` is the label without its colon, notes in brackets and inner spaces (``主席``, ``王委員大明``), or "" for
    what nobody says, or nobody known. ``section`` is the part of the meeting (討論事項, 質詢 …), or what a turn
    without speaker is (提案, 王委員大明書面質詢, 宣讀, 議程, 表格, 休息, 在場人員). Turns leave no gap in the text.
    """

    start: int
    end: int
    speaker: str
    words: int
    section: str = ""


class _Mark(NamedTuple):
    """A line that begins a turn. ``voice`` is who goes on after an unspoken part: the chair, or nobody."""

    start: int
    words: int
    speaker: str
    section: str = ""
    voice: str = ""


MINUTES, PAUSE, TABLE = "議事錄", "休息", "表格"
_AGENDA_LIST = "議程"

# 主席（王委員大明代）：（在席位上）（9時12分） · 主席：主席：
_LABEL = (
    r"(?P<label>[^\n：:，。；？！「」｜|<>《》]{1,40}?)(?:[（(][^\n（）()：]{1,20}[）)])?[：:]"
    r"(?:[（(](?:[^\n（）()：]{0,8}(?:席位?上|台[上下])[^\n（）()：]{0,8}|[0-9０-９]{1,2}時[^\n（）()]{0,8})[）)]|(?P=label)[：:])*"
)
# 報　告　事　項 · 討論事項（6月8日） · 臨時提案：
_HEADING = (
    r"(?P<heading>(?:[報討審質選其臨](?:[ \u3000]*[告論查詢舉他時])[ \u3000]*[事提][ \u3000]*[項案]))"
    r"(?:（[^\n（）]{1,20}）)?[：:]?[ \u3000]*$"
)
# 休息（12時27分） · （繼續開會） · 散會 · （發言結束）
_PAUSE = r"(?P<pause>（?(?:休息|繼續開會|散會|發言結束)(?:[（ \u3000][^\n]{0,40})?）?[ \u3000]*$)"
_MARKS = re.compile(f"^(?:{_HEADING}|{_PAUSE}|{_LABEL})", re.MULTILINE)
# 王委員大明書面質詢： · 李委員小華等所提修正動議：
_WRITTEN = re.compile(
    r".{0,30}?(?:書面(?:質詢|意見|報告|答復|答覆|補充|資料|說明|發言)(?:及附件)?|修正動議|協商結論|提案條文|條文對照表|"
    r"等[^\n]{0,8}?(?:提案|復議案|附帶決議))[0-9一二三四五六七八九十之]{0,3}$"
)
# 在場人員：不行啦！ · 眾委員： : somebody, but who?
_SOMEBODY = re.compile("(?:在場|現場|旁聽|列席|議事|與會)(?:人員|委員|官員|民眾)|眾|眾委員|眾人")
# <hr> · <table …> · <img …>, or 　　| 第一條 | …
_ISLANDS = re.compile(
    r"(?:^<(?:hr|table|img|/?p|br)[^\n]*(?:\n(?:[ \u3000]*\n)*|\Z))+|"
    r"(?:^[ \u3000]*\|[^\n]*(?:\n(?:[ \u3000]*\n)*|\Z))+",
    re.MULTILINE,
)
# 立法院第8屆第1會期某委員會第2次全體委員會議議事錄 … 散會
_MINUTES = re.compile(
    r"^立法院第[^\n]{5,80}議事錄[ \u3000]*\n(?s:.*?)(?:^散會[^\n]*(?:\n|\Z)|(?=^主席：)|\Z)", re.MULTILINE
)

# What ends the words of somebody inside a turn, and what begins them again.
_INSIDE = re.compile(
    r"^(?:"
    # 請宣讀。 · 現在宣讀條文。
    r"[^\n]{0,300}?(?P<reading>(?:請|現在|先|進行|開始|繼續)[^\n。，]{0,14}宣讀(?!完畢)[^\n。]{0,40}。?[ \u3000]*$|"
    r"內容(?:如下|是)：$)|"
    # 提案人：王大明 · （提案及連署人：… · 連署人：…
    r"(?P<proposer>[（(]?(?:提案|連署)(?:及連署)?(?:人|委員)[：:])|"
    # 一、… · (二)… · 24a.… · 第三案：… · 案由：… · 4-A(P19)：
    r"(?P<opening>[(（]?[一二三四五六七八九十百○〇零]{1,5}(?:之[一二三四五六七八九十])?[)）、]|[0-9]{1,3}[a-z]?[.、]|"
    r"第[^\n，。]{1,6}案[：:「]|(?:案由|附帶決議|主決議)[：:]|[0-9A-Z]{1,2}-[0-9A-Z]{1,2}[（(])|"
    # 第二十六條　　中央主管機關應…: a text that lies on the table, not the chair's words
    r"(?P<article>第[ \u3000]*[一二三四五六七八九十百○〇零0-9]{1,7}[ \u3000]*條"
    r"(?:之[一二三四五六七八九十]{1,3})?[ \u3000]{2,}(?=\S)|"
    r"[^\n：]{2,20}等[0-9一二三四五六七八九十]{1,3}人提案條文第[^\n：]{1,9}條：)|"
    # 請問各位，對第一案有無異議？ · 進行第二案。
    r"(?P<resume>請問(?:各位|在場)|進行第|現在(?:處理|進行|宣讀|有|請|休息|散會|開始)|接下來|接著|繼續(?:處理|進行)|請宣讀|報告委員會|"
    r"如果沒有|[^\n]{0,40}有無異議)"
    r")",
    re.MULTILINE,
)
# 現在開始進行詢答。 · 現在處理臨時提案。 · 現有臨時提案2案。 · 進行討論事項。 · 登記發言委員均已發言完畢，詢答結束。
_AGENDA = re.compile(
    r"(?:進行|開始)[^\n。，！]{0,8}?(詢答|質詢|討論事項|報告事項)(?!完|結束|均已)|現[在有](?:[^\n。，！]{0,10}?)(臨時提案)(?!均|已)|"
    r"(?:詢答|答詢|質詢)(?:結束|完畢)(?=[。，；]現在|。)"
)
_SPACES = re.compile(r"[ \u3000]+")


def turns(text: str) -> list[Turn]:
    """``turns("主席：請說。\\n王委員大明：好。") == [Turn(0, 7, "主席", 3), Turn(7, 15, "王委員大明", 13)]``."""
    marks = [_Mark(0, 0, ""), *_marks(text)]
    ends = [mark.start for mark in marks[1:]] + [len(text)]
    parts = (
        part for mark, end in zip(marks, ends, strict=True) if mark.start < end for part in _parts(text, mark, end)
    )
    return list(_with_agenda(text, (piece for part in parts for piece in _around_islands(text, part))))


def _marks(text: str) -> Iterator[_Mark]:
    at = 0
    for minutes in _MINUTES.finditer(text):
        yield from _marks_between(text, at, minutes.start())
        yield _Mark(minutes.start(), minutes.start(), "", MINUTES)
        at = minutes.end()
        yield _Mark(at, at, "")
    yield from _marks_between(text, at, len(text))


def _marks_between(text: str, start: int, end: int) -> Iterator[_Mark]:
    names: dict[str, str] = {}
    voice = ""
    for line in _MARKS.finditer(text, start, end):
        label = line["label"]
        if not label:
            voice = voice if line["heading"] else ""
            yield _Mark(line.start(), line.start(), "", _AGENDA_LIST if line["heading"] else PAUSE, voice)
            continue
        name = names.get(label)
        if name is None:
            name = names[label] = speaker(label, text)
        if name:
            voice = name if name in CHAIR else ""
            yield _Mark(line.start(), line.end(), name, "", name)
        elif _SOMEBODY.fullmatch(label):
            yield _Mark(line.start(), line.end(), "", label)
        elif _WRITTEN.match(label):
            yield _Mark(line.start(), line.start(), "", _SPACES.sub("", label), voice)


def _parts(text: str, mark: _Mark, end: int) -> Iterator[Turn]:
    """The turn a mark begins, cut where its speaker stops speaking and goes on."""
    turn = Turn(mark.start, end, mark.speaker, mark.words, mark.section)
    second = text.find("\n", mark.words, end) + 1
    if 0 < second < end and mark.section != MINUTES and (mark.voice in CHAIR or text.find("人：", second, end) > 0):
        for at, name, section in _cuts(text, mark, second, end):
            if turn.start < at:
                yield turn._replace(end=at)
            turn = Turn(at, end, name, at, section)
    yield turn


def _cuts(text: str, mark: _Mark, second: int, end: int) -> Iterator[tuple[int, str, str]]:
    """``(where, who speaks from there or "", section)``; ``second`` is where the second line begins."""
    spoken, opening = bool(mark.speaker), 0
    for line in _INSIDE.finditer(text, mark.start, end):
        kind, at = line.lastgroup, line.start()
        if kind in ("resume", "reading"):
            opening = 0
            if not spoken and mark.voice in CHAIR:
                spoken = True
                yield at, mark.voice, ""
        elif kind == "opening":
            opening = opening or at
        elif spoken and kind == "proposer":
            spoken = False
            # Without a number, the motion is the paragraph above its proposers.
            yield opening or max(second, min(at, text.rfind("\n", 0, at - 1) + 1)), "", "提案"
        elif spoken and at >= second and mark.voice in CHAIR:
            spoken = False
            yield at, "", "宣讀"
        if kind == "reading" and spoken and line.end() + 1 < end:
            spoken = False
            yield line.end() + 1, "", "宣讀"


def _around_islands(text: str, turn: Turn) -> Iterator[Turn]:
    """The turn without the tables, pictures and rules that lie in it; each of those is unspoken."""
    if turn.section == MINUTES or (text.find("|", turn.start, turn.end) < 0 > text.find("<", turn.start, turn.end)):
        yield turn
        return
    for island in _ISLANDS.finditer(text, turn.words, turn.end):
        if turn.start < island.start():
            yield turn._replace(end=island.start())
        yield Turn(island.start(), island.end(), "", island.start(), TABLE)
        turn = turn._replace(start=island.end(), words=island.end())
    if turn.start < turn.end:
        yield turn


def _with_agenda(text: str, found: Iterable[Turn]) -> Iterator[Turn]:
    """What is said belongs to the part of the meeting that was opened last, by a heading or by the chair."""
    heading = agenda = ""
    for turn in found:
        if turn.section == _AGENDA_LIST and (line := _MARKS.match(text, turn.start)):
            heading = agenda = _SPACES.sub("", line["heading"] or "")
        yield turn if turn.section or not turn.speaker else turn._replace(section=agenda)
        if turn.speaker in CHAIR and (said := _AGENDA.findall(text, turn.words, turn.end)):
            opened = "".join(said[-1])
            agenda = {"詢答": "質詢", "": heading}.get(opened, opened)
