from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.jid import key_of, label, parse_jid


def test_a_jid_tells_court_kind_docket_and_day() -> None:
    jid = parse_jid("TPSV,104,台上,472,20150326,1")
    assert jid is not None
    assert jid[1:] == ("TPS", "民事", "104", "台上", "472", date(2015, 3, 26), "1")
    assert jid.key == "judgment/TPSV,104,台上,472,20150326,1"
    assert jid.docket == "104年度台上字第472號"
    assert label("最高法院", jid, "判決") == "最高法院104年度台上字第472號判決"


def test_the_link_for_people_holds_the_jid_as_one_unit() -> None:
    jid = parse_jid("KSDV,88,訴更(一),3,19990505,1")
    assert jid is not None
    assert jid.url == (
        "https://judgment.judicial.gov.tw/FJUD/data.aspx?ty=JD"
        "&id=KSDV%2C88%2C%E8%A8%B4%E6%9B%B4%28%E4%B8%80%29%2C3%2C19990505%2C1"
    )


def test_the_constitutional_court_has_no_sequence() -> None:
    jid = parse_jid("JCCC,115,審裁,1158,20260701")
    assert jid is not None
    assert (jid.court, jid.type, jid.sequence) == ("JCC", "憲法", "")


@pytest.mark.parametrize(
    "text",
    [
        "", "TPSV", "TPSX,104,台上,472,20150326,1", "TPSV,104,台上,472,20150230,1", "TPSV,104,台上,472,00000101,1",
        "TPSV,104,台上,472,2015326,1", "TPSV,104,台上,四,20150326,1", "tpsv,104,台上,472,20150326,1",
        "TPSV,104,台 上,472,20150326,1", "TPSV,104,../x,472,20150326,1", "TPSV,１０４,台上,472,20150326,1",
        "TPSV,104,台上,472,20150326,1\n", "TPSV,104,台上,472,20150326,1,2",
    ],
)  # fmt: skip
def test_what_is_no_jid(text: str) -> None:
    assert parse_jid(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    jid = parse_jid(text)
    assert jid is None or jid.key == key_of(text)
