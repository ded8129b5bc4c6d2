from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts_day import facts_day

DECIDED = date(2012, 9, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("甲於民國101年3月5日竊取乙之機車。", date(2012, 3, 5)),
        ("甲於中華民國一百零一年三月五日，竊取。", date(2012, 3, 5)),
        ("甲於１０１年３月５日１３時許竊取。", date(2012, 3, 5)),
        # a former sentence is not what the case is about
        ("甲前因竊盜案件，於100年2月1日執行完畢。復於101年3月5日竊取。", date(2012, 3, 5)),
        ("甲於101年3月5日竊取，嗣於101年3月9日再犯。", date(2012, 3, 5)),
        # more than a year between the first and the last: no one day
        ("甲於99年3月5日竊取。又於101年3月9日再犯。", None),
        # how it came out is not what was done
        ("甲竊取乙之機車。嗣於101年3月5日3時許，騎乘該車行經示範路，為警攔查。", None),
        ("甲竊取得手。嗣經乙於101年3月5日報警處理，循線查獲。", None),
        ("甲竊取得手，嗣乙於101年3月5日返家，察覺財物遺失。", None),
        ("嗣甲於101年3月5日9時許，主動向員警供出上情。", None),
        ("嗣於101年3月5日見乙離開，竟徒手竊取乙之機車，為警當場逮捕。", date(2012, 3, 5)),
        # nor is what came before
        ("甲於100年3月15日起，將房屋出租予乙。甲於101年3月5日竊取電力。", date(2012, 3, 5)),
        ("甲於101年3月1日經示範醫院收治，竟竊取乙之物。", None),
        ("甲於101年9月2日竊取。", None),
        ("甲於101年13月5日竊取。", None),
        ("甲於101年3月間竊取。", None),
        ("", None),
    ],
)
def test_the_day_of_the_facts(text: str, day: date | None) -> None:
    assert facts_day(text, DECIDED) == day


def test_an_account_has_to_give_the_hour() -> None:
    assert facts_day("甲於101年3月5日訂約。", DECIDED, timed=True) is None
    assert facts_day("甲於101年3月5日上午10時許駕車。", DECIDED, timed=True) == date(2012, 3, 5)


@given(st.text(alphabet="於在民國年月日時0123456789一二十○、。，", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    day = facts_day(text, DECIDED)
    assert day is None or day <= DECIDED
