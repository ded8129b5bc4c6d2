"""Which way a decision went: whether a sentence tells of a court's holding its very opposite.

Told apart are five questions that a decision answers one way or the other (:data:`TOPICS`). A sentence is held against
the 解釋文 or 主文 and the passages it cites, and is contrary only where the former plainly say the opposite and
nothing in either could be what the sentence means. What is conditional, told of a party, of a lower court or of a part,
is not looked at: where it can't be told, there is no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

Verdict = Literal["borne_out", "contrary"]

_NOT = "(?:不|未|無|非|沒有?)(?:有|生|構成|發生|致|至|至於|能認|足認|得謂|可謂|屬|涉及)?(?:所|何)?"
_BREACH = "違憲|[牴抵]觸|違反|違背|有違|不符|不合|侵害|逾越|悖離|過苛"
_DENIED = re.compile(f"{_NOT}(?:{_BREACH})")
_WITH = "與憲法[^，,。；;]{0,40}?"
_OWES = "負(?!擔保物)[^，,。；;]{0,16}?責"
_NO_NEED = "(?:無須|毋須|毋庸|無庸|不必|不用|不需|免)"
_PAYS = "應[^。；;]{0,60}?(?:給付|賠償|返還|塗銷|遷讓|交付|拆除|辦理)"
_PENALTY = "(?:有期徒刑|無期徒刑|死刑|拘役|罰金)"
# What makes a sentence one of a case that is not given, of somebody else's view, or of no more than a part.
_ELSEWHERE = re.compile(
    "除非|否則|如果|假如|倘|若(?!干)|只有|只要|的話|之虞|可能|疑慮|疑義|爭點|是否|有無|與否|主張|抗辯|辯稱|認為應|聲請意旨|"
    "上訴意旨|起訴|原審|[一二三]審|下級審|意見書|不同意見|協同意見|部分|其餘|例外|原則上|推定|審查|合憲性|起見|嗣後|後來|另案|"
    "前案|過去|曾|聲請人|聲請解釋|得聲請|認有|等語|始|(?<![無毋])須|參照|目的|範圍|固|縱|為由|要件|前述|此外|不得|未必|明文|[?？]"
)
# A sentence that tells what a court held says so.
_TELLS = re.compile("大法官|憲法法庭|法院|法庭|本[院庭]|釋字|憲判|判[例決]|裁[定判]|解釋|宣告|主文|判(?:處|被告|原告)")
_NEUTRAL = re.compile("無罪推定|有罪與否|是否(?:違憲|合憲|有罪)|違憲(?:審查|與否|疑義)|合憲(?:性|與否|解釋)")


class Side(NamedTuple):
    """One of two answers: ``plain`` words that can mean nothing else, ``wide`` ones that may mean it."""

    plain: re.Pattern[str]
    wide: re.Pattern[str]


def _side(plain: str, wide: str) -> Side:
    return Side(re.compile(plain), re.compile(f"{plain}|{wide}"))


TOPICS: Mapping[str, tuple[Side, Side]] = {
    "憲法": (
        _side(
            f"(?<!符)合憲(?!法)|{_NOT}(?:違憲|[牴抵]觸憲法|違反憲法|違背憲法)|{_WITH}(?:無違|相符|{_NOT}(?:{_BREACH}))",
            f"相符|無違|無涉|{_NOT}(?:{_BREACH})|駁回",
        ),
        _side(
            f"違憲(?!法)|(?:[牴抵]觸|違反|違背)憲法|{_WITH}(?:有違|不符|[牴抵]觸|違背)",
            f"{_BREACH}|失其?效力?|不[予再](?:適用|援用)|檢討修正|未盡|有欠|不許|廢棄",
        ),
    ),
    "罪責": (
        _side(f"(?<!無)有罪|判處?{_PENALTY}|處{_PENALTY}", "犯[^。；;]{0,40}?罪|科罰金|徒刑|累犯"),
        _side("(?<!有)無罪", "不受理|免訴|免刑|公訴"),
    ),
    "上訴": (
        _side("駁回[^，,。；;]{0,10}上訴|上訴[^，,。；;]{0,6}駁回", "駁回|不合法|不受理"),
        _side(
            "(?:廢棄|撤銷)[^，,。；;]{0,4}原(?:審)?判決|原(?:審)?判決[^，,。；;]{0,40}?(?:廢棄|撤銷)",
            "廢棄|撤銷|發回|發交|變更|改判",
        ),
    ),
    "訴訟": (
        _side(f"原告勝訴|准許原告|(?<!反訴)被告[^，,。；;]{{0,10}}?{_PAYS}", f"{_PAYS}|准|確認|勝訴|撤銷|廢棄|形成"),
        _side("原告敗訴|駁回原告|原告之訴[^，,。；;]{0,8}駁回", "駁回|不受理|敗訴"),
    ),
    "責任": (
        _side(f"(?:{_NO_NEED}|不)應?{_OWES}", f"{_NO_NEED}|駁回|不負"),
        _side(f"(?<!不)應(?:連帶)?{_OWES}", f"{_PAYS}|{_OWES}"),
    ),
}
"""The questions, each with what it is to answer it one way and the other; what denies the other's words comes first."""


def direction(words: str) -> dict[str, tuple[int, str]]:
    """Of a sentence the questions it answers plainly, one way only: which of the two, and in which words.

    ``direction("大法官認為這項規定違憲")["憲法"] == (1, "違憲")``
    """
    if _ELSEWHERE.search(words) or not _TELLS.search(words):
        return {}
    words = _clean(words)
    found = {}
    for topic, sides in TOPICS.items():
        said = [(at, match[0]) for at in (0, 1) if (match := _plainly(words, sides, at))]
        if len(said) == 1:
            found[topic] = said[0]
    return found


def against(words: str, holding: Sequence[str], cited: Iterable[str] = ()) -> tuple[Verdict, str] | None:
    """Whether texts bear out the direction of a sentence, or hold the opposite, and in which words; None: not known.

    :param holding: the 解釋文 or 主文; ``cited``: what else the sentence cites, which may bear it out, too.
    """
    holding, cited = [_clean(text) for text in holding], [_clean(text) for text in cited]
    borne_out = False
    for topic, (at, _) in direction(words).items():
        sides = TOPICS[topic]
        if any(_may_say(text, sides, at) for text in (*holding, *cited)):
            borne_out = True
        elif opposite := next((match[0] for text in holding if (match := _plainly(text, sides, 1 - at))), ""):
            return "contrary", opposite
    return ("borne_out", "") if borne_out else None


def _plainly(text: str, sides: tuple[Side, Side], at: int) -> re.Match[str] | None:
    """Where a text says one side: 未違憲 has 違憲 in it, so what the first side says is not there for the second."""
    return sides[at].plain.search(sides[0].plain.sub("", text) if at else text)


def _may_say(text: str, sides: tuple[Side, Side], at: int) -> bool:
    rest = _DENIED.sub("", sides[0].plain.sub("", text)) if at else text
    return sides[at].wide.search(rest) is not None


def _clean(text: str) -> str:
    return _NEUTRAL.sub("", re.sub(r"\s", "", text))
