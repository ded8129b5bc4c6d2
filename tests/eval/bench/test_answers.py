import json
from pathlib import Path

from eval.bench.answers import by_name, traps
from eval.bench.bulk import Article
from tests.eval.bench.grounds import ground
from tests.eval.fakes import FakeEngine, abstained


def test_one_question_an_article() -> None:
    (asked,) = by_name([Article("Z0000001", "測試法", "5", "（刪除）")], "deleted_article", answerable=False)
    assert asked.question == "測試法第5條怎麼規定？"
    assert [gold.key for gold in asked.gold] == ["law/Z0000001/5"]


def test_the_traps_measured_are_those_decided_by_identity(tmp_path: Path) -> None:
    kinds = ["nonexistent_article", "nonexistent_law", "repealed_law", "injection", "prediction"]
    lines = [{"id": kind, "kind": kind, "question": kind, "answerable": False} for kind in kinds]
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "traps.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    engine = FakeEngine(answers={kind: abstained("not_found") for kind in kinds})
    assert traps(ground(tmp_path, tmp_path, engine)) == {"traps_n": 3, "traps_state_ok": round(2 / 3, 6)}
