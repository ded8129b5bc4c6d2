import json
from pathlib import Path

import pytest

from eval.bench.ground import StepFailed
from eval.bench.process import Finished
from eval.bench.taken import read_report, take_in

REPORT = {"source": "news", "documents": 3, "written": 9, "skipped": {"廣告": 2, "內容過短": 1}, "failed": {}}


def finished(report: object, code: int = 0, stderr: str = "") -> Finished:
    return Finished(code, f"{json.dumps(report)}\n", stderr, 1.5, 80.0, 2.5)


def test_the_last_line_is_the_report() -> None:
    taken = read_report("news", finished(REPORT))
    assert (taken.documents, taken.written, taken.left_out, taken.failed) == (3, 9, 3, {})
    assert (taken.seconds, taken.peak_mb, taken.cpu_s) == (1.5, 80.0, 2.5)


def test_documents_that_failed_are_counted_though_the_exit_code_says_so_too() -> None:
    assert read_report("news", finished(REPORT | {"failed": {"news/1": "無法解析"}}, 1)).failed == {
        "news/1": "無法解析"
    }


@pytest.mark.parametrize("report", [7, {"documents": 1}, REPORT | {"written": None}])
def test_another_last_line_is_an_error(report: object) -> None:
    with pytest.raises(StepFailed, match="no count"):
        read_report("news", finished(report))


def test_a_run_that_broke_off_says_its_last_words() -> None:
    with pytest.raises(StepFailed, match="youju-ingest run news: exit 1: 找不到檔案"):
        read_report("news", Finished(1, "", "…\n找不到檔案\n", 1.0, 1.0))
    with pytest.raises(StepFailed, match="exit 1"):
        read_report("news", finished(REPORT, 1))


def test_what_was_left_out_is_listed_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": "1", "title": "題", "text": "借用人應返還借用物。"}\n{"id": "2"}\n', encoding="utf-8")
    taken = take_in("passages", [texts], tmp_path / "data", cores=1)
    assert taken.documents == 1
    assert taken.left_out + len(taken.failed) == 1
    assert capsys.readouterr().err.startswith("  passages：")
