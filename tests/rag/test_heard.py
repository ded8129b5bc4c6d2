from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.heard import hear, traditional
from rag.here import unnamed
from rag.locale import leaks
from rag.names import load_aliases


def _lines(name: str) -> list[str]:
    lines = (files("rag") / "data" / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("离职要几天前说", "離職要幾天前說"),
        ("征收的土地可以要回来吗", "徵收的土地可以要回來嗎"),
        ("樓上漏水天花板發霉", "樓上漏水天花板發霉"),
        ("皇后與里長", "皇后與里長"),
    ],
)
def test_simplified_is_read_as_traditional_and_nothing_else_is_changed(question: str, written: str) -> None:
    assert traditional(question) == written


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("勞動合同要寫成書面嗎", "勞動契約要寫成書面嗎"),
        ("拖欠工資可以檢舉嗎", "積欠工資可以檢舉嗎"),
        ("软件的知识产权归谁", "軟體的智慧財產權歸誰"),
        ("契約可以解除嗎", "契約可以解除嗎"),
    ],
)
def test_the_mainlands_words_are_looked_for_as_taiwans(question: str, meant: str) -> None:
    heard = hear(question)
    assert heard.meant == meant
    assert heard.notes == ()


@pytest.mark.parametrize(
    "question", ["大陸的勞動合同怎麼簽", "中國大陸的訴訟時效幾年", "勞動合同法第39條怎麼規定", "人民法院怎麼上訴"]
)
def test_who_asks_about_the_mainland_keeps_its_words(question: str) -> None:
    assert hear(question).meant == question


@pytest.mark.parametrize(
    ("question", "meant", "name"),
    [
        ("朋友拿婚姻法給我看，臺灣的離婚要登記嗎", "臺灣的離婚要登記嗎", "婚姻法"),
        ("物權法說要公示，在台灣買賣不動產要怎麼登記？", "在台灣買賣不動產要怎麼登記？", "物權法"),
        ("物权法说要公示，在台湾买卖不动产要怎么登记？", "在臺灣買賣不動產要怎麼登記？", "物權法"),
        ("勞動合同法規定要給雙倍，我老闆沒簽約要給嗎", "我老闆沒簽約要給嗎", "勞動合同法"),
        ("鄰居拿侵權責任法第6條要我賠他的車", "要我賠他的車", "侵權責任法"),
    ],
)
def test_a_law_of_the_mainland_in_passing_is_set_aside_with_a_note(question: str, meant: str, name: str) -> None:
    heard = hear(question)
    assert heard.meant == meant
    assert heard.notes == (f"問題提到的「{name}」是中國大陸的法律，在臺灣不適用；以下是臺灣的規定。",)


def test_another_countrys_law_beside_a_question_about_here_is_set_aside() -> None:
    heard = hear("日本民法規定十八歲成年，臺灣幾歲成年？")
    assert heard.meant == "臺灣幾歲成年？"
    assert heard.notes == ("問題提到其他國家或地區的規定，在臺灣不適用；以下是臺灣的規定。",)


@pytest.mark.parametrize(
    "question",
    [
        "勞動合同法規定的試用期最長多久？",
        "依勞動合同法，公司要賠我多少？",
        "勞動合同法，試用期多久？",
        "大陸的離婚冷靜期多久？臺灣有嗎？",
        "我在中國大陸深圳上班，公司說勞動合同法不用給，我可以要嗎？",
        "臺灣地區與大陸地區人民關係條例怎麼規定繼承，我要聲明嗎？",
        "我先生是大陸人，我們在臺灣離婚要怎麼辦？",
    ],
)
def test_what_asks_about_that_law_or_only_tells_of_people_stays_whole(question: str) -> None:
    heard = hear(question)
    assert heard.meant == question
    assert heard.notes == ()


@given(st.text(alphabet="我国國的台臺灣，勞動合同法大陸規定嗎？ ", max_size=40))
def test_any_question_is_heard(question: str) -> None:
    heard = hear(question)
    assert bool(heard.meant.strip()) or not question.strip()
    assert traditional(heard.written) == heard.written


class _Span:
    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("我國的國旗", "國旗"),
        ("在臺灣結婚要幾歲", "結婚要幾歲"),
        ("請問，中華民國總統", "請問，總統"),
        ("臺灣地區的人民", "臺灣地區的人民"),
        ("本國籍的船", "本國籍的船"),
        ("屬於中華民國國籍", "屬於中華民國國籍"),
        ("中華民國九十年的法律", "中華民國九十年的法律"),
    ],
)
def test_our_countrys_name_says_nothing(question: str, bare: str) -> None:
    found = unnamed(question)
    assert found.replace("\u3000", "") == bare
    assert len(found) == len(question)


def test_a_laws_name_is_kept() -> None:
    assert unnamed("中華民國刑法第1條", [_Span(0, 9)]) == "中華民國刑法第1條"


@pytest.mark.parametrize("name", ["mainland_words.tsv", "mainland_terms.tsv"])
def test_every_word_of_the_mainland_has_one_of_taiwan_that_is_no_leak(name: str) -> None:
    rows = [line.split("\t") for line in _lines(name)]
    assert all(len(row) == 2 and row[0] != row[1] and not leaks(row[1]) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)


def test_no_law_of_the_mainland_has_a_name_of_ours() -> None:
    laws = _lines("mainland_laws.tsv")
    assert len(set(laws)) == len(laws)
    assert not set(laws) & {name for row in load_aliases() for name in row[:2]}
