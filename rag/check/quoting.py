"""Where the sentences of a text end, and where the quotes stand that it gives of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.check.times import GAP

LONGEST = 600  # characters of a sentence that are looked at on either side, and of a quote that is waited to close
_WRAPPED = 25  # characters of a line that may go on in the next
_TOKEN = re.compile("[「」『』。！？!?\n]")
_ADVERB = (
    "(?P<adverb>(?:分別|已經?|[亦均業並則復也就更有都即僅只又特]|原本?|過去|以前|先前|本身|明文|明白|清楚|明確|"
    "解釋文?|判決){0,4})"
)
_VERB = "(?:規定|明[定訂]|[定訂]有|揭示|載明|明示|要求|規範|指出|認為|宣告|表示)(?:如下|略以|略謂|謂|了)?"
TELLS = re.compile(rf"{GAP}[之的]?{_ADVERB}{_VERB}")
BESIDE = re.compile(rf"{GAP}(?:解釋[文理由書]{{0,3}}|[民刑]?事?判決|裁定)?(?:[：:]|(?=[「『“]))")
_NEXT_QUOTE = re.compile(r"[\s、，,及與和；;]{0,3}[「『“]")
COLON = re.compile(r"[\s，,：:*>-]{0,6}")
_OF_AN_ARTICLE = re.compile(
    rf"[條項款目段書文](?:之?[0-9一二三四五六七八九十]{{1,3}})?(?:{TELLS.pattern}|{BESIDE.pattern})"
)


def sentence_ends(text: str) -> list[int]:
    """Where sentences end, none inside a quote that is closed soon; 0 first, and last one beyond the text's end."""
    found, held, opened, depth = [0], list[int](), 0, 0
    for token in _TOKEN.finditer(text):
        sign, at = token[0], token.end()
        if depth and at - opened > LONGEST:
            found += held
            held, depth = [], 0
        if sign in "「『":
            opened = opened if depth else at
            depth += 1
        elif sign in "」』":
            depth = max(0, depth - 1)
            held = held if depth else []
        elif sign != "\n" or not _goes_on(text, at):
            (held if depth else found).append(at)
    return [*found, *held, len(text) + 1]


def told_quotes(text: str) -> Iterator[tuple[int, int]]:
    """The spans of all quotes that stand right behind an article: 「…條規定：「…」「…」」."""
    reach = 0
    for told in _OF_AN_ARTICLE.finditer(text):
        if told.start() >= reach:
            for start, end in _behind(text, told.end()):
                yield start, end
                reach = end


def quotes_of(text: str, end: int) -> list[tuple[int, int]]:
    """The spans of the quotes of a reference that ends at ``end``: 「第185條規定：「…」「…」」."""
    told = TELLS.match(text, end) or BESIDE.match(text, end)
    return _behind(text, told.end()) if told else []


def _behind(text: str, at: int) -> list[tuple[int, int]]:
    colon = COLON.match(text, at)
    return quoted_after(text, colon.end(), min(len(text), colon.end() + 2 * LONGEST)) if colon else []


def quoted_after(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """The spans of the quotes that begin at ``start``, one behind the other: 「…」「…」, 「…」及「…」."""
    found: list[tuple[int, int]] = []
    while (opening := _NEXT_QUOTE.match(text, start, stop)) and (close := _closing(text, opening.end(), stop)):
        found.append((opening.end(), close))
        start = close + 1
    return found


def _closing(text: str, start: int, stop: int) -> int:
    """Where the bracket closes that was opened before ``start``; 0 where it doesn't."""
    depth = 1
    for at in range(start, stop):
        depth += (text[at] in "「『“") - (text[at] in "」』”")
        if depth == 0:
            return at
    return 0


def outer(before: str, after: str) -> tuple[str, str]:
    """Cut to the quote that a reference stands in, if it stands in one."""
    depth = 0
    for at, sign in enumerate(after):
        depth += (sign in "「『") - (sign in "」』")
        if depth < 0:
            after = re.split("(?<=[。！？])", after[:at])[0]
            break
    opened = max(before.rfind("「"), before.rfind("『"))
    if opened > max(before.rfind("」"), before.rfind("』")):
        before = re.split("[。！？]", before[opened + 1 :])[-1]
    return before, after


def opening(before: str) -> int:
    """Where the bracket opens that closes at the end of ``before``."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] in "」』") - (before[at] in "「『")
        if depth == 0:
            return at
    return 0


def _goes_on(text: str, at: int) -> bool:
    """Whether the line that ends at ``at`` goes on in the next: after a colon, or where a long one was only wrapped."""
    line = text[max(0, at - _WRAPPED - 1) : at - 1].rstrip("\r*_ ")
    if line.endswith(("：", ":")):
        return True
    return "\n" not in line and len(line) >= _WRAPPED - 3 and line[-1].isalnum() and text[at : at + 1].isalnum()
