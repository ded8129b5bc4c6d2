"""Our own country's name in a question: it tells nothing where every source is ours, 「我國的國旗」 is 「國旗」."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

OURS = re.compile("[台臺]灣|中華民國|我國|本國|國內")
_NAME = r"(?:[台臺]灣|中華民國|我國|本國|國內|我們?的?國家)"
# 臺灣的, 我們臺灣, 在臺灣, 依我國; not 臺灣地區, 本國籍, 國內線, 「…屬於中華民國國籍」, 中華民國九十年
_NAMED = re.compile(
    rf"(?:(?:在|依照?|按照?|根據|我們){_NAME}|(?:^|(?<=[，,。？?！!；;\s])){_NAME}|{_NAME}(?=的))"
    r"(?!地區|人(?!民)|籍|省|法(?![律院])|外|線|銀行|企銀|高等|各|政府|[0-9〇零一二三四五六七八九十]+年)(?:的|現行)?"
)


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def unnamed(question: str, kept: Iterable[_Span] = ()) -> str:
    """The question with our country's name blanked out, as long as before, but for spans to be ``kept``: law names."""
    names = [range(one.start, one.end) for one in kept]

    def blank(found: re.Match[str]) -> str:
        return found[0] if any(found.end() - 1 in one for one in names) else "\u3000" * len(found[0])

    return _NAMED.sub(blank, question)
