import json
import os
import zipfile
from pathlib import Path

import pytest

from rag.names import ALIAS, FORMER, REPEALED, LawName, LawNames, display_name, load_aliases, with_aliases

SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))

NAMES = LawNames(
    [
        LawName("獸醫師法", "M0130001"),
        LawName("獸醫師法施行細則", "M0130002"),
        LawName("醫師法", "L0020001"),
        LawName("醫師法施行細則", "L0020002"),
        LawName("勞動基準法", "N0030001"),
        LawName("勞動基準法施行細則", "N0030002"),
        LawName("臺灣地區與大陸地區人民關係條例", "Q0010001"),
        LawName("總統副總統選舉罷免法（舊 36.03.31 制定）", "A0020001", REPEALED),
        LawName("總統副總統選舉罷免法（新 84.08.09 制定）", "D0020053"),
        LawName("測試規則（90.01.01訂定）", "X0000001"),
        LawName("測試規則（101.01.01訂定）", "X0000002"),
        LawName("刑事訴訟法", "C0010001"),
        LawName("刑事訴訟法施行法", "C0010002"),
        LawName("刑訴法", "C0010001", ALIAS),
        LawName("勞基法", "N0030001", ALIAS),
        LawName("性別平等工作法", "N0030014"),
        LawName("性別工作平等法", "N0030014", FORMER),
        LawName("性別工作平等法", "N9999999", REPEALED),
        LawName("家庭暴力防治法", "D0050071"),
    ]
)


def test_the_longest_name_is_found_with_its_span() -> None:
    text = "依獸醫師法施行細則及台灣地區 與大陸地區\r\n人民關係條例、醫師法"
    found = [(text[name.start : name.end], name.pcodes) for name in NAMES.find(text)]
    assert found == [
        ("獸醫師法施行細則", ("M0130002",)),
        ("台灣地區 與大陸地區\r\n人民關係條例", ("Q0010001",)),
        ("醫師法", ("L0020001",)),
    ]


@pytest.mark.parametrize(
    ("name", "pcodes"),
    [
        ("總統副總統選舉罷免法", ("D0020053", "A0020001")),
        ("總統副總統選舉罷免法（舊 36.03.31 制定）", ("A0020001",)),
        ("測試規則", ("X0000002", "X0000001")),
        ("性別工作平等法", ("N0030014", "N9999999")),
        ("勞基法施行細則", ("N0030002",)),
        ("刑訴施行法", ("C0010002",)),
        ("機器人權利法", ()),
        ("", ()),
    ],
)
def test_candidates_come_best_first(name: str, pcodes: tuple[str, ...]) -> None:
    assert NAMES.candidates(name) == pcodes


def test_a_name_cut_off_at_the_end_is_not_found() -> None:
    assert NAMES.find("獸醫師") == []
    assert LawNames([]).find("獸醫師法") == []


def test_official_and_displayed_names() -> None:
    assert NAMES.official("D0020053") == "總統副總統選舉罷免法"
    assert NAMES.official("nothing") == ""
    assert display_name("省（市）公債條例") == "省（市）公債條例"


@pytest.mark.parametrize(
    ("name", "near"), [("家庭暴力防制法", True), ("工作平等法", True), ("太空旅遊管理條例", False)]
)
def test_misspelt_and_shortened_names_are_near(name: str, near: bool) -> None:
    assert NAMES.is_near(name) is near


def test_aliases_join_their_law_and_only_if_it_is_there() -> None:
    entries = with_aliases([LawName("中華民國刑法", "C0000001"), LawName("舊法", "Z0000001", REPEALED)])
    names = LawNames(entries)
    assert names.candidates("刑法") == ("C0000001",)
    assert names.is_alias("刑法")
    assert not names.is_alias("中華民國刑法")
    assert names.candidates("勞基法") == ()


def test_the_alias_table_is_well_formed() -> None:
    aliases = load_aliases()
    assert len(aliases) > 150
    assert len({alias for alias, _, _ in aliases}) == len(aliases)
    assert all(alias and official and alias != official for alias, official, _ in aliases)


def test_every_alias_names_a_law_of_the_official_files() -> None:
    if not (SHARED / "moj" / "ChLaw.json.zip").exists():
        pytest.skip("no shared data")
    official = set()
    for kind in ("ChLaw", "ChOrder"):
        with zipfile.ZipFile(SHARED / "moj" / f"{kind}.json.zip") as archive:
            laws = json.loads(archive.read(f"{kind}.json").decode("utf-8-sig"))["Laws"]
        official |= {display_name(law["LawName"]) for law in laws}
    assert {name for _, name, _ in load_aliases()} <= official
    assert not {alias for alias, _, _ in load_aliases()} & official
