from pathlib import Path

import pytest

from eval.judge.cache import Cache, Kept, key_of
from rag.errors import UsageError
from tests.eval.judge.judges import pair

KEPT = Kept(key="k", level="full", model="m", prompt="support-1")


def test_the_key_is_of_all_that_a_verdict_rests_on_and_of_nothing_else() -> None:
    params = {"temperature": 0.0}
    key = key_of("m", params, pair("a"))
    assert key == key_of("m", params, pair("another id"))
    others = [
        key_of("n", params, pair()),
        key_of("m", {"temperature": 1.0}, pair()),
        key_of("m", params, pair("a", "別的說法。")),
        key_of("m", params, pair("a", "說法。", "一", "二")),
        key_of("m", params, pair("a", "說法。", "二", "一")),
        key_of("m", params, pair("a", "說法。", "一二")),
        key_of("m", params, pair()._replace(writer="Qwen")),
    ]
    assert len({key, *others}) == len(others) + 1


def test_what_was_put_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    Cache(path).put(KEPT)
    Cache(path).put(KEPT.model_copy(update={"key": "l", "level": "none"}))
    cache = Cache(path)
    assert cache.get("k") == KEPT
    assert (cache.get("l") or KEPT).level == "none"
    assert cache.get("m") is None


def test_the_last_word_counts(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    Cache(path).put(KEPT.model_copy(update={"level": "error"}))
    Cache(path).put(KEPT)
    assert Cache(path).get("k") == KEPT


def test_broken_lines_are_left_out_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    Cache(path).put(KEPT)
    good = path.read_bytes()
    wrong = [b"\xff\xfe", b"{", b'{"key": "x", "level": "perfect"}', b"[]", good[:20]]
    path.write_bytes(b"\n".join(wrong[:4]) + b"\n" + good + wrong[4])
    told: list[str] = []
    cache = Cache(path, told.append)
    assert cache.get("k") == KEPT
    assert cache.get("x") is None
    (line,) = told
    assert "略過 5 行" in line
    assert "第 1 行" in line
    # What was cut off does not spoil what comes after it.
    cache.put(KEPT.model_copy(update={"key": "next"}))
    assert Cache(path).get("next")


def test_without_a_file_it_lasts_as_long_as_the_judge() -> None:
    cache = Cache()
    cache.put(KEPT)
    assert cache.get("k") == KEPT


def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="讀不到檔案"):
        Cache(tmp_path)
    with pytest.raises(UsageError, match="無法寫入"):
        Cache(tmp_path / "none" / "v.jsonl").put(KEPT)
