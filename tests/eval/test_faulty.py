import json
from pathlib import Path
from typing import Any

import pytest

from eval import abstention, citations, ladder
from eval.folder import Asked
from eval.outputs import Output
from eval.scores import Problem
from tests.eval.shelves import library

LINES = [json.loads(line) for line in (Path(__file__).parent / "data" / "faulty.jsonl").read_text("utf-8").splitlines()]
FAULTY = [line for line in LINES if line["faults"]]
CLEAN = [line for line in LINES if not line["faults"]]
LIBRARY = library()
KNOWN = {metric.name for page in (ladder, citations, abstention) for metric in page.METRICS}


def problems(line: dict[str, Any]) -> list[Problem]:
    question = Asked.model_validate_json(json.dumps(line["question"]))
    output = abstention.told(Output.model_validate_json(json.dumps(line["output"])))
    return [
        problem
        for page in (ladder, citations, abstention)
        for problem in page.measure(question, output, LIBRARY).problems
    ]


def name(line: dict[str, Any]) -> str:
    return str(line["question"]["id"])


def test_there_are_faults_of_every_kind() -> None:
    assert len(FAULTY) >= 25
    groundedness = {metric.name for metric in ladder.METRICS} - {"checkable", "quote_exact", "quote_folded"}
    assert groundedness <= {fault for line in FAULTY for fault in line["faults"]}


@pytest.mark.parametrize("line", FAULTY, ids=name)
def test_every_fault_is_found_and_named_and_no_other(line: dict[str, Any]) -> None:
    found = problems(line)
    assert sorted({problem.measure for problem in found}) == line["faults"]
    assert {problem.measure for problem in found} <= KNOWN
    assert all(problem.why and "\n" not in problem.why for problem in found)


@pytest.mark.parametrize("line", CLEAN, ids=name)
def test_a_clean_answer_has_no_fault(line: dict[str, Any]) -> None:
    assert problems(line) == []


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("existed-then", "曾經存在，當日已不在施行"),
        ("not-yet-unsaid", "當日尚未施行"),
        ("no-such-article", "查無此項"),
        ("held-the-other-way", "的結果相反：「被告應返還」"),
        ("days", "裡沒有「三十日」這個數字"),
        ("wrong-article-number", "找不到示範共享單車租借條例第8條"),
    ],
)
def test_why_is_told(id: str, why: str) -> None:
    (line,) = (line for line in LINES if name(line) == id)
    assert any(why in problem.why for problem in problems(line))
