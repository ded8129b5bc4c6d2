"""What is no document although it came as one: advertisements, notices of the publisher, texts of a few characters.

Pure functions over texts as published. None of them changes what is stored: a source asks them what to leave out.
"""

from __future__ import annotations

import re
import unicodedata

LEAST = 10
"""Letters and digits a text needs to say anything."""

SPAM = 4
"""Points that make an advertisement: an invitation counts 2, a word of the trade 1, a word of a report -2."""

_NOTICES = re.compile(
    "|".join(
        (
            # 本網站之文字、圖片及影音，非經授權，不得轉載、公開播送或公開傳輸及利用。
            r"本網站之文字、圖片及影音，非經授權[^。\n]{0,60}。?",
            # 下載中央社「一手新聞」 App，每日新聞不漏接！
            r"(?:下載|加入)中央社「一手新聞」[^。！\n]{0,40}[。！]?",
            # 不用抽 不用搶 現在用APP看新聞 保證天天中獎　點我下載APP　按我看活動辦法
            r"不用抽\s*不用搶\s*現在用\s*APP\s*看新聞[^。\n]{0,60}",
            # 請繼續往下閱讀...
            r"請繼續往下閱讀[.…]*",
            # 【更多新聞】… · ▶延伸閱讀：… · ►更多鏡週刊報導：… (to the end of the line)
            r"(?m:^[ \u3000►▶▲▼●※]{0,5}【?"
            r"(?:更多新聞|更多[^\s：】]{1,12}(?:報導|新聞)|延伸閱讀|相關新聞|推薦閱讀)(?:】|：).*$)",
            # …（閱讀全文） · [詳全文] · (繼續閱讀)
            r"…{0,6}[（(\[](?:閱讀全文|詳全文|繼續閱讀|看更多)[.…]{0,6}[）)\]](?=\s*\Z)",
            # 台股今收26756點 ｜ 公視新聞網 PNN
            r"(?m:[ \u3000]{0,3}[｜|] ?公視新聞網 ?PNN ?$)",
        )
    )
)

# Words in the form they are searched in: NFKC, lower case, without spaces and signs.
_INVITES = """
    註冊送 註冊即送 首存送 首儲送 儲值送 送體驗金 免費體驗金 領體驗金 領彩金 送彩金 立即註冊 馬上註冊 免費註冊 點我領取
    點擊領取 出金快速 快速出金 秒出金 保證出金 保證獲利 穩賺不賠 包贏 代理加盟 招代理 誠徵代理 無限返水 最高返水
    加賴 加line 加我line line搜尋 賴id lineid telegram搜 加tg gleezy 微信搜 歡迎來電 24小時客服 24h客服 真人客服
    叫小姐 可約外送 看照約 看照選妹 先看照 不滿意可換 滿意再付 安全隱密 免費看片 免費線上看 線上看免費 點此觀看
""".split()
_TRADE = """
    娛樂城 線上賭場 線上博弈 博弈平台 百家樂 老虎機 體育投注 運彩投注 現金版 信用版 洗碼 返水 首儲 優惠碼 彩金 體驗金
    外送茶 外約 約妹 定點茶 茶訊 喝茶 茶莊 援交 約炮 約砲 一夜情 學生妹 全套 半套 無套 魚訊 情色 成人影片 無碼
    av線上 a片
""".split()
_REPORTS = """
    警方 警察 員警 警局 刑事局 檢方 檢察 檢調 偵辦 查獲 破獲 逮捕 起訴 判決 判刑 法院 法官 被告 嫌犯 移送 涉嫌 刑法 條例
    修法 立法院 立委 行政院 主管機關 罰鍰 裁罰 受害 被害 報導 記者 中央社 專家 研究 學者 詐騙 詐欺 呼籲 防治 取締
""".split()


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


_WEIGHED = tuple((_any_of(words), weight) for words, weight in ((_INVITES, 2), (_TRADE, 1), (_REPORTS, -2)))


def is_spam(text: str) -> bool:
    """Whether a text advertises gambling or sex: ``is_spam("娛樂城註冊送體驗金，加LINE領彩金") == True``.

    To name the trade is no spam, and words of a report speak against it: news of the police raiding an online casino
    that wrote 「註冊送」 stays. Each word counts once, however often it stands there.
    """
    folded = "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())
    return sum(weight * len(set(words.findall(folded))) for words, weight in _WEIGHED) >= SPAM


def too_short(text: str) -> bool:
    """Whether a text has fewer than ``LEAST`` letters and digits: ``too_short("快訊！") == True``."""
    return sum(map(str.isalnum, text)) < LEAST


def without_boilerplate(text: str) -> str:
    """A text without what its publisher adds to every one.

    ``without_boilerplate("台股收紅 ｜ 公視新聞網 PNN") == "台股收紅"``. Copyright notices, invitations to read on or to
    load an app, the name of the outlet after the title.
    """
    return _NOTICES.sub("", text).strip()
