from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import LEAST, is_spam, too_short, without_boilerplate

NEWS = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data")) / "news"


@pytest.mark.parametrize(
    "text",
    [
        "【線上娛樂城推薦】註冊送體驗金，出金快速，24小時客服",
        "百家樂必勝預測，加 L I N E 領彩金，保證獲利",
        "ＬＩＮＥ搜尋 ok88　首存送一千　返水最高1.2%",
        "老虎機、體育投注、現金版代理加盟，立即註冊",
        "台北外送茶，看照約，不滿意可換，加賴 abc123",
        "學生妹外約 定點茶 茶訊分享 Gleezy：tea99",
        "免費線上看 無碼成人影片 點此觀看",
    ],
)
def test_an_advertisement_is_spam(text: str) -> None:
    assert is_spam(text)


@pytest.mark.parametrize(
    "text",
    [
        "警方破獲線上娛樂城 以「註冊送體驗金」招攬賭客 逮捕5嫌",
        "立委提案修正刑法賭博罪 線上博弈、百家樂及老虎機納入處罰",
        "假援交真詐財 嫌犯要求加LINE買點數 刑事局呼籲勿匯款",
        "外送茶應召站涉嫌媒介性交易 檢方起訴12人 法院判決出爐",
        "性侵害犯罪防治法修法三讀 散布性影像最重處七年有期徒刑",
        "兒少性剝削防制條例：播送無碼成人影片平台遭罰鍰",
        "運動彩券發行條例規定體育投注限年滿十八歲，返水屬違法行為",
        "保險契約當事人可約定，一方不滿意可換約；全套服務另計",
        "老虎機是什麼？賭博罪的構成要件一次看懂",
        "",
    ],
)
def test_a_report_or_a_rule_is_not(text: str) -> None:
    assert not is_spam(text)


def test_a_text_of_a_few_characters_is_too_short() -> None:
    assert too_short("快訊／！")
    assert too_short("　，。！？" * 10)
    assert too_short("字" * (LEAST - 1))
    assert not too_short("字" * LEAST)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("台股收紅 ｜ 公視新聞網 PNN", "台股收紅"),
        ("台股收紅 ｜ 公視新聞網 PNN\n內文說明。", "台股收紅\n內文說明。"),
        ("內文。本網站之文字、圖片及影音，非經授權，不得轉載、公開播送或公開傳輸及利用。", "內文。"),
        ("內文。\n下載中央社「一手新聞」 App，每日新聞不漏接！", "內文。"),
        ("第一段。請繼續往下閱讀...\n第二段。", "第一段。\n第二段。"),
        ("內文。\n不用抽 不用搶 現在用APP看新聞 保證天天中獎　點我下載APP　按我看活動辦法", "內文。"),
        ("內文。\n▶延伸閱讀：另一則新聞\n末段。", "內文。\n\n末段。"),
        ("內文。\n【更多新聞】另一則", "內文。"),
        ("內文……（閱讀全文）", "內文"),
        ("法院說明更多新聞自由的界線。", "法院說明更多新聞自由的界線。"),
        ("　內文　", "內文"),
    ],
)
def test_notices_of_the_publisher_are_left_out(text: str, left: str) -> None:
    assert without_boilerplate(text) == left


@given(st.text(st.sampled_from("…（閱讀全文）【更多新聞】：\n ▶｜公視新聞網PNN內。"), max_size=200))
def test_what_is_left_is_part_of_the_text_and_nothing_more_goes(text: str) -> None:
    left = without_boilerplate(text)
    assert left == left.strip()
    rest = iter(text)
    assert all(sign in rest for sign in left)


def items() -> Iterator[tuple[str, str]]:
    for name in ("cna", "ltn", "ettoday", "pts"):
        for entry in feedparser.parse(str(NEWS / f"{name}.xml")).entries:
            yield entry.title, re.sub("<[^>]+>|&nbsp;", "", entry.get("summary", ""))


@pytest.mark.skipif(not (NEWS / "cna.xml").exists(), reason="no shared data")
def test_no_real_item_is_dropped() -> None:
    found = [f"{title}\n{lead}" for title, lead in items()]
    assert len(found) == 245
    assert not any(is_spam(text) or too_short(without_boilerplate(text)) for text in found)
