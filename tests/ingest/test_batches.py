"""Batches: whatever comes in whatever order, they come to the same, and no mark runs ahead of what it follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import batches
from ingest.parsed import Came, Mark, Raw, Removal

DAY = date(2024, 7, 5)
came = st.lists(
    st.one_of(
        st.builds(
            lambda id, size: Raw(str(id), b"x" * size), st.integers(0, 900), st.sampled_from([1, 9, 400_000, 1_200_000])
        ),
        st.builds(lambda id: Removal(str(id), DAY), st.integers(0, 9)),
        st.builds(lambda id: Mark("m", str(id)), st.integers(0, 999)),
    ),
    max_size=60,
)


def after(flow: Iterable[Came]) -> tuple[dict[str, Raw], set[str], str]:
    """What is there when all of it came, one after the other."""
    held: dict[str, Raw] = {}
    gone: set[str] = set()
    mark = ""
    for one in flow:
        match one:
            case Raw():
                held[one.id] = one
                gone.discard(one.id)
            case Removal():
                held.pop(one.key, None)
                gone.add(one.key)
            case Mark():
                mark = one.value
    return held, gone, mark


@given(came)
def test_batches_come_to_the_same_as_one_after_the_other(flow: list[Came]) -> None:
    held: dict[str, Raw] = {}
    gone: set[str] = set()
    mark = ""
    for batch in batches(flow):
        assert batch.raws or batch.removals or batch.marks
        for key in batch.removals:
            held.pop(key, None)
            gone.add(key)
        held.update(batch.raws)
        gone -= batch.raws.keys()
        mark = batch.marks.get("m", mark)
        sizes = [len(one.body) for one in batch.raws.values()]
        assert sum(sizes[:-1]) < 1_000_000
        assert len(batch.raws) + len(batch.removals) <= 400
    assert (held, gone, mark) == after(flow)


@given(came, st.integers(0, 60))
def test_a_mark_never_comes_before_what_it_follows(flow: list[Came], killed_after: int) -> None:
    """Killed after any batch, what is there is what came up to some place that is not before its last mark."""
    states = [after(flow[:at]) for at in range(len(flow) + 1)]
    seen: list[Came] = []
    for batch in list(batches(flow))[:killed_after]:
        seen += [Removal(key, DAY) for key in batch.removals]
        seen += batch.raws.values()
        seen += [Mark(name, value) for name, value in batch.marks.items()]
        assert after(seen) in states


def test_a_full_batch_still_takes_the_mark_of_its_last() -> None:
    flow: list[Came] = [*(Raw(str(number), b"x") for number in range(400)), Mark("m", "1"), Raw("400", b"x")]
    first, second = batches(flow)
    assert (len(first.raws), first.marks, len(second.raws)) == (400, {"m": "1"}, 1)


def test_a_slow_source_is_written_down_every_half_minute() -> None:
    moments = iter(range(0, 4000, 2))
    flow: list[Came] = [Raw(str(number), b"x") for number in range(60)]
    sizes = [len(batch.raws) for batch in batches(flow, lambda: next(moments))]
    assert sum(sizes) == 60
    assert max(sizes) <= 17
