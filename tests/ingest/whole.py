"""Small made-up files of several sources, in the shapes in which they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from ingest.progress import Quiet
from ingest.report import Asked, Report
from ingest.runs import run_any
from rag.settings import Settings
from tests.ingest.official import article, decree, histories, law, write_release

STORIES = ("燈塔停電三晚漁民返港", "公園夜間開放爭議再起", "單車押金退還期限縮短", "港務局編列備用電源預算")
SURNAMES = "趙錢孫李周吳鄭王馮陳"


HISTORY = histories(decree(date(2010, 1, 6), "制定公布全文 2  條"))
LAWS = [
    law("B0000001", date(2010, 1, 6), [article("184", "因故意或過失。"), article("185", "共同。")], HISTORY, LawName="民法"),
    law("C0000001", date(2010, 1, 6), [article("320", "竊盜。")], HISTORY, LawName="中華民國刑法"),
]  # fmt: skip


def take(settings: Settings, source: str, *given: Path | str, without: Iterable[str] = ()) -> Report:
    """Run a source in this process."""
    return run_any(settings, Asked(source, tuple(map(str, given)), tuple(without)), Quiet())


def take_laws(settings: Settings) -> None:
    """民法 and 刑法, so that texts can cite them."""
    take(settings, "laws", write_release(settings.data.with_name("laws"), LAWS))


def write_texts(path: Path, texts: Mapping[str, str]) -> Path:
    """A JSONL for ``passages``: text by id."""
    rows = (
        json.dumps({"id": id, "title": f"第{id}則", "text": text}, ensure_ascii=False) for id, text in texts.items()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


def jid(number: int) -> str:
    return f"TPDV,112,訴,{number},20240119,1"


def judgment_key(number: int) -> str:
    return f"judgment/{jid(number)}"


def judgment(number: int, reasons: str = "", **other: str) -> dict[str, str]:
    """A civil judgment of two people who do not exist."""
    one, two = SURNAMES[number % 10] + "示明", SURNAMES[number // 10 % 10] + "範華"
    said = reasons or f"查第{number}號機車為原告所有，被告未注意車前狀況，堪認有過失。"
    text = "\r\n".join(
        [
            f"臺灣臺北地方法院民事判決　　　　　　112年度訴字第{number}號",
            f"原　　　告　{one}　　",
            f"被　　　告　{two}　　",
            "上列當事人間請求損害賠償事件，本院判決如下：",
            "　　主　　文",
            f"被告應給付原告新臺幣{number}萬元。",
            "　　理　　由",
            f"一、原告主張：被告{two}於民國111年8月9日上午10時許撞損原告{one}之第{number}號機車，請求賠償等語。",
            "二、按因故意或過失，不法侵害他人之權利者，負損害賠償責任，民法第184條第1項前段定有明文。",
            f"三、{said}",
            "四、從而，原告之請求為有理由，應予准許，判決如主文。",
            "中　　華　　民　　國　　113　　年　　1 　　月　　19　　日",
            "　　　　　　　　　民事第九庭　法　官　丁○○",
            "附錄法條：",
            "刑法第320條",
            "意圖為自己或第三人不法之所有，而竊取他人之動產者，為竊盜罪。",
        ]
    )
    names = ("JID", "JYEAR", "JCASE", "JNO", "JDATE", "JTITLE", "JFULL", "JPDF")
    values = (jid(number), "112", "訴", str(number), "20240119", "損害賠償", text, "")
    return dict(zip(names, values, strict=True)) | other


def write_judgments(folder: Path, judgments: Iterable[Mapping[str, str]]) -> Path:
    """One file each, as in an unpacked archive."""
    place = folder / "202401" / "臺灣臺北地方法院民事"
    place.mkdir(parents=True, exist_ok=True)
    for one in judgments:
        (place / f"{one['JID']}.json").write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
    return folder


def write_deletions(path: Path, days: Mapping[str, str]) -> Path:
    """The list of deletions: day (``20240702``) by JID."""
    rows = (f'"{day}","202401","臺灣臺北地方法院","{id}"' for id, day in days.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join(["刪除日期,裁判日期年月,法院名稱,裁判ID", *rows, ""]), encoding="utf-8-sig")
    return path


def interpretation(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "title": f"第{number}座公園案",
        "date": "2017-03-10",
        "issue": f"第{number}座公園禁止人民夜間進入之規定，是否違憲？",
        "holding": f"第{number}號公園管理辦法一律禁止人民於夜間進入，與憲法第二十二條之意旨有違。",
        "reasoning": f"　　聲請人主張該辦法牴觸憲法。\n　　本院釋字第{number - 1}號解釋已有闡釋，主管機關不得一律禁止。",
    }


def write_interpretations(folder: Path, numbers: Iterable[int]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.json").write_text(json.dumps(interpretation(number), ensure_ascii=False), encoding="utf-8")
    return folder


def write_records(folder: Path, count: int) -> Path:
    """Records of committee meetings, each with the minutes of the one before in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        lines = [
            f"立法院第9屆第2會期港務委員會第{number + 1}次全體委員會議紀錄",
            "時　　間　中華民國105年10月12日（星期三）上午9時2分",
            "地　　點　本院紅樓999會議室",
            "主　　席　王委員大明",
            "主席：出席委員已足法定人數，現在開會。進行報告事項。",
            "報　告　事　項",
            "一、宣讀上次會議議事錄。",
            "<hr>",
            f"立法院第9屆第2會期港務委員會第{number}次全體委員會議議事錄",
            "時　　間：中華民國105年10月5日（星期三）上午9時至12時",
            "地　　點：本院紅樓999會議室",
            "出席委員：王大明　　林小美",
            "決議：照案通過。",
            "散會",
            "<hr>",
            f"林委員小美：請問次長，去年全國的燈塔一共暗了{number}個晚上？",
            f"周次長小福：一共是{number}個晚上，依民法第184條處理，主要是颱風造成停電。",
        ]
        (folder / f"{number}.txt").write_text("\r\n".join(lines), encoding="utf-8")
    return folder


def bill_article(number: int) -> dict[str, str]:
    return {
        "billNo": f"10102090702{number:05}",
        "docNo": f"院總第1號委員提案第{number}號",
        "docUrl": "http://lci.ly.gov.tw/x/LCEWA01_080102_00005.doc",
        "lawCompareTitle": "民法部分條文修正草案條文對照表",
        "activeLaw": f"第{number}條　甲應登記。",
        "reviseLaw": f"第{number}條　甲應於{number}日內登記。",
        "description": f"參照民法第{number + 1}條，明定{number}日之期間。",
    }


def write_bills(path: Path, numbers: Iterable[int]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(bill_article(number), ensure_ascii=False) for number in numbers]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def feed(numbers: Iterable[int], told: str = "示範部今天公告收費標準", day: date | None = None) -> str:
    """Items of one outlet by their numbers; every story has two of them."""
    when = format_datetime(datetime.combine(day or date.today(), time(10, 30), timezone(timedelta(hours=8))))
    items = "".join(
        f"<item><title>{STORIES[number // 2 % len(STORIES)]}{number // 2}</title>"
        f"<link>https://www.cna.com.tw/news/aipl/20260928{number:04}.aspx</link>"
        f"<description>{told}，{STORIES[number // 2 % len(STORIES)] * 2}，依民法第184條辦理。</description>"
        f"<pubDate>{when}</pubDate></item>"
        for number in numbers
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>示範</title>{items}</channel></rss>'
    )


def write_feeds(folder: Path, count: int) -> Path:
    """Feeds of twenty items that have half of them in common with the next."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        text = feed(range(number * 10, number * 10 + 20), f"示範部公告第{number}版收費標準")
        (folder / f"{number:03}.xml").write_text(text, encoding="utf-8")
    return folder
