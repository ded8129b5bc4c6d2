"""The systems that need no network: our engine in process, and answers from a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from eval.outputs import Output
from eval.systems.engine import EngineSystem
from eval.systems.stored import MISSING, StoredSystem
from rag.domain import Answer
from rag.errors import ModelTimeout, UsageError
from tests.api.library import engine
from tests.eval.fakes import FakeEngine, Ticking, answered, cited, found, said
from tests.eval.small import ASKED, asked

KEY = "law/Z0000001/1"


def test_our_engine_is_asked_and_its_search_listed() -> None:
    fake = FakeEngine(
        {ASKED: (found(KEY), found("law/Z0000001/2"))}, {ASKED: answered(said("甲[1]", 1), citations=[cited(KEY)])}
    )
    system = EngineSystem(fake, depth=1, model="extractive", clock=Ticking())
    output = system.answer(asked("q", as_of="2024-01-01"), repeat=2)
    assert (output.id, output.repeat, output.answer, output.state, output.ms) == ("q", 2, "甲[1]", "answered", 1000)
    assert [one.key for one in output.retrieved or ()] == [KEY]
    assert fake.asked == [(ASKED, date(2024, 1, 1))] * 2
    assert (system.name, system.model, set(system.versions)) == ("engine", "extractive", {"youju"})


def test_without_depth_nothing_is_searched() -> None:
    assert EngineSystem(FakeEngine(), depth=0).answer(asked()).retrieved is None


def test_the_real_engine_gives_what_can_be_scored() -> None:
    output = EngineSystem(engine()).answer(asked())
    assert output.state in ("answered", "partial")
    assert output.retrieved
    assert output.citations[0].key.startswith("law/")
    assert Output.model_validate_json(output.model_dump_json()) == output


def test_a_model_that_fails_is_an_answer_of_its_own() -> None:
    class Late(FakeEngine):
        def ask(self, question: str, as_of: date | None = None) -> Answer:
            raise ModelTimeout("太久沒有回應")

    output = EngineSystem(Late()).answer(asked())
    assert (output.state, output.error, output.retrieved) == ("error", "太久沒有回應", ())


def test_a_fault_of_the_program_is_none() -> None:
    class Broken(FakeEngine):
        def ask(self, question: str, as_of: date | None = None) -> Answer:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        EngineSystem(Broken()).answer(asked())


def stored(tmp_path: Path, *lines: object) -> StoredSystem:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return StoredSystem(path, [asked("a"), asked("b")])


def test_answers_from_a_file(tmp_path: Path) -> None:
    system = stored(tmp_path, {"id": "a", "answer": "甲", "model": "m"}, {"id": "a", "repeat": 1, "answer": "乙"})
    assert (system.model, system.repeats) == ("m", 2)
    assert [system.answer(asked("a"), repeat).answer for repeat in (0, 1)] == ["甲", "乙"]
    missing = system.answer(asked("b"))
    assert (missing.state, missing.error, missing.retrieved) == ("error", MISSING, None)


def test_where_others_have_rankings_a_missing_answer_has_an_empty_one(tmp_path: Path) -> None:
    assert stored(tmp_path, {"id": "a", "retrieved": [{"key": "k"}]}).answer(asked("b")).retrieved == ()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (({"id": "x"},), "沒有 x 這一題"),
        (({"id": "a"}, {"id": "a"}), r":2：id 重複"),
        (({"answer": "甲"},), r":1：欄位 id：缺少"),
    ],
)
def test_a_file_that_will_not_do(lines: tuple[object, ...], why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        stored(tmp_path, *lines)
