"""Limits that several processes share without Redis."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.limits import MemoryBuckets, Rate
from api.shared_buckets import SharedBuckets
from tests.api.test_limits import Clock, take
from tests.commands import ROOT

SLOW = Rate(1, 40)
TAKE = """
import asyncio, sys
from pathlib import Path
from api.limits import Rate
from api.shared_buckets import SharedBuckets
async def go():
    buckets = SharedBuckets(Path(sys.argv[1]))
    return sum([(await buckets.take("a", Rate(1, 40))).allowed for _ in range(100)])
print(asyncio.run(go()))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("limits")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.integers(0, 1), st.floats(0, 90), st.booleans()), min_size=1, max_size=40
    )
)
def test_two_of_one_file_allow_what_one_in_memory_allows(
    folder: Path, asked: list[tuple[str, int, float, bool]]
) -> None:
    clock = Clock()
    file = SharedBuckets.make(folder / "limits")
    shared, alone, rate = [SharedBuckets(file, clock), SharedBuckets(file, clock)], MemoryBuckets(clock), Rate(6, 3)
    for who, which, later, keep in asked:
        clock.now += later
        assert take(shared[which], who, rate, keep) == take(alone, who, rate, keep)
    for one in shared:
        asyncio.run(one.close())


def test_processes_that_ask_at_once_get_no_more_than_there_is(tmp_path: Path) -> None:
    file = str(SharedBuckets.make(tmp_path / "limits"))
    command = [sys.executable, "-c", TAKE, file]
    asking = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(one.communicate(timeout=60)[0]) for one in asking) == SLOW.burst
    assert {one.returncode for one in asking} == {0}


def test_where_no_place_is_free_the_one_full_soonest_is_given_away(tmp_path: Path) -> None:
    clock = Clock()
    buckets = SharedBuckets(SharedBuckets.make(tmp_path / "limits", 8), clock)
    for number in range(8):
        take(buckets, str(number), SLOW)
        clock.now += 1
    assert [take(buckets, str(number), SLOW, keep=False).left for number in range(8)] == [38] * 8
    assert take(buckets, "new", SLOW).left == 39
    assert [take(buckets, str(number), SLOW, keep=False).left for number in range(8)] == [39, *[38] * 7]
    asyncio.run(buckets.close())
