"""What a decision does to earlier ones: told by its own words, and only where they leave no doubt."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.outcomes import annulled, changed, set_aside
from ingest.parsed import Link

MADE = date(2020, 10, 20)
LOWER = date(2020, 4, 10)
CIVIL = (
    "臺灣高等法院民事判決109年度上字第77號上訴人甲○○被上訴人乙○○上列當事人間請求返還押金事件，上訴人對於中華民國"
    "109年4月10日臺灣臺北地方法院108年度訴字第88號第一審判決提起上訴，本院判決如下："
)


def of_main(main: str, header: str = CIVIL, court: str = "TPH") -> list[Link]:
    return list(set_aside(header, main, court, MADE))


@pytest.mark.parametrize(
    ("header", "court", "target"),
    [
        (CIVIL, "TPH", "case/TPD/108/訴/88"),
        (
            "上列上訴人因竊盜案件，不服臺灣臺北地方法院108年度易字第88號，中華民國109年4月10日第一審判決（起訴案號："
            "臺灣臺北地方檢察署108年度偵字第1號、第2號），提起上訴，判決後經最高法院發回更審，本院判決如下：",
            "TPH",
            "case/TPD/108/易/88",
        ),
        (
            "上列上訴人因竊盜案件，不服臺灣高等法院中華民國一百零九年四月十日第二審更審判決（一○八年度上更㈠字第八八號，"
            "起訴案號：臺灣臺北地方檢察署一○七年度偵字第一號），提起上訴，本院判決如左：",
            "TPS",
            "case/TPH/108/上更一/88",
        ),
        (
            "上列上訴人因傷害案件，不服本院臺北簡易庭108年度北簡字第88號中華民國109年4月10日第一審刑事簡易判決"
            "（聲請簡易判決處刑書案號：臺灣臺北地方檢察署108年度偵字第1號），提起上訴，本院判決如下：",
            "TPD",
            "case/TPD/108/北簡/88",
        ),
        (
            "上列抗告人因與相對人間聲明異議事件，對於中華民國109年4月10日臺灣臺北地方法院所為裁定（108年度執事聲字第88號）"
            "提起抗告，本院裁定如下：",
            "TPH",
            "case/TPD/108/執事聲/88",
        ),
        (
            "上列當事人間再審之訴事件，再審原告對於中華民國109年4月10日本院108年度上字第88號確定判決，提起再審之訴，"
            "本院判決如下：",
            "TPH",
            "case/TPH/108/上/88",
        ),
        (
            "上列上訴人因被告竊盜案件，對於臺灣高等法院臺南分院中華民國109年4月10日第二審確定判決（108年度上易字第88號），"
            "認為違背法令，提起非常上訴，本院判決如下：",
            "TPS",
            "case/TNH/108/上易/88",
        ),
        (
            "上列當事人間確認被告對於乙○○之債權不存在事件，上訴人對於109年4月10日臺北高等行政法院108年度訴字第88號判決不服，"
            "提起上訴，本院判決如下：",
            "TPA",
            "case/TPB/108/訴/88",
        ),
    ],
)
def test_the_judgment_under_appeal_is_read_in_the_head(header: str, court: str, target: str) -> None:
    assert of_main("原判決廢棄。", header, court) == [Link(target, "reverses", LOWER)]


@pytest.mark.parametrize(
    "main",
    [
        "原判決廢棄，發回臺灣臺北地方法院。",
        "原判決撤銷。甲○○犯竊盜罪，處拘役拾日。",
        "一、原判決廢棄二、被上訴人應給付上訴人新臺幣伍仟元。",
        "原判決及第一審判決均撤銷，發交臺灣臺北地方法院。",
        "原判決除假執行部分外廢棄，發回臺灣高等法院。",
        "原確定判決廢棄。訴願決定及原處分均撤銷。",
        "原裁定廢棄並發回原審法院。",
        "原審判決應予廢棄。",
    ],
)
def test_a_whole_judgment_set_aside(main: str) -> None:
    assert [link.relation for link in of_main(main)] == ["reverses"]


@pytest.mark.parametrize(
    "main",
    [
        "原判決關於命上訴人給付部分，及該部分假執行之宣告，暨訴訟費用之裁判均廢棄。其餘上訴駁回。",
        "原判決所處之刑撤銷。",
        "原判決命被告給付超過新臺幣伍仟元本息部分廢棄。",
        "原判決除確定部分外廢棄。",
        "原判決關於撤銷仲裁判斷部分廢棄。",
        "原判決關於甲○○部分與定應執行刑部分撤銷。",
    ],
)
def test_a_judgment_set_aside_in_part(main: str) -> None:
    assert [link.relation for link in of_main(main)] == ["reverses_in"]


@pytest.mark.parametrize(
    "main",
    [
        "上訴駁回。第二審訴訟費用由上訴人負擔。",
        "訴願決定及原處分均撤銷。",
        "甲○○之緩刑宣告撤銷。",
        "原判決廢棄部分，第一、二審訴訟費用由被上訴人負擔。",
        "原裁定所許之假釋撤銷前，應予維持。",
        "兩造間之贈與應予撤銷。",
        "本院108年度司裁全字第88號假扣押裁定應予撤銷。",
        "",
    ],
)
def test_nothing_is_set_aside(main: str) -> None:
    assert of_main(main) == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        "臺灣臺北地方法院民事判決108年度訴字第88號原告甲○○被告乙○○上列當事人間請求返還押金事件，本院判決如下：",
        # no number, no day, no court, two courts, two days, a day to come
        CIVIL.replace("108年度訴字第88號", ""),
        CIVIL.replace("中華民國109年4月10日", ""),
        CIVIL.replace("臺灣臺北地方法院", ""),
        CIVIL.replace("108年度訴字第88號第一審判決", "移送臺灣士林地方法院之第一審判決（108年度訴字第88號）"),
        CIVIL.replace("第一審判決", "第一審判決及109年5月10日補充判決"),
        CIVIL.replace("109年4月10日", "109年11月10日"),
    ],
)
def test_where_the_head_leaves_it_open_nothing_is_said(header: str) -> None:
    assert of_main("原判決廢棄。", header) == []


def test_a_judgment_on_several_numbers_is_meant_by_each() -> None:
    header = CIVIL.replace("第88號", "第88、89號")
    assert [link.target for link in of_main("原判決廢棄。", header)] == ["case/TPD/108/訴/88", "case/TPD/108/訴/89"]


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (
            "三、最高法院111年度台上字第901號刑事判決違憲，廢棄並發回最高法院。",
            [("case/TPS/111/台上/901", "reverses")],
        ),
        (
            "最高行政法院109年度上字第901號判決及110年度上字第902號判決適用牴觸憲法之規定而違憲，均廢棄，發回最高行政法院。",
            [("case/TPA/109/上/901", "reverses"), ("case/TPA/110/上/902", "reverses")],
        ),
        (
            "臺灣桃園地方法院110年度簡上字第901號刑事判決關於駁回聲請人上訴部分違憲，廢棄並發回臺灣桃園地方法院。",
            [("case/TYD/110/簡上/901", "reverses_in")],
        ),
        ("最高法院111年度台上字第901號刑事判決違憲。聲請人其餘聲請不受理。", []),
        ("甲法第3條廢棄並失其效力。", []),
        ("111年度台簡字第901號卷內之筆錄應予廢棄。", []),
    ],
)
def test_the_constitutional_court_names_what_it_sets_aside(main: str, expected: list[tuple[str, str]]) -> None:
    assert [(link.target, link.relation) for link in annulled(main)] == expected


@pytest.mark.parametrize(
    ("holding", "expected"),
    [
        ("本院釋字第901號解釋應予變更。", [("interpretation/901", "changes")]),
        ("司法院釋字第901號解釋，於此範圍內，應予變更。", [("interpretation/901", "changes_in")]),
        (
            "本院釋字第901號及第902號解釋，應予補充。",
            [("interpretation/901", "supplements"), ("interpretation/902", "supplements")],
        ),
        (
            "本院院字第九○一號解釋，與上開意旨不符，應不再援用，以符憲法意旨。",
            [("interpretation/院字第901號", "changes")],
        ),
        (
            "最高法院七十六年台上字第九○一號判例，將甲法規定適用於乙，應不再援用。",
            [("case/TPS/76/台上/901", "changes")],
        ),
        (
            "最高法院二十九年上字第九○一號判例前段及二十九年非字第九○二號判例，應不再援用。",
            [("case/TPS/29/上/901", "changes_in"), ("case/TPS/29/非/902", "changes_in")],
        ),
        (
            "最高行政法院中華民國106年6月份第2次庭長法官聯席會議決議，關於再申訴部分，應自本判決公告之日起不再援用。",
            [("resolution/TPA/106/6-2/", "changes_in")],
        ),
        (
            "財政部中華民國七十六年五月六日台財稅字第九○一號函：「甲。乙。」增加法律所無之限制，應不予適用。",
            [("letter/台財稅字第901號", "changes")],
        ),
        ("釋字第901號解釋所稱「甲」，非謂乙。本院上開解釋，應予補充。", [("interpretation/901", "supplements")]),
        (
            "最高法院三十一年上字第901號及四十六年台上字第902號判例有違憲法。該二判例及其他判例，應不再援用。",
            [("case/TPS/31/上/901", "changes"), ("case/TPS/46/台上/902", "changes")],
        ),
    ],
)
def test_what_a_holding_changes(holding: str, expected: list[tuple[str, str]]) -> None:
    assert [(link.target, link.relation) for link in changed(holding, "interpretation/999")] == expected


@pytest.mark.parametrize(
    "holding",
    [
        "本院釋字第901號解釋毋庸補充或變更。",
        "本院釋字第901號解釋並未有所變更。",
        "釋字第901號解釋所謂應予變更部分，係指告訴不合法者而言。",
        "依本院釋字第901號解釋意旨，甲法第3條應不予適用。",
        "依本院釋字第901號解釋，甲法第3條應不予適用。",
        "甲辦法第3條應不予適用，業經本院釋字第901號解釋在案。",
        "決議略謂：釋字第901號解釋第三項，固謂甲，應不予適用。",
        "釋字第901號解釋及釋字第902號解釋有案。本院上開解釋，應予補充。",
        "(註：依據司法院釋字第901號解釋，本解釋與該解釋意旨不符部分，應予變更。)",
        "最高法院七十六年台上字第九○一號判例與憲法尚無牴觸。甲法第3條應不再適用。",
        "「釋字第901號解釋應予變更。」聲請人之主張不足採。",
        "本院釋字第999號解釋應予補充。",
        "釋字第901號解釋自不再適用於監察院。",
    ],
)
def test_what_a_holding_leaves_as_it_is(holding: str) -> None:
    assert list(changed(holding, "interpretation/999")) == []


@given(
    st.text(
        alphabet="原判決裁定廢棄撤銷均，。；、關於部分不服對提起上訴法院本臺灣高等年度字第號1２一○「」（）",
        max_size=600,
    ),
    st.text(alphabet="釋字第號解釋應予變更補充不再援用判例上開該二依本院年台判決函「」。；，1九", max_size=600),
)
def test_any_text_is_read_without_fail_and_points_to_a_whole_number(one: str, other: str) -> None:
    found = [*set_aside(one, one, "TPH", MADE), *annulled(one), *changed(other, "interpretation/1")]
    assert not [link for link in found if "//" in link.target and link.relation.startswith("reverses")]
    assert "interpretation/1" not in {link.target for link in found}
