from datetime import date

import pytest

from rag.domain import Reference
from rag.named import Named
from rag.premise import conflicts
from rag.standing import Standing
from tests import fakes

DAY = date(2024, 10, 11)
CONSTITUTION = fakes.made_law("A0000001", "中華民國憲法", level="憲法")
AMENDMENTS = fakes.made_law("A0000002", "中華民國憲法增修條文", level="憲法")
TERM = fakes.article(CONSTITUTION, "47", "總統之任期為六年。")
SEAT = fakes.article(CONSTITUTION, "15", "人民之財產權，應予保障。")
INSTEAD = fakes.article(AMENDMENTS, "2", "總統之任期為四年，不適用憲法第四十七條之規定。")
STORE = fakes.MemoryStore([CONSTITUTION, AMENDMENTS], [TERM, SEAT, INSTEAD])


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("依民國2023年的勞基法", 2023),
        ("西元112年的民法", 2023),
        ("公元一百一十年的刑法", 2021),
        ("昭和60年生的人", 1985),
        ("2月30日簽的租約", 0),
        ("民國112年2月29日發生的車禍", 0),
        ("110/02/31收到罰單", 0),
        ("13月1日", 0),
        ("車禍發生在1999年也就是民國99年", 0),
        ("2024年（民國112年）的規定", 0),
        ("113年是不是西元2013年？", 0),
        ("民國88年跟1988年是同一版嗎", 0),
    ],
)
def test_a_year_or_day_that_cannot_be(question: str, year: int) -> None:
    found = conflicts.wrong_calendar(question)
    assert found is not None
    assert found.year == year
    assert found.refusal.reason == "conflicting_versions"
    assert found.said in found.note


@pytest.mark.parametrize(
    "question",
    [
        "民國112年的勞基法",
        "西元2023年的民法",
        "2023年（民國112年）的規定",
        "113年2月29日發生的車禍",
        "112年修法、2024年施行",
        "民國99年到2020年的利息",
        "三年以下有期徒刑",
        "12月31日前申報",
        "2024/02/29",
        "幾年內要提告？",
        "",
    ],
)
def test_days_that_can_be(question: str) -> None:
    assert conflicts.wrong_calendar(question) is None


def test_a_draft_is_asked_for_by_its_law() -> None:
    assert conflicts.without_draft("示範租賃法部分條文修正草案通過了嗎") == "示範租賃法通過了嗎"
    assert conflicts.without_draft("這個草案通過了嗎") == "這個草案通過了嗎"


def named(name: str, **changes: object) -> Named:
    law = fakes.made_law("Z9990012", str(changes.pop("called", "示範法")), **changes)
    return Named(Reference(0, 0, name=name, law=law.pcode), law, Standing(None, None), ())


def test_what_is_said_of_names() -> None:
    assert list(conflicts.beside([named("示範法")])) == []
    assert list(conflicts.beside([named("示範法", called="示範法（新 84.08.09 制定）")])) == [
        "同名的法規不只一部，這裡依於民國105年3月2日制定的示範法回答。"
    ]
    assert list(conflicts.beside([named("舊示範法", former_names=("舊示範法",))])) == ["舊示範法已更名為示範法。"]


@pytest.mark.parametrize(
    ("question", "laws", "asks"),
    [
        ("兩部法規定不一樣，聽誰的？", ["A", "B"], True),
        ("要用甲法還是乙法？", ["A", "B"], True),
        ("要用甲法還是乙法？", ["A", "A"], False),
        ("甲法與乙法的主管機關？", ["A", "B"], False),
    ],
)
def test_which_of_several_laws_holds(question: str, laws: list[str], asks: bool) -> None:
    assert conflicts.asks_which(question, laws) is asks


def test_two_rules_and_reports_are_told_by_their_words() -> None:
    assert conflicts.of_two_rules("民法說兩年，但朋友說十五年，到底要看哪個？")
    assert not conflicts.of_two_rules("押金可以要求返還嗎？")
    assert conflicts.is_reported("新聞說押金不用還了")
    assert not conflicts.is_reported("押金可以要求返還嗎？")


def test_the_constitution_gives_way_to_its_amendments() -> None:
    assert conflicts.displacing(TERM, STORE, DAY) == INSTEAD
    assert conflicts.displacing(SEAT, STORE, DAY) is None
    assert conflicts.displacing(INSTEAD, STORE, DAY) is None
    assert conflicts.displacing(TERM, STORE, date(2010, 1, 1)) is None


def test_what_displaces_is_shown_beside_it_once() -> None:
    shown = [conflicts.source_found(1, TERM, conflicts.Wanted({}))]
    sources, said = conflicts.with_displacing(shown, STORE, DAY)
    assert [one.document for one in sources] == [TERM, INSTEAD]
    assert said == ["中華民國憲法第47條，中華民國憲法增修條文第2條另有規定。"]
    again, _ = conflicts.with_displacing(sources, STORE, DAY)
    assert again == sources


def test_what_decides_is_quoted_where_it_is_stored() -> None:
    assert conflicts.special_first(STORE, DAY) == []
    standard = fakes.made_law("A0030133", "中央法規標準法")
    store = fakes.MemoryStore([standard], [fakes.article(standard, "16", "特別規定，應優先適用之。")])
    assert [one.label for one in conflicts.special_first(store, DAY)] == ["中央法規標準法第16條"]
