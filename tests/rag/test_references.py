import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Reference
from rag.names import FORMER, REPEALED, LawName, LawNames, with_aliases
from rag.references import canonical_article, find_references, label, parent_law

LAWS = {
    "民法": "B0000001",
    "中華民國刑法": "C0000001",
    "刑事訴訟法": "C0010001",
    "刑事訴訟法施行法": "C0010002",
    "勞動基準法": "N0030001",
    "勞動基準法施行細則": "N0030002",
    "毒品危害防制條例": "C0000008",
    "所得稅法": "G0340003",
    "稅捐稽徵法": "G0340001",
    "公司法": "J0080001",
    "保險法": "G0390002",
    "獸醫師法施行細則": "M0130002",
    "醫師法施行細則": "L0020002",
    "最高行政法院處務規程": "A0010060",
    "證券交易法": "G0400001",
    "證券交易法第四十三條之一第一項取得股份申報辦法": "G0400042",
    "入出國及移民法": "D0080132",
    "臺灣地區與大陸地區人民關係條例": "Q0010001",
    "發行人發行認購（售）權證處理準則": "G0400045",
    "司法院釋字第七四八號解釋施行法": "B0000008",
    "家庭暴力防治法": "D0050071",
}
NAMES = LawNames(
    with_aliases(
        [
            *(LawName(name, pcode) for name, pcode in LAWS.items()),
            LawName("檢肅流氓條例", "D0080010", REPEALED),
            LawName("測試規則（90.01.01訂定）", "X0000001", REPEALED),
            LawName("測試規則（101.01.01訂定）", "X0000002"),
            LawName("電信規費法", "X0000003", FORMER),
        ]
    )
)


def units_of(ref: Reference) -> str:
    return "".join(f"{kind}{number}" for kind, number in ref.units)


def keys(text: str, **context: object) -> list[str]:
    """``"B0000001/184/項1款2前段"`` per reference; an unknown law in guillemets."""
    found = find_references(text, NAMES, **context)  # type: ignore[arg-type]
    return [f"{ref.law or f'«{ref.name}»'}/{ref.article}/{units_of(ref)}{ref.tail}".rstrip("/") for ref in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("民法第一百八十四條第一項前段", ["B0000001/184/項1前段"]),
        ("刑法第185條之3第1項", ["C0000001/185-3/項1"]),
        ("刑法第 185-3 條第 1 項第 1 款", ["C0000001/185-3/項1款1"]),
        ("稅捐稽徵法第二十八條第一項但書", ["G0340001/28/項1但書"]),
        ("所得稅法第十四條第一項第四類", ["G0340003/14/項1類4"]),
        ("所得稅法第4條第1項第17款前段", ["G0340003/4/項1款17前段"]),
        ("刑事訴訟法第２８４條之１", ["C0010001/284-1"]),
        ("民法第247之1條", ["B0000001/247-1"]),
        ("民 法\r\n第\u3000184 條", ["B0000001/184"]),
        ("民法184條、刑法185-3怎麼規定？", ["B0000001/184", "C0000001/185-3"]),
        ("民法第184條至第186條", ["B0000001/184", "B0000001/185", "B0000001/186"]),
        ("民法第184、185條及刑法第10條", ["B0000001/184", "B0000001/185", "C0000001/10"]),
        ("民法第184條第1項前段、第195條第1項", ["B0000001/184/項1前段", "B0000001/195/項1"]),
        ("刑法第185條之3第1項第1款、第3款", ["C0000001/185-3/項1款1", "C0000001/185-3/項1款3"]),
        ("民法第184條第一項至第三項", ["B0000001/184/項1", "B0000001/184/項2", "B0000001/184/項3"]),
        ("依勞基法第24條及同法第39條", ["N0030001/24", "N0030001/39"]),
        ("勞基法第24條，同法施行細則第7條", ["N0030001/24", "N0030002/7"]),
        ("勞基法第24條，施行細則第7條", ["N0030001/24", "N0030002/7"]),
        ("刑訴施行法第2條", ["C0010002/2"]),
        ("獸醫師法施行細則第3條", ["M0130002/3"]),
        ("最高行政法院處務規程第3條", ["A0010060/3"]),
        ("證券交易法第四十三條之一第一項取得股份申報辦法第2條", ["G0400042/2"]),
        ("證券交易法第四十三條之一第一項", ["G0400001/43-1/項1"]),
        ("入出國及移民法第3條", ["D0080132/3"]),
        ("台灣地區與大陸地區人民關係條例第5條", ["Q0010001/5"]),
        ("發行人發行認購（售）權證處理準則第5條", ["G0400045/5"]),
        ("釋字第748號解釋施行法第2條", ["B0000008/2"]),
        ("測試規則第2條", ["X0000002/2"]),
        ("測試規則（90.01.01訂定）第2條", ["X0000001/2"]),
        ("《民法》第12條、「民法」的第12條", ["B0000001/12", "B0000001/12"]),
        ("民法（108年修正）第12條、民法債編第184條", ["B0000001/12", "B0000001/184"]),
        ("中華民國民法第12條", ["B0000001/12"]),
        ("行為時民法第12條、修正前刑法第2條", ["B0000001/12", "C0000001/2"]),
        ("勞動基準法（下稱甲法）第24條，甲法第38條", ["N0030001/24", "N0030001/38"]),
        ("毒品危害防制條例第4條（以下簡稱本條例），本條例第17條", ["C0000008/4", "C0000008/17"]),
        ("毒品危害防制條例與民法，該條例第17條", ["C0000008", "B0000001", "C0000008/17"]),
        ("民法第184條之規定，同條第2項", ["B0000001/184", "B0000001/184/項2"]),
        ("民法第184條。第185條亦同", ["B0000001/184", "B0000001/185"]),
        ("民法規定滿二十歲才成年？", ["B0000001"]),
        ("依檢肅流氓條例，警察可以認定流氓嗎？", ["D0080010"]),
        ("酒駕刑法怎麼判", ["C0000001"]),
    ],
)
def test_forms_of_the_grammar(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("機器人權利法第3條", ["«機器人權利法»/3"]),
        ("請問機器人權利法第3條", ["«機器人權利法»/3"]),
        ("機器人勞動基準法第3條、太空刑法第3條", ["«機器人勞動基準法»/3", "«太空刑法»/3"]),
        ("中華民國機器人權利法怎麼保障機器人？", ["«中華民國機器人權利法»"]),
        ("日本民法規定幾歲成年？", ["«日本民法»"]),
        ("日本的民法第3條、德國刑法第3條", ["«日本的民法»/3", "«德國刑法»/3"]),
        ("中華人民共和國勞動合同法規定的試用期最長多久？", ["«中華人民共和國勞動合同法»"]),
        ("太空旅遊管理條例有哪些規定", ["«太空旅遊管理條例»"]),
        ("民法修正草案第5條", ["«民法修正草案»/5"]),
        ("系爭契約第一條與公司章程第5條、第6條", ["«系爭契約»/1", "«公司章程»/5", "«公司章程»/6"]),
        ("民法第1條、系爭契約第2條，第3條", ["B0000001/1", "«系爭契約»/2", "«系爭契約»/3"]),
        ("那第5條呢", ["«»/5"]),
        ("本法第5條、該辦法第2條", ["«本法»/5", "«該辦法»/2"]),
        ("測試規則的民法。\n\n第5條", ["X0000002", "B0000001", "«»/5"]),
    ],
)
def test_never_a_wrong_law(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "109年度台上字第1234號",
        "釋字第748號、第371、572及590號",
        "111年憲判字第1號",
        "原審卷第371頁",
        "公司法人與公司法定代理人",
        "刑法學與合法方法",
        "人民訴願權",
        "第二條件、第三類、第一項議程、前項",
        "家庭暴力防制法怎麼說",
        "",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("本法第五條", {"home": "B0000001"}, ["B0000001/5"]),
        ("第五條，刑法第十條、第十一條", {"home": "B0000001"}, ["B0000001/5", "C0000001/10", "C0000001/11"]),
        ("本法第五條、本細則第三條", {"home": "N0030002", "parent": "N0030001"}, ["N0030001/5", "N0030002/3"]),
        ("本法第五條", {"home": "C0010002", "parent": "C0010001"}, ["C0010001/5"]),
        ("本法第五條、本辦法第三條", {"home": "G0400042"}, ["«本法»/5", "G0400042/3"]),
        ("本條例第五條", {"home": "C0000008"}, ["C0000008/5"]),
        ("母法第五條", {"home": "N0030002", "parent": "N0030001"}, ["N0030001/5"]),
    ],
)
def test_the_law_a_text_is_part_of(text: str, context: dict[str, str], expected: list[str]) -> None:
    assert keys(text, **context) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("前條第一項", ["B0000001/185/項1"]),
        ("前二條", ["B0000001/184", "B0000001/185"]),
        ("次條", ["B0000001/187"]),
        ("前項第二款但書", ["B0000001/186/項2款2但書"]),
        ("前二項", ["B0000001/186/項1", "B0000001/186/項2"]),
        ("本條第一項、第二項", ["B0000001/186/項1", "B0000001/186/項2"]),
        ("本項第一款", ["B0000001/186/項3款1"]),
        ("第一項第二款", ["B0000001/186/項1款2"]),
        ("第二款", ["B0000001/186/項3款2"]),
        ("刑法第十條，同條第二項", ["C0000001/10", "C0000001/10/項2"]),
    ],
)
def test_relative_references(text: str, expected: list[str]) -> None:
    at = Reference(0, 0, "民法", "B0000001", "186", (("項", 3),))
    assert keys(text, home="B0000001", at=at) == expected


def test_the_article_before_is_the_one_in_the_list() -> None:
    at = Reference(0, 0, "民法", "B0000001", "186")
    assert keys("前條", home="B0000001", at=at, articles=["185", "185-4", "186"]) == ["B0000001/185-4"]


def test_spans_are_whole_references() -> None:
    text = "依《民法》 第 184 條第1項、第195條；勞動基準法（下稱勞基法）第24條"
    assert [text[ref.start : ref.end] for ref in find_references(text, NAMES)] == [
        "《民法》 第 184 條第1項",
        "第195條",
        "勞動基準法（下稱勞基法）第24條",
    ]
    inherited = [ref.inherited for ref in find_references(text, NAMES)]
    assert inherited == [False, True, False]


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("第 185-3 條", "185-3"),
        ("第一百八十五條之三", "185-3"),
        ("第１８５之３條", "185-3"),
        ("185-3", "185-3"),
        ("3", "3"),
        ("第 3 條", "3"),
        ("第0條", None),
        ("第三章", None),
        ("附表", None),
        ("", None),
    ],
)
def test_canonical_article(text: str, article: str | None) -> None:
    assert canonical_article(text) == article


@pytest.mark.parametrize(
    ("name", "first", "parent"),
    [
        ("勞動基準法施行細則", "本細則依勞動基準法第八十五條規定訂定之。", "N0030001"),
        ("甲辦法", "本辦法依公司法（以下簡稱本法）第二十條第二項規定訂定之。", "J0080001"),
        ("甲辦法", "本辦法依機器人權利法第二十條規定訂定之。", ""),
        ("民法", "民事，法律所未規定者，依習慣。", ""),
    ],
)
def test_the_law_an_order_hangs_on(name: str, first: str, parent: str) -> None:
    assert parent_law(name, first, NAMES) == parent


def test_labels() -> None:
    ref = Reference(0, 0, "", "C0000001", "185-3", (("項", 1), ("款", 2)), "前段")
    assert label("中華民國刑法", ref) == "中華民國刑法第185條之3第1項第2款前段"
    assert label("民法", Reference(0, 0)) == "民法"


PIECES = [
    "民法",
    "刑法",
    "勞基法",
    "第",
    "184",
    "一百",
    "條",
    "之",
    "項",
    "款",
    "至",
    "、",
    "及",
    "前",
    "本",
    "同",
    "法",
    "（下稱",
    "）",
    "。",
    "\r\n",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30), st.booleans())
def test_never_raises_and_spans_slice_back(pieces: list[str], inside: bool) -> None:
    text = "".join(pieces)
    at = Reference(0, 0, "民法", "B0000001", "5", (("項", 2),)) if inside else None
    for ref in find_references(text, NAMES, home="B0000001" if inside else "", at=at):
        assert 0 <= ref.start < ref.end <= len(text)
        assert text[ref.start : ref.end].strip() == text[ref.start : ref.end]
        assert ref.law in {"", *LAWS.values()}
        assert ref.article == "" or canonical_article(ref.article) == ref.article


@given(st.text(max_size=60), st.text(max_size=5))
def test_any_text_is_read(text: str, article: str) -> None:
    found = find_references(text, NAMES, at=Reference(0, 0, "", "", article))
    assert all(text[ref.start : ref.end] for ref in found)


@pytest.mark.parametrize(
    "piece", ["第1條", "民法", "民法(下稱X法)", "(下稱民法)", "中華民國甲", "法第1條", "保護法", "日本", "。 ", "("]
)
def test_long_adversarial_texts_are_read_to_the_end(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert all(ref.end <= len(text) for ref in find_references(text, NAMES))
