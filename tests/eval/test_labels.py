"""Claims become tasks, labels become a file that a judge is measured by, and nobody takes made-up ones for people's."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.cli import make_app, run
from eval.errors import NotEnoughData
from eval.folder import RunFolder
from eval.judge.judge import Verdict
from eval.judge.validation import read_labels, validate
from eval.labels import pairs_of, sample, synthetic
from rag.answer import today
from rag.label_records import LEVELS, Pair
from rag.labels import Labels
from rag.store import Store, open_store
from tests.eval.fakes import opener
from tests.eval.judge.shelf import library, run_of, said, shelves
from tests.fakes import KEY, QUOTE

APP = make_app(opener(None), shelves)
ANSWERS = [
    "租借人請求時，業者要把押金還給他[1]。業者要在收到請求之後退還押金[1]。",
    f"第4條規定：「{QUOTE}」[1]。",
    "業者應於九日內返還押金[1]。沒有依據的一句話要押金。沒有這個來源的押金[7]。",
]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return run_of(tmp_path / "run", ANSWERS)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with an empty store."""
    open_store(f"sqlite:///{tmp_path / 'data' / 'youju.db'}", create=True).close()
    return tmp_path / "data"


def held(data: Path) -> Store:
    return open_store(f"sqlite:///{data / 'youju.db'}")


def pair(number: int, stratum: str = "laws", verdict: str = "full") -> Pair:
    return Pair(f"主張{number}", f"段落{number}", f"{stratum}/{number}", "示範", stratum, verdict)


def test_each_claim_goes_with_each_passage_it_cites(folder: RunFolder) -> None:
    with library() as shelf:
        found = {one.claim: one for one in pairs_of(folder, shelf)}
    assert len(found) == 4
    assert not any("[1]" in claim for claim in found)
    assert {one.key for one in found.values()} == {KEY}
    assert all("押金" in one.passage for one in found.values())
    verdicts = {claim[:6]: one.verdict for claim, one in found.items()}
    assert verdicts[f"第4條規定：「{QUOTE}"[:6]] == "quoted"
    assert verdicts["業者應於九日"] == "none"


def test_what_is_said_twice_and_what_no_question_asked_is_left_out(folder: RunFolder) -> None:
    folder.put_outputs([said(ANSWERS[0], "q0"), said(ANSWERS[0], "q0", repeat=1), said(ANSWERS[1], "unknown")])
    with library() as shelf:
        assert len(pairs_of(folder, shelf)) == 2


def test_the_sample_has_as_many_of_each_kind_as_there_are() -> None:
    many = [pair(n) for n in range(500)]
    few = [pair(n, "laws", "none") for n in range(20)] + [pair(n, "news", "partial") for n in range(200)]
    found = sample(many + few, 300)
    assert Counter((one.stratum, one.verdict) for one in found) == {
        ("laws", "none"): 20, ("laws", "full"): 140, ("news", "partial"): 140
    }  # fmt: skip


@given(st.integers(1, 50), st.integers(0, 3), st.permutations([pair(n, "laws", "full") for n in range(20)]))
def test_the_sample_is_the_same_whatever_the_order(n: int, seed: int, shuffled: list[Pair]) -> None:
    expected = sample([pair(number) for number in range(20)], n, seed)
    assert sample(shuffled, n, seed) == expected
    assert len(expected) == min(n, 20)


def test_without_a_claim_there_is_no_sample() -> None:
    with pytest.raises(NotEnoughData, match="沒有一句主張"):
        sample([], 300)


def test_made_up_labels_err_as_often_as_asked_and_say_what_they_are(tmp_path: Path) -> None:
    pairs = [pair(n, "laws", ("quoted", "full", "partial", "none")[n % 4]) for n in range(2000)]
    records = list(synthetic(pairs, (0.1, 0.3), seed=1))
    assert records == list(synthetic(pairs, (0.1, 0.3), seed=1))
    assert all(one["synthetic"] for one in records)
    true = [{"quoted": "full"}.get(one.verdict, one.verdict) for one in pairs]
    for at, share in enumerate((0.1, 0.3)):
        wrong = sum(one["labels"][at]["level"] != level for one, level in zip(records, true, strict=True))
        assert wrong / len(pairs) == pytest.approx(share, abs=0.03)
    assert {one["level"] for record in records for one in record["labels"]} == set(LEVELS)
    for record in records:
        assert record["adjudicated"] == (record["labels"][0]["level"] != record["labels"][1]["level"])


def test_made_up_labels_open_no_gate(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    pairs = [pair(n, ("laws", "news")[n % 2], ("full", "partial", "none")[n % 3]) for n in range(400)]
    path.write_text("\n".join(json.dumps(one) for one in synthetic(pairs, (0.05, 0.05))), encoding="utf-8")
    labels = read_labels(path)
    found = validate(labels, [Verdict(one.label) for one in labels])
    assert found.kappa
    assert found.kappa.value == 1
    assert (found.reports, found.gates, found.shows) == (False, False, True)


def test_a_run_goes_to_the_page_and_comes_back_as_a_file(
    folder: RunFolder, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for new, there in ((4, 0), (0, 4)):
        assert run(APP, ["label", str(folder.path), "--data", str(data)]) == 0
        assert f"run：放入 {new} 題，先前已有 {there} 題" in capsys.readouterr().out
    labels = Labels(store := held(data), today)
    for who, level in (("a" * 12, "full"), ("b" * 12, "full")):
        while task := labels.next(who):
            labels.record(who, task.id, "none" if who[0] == "b" and "九日" in task.claim else level)  # type: ignore[arg-type]
    store.close()
    out = tmp_path / "labels.jsonl"
    assert run(APP, ["label", "--export", str(out), "--data", str(data)]) == 0
    told = capsys.readouterr()
    assert "匯出 3 題" in told.out
    assert "還有 1 題等人仲裁" in told.err
    found = read_labels(out)
    assert {(one.label, one.synthetic, one.adjudicated, len(one.labellers)) for one in found} == {
        ("full", False, False, 2)
    }
    assert len({one.stratum for one in found}) == 1


def test_made_up_labels_go_to_a_file_and_never_to_the_page(folder: RunFolder, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.jsonl"
    arguments = [
        "label",
        str(folder.path),
        "--synthetic",
        str(out),
        "--wrong",
        "0",
        "1",
        "--n",
        "3",
        "--data",
        str(data),
    ]
    assert run(APP, arguments) == 0
    found = read_labels(out)
    assert [one.synthetic for one in found] == [True] * 3
    assert all(one.adjudicated for one in found)
    store = held(data)
    assert Labels(store, today).progress().tasks == 0
    store.close()


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        ([], 2, "擇一"),
        (["{run}", "--export", "{out}"], 2, "擇一"),
        (["--export", "{out}", "--synthetic", "{out}"], 2, "擇一"),
        (["{run}", "--n", "0"], 2, "--n"),
        (["{run}", "--wrong", "0.1", "2"], 2, "--wrong"),
        (["/absent"], 2, "/absent"),
        (["--export", "{out}"], 3, "還沒有一題有定論"),
        (["--export", "/absent/labels.jsonl"], 2, "/absent"),
        (["{run}", "--synthetic", "/absent/labels.jsonl"], 2, "/absent"),
    ],
)
def test_what_can_not_be_done_is_one_line(
    folder: RunFolder, data: Path, arguments: list[str], code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [one.format(run=folder.path, out=data / "out.jsonl") for one in arguments]
    assert run(APP, ["label", *filled, "--data", str(data)]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
