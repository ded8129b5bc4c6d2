from __future__ import annotations

from pathlib import Path

import pytest

from eval.explain import explain
from eval.folder import Manifest, RunFolder
from eval.outputs import Output
from eval.tier import score
from rag.errors import UsageError
from tests.eval.small import GOLD, KEY, asked, opened, said


def made(path: Path, *outputs: Output, **question: object) -> RunFolder:
    folder = RunFolder.make(path)
    questions = [asked("q", gold=[GOLD], **question)]
    folder.put_manifest(Manifest(system="stored"))
    folder.put_questions(questions)
    folder.put_outputs(outputs)
    folder.put_items(score(questions, outputs, opened))
    return folder


def lines(folder: RunFolder, repeat: int = 0) -> list[str]:
    with opened() as library:
        return explain(folder, "q", library, repeat).splitlines()


def test_each_sentence_with_its_verdicts_and_faults(tmp_path: Path) -> None:
    answer = "業者應於九日內全額返還押金。[1]\n租借人得請求賠償。[7]"
    shown = lines(made(tmp_path, said("q", answer=answer)))
    first, second = (next(at for at, line in enumerate(shown) if f"　{n}. " in line) for n in (1, 2))
    assert "values" in shown[first + 1]
    assert any("✗ values" in line and "九" in line for line in shown[first:second])
    assert any("✗ marks_valid" in line for line in shown[second:])
    assert any(line.startswith(f"　[1] 示範共享單車租借條例第4條第2項 {KEY}") for line in shown)
    assert f"　標準依據：{KEY}" in shown
    assert any("作答狀態正確 state_ok：1／1" in line for line in shown)


def test_what_is_not_there_is_said_so(tmp_path: Path) -> None:
    cited = [{"mark": 1, "label": "示範共享單車租借條例第99條", "key": "law/Z9990001/99"}]
    shown = lines(made(tmp_path, said("q", citations=cited)))
    assert any("查無此項" in line and line.startswith("　[1]") for line in shown)
    assert any("✗ exists" in line for line in shown)


def test_a_question_without_an_answer(tmp_path: Path) -> None:
    shown = lines(made(tmp_path))
    assert any(line.startswith("回答：error") for line in shown)
    assert any("沒有這一題的回答" in line for line in shown)


def test_words_give_the_terminal_no_commands(tmp_path: Path) -> None:
    output = said("q", answer="甲\x1b[2J\x07乙。[1]", message="丙\x1b]0;x\x07", reason="r\x1b")
    shown = "\n".join(lines(made(tmp_path, output, question="問\x1b[31m？")))
    assert not any(ord(sign) < 32 and sign != "\n" for sign in shown)


@pytest.mark.parametrize(("id", "repeat"), [("q", 1), ("x\n", 0)])
def test_what_the_run_does_not_have(id: str, repeat: int, tmp_path: Path) -> None:
    folder = made(tmp_path, said("q"))
    with opened() as library, pytest.raises(UsageError, match="這一題") as told:
        explain(folder, id, library, repeat)
    assert "\n" not in str(told.value)
