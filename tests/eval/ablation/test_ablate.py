"""``youju-eval ablate`` through its door, over the small store of the sample."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.ablation.measure import MEASURES
from eval.ablation.recipes import FIELDS, PARTS, PLAIN, Recipe, sections
from eval.ablation.table import Swing, Trial, Trials, document, swing
from eval.cli import make_app, run
from eval.questions import read_questions
from eval.retrieval import evaluate
from rag.build import open_engine
from rag.settings import load_settings
from tests.eval.fakes import FakeEngine, law, opener

QUESTIONS = {"押金多久要還我？": "4", "業者超收押金罰多少？": "6", "單車可以停在哪裡？": "3"}


def written(folder: Path, name: str, questions: Mapping[str, str]) -> Path:
    records = (
        {"id": f"{name}-{at}", "kind": "lay", "question": asked, "answerable": True, "gold": [law(gold, "Z9990001")]}
        for at, (asked, gold) in enumerate(questions.items())
    )
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither re-ranker nor embedder, which most of the table can do without."""
    monkeypatch.setenv("YOUJU_RERANK", "false")
    monkeypatch.setenv("YOUJU_EMBEDDER", "none")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return written(tmp_path, "made", QUESTIONS)


def ablate(*arguments: str | Path) -> int:
    return run(make_app(opener(FakeEngine())), ["ablate", *map(str, arguments)])


def cells(page: str, title: str) -> list[str]:
    """The first row of this title."""
    row = next(line for line in page.splitlines() if line.startswith((f"| {title} |", f"| **{title}** |")))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_whole_table(questions: Path, sample_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "ablation.md"
    assert ablate(questions, "--data", sample_data, "--out", out) == 0
    page = out.read_text(encoding="utf-8")
    full = cells(page, "完整配方")
    with open_engine(load_settings(data=sample_data)) as engine:
        _, retrieved = evaluate(read_questions(questions), engine)
    assert [float(cell[:5]) for cell in full[1:6]] == [round(retrieved[name], 3) for name in MEASURES]
    assert len(full) == 8
    for title in ("不重排", "不用詞向量", "不用同義詞表", "不看條文", "純 BM25", "＋法規名稱", "＋重排"):
        assert cells(page, title)[3].startswith(("0.", "1."))
    assert "`made` 3 題" in page
    assert "- 沒有量 `segmenter`：設定的斷詞是 bigram" in page
    assert "- 沒有量 `citing`：資料裡沒有這種文字" in page


def test_what_is_left_out_has_no_row_and_says_why(
    questions: Path, sample_data: Path, bare: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        ablate(questions, "--data", sample_data, "--without", "thesaurus", "--without", "terms", "--processes", "1")
        == 0
    )
    page = capsys.readouterr().out
    assert "同義詞表 |" not in page.replace("＋同義詞表", "", 1)
    assert "只用雙字" not in page
    assert "不重排 |" not in page
    assert "- 沒有量 `thesaurus`：依 --without 不量" in page
    assert "- 沒有量 `rerank`：設定不重排（YOUJU_RERANK=false）" in page
    assert "- 沒有量 `embedding`：設定不用詞向量（YOUJU_EMBEDDER=none）" in page


def test_several_sets_are_shown_together_and_apart(
    questions: Path,
    sample_data: Path,
    tmp_path: Path,
    bare: None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = written(tmp_path, "other", {"流動招牌怎麼申請": "2"})
    assert ablate(questions, other, "--data", sample_data, "--processes", "1") == 0
    page = capsys.readouterr().out
    assert page.count("<summary>made（3 題）</summary>") == page.count("<summary>other（1 題）</summary>") == 3
    assert "`made` 3 題、`other` 1 題" in page


def test_the_default_is_the_everyday_questions(
    sample_data: Path,
    tmp_path: Path,
    bare: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared = tmp_path / "shared" / "data" / "questions"
    shared.mkdir(parents=True)
    written(shared, "lay_statutes", QUESTIONS)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert ablate("--data", sample_data, "--processes", "1") == 0
    assert "`lay_statutes` 3 題" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["{file}", "--without", "magic"], 2, "沒有 magic 這一部分；有：terms"),
        (["{file}", "{file}"], 2, "另有同名的題目檔"),
        (["{empty}"], 3, "沒有可以計分的題目"),
        ([], 2, "請指定題目檔"),
        (["{file}", "--out", "/absent/page.md"], 2, "上層資料夾不存在"),
        (["{file}", "--data", "/absent"], 3, "/absent"),
    ],
)
def test_what_can_not_be_measured(
    arguments: list[str],
    code: int,
    says: str,
    questions: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(questions.parent)
    empty = written(questions.parent, "empty", {})
    assert ablate(*(one.format(file=questions, empty=empty) for one in arguments)) == code
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_each_row_differs_from_its_base_and_from_the_others() -> None:
    for section in sections(Recipe()):
        recipes = [row.recipe for row in section.rows]
        assert len({section.base.recipe, *recipes}) == len(recipes) + 1
        assert {row.part for row in section.rows} <= {"", *PARTS}
    assert set(FIELDS) < set(PARTS)


def test_the_steps_lead_from_the_one_to_the_other() -> None:
    full = Recipe(words=False)
    *_, (_, _, steps) = sections(full)
    assert steps[0].recipe == PLAIN
    assert steps[-1].recipe == Recipe(words=False, rerank=False)


def test_a_difference_is_told_by_the_questions_that_changed() -> None:
    before, after = [1.0, 1.0, 0.0, 0.0, 0.5], [0.0, 1.0, 1.0, 0.0, 1.0]
    assert swing(before, after) == Swing(lost=1, gained=2, chance=1.0)
    assert swing([1.0] * 6, [0.0] * 6) == Swing(lost=6, gained=0, chance=0.03125)
    assert swing(before, before) == Swing(lost=0, gained=0, chance=1.0)


def figures(*hits: float) -> dict[str, dict[str, list[float]]]:
    return {"made": {measure: list(hits) for measure in MEASURES}}


def test_only_what_is_more_than_chance_is_bold() -> None:
    section = sections(Recipe())[0]
    worse, chance, same = (section.rows[at] for at in range(3))
    base = Trial(section.base, figures(*[1.0] * 10))
    rows = (
        Trial(worse, figures(*[0.0] * 10)),
        Trial(chance, figures(0.0, 0.0, *[1.0] * 8)),
        Trial(same, base.figures),
    )
    page = document(["甲"], ["乙"], [Trials(section, base, rows)])
    assert cells(page, worse.title)[-1] == "**−10／＋0（0.0059）**"  # 2 / 2^10, three times
    assert cells(page, chance.title)[-1] == "−2／＋0（1.000）"
    assert cells(page, same.title)[-1] == "同"
    assert cells(page, chance.title)[1] == "0.800（0.490–0.943）"
    assert cells(page, worse.title)[4:6] == ["0.000", "0.000"]
    assert "- 甲\n- 沒有量 乙\n" in page
