import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import as_of_day, day_given, find_days
from rag.domain import OPEN

TODAY = date(2024, 10, 20)
OWN = Path(__file__).parents[1] / "questions" / "asof_own.jsonl"


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("民國106年6月3日", "2017-06-03", "2017-06-03", "day"),
        ("民國 106 年 6 月 3 日", "2017-06-03", "2017-06-03", "day"),
        ("中華民國一百十二年二月十七日", "2023-02-17", "2023-02-17", "day"),
        ("２０１７年６月３日", "2017-06-03", "2017-06-03", "day"),
        ("2017-06-03", "2017-06-03", "2017-06-03", "day"),
        ("112/02/17", "2023-02-17", "2023-02-17", "day"),
        ("112.02.17", "2023-02-17", "2023-02-17", "day"),
        ("84.08.09", "1995-08-09", "1995-08-09", "day"),
        ("1120217", "2023-02-17", "2023-02-17", "day"),
        ("20170603", "2017-06-03", "2017-06-03", "day"),
        ("民國元年1月1日", "1912-01-01", "1912-01-01", "day"),
        ("112年3月", "2023-03-01", "2023-03-31", "month"),
        ("113年2月", "2024-02-01", "2024-02-29", "month"),
        ("民國88年", "1999-01-01", "1999-12-31", "year"),
        ("2000年", "2000-01-01", "2000-12-31", "year"),
        ("民國前1年", "1911-01-01", "1911-12-31", "year"),
        ("去年", "2023-01-01", "2023-12-31", "year"),
        ("前年", "2022-01-01", "2022-12-31", "year"),
        ("今年", "2024-01-01", "2024-12-31", "year"),
        ("去年3月5日", "2023-03-05", "2023-03-05", "day"),
        ("昨天", "2024-10-19", "2024-10-19", "day"),
        ("今天", "2024-10-20", "2024-10-20", "day"),
        ("上個月", "2024-09-01", "2024-09-30", "month"),
        ("去年的3月", "2023-03-01", "2023-03-31", "month"),
        ("今年三月", "2024-03-01", "2024-03-31", "month"),
        ("112年初", "2023-01-01", "2023-01-31", "month"),
        ("98年底", "2009-12-01", "2009-12-31", "month"),
        ("前年底", "2022-12-01", "2022-12-31", "month"),
        ("前年年底", "2022-12-01", "2022-12-31", "month"),
        ("三年前", "2021-10-01", "2021-10-31", "month"),
        ("20多年前", "2004-10-01", "2004-10-31", "month"),
        ("一年半前", "2023-04-01", "2023-04-30", "month"),
        ("半年前", "2024-04-01", "2024-04-30", "month"),
        ("十個月以前", "2023-12-01", "2023-12-31", "month"),
    ],
)
def test_reads_a_day_a_month_or_a_year(text: str, first: str, last: str, precision: str) -> None:
    sentence = f"在{text}，"
    (found,) = find_days(sentence, TODAY)
    assert sentence[found.start : found.end] == text
    assert (found.first.isoformat(), found.last.isoformat(), found.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text",
    [
        "第112條",
        "109年度台上字第1234號",
        "最高法院108年台上字第3號",
        "111年憲判字第1號",
        "三年以下有期徒刑",
        "有期徒刑3年6月",
        "工作滿20年",
        "112年2月30日",
        "0912345678",
        "192.168.1.1",
        "新臺幣1120217元",
        "字第1120217號",
        "104年度",
        "110至112年度",
        "契約期滿一個月前",
        "三個月前通知",
        "須三個月前預告",
        "三年前科",
        "第三年前段",
        "三四年前",
        "滿三至五年",
        "國小三年級",
        "95年次",
    ],
)
def test_numbers_and_lengths_of_time_are_no_days(text: str) -> None:
    assert find_days(text, TODAY) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("民國106年6月3日當時，替代役實施條例第4條怎麼規定？", date(2017, 6, 3)),
        ("車禍發生在112年3月", date(2023, 3, 1)),
        ("我去年被資遣", date(2023, 1, 1)),
        ("今年的特休怎麼算", TODAY),
        ("113年10月被開罰單", TODAY),
        ("112年修正的規定", date(2023, 12, 31)),
        ("89年7月12日制定公布之法律", date(2000, 7, 14)),
        ("我80年5月3日出生，在民國106年6月3日簽約", date(2017, 6, 3)),
        ("112年1月簽約，112年5月1日當時的規定", date(2023, 5, 1)),
        ("法務部101年5月21日法律字第10103103830號函怎麼說", None),
        ("我80年5月3日出生", None),
        ("112年3月出車禍，現在才告，時效過了嗎", date(2023, 3, 1)),
        ("民國110年到112年間在那家公司", date(2021, 1, 1)),
        ("2015~2018年的租金", date(2015, 1, 1)),
        ("民國98至100年間", date(2009, 1, 1)),
        ("98年初犯的案子", date(2009, 1, 1)),
        ("108年5月29日前打傷人", date(2019, 5, 28)),
        ("105年以前簽的約", date(2015, 12, 31)),
        ("98年修正前的規定", date(2008, 12, 31)),
        ("95年7月1日施行前的案子", date(2006, 6, 30)),
        ("去年前男友打我", date(2023, 1, 1)),
        ("112年3月前往日本", date(2023, 3, 1)),
        ("113年12月31日前要申請", TODAY),
        ("五年前借出去的錢要不回來", date(2019, 10, 1)),
        ("民法第112條規定什麼", None),
        ("", None),
    ],
)
def test_the_day_a_question_is_about(text: str, day: date | None) -> None:
    assert as_of_day(text, TODAY) == day


@pytest.mark.parametrize("line", OWN.read_text(encoding="utf-8").splitlines())
def test_the_days_of_our_own_questions(line: str) -> None:
    record = json.loads(line)
    assert as_of_day(record["question"], TODAY) == date.fromisoformat(record["as_of"])


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_the_same_in_each_form(day: date) -> None:
    roc = day.year - 1911
    forms = [
        f"民國{roc}年{day.month}月{day.day}日",
        f"中華民國 {roc} 年 {day.month:02} 月 {day.day:02} 日",
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{roc}/{day.month}/{day.day}",
        f"{roc:03}{day:%m%d}",
    ]
    for form in forms:
        assert [found.first for found in find_days(f"於{form}，", TODAY)] == [day], form


@given(
    st.text(alphabet="民國前元年月日號去今昨天一二十百０1２3./-~ 度第字底初個半多的以", max_size=60),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)
def test_never_raises_and_spans_do_not_overlap(text: str, today: date) -> None:
    found = find_days(text, today)
    assert all(day.first <= day.last and text[day.start : day.end] for day in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    as_of = as_of_day(text, today)
    assert as_of is None or as_of - timedelta(days=1) < date.max


def test_a_day_given_is_one_on_which_laws_can_hold() -> None:
    assert [day_given("2024-07-31"), day_given("9999-12-30")] == [date(2024, 7, 31), OPEN - timedelta(days=1)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9999-12-31", "最晚是 9999-12-30"),
        ("2023-02-29", "沒有 2023-02-29 這一天"),
        ("0000-01-01", "沒有"),
        ("2024-7-1", "寫成 2024-07-31，不是「2024-7-1」"),
        ("20240701", "寫成"),
        ("２０２４-07-01", "寫成"),
        ("2024-07-01\n", "寫成"),
        ("", "寫成"),
    ],
)
def test_any_other_is_told(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        day_given(text)
