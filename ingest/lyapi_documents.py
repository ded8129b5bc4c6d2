"""Records of the LYAPI → documents: agenda items of the gazette, meetings, interpellations, votes, bills.

CC BY 4.0 (資料來源：立法院、OpenFun). What a field says is kept word for word; the headings between fields are ours.
Traps: a list of one may come as a single value; numbers come as numbers or text; days come as 2024-10-04, 1131004 or
中華民國113年10月4日, and an agenda item may have several or 「Wrong」; the columns of a bill's table of articles depend
on what it does to the law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from ingest.chunk import pieces
from ingest.lyapi_records import NOW, About, Record, composed, document_of
from ingest.parsed import Link, Parsed, Raw, Skipped, Span
from ingest.speakers import MINUTES, PAUSE, TABLE, turns
from rag.errors import SourceChanged

_MINUTES = "5"
"""類別代碼 of an item that is minutes itself."""
_TINY = 15
"""Characters: 「主席：請繼續。」 answers no question."""
_COLUMNS = {
    "再修正": "再修正條文",
    "修正": "修正條文",
    "增訂": "增訂條文",
    "條文": "條文",
    "名稱": "名稱",
    "現行": NOW,
    "現行法": NOW,
    "審查會通過條文:備註": "審查會備註",
    "說明": "說明",
}


def parse(raw: Raw) -> Iterator[Parsed | Skipped]:
    """What a record of :func:`ingest.lyapi.fetch` holds; ``raw.id`` begins with its type.

    :raises SourceChanged: not JSON, or no record of a known type.
    """
    kind, _, id = raw.id.partition("/")
    try:
        fields = orjson.loads(raw.body)
    except orjson.JSONDecodeError as error:
        raise SourceChanged(f"{raw.id}：不是 JSON（{error.msg}）") from error
    if kind not in _READERS or not id or not isinstance(fields, dict):
        raise SourceChanged(f"{raw.id}：不是 LYAPI 的資料")
    if "missing" in fields:
        yield Skipped(f"lyapi/{raw.id}", f"LYAPI 有 {Record(fields)['missing']} 筆沒有分屆或分卷的欄位，取不到")
        return
    yield from _READERS[kind](id, fields)


def _agenda(id: str, fields: Mapping[str, Any]) -> Iterator[Parsed | Skipped]:
    item, text, holder = Record(fields.get("data")), fields.get("text"), fields.get("text_of")
    key = f"gazette-ly/{id}"
    about = About(
        key,
        "gazette-ly",
        "gazette",
        item["案由"] or f"立法院公報 {id}",
        item["公報網網址"],
        days=tuple(item.days("會議日期")),
        facts={
            "volume": item["卷"],
            "issue": item["期"],
            "book": item["冊別"],
            "page": "-".join(dict.fromkeys(filter(None, (item["起始頁碼"], item["結束頁碼"])))),
            **_sitting(item),
        },
        links=(Link(f"gazette-ly/{holder}", "part_of"),) if isinstance(holder, str) and holder else (),
    )
    spoken = text.replace("\r\n", "\n") if isinstance(text, str) else ""
    if not spoken.strip():
        yield composed(about, [("案由", item["案由"])])
        return
    spans = _spoken(spoken, about.facts["page"], is_minutes=item["類別代碼"] == _MINUTES)
    yield Parsed(document_of(about, spoken), tuple(spans), about.links)


def _spoken(text: str, page: str, is_minutes: bool) -> Iterator[Span]:
    for turn in turns(text):
        # Minutes read out at another meeting would be found under the wrong day.
        unsaid = (turn.section == MINUTES and not is_minutes) or turn.section in (PAUSE, TABLE)
        tiny = turn.start < turn.words and len(text[turn.words : turn.end].strip()) < _TINY
        for start, end in pieces(text, turn.words, turn.end):
            yield Span(start, end, turn.section, turn.speaker, page, searchable=not (unsaid or tiny))


def _meet(id: str, fields: Mapping[str, Any]) -> Iterator[Parsed | Skipped]:
    meet = Record(fields)
    sittings, agenda = meet.records("會議資料"), meet.record("議事網資料")
    papers = agenda.record("關係文書").records("議案")
    about = About(
        f"gazette-ly/meet-{id}",
        "gazette-ly",
        "gazette",
        meet["會議標題"] or id,
        next((url for one in sittings if (url := one["ppg_url"])), ""),
        days=tuple(meet.days("日期")),
        facts={"meeting": meet["會議標題"], "committee": meet["委員會代號:str"], **_sitting(meet)},
        links=tuple(Link(f"bill/{bill}/0", "reviews") for one in papers if (bill := one["議案編號"])),
    )
    contents = [one["會議事由"] for one in sittings] or [agenda["內容"]]
    present = [name for one in sittings for name in one.all("出席委員")]
    yield composed(
        about,
        [
            ("會議", meet["會議標題"]),
            ("會議事由", "\n".join(dict.fromkeys(filter(None, contents)))),
            ("關係文書", "\n".join(title for one in papers if (title := one["標題"]))),
            ("出席委員", "、".join(dict.fromkeys(present))),
        ],
        required=("會議事由", "關係文書"),
    )


def _interpellation(id: str, fields: Mapping[str, Any]) -> Iterator[Parsed | Skipped]:
    one = Record(fields)
    asker = "、".join(one.all("質詢委員"))
    meeting = one["會議代碼"]
    about = About(
        f"gazette-ly/interpellation-{id}",
        "gazette-ly",
        "gazette",
        one["事由"] or f"質詢 {id}",
        days=tuple(one.days("會議日期") or one.days("刊登日期")),
        facts={
            "asker": asker,
            "meeting": one["會議代碼:str"] or meeting,
            "page": "-".join(dict.fromkeys(filter(None, (one["質詢起始頁"], one["質詢結束頁"])))),
            **_sitting(one),
        },
        links=(Link(f"gazette-ly/meet-{meeting}", "part_of"),) if meeting else (),
    )
    yield composed(about, [("質詢事由", one["事由"]), ("說明", one["說明"])], speaker=asker)


def _vote(id: str, fields: Mapping[str, Any]) -> Iterator[Parsed | Skipped]:
    vote = Record(fields)
    counts = vote.record("表決結果")
    item, meeting = vote["公報文件代碼"], vote["會議代碼"]
    targets = (f"gazette-ly/{item}" if item else "", f"gazette-ly/meet-{meeting}" if meeting else "")
    about = About(
        f"gazette-ly/vote-{id}",
        "gazette-ly",
        "gazette",
        f"表決：{vote['表決議題']}",
        days=tuple(vote.days("表決時間")),
        facts={"meeting": vote["會議名稱"] or meeting, "form": vote["表決型態"], **_sitting(vote)},
        links=tuple(Link(target, "part_of") for target in targets if target),
    )
    yield composed(
        about,
        [
            ("表決議題", vote["表決議題"]),
            ("表決結果", "　".join(f"{name}：{counts[name]}" for name in counts.names() if counts[name])),
            *((side, "、".join(vote.all(side))) for side in ("贊成", "反對", "棄權")),
        ],
        required=("表決議題",),
    )


def _bill(id: str, fields: Mapping[str, Any]) -> Iterator[Parsed | Skipped]:
    bill = Record(fields)
    proposer = bill["提案單位/提案委員"] or "、".join(bill.all("提案人"))
    facts = {
        "bill": id,
        "number": bill["字號"] or bill["提案編號"],
        "proposer": proposer,
        "status": bill["議案狀態"],
        "kind": bill["議案類別"],
        "law": "、".join(bill.all("法律編號:str")),
        **_sitting(bill),
    }
    url = f"https://ppg.ly.gov.tw/ppg/bills/{id}/details"
    days = tuple(bill.days("提案日期"))
    about = About(f"bill/{id}/0", "bills", "bill", bill["議案名稱"], url, (), days, facts)
    steps = [
        "　".join(filter(None, ("、".join(step.all("日期")), step["院會/委員會"], step["狀態"])))
        for step in bill.records("議案流程")
    ]
    yield composed(
        about,
        [
            ("議案名稱", bill["議案名稱"]),
            ("提案人", "、".join(bill.all("提案人")) or proposer),
            ("連署人", "、".join(bill.all("連署人"))),
            ("案由", bill["案由"]),
            ("說明", bill["說明"]),
            ("審議進度", "\n".join(steps)),
        ],
        required=("議案名稱", "案由"),
    )
    rows = [(table, row) for table in bill.records("對照表") for row in table.records("rows")]
    for number, (table, row) in enumerate(rows, 1):
        yield _article(about._replace(key=f"bill/{id}/{number}"), table, row)


def _article(bill: About, table: Record, row: Record) -> Parsed | Skipped:
    """One row of a bill's table of articles."""
    heading = table["title"] or table["對照表標題"] or bill.title
    named = ((name.removesuffix("條文") or name, row[name]) for name in row.names())
    columns = [(_COLUMNS[name], text) for name, text in named if name in _COLUMNS]
    first = next((text for _, text in columns if text), "")
    number = row["條號"] or first.split("\u3000")[0].split("\n")[0]
    about = bill._replace(
        title=f"{heading} {number}" if len(number) <= 20 else heading,
        path=(bill.title,),
        facts={**bill.facts, "law": table["law_name"] or bill.facts["law"]},
        links=(Link(bill.key.rpartition("/")[0] + "/0", "part_of"),),
    )
    return composed(about, columns)


_READERS: Mapping[str, Callable[[str, Mapping[str, Any]], Iterator[Parsed | Skipped]]] = {
    "gazette_agenda": _agenda,
    "meet": _meet,
    "interpellation": _interpellation,
    "vote": _vote,
    "bill": _bill,
}


def _sitting(record: Record) -> dict[str, str]:
    return {"term": record["屆"], "session": record["會期"], "sitting": record["會次"]}
