"""Drafts over a small store: a law with two articles and a past, a repealed act, and a judgment."""

import json
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.bench import drafts as step
from eval.bench.desk import DAY, Desk, Record, read_drafts
from eval.errors import NotEnoughData
from eval.mutate import Case, marks
from rag import arrivals
from rag.arrivals import Arrival
from rag.domain import OPEN, Document, Law
from rag.errors import UsageError
from rag.store import Store, open_store
from rag.writer import writing
from tests.eval.bench import grounds

FROM, SINCE = date(2000, 1, 1), date(2020, 1, 1)
LENT = "借用人應於三十日內返還借用物。貸與人不得要求利息。"
BEFORE = "借用人應於十日內返還借用物。"
BESIDE = "本法之主管機關，在中央為內政部；在地方為縣政府。"
GONE = "銀錢業應於每月十日前，向主管機關申報其放款之利率。"
JUDGED = "被告應給付原告新臺幣五萬元。訴訟費用由被告負擔。"
GOOD = "依示範借用法第4條，「借用人應於三十日內返還借用物」[1]。"


def record(draft: str = GOOD, *sources: str, id: str = "d1") -> Record:
    return Record(id=id, question="問？", sources=sources or ("law/Z0000001/4",), draft=draft, paraphrase=False)


def article(pcode: str, number: str, text: str, since: date = FROM, until: date = OPEN) -> Document:
    title = {"Z0000001": "示範借用法", "Z0000002": "示範利率條例"}[pcode]
    return Document(
        f"law/{pcode}/{number}", since.isoformat(), "laws", "statute", title, text, since, until,
        law=pcode, number=number, ordinal=int(number), level="法律",
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(grounds.url(tmp_path), create=True)
    lent = Law("Z0000001", "示範借用法", "法律", "民事", SINCE)
    rates = Law("Z0000002", "示範利率條例", "法律", "財政", FROM, repealed=SINCE)
    filed = grounds.judgment(1, JUDGED)
    arrival = Arrival(filed.document.key, "a" * 64, "1/", "x", None, zlib.compress(b"{}"), (filed,))
    with writing(opened) as writer:
        writer.put_laws([lent, rates])
        writer.put_documents(
            ["Z0000001", "Z0000002"],
            [
                article("Z0000001", "3", BESIDE),
                article("Z0000001", "4", BEFORE, FROM, SINCE),
                article("Z0000001", "4", LENT, SINCE),
                *(article("Z0000002", number, GONE, FROM, SINCE) for number in "123456"),
            ],
        )
        arrivals.put(writer, "judgments", [arrival], DAY)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def case(desk: Desk, *args: str) -> Case:
    found = desk.case(record(*args))
    assert found
    return found


def test_a_draft_stands_on_the_articles_of_the_day(desk: Desk) -> None:
    found = case(desk)
    assert found.sentences == (GOOD,)
    (given,) = found.given
    assert (given.title, given.text, given.number) == ("示範借用法", LENT, "4")
    assert [one.text for one in given.neighbours] == [BESIDE]
    assert [one.text for one in given.earlier] == [BEFORE]


def test_of_a_decision_the_passage_that_says_it_is_given(desk: Desk) -> None:
    (given,) = case(desk, "被告要給付原告5萬元[1]。", grounds.judgment(1, JUDGED).document.key).given
    assert given.text == JUDGED
    assert given.number == ""


@pytest.mark.parametrize("key", ["law/Z0000001/9", "law/Z0000002/4", "judgment/none"])
def test_a_draft_whose_source_is_not_law_or_not_there_is_left_out(desk: Desk, key: str) -> None:
    assert desk.case(record(GOOD, key)) is None


def test_the_proof_is_the_real_one(desk: Desk) -> None:
    good, invented, unread = desk.prove(case(desk, f"{GOOD}借用人應於四十日內返還[1]。借用人要在30日內返還借用物[2]。"))
    assert good.status != "unproved"
    assert invented.status == "unproved"
    assert unread.status == "unproved"


def test_what_is_gone_is_of_repealed_acts_and_the_same_every_time(desk: Desk) -> None:
    found = list(desk.gone(5))
    assert [one.title for one in found] == ["示範利率條例"]
    assert found == list(desk.gone(5))
    assert list(desk.gone(0)) == []


def test_the_report_says_what_was_caught_and_what_was_not(desk: Desk) -> None:
    found = step.report([record(), record(GOOD, "law/Z0000001/9", id="d2")], desk)
    assert (found["n"], found["missing"], found["laws"], found["harmed"]) == (1, 1, 1, 0)
    assert found["mutated"] == sum(one["n"] for one in found["kinds"].values())
    assert found["kinds"]["article_number"]["caught"] == 1
    assert found["kinds"]["quote"]["caught"] == 1
    assert found["kinds"]["repealed"] == {"n": 2, "caught": 1}
    missed = sum(len(one) for one in found["lists"]["missed"].values())
    assert missed == sum(round(one["n"] * (1 - one["caught"])) for one in found["kinds"].values())


def test_a_draft_that_is_not_true_counts_as_harmed_with_its_layers(desk: Desk) -> None:
    found = step.report([record("「借用人應於九十日內返還借用物」[1]。")], desk)
    assert found["harmed"] == 1
    (told,) = found["lists"]["harmed"]
    assert told["id"] == "d1"
    assert told["sentences"][0]["layers"]


def test_nothing_to_measure_on_is_said(desk: Desk) -> None:
    with pytest.raises(NotEnoughData):
        step.report([record(GOOD, "law/Z0000001/9")], desk)


def test_answers_are_of_ten_sentences_over_six_sources(desk: Desk) -> None:
    two = case(desk, f"{GOOD}貸與人不得要求利息[1]。")
    answers = list(step.answers([two] * 13))
    assert len(answers) == 2
    for answer in answers:
        assert (len(answer.sentences), len(answer.given)) == (10, 6)
        assert [marks(sentence) for sentence in answer.sentences] == [(n,) for n in (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)]


def lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


def test_drafts_are_read_strictly(tmp_path: Path) -> None:
    whole = record().model_dump()
    assert read_drafts(lines(tmp_path / "a.jsonl", whole)) == (record(),)
    with pytest.raises(UsageError, match=r"a\.jsonl"):
        read_drafts(lines(tmp_path / "a.jsonl", whole | {"note": "?"}))
    with pytest.raises(NotEnoughData):
        read_drafts(tmp_path / "none.jsonl")


@pytest.mark.parametrize("path", [step.KNOWN, *step.LEARNED, step.HELD_OUT, step.FREE])
def test_the_files_of_drafts(path: Path) -> None:
    records = read_drafts(path)
    assert len(records) >= 130
    assert len({one.id for one in records}) == len(records)
    assert sum(one.paraphrase for one in records) / len(records) >= 0.6
    for one in records:
        cited = set(marks(one.draft))
        assert cited == set(range(1, len(one.sources) + 1)), one.id


@pytest.mark.parametrize("known", [step.KNOWN, *step.LEARNED])
@pytest.mark.parametrize("held", [step.HELD_OUT, step.FREE])
def test_what_is_held_out_rests_on_other_sources(known: Path, held: Path) -> None:
    one, other = ({key for one in read_drafts(path) for key in one.sources} for path in (known, held))
    assert not one & other


def test_the_steps_measure_what_the_bars_ask(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests" / "questions").mkdir(parents=True)
    for path in (step.KNOWN, step.HELD_OUT, step.FREE):
        lines(tmp_path / path, record(f"{GOOD}貸與人不得要求利息[1]。").model_dump())
    monkeypatch.chdir(tmp_path)
    ground = grounds.ground(tmp_path, tmp_path)
    measured = step.drafts(ground)
    assert measured["drafts_n"] == measured["held_n"] == 1
    assert {"drafts_caught_quote", "held_caught_quote", "drafts_harmed", "held_moved"} <= measured.keys()
    known, held, free = capsys.readouterr().err.strip().splitlines()
    assert "lists" in known
    assert "lists" not in held + free
    with pytest.raises(NotEnoughData):
        step.proof(ground)
