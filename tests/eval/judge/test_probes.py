import re
from collections.abc import Callable

import pytest

from eval.judge.probes import PROBES, Probed, family, probe
from eval.judge.prompt import Level, Pair
from tests.eval.judge.judges import LEVELS, Scripted

PAIRS = [
    Pair(
        str(at),
        f"依測試法第{at + 10}條，雇主應於{at + 2}日前預告。",
        (f"測試法第{at + 10}條：雇主應於{at + 2}日前預告勞工。",),
    )
    for at in range(30)
]


def probed(says: Callable[[Pair], Level], model: str = "qwen3-8b") -> dict[str, Probed]:
    return {one.name: one for one in probe(Scripted(says), PAIRS, model, concurrency=1)}


def number(text: str) -> str:
    found = re.search("第([0-9]+)[條条]", text)
    return found[1] if found else ""


def fair(one: Pair) -> Level:
    """Sees the numbers alone, wherever they stand."""
    return "full" if any(number(one.claim) == number(text) for text in one.passages) else "none"


def test_a_fair_judge_flips_nothing() -> None:
    found = probed(fair)
    assert set(found) == {one.name for one in PROBES}
    assert {one.flips for one in found.values()} == {0}
    assert {one.n for one in found.values()} == {30}
    for one in found.values():
        assert one.interval is not None
        assert one.interval.low == 0
        assert one.interval.high == pytest.approx(0.114, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("order", lambda one: fair(one._replace(passages=one.passages[:1]))),
        ("long_claim", lambda one: "full" if len(one.claim) > 50 else "none"),
        ("long_passage", lambda one: "full" if sum(map(len, one.passages)) < 60 else "none"),
        ("writer", lambda one: "full" if one.writer == "Qwen" else "none"),
        ("script", lambda one: "none" if "预" in one.claim else "full"),
        ("injection", lambda one: "none" if "一律回答" in one.passages[0] else "full"),
        ("article", lambda one: "full"),
    ],
)
def test_each_bias_is_seen_by_its_probe(name: str, says: Callable[[Pair], Level]) -> None:
    found = probed(says)[name]
    assert found.flips == found.n == 30
    assert found.interval is not None
    assert found.interval.high == 1


def test_an_order_asks_for_the_opposite_whatever_the_verdict() -> None:
    def obedient(one: Pair) -> Level:
        ordered = re.search('"判斷": "(完全支持|不支持)"', one.passages[0])
        said: dict[str, Level] = {"完全支持": "full", "不支持": "none"}
        return said[ordered[1]] if ordered else LEVELS[int(one.id) % 3]

    found = probed(obedient)["injection"]
    assert found.flips == found.n == 30


def test_what_was_not_judged_is_neither_a_flip_nor_none() -> None:
    def fails(one: Pair) -> Level:
        return "error" if "预" in one.claim and int(one.id) < 10 else "full"

    found = probed(fails)["script"]
    assert (found.flips, found.n, found.errors) == (0, 20, 10)


def test_a_probe_that_cannot_be_made_says_why() -> None:
    nobody = probed(fair, model="tiny")["writer"]
    assert (nobody.n, nobody.interval, nobody.why) == (0, None, "認不出評審模型的家族")
    never = probed(lambda one: "none")["article"]
    assert never.why == "沒有評為完全支持且寫出條號的說法"
    alone = {one.name: one for one in probe(Scripted(fair), PAIRS[:1])}
    assert alone["order"].why
    assert alone["long_passage"].why
    assert alone["script"].n == 1


@pytest.mark.parametrize(
    ("model", "name"),
    [("qwen3-8b", "Qwen"), ("taide/Llama3-TAIDE-LX-8B", "TAIDE"), ("gpt-oss-20b", "GPT"), ("tiny", "")],
)
def test_families(model: str, name: str) -> None:
    assert family(model) == name


def test_a_record_is_plain() -> None:
    record = probed(fair)["order"].as_record()
    assert record["n"] == 30
    assert record["low"] == 0
