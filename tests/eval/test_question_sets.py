"""The sets of traps, of Taiwan's own reading and of nuggets: whole, told apart, and true to the law as published."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from eval.folder import Asked
from eval.locale_pairs import pairs
from eval.outputs import Output
from eval.questions import LawGold, Question, read_questions

SETS = Path(__file__).parents[1] / "questions"
SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data")) / "moj"
KINDS = (
    *("nonexistent_article", "nonexistent_interpretation", "nonexistent_case", "nonexistent_law"),
    *("repealed_law", "deleted_article", "not_in_force", "bill_as_law", "reversed_judgment"),
    *("foreign_law", "mainland_as_ours", "false_premise", "out_of_scope", "prediction", "personal"),
    *("conflicting", "same_name", "calendar", "news_claim", "injection"),
)
CLASSES = (
    *("deixis", "legal_system", "contaminated", "mainland"),
    *("contested", "censorship", "provenance", "script"),
)
NEW = ("traps_2", "locale_p0", "nuggets")


def read(*names: str) -> list[Question]:
    return [question for name in names for question in read_questions(SETS / f"{name}.jsonl")]


def groups() -> dict[str, list[Question]]:
    found: dict[str, list[Question]] = defaultdict(list)
    for question in read("locale_p0"):
        found[question.group or ""].append(question)
    return found


def test_there_are_enough_traps_of_every_kind() -> None:
    counts = Counter(question.kind for question in read("traps", "traps_2"))
    assert counts.keys() == set(KINDS)
    assert {kind: count for kind, count in counts.items() if count < 25} == {}


def test_nothing_is_asked_twice_and_no_id_is_used_twice() -> None:
    questions = read("traps", "traps_2", "locale", "locale_p0", "nuggets")
    ids = Counter(question.id for question in questions)
    assert [id for id, count in ids.items() if count > 1] == []
    worded = Counter(question.question for question in read("traps", *NEW))
    assert [text for text, count in worded.items() if count > 1] == []


def test_a_trap_whose_kind_says_nothing_says_how_it_should_end() -> None:
    told = {"not_in_force", "bill_as_law", "reversed_judgment", "mainland_as_ours", "conflicting", "same_name"}
    unsaid = [q.id for q in read("traps_2") if q.kind in told | {"calendar", "news_claim"} and q.expect is None]
    assert unsaid == []


def test_there_are_enough_items_of_taiwans_own_reading_in_every_class() -> None:
    found = groups()
    assert len(found) >= 150
    assert {len(wordings) for wordings in found.values()} == {3}
    assert Counter(wordings[0].kind for wordings in found.values()).keys() == set(CLASSES)
    assert all(len({one.kind for one in wordings}) == 1 for wordings in found.values())


def test_a_pair_is_another_wording_of_its_item() -> None:
    for wordings in groups().values():
        explicit = {one.id for one in wordings if one.pair is None}
        assert {one.pair for one in wordings if one.pair} <= explicit


def test_every_wording_can_pass_and_fail() -> None:
    for one in read("locale_p0"):
        assert one.expect is not None
        assert one.must_not
        assert [phrase for phrase in one.must_not if phrase in one.question] == []


def test_a_system_that_says_nothing_passes_no_item_that_can_be_answered() -> None:
    silent = [(Asked.model_validate(one.model_dump()), Output(id=one.id, state="error")) for one in read("locale_p0")]
    assert [item.group for item in pairs(silent) if item.passed] == []


def test_nuggets_are_short_and_some_are_vital() -> None:
    questions = read("nuggets")
    assert len(questions) >= 40
    assert len({gold.pcode for one in questions for gold in one.gold if isinstance(gold, LawGold)}) >= 25
    for one in questions:
        assert 2 <= len(one.gold_nuggets) <= 5
        assert any(nugget.vital for nugget in one.gold_nuggets)
        assert all(len(nugget.text) <= 60 for nugget in one.gold_nuggets)


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """PCode → the numbers of its articles, as last published."""
    articles: dict[str, set[str]] = {}
    for name in ("ChLaw", "ChOrder"):
        with zipfile.ZipFile(SHARED / f"{name}.json.zip") as archive:
            member = next(one for one in archive.namelist() if one.endswith(f"{name}.json"))
            laws = json.loads(archive.read(member).decode("utf-8-sig"))["Laws"]
        for law in laws:
            pcode = re.sub(r".*pcode=", "", law["LawURL"], flags=re.IGNORECASE)
            articles[pcode] = {_number(one["ArticleNo"]) for one in law["LawArticles"]}
    return articles


def _number(article: str) -> str:
    return "".join(re.findall(r"[\d-]", article))


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_every_gold_article_is_published(published: dict[str, set[str]]) -> None:
    golds = [gold for one in read(*NEW) for gold in (*one.gold, *one.gold_all) if isinstance(gold, LawGold)]
    assert len(golds) > 300
    assert [f"{gold.law} {gold.article}" for gold in golds if gold.article not in published[gold.pcode]] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_every_law_that_should_be_cited_is_published(published: dict[str, set[str]]) -> None:
    keys = {key for one in read(*NEW) if one.expect for group in one.expect.cites for key in group}
    laws = [key.split("/")[1:] for key in keys if key.startswith("law/")]
    assert [pcode for pcode, *_ in laws if pcode not in published] == []
    assert [(pcode, *rest) for pcode, *rest in laws if rest and rest[0] not in published[pcode]] == []
