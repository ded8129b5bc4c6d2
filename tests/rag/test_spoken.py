"""How far what a text has spoken of reaches; read through ``find_references``, as everybody reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.names import ALIAS, LawName, LawNames
from rag.numerals import fold
from rag.references import find_references
from rag.spoken import Named, Spoken, is_a

LAWS = {
    "中華民國憲法": "A1",
    "民法": "B1",
    "中華民國刑法": "C1",
    "刑事訴訟法": "C2",
    "傷害給付標準": "N2",
    "災害防救條例": "D1",
}
NAMES = LawNames(
    [
        *(LawName(name, pcode) for name, pcode in LAWS.items()),
        LawName("刑法", "C1", ALIAS),
        LawName("憲法", "A1", ALIAS),
    ]
)
PAGES = "本件車輛停放於路旁，旁人皆未察覺。" * 30
"""So much text without a line break that there must have been some."""


def keys(text: str) -> list[str]:
    """``"C1/320/項1"`` per reference, ``"?/320/項1"`` where the law is left open."""
    return [
        "/".join(part for part in (ref.law or "?", ref.article, "".join(f"{a}{b}" for a, b in ref.units)) if part)
        for ref in find_references(text, NAMES)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("核甲所為係犯刑法第320條。甲為累犯，應依第47條加重。", ["C1/320", "?/47"]),
        ("核甲所為係犯刑法第320條，且為累犯，應依第47條加重。", ["C1/320", "C1/47"]),
        ("依刑法第320條、第47條。又第62條亦同，第63條準用。", ["C1/320", "C1/47", "?/62", "?/63"]),
        ("刑法第38條規定：「甲。乙。」、第40條規定：「丙。」。", ["C1/38", "C1/40"]),
        ("刑法第38條規定：「甲。乙。依第51條定之。」", ["C1/38", "C1/51"]),
        ("依刑法第38條論罪。辯護人稱：「甲。依第51條定之。」", ["C1/38", "?/51"]),
    ],
)
def test_without_paragraphs_a_law_reaches_to_the_end_of_its_sentence(text: str, expected: list[str]) -> None:
    assert keys(PAGES + text) == expected
    assert keys(text + PAGES) == expected


def test_with_paragraphs_a_law_reaches_to_the_end_of_its_paragraph() -> None:
    assert keys("刑法第320條。應依第47條加重。\n又依第62條減輕。") == ["C1/320", "C1/47", "?/62"]
    assert keys(PAGES + "\n刑法第320條。應依\n第47條加重。\n" + PAGES) == ["C1/320", "C1/47"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("刑法第38條沒收，同法第40條亦同。", ["C1/38", "C1/40"]),
        ("刑法第38條沒收。同法第40條亦同。", ["C1/38", "C1/40"]),
        ("刑法第38條沒收。甲不服。依同法第40條宣告。", ["C1/38", "?/40"]),
        ("刑法第38條沒收。七、並依同法第392條宣告。", ["C1/38", "?/392"]),
        ("災害防救條例第3條。甲不服。乙亦同。該條例第9條有明文。", ["D1/3", "D1/9"]),
    ],
)
def test_without_paragraphs_the_same_law_is_one_just_named(text: str, expected: list[str]) -> None:
    assert keys(PAGES + text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依民法第188條，及承攬契約書第6條之約定", ["B1/188", "?/6"]),
        ("依民法第188條，兩造和解條件第1條載明", ["B1/188", "?/1"]),
        ("刑法第38條，刑法施行第1條之1", ["C1/38", "C1", "?/1-1"]),
        ("刑法第38條，民事訴訟第78條、第79條", ["C1/38", "?/78", "?/79"]),
        ("民法第188條，契約書第6條，第7條亦同", ["B1/188", "?/6", "?/7"]),
        ("民法第188條，本施行法第12條、抵觸法第23條", ["B1/188", "?/12", "?/23"]),
        ("民法第188條，應依第193條、準用第195條、其中第196條", ["B1/188", "B1/193", "B1/195", "B1/196"]),
        ("民法第191條之2第193條第1項", ["B1/191-2", "B1/193/項1"]),
        ("民法第74條第1條第1款", ["B1/74", "?/1/款1"]),
    ],
)
def test_what_stands_before_a_pointer_is_no_part_of_another_name(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("刑事訴訟法第449條，修正前第320條、刑法第2條", ["C2/449", "?/320", "C1/2"]),
        ("刑法第2條，修正前第320條、第47條，刑事訴訟法第449條", ["C1/2", "C1/320", "C1/47", "C2/449"]),
        ("刑法第2條、修正前第320條、刑法第47條", ["C1/2", "C1/320", "C1/47"]),
    ],
)
def test_an_article_as_it_was_can_be_of_the_law_that_follows(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依刑法第38條沒收如主文第2項所示", ["C1/38"]),
        ("依刑法第38條，調解筆錄內容第2項、第3項", ["C1/38"]),
        ("刑法第38條所定「傷害給付標準」第12項", ["C1/38", "N2"]),
        ("刑法第62條前段減輕，並依71條第1項加重", ["C1/62"]),
        ("刑法第38條、第454第2項、第40條第1項", ["C1/38", "C1/40/項1"]),
        ("刑法第38條沒收，於該項罪刑下宣告，依該項規定", ["C1/38", "C1/38"]),
        ("刑法第38條沒收，其中第2項及第3項", ["C1/38", "C1/38/項2", "C1/38/項3"]),
        ("刑法第50條但書第1款", ["C1/50", "C1/50/款1"]),
    ],
)
def test_a_unit_that_stands_alone(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_a_list_goes_on_behind_an_article_named_in_an_item() -> None:
    text = "刑法第4條第1項第1款甲者；第4款所犯非第2條第1項之罪者；第6款乙者；同條第2項"
    assert keys(text) == ["C1/4/項1款1", "C1/4/項1款4", "C1/2/項1", "C1/4/項1款6", "C1/4/項2"]


def test_that_article_is_left_open_where_the_sentence_named_several() -> None:
    assert keys("刑法第321條為第320條之加重，自以著手為要件，該條各款不過為條件，該項亦同") == ["C1/321", "C1/320"]
    assert keys("刑法第321條為第320條之加重，該條規定甚明") == ["C1/321", "C1/320", "C1/320"]


def test_a_law_that_only_a_quotation_names_ends_with_it() -> None:
    text = "刑事訴訟法第4條規定：「甲未達刑法第5條之標準時，不罰。」第30條規定：「乙。」第31條準用之"
    assert keys(text) == ["C2/4", "C1/5", "C2/30", "C2/31"]
    assert keys("甲稱：「依刑法第5條，不罰。」第30條定有明文") == ["C1/5", "?/30"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("刑法第38條與憲法第15條無違。同法第40條亦同。第41條亦同。", ["C1/38", "A1/15", "?/40", "?/41"]),
        ("刑法第38條與憲法尚無牴觸，同法第40條亦同。", ["C1/38", "A1", "?/40"]),
        ("憲法第15條及第23條定有明文，同法第22條亦同。", ["A1/15", "A1/23", "A1/22"]),
        ("聲請法規範憲法審查", []),
    ],
)
def test_the_constitution_is_what_is_measured_by(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_kinds_of_laws() -> None:
    assert is_a("災害防救法", "法")
    assert not is_a("災害防救辦法", "法")


@given(
    st.lists(
        st.sampled_from(["刑法", "第2條", "同法", "第1項", "該條", "「", "」", "。", "；", "\n", "甲"]), max_size=25
    )
)
def test_what_is_left_open_or_told_is_named_in_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert {ref.law for ref in find_references(text, NAMES)} <= {"", "C1"}
    assert "刑法" in text or all(ref.law == "" for ref in find_references(text, NAMES))


def test_nothing_spoken_reaches_nowhere() -> None:
    spoken = Spoken("第5條", fold("第5條"), NAMES)
    assert spoken.reaching(0, 3, {}) == Named("", "")
    assert spoken.near(0) is None
