from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.asking import ask_all
from eval.folder import Asked, RunFolder
from eval.outputs import Output
from rag.errors import UsageError
from tests.eval.small import asked

QUESTIONS = [asked(f"q{number}") for number in range(6)]


class Scripted:
    """Says its name to everything; stops the program at one question, fails at others."""

    def __init__(self, stops_at: str = "", fails_at: str = "") -> None:
        self.name, self.model, self.versions = "scripted", "", {}
        self.stops_at, self.fails_at = stops_at, fails_at
        self.asked: list[tuple[str, int]] = []

    def answer(self, question: Asked, repeat: int = 0) -> Output:
        if question.id == self.stops_at:
            raise KeyboardInterrupt
        self.asked.append((question.id, repeat))
        if question.id == self.fails_at:
            return Output(id=question.id, repeat=repeat, error="斷線")
        return Output(id=question.id, repeat=repeat, answer=f"{question.id} {repeat}")


@pytest.mark.parametrize("concurrency", [1, 3])
def test_answers_come_in_the_order_of_the_questions_repeat_by_repeat(concurrency: int, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    outputs = ask_all(Scripted(), QUESTIONS, folder, repeats=2, concurrency=concurrency)
    assert [(one.id, one.repeat) for one in outputs] == [(one.id, r) for r in (0, 1) for one in QUESTIONS]
    assert list(folder.outputs()) == outputs
    assert [path.name for path in tmp_path.iterdir()] == ["outputs.jsonl"]


def test_a_run_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        ask_all(Scripted(stops_at="q3"), QUESTIONS, folder)
    part = tmp_path / "outputs.jsonl.part"
    assert len(part.read_text(encoding="utf-8").splitlines()) == 3
    assert not (tmp_path / "outputs.jsonl").exists()
    # Killed in the middle of a line, as a full disk or a lost power would leave it.
    with part.open("a", encoding="utf-8") as file:
        file.write('{"id": "q3", "answ')
    again = Scripted()
    outputs = ask_all(again, QUESTIONS, folder)
    assert [id for id, _ in again.asked] == ["q3", "q4", "q5"]
    assert [one.id for one in outputs] == [one.id for one in QUESTIONS]
    assert not part.exists()


def test_errors_are_asked_again_and_a_whole_run_is_not(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert ask_all(Scripted(fails_at="q2"), QUESTIONS, folder)[2].error == "斷線"
    again = Scripted()
    assert ask_all(again, QUESTIONS, folder)[2].answer == "q2 0"
    assert again.asked == [("q2", 0)]
    idle = Scripted()
    ask_all(idle, QUESTIONS, folder)
    assert idle.asked == []


def test_what_is_no_answer_in_the_middle_is_told(tmp_path: Path) -> None:
    (tmp_path / "outputs.jsonl.part").write_text('{"id": "q0"}\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="part:2：不是回答的紀錄"):
        ask_all(Scripted(), QUESTIONS, RunFolder(tmp_path))


def test_days_survive_the_way_through_the_file(tmp_path: Path) -> None:
    line = {"id": "q0", "answer": "甲", "as_of": "2024-08-01"}
    (tmp_path / "outputs.jsonl.part").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (output,) = ask_all(Scripted(), QUESTIONS[:1], RunFolder(tmp_path))
    assert output.as_of is not None
    assert RunFolder(tmp_path).outputs() == (output,)
