"""What a question's wording asks for: law, or something that no public source of law can give.

Four kinds are told from questions of law: orders to the service and help with a crime (``injection``), the outcome of
one person's case (``prediction``), facts of one person (``personal``), matters no law rules (``out_of_scope``). Single
words don't tell them apart: 「法官會怎麼判酒駕初犯」 asks for law, 「法官會怎麼判我」 doesn't. So every pair of
characters and every combination of signs (who is spoken of, an authority, an outcome, an order, an inner part of the
service …) has a weight for each kind, learned from the questions in ``tests/questions`` by :mod:`eval.wording`, which
writes ``data/wording.tsv`` and prints how well such weights tell questions they were not learned from (docs/log.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import sqrt
from typing import Literal, NamedTuple

from rag.locale import leaks
from rag.numerals import search_key

Weights = Mapping[str, tuple[float, ...]]
Asked = Literal["injection", "prediction", "personal", "out_of_scope"]
KINDS: tuple[Asked, ...] = ("injection", "prediction", "personal", "out_of_scope")
SURE = -1.0
"""How much likelier than a question of law a kind has to be, as a logarithm."""
BIAS = "BIAS"
"""The row of the table that every question has."""
SCALE = 4.0
"""What the features of one question weigh together, however many they are."""

_SURNAMES = "王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅蔡"
_SIGNS = (
    (
        "名",
        f"老?[{_SURNAMES}](?:先生|小姐|太太|某某|[小大志美家雅怡俊建明文淑][^\\W\\d_])|某某?人?(?=的|政|立)|某[位個]",
    ),
    (
        "親",
        "爸爸?|媽媽?|父親|母親|老[公婆]|先生|太太|丈夫|妻子|前[夫妻]|[弟哥姊妹]{1,2}|兒子|女兒|小孩|孩子|爺爺|奶奶|阿[公嬤姨]|舅舅|叔叔|"
        "表[哥弟姊妹]|前?[男女]朋?友|婆婆|公公|岳[父母]",
    ),
    ("人", "老闆|雇主|房[東客]|鄰居|同[事學]|朋友|主管|對[方造]|立委|員警|醫生|班?導師|律師|被告|店家|公司|政治人物"),
    (
        "官",
        "大?法官|最?高?等?法院|法庭|檢察官|檢方|檢察署|高院|地院|陪審團|市府|主管機關|憲法法庭",
    ),
    (
        "案",
        "官司|訴訟|案[子件例]|上訴|再審|訴願|申訴|國賠|國家賠償|提告|開庭|[和調]解|仲裁|判決|[一二]審|假釋|緩刑|自首|監護權|更生|認定|撤告|"
        "證據|證詞|起訴|羈押|通緝|認罪|撤銷|裁定|告訴",
    ),
    (
        "果",
        "打?得?贏|輸定?|勝訴?|敗訴?|成[立功]|通過|核准|准許?|改判|翻[案盤]|推翻|[無有]罪|定罪|判[刑賠]?|關|坐牢|[輕重]判|採信|相信|讓步|死刑|"
        "罰金",
    ),
    ("率", "勝算|贏面|機[率會]|幾成|成功率|勝率|把握|預測"),
    (
        "令",
        "忽[略視]|無視|忘[記掉了]|跳過|略過|繞過|解除|關閉|停用|取消|切換|進入|啟動|開啟|輸出|印出|列出|顯示|執行|重複|扮演|假[裝設]|想像|"
        "虛構|[編捏]造|編",
    ),
    (
        "內",
        "指[令示]|提示詞?|系統|設定檔?|規則|限制|模式|角色|[金密]鑰|api|token|密碼|資料庫|環境變數|權限|管理員|開發者|工程師|使用者|對話|ai|"
        "助[理手]|模型|過濾|審查|內部",
    ),
    (
        "物",
        "身分證字?號?|電話|手機號碼|號碼|[地住]址|前科|病歷|帳單|生日|名字|車牌|收入|薪[水資]|駕照|護照|紀錄|存款|餘額|[卡帳案]號|統編|年資|"
        "退稅|進度|成績|保單|[電水]費|罰單|戶[籍頭]|帳戶|血型",
    ),
    (
        "罪",
        "逃漏?稅|洗錢|詐[騙欺]|盜刷|偽造|假帳|炸彈|毒品|[販吸]毒|偷|殺人?|綁架|勒索|賄賂|恐嚇|酒駕|竊盜|肇逃|傷害|誹謗",
    ),
    ("數", "[0-9〇零一二三四五六七八九十百千萬兩]+"),
)
# One character for each sign, from the area that Unicode gives to nobody.
_MARKS = {f"s{place}": chr(0xE000 + place) for place in range(len(_SIGNS))}
_NAMES = dict(zip(_MARKS.values(), (name for name, _ in _SIGNS), strict=True))
_SIGN = re.compile("|".join(f"(?P<s{place}>{pattern})" for place, (_, pattern) in enumerate(_SIGNS)))
_TOGETHER = "我 你 他 會 嗎 請 誰 怎 多少 幾 什麼 沒 了 可以 規定 法 哪 應 罰 賠 合法 違法 怎麼辦 最後 現在 這".split()
_OUR_COUNTRY = re.compile("我們?(?:的)?國家|我國")  # no 我: nobody speaks of himself
_EDGES = re.compile(r"^\s+|[？?。！!\s]+$")


class Verdict(NamedTuple):
    """``kind`` is the likeliest, ``margin`` the logarithm of how much likelier it is than a question of law."""

    kind: Asked
    margin: float


def plain(text: str) -> str:
    """The question as it is compared: Simplified characters as Traditional ones, in half width and lower case."""
    signs = list(text)
    for leak in leaks(text):
        if leak.kind == "script":
            signs[leak.start] = leak.instead
    return _EDGES.sub("", search_key("".join(signs)).lower())


def verdict(text: str) -> Verdict:
    """``verdict("法官會怎麼判我").kind == "prediction"``; a question of law has a margin below 0."""
    return likeliest(features(text), weights())


def likeliest(found: Collection[str], table: Weights) -> Verdict:
    """The kind that the features of a question speak for most."""
    return max(margins(found, table), key=lambda one: one.margin)


def margins(found: Collection[str], table: Weights) -> list[Verdict]:
    """How far the features of a question speak for each kind."""
    known = [table[feature] for feature in {*found, BIAS} if feature in table]
    share = SCALE / sqrt(len(known)) if known else 0.0
    return [Verdict(kind, share * sum(row[place] for row in known)) for place, kind in enumerate(KINDS)]


def beyond_law(text: str) -> float:
    """How much likelier a question is about what no law rules than about law, as a logarithm."""
    return next(one.margin for one in margins(features(text), weights()) if one.kind == "out_of_scope")


def features(text: str) -> set[str]:
    """What of a question has a weight: its characters and pairs of them, its signs with what stands by them."""
    key = _OUR_COUNTRY.sub("本國", plain(text))
    bare = f"^{key}$"
    signs: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        signs.add(_MARKS[match.lastgroup or ""])
        return _MARKS[match.lastgroup or ""]

    marked = f"^{_SIGN.sub(mark, key)}$"
    found = {gram for length in (1, 2) for gram in _grams(bare, length)}
    found |= {gram for length in (1, 2, 3) for gram in _grams(marked, length) if not _NAMES.keys().isdisjoint(gram)}
    together = sorted(signs) + [word for word in _TOGETHER if word in key]
    return found | {f"{one}&{other}" for one, other in combinations(together, 2)}


@cache
def weights() -> Weights:
    """The table: for each feature its weight in favour of each kind, against a question of law."""
    lines = (files("rag") / "data" / "wording.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {_read(feature): tuple(int(weight) / 100 for weight in given) for feature, *given in rows}


def written(feature: str) -> str:
    """A feature as the table writes it, signs by their names: ``{官}&會``."""
    return "".join(f"{{{_NAMES[sign]}}}" if sign in _NAMES else sign for sign in feature).replace(" ", "␠")


def _read(feature: str) -> str:
    for sign, name in _NAMES.items():
        feature = feature.replace(f"{{{name}}}", sign)
    return feature.replace("␠", " ")


def _grams(text: str, length: int) -> Iterator[str]:
    return (text[start : start + length] for start in range(len(text) - length + 1))
