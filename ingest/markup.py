"""HTML and XML as servers, word processors and feeds write them → the text a reader sees.

Written for three kinds: pages saved from Word (styles, comments and lists of its own), the scraps of HTML in feeds, and
XML whose declaration lies about its encoding or which holds characters XML forbids.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

_DROPPED = frozenset(
    "script style head title template noscript iframe object embed applet xml svg math select button textarea".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_SHIFTED = {  # 10<sup>6</sup> read as 106 would be another number
    "sup": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}
_SHIFTABLE = re.compile(r"[0-9+\-=()]{1,4}")  # 6 · -1 · (2)
# style="display: none" · style='mso-hide:all'
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# Chinese has no spaces between words: a line broken in the source (「經濟⏎部」) is not one in the text.
_EAST = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_WRAPPED = re.compile(rf"(?<={_EAST})[ \t]*[\r\n][ \t\r\n]*(?={_EAST})")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
# 一、 · (十二) · 1. · ① · ※ · 主　　旨：
_LABEL = re.compile(r"[（(]?[一二三四五六七八九十百0-9０-９]{1,4}[)）、.．]|[㈠-㈩①-⑳※●•]|\S[\s\u3000]*\S{1,6}[：:]")
_ARTICLE = re.compile(r"第[\s\u3000]*[^\s\u3000]{1,8}[\s\u3000]*條(?:之.{1,2})?")  # 第　十六　條 · 第八十條之一
_HEADING = 16  # characters the heading of a column has at most
_HEADINGS = 2  # rows of headings at most: those of groups of columns above those of columns
_COLUMNS, _NARROW = 3, 40  # a table of so many columns, each of so few characters, has lines because it is narrow
# Left over where markup was escaped twice: &lt;p&gt; · </a> · &nbsp; · &#8230;
_STILL_MARKUP = re.compile(
    r"</?(?:p|br|a|b|i|em|strong|span|div|img|font|u|ul|li|h\d)\b[^<>]*>|&(?:[a-z]{2,8}|#\d+);", re.I
)
# <?xml version="1.0" encoding="Big5"?>
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# encoding="Big5" · charset=utf-8
_DECLARED = re.compile(r"(?:encoding|charset)\s*=\s*[\"']?([A-Za-z0-9._-]+)")
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_TAIWANESE = {"big5": "cp950", "x-x-big5": "cp950", "ms950": "cp950", "big5-hkscs": "big5hkscs"}
_BAD = 0.01  # of the characters may be unreadable


class Anchor(NamedTuple):
    """A link in a page: where it points, and its words."""

    href: str
    text: str


class Read(NamedTuple):
    """What a page says: its text, one line a paragraph, and its links in order."""

    text: str
    anchors: tuple[Anchor, ...]


def read(html: str) -> Read:
    """HTML → text and links; never raises.

    ``read("<p>第一條</p><p>10<sup>6</sup> 元</p>").text == "第一條\\n10⁶ 元"``. A row of a table is a line, its cells
    parted by 「｜」; cells of several lines stand one below the other, each under the heading of its column.
    """
    if "<" not in html and "&" not in html:
        return Read(_tidy(html), ())
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = None
    with suppress(etree.ParserError, etree.XMLSyntaxError):
        root = etree.fromstring(_FORBIDDEN.sub("", html).encode("utf-8", "replace"), parser)
    if root is None:
        return Read("", ())
    anchors = (Anchor(one.get("href", ""), _tidy("".join(one.itertext()))) for one in root.iter("a"))
    return Read(_text_of(root), tuple(one for one in anchors if one.href))


def text(html: str) -> str:
    """The text of a scrap of HTML, also where it was escaped twice: ``text("&lt;p&gt;甲&lt;/p&gt;") == "甲"``."""
    found = read(html).text
    return read(found).text if _STILL_MARKUP.search(found) else found


def is_page(body: bytes) -> bool:
    """Whether bytes are an HTML page, which is what stands there when something else was expected."""
    return _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]) is not None


def decoded(body: bytes) -> str:
    """Bytes → text by what they are, then by what they say, then as Big5.

    Declarations lie both ways; bytes that are valid UTF-8 are UTF-8.

    :raises ValueError: none of these, or too much that can't be read.
    """
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16")
    body = body.removeprefix(b"\xef\xbb\xbf")
    said = _DECLARED.findall(body[:1024].decode("ascii", "replace"))
    for name in ("utf-8", *(_TAIWANESE.get(one.lower(), one) for one in said), "cp950", "big5hkscs"):
        # Every byte means something in the Latin encodings: what can't fail can't be tried.
        if not name.lower().startswith(("iso-8859", "latin", "windows-125")):
            with suppress(UnicodeDecodeError, LookupError):
                return body.decode(name)
    found = body.decode("utf-8", "replace")
    if found.count("\ufffd") > len(found) * _BAD:
        raise ValueError("neither UTF-8 nor Big5")
    return found


def tidy_xml(body: bytes) -> bytes:
    """The same XML in UTF-8, without its declaration and the characters XML forbids.

    :raises ValueError: see :func:`decoded`.
    """
    return _DECLARATION.sub("", _FORBIDDEN.sub("", decoded(body)), count=1).strip().encode()


@dataclass(slots=True)
class _Block:
    """Lines so far, and the parts of the one being written."""

    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def end_line(self) -> None:
        line = _tidy("".join(self.parts))
        self.parts.clear()
        if line:
            self.lines.append(line)


@dataclass(slots=True)
class _Table:
    """The headings of its columns, the cells of the row being read, and how many rows came before."""

    headings: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: int = 0


class _Reader:
    """Walks the elements of a page; a cell is read on its own, a row when its last cell has been."""

    def __init__(self) -> None:
        self.blocks = [_Block()]
        self.tables = [_Table()]
        self.shifted: list[int] = []

    def start(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "br":
            self.blocks[-1].end_line()
        if tag == "table":
            self.tables.append(_Table())
        elif tag in ("td", "th"):
            self.blocks.append(_Block())
        elif tag in _SHIFTED:
            self.shifted.append(len(self.blocks[-1].parts))

    def write(self, text: str | None) -> None:
        if text:
            self.blocks[-1].parts.append(text)

    def end(self, tag: str) -> None:
        if tag in ("td", "th"):
            cell = self.blocks.pop()
            cell.end_line()
            self.tables[-1].cells.append("\n".join(cell.lines))
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag in _SHIFTED:
            self._shift(_SHIFTED[tag])
        if tag in _BLOCKS:
            self.blocks[-1].end_line()
        if tag == "table":
            self.tables.pop()

    def text(self) -> str:
        self._end_row()
        self.blocks[-1].end_line()
        return "\n".join(self.blocks[-1].lines)

    def _end_row(self) -> None:
        """Also at the end of a table: what no ``tr`` holds is a row, too."""
        table = self.tables[-1]
        if any(table.cells):
            self.blocks[-1].end_line()
            self.blocks[-1].lines.append(_row(table.cells, table.headings))
            if (
                table.rows < _HEADINGS
                and len(table.headings) != len(table.cells)
                and all(map(_is_heading, table.cells))
            ):
                table.headings = table.cells
            table.rows += 1
        table.cells = []

    def _shift(self, signs: dict[int, int]) -> None:
        parts = self.blocks[-1].parts
        start = self.shifted.pop()
        inside = "".join(parts[start:]).strip()
        if _SHIFTABLE.fullmatch(inside):
            parts[start:] = [inside.translate(signs)]


def _text_of(root: etree._Element) -> str:
    reader = _Reader()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else "script"
        seen = tag not in _DROPPED and not _HIDDEN.search(element.get("style", ""))
        if event == "start" and not seen:
            walk.skip_subtree()
        elif event == "start":
            reader.start(tag)
            reader.write(element.text)
        else:
            if seen:
                reader.end(tag)
            reader.write(element.tail)
    return reader.text()


def _is_heading(cell: str) -> bool:
    return 0 < len(cell) <= _HEADING and "\n" not in cell and not any(map(str.isdecimal, cell))


def _row(cells: list[str], headings: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    if len(filled) == 1:
        return filled[0]
    if _LABEL.fullmatch(filled[0]):
        return filled[0] + _row(filled[1:], [])
    if _ARTICLE.fullmatch(filled[0]):
        return f"{filled[0]}\u3000{_row(filled[1:], [])}"
    if len(filled) >= _COLUMNS and all(len(cell) <= _NARROW for cell in filled):
        cells = [_tidy(cell) for cell in cells]
    if not any("\n" in cell for cell in cells):
        return "｜".join(cells).strip("｜")
    if len(headings) == len(cells):
        return "\n".join(f"{above}：{cell}" for above, cell in zip(headings, cells, strict=True) if cell)
    return "\n".join(filled)


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", _WRAPPED.sub("", text)).strip()
