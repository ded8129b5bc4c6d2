"""Made-up news: feeds in the shape of the real ones, as large as a timing needs. No word of them was ever printed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

from eval.bench.exact import SEED

FILES = 20
ITEMS = 250
_FIRST = date(2026, 1, 5)
_TAIPEI = timezone(timedelta(hours=8))
# Neighbours share few pairs of characters: made of templates, most items would pass for one story.
_WORDS = (
    "市府 縣府 中央 部會 議會 委員會 法院 檢方 警方 消防 學校 醫院 農會 漁會 商圈 工會 業者 民眾 住戶 學生 長者 旅客 "
    "勞工 雇主 房東 房客 專家 學者 教授 公布 宣布 表示 指出 提出 修正 審查 通過 預告 補助 檢討 調查 起訴 判決 裁罰 "
    "稽查 開放 延長 暫停 恢復 試辦 增加 減少 調高 調降 規劃 興建 拆除 搬遷 公車 捷運 鐵路 國道 橋梁 機場 港口 停車場 "
    "公園 市場 圖書館 運動場 社區 農地 溪流 海岸 山區 離島 河堤 廠房 電廠 水庫 租金 薪資 工時 保費 稅率 電價 水費 "
    "罰鍰 補貼 津貼 年金 預算 物價 房價 貸款 利率 食品 藥品 蔬果 稻米 雞蛋 牛奶 口罩 疫苗 廢水 空污 噪音 垃圾 塑膠 "
    "電池 晶片 軟體 個資 詐騙 酒駕 竊盜 火災 地震 颱風 豪雨 乾旱 停電 今天 昨天 明年 下月 上午 傍晚 首度 再度 全面 "
    "部分 初步 最快 至少 約 共 已 將 盼 並 仍 另 且"
).split()
_LAWS = ("勞動基準法第24條", "道路交通管理處罰條例第35條", "食品安全衛生管理法", "民法第184條", "消費者保護法第7條")


def write_feeds(folder: Path, files: int = FILES, items: int = ITEMS) -> int:
    """Write RSS feeds, one a day, and return how many items they hold; the same every time."""
    folder.mkdir(parents=True)
    drawn = random.Random(SEED)
    for number in range(files):
        day = _FIRST + timedelta(days=number)
        body = "\n".join(_item(drawn, day, place) for place in range(items))
        feed = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>cna</title>\n{body}\n'
        (folder / f"{day}.xml").write_text(f"{feed}</channel></rss>\n", encoding="utf-8")
    return files * items


def _item(drawn: random.Random, day: date, place: int) -> str:
    url = f"https://www.cna.com.tw/news/aipl/{day:%Y%m%d}{place:04}.aspx"
    published = format_datetime(datetime.combine(day, time(place % 24), _TAIPEI))
    sentences = [_sentence(drawn, 12) for _ in range(3)]
    if place % 10 == 0:
        sentences.append(f"依{drawn.choice(_LAWS)}，最高可處{drawn.randint(1, 90)}萬元")
    lead = f"（中央社台北{day.day}日電）{'，'.join(sentences)}。"
    return (
        f"<item><title><![CDATA[{_sentence(drawn, 6)} {_sentence(drawn, 4)}]]></title><link>{url}</link>"
        f"<description><![CDATA[<p>{lead}</p>&nbsp;]]></description><pubDate>{published}</pubDate>"
        f"<guid>{url}</guid></item>"
    )


def _sentence(drawn: random.Random, words: int) -> str:
    chosen: Sequence[str] = drawn.choices(_WORDS, k=words)
    return "".join(chosen)
