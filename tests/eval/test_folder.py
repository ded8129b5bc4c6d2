"""The files of a run: what is put comes back, and what is broken is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.folder import Asked, Manifest, RunFolder
from eval.outputs import Cited, Output, Ranked, of_answer, read_outputs
from eval.scores import Item, Problem, Share
from rag.errors import UsageError
from tests.eval import fakes

MANIFEST = Manifest(system="engine", sets={"lay": "ab12"}, corpus={"revision": 3}, versions={"youju": "0.5"})
OUTPUT = Output(
    id="q-1",
    answer="工資應全額給付[1]。",
    state="answered",
    citations=(Cited(mark=1, key="law/Z0000001/1", quote="全額給付"),),
    retrieved=(Ranked(key="law/Z0000001/1", score=2.5),),
    read=("law/Z0000001/1",),
    ms=1.5,
)
finite = st.floats(0, 1e6)
shares = st.dictionaries(st.text(min_size=1), st.builds(Share, finite, st.floats(0.5, 1e6)))


def test_what_is_put_comes_back(tmp_path: Path) -> None:
    folder = RunFolder.make(tmp_path / "runs" / "one")
    asked = Asked.model_validate_json(fakes.question(gold=[fakes.law("1")]).model_dump_json()).model_copy(
        update={"set": "lay"}
    )
    folder.put_manifest(MANIFEST)
    folder.put_questions([asked])
    folder.put_outputs([OUTPUT])
    folder.put_summary({"n": 1, "分": 0.5})
    assert folder.manifest() == MANIFEST
    assert folder.questions() == (asked,)
    assert folder.outputs() == (OUTPUT,)
    assert folder.summary() == {"n": 1, "分": 0.5}


@given(shares, st.lists(st.builds(Problem, st.text(), st.none() | st.integers(0, 9), st.text()), max_size=3))
def test_scores_come_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, Share], found: list[Problem]
) -> None:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    item = Item("q", 1, "C", {"kind": "lay"}, "answered", "", 0.1, one, tuple(found))
    folder.put_items([item])
    assert folder.items() == (item,)


def test_the_same_summary_is_the_same_file(tmp_path: Path) -> None:
    first, second = RunFolder.make(tmp_path / "a"), RunFolder.make(tmp_path / "b")
    first.put_summary({"a": 1, "b": {"c": 0.1, "d": 2}})
    second.put_summary({"b": {"d": 2, "c": 0.1}, "a": 1})
    assert (tmp_path / "a/summary.json").read_bytes() == (tmp_path / "b/summary.json").read_bytes()


def test_our_own_answer_becomes_a_record() -> None:
    answer = fakes.answered(fakes.said("應返還[1]。", 1), citations=[fakes.cited("law/Z0000001/1")])
    output = of_answer("q", answer, [fakes.found("law/Z0000001/1")], 2.0)
    assert (output.answer, output.state, output.ms) == ("應返還[1]。", "answered", 2.0)
    assert output.citations[0].key == "law/Z0000001/1"
    assert output.retrieved is not None
    assert output.retrieved[0].key == "law/Z0000001/1"
    refused = of_answer("q", fakes.abstained("not_found", "沒有這一條"))
    assert (refused.message, refused.reason, refused.retrieved) == ("沒有這一條", "not_found", None)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "不是 JSON"),
        ('{"answer": "甲"}', "欄位 id：缺少這個欄位"),
        ('{"id": "a", "state": "maybe"}', "欄位 state：只能是"),
        ('{"id": "a", "citations": [{"mark": "1"}]}', "欄位 citations.0.mark：應為整數"),
        ('{"id": "a"}\n{"id": "a"}', "id 重複"),
        ('{"id": "a", "ms": 1e999}', "欄位 ms：應為有限的數字"),
        ('{"id": "a", "ms": 1e300}', "欄位 ms：不得大於"),
        ('{"id": "a", "confidence": NaN}', "欄位 confidence：應為有限的數字"),
        ('{"id": "a", "repeat": 999999999}', "欄位 repeat：應小於 100"),
    ],
)
def test_a_broken_answer_is_told_with_its_line(tmp_path: Path, line: str, wrong: str) -> None:
    path = tmp_path / "outputs.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match=wrong):
        read_outputs(path)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (None, "讀不到檔案"),
        ("[", "不是 JSON"),
        ("[" * 200_000, "不是 JSON"),
        ("[]", "應為 JSON 物件"),
        ("{}", "欄位 system"),
        ('{"system": "a", "seed": -3}', "欄位 seed：不得小於 0"),
    ],
)
def test_a_broken_manifest_is_told_in_one_line(tmp_path: Path, text: str | None, wrong: str) -> None:
    if text is not None:
        (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=wrong):
        RunFolder(tmp_path).manifest()


def test_a_share_of_nothing_is_no_score(tmp_path: Path) -> None:
    (tmp_path / "scores.jsonl").write_text('{"id": "a", "shares": {"em": [1, 0]}}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"欄位 shares\.em\.1：應大於 0"):
        RunFolder(tmp_path).items()


def test_a_name_that_no_file_can_have_is_told() -> None:
    with pytest.raises(UsageError, match="不能是檔名"):
        read_outputs(Path("a\0b"))
