"""What points into a law: 第184條之1第1項前段, 同條第2項, 第3條至第5條. Of laws themselves it knows nothing.

It reads folded keys (``rag.numerals.fold``): no white space, half-width digits. A chain is what connectives tie:
「第184條第1項、第2項及第195條」 is one chain of three pointers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.domain import UnitKind
from rag.numerals import CHINESE_DIGITS, parse_number

Path = tuple[tuple[UnitKind, int], ...]


class Pointer(NamedTuple):
    """``key[start:end]`` points at ``article`` ("" for the one at hand) and ``units`` in it.

    ``base`` says what a relative one starts from: 本條 前條 次條 同條 本項 前項 同項 次項 本款 前款 同款, or 項 款 目
    類 where a unit stands alone; "" for an absolute one. ``steps`` is the 3 of 前三條.
    """

    start: int
    end: int
    article: str = ""
    units: Path = ()
    tail: str = ""
    base: str = ""
    steps: int = 1


LEVELS: tuple[UnitKind, ...] = ("項", "類", "款", "目")
MAX_RANGE = 50

_N = rf"(?:[0-9]{{1,5}}|[{CHINESE_DIGITS}]{{1,9}})"
# 之一般, 之一定金額, 之三分之二 are no numbers of articles; those of 之一定有明文 and 之19定有明文 are
_UNDER = rf"之(?P<under>(?>{_N}))(?!般|切|致|併|部|方|造|種|(?<=之一)定(?!有?明文)|[0-9百千]?分之|[%.])"
_ITEM = rf"{_N}(?:[-–之]{_N})?"
_AND = "[、,及與和或暨]|以及|或者"
_TO = "[至到~]"
_ITEMS = rf"{_ITEM}(?:(?:{_AND}|{_TO})第?{_ITEM}){{0,30}}"
# 第1條之1條第1項 and 第第1條 are slips of the pen, found again and again
_ARTICLES = rf"(?P<articles>{_ITEMS})條(?!件)(?:{_UNDER}(?:條(?![件文例]))?)?"
_NOT_A_UNIT = "(?!目|次|要件|條件|原則|程序)"
_UNITS = rf"(?P<units>{_ITEMS})(?P<kind>[項類款目]){_NOT_A_UNIT}"
_RELATIVE = rf"(?P<deixis>本|前(?P<count>{_N})?|次|同|該)(?P<of>[條項款])(?!例|文|件|約|理|碼|目|次|式|待)(?P<same>項)?"

# 第184條之1, §184, 前條, 第2項: where a chain can begin
_HEAD = re.compile(rf"第{{1,2}}{_ARTICLES}|§{{1,2}}(?P<sign>{_ITEM})條?|{_RELATIVE}|第{_UNITS}")
# 184條, 185-3: only straight after the name of a law
_LOOSE_ARTICLES = re.compile(_ARTICLES)
# 第38條第2項、38條之1第1項: in a chain too, in digits, and not where 條 counts things
_FOLLOWING_ARTICLES = re.compile(rf"(?=[0-9]){_ARTICLES}(?=$|\W|第|[0-9]|[及與和或暨等規所之的定亦分均])")
_LOOSE_NUMBER = re.compile(
    r"(?P<sign>[0-9]{1,4}(?:[-之][0-9]{1,2})?)(?=$|[,。;:!?、)」』是的怎如及與和或有中規裡講說之前後但]|第[0-9]{1,2}[項款])"
)
_UNIT = re.compile(rf"第{{0,2}}{_UNITS}(?:(?<=目)之{_N})?")
_CHINESE_UNIT = re.compile(rf"[{CHINESE_DIGITS}]")  # 「第3條三項要件」: a Chinese unit needs its 第
_TAIL = re.compile(r"[之的]?(前段|中段|後段|本文|但書|序文|各款|各目)")
_CONNECTIVE = re.compile(rf"(?P<to>{_TO}|[-–])|{_AND}")
_AGAIN = re.compile(_UNDER)  # 「第9條之1、之2」
_MARK = re.compile("[「」。]")
_LED_IN = 12
_SPLIT = re.compile(rf"({_TO})第?|(?:{_AND})第?")
_NUMBER = re.compile(rf"({_N})(?:[-–之]({_N}))?")


def chains(key: str) -> Iterator[list[Pointer]]:
    """Every chain of pointers in a folded text, from left to right."""
    position = 0
    while head := _HEAD.search(key, position):
        chain = _chain(key, head)
        if chain:
            yield chain
        position = max(pointer.end for pointer in chain) if chain else head.end()


def loose_chain(key: str, position: int) -> list[Pointer]:
    """The chain that begins without 第 at ``position``, after a law's name: 民法184條, 刑法185-3; or empty."""
    head = _LOOSE_ARTICLES.match(key, position) or _LOOSE_NUMBER.match(key, position)
    return _chain(key, head) if head else []


def read_article(key: str) -> str | None:
    """``"185-3"`` of 「第185-3條」, 「第一百八十五條之三」, 「185之3」, 「3」 (folded, nothing else in it), or None."""
    match = re.fullmatch(rf"第?({_N})(?:[-–之]({_N}))?條?(?:之({_N}))?", key)
    if match is None or (match[2] and match[3]):
        return None
    return _article(match[1], match[2] or match[3])


def _article(number: str, under: str | None) -> str | None:
    main, sub = parse_number(number), parse_number(under) if under else 0
    if not main or sub is None:
        return None
    return f"{main}-{sub}" if sub else str(main)


def _chain(key: str, head: re.Match[str]) -> list[Pointer]:
    chain = _pointers(key, head)
    while chain:
        connective = _CONNECTIVE.match(key, chain[-1].end)
        if connective is None:
            break
        following = _following(key, connective.end(), chain[-1])
        if not following:
            break
        if connective["to"]:
            chain[-1:], following = [], _range(chain[-1], following[0]) + following[1:]
        chain += following
    return chain


def _following(key: str, position: int, last: Pointer) -> list[Pointer]:
    """What a connective at ``position`` leads to, with the levels it leaves out taken from ``last``."""
    if tail := _TAIL.match(key, position):
        return [last._replace(start=position, end=tail.end(), tail=tail[1])]
    if (again := _AGAIN.match(key, position)) and last.article and not last.units:
        article = _article(last.article.split("-")[0], again["under"])
        return [Pointer(position, again.end(), article)] if article else []
    head = _HEAD.match(key, position)
    if head is None:
        loose = _FOLLOWING_ARTICLES.match(key, position) if last.article else None
        return _pointers(key, loose) if loose else []
    if head["kind"]:
        level = LEVELS.index(_kind(head))
        above = tuple(unit for unit in last.units if LEVELS.index(unit[0]) < level)
        return _descend(key, head, last._replace(start=position, units=above, tail=""))
    return _pointers(key, head)


def _pointers(key: str, head: re.Match[str]) -> list[Pointer]:
    """The pointers that a head begins, with the units and the tail behind it."""
    groups = head.groupdict()
    start, end = head.span()
    if groups.get("articles") or groups.get("sign"):
        articles = _values(groups.get("articles") or groups["sign"], groups.get("under"))
        found = [Pointer(start, end, article) for article in articles]
        return found[:-1] + _units(key, found[-1]) if found else []
    if groups.get("deixis"):
        steps = parse_number(head["count"]) if head["count"] else 1
        kind = "項" if head["same"] else head["of"]
        base = head["deixis"][0].replace("該", "同") + kind
        return _units(key, Pointer(start, end, base=base, steps=steps)) if steps and steps <= MAX_RANGE else []
    return _descend(key, head, Pointer(start, end, base=head["kind"]))


def _units(key: str, pointer: Pointer) -> list[Pointer]:
    """``pointer`` led down through the units written after it."""
    unit = _UNIT.match(key, pointer.end)
    level = LEVELS.index(pointer.units[-1][0]) if pointer.units else -1
    if unit and LEVELS.index(_kind(unit)) > level and (unit[0][0] == "第" or not _CHINESE_UNIT.match(unit[0])):
        return _descend(key, unit, pointer)
    tail = _TAIL.match(key, pointer.end)
    return [pointer._replace(end=tail.end(), tail=tail[1])] if tail else [pointer]


def _descend(key: str, match: re.Match[str], above: Pointer) -> list[Pointer]:
    kind = _kind(match)
    numbers = _plain_values(match["units"])
    found = [above._replace(end=match.end(), units=(*above.units, (kind, number))) for number in numbers]
    return found[:-1] + _units(key, found[-1]) if found else []


def _kind(match: re.Match[str]) -> UnitKind:
    return next(kind for kind in LEVELS if kind == match["kind"])


def _values(items: str, under: str | None) -> list[str]:
    """Articles of a list: 「3、5至7」 → 3, 5, 6, 7; a 之N behind 條 belongs to the last."""
    values: list[str] = []
    pieces = _SPLIT.split(items)
    for index in range(0, len(pieces), 2):
        number = _NUMBER.fullmatch(pieces[index])
        is_last = index == len(pieces) - 1
        article = _article(number[1], (number[2] or under) if is_last else number[2]) if number else None
        if article is None:
            return []
        values += articles_between(values.pop(), article) if index and pieces[index - 1] else [article]
    return values


def _plain_values(items: str) -> list[int]:
    """Units of a list: 「1、3至5」 and 「1、3-5」 → 1, 3, 4, 5."""
    values: list[int] = []
    pieces = re.split(rf"([至到~–-])第?|(?:{_AND})第?", items)
    for index in range(0, len(pieces), 2):
        number = parse_number(pieces[index])
        if not number:
            return []
        first = values.pop() if index and pieces[index - 1] else number
        values += range(first, number + 1) if 0 <= number - first < MAX_RANGE else [first, number]
    return values


def articles_between(first: str, last: str) -> list[str]:
    """Both ends and the numbers between, as far as numbers alone can tell: 17, 17-2 → 17, 17-1, 17-2."""
    (low, low_sub), (high, high_sub) = _parts(first), _parts(last)
    if low == high and 0 < high_sub - low_sub <= MAX_RANGE:
        return [f"{low}-{sub}" if sub else str(low) for sub in range(low_sub, high_sub + 1)]
    if not 0 < high - low <= MAX_RANGE:
        return [first, last]
    between = [str(number) for number in range(low + 1, high + (1 if high_sub else 0))]
    return [first, *between, last]


def _parts(article: str) -> tuple[int, int]:
    main, _, sub = article.partition("-")
    return int(main), int(sub or 0)


def _range(first: Pointer, last: Pointer) -> list[Pointer]:
    """「第184條至第186條」, 「第1項至第3項」: one pointer each, all with the span of the range."""
    spanning = last._replace(start=first.start)
    if not first.units and not last.units and first.article and last.article:
        return [spanning._replace(article=article) for article in articles_between(first.article, last.article)]
    same_level = first.article == last.article and first.base == last.base and first.units and last.units
    if same_level and first.units[:-1] == last.units[:-1] and first.units[-1][0] == last.units[-1][0]:
        kind, low = first.units[-1]
        high = last.units[-1][1]
        if 0 < high - low < MAX_RANGE:
            above = first.units[:-1]
            return [spanning._replace(units=(*above, (kind, number))) for number in range(low, high + 1)]
    return [first, last]


def articles_meant(pointer: Pointer, article: str, articles: Sequence[str] = ()) -> list[str]:
    """What 本條, 前三條, 次條 … mean when read in ``article``; ``articles`` are those of the law in order."""
    if pointer.base[0] in "本同":
        return [article]
    steps = range(-pointer.steps, 0) if pointer.base[0] == "前" else range(1, 2)
    if article in articles:
        place = articles.index(article)
        return [articles[place + step] for step in steps if 0 <= place + step < len(articles)]
    main, under = _parts(article)
    if not under:
        return [str(main + step) for step in steps if main + step > 0]
    return [f"{main}-{under + step}" if under + step else str(main) for step in steps if under + step >= 0]


def units_meant(pointer: Pointer, source: Path) -> list[Path]:
    """The units that 前項, 本款, 第二款 … mean when read in ``source``; without its number, only what is above."""
    deixis, kind = pointer.base[:-1], pointer.base[-1]
    level = next(index for index, unit in enumerate(LEVELS) if unit == kind)
    above = tuple(unit for unit in source if LEVELS.index(unit[0]) < level)
    if not deixis:
        return [above + pointer.units]
    own = dict(source).get(LEVELS[level])
    if own is None:
        return [above]
    numbers = {"前": range(own - pointer.steps, own), "次": range(own + 1, own + 2)}.get(deixis, range(own, own + 1))
    return [(*above, (LEVELS[level], number), *pointer.units) for number in numbers if number > 0] or [above]


def sentence_ends(between: str) -> int:
    """How many sentences end between what names a law and a pointer, seen from the sentence that names it.

    What is quoted as a whole in between (第10條「….」、第11條) ends none, nor does a quotation opened straight
    after the law and not yet closed: 「民法第233條規定：「…。第203條」.
    """
    open_at, ends = [0], [0]
    for mark in _MARK.finditer(between):
        if mark[0] == "。":
            ends[-1] += 1
        elif mark[0] == "「":
            open_at.append(mark.start())
            ends.append(0)
        elif len(ends) > 1:
            open_at.pop()
            ends.pop()
    return ends[0] if len(ends) > 1 and open_at[1] <= _LED_IN else sum(ends)


def closes_quotation(between: str) -> bool:
    """Whether a quotation that was open where ``between`` begins, and in which a sentence ended, is closed in it."""
    depth, ended = 0, False
    for mark in _MARK.findall(between):
        if mark == "。":
            ended = ended or not depth
        elif mark == "「":
            depth += 1
        elif depth:
            depth -= 1
        elif ended:
            return True
    return False
