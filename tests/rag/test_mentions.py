import pytest

from rag.mentions import find_mentions, opens
from rag.names import ALIAS, LawName, LawNames
from rag.numerals import fold

NAMES = LawNames([LawName("民法", "B0000001"), LawName("保險法", "G0390002"), LawName("刑法", "C0000001", ALIAS)])


@pytest.mark.parametrize("left", ["", "，", "請問", "違反", "民國112年", "行為時", "第5條", "我國"])
def test_a_name_can_begin_here(left: str) -> None:
    assert opens(left)


@pytest.mark.parametrize("left", ["機器人", "太空", "國有", "A"])
def test_a_name_can_not_begin_here(left: str) -> None:
    assert not opens(left)


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
        ("民法（下稱甲法），甲法", [("民法", "name", True), ("甲法", "name", True)]),
    ],
)
def test_mentions(text: str, mentions: list[tuple[str, str, bool]]) -> None:
    folded = fold(text)
    found = find_mentions(folded, NAMES, [])
    assert [(folded.key[one.start : one.end], one.kind, one.certain) for one in found] == mentions
