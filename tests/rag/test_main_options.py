"""The options of ``youju-ask`` that bring in a model, earlier questions, or a text to verify: as its own process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.model_server import CutOff, ModelServer, Script, Status, said
from tests.rag.test_main import ARTICLE, ask

GOOD = "業者要在七天內把押金全額退還給租借人[1]。"


def ask_model(data: Path, script: Script, *arguments: str) -> tuple[int, str, str]:
    with ModelServer(script) as server:
        done = ask(data, ARTICLE, "--model", "openai-compatible", *arguments, YOUJU_MODEL_URL=server.url)
    return done.returncode, done.stdout, done.stderr


def test_a_model_drafts_and_the_proof_decides(sample_data: Path) -> None:
    code, out, err = ask_model(sample_data, said(GOOD, "逾期須付違約金一萬元[1]。"))
    assert (code, err) == (0, "")
    assert GOOD in out
    assert "一萬元" not in out
    assert "由模型起草（tiny）" in out


def test_the_answer_object_names_the_model(sample_data: Path) -> None:
    code, out, _ = ask_model(sample_data, said(GOOD), "--json")
    answer = json.loads(out)
    assert (code, answer["model"], answer["state"]) == (0, "tiny", "answered")
    assert [sentence["status"] for sentence in answer["sentences"]] == ["supported"]


def test_nothing_proved_is_a_refusal_that_ends_well(sample_data: Path) -> None:
    code, out, _ = ask_model(sample_data, said("國家賠償請求權因兩年不行使而消滅[1]。"))
    assert code == 0
    assert out.startswith("不作答")
    assert "國家賠償" not in out


@pytest.mark.parametrize("script", [said(Status(500)), said("業者", CutOff())])
def test_a_model_that_fails_is_one_line_and_exit_code_1(sample_data: Path, script: Script) -> None:
    code, _, err = ask_model(sample_data, script)
    assert code == 1
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((ARTICLE, "--model", "taide-9b"), "taide-8b"),
        (("", "--after", ARTICLE), "問題是空的"),
        ((ARTICLE, "--verify", "x.txt"), "不與問題"),
        ((ARTICLE, "--model", "nosuch"), "extractive、taide-8b"),
        (("--verify", "沒有這個檔案.txt"), "讀不到 沒有這個檔案.txt：找不到檔案或資料夾"),
        (("--verify", "tests"), "讀不到 tests：這是資料夾，不是檔案"),
        (("--verify", "README.md/x"), "讀不到 README.md/x：路徑裡有一段不是資料夾"),
    ],
)
def test_what_can_not_be_done_is_said(sample_data: Path, arguments: tuple[str, ...], says: str) -> None:
    done = ask(sample_data, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_question_goes_on_from_those_before(sample_data: Path) -> None:
    done = ask(sample_data, "那第一項呢？", "--after", ARTICLE, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["question"], answer["state"]) == (0, "那第一項呢？", "answered")
    assert "示範共享單車租借條例第4條" in answer["rewritten"]


def test_a_text_is_verified(sample_data: Path, tmp_path: Path) -> None:
    text = tmp_path / "草稿.txt"
    text.write_text(
        f"依{ARTICLE}，業者應於七日內全額返還押金。又示範共享單車租借條例第99條規定免罰。", encoding="utf-8"
    )
    done = ask(sample_data, "--verify", str(text), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert [one["verdict"] for one in report["references"]] == ["verified", "not_found"]
    assert (report["extracted"], report["checked"]) == (2, 2)
    assert "第99條" in ask(sample_data, "--verify", str(text)).stdout


def test_a_text_without_fault_ends_with_0(sample_data: Path, tmp_path: Path) -> None:
    text = tmp_path / "good.txt"
    text.write_text(f"依{ARTICLE}，業者應於七日內全額返還押金。", encoding="utf-8")
    assert ask(sample_data, "--verify", str(text)).returncode == 0


def test_a_file_that_is_no_text_is_refused(sample_data: Path, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\xff\xfe\x00")
    done = ask(sample_data, "--verify", str(tmp_path / "x.bin"))
    assert done.returncode == 2
    assert "UTF-8" in done.stderr
