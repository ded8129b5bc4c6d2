"""Made-up decrees in the forms the official histories have, and what each of them does."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.amendments import Amendment, parse_histories
from ingest.spans import Number, Span, parse_spans
from rag.domain import OPEN, Origin
from tests.ingest.official import decree, histories, roc

ENACTED = date(2016, 3, 2)
MADE = date(2021, 1, 13)
FIRST = decree(ENACTED, "制定公布全文 90  條；並自公布日施行")
PENDING = decree(MADE, "修正公布第 12、13 條條文；施行日期，由行政院定之")
days = st.dates(date(1930, 1, 1), date(2030, 12, 31))
numbers = st.builds(Number, st.integers(1, 999), st.integers(0, 20))


def amended(*what: str, day: date = MADE) -> list[Amendment]:
    """What an entry does that follows the enactment; more texts are later decrees, one day after another."""
    later = [decree(day + timedelta(days=at), text) for at, text in enumerate(what)]
    return list(parse_histories(histories(FIRST, *later)))[1:]


def one(what: str) -> Amendment:
    (found,) = amended(what)
    return found


def starts(amendment: Amendment, number: str) -> date:
    ((first, _),) = parse_spans(f"第{number}條")
    return amendment.starts(first)


def names(amendment: Amendment, number: str) -> bool:
    ((first, _),) = parse_spans(f"第{number}條")
    return amendment.names(first)


@pytest.mark.parametrize(
    ("what", "touched", "untouched"),
    [
        ("修正公布第 8、14、32～36 條條文", ["8", "14", "32", "34", "36"], ["9", "33-1", "37"]),
        (
            "修正公布第 4、5 條條文；增訂第 4-1、7-1～7-3 條條文；並刪除第 3  條條文",
            ["3", "4", "4-1", "7-2"],
            ["7", "7-4"],
        ),
        ("修正公布第 160  條第 1  項條文", ["160"], ["1"]),
        ("修正公布第 122、127；並刪除第 129 條條文自公布日施行", ["122", "127", "129"], ["128"]),
        ("修正公布第 23 條至第 57 條條文", ["23", "40", "57"], ["58"]),
        ("修正公布第 4  條條文；除第 9  條自一百十二年一月一日施行外，自公布日施行", ["4"], ["9"]),
        ("增訂公布第 5-1 條條文", ["5-1"], ["5"]),
        ("修正公布第 993994 條條文", ["993", "994"], ["995"]),
        ("修正公布全文 80  條；並自公布日施行", ["1", "80", "80-1"], []),
        ("修正公布名稱及全文 15  條（原名稱：示範舊法；新名稱：示範新法）", ["1", "15"], []),
        ("修正公布第五條之一、第十二條條文", ["5-1", "12"], ["5"]),
    ],
)
def test_which_articles_a_decree_touches(what: str, touched: list[str], untouched: list[str]) -> None:
    found = one(what)
    assert [number for number in touched if not names(found, number)] == []
    assert [number for number in untouched if names(found, number)] == []


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("修正公布第 4  條條文", {"4": MADE}),
        ("修正公布第 4  條條文；並自公布日施行", {"4": MADE}),
        ("修正公布第 4  條條文；並自一百十年七月一日施行", {"4": date(2021, 7, 1)}),
        ("修正公布第 4  條條文；並自中華民國一百十年七月一日起生效", {"4": date(2021, 7, 1)}),
        ("修正公布第 4  條條文；並自同年七月一日施行", {"4": date(2021, 7, 1)}),
        ("修正公布第 4  條條文；並自一百零六年一月一日施行", {"4": date(2017, 1, 1)}),
        ("修正公布第 4  條條文；並自公布後六個月施行", {"4": date(2021, 7, 13)}),
        ("修正公布第 4  條條文；並自公布後一年六個月施行", {"4": date(2022, 7, 13)}),
        ("修正公布第 4  條條文；並自公布日後三十日施行", {"4": date(2021, 2, 12)}),
        ("修正公布第 4  條條文；施行日期，由行政院以命令定之", {"4": OPEN}),
        ("修正公布第 4  條條文；施行日期由中央選舉委員會訂之", {"4": OPEN}),
        ("修正公布第 4  條條文；施行日期另定之", {"4": OPEN}),
        (
            "修正公布第 4、5 條條文；除第 5  條自一百十二年一月一日施行外，自公布日施行",
            {"4": MADE, "5": date(2023, 1, 1)},
        ),
        (
            "修正公布第 4、5 條條文；第 4  條自公布日施行，第 5  條自一百十二年一月一日施行",
            {"4": MADE, "5": date(2023, 1, 1)},
        ),
        (
            "修正公布第 4、5、6 條條文；第 5、6 條自公布後一年施行，其餘條文自公布日施行",
            {"4": MADE, "5": date(2022, 1, 13), "6": date(2022, 1, 13)},
        ),
        ("修正公布第 4、5 條條文；但第 5  條施行日期由行政院定之", {"4": MADE, "5": OPEN}),
        (
            "修正公布第 4、5、6 條條文；除第 4  條自公布日施行，第 5  條施行日期由行政院另定外，自一百十一年七月一日施行",
            {"4": MADE, "5": OPEN, "6": date(2022, 7, 1)},
        ),
        (
            "修正公布第 4、5 條條文；除第 5  條外，餘皆定於一百十一年七月一日施行",
            {"4": date(2022, 7, 1), "5": MADE},
        ),
        (
            "修正公布全文 80  條；除第 10、11 條自一百十二年一月一日施行外，自公布日施行",
            {"9": MADE, "10": date(2023, 1, 1), "11": date(2023, 1, 1)},
        ),
        (
            "修正公布全文 80  條；施行日期，除第 8  條第 3、4 項，由行政院定之外，自公布後二年施行",
            {"8": date(2023, 1, 13), "9": date(2023, 1, 13)},
        ),
        (
            "修正公布第 4、5 條條文；除第 5  條規定自示範公司設置條例施行之日施行外，其餘自公布日施行",
            {"4": MADE, "5": OPEN},
        ),
        (
            "修正公布第 4、5 條條文；施行日期由行政院定之，但修正前一百零五年三月二日第 4、5 條之刪除，自公布日施行",
            {"4": OPEN, "5": OPEN},
        ),
        (
            "修正公布第 4、5 條條文；除第 4  條條文及原第 5  條第 1  項之刪除施行日期由行政院定之外，自公布日施行",
            {"4": OPEN, "5": MADE},
        ),
        (
            "修正公布第 4  條條文；增訂第 5-1 條條文；增訂之第 5-1 條條文，自公布後三個月施行",
            {"4": MADE, "5-1": date(2021, 4, 13)},
        ),
    ],
)
def test_from_which_day_each_article_applies(what: str, expected: dict[str, date]) -> None:
    found = one(what)
    assert {number: starts(found, number) for number in expected} == expected


@pytest.mark.parametrize(
    "what",
    [
        "修正公布第 5  條條文；除第 5  條第 2  項自一百十二年一月一日施行外，自公布日施行",
        "修正公布第 5  條條文；第 5  條附表自一百十二年一月一日施行",
        "修正公布第 5  條條文；但第 5  條第 2、3 項由行政院另定施行日期",
        "修正公布第 5  條條文；並自公布日施行，但示範船之施行日期，由主管機關定之",
    ],
)
def test_a_deferred_part_does_not_defer_its_article(what: str) -> None:
    assert starts(one(what), "5") == MADE


@pytest.mark.parametrize(
    ("fixing", "expected"),
    [
        ("發布定自一百十年七月一日施行", {"12": date(2021, 7, 1), "13": date(2021, 7, 1)}),
        ("發布自一百十年七月一日起施行", {"12": date(2021, 7, 1), "13": date(2021, 7, 1)}),
        ("發布第 12 條定自一百十年七月一日施行", {"12": date(2021, 7, 1), "13": OPEN}),
        ("發布第 12 條條文，定自一百十年七月一日施行", {"12": date(2021, 7, 1), "13": OPEN}),
        ("發布除第 13 條外，其餘條文，定自一百十年七月一日施行", {"12": date(2021, 7, 1), "13": OPEN}),
        (
            "發布第 12 條定自一百十年七月一日施行；第 13 條，定自一百十一年一月一日施行",
            {"12": date(2021, 7, 1), "13": date(2022, 1, 1)},
        ),
        (f"發布{roc(MADE)}修正公布之第 12 條條文定自同日施行", {"12": MADE + timedelta(days=1), "13": OPEN}),
        ("發布第 12 條第 1  項，定自一百十年七月一日施行", {"12": OPEN, "13": OPEN}),
    ],
)
def test_a_later_decree_fixes_the_day_and_changes_nothing_else(fixing: str, expected: dict[str, date]) -> None:
    # The decree has a number of its own, so the wrapping of the entry puts it anywhere.
    (found,) = amended("修正公布第 12、13 條條文；施行日期，由行政院定之", fixing)
    assert {number: starts(found, number) for number in expected} == expected
    assert found.day == MADE


def test_two_fixing_decrees_each_say_their_part() -> None:
    (found,) = amended(
        "修正公布第 12、13 條條文；施行日期，由行政院定之",
        "發布除第 13 條外，其餘條文，定自一百十年七月一日施行",
        "發布第 13 條定自一百十一年一月一日施行",
    )
    assert (starts(found, "12"), starts(found, "13")) == (date(2021, 7, 1), date(2022, 1, 1))


def test_a_fixing_decree_speaks_of_the_one_that_names_its_articles() -> None:
    old, new = amended(
        "修正公布第 12 條條文；施行日期，由行政院定之",
        "修正公布第 20 條條文；施行日期，由行政院定之",
        "發布第 12 條定自一百十年七月一日施行",
    )
    assert (starts(old, "12"), starts(new, "20")) == (date(2021, 7, 1), OPEN)


def test_a_fixing_decree_may_stand_in_the_entry_of_the_one_it_fixes() -> None:
    entry = PENDING + decree(MADE + timedelta(days=30), "發布定自一百十年七月一日施行")
    (_, found) = parse_histories(histories(FIRST, entry))
    assert (found.day, starts(found, "12")) == (MADE, date(2021, 7, 1))


def test_a_law_whose_own_article_leaves_the_day_open_gets_it_from_the_next_decree() -> None:
    entries = decree(ENACTED, "制定公布全文 12  條"), decree(MADE, "發布自一百十年七月一日施行")
    (found,) = parse_histories(histories(*entries))
    assert (found.first, starts(found, "5")) == (True, date(2021, 7, 1))


@pytest.mark.parametrize(
    "notice",
    [
        "公告第 2  條所列屬「示範署」之權責事項，自一百零二年七月二十三日起改由「示範部」管轄",
        "公告第 5、6 條所列屬「示範署」之權責事項，經行政院公告自九十三年七月一日起變更為「示範會」管轄",
    ],
)
def test_a_change_of_the_agency_touches_nothing(notice: str) -> None:
    assert amended(notice) == []


@pytest.mark.parametrize("what", ["修正「示範品項表」部分品項；並自公布日生效", "修正發布編制表；並自公布日生效"])
def test_what_is_no_article_touches_none(what: str) -> None:
    found = one(what)
    assert (found.silent, names(found, "1")) == (False, False)


def test_a_decree_that_does_not_say_what_it_touched_may_have_touched_anything() -> None:
    assert one("修正公布").silent
    assert one("修正公布部分條文").silent


def test_an_amendment_of_one_book_touches_the_articles_under_its_heading() -> None:
    found = one("修正公布總則編全文；並自一百十一年一月一日施行")
    assert found.names(Number(5), ("第一編 總則", "第一章 法例"))
    assert not found.names(Number(200), ("第二編 債",))
    assert found.starts(Number(5)) == date(2022, 1, 1)


@pytest.mark.parametrize("what", ["公布廢止", "公布廢止；並自一百十年七月一日生效", "公告自一百十年七月一日停止適用"])
def test_a_repeal_makes_no_text(what: str) -> None:
    found = one(what)
    assert (found.repeals, found.touched) == (True, ())


@pytest.mark.parametrize(
    ("what", "number", "origin"),
    [
        ("修正公布第 4  條條文；增訂第 4-1 條條文", "4-1", Origin.ADDED),
        ("修正公布第 4  條條文；增訂第 4-1 條條文", "4", Origin.AMENDED),
        ("增訂第 4-1 條條文、刪除第 33 條條文", "33", Origin.AMENDED),
        ("增訂公布第 4-1 條條文並刪除第 7  條條文", "7", Origin.AMENDED),
        ("增訂公布第 4-1、4-2 條條文", "4-2", Origin.ADDED),
    ],
)
def test_how_a_text_came_to_be(what: str, number: str, origin: Origin) -> None:
    ((first, _),) = parse_spans(f"第{number}條")
    assert one(what).origin(first) is origin


def test_the_first_decree_enacts() -> None:
    (enacted,) = parse_histories(histories(FIRST))
    assert (enacted.first, enacted.origin(Number(1))) == (True, Origin.ENACTED)


def test_decrees_come_in_the_order_of_their_days() -> None:
    text = histories(decree(MADE, "制定公布全文 3  條"), decree(ENACTED, "修正公布第 1  條條文"))
    assert [found.day for found in parse_histories(text)] == [ENACTED, MADE]


@pytest.mark.parametrize(
    "text", ["", "\r\n", "1.", "附則", "1.中華民國制定公布", "1.中華民國九九九九年十三月四十日令制定公布"]
)
def test_a_field_without_a_day_has_no_decrees(text: str) -> None:
    assert parse_histories(text) == ()


@given(days, st.lists(numbers, min_size=1, max_size=40, unique=True), days)
def test_wrapping_hides_nothing(day: date, touched: list[Number], start: date) -> None:
    listed = "、".join(f"{number.main}-{number.sub}" if number.sub else str(number.main) for number in touched)
    what = f"修正公布第 {listed}  條條文；並自{roc(start)}施行" if start.year > 1912 else ""
    found = parse_histories(histories(FIRST, decree(day, what)))[1 if day >= ENACTED else 0]
    assert [span for span in found.touched] == [Span(number, number) for number in touched]
    assert {found.starts(number) for number in touched} == {start}


@given(
    st.text(
        alphabet="中華民國一二十百年月日自定第條之修正公布增訂刪除施行生效除外但其餘全文編由院、，；。（）1.0-～ \r\n",
        max_size=400,
    )
)
def test_any_text_is_read_without_complaint(text: str) -> None:
    for found in parse_histories("1.中華民國一百十年一月十三日令修正公布" + text):
        assert found.starts(Number(1)) >= date.min


@pytest.mark.parametrize(
    "noise",
    [
        "第" + "1" * 20_000, "第" + "一" * 20_000 + "條", "第1、" * 20_000, "，" * 20_000, "公布後" + "一" * 20_000 + "月",
        "中華民國" + "一" * 20_000 + "年", "自一百十年一月一日" * 2_000, "除第5條" * 4_000 + "施行", "1.\n" * 20_000,
        "公布後" + "九" * 9 + "年施行", "施行日期，由" * 5_000, "中華民國一年一月一日" * 2_000, "（" * 20_000,
    ],
)  # fmt: skip
def test_hostile_texts_are_read_in_linear_time(noise: str) -> None:
    # Exponential or quadratic reading would take minutes here; the suite would be stopped.
    assert isinstance(parse_histories("1.中華民國一百十年一月十三日令修正公布" + noise), tuple)
