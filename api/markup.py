"""Untrusted text → HTML that shows it and does nothing else: escaped, its invisible characters made visible.

Bidi controls and zero-width characters can make a text read other than it is; each becomes a small sign with its code
(drawn by the style sheet, so that copying the text doesn't take it along). Offsets are Python string indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from rag.domain import Unit

# All of Unicode's Cc and Cf but tab and the ends of lines; what is invisible without being either comes last.
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]"
)
_ARTICLE = re.compile(r"law/([A-Z][0-9]{7})/([0-9]{1,4}(?:-[0-9]{1,3})?)")
# 押金多久要退還？…規定：「…」[1][2]
_MARKS = re.compile(r"\[([0-9]{1,3})\]")
_QUOTED = re.compile(r"([^「]{0,400})(「.{24,}」)", re.DOTALL)


class Piece(NamedTuple):
    """A paragraph of a text: ``level`` is 項, 款, 目, 類, or "" for none; ``name`` is what it is called: 第2款."""

    level: str
    name: str
    html: Markup


class Light:
    """What is highlighted, ``[start, end)`` of a text; the first stretch of it can be linked to as #quote."""

    def __init__(self, start: int, end: int) -> None:
        self._start, self._end = start, end
        self._name = Markup(' id="quote"')

    def of(self, text: str, start: int, end: int) -> Markup:
        """``text[start:end]`` as HTML."""
        first, last = max(start, self._start), min(end, self._end)
        if first >= last:
            return shown(text[start:end])
        name, self._name = self._name, Markup("")
        lit = Markup("<mark{}>{}</mark>").format(name, shown(text[first:last]))
        return shown(text[start:first]) + lit + shown(text[last:end])


def shown(text: str) -> Markup:
    """The text, escaped; ``shown("a\\u202eb")`` has the override as a sign instead of its effect."""
    odd = _ODD.finditer(text)
    parts: list[Markup] = []
    at = 0
    for found in odd:
        parts += [escape(text[at : found.start()]), _sign(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def plain(text: str) -> str:
    """The text without its invisible characters, for where no sign can stand: a title, the field of a form."""
    return _ODD.sub("", text)


def told(text: str, marks: Sequence[int]) -> Markup:
    """A sentence of an answer without its own marks, which stand below it; a long quote is set apart."""
    said = _MARKS.sub(lambda found: "" if int(found[1]) in marks else found[0], text)
    quoted = _QUOTED.fullmatch(said.strip())
    if quoted is None:
        return Markup("<p>{}</p>").format(shown(said.strip()))
    lead = Markup("<p>{}</p>").format(shown(quoted[1])) if quoted[1] else Markup("")
    return lead + Markup("<blockquote>{}</blockquote>").format(shown(quoted[2]))


def paragraphs(text: str, units: Sequence[Unit] = (), span: tuple[int, int] = (0, 0)) -> list[Piece]:
    """The text by its 項, 款 and 目, or by its lines where it has none; what ``span`` covers is highlighted."""
    return list(_pieces(text, units, Light(*span)))


def lines(text: str, start: int, end: int, light: Light) -> Iterator[Piece]:
    """The lines of ``text[start:end]``, without those that are empty."""
    for line in re.finditer(r"[^\r\n]+", text[start:end]):
        first, last = _trimmed(text, start + line.start(), start + line.end())
        if first < last:
            yield Piece("", "", light.of(text, first, last))


def web_link(url: str) -> str:
    """The address if a browser may be sent there (http, https), else ""."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""


def page_of(key: str, version: str = "", start: int | None = None, end: int | None = None) -> str:
    """Where this service shows a document: ``/laws/N0030001/articles/24?version=2018-01-31&start=0&end=9#quote``."""
    article = _ARTICLE.fullmatch(key)
    path = f"/laws/{article[1]}/articles/{article[2]}" if article else "/documents/" + quote(key, safe="/")
    wanted = {"version": version or None, "start": start, "end": end}
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in wanted.items() if value is not None)
    return path + (f"?{query}" if query else "") + ("#quote" if start is not None else "")


def _pieces(text: str, units: Sequence[Unit], light: Light) -> Iterator[Piece]:
    starts = [unit.start for unit in units]
    yield from lines(text, 0, starts[0] if starts else len(text), light)
    for unit, end in zip(units, [*starts[1:], len(text)], strict=False):
        level, number = unit.path[-1]
        start, end = _trimmed(text, unit.start, end)
        if start < end:
            yield Piece(level, f"第{number}{level}", light.of(text, start, end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip("\r\n")), end - (len(piece) - len(piece.rstrip()))


def _sign(character: str) -> Markup:
    return Markup('<span class="odd" data-code="U+{}"></span>').format(f"{ord(character):04X}")
