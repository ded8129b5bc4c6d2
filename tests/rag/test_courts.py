"""Courts: every code has a name, every name leads back to its court."""

from __future__ import annotations

from importlib.resources import files

import pytest

from rag.courts import court_before, court_name, numbering_court
from rag.numerals import search_key

ROWS = [
    line.split("\t")
    for line in files("rag").joinpath("data", "courts.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def court_code(name: str) -> str:
    key = search_key(name)
    start, code = court_before(key, len(key))
    return "" if start else code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("最高法院", "TPS"),
        ("臺灣高等法院臺中分院", "TCH"),
        ("台灣高等法院 台中分院", "TCH"),
        ("高雄高分院", "KSH"),
        ("臺北地院", "TPD"),
        ("臺灣板橋地方法院", "PCD"),
        ("最高行", "TPA"),
        ("智財法院", "IPC"),
        ("新店簡易庭", "STE"),
        ("高雄高等行政法院 地方庭", "KST"),
        ("國防部北部地方軍事法院", ""),
        ("", ""),
    ],
)
def test_a_court_is_known_by_any_of_its_names(name: str, code: str) -> None:
    assert court_code(name) == code


def test_names_are_those_of_the_code() -> None:
    assert court_name("IPC") == "智慧財產及商業法院"
    assert court_name("ZZZ") == ""


def test_summary_courts_count_as_their_district_court() -> None:
    assert numbering_court("STE") == "TPD"
    assert numbering_court("TPT") == "TPB"
    assert numbering_court("TPS") == "TPS"
    assert numbering_court("ZZZ") == "ZZZ"


def test_the_longest_name_before_a_place_is_taken() -> None:
    key = search_key("業經臺灣高等法院臺中分院以")
    assert court_before(key, len(key) - 1) == (2, "TCH")
    assert court_before(key, len(key)) == (len(key), "")
    assert court_before("", 0) == (0, "")


def test_the_table_is_without_contradictions() -> None:
    codes = [row[0] for row in ROWS]
    names = [search_key(name) for row in ROWS for name in (row[1], *filter(None, "".join(row[3:4]).split("、")))]
    assert len(codes) == len(set(codes)) >= 79
    assert all(len(code) == 3 for code in codes)
    assert len(names) == len(set(names))
    assert {numbering_court(code) for code in codes} <= set(codes)
    assert all(court_code(court_name(code)) == code for code in codes)
