"""Numbers in text: what each counts, on which side of it one has to be, and whether another text holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.bounds import LEAST, MORE, MOST, WITHIN
from rag.values import Known, Value, held, stated, unfounded, values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三十日內處新臺幣2萬元", {(30, "日"), (20000, "元")}),
        ("1億5千萬元", {(150_000_000, "元")}),
        ("１,０００元", {(1000, "元")}),
        ("罰3萬", {(30_000, "")}),
        ("百分之二十與20％與二十趴與兩成", {(0.2, "比")}),
        ("二分之一、1/2、50%、一半、五成、半數", {(0.5, "比")}),
        ("千分之五", {(0.005, "比")}),
        ("0.25毫克", {(0.25, "毫克")}),
        ("一點五倍", {(1.5, "倍")}),
        ("加倍、雙倍、兩倍、2倍", {(2, "倍")}),
        ("七天與七日與一週與1星期", {(7, "日")}),
        ("兩年與二年與2年", {(24, "月")}),
        ("半年、六個月、6月", {(6, "月")}),
        ("兩年半、二個半月、半個月", {(30, "月"), (2.5, "月"), (0.5, "月")}),
        ("七個工作天與7個工作日", {(7, "工作日")}),
        ("民國112年1月1日", {(20230101, "曆日")}),
        ("2023年1月1日", {(20230101, "曆日")}),
        ("一百十二年一月一日", {(20230101, "曆日")}),
        ("112.01.01與112/1/1與2023-01-01", {(20230101, "曆日")}),
        ("民國元年一月", {(191201, "曆月")}),
        ("每年一月一日", {(101, "月日")}),
        ("西元112年", {(112, "西元年")}),
        ("三年以下有期徒刑", {(36, "月")}),
        ("三年六月", {(42, "月")}),
        ("三十至五十日", {(30, "日"), (50, "日")}),
        ("2萬到10萬元", {(20_000, "元"), (100_000, "元")}),
        ("第185條第1項", {(185, "條"), (1, "項")}),
        ("撥打1955", {(1955, "")}),
        ("一般、一切、第一、第十一、萬一、十分重要、一名勞工、千萬不要、第三人", set()),
        ("一、雇主\n二、勞工\n（三）其他\n4. 其餘", set()),
        ("如下：1.雇主、2.勞工。", set()),
        ("期限為三\r\n十日", {(30, "日")}),
        ("1年13月", {(25, "月")}),
        ("99年13月", {(1201, "月")}),
        ("如下：（1）甲，（2）乙；（３）丙。", set()),
        ("依①年資②表現決定", set()),
        ("如下：1、甲，2、乙", set()),
        ("第1、2項", {(1, ""), (2, "項")}),
        ("兩個人、2位、二名、二人", {(2, "人")}),
        ("兩個人資料檔案", {(2, "個")}),
        ("3個小時、三小時、3個鐘頭", {(3, "小時")}),
        ("半天、半小時", {(0.5, "日"), (0.5, "小時")}),
        ("上午9點到晚上10點鐘", {(9, "時"), (10, "時")}),
        ("面積3公畝", {(3, "公畝")}),
        ("1萬5,000元與一萬五千元", {(15000, "元")}),
        ("十分之九", {(0.9, "比")}),
        ("國小三年級", {(3, "年級")}),
        ("5月32日", {(0, "=5月32日")}),
        ("110年30月23日", {(0, "=110年30月23日")}),
        ("百分之二十五五", {(0, "=百分之二十五五")}),
    ],
)
def test_values(text: str, expected: set[tuple[float, str]]) -> None:
    assert set(values(text)) == expected


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("三年以上有期徒刑", LEAST),
        ("滿十八歲", LEAST),
        ("至少三日", LEAST),
        ("不得低於6%", LEAST),
        ("不能少於3人", LEAST),
        ("三十人以上", LEAST),
        ("逾三十日", MORE),
        ("超過8小時", MORE),
        ("三年以下有期徒刑", MOST),
        ("未滿七歲", MOST),
        ("一年未滿", MOST),
        ("最高可處3年", MOST),
        ("最多六個月", MOST),
        ("三十日內", WITHIN),
        ("七日以內", WITHIN),
        ("不得超過一千元", WITHIN),
        ("不能超過12小時", WITHIN),
        ("三十日", ""),
        ("不到15年", MOST),
        ("還沒滿三個月", MOST),
        ("沒有達到2個月", MOST),
        ("沒超過3公畝", WITHIN),
        ("最輕也要判十年", LEAST),
        ("最重可處五年", MOST),
        ("不得短於一個月", LEAST),
        ("不得短於規定或超過三個月", WITHIN),
        ("頂多只能請兩天", MOST),
        ("未滿一年", MOST),
        ("做滿一年", LEAST),
    ],
)
def test_bounds(text: str, bound: str) -> None:
    assert [one.bound for one in stated(text)] == [bound]


def test_calendar_is_part_of_a_year() -> None:
    assert set(values("民國112年")) == set(values("西元2023年")) != set(values("西元112年"))


@pytest.mark.parametrize(
    ("text", "sentence", "left"),
    [
        ("於三十日內返還新臺幣一千元", "30天內返還1,000元", []),
        ("於三十日內返還新臺幣一千元", "三十年內返還一千元", ["三十年"]),
        ("於三十日內返還新臺幣一千元", "三十元", ["三十元"]),
        ("於三十日內返還新臺幣一千元", "三十日內返還一萬元", ["一萬元"]),
        ("三十至五十日", "至少三十日", []),
        ("三十日以上五十日以下", "三十至五十日", []),
        ("三年以下", "三年以上", ["三年"]),
        ("三年以下", "最高3年", []),
        ("三年以下", "未滿三年", []),
        ("三年以上", "三年以內", ["三年"]),
        ("七日內", "超過七日就逾期", []),
        ("逾七日", "未超過七日", []),
        ("三年", "三年以上", []),
        ("三年以上，未滿三年", "三年以上", []),
        ("民國112年5月1日起", "2023年5月的某日", []),
        ("民國112年5月1日起", "112年的某日", []),
        ("民國112年5月1日起", "5月1日起", []),
        ("民國112年5月1日起", "民國112年5月10日起", ["民國112年5月10日"]),
        ("電話1955", "打1955", []),
        ("電話1955", "打1956", ["1956"]),
        ("中華民國97年12月3日公布", "97年公布", []),
        ("中華民國97年12月3日公布", "97年內完成", ["97年"]),
        ("三十日以上，六個月以上", "未滿三十日", ["三十日"]),
        ("於三十日內，逾三十日", "三十日以上", []),
        ("配置船員四人", "配4個船員", []),
        ("於5月31日前", "5月32日前", ["5月32日"]),
    ],
)
def test_unfounded(text: str, sentence: str, left: list[str]) -> None:
    found = unfounded(stated(sentence), Known().add(stated(text)))
    assert [one.written for one in found] == left


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("每日不得超過八小時，每週不得超過四十小時", "一天8小時、一週40小時"),
        ("逐月給付", "一個月付一次"),
        ("每萬元徵收一百元", "每1萬元收100元"),
        ("至少應置一個停車位", "至少1個"),
        ("第三順位之繼承人", "第3順位"),
        ("面積三公畝", "3公畝"),
        ("每人每次", "1人1次"),
    ],
)
def test_a_text_holds_more_than_it_states(text: str, sentence: str) -> None:
    known = Known().add(held(text)).add(stated("一次"))
    assert [one.written for one in unfounded(stated(sentence), known)] == []


def test_what_is_no_number_is_not_held_either() -> None:
    assert [one.value for one in held("第三人十分重要")] == []


def test_several_texts_know_together() -> None:
    texts = [Known().add(stated(text)) for text in ("三十日", "一千元")]
    assert unfounded(stated("三十日與一千元與五人"), *texts) == [(Value(5, "人"), "五人", "")]


@given(
    st.one_of(st.text(), st.text("0123456789一二三十百千萬億點半年月日元分之條、.,/-以上下內未滿至% \n", max_size=60))
)
def test_never_raises_and_is_founded_in_itself(text: str) -> None:
    assert [one for one in unfounded(stated(text), Known().add(stated(text))) if not one.bound] == []


@pytest.mark.parametrize(
    "unit", ["1", "一", "1,", "1.", "萬", "十分", "分之", "1/", "年", "一年", "1、", "第", "滿", "("]
)
def test_long_odd_text_is_read(unit: str) -> None:
    assert all(one.written for one in stated(unit * 20_000))
