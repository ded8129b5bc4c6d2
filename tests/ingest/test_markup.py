from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.markup import Anchor, decoded, is_page, read, text, tidy_xml

CHINESE = st.text("第一條本辦法依示範法訂定之，。「」 \n", max_size=30)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("沒有標記 的 文字", "沒有標記 的 文字"),
        ("<p>甲</p><p>乙<br>丙</p>", "甲\n乙\n丙"),
        ("<p>經濟\n   部</p>", "經濟部"),
        ("<p>Mr.\nKang</p>", "Mr. Kang"),
        ("<p>第　一　條<span style='mso-tab-count:1'>&nbsp;&nbsp;\n</span>本辦法</p>", "第　一　條 本辦法"),
        ("<p>甲<!--[if gte mso 9]><xml>乙</xml><![endif]--><o:p></o:p><style>p{}</style><script>丙</script></p>", "甲"),
        ("<p>甲<span style='display: none'>乙</span><b style='mso-hide:all'>丙</b>丁</p>", "甲丁"),
        ("<p><![if !supportLists]>一、<![endif]>甲</p>", "一、甲"),
        ("<p>10<sup>6</sup> m<sup>3</sup> CO<sub>2</sub> 1<sup>st</sup></p>", "10⁶ m³ CO₂ 1st"),
        ("<p><鬼滅之刃> a < b</p>", "<鬼滅之刃> a < b"),
        ("<div>甲<p>乙</div>丙", "甲\n乙\n丙"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_a_page_reads_as_it_is_seen(html: str, expected: str) -> None:
    assert read(html).text == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["甲|乙|丙"], "甲｜乙｜丙"),
        (["甲||丙"], "甲｜｜丙"),
        (["|甲|"], "甲"),
        (["一、|辦法如下：<br>甲案"], "一、辦法如下：\n甲案"),
        (["主　　旨：|修正辦法"], "主　　旨：修正辦法"),
        (["第　二　條|本法<br>如下"], "第　二　條　本法\n如下"),
        (["修正後|修正前", "甲<br>乙|丙"], "修正後｜修正前\n修正後：甲\n乙\n修正前：丙"),
        (["甲<br>乙|丙"], "甲\n乙\n丙"),
        (
            ["兩組|另兩組", "一|二|三|四", f"甲<br>{'乙' * 41}|丙|丁|戊"],
            f"兩組｜另兩組\n一｜二｜三｜四\n一：甲\n{'乙' * 41}\n二：丙\n三：丁\n四：戊",
        ),
        (["項次|項目|備註", "1|動物", "2|植物<br>種子"], "項次｜項目｜備註\n1｜動物\n2\n植物\n種子"),
        (["沙鹿<br>稽徵所|洽辦<br>地點|年度"], "沙鹿稽徵所｜洽辦地點｜年度"),
    ],
)
def test_a_table_reads_row_by_row(rows: list[str], expected: str) -> None:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    assert read("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>").text == expected


def test_a_table_in_a_cell_stays_where_it_stands() -> None:
    inner = "<table><tr><td>(一)</td><td>乙</td></tr></table>"
    assert read(f"<table><tr><td><p>甲</p>{inner}<p>丙</p></td></tr></table>丁").text == "甲\n(一)乙\n丙\n丁"


def test_cells_without_a_row_or_table_are_kept() -> None:
    assert read("<td>甲<td>乙").text == "甲｜乙"


def test_links_keep_their_words() -> None:
    page = read('<p><a href="/a">民<b>法</b></a><a name="x">不是連結</a></p>')
    assert page.anchors == (Anchor("/a", "民法"),)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("&lt;p&gt;甲&amp;nbsp;乙&lt;/p&gt;", "甲 乙"),
        ("A &amp;amp; B", "A & B"),
        ("R&D", "R&D"),
        ("3<5", "3<5"),
        ("甲\n 乙", "甲乙"),
    ],
)
def test_a_scrap_escaped_twice_is_read_twice(html: str, expected: str) -> None:
    assert text(html) == expected


@given(
    st.text()
    | st.lists(st.sampled_from("<td> <tr> <table> </table> <p> </p> <sup> </sup> 6 甲 &nbsp; <br> <!--".split())).map(
        "".join
    )
)
def test_nothing_is_too_odd_to_be_read(html: str) -> None:
    lines = read(html).text.split("\n")
    assert all(line == line.strip() for line in lines)
    assert text(html) is not None


@given(st.lists(CHINESE))
def test_no_word_of_a_paragraph_is_lost(paragraphs: list[str]) -> None:
    page = read("".join(f"<p><span>{one}</span></p>" for one in paragraphs))
    assert "".join(page.text.split()) == "".join("".join(paragraphs).split())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\xef\xbb\xbf<html>", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE HTML PUBLIC "x">', True),
        (b"<!-- x --> <HTML lang=zh>", True),
        (b"<?xml version='1.0'?><rss>", False),
        (b"", False),
    ],
)
def test_a_page_is_told_from_data(body: bytes, expected: bool) -> None:
    assert is_page(body) is expected


@pytest.mark.parametrize(
    "said", ["", 'encoding="Big5"', 'encoding="utf-8"', 'encoding="iso-8859-1"', 'encoding="no-such"']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp950"])
def test_what_the_bytes_are_counts_not_what_they_say(said: str, encoding: str) -> None:
    written = f"<?xml version='1.0' {said}?>法規命令"
    assert decoded(written.encode(encoding)) == written


def test_a_character_cut_in_two_costs_only_itself() -> None:
    body = ("公告" * 200).encode() + "法".encode()[:2]
    assert decoded(body) == "公告" * 200 + "\ufffd"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        decoded(bytes(range(128, 256)) * 3)


def test_xml_is_tidied_for_a_strict_parser() -> None:
    assert tidy_xml('\n<?xml version="1.0" encoding="Big5"?><a>法\x08規</a>'.encode("cp950")) == "<a>法規</a>".encode()
