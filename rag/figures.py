"""One number or day as it is written → what it comes to: 1萬5,000, 一點五, 百萬, 112年5月1日."""

from __future__ import annotations

from collections.abc import Sequence

from rag.numerals import parse_number

DAY, MONTH, YEAR, DAY_OF_YEAR = "曆日", "曆月", "西元年", "月日"
_ROC = 1911
_LAST_ROC = 200
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SCALES = (("億", 100_000_000), ("萬", 10_000))


def number(written: str) -> float | None:
    """``number("1萬5,000") == 15000``, ``number("1萬5") == 15000``; None where it is no number."""
    total, rest = 0.0, written
    for sign, scale in _SCALES:
        above, found, rest = rest.rpartition(sign)
        value = _below(above) if found else 0.0
        if value is None:
            return None
        total += value * scale
        # 一萬五: spoken for 一萬五千
        if found and len(rest) == 1 and (left := _below(rest)):
            return total + left * scale / 10
    value = 0.0 if total and not rest else _below(rest)
    is_sound = value is not None and (not total or value < _SCALES[-1][1])
    return total + (value or 0.0) if is_sound else None


def dated(parts: Sequence[str], era: str) -> tuple[float, str] | None:
    """A day, month or year in Western reckoning, with what it is; None where the calendar has none such.

    :param parts: year, month and day, "" for what is not written; without ``era`` a small year is of the Republic.
    """
    year, month, day = (1 if part == "元" else parse_number(part) if part else 0 for part in (*parts, "", "")[:3])
    if year is None or month is None or day is None or month > len(_DAYS) or day > (_DAYS[month - 1] if month else 0):
        return None
    if not parts[0]:
        return (month * 100 + day, DAY_OF_YEAR) if month and day else None
    if not era and not day and year <= 30:
        return None
    year = western(year, era)
    if not month:
        return year, YEAR
    return (year * 10_000 + month * 100 + day, DAY) if day else (year * 100 + month, MONTH)


def western(year: int, era: str = "") -> int:
    """``western(112) == western(112, "民國") == 2023``, ``western(112, "西元") == 112``."""
    if era.endswith("前"):
        return _ROC + 1 - year
    return year + _ROC if "民國" in era or (not era and year < _LAST_ROC) else year


def is_roc(year: float) -> bool:
    """Whether a year in figures alone may be one of the Republic."""
    return 0 < year < _LAST_ROC


def _below(written: str) -> float | None:
    """A number without 萬 and 億."""
    plain = parse_number(written) if written else None
    if plain is not None:
        return plain
    whole, _, part = written.partition("點")
    if part:
        figures = [parse_number(one) for one in (whole, *part)]
        written = f"{figures[0]}." + "".join(map(str, figures[1:]))
    try:
        return float(written.replace(",", ""))
    except ValueError:
        return None
