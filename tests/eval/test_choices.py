"""Multiple choice: the option taken is told strictly, and what takes one without a model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.choices import Supported, majority, measure, picked
from eval.folder import Asked
from eval.library import Library
from eval.outputs import Output
from eval.questions import read_questions
from rag.domain import Hit, Passage
from rag.errors import UsageError
from tests.eval.fakes import document

NO_LIBRARY = cast(Library, None)
OPTIONS = {"A": "二人以上", "B": "一人以上", "C": "七人以上", "D": "五人以上"}


def asked(answer: str = "B", question: str = "有限公司由幾人以上股東組成？", **more: Any) -> Asked:
    return Asked(id="q", question=question, answer=answer, **({"options": OPTIONS} | more))


def score(question: Asked, **told: Any) -> float:
    return measure(question, Output(id="q", **told), NO_LIBRARY).shares["choice"].value


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B", "B"),
        ("（Ｂ）。", "B"),
        ("b", "B"),
        ("有限公司由一人以上股東組成[1]。答案：B", "B"),
        ("故選（B）。", "B"),
        ("正解為 B", "B"),
        ("The answer is (B).", "B"),
        ("答案是B，因為A太少。答案是B。", "B"),
        ("答案是A，也可能答案是B。", ""),
        ("答案不是B。", ""),
        ("不應選B。", ""),
        ("選項B比較好。", ""),
        ("答案：E", ""),
        ("Answer: BECAUSE", ""),
        ("", ""),
    ],
)
def test_the_option_is_told_by_a_strict_rule(text: str, letter: str) -> None:
    assert picked(asked(), Output(id="q", answer=text)) == letter


def test_what_the_system_says_it_took_goes_before_its_text() -> None:
    assert picked(asked(), Output(id="q", choice="(c)", answer="答案：B")) == "C"
    assert picked(asked(), Output(id="q", choice="B或C", answer="答案：B")) == ""


def test_right_wrong_and_untold_are_all_counted() -> None:
    assert score(asked(), choice="B") == 1
    assert score(asked(), choice="A") == 0
    untold = measure(asked(), Output(id="q", state="abstained"), NO_LIBRARY)
    assert untold.shares["choice"].value == 0
    assert [problem.measure for problem in untold.problems] == ["choice"]


def test_a_key_of_several_letters_takes_any_and_a_struck_question_any_option() -> None:
    assert [score(asked("AB"), choice=letter) for letter in "ABCD"] == [1, 1, 0, 0]
    assert [score(asked("#"), choice=letter) for letter in "ABCD"] == [1, 1, 1, 1]
    assert score(asked("#"), answer="不知道") == 0


def test_a_question_without_options_or_key_is_not_measured() -> None:
    for question in (asked(options={}, kind="lay", answerable=True), asked("")):
        assert measure(question, Output(id="q", choice="A"), NO_LIBRARY).shares == {}


def test_an_examination_need_not_say_what_kind_it_is(tmp_path: Path) -> None:
    file = tmp_path / "exam.jsonl"
    record = {"id": "1", "year_roc": 112, "question": "問？", "options": OPTIONS, "answer": "B", "cited_articles": []}
    file.write_text(json.dumps(record), encoding="utf-8")
    (question,) = read_questions(file)
    assert (question.kind, question.answerable, question.options, question.answer) == (
        "multiple_choice",
        True,
        OPTIONS,
        "B",
    )


def test_other_questions_still_must(tmp_path: Path) -> None:
    file = tmp_path / "lay.jsonl"
    file.write_text(json.dumps({"id": "1", "kind": "lay", "question": "問？"}), encoding="utf-8")
    with pytest.raises(UsageError, match="欄位 answerable：缺少這個欄位"):
        read_questions(file)


class Shelf:
    """Finds the texts whose word stands in what is asked."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def search(self, question: str, limit: int = 10) -> tuple[Hit, ...]:
        found = (document(f"law/Z0000001/{at}", text) for at, text in enumerate(self.texts.values()))
        hits = (Hit(Passage(one.key, one.version, 0, len(one.text), one.text), one, 1.0, "sparse") for one in found)
        return tuple(hit for hit, word in zip(hits, self.texts, strict=True) if word in question)[:limit]


SHELF = Shelf({"有限公司": "有限公司由一人以上股東所組織。", "租賃": "出租人應修繕租賃物。"})
CLAIMS = {"A": "承租人應修繕租賃物", "B": "出租人應支付租金", "C": "出租人應修繕租賃物", "D": "出租人應拆除租賃物"}


def test_the_option_best_borne_out_is_taken() -> None:
    taken = Supported(SHELF).answer(asked("C", "關於租賃，下列何者正確？", options=CLAIMS))
    assert (taken.choice, taken.read) == ("C", ("law/Z0000001/1",))


def test_where_the_false_one_is_asked_for_the_least_is() -> None:
    options = {"A": "出租人應修繕租賃物", "B": "警察得扣押車輛"}
    assert Supported(SHELF).answer(asked("B", "關於租賃，下列敘述何者錯誤？", options=options)).choice == "B"


def test_nothing_found_takes_the_first() -> None:
    assert Supported(Shelf({})).answer(asked()).choice == "A"


def test_the_majority_is_the_letter_right_most_often() -> None:
    assert majority([asked("B"), asked("D"), asked("D")]) == "D"
    assert majority([asked("D"), asked("B")]) == "B"
    assert majority([]) == ""


@given(st.lists(st.sampled_from(["A", "B", "C", "D", "#", "AB"]), min_size=1))
def test_no_letter_is_right_more_often_than_the_majority(keys: list[str]) -> None:
    best = majority([asked(key) for key in keys])
    counts = {letter: sum(letter in key for key in keys) for letter in OPTIONS}
    assert counts.get(best, 0) == max(counts.values())


@given(st.text(max_size=60))
def test_any_text_has_one_option_or_none(text: str) -> None:
    assert picked(asked(), Output(id="q", answer=text)) in {"", *OPTIONS}
