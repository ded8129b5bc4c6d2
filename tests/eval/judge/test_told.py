"""What a judge said, where people read it: one answer explained, and the report of a run."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from eval.cli import make_app, run
from eval.folder import RunFolder
from eval.judge.running import Options, judge_run
from eval.judge.told import Judgements, read
from eval.judge.validation import Label
from eval.reports.html import as_html
from eval.reports.run import load, tables
from eval.running import rescore
from eval.tier import METRICS
from rag.errors import UsageError
from tests.eval.fakes import opener
from tests.eval.judge.judges import LEVELS, Scripted, labels
from tests.eval.judge.shelf import ANSWERS, DOORS, library, run_of, said, shelves


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run of three answers, scored: two claims for a judge, one that only quotes, one with a wrong number."""
    return run_of(tmp_path / "run", ANSWERS)


def agreeing() -> Scripted:
    """Says of the labels what people do, and of a run that all of it is there."""
    return Scripted(lambda one: LEVELS[int(one.id[1:]) % 3] if one.id.startswith("l") else "full")


def judged(folder: RunFolder, judge: Scripted, labels: list[Label] | None = None) -> None:
    judge_run(folder, library, judge, labels or [], Options(1, probed=0))


def test_what_was_said_of_each_sentence_is_read_back(folder: RunFolder) -> None:
    assert read(folder) == Judgements()
    judged(folder, Scripted(lambda one: "none" if "#0.1" in one.id else "partial"))
    found = read(folder)
    assert [one.said for one in found.of("q0", 0).values()] == ["部分支持", "不支持"]
    assert [one.said for one in found.of("q1", 0).values()] == ["不必評審：逐字引用"]
    assert found.of("q2", 0)[0].said.startswith("不必評審：數字")
    assert found.of("q2", 1) == {}
    assert found.who.startswith("scripted（提示")
    assert "只供參考（由至少 2 人標註的只有 0 筆" in found.caution
    judged(folder, agreeing(), labels())
    assert read(folder).caution == ""


def test_what_was_not_judged_says_why(folder: RunFolder) -> None:
    judged(folder, Scripted(lambda _: "error"))
    assert [one.said.split("：")[0] for one in read(folder).of("q0", 0).values()] == ["沒有判斷"] * 2


def test_a_judgement_that_is_broken_is_one_line(folder: RunFolder) -> None:
    judged(folder, Scripted(lambda _: "full"))
    (folder.path / "judge.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"judge\.json:1：欄位 judge：缺少這個欄位"):
        read(folder)


def test_an_answer_is_explained_with_what_the_judge_said(folder: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    def explained() -> list[str]:
        assert run(make_app(opener(None), shelves), ["explain", str(folder.path), "q0"]) == 0
        return capsys.readouterr().out.splitlines()

    plain = explained()
    assert not [line for line in plain if "評審" in line]
    judged(folder, Scripted(lambda one: "none" if "#0.1" in one.id else "partial"))
    told = explained()
    assert [line for line in told if line not in plain] == [
        "　　評審：部分支持",
        "　　評審：不支持",
        f"評審 {read(folder).who}；{read(folder).caution}",
    ]
    second = next(at for at, line in enumerate(told) if line.startswith("　2. "))
    assert told.index("　　評審：部分支持") < second < told.index("　　評審：不支持")


def test_a_sentence_that_was_not_the_one_judged_is_told_no_verdict(
    folder: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(folder, Scripted(lambda _: "full"))
    others = ["押金應該退還[1]。業者要在收到請求之後退還押金[1]。", *ANSWERS[1:]]
    folder.put_outputs(said(answer, f"q{at}") for at, answer in enumerate(others))
    rescore(folder, DOORS)
    assert run(make_app(opener(None), shelves), ["explain", str(folder.path), "q0"]) == 0
    assert capsys.readouterr().out.count("　　評審：") == 1


def test_the_report_shows_what_the_judge_said_of_each_sentence(folder: RunFolder) -> None:
    def drawn() -> BeautifulSoup:
        held = load(folder)
        return BeautifulSoup(as_html(held, tables(held, None, METRICS), METRICS), "lxml")

    assert drawn().select(".judged") == []
    evil = "</p><script>alert(1)</script>\u202e"
    judged(folder, Scripted(lambda one: "none" if "#0.1" in one.id else "partial"))
    lines = (folder.path / "judged.jsonl").read_text("utf-8").splitlines()
    first = json.loads(lines[0]) | {"why": evil}
    (folder.path / "judged.jsonl").write_text("\n".join([json.dumps(first), *lines[1:]]), encoding="utf-8")
    found = drawn()
    sentences = found.select(".item:first-of-type .sentences > li")
    said = [one.select_one(".judged").get_text() for one in sentences]
    assert said[0].startswith("評審：部分支持：</p><script>alert(1)</script>")
    assert said[1] == "評審：不支持"
    assert "\u202e" not in "".join(said)
    assert "只供參考" in found.select_one(".made").get_text()
