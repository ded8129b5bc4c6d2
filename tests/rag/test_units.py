import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Unit, UnitKind
from rag.units import find_unit, units

SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
ARTICLE = (
    "申請人應檢附下列文件：\r\n一、申請書。\r\n二、證明文件：\r\n（一）身分證。\r\n（二）印鑑證明。\r\n三、其他。"
    "\r\n前項文件不全者，應補正。"
)


def outline(text: str) -> list[tuple[str, str]]:
    return [
        ("".join(f"{kind}{number}" for kind, number in unit.path), text[unit.start : unit.end]) for unit in units(text)
    ]


def test_an_article_with_items_and_sub_items() -> None:
    found = outline(ARTICLE)
    assert [path for path, _ in found] == ["項1", "項1款1", "項1款2", "項1款2目1", "項1款2目2", "項1款3", "項2"]
    assert dict(found)["項1款2"] == "二、證明文件：\r\n（一）身分證。\r\n（二）印鑑證明。"
    assert dict(found)["項1"].endswith("三、其他。")
    assert dict(found)["項2"] == "前項文件不全者，應補正。"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("（刪除）", ["項1"]),
        ("甲。\r\n乙。", ["項1", "項2"]),
        ("甲如下：\r\n A＝B×C\r\n乙。", ["項1", "項2"]),
        ("一、甲。\r\n (一) 乙。\r\n㈡丙。\r\n二、丁。", ["項1", "項1款1", "項1款1目1", "項1款1目2", "項1款2"]),
        ("甲如下：\r\n一、乙。\r\n1.丙。\r\n2.丁。\r\n二、戊。", ["項1", "項1款1", "項1款2"]),
        ("甲如下：\r\n一、乙。\r\n此為乙之補充。\r\n二、丙。\r\n末項。", ["項1", "項1款1", "項1款2", "項2"]),
        (
            "各類如下：\r\n第一類：甲。\r\n補充。\r\n第二類：乙：\r\n一、丙。\r\n前項各類。",
            ["項1", "項1類1", "項1類2", "項1類2款1", "項2"],
        ),
        ("表列：\r\n┌──┐\r\n│一、│\r\n└──┘\r\n乙。", ["項1", "項2"]),
        ("甲。\r\n    \r\n乙。", ["項1", "項2"]),
    ],
)
def test_shapes_of_articles(text: str, paths: list[str]) -> None:
    assert [path for path, _ in outline(text)] == paths


def test_lines_wrapped_at_64_columns_are_one_paragraph() -> None:
    first = "主管機關為辦理本法所定之業務，得委託民間團體為之，並應每年定期查核"
    text = f"{first[:32]}\r\n{first[32:]}其執行情形。\r\n前項辦法，由主管機關定之。"
    assert len(first[:32]) == 32
    assert [path for path, _ in outline(text)] == ["項1", "項2"]
    item = f"  一、{first[:29]}\r\n      {first[29:]}。\r\n  二、其他。"
    assert [path for path, _ in outline(item)] == ["項1", "項1款1", "項1款2"]


@pytest.mark.parametrize(
    ("path", "quote"),
    [
        ((("項", 1), ("款", 2), ("目", 1)), "（一）身分證。"),
        ((("款", 3),), "三、其他。"),
        ((("款", 2), ("目", 2)), "（二）印鑑證明。"),
        ((("項", 3),), None),
        ((("項", 2), ("款", 1)), None),
        ((), None),
    ],
)
def test_finds_a_unit_by_its_path(path: tuple[tuple[UnitKind, int], ...], quote: str | None) -> None:
    found = find_unit(ARTICLE, path)
    assert (ARTICLE[found.start : found.end] if found else None) == quote


def test_a_path_without_its_item_must_be_the_only_one() -> None:
    text = "甲：\r\n一、乙。\r\n丙：\r\n一、丁。"
    assert find_unit(text, (("款", 1),)) is None


def assert_spans(text: str, found: tuple[Unit, ...]) -> None:
    covered: set[int] = set()
    for index, unit in enumerate(found):
        assert 0 <= unit.start < unit.end <= len(text)
        parents = [other for other in found[:index] if other.path == unit.path[:-1]]
        if len(unit.path) > 1:
            assert parents
            assert parents[-1].start <= unit.start
            assert unit.end <= parents[-1].end
        else:
            assert covered.isdisjoint(range(unit.start, unit.end))
            covered.update(range(unit.start, unit.end))
        siblings = [other for other in found[:index] if other.path[:-1] == unit.path[:-1]]
        assert all(other.end <= unit.start for other in siblings)
    assert all(index in covered for index, char in enumerate(text) if not char.isspace())


LINES = st.sampled_from(
    [
        "甲乙丙。",
        "如下：",
        "一、甲。",
        "二、乙",
        "（一）丙。",
        " (二) 丁。",
        "第一類：戊。",
        "1.己",
        "│庚│",
        " ",
        "",
        "Ａ＝Ｂ",
    ]
)


@given(st.lists(LINES, max_size=12))
def test_spans_nest_and_cover_all_text(lines: list[str]) -> None:
    text = "\r\n".join(lines)
    assert_spans(text, units(text))


@given(st.text(alphabet="一二、（）()第類：。\r\n 甲1.　│", max_size=80))
def test_spans_hold_for_any_text(text: str) -> None:
    assert_spans(text, units(text))


@pytest.fixture(scope="module")
def articles() -> dict[tuple[str, str], str]:
    path = SHARED / "moj" / "ChLaw.json.zip"
    if not path.exists():
        pytest.skip("no shared data")
    with zipfile.ZipFile(path) as archive:
        laws = json.loads(archive.read("ChLaw.json").decode("utf-8-sig"))["Laws"]
    return {(law["LawName"], item["ArticleNo"]): item["ArticleContent"] for law in laws for item in law["LawArticles"]}


@pytest.mark.parametrize(
    ("law", "number", "path", "begins", "count"),
    [
        ("中華民國刑法", "第 185-3 條", (("項", 1), ("款", 4)), "四、", 3),
        ("勞動基準法", "第 24 條", (("項", 1), ("款", 3)), "三、", 2),
        ("民法", "第 184 條", (("項", 2),), "違反保護他人之法律", 2),
        ("所得稅法", "第 14 條", (("項", 1), ("類", 9), ("款", 1), ("目", 3)), "（三）", 4),
        ("道路交通管理處罰條例", "第 35 條", (("項", 4), ("款", 2)), "二、拒絕", 12),
    ],
)
def test_real_articles(
    articles: dict[tuple[str, str], str],
    law: str,
    number: str,
    path: tuple[tuple[UnitKind, int], ...],
    begins: str,
    count: int,
) -> None:
    text = articles[law, number]
    found = find_unit(text, path)
    assert found is not None
    assert text[found.start :].startswith(begins)
    assert sum(len(unit.path) == 1 for unit in units(text)) == count


def test_every_real_statute_article_is_covered(articles: dict[tuple[str, str], str]) -> None:
    sample = list(articles.values())[::40]
    assert len(sample) > 1000
    for text in sample:
        items = [unit for unit in units(text) if len(unit.path) == 1]
        outside = text
        for unit in items:
            outside = outside.replace(text[unit.start : unit.end], "", 1)
        assert not outside.strip()
