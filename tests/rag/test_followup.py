from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.followup import standalone
from rag.names import OFFICIAL, LawName, LawNames, with_aliases

DIALOGUES = Path(__file__).parents[1] / "questions" / "dialogues.jsonl"
RECORDS = [json.loads(line) for line in DIALOGUES.read_text("utf-8").splitlines()]
LAWS = {gold["law"]: gold["pcode"] for record in RECORDS for gold in record.get("gold", ())}
NAMES = LawNames(with_aliases(LawName(name, pcode, OFFICIAL) for name, pcode in sorted(LAWS.items())))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record["id"]))
def test_dialogues(record: dict[str, Any]) -> None:
    *before, last = record["turns"]
    made = standalone(last, before, NAMES)
    if record.get("rewritten") is False:
        assert made == last.strip()
    else:
        assert all(any(word in made for word in wanted.split("|")) for wanted in record["must_contain"]), made


@pytest.mark.parametrize(
    ("before", "question", "made"),
    [
        ("民法第184條規定什麼？", "那第二項呢？", "民法第184條第二項呢？"),
        ("民法第184條規定什麼？", "第185條呢？", "民法第185條呢？"),
        ("民法第184條規定什麼？", "這條有例外嗎？", "民法第184條有例外嗎？"),
        ("民法第184條規定什麼？", "這部法律什麼時候施行？", "民法什麼時候施行？"),
        ("釋字第748號說了什麼？", "它的理由是什麼？", "釋字第748號的理由是什麼？"),
        ("房客欠租可以趕走嗎", "那如果是外國人呢？", "房客欠租可以趕走嗎？如果是外國人呢？"),
        ("民法第184條規定什麼？", "但書是什麼意思", "民法第184條但書是什麼意思"),
    ],
)
def test_what_is_left_out_is_named(before: str, question: str, made: str) -> None:
    assert standalone(question, [before], NAMES) == made


@pytest.mark.parametrize("question", ["離婚後小孩的監護權怎麼判？", "民法第12條呢？", "釋字第748號呢？"])
def test_a_new_subject_stands_alone(question: str) -> None:
    assert standalone(question, ["加班費怎麼算？"], NAMES) == question


def test_a_day_asked_about_takes_the_place_of_the_earlier_one() -> None:
    made = standalone("那民國110年的時候呢？", ["民國112年時民法第12條規定幾歲成年？"], NAMES)
    assert "110年" in made
    assert "112年" not in made


def test_turn_after_turn() -> None:
    assert standalone("那第二項呢？", ["民法第184條規定什麼？", "那第185條呢"], NAMES) == "民法第185條第二項呢？"


@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_any_dialogue_has_an_outcome(history: list[str], question: str) -> None:
    made = standalone(question, history, NAMES)
    assert made if question.strip() else made is not None
    assert standalone(question, [], NAMES) == question.strip()
