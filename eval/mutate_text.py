"""A true sentence → the false ones it can be turned into, one function a kind.

Each takes the sentence and the texts it cites, and gives every sentence that says something else by one change. What is
quoted 「…」 is changed by ``quotes`` alone, marks by none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import opencc

from eval import mutate_words as words
from rag.numerals import parse_number, search_key

MARK = re.compile(r"\[([0-9]+)\]")
_QUOTE = re.compile(r"「([^「」]*)」")
_HIDDEN = "\0"
_ARTICLE = re.compile(rf"第([0-9{words.DIGITS}]+)條(?:之([0-9{words.DIGITS}]+))?")
_REFERENCE = re.compile(rf"第[0-9{words.DIGITS}]+[條項款目](?:之[0-9{words.DIGITS}]+)?(?:前段|後段|但書)?")
_FIGURE = re.compile(rf"(?<![0-9.,/第])[0-9][0-9,]*(?:\.[0-9]+)?(?=({words.COUNTED})(?!憲判|度))")
_SHARE = re.compile(rf"(?<![0-9])([0-9]+)/([0-9]+)(?![0-9])|([{words.DIGITS}]+)分之([{words.DIGITS}0-9]+)")
_IN_SOURCE = re.compile(rf"([0-9{words.DIGITS}]+)({words.COUNTED})|百分之([0-9{words.DIGITS}]+)")
_PARTY = re.compile("|".join(sorted(words.PARTIES, key=len, reverse=True)))
_LISTED = tuple("、和與及或跟")
_NUMERALS = "一二三四五六七八九"
_NOT_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Given:
    """A text given under a mark. ``neighbours`` stand beside it in its law, ``earlier`` is what it read before."""

    key: str
    version: str
    title: str
    text: str
    neighbours: tuple[Given, ...] = ()
    earlier: tuple[Given, ...] = ()

    @property
    def number(self) -> str:
        """``"24"`` of ``law/N0030001/24``; "" where it is no article."""
        return self.key.rpartition("/")[2] if self.key.startswith("law/") else ""


def shared_bigrams(draft: str, texts: Iterable[str], titles: Iterable[str] = ()) -> float:
    """The share of the draft's character pairs that stand in the texts, 0 to 1.

    Marks, punctuation, titles and article numbers are left out: naming what is cited copies nothing of it.
    """
    own = MARK.sub("。", draft)
    for title in titles:
        own = own.replace(title, "。")
    pairs = set(_pairs(_REFERENCE.sub("。", own)))
    return len(pairs & {pair for text in texts for pair in _pairs(text)}) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> Iterator[str]:
    for run in map(search_key, _NOT_WORDS.split(text)):
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def article_numbers(sentence: str, cited: Sequence[Given]) -> list[str]:
    """第24條 → 第25條: no article that is given or that a text given names."""
    true = {parse_number(found[1]) for one in cited for found in _ARTICLE.finditer(one.text)}
    true |= {int(one.number.partition("-")[0]) for one in cited if one.number}
    made = []
    for found in _ARTICLE.finditer(_plain(sentence)):
        written = parse_number(found[1]) or 0
        others = {written + step for step in (-20, -3, -1, 1, 2, 10, 100)} - true
        made += [_put(sentence, *found.span(1), str(other)) for other in sorted(others) if other > 0]
    return made


def amounts(sentence: str, cited: Sequence[Given]) -> list[str]:
    """30日 → 20日, 1/3 → 2/3: half of them what the text says of something else, where it does."""
    plain = _plain(sentence)
    made = [
        _put(sentence, *found.span(), other)
        for found in _FIGURE.finditer(plain)
        for other in _other_figures(found[0], found[1], cited)
    ]
    for found in _SHARE.finditer(plain):
        over, of = (1, 2) if found[1] else (4, 3)
        for place, step in ((over, 1), (of, 1), (of, 2)):
            made.append(_put(sentence, *found.span(place), _next(found[place], step)))
    return made


def _other_figures(figure: str, unit: str, cited: Sequence[Given]) -> list[str]:
    if "." in figure:
        return [f"{float(figure) * 2:g}", f"{float(figure) + 1:g}"]
    value = int(figure.replace(",", ""))
    invented = sorted({value + 1, value * 2, value * 3, value + 10} - {value})
    elsewhere = sorted({number for one in cited for number in _figures(one.text, unit)} - {value})[: len(invented)]
    form = ",d" if "," in figure else "d"
    return [format(number, form) for number in (*elsewhere, *invented[: len(elsewhere) or None])]


def _figures(text: str, unit: str) -> Iterator[int]:
    same = {"天": "日", "％": "%"}.get(unit, unit)
    for found in _IN_SOURCE.finditer(text):
        number = parse_number(found[3] or found[1])
        if number and ("%" if found[3] else found[2]) == same:
            yield number


def _next(number: str, step: int) -> str:
    if number.isdigit():
        return str(int(number) + step)
    return _NUMERALS[(_NUMERALS.index(number) + step) % 9] if number in _NUMERALS else number + "五"


def parties(sentence: str, cited: Sequence[Given]) -> list[str]:
    """雇主應給付勞工 → 勞工應給付雇主; a role alone becomes the other one that the text names."""
    plain = words.NAMES.sub(lambda found: _HIDDEN * len(found[0]), _plain(sentence))
    if words.SYMMETRIC.search(plain):
        return []
    there = plain + "".join(one.text for one in cited)
    made = []
    for found in _PARTY.finditer(plain):
        is_listed = plain[: found.start()].endswith(_LISTED) or plain[found.end() :].startswith(_LISTED)
        other = next((other for other in words.PARTIES[found[0]] if other in there), None)
        if other and not is_listed:
            made.append(_swapped(sentence, found, other))
    return made


def _swapped(sentence: str, found: re.Match[str], other: str) -> str:
    both = {found[0]: other, other: found[0]}
    places = [match for match in _PARTY.finditer(found.string) if match[0] in both]
    if all(match[0] == found[0] for match in places):
        return _put(sentence, *found.span(), other)
    for match in reversed(places):
        sentence = _put(sentence, *match.span(), both[match[0]])
    return sentence


def modalities(sentence: str, cited: Sequence[Given]) -> list[str]:
    """不得 → 得, 應 → 可以, 未滿 → 滿 …: what may, must or must not be, and what is denied."""
    plain = _plain(sentence)
    taken: list[tuple[int, int]] = []
    made = []
    for pattern, others in words.MODALS:
        for found in pattern.finditer(plain):
            # 不得 holds 得, 不可以 holds 可以: the longer stands first in the table
            if all(found.span() == span or found.start() >= span[1] or found.end() <= span[0] for span in taken):
                made += [_put(sentence, *found.span(), other) for other in others]
            taken.append(found.span())
    return made


def authorities(sentence: str, cited: Sequence[Given]) -> list[str]:
    """依民法第148條，…: rests on what was not given."""
    texts = "".join(f"{one.title}第{one.number}條{one.text}" for one in cited)
    strange = [one for one in words.AUTHORITIES if one.removeprefix("中華民國") not in texts]
    if not _ARTICLE.search(sentence) and "解釋" not in sentence and "判決" not in sentence:
        return [f"依{one}，{sentence}" for one in strange]
    mark = MARK.search(sentence)
    # 「…。」[1] ends before its mark: what is put there would stand alone
    if mark is None or sentence[: mark.start()].endswith(("。", "」")):
        return []
    return [_put(sentence, mark.start(), mark.start(), f"（並參{one}）") for one in strange]


def quotes(sentence: str, cited: Sequence[Given]) -> list[str]:
    """「不得讓與」 → 「得讓與」: what is quoted is no longer what the text says."""
    texts = [search_key(one.text) for one in cited]
    made = []
    for quote in _QUOTE.finditer(sentence):
        if len(quote[1]) < 4 or not any(search_key(quote[1]) in text for text in texts):
            continue
        altered = [re.sub(old, new, quote[1], count=1) for old, new in words.OPPOSITES.items()]
        middle = len(quote[1]) // 2
        altered.append(_put(quote[1], middle, middle + 2, "其他"))
        wrong = [one for one in altered if not any(search_key(one) in text for text in texts)]
        made += [_put(sentence, *quote.span(1), one) for one in wrong]
    return made


def simplified(sentence: str, cited: Sequence[Given]) -> list[str]:
    """Up to three characters become Simplified ones that Taiwan does not write."""
    turned = _simplifier().convert(_plain(sentence))
    if len(turned) != len(sentence):
        return []
    places = [at for at, char in enumerate(turned) if char not in (sentence[at], _HIDDEN) and not _is_big5(char)]
    made = []
    for start in range(0, len(places), 2):
        changed = sentence
        for at in places[start : start + 3]:
            changed = _put(changed, at, at + 1, turned[at])
        made.append(changed)
    return made


@lru_cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _is_big5(char: str) -> bool:
    """Whether Taiwan's own character set has it: 里, 后 and 台 are Simplified forms and Traditional characters too."""
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def mainland(sentence: str, cited: Sequence[Given]) -> list[str]:
    """勞動契約 → 勞動合同, unless the text says so itself."""
    texts = "".join(one.text for one in cited)
    plain = _plain(sentence)
    return [
        _put(sentence, *found.span(), new)
        for old, new in words.MAINLAND.items()
        if new not in texts
        for found in re.finditer(old, plain)
    ]


def _plain(sentence: str) -> str:
    """The sentence with quotes and marks hidden, as long as it was."""
    hidden = _QUOTE.sub(lambda found: _HIDDEN * len(found[0]), sentence)
    return MARK.sub(lambda found: _HIDDEN * len(found[0]), hidden)


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]
