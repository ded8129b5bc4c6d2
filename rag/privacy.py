"""Personal data in public texts: found by its form, and hidden from search without moving anything.

What is stored and shown stays as published; what is indexed is ``mask(text).text``, so that nobody is found by number.
Courts write 「000-0000」 or 「○○」 where they have hidden something themselves: that is left as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

SIGN = "○"

_D = "0-9０-９"
_L = "A-Za-zＡ-Ｚａ-ｚ"
_DASH = r"[-－–‐\s]"
_CHINESE = "零〇一二三四五六七八九十百"
_N = rf"(?:[{_D}]{{1,4}}|[{_CHINESE}]{{1,6}})"

# One pass: the class is what a match can begin with, and the regular expression engine skips to it; each line below
# then asks for its own beginning. Every repetition is bounded.
_FOUND = re.compile(
    rf"[{_L}0０(（+＋車牌帳路街段巷弄鄰道]"
    "(?:"
    # A123456789; of residents without a household: A800000014, AB12345677
    rf"(?<=[{_L}])(?<![{_L}{_D}].)(?P<national_id>[{_D}A-Da-dＡ-Ｄａ-ｄ][{_D}]{{8}})(?![{_L}{_D}])"
    # 0912-345-678 · 0912345678, not 刑醫字第0960180722號
    rf"|(?<=[0０])(?<![{_D}\-－,第].)(?P<mobile>[9９][{_D}]{{2}}{_DASH}?[{_D}]{{3}}{_DASH}?[{_D}]{{3}})"
    rf"(?![{_D}]|號[函卷鑑書令])"
    # 02-2311-0000 · 037-000000 · 02 23110000
    rf"|(?<=[0０])(?<![{_D}\-－,第].)(?P<landline>[2-8２-８][{_D}]{{0,2}}{_DASH}[{_D}]{{3,4}}{_DASH}?[{_D}]{{3,4}})"
    rf"(?![{_D}\-－])"
    # (02)2311-0000 · （02）23110000
    rf"|(?<=[(（])(?P<bracketed>[0０][2-8２-８][{_D}]{{0,2}}[)）]{_DASH}?[{_D}]{{3,4}}{_DASH}?[{_D}]{{3,4}})(?![{_D}])"
    # +886-2-2311-0000 · +886912345678 · +886 (0)912-345-678
    rf"|(?<=[+＋])(?P<abroad>[8８][8８][6６]{_DASH}?(?:[(（][0０][)）]{_DASH}?)?[2-9２-９](?:{_DASH}?[{_D}]){{7,8}})(?![{_D}])"
    # 車牌號碼ABC-1234 · 車號：1234-AB · 牌照號碼 AB1234
    rf"|(?<=[車牌])(?:牌號碼|牌|號碼|號|照號碼|照)[^{_L}{_D}。；\n]{{0,8}}"
    rf"(?P<plate>[{_L}{_D}]{{2,4}}[-－–]?[{_L}{_D}]{{2,4}})(?![{_L}{_D}\-])"
    # 帳號：012-345678901234 · 帳戶（帳號 00123456789012）
    rf"|(?<=帳)[號戶][^{_D}。；\n]{{0,12}}(?P<account>[{_D}](?:[-－ ]?[{_D}]){{9,15}})(?![{_D},，元萬億\-])"
    # 中山路12號3樓之2 · 忠孝東路4段10巷5弄6之1號 · 市民大道三段八、十號 · 5鄰20號
    rf"|(?<=[路街段巷弄鄰道])(?<![公鐵網電線迴回道]路)(?<![^大]道)(?<![^{_D}{_CHINESE}○]段)(?<![^{_D}{_CHINESE}○]鄰)"
    rf"(?P<address>\s?(?:{_N}[段巷弄]){{0,3}}(?:{_N}、){{0,4}}{_N}(?:[之\-]{_N})?號(?:之{_N})?"
    rf"(?:(?:地下)?{_N}樓(?:之{_N})?)?)"
    ")"
)
# 10 of 「4段10巷6之1號」 is a lane, which stays
_NUMBER = re.compile(f"(?>{_N})(?![段巷弄])")
_ASCII = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_NAME = _ASCII + "".join(chr(ord(sign) + 0xFEE0) for sign in _ASCII)
# example.org, mail.example.org.tw
_HOST = re.compile(rf"[{_L}{_D}\-－]{{1,63}}(?:[.．][{_L}{_D}\-－]{{1,63}}){{1,5}}")
_AT = re.compile("[@＠]")
# The letter of a national ID counts as a number of two digits, in an order of its own.
_LETTERS = {letter: number for number, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", 10)}
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
# How many digits each way of writing a telephone number has, area code and 0 included.
_PHONES = {"mobile": (10,), "landline": (9, 10), "bracketed": (9, 10), "abroad": (11, 12, 13)}
_DASHES = str.maketrans("", "", "-–‐ ")

Found = tuple[str, int, int]


class Masked(NamedTuple):
    """``counts``: how often each kind was found: national_id, phone, email, plate, account, address."""

    text: str
    counts: dict[str, int]


def mask(text: str) -> Masked:
    """The text with personal data as ○ and all else where it was: ``mask("電話0912-345-678").counts == {"phone": 1}``.

    Hidden are national IDs and resident permits with a right checksum, telephone numbers, e-mail addresses, numbers of
    houses and floors (the road stays), and number plates and accounts where a word before them says what they are.
    """
    found = [*_numbers(text), *_mail(text)]
    if not found:
        return Masked(text, {})
    signs = list(text)
    for _, start, end in found:
        signs[start:end] = SIGN * (end - start)
    return Masked("".join(signs), dict(Counter(kind for kind, start, end in found if kind)))


def _numbers(text: str) -> Iterator[Found]:
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        if kind == "address":
            yield from _house(text, start, end)
        elif kind == "national_id":
            if _is_id(_plain(match[0])):
                yield kind, match.start(), end
        elif kind in _PHONES:
            if sum(map(str.isdigit, match[0])) in _PHONES[kind]:
                yield "phone", match.start(), end
        elif _says_something(_plain(match[kind]), kind):
            yield kind, start, end


def _house(text: str, start: int, end: int) -> Iterator[Found]:
    """The numbers of one address, counted once."""
    numbers = [number.span() for number in _NUMBER.finditer(text, start, end)]
    if any(_says_something(_plain(text[first:last]), "address") for first, last in numbers):
        for index, (first, last) in enumerate(numbers):
            yield "" if index else "address", first, last


def _mail(text: str) -> Iterator[Found]:
    for at in _AT.finditer(text):
        before = text[max(0, at.start() - 64) : at.start()]
        start = at.start() - len(before) + len(before.rstrip(_NAME))
        host = _HOST.match(text, at.end())
        if start < at.start() and host:
            yield "email", start, host.end()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _is_id(text: str) -> bool:
    """``_is_id("A123456789")``: the last digit checks the others; a second letter counts by its last digit."""
    second = str(_LETTERS[text[1]] % 10) if text[1] in _LETTERS else text[1]
    if text[1].isdigit() and text[1] not in "1289":
        return False
    digits = f"{_LETTERS[text[0]]}{second}{text[2:]}"
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


def _says_something(text: str, kind: str) -> bool:
    """Not only zeros, as a court writes where it hides a number; a plate without a dash has letters and digits."""
    written = text.translate(_DASHES)
    if not written.strip("0"):
        return False
    return kind != "plate" or (any(map(str.isdigit, written)) and (written != text or not written.isdigit()))
