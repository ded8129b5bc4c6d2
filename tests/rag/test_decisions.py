"""References to decisions: what is read, what is left alone, and that spacing changes nothing."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.decisions import case_key, find_decisions

SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
# 釋字第748號, 104年度台上字第472號, in a line
PLAIN = re.compile(
    r"釋字第[0-9]{1,3}號(?!解釋施行法)|[1-9][0-9]{1,2}年度?台[上抗非]字第[1-9][0-9]{0,4}號|年憲判字第[0-9]{1,2}號"
)

READINGS = {
    "司法院釋字第748號解釋理由書": ["interpretation/748"],
    "釋字第七四八號": ["interpretation/748"],
    "釋字第六六０號": ["interpretation/660"],
    "釋字748": ["interpretation/748"],
    "大法官第748號解釋": ["interpretation/748"],
    "釋字第900號": ["interpretation/900"],
    "釋字第371、572及590號解釋": ["interpretation/371", "interpretation/572", "interpretation/590"],
    "釋字第371號、第572號及第590號解釋": ["interpretation/371", "interpretation/572", "interpretation/590"],
    "司法院院字第1464號解釋": ["interpretation/院字第1464號"],
    "院解字第3027號": ["interpretation/院解字第3027號"],
    "111年憲判字第1號判決": ["constitutional/111年憲判字第1號"],
    "112年度審裁字第1、3號": ["constitutional/112年審裁字第1號", "constitutional/112年審裁字第3號"],
    "112年憲判字第4號、113年憲裁字第5號": ["constitutional/112年憲判字第4號", "constitutional/113年憲裁字第5號"],
    "最高法院104年度台上字第472號判決": ["case/TPS/104/台上/472"],
    "最高法院104年臺上字第472號": ["case/TPS/104/台上/472"],
    "104年度台抗字第5號裁定": ["case/TPS/104/台抗/5"],
    "最高法院18年上字第2345號、30年上字第1號判例": ["case/TPS/18/上/2345", "case/TPS/30/上/1"],
    "最高法院十八年上字第一八五號判例": ["case/TPS/18/上/185"],
    "臺灣高等法院臺中分院105年度上更㈠字第1號": ["case/TCH/105/上更一/1"],
    "臺灣高等法院高雄分院105年度重上更（三）字第1號": ["case/KSH/105/重上更三/1"],
    "臺北地院106年度訴字第1、2號": ["case/TPD/106/訴/1", "case/TPD/106/訴/2"],
    "臺灣臺北地方法院新店簡易庭106年度店簡字第22號": ["case/TPD/106/店簡/22"],
    "新店簡易庭106年度店簡字第22號": ["case/TPD/106/店簡/22"],
    "臺灣新竹地方法院竹東簡易庭106年度竹東簡字第2號": ["case/SCD/106/竹東簡/2"],
    "臺灣臺北地方法院（下稱臺北地院）以104年度訴字第3號判決": ["case/TPD/104/訴/3"],
    "臺灣高等法院刑事庭於民國105年12月5日以105年度上易字第7號": ["case/TPH/105/上易/7"],
    "最高法院刑事大法庭108年度台上大字第2306號裁定": ["case/TPS/108/台上大/2306"],
    "臺灣新北地方法院刑事簡易判決 103年度簡字第614號": ["case/PCD/103/簡/614"],
    "憲法法庭112年憲判字第4號": ["constitutional/112年憲判字第4號"],
    "105年度訴字第1號": ["case//105/訴/1"],
    "前科②92年度訴字第41號": ["case//92/訴/41"],
    "國防部北部地方軍事法院92年度和審字第41號": ["case//92/和審/41"],
    "釋字第1號、最高法院94年度台上字第1543刑事判決": ["interpretation/1", "case/TPS/94/台上/1543"],
    "最高法院79年台上第5253號判例": ["case/TPS/79/台上/5253"],
    "內政部台（七八）內營字第七二七二九一號函": ["letter/台內營字第727291號"],
    "最高法院77年度第9次民事庭會議決議": ["resolution/TPS/77/9/民事"],
    "最高法院95年5月23日第8次刑事庭會議決議": ["resolution/TPS/95/8/刑事"],
    "最高行政法院97年12月份第3次庭長法官聯席會議決議": ["resolution/TPA/97/12-3/"],
    "法務部101年5月21日法律字第10103103830號函": ["letter/法律字第10103103830號"],
    "財政部台財稅字第10404633580號令": ["letter/台財稅字第10404633580號"],
    "司法院（82）廳刑一字第05283號函": ["letter/廳刑一字第5283號"],
    "依101年法律字第10103103830號函": ["letter/法律字第10103103830號"],
}

NOTHING = [
    "司法院釋字第七四八號解釋施行法",
    "臺灣臺北地方檢察署104年度偵字第123號",
    "臺灣臺北地方法院檢察署檢察官以104年度少連偵字第123號提起公訴",
    "臺灣高等檢察署104年度訴字第5號",
    "104年度他字第5號卷",
    "104年度憲民字第5號聲請案",
    "104年公審決字第0123號復審決定",
    "慈濟醫院101年5月1日慈醫文字第1010000001號函",
    "本院卷第371頁",
    "保單號碼第123號",
    "00年度訴字第00號",
    "900年度訴字第1號",
    "釋字第748條",
    "名字第1號",
    "考績委員會104年第6次會議決議",
    "中正路104年5號",
    "",
]


def keys(text: str, court: str = "") -> list[str]:
    return [decision.key for decision in find_decisions(text, court)]


@pytest.mark.parametrize(("text", "expected"), READINGS.items())
def test_a_decision_is_read(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_decision_is_left_alone(text: str) -> None:
    assert keys(text) == []


def test_the_span_holds_the_court_and_the_number() -> None:
    text = "按最高法院 104 年度\r\n台上字第472號、第 473 號判決意旨參照"
    spans = [text[decision.start : decision.end] for decision in find_decisions(text)]
    assert spans == ["最高法院 104 年度\r\n台上字第472號", "第 473 號"]


def test_this_court_is_the_one_whose_judgment_it_is() -> None:
    text = "經本院以94年度簡字第5號判決、94年度訴字第6號判決確定"
    assert keys(text, "PCE") == ["case/PCD/94/簡/5", "case/PCD/94/訴/6"]
    assert keys(text) == ["case//94/簡/5", "case//94/訴/6"]


def test_the_same_court_is_the_last_one_named() -> None:
    text = "經臺灣高等法院以104年度上訴字第1號判決駁回，嗣經同院以105年度聲字第2號裁定"
    assert keys(text) == ["case/TPH/104/上訴/1", "case/TPH/105/聲/2"]


def test_a_court_is_carried_along_a_list_of_sentences_passed() -> None:
    text = "經臺灣彰化地方法院以94年度訴字第1號判決判處有期徒刑5月、94年度易字第2號判決（下稱乙案）、95年度簡字第3號"
    assert keys(text) == ["case/CHD/94/訴/1", "case/CHD/94/易/2", "case/CHD/95/簡/3"]


def test_a_court_is_not_carried_over_what_is_not_a_list() -> None:
    text = "經臺灣高等法院以104年度上訴字第1號判決處有期徒刑3月，又犯他罪（105年度訴字第2號）"
    assert keys(text) == ["case/TPH/104/上訴/1", "case//105/訴/2"]


def test_what_stands_far_apart_is_read_too() -> None:
    filler = "無" * 5000
    text = f"釋字第1號{filler}釋字第2號{filler}最高法院77年度第9次民事庭會議決議{filler}"
    assert keys(text) == ["interpretation/1", "interpretation/2", "resolution/TPS/77/9/民事"]


def test_one_case_has_one_key() -> None:
    assert case_key("TPS", "104", "臺上", "472") == "case/TPS/104/台上/472"
    assert case_key("STE", "104", "店簡", "0472") == "case/TPD/104/店簡/472"
    assert len({case_key("TPH", "99", series, "1") for series in ("上更(一)", "上更㈠", "上更（一）", "上更一")}) == 1


TOKENS = st.sampled_from(
    [
        *READINGS,
        *NOTHING,
        "釋字",
        "第",
        "號",
        "年度",
        "字",
        "、",
        "及",
        "（",
        "）",
        "台上",
        "12",
        "三",
        "同院",
        "以",
        "①",
        "判決",
    ]
)


@given(st.lists(st.one_of(TOKENS, st.text(max_size=5)), max_size=12).map("".join))
def test_it_never_raises_and_its_spans_lie_in_the_text(text: str) -> None:
    end = 0
    for decision in find_decisions(text, "TPD"):
        assert 0 <= decision.start < decision.end <= len(text)
        assert decision.start >= end or decision.kind == "resolution"
        assert "/" in decision.key
        end = decision.end


@given(st.sampled_from([*READINGS]), st.data())
def test_white_space_changes_nothing(text: str, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(text)), max_size=10))
    spaced = "".join(("\r\n　" if place in places else "") + char for place, char in enumerate(text))
    assert keys(spaced) == keys(text)


@pytest.fixture(scope="module")
def published() -> Iterator[list[str]]:
    path = SHARED / "judicial" / "judgments.zip"
    if not path.exists():
        pytest.skip("no shared data")
    with zipfile.ZipFile(path) as archive:
        yield [json.loads(archive.read(name))["JFULL"] for name in archive.namelist()]


def test_no_plain_number_is_missed_in_published_judgments(published: list[str]) -> None:
    missed = total = 0
    for text in published:
        spans = [(decision.start, decision.end) for decision in find_decisions(text)]
        plain = [match.end() for match in PLAIN.finditer(text)]
        total += len(plain)
        missed += sum(not any(start < end <= stop for start, stop in spans) for end in plain)
    assert total > 200
    assert missed == 0
