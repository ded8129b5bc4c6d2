"""One number or day as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import DAY, DAY_OF_YEAR, MONTH, YEAR, dated, number


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0", 0),
        ("12", 12),
        ("1,000", 1_000),
        ("0.25", 0.25),
        ("一百零五", 105),
        ("一點五", 1.5),
        ("2萬", 20_000),
        ("2萬5,000", 25_000),
        ("41萬3,038", 413_038),
        ("2.5萬", 25_000),
        ("二點五萬", 25_000),
        ("一萬五千", 15_000),
        ("1萬5", 15_000),
        ("1億5", 150_000_000),
        ("1億5千萬", 150_000_000),
        ("一億零五萬", 100_050_000),
        ("百萬", 1_000_000),
        ("1,000萬", 10_000_000),
        ("3萬12,000", None),
        ("1.2.3", None),
        ("二十五五", None),
        ("萬", None),
        ("億萬", None),
        ("", None),
    ],
)
def test_number(written: str, expected: float | None) -> None:
    assert number(written) == expected


@given(st.integers(0, 10**12 - 1))
def test_every_whole_number_is_read_back(value: int) -> None:
    big, rest = divmod(value, 10**8)
    middle, small = divmod(rest, 10**4)
    written = (f"{big}億" if big else "") + (f"{middle}萬" if middle else "") + (f"{small:,}" if small > 9 else "")
    assert number(written or "0") == value - (small if small <= 9 else 0)


@given(st.text(st.sampled_from("0123456789,.點一二十百千萬億〇兩零"), max_size=20))
def test_no_row_of_figures_breaks_it(written: str) -> None:
    found = number(written)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("parts", "era", "expected"),
    [
        (["112", "1", "1"], "", (20230101, DAY)),
        (["112", "5", None], "民國", (202305, MONTH)),
        (["112", None, None], "民國", (2023, YEAR)),
        (["112", None, None], "西元", (112, YEAR)),
        (["元", "1", "1"], "民國", (19120101, DAY)),
        (["1", None, None], "民國前", (1911, YEAR)),
        (["", "5", "1"], "", (501, DAY_OF_YEAR)),
        (["112", "2", "29"], "", (20230229, DAY)),
        (["112", "2", "30"], "", None),
        (["112", "13", "1"], "", None),
        (["110", "30", "23"], "", None),
        (["", "5", "32"], "", None),
        (["", "4", "31"], "", None),
        (["3", None, None], "", None),
    ],
)
def test_dated(parts: list[str], era: str, expected: tuple[float, str] | None) -> None:
    assert dated(parts, era) == expected
