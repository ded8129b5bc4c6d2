import pytest

from rag.mentions import find_mentions, leads, opens
from rag.names import ALIAS, LawName, LawNames
from rag.numerals import fold

NAMES = LawNames([LawName("民法", "B0000001"), LawName("保險法", "G0390002"), LawName("刑法", "C0000001", ALIAS)])


@pytest.mark.parametrize(
    "left",
    [
        "",
        "，",
        "請問",
        "違反",
        "民國112年",
        "行為時",
        "第5條",
        "我國",
        "已達",
        "情狀等",
        "已含",
        "被訴",
        "所犯法條：一",
        "書記官",
    ],
)
def test_a_name_can_begin_here(left: str) -> None:
    assert opens(left)


@pytest.mark.parametrize("left", ["機器人", "太空", "國有", "A", "高等", "平等", "第二", "盧安達"])
def test_a_name_can_not_begin_here(left: str) -> None:
    assert not opens(left)


@pytest.mark.parametrize("left", ["", "、", "應依", "準用", "其中", "第一編第二章", "現行法", "但書", "不受"])
def test_a_pointer_can_lead_back_here(left: str) -> None:
    assert leads(left)


@pytest.mark.parametrize(
    "left",
    [
        "承攬契約書",
        "和解條件",
        "刑",
        "民事訴訟",
        "法",
        "刑法施行",
        "主文",
        "聲明",
        "附表",
        "依71條",
        "第47項",
        "系爭法律",
    ],
)
def test_a_pointer_can_not_lead_back_here(left: str) -> None:
    assert not leads(left)


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("依民法", [("民法", "name", True)]),
        ("太空 民法", [("民法", "name", True)]),
        ("太空民法", [("民法", "name", False)]),
        ("日本的民法", [("日本的民法", "unknown", True)]),
        ("中華民國民法", [("中華民國民法", "name", True)]),
        ("中華民國機器人權利法", [("中華民國機器人權利法", "unknown", True)]),
        ("同法施行細則", [("同法施行細則", "pronoun", True)]),
        ("合同法、基本法、應該法", []),
        ("寵物保險法", [("寵物保險法", "unknown", True)]),
        ("沒有繳費的寵物主人想了解保險法", [("保險法", "name", True)]),
        ("刑法刑法", [("刑法", "name", True), ("刑法", "name", True)]),
        ("太空刑法刑法", [("刑法", "name", False), ("刑法", "name", False)]),
        ("書記官甲某乙中華民國刑法", [("中華民國刑法", "name", True)]),
        ("民法（下稱甲法），甲法", [("民法", "name", True), ("甲法", "name", True)]),
    ],
)
def test_mentions(text: str, mentions: list[tuple[str, str, bool]]) -> None:
    folded = fold(text)
    found = find_mentions(folded, NAMES, [])
    assert [(folded.key[one.start : one.end], one.kind, one.certain) for one in found] == mentions
