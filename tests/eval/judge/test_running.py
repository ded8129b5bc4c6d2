import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.cli import make_app, run
from eval.folder import RunFolder
from eval.gate import Rule, Rules, bless, gate
from eval.judge.judge import Verdict
from eval.judge.prompt import KEY, SAID, Level
from eval.judge.running import Options, judge_run
from eval.judge.shares import METRICS, shares, with_shares
from eval.judge.validation import Label
from eval.judge.words import as_markdown
from eval.running import rescore
from eval.scores import Share
from eval.tier import METRICS as ALL
from rag.errors import UsageError
from tests.eval import runs
from tests.eval.fakes import opener
from tests.eval.judge.judges import LEVELS, Scripted, labels
from tests.eval.judge.shelf import ANSWERS, DOORS, library, run_of, shelves
from tests.model_server import ModelServer


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run of three answers, scored."""
    return run_of(tmp_path / "run", ANSWERS)


def right(share: float, says: Level = "full") -> Scripted:
    """Says this of a run; of the labels as people do in this share of them."""

    def verdict(one: Any) -> Level:
        if not one.id.startswith("l"):
            return says
        at = int(one.id[1:])
        return LEVELS[at % 3] if at // 3 < share * 100 else LEVELS[(at % 3 + at // 3) % 3]

    return Scripted(verdict)


def judged(folder: RunFolder, judge: Scripted, given: Sequence[Label], **options: Any) -> Any:
    return judge_run(folder, library, judge, given, Options(1, probed=0, **options))


def test_each_claim_is_told_with_the_layer_that_decided_it(folder: RunFolder) -> None:
    found = judged(folder, judge := right(0.8), labels())
    assert found.layers == {"values": 1, "quoted": 1, "judge": 2}
    assert (found.asked, found.levels, found.exit_code) == (2, {"full": 2}, 0)
    assert sum(not one.id.startswith("l") for one in judge.asked) == 2
    lines = [json.loads(line) for line in (folder.path / "judged.jsonl").read_text("utf-8").splitlines()]
    assert [line.get("level", line.get("holds")) for line in lines] == ["full", "full", True, False]
    record = json.loads((folder.path / "judge.json").read_text("utf-8"))
    assert record["rates"]["raw"]["value"] == 1
    assert record["judge"]["model"] == "scripted"


@pytest.mark.parametrize(("share", "told", "gates"), [(0.5, False, False), (0.65, True, False), (0.8, True, True)])
def test_figures_are_told_and_scored_as_far_as_people_agree(
    folder: RunFolder, share: float, told: bool, gates: bool
) -> None:
    found = judged(folder, right(share), labels())
    assert found.exit_code == (0 if told else 1)
    assert (found.rates is not None, found.as_record()["levels"] is not None) == (told, told)
    assert ("完全有據的比例" in as_markdown(found)) == told
    names = set().union(*(item.shares for item in folder.items()))
    assert ("judged_support" in names) == gates
    assert ("judged_support" in folder.summary()["all"]["metrics"]) == gates
    assert ("scorer_judge" in folder.manifest().versions) == gates


def test_a_judge_that_may_gate_no_longer_takes_its_shares_back(folder: RunFolder) -> None:
    before = folder.items()
    judged(folder, right(0.8), labels())
    assert folder.items()[0].shares["judged_support"] == Share(2.0, 2.0)
    judged(folder, right(0.5), labels())
    assert folder.items() == before
    assert "scorer_judge" not in folder.manifest().versions


def test_scoring_anew_takes_them_out_again(folder: RunFolder) -> None:
    before = folder.items()
    judged(folder, right(0.8), labels())
    rescore(folder, DOORS)
    assert folder.items() == before
    assert "scorer_judge" not in folder.manifest().versions


def test_a_gate_on_a_judge_that_is_not_validated_has_nothing_to_go_by(folder: RunFolder) -> None:
    rules = Rules(rules=(Rule(metric="judged_support", at_least=0.5),))
    judged(folder, right(0.65), labels())
    base = folder.path.parent / "base"
    bless(folder, base, "甲", "第一次", datetime(2024, 8, 1, tzinfo=UTC))
    assert gate(folder, base, rules, ALL).exit_code != 0
    judged(folder, right(0.8), labels())
    judged_base = folder.path.parent / "judged"
    bless(folder, judged_base, "甲", "評審驗證過", datetime(2024, 8, 1, tzinfo=UTC))
    assert gate(folder, judged_base, rules, ALL).exit_code == 0
    with pytest.raises(UsageError, match="scorer_judge"):
        gate(folder, base, rules, ALL)


def test_without_labels_nothing_is_told(folder: RunFolder) -> None:
    found = judged(folder, right(1), [])
    assert (found.exit_code, found.rates) == (3, None)
    assert "不予報告" in as_markdown(found)


def test_synthetic_labels_are_shown_as_such_if_asked_for_and_never_gate(folder: RunFolder) -> None:
    closed = judged(folder, right(1), labels(synthetic=True))
    assert (closed.exit_code, closed.rates) == (3, None)
    shown = judged(folder, right(1), labels(synthetic=True), allow_synthetic=True)
    assert (shown.exit_code, shown.as_record()["synthetic"]) == (0, True)
    assert "標註是合成的" in as_markdown(shown)
    assert not shown.validation.gates
    assert "judged_support" not in folder.items()[0].shares


def test_errors_are_told_beside_and_bound_the_rate(folder: RunFolder) -> None:
    found = judged(folder, right(0.8, "error"), labels())
    assert (found.asked, found.levels, found.rates, found.exit_code) == (2, {"error": 2}, None, 3)
    assert "2 句沒有得到判斷" in as_markdown(found)
    assert folder.items()[0].shares["judge_error"] == Share(2.0, 2.0)
    assert "judged_support" not in folder.items()[0].shares


def test_the_shares_of_an_answer() -> None:
    found = shares(Verdict(level) for level in ("full", "partial", "none", "error"))
    assert {name: tuple(share) for name, share in found.items()} == {
        "judge_error": (1, 4),
        "judged_support": (1, 3),
        "judged_support_weighted": (1.5, 3),
    }
    assert set(found) == {metric.name for metric in METRICS}
    assert shares([]) == {}
    assert with_shares(with_shares(runs.item("q", hit=1), found), {}).shares == runs.item("q", hit=1).shares


def truthful(request: dict[str, Any]) -> list[str]:
    """A model that knows the labels, and finds the claims of the run partly supported."""
    claim = json.loads(request["messages"][-1]["content"])["說法"]
    words = {level: word for word, level in SAID.items()}
    level = LEVELS[int(claim.strip("說法。")) % 3] if claim.startswith("說法") else "partial"
    return [json.dumps({KEY: words[level]}, ensure_ascii=False)]


def command(folder: RunFolder, *words: str) -> int:
    return run(make_app(opener(None), shelves), ["judge", str(folder.path), *words])


def configured(folder: RunFolder, server: ModelServer, table: str = "[judge]", more: str = "probes = 6") -> str:
    path = folder.path / "judge.toml"
    path.write_text(
        f'{table}\nmodel = "openai-compatible"\nname = "tiny"\nurl = "{server.url}"\n{more}\n', encoding="utf-8"
    )
    return str(path)


def put_labels(folder: RunFolder, given: Sequence[Label]) -> str:
    path = folder.path / "labels.jsonl"
    path.write_text("".join(f"{one.model_dump_json()}\n" for one in given), encoding="utf-8")
    return str(path)


def test_the_command_asks_the_server_once_and_never_again(
    folder: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    given = put_labels(folder, labels())
    with ModelServer(truthful) as server:
        words = ("--labels", given, "--config", configured(folder, server))
        assert command(folder, *words) == 0
        first, asked_once = capsys.readouterr().out, len(server.asked)
        assert asked_once > 302
    assert command(folder, *words) == 0
    second = capsys.readouterr().out
    assert "tiny（提示 support-1" in first
    assert "偏誤探測" in first
    assert "可以作為門檻" in first
    assert second.replace("中，2 句沿用", "中，0 句沿用") == first
    assert folder.items()[0].shares["judged_support_weighted"] == Share(1.0, 2.0)


def test_several_judges_are_a_majority(folder: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    with ModelServer(truthful) as server:
        path = Path(configured(folder, server, "[[judge]]", "probes = 0"))
        path.write_text(path.read_text("utf-8") * 3, encoding="utf-8")
        assert command(folder, "--labels", put_labels(folder, labels()), "--config", str(path)) == 0
    assert "（取多數）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("", 2, "沒有評審"),
        ('[judge]\nmodel = "openai-compatible"', 2, "要用 name 寫明"),
        ('[judge]\nmodell = "x"', 2, "沒有 judge.0.modell 這個設定"),
        ('[judge]\nmodel = "openai-compatible"\nname = "x"\nurl = "http://127.0.0.1:9/v1"', 1, "連不上"),
    ],
)
def test_settings_that_will_not_do_are_one_line(
    folder: RunFolder, text: str, code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.path / "judge.toml"
    path.write_text(text, encoding="utf-8")
    assert command(folder, "--config", str(path)) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert why in line
