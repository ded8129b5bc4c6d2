"""How many signs a quote is away from the text it is said to be of."""

from __future__ import annotations

from collections.abc import Iterator

from rag.numerals import search_key

MOST = 2
"""Signs put in, left out or changed; what is further away is no altered quote but an invented one."""


def edits(quote: str, text: str, most: int = MOST) -> int | None:
    """The fewest edits from the quote to a stretch of the text; ``None`` for more than ``most``.

    ``edits("應於七日內返還", "業者應於五日內返還") == 1``; width, white space and 臺/台 are no edit. Of ``most + 1``
    pieces of a quote one stands in the text unaltered, so only the places round such a piece are looked at.
    """
    key, words = search_key(text), search_key(quote)
    if len(words) <= most:
        return None
    stretches = {stretch for stretch in _around(words, key, most)}
    found = [distance for stretch in stretches if (distance := _distance(words, stretch, most)) <= most]
    return min(found, default=None)


def _around(words: str, key: str, most: int) -> Iterator[str]:
    size = len(words) // (most + 1)
    for number in range(most + 1):
        start = number * size
        piece = words[start : start + size] if number < most else words[start:]
        at = key.find(piece)
        while at >= 0:
            yield key[max(0, at - start - most) : at + len(words) - start + most]
            at = key.find(piece, at + 1)


def _distance(words: str, stretch: str, most: int) -> int:
    """The fewest edits to any part of the stretch, by Sellers's table (1980): a part may begin and end anywhere."""
    row = [0] * (len(stretch) + 1)
    for number, sign in enumerate(words, start=1):
        above, row = row, [number]
        for at, other in enumerate(stretch, start=1):
            row.append(min(above[at - 1] + (sign != other), above[at] + 1, row[-1] + 1))
        if min(row) > most:
            return most + 1
    return min(row)
