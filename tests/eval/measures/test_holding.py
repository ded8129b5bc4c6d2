"""Which way a court held: what is the opposite is found, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.holding import TOPICS, against, direction

UNCONSTITUTIONAL = "系爭規定與憲法第7條保障平等權之意旨有違，應自本判決公告之日起失其效力。"
CONSTITUTIONAL = "上開規定，與憲法第23條比例原則尚無牴觸。"
GUILTY = "王小明犯竊盜罪，處拘役伍拾日，如易科罰金，以新臺幣壹仟元折算壹日。"
INNOCENT = "被告無罪。"
DISMISSED = "上訴駁回。第三審訴訟費用由上訴人負擔。"
REVERSED = "原判決關於駁回上訴人其餘之訴部分廢棄，發回臺灣高等法院。"
LOST = "原告之訴駁回。訴訟費用由原告負擔。"
WON = "被告應給付原告新臺幣八百元。"
LIABLE = "被告應負損害賠償責任。"
FREE = "法院認定被告無須負賠償責任。"


@pytest.mark.parametrize(
    ("words", "holding", "opposite"),
    [
        ("大法官認為這項規定違憲。", UNCONSTITUTIONAL, CONSTITUTIONAL),
        ("憲法法庭宣告該條牴觸憲法。", UNCONSTITUTIONAL, CONSTITUTIONAL),
        ("大法官認為這項規定並未違憲。", CONSTITUTIONAL, UNCONSTITUTIONAL),
        ("釋字第554號認為該規定合憲。", CONSTITUTIONAL, UNCONSTITUTIONAL),
        ("大法官說它與憲法第7條並無不符。", CONSTITUTIONAL, UNCONSTITUTIONAL),
        ("法院判處有期徒刑三個月。", GUILTY, INNOCENT),
        ("法院認定他有罪。", GUILTY, INNOCENT),
        ("法院判決他無罪。", INNOCENT, GUILTY),
        ("最高法院駁回上訴。", DISMISSED, "原判決廢棄，發回臺灣高等法院。"),
        ("最高法院廢棄原判決。", REVERSED, DISMISSED),
        ("法院判原告敗訴。", LOST, "判決被告應給付原告八百元。"),
        ("法院判被告應返還押金。", WON, LOST),
        ("法院認為出租人應負賠償責任。", LIABLE, FREE),
        ("法院認為出租人不負賠償責任。", FREE, LIABLE),
    ],
)
def test_the_direction_of_a_holding_is_borne_out_or_contrary(words: str, holding: str, opposite: str) -> None:
    assert against(words, [holding]) == ("borne_out", "")
    verdict = against(words, [opposite])
    assert verdict is not None
    assert verdict[0] == "contrary"
    assert verdict[1] in opposite
    # Another passage that it cites may say so, and a holding of several parts may go both ways.
    assert against(words, [opposite], [holding]) == ("borne_out", "")
    assert against(words, [holding, opposite]) == ("borne_out", "")


@pytest.mark.parametrize(
    "words",
    [
        "聲請人主張這項規定違憲，大法官受理。",
        "大法官審查這項規定是否違憲。",
        "原審判決被告無罪。",
        "大法官認為其中一部分違憲。",
        "如果沒有正當理由，法院會認為違憲。",
        "法院判決時適用無罪推定原則。",
        "有人認為這項規定違憲。",
        "大法官認為前段違憲，後段合憲。",
        "業者應於七日內返還押金。",
        "",
    ],
)
def test_what_tells_of_no_holding_or_of_both_ways_is_not_looked_at(words: str) -> None:
    for holding in (UNCONSTITUTIONAL, CONSTITUTIONAL, GUILTY, INNOCENT, DISMISSED, LOST, WON, FREE):
        assert against(words, [holding]) is None


def test_a_holding_on_something_else_says_nothing() -> None:
    assert against("法院判決被告無罪。", [CONSTITUTIONAL]) is None
    assert against("大法官認為這項規定違憲。", ["本件不受理。"]) is None
    assert against("大法官認為這項規定違憲。", []) is None


HOLDINGS = (UNCONSTITUTIONAL, CONSTITUTIONAL, GUILTY, INNOCENT, DISMISSED, REVERSED, LOST, WON, LIABLE, FREE)


@given(
    st.lists(st.sampled_from(HOLDINGS), min_size=1, max_size=4), st.sampled_from(("", "法院", "大法官認為")), st.data()
)
def test_what_stands_in_the_holding_is_never_contrary(parts: Sequence[str], lead: str, data: st.DataObject) -> None:
    text = "".join(parts)
    start = data.draw(st.integers(0, len(text) - 1))
    said = lead + text[start : data.draw(st.integers(start + 1, len(text)))]
    assert (against(said, [text]) or ("borne_out",))[0] == "borne_out"


@given(st.text(max_size=60))
def test_no_words_are_too_odd(words: str) -> None:
    assert direction(words).keys() <= TOPICS.keys()
    assert against(words, [words]) in (None, ("borne_out", ""))
