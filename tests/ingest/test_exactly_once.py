"""Nothing lost, nothing doubled: re-runs, one changed law, sources in any order, and kills at any moment."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.jobs import run_law_history, run_laws
from ingest.progress import Quiet
from rag.settings import Settings, load_settings
from tests.ingest.official import article, decree, english, histories, law, write_history, write_release
from tests.ingest.stores import Dump, command, dump, generation, indexed, rows, run, spans

ENACTED, AMENDED, STARTS = date(2010, 1, 6), date(2023, 5, 1), date(2024, 1, 1)
SEEN, LATER = date(2024, 7, 5), date(2024, 7, 12)
FIRST = decree(ENACTED, "制定公布全文 2  條")
SECOND = decree(AMENDED, "修正公布第 2  條條文；並自一百十三年一月一日施行")
OLD = law("Z0000001", ENACTED, [article("1", "甲應登記。"), article("2", "乙應於三日內申報。")], histories(FIRST))
NEW = law(
    "Z0000001", AMENDED, [article("1", "甲應登記。"), article("2", "乙應於七日內申報。")], histories(FIRST, SECOND)
)


def named(number: int) -> dict[str, Any]:
    """A law that another law calls by its name, or by the one it had before."""
    what = f"修正公布名稱及全文 3  條（原名稱：示範舊第{number}號條例；新名稱：示範第{number}號條例）"
    text = histories(FIRST, decree(AMENDED, what)) if number % 3 == 0 else histories(FIRST)
    items = [
        article("1", f"第{number}號機關應於{number}日內公告之。"),
        article("2", f"準用示範第{number * 7 % 450}號條例第二條之規定。"),
        article("3", f"不適用示範舊第{number * 3 % 450}號條例。"),
    ]
    return law(f"Z{number:07}", AMENDED, items, text, LawName=f"示範第{number}號條例")


def earlier(number: int) -> dict[str, Any]:
    items = [
        article("1", f"第{number}號機關應公告之。"),
        article("2", "準用之。"),
        article("3", f"見示範第{number + 1}號條例。"),
    ]
    return law(f"Z{number:07}", ENACTED, items, histories(FIRST), LawName=f"示範第{number}號條例")


def take_in(settings: Settings, folder: Path) -> int:
    return run_laws(settings, [folder], Quiet()).written


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    write_release(tmp_path / "files", [named(number) for number in range(9)])
    write_release(tmp_path / "files", [english("Z0000001", ENACTED, {"1": "A"})], member="EnLaw")
    assert take_in(settings, tmp_path / "files") > 0
    before = dump(settings), generation(settings)
    assert take_in(settings, tmp_path / "files") == 0
    assert (dump(settings), generation(settings)) == before


def test_an_older_file_once_more_writes_nothing(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    take_in(settings, write_release(tmp_path / "new", [NEW], LATER))
    old = write_release(tmp_path / "old", [OLD], SEEN)
    take_in(settings, old)
    before = dump(settings), generation(settings)
    assert take_in(settings, old) == 0
    assert (dump(settings), generation(settings)) == before


def test_one_changed_law_closes_and_opens_versions_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    rest = [named(number) for number in range(2, 30)]
    take_in(settings, write_release(tmp_path / "old", [OLD, *rest], SEEN))
    untouched = "SELECT key, revision FROM documents WHERE law <> 'Z0000001' ORDER BY key"
    before = rows(settings, untouched)
    take_in(settings, write_release(tmp_path / "new", [NEW, *rest], LATER))
    assert rows(settings, untouched) == before
    assert spans(settings, "law/Z0000001/1") == [("甲應登記。", "2010-01-06", "9999-12-31")]
    assert spans(settings, "law/Z0000001/2") == [
        ("乙應於三日內申報。", "2010-01-06", "2024-01-01"),
        ("乙應於七日內申報。", "2024-01-01", "9999-12-31"),
    ]
    assert {id.partition("#")[0] for id in indexed(settings) if "/Z0000001/2@" in id} == {
        "law/Z0000001/2@2010-01-06",
        "law/Z0000001/2@2023-05-01",
    }


def test_a_wording_of_another_length_leaves_no_old_passage_in_the_index(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    rest = [named(number) for number in range(2, 30)]
    take_in(settings, write_release(tmp_path / "old", [OLD, *rest], SEEN))
    wrapped = law(
        "Z0000001", ENACTED, [article("1", "甲應\r\n  登記。"), article("2", "乙應於三日內申報。")], histories(FIRST)
    )
    take_in(settings, write_release(tmp_path / "new", [wrapped, *rest], LATER))
    assert {id for id in indexed(settings) if "/Z0000001/1@" in id} == {"law/Z0000001/1@2010-01-06#0-9"}
    assert run("check", "--data", settings.data).returncode == 0


def test_a_law_that_is_gone_from_the_file_stays(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    rest = [named(number) for number in range(2, 120)]
    take_in(settings, write_release(tmp_path / "old", [OLD, *rest], SEEN))
    take_in(settings, write_release(tmp_path / "new", rest, LATER))
    assert spans(settings, "law/Z0000001/1") == [("甲應登記。", "2010-01-06", "9999-12-31")]


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path) -> None:
    write_release(tmp_path, [NEW])
    history = write_history(tmp_path / "history.jsonl.xz", [(None, OLD), (date(2023, 5, 5), NEW)])
    before, after = load_settings(data=tmp_path / "before"), load_settings(data=tmp_path / "after")
    run_law_history(before, [history], Quiet())
    take_in(before, tmp_path)
    take_in(after, tmp_path)
    assert spans(after, "law/Z0000001/2") == [("乙應於七日內申報。", "2024-01-01", "9999-12-31")]
    run_law_history(after, [history], Quiet())
    one, other = dump(before), dump(after)
    assert [name for name in one if one[name] != other[name]] == []
    assert indexed(before) == indexed(after)
    assert run_law_history(after, [history], Quiet()).written == 0


class Whole:
    """A store made by runs that nobody killed, and how long each took."""

    def __init__(self, folder: Path) -> None:
        self.settings = load_settings(data=folder / "whole")
        files = write_release(folder / "files", [named(number) for number in range(450)])
        past = write_history(folder / "past.jsonl", [(None, earlier(number)) for number in range(450)])
        self.runs: dict[str, Sequence[str | Path]] = {
            "laws": ("run", "laws", "--from", files),
            "law-history": ("run", "law-history", "--from", past),
        }
        self.seconds: dict[str, float] = {}
        self.dumps: dict[str, Dump] = {}
        self.indexed: dict[str, set[str]] = {}
        for name, arguments in self.runs.items():
            began = time.monotonic()
            assert run(*arguments, "--data", self.settings.data).returncode == 0
            self.seconds[name] = time.monotonic() - began
            self.dumps[name], self.indexed[name] = dump(self.settings), indexed(self.settings)
            shutil.copytree(self.settings.data, folder / name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    return Whole(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize(("source", "kills"), [("laws", 7), ("law-history", 6), ("laws", 8)])
def test_killed_at_any_moment_and_run_again_it_is_as_if_never_killed(
    whole: Whole, tmp_path: Path, source: str, kills: int
) -> None:
    """Twenty kills, from the first import to the last fsync; each time one run to the end."""
    killed = load_settings(data=tmp_path / "data")
    if source == "law-history":
        shutil.copytree(whole.settings.data.with_name("laws"), killed.data)
    chance = random.Random(str(tmp_path.name))
    arguments = (*whole.runs[source], "--data", killed.data)
    for _ in range(kills):
        kill_after(chance.uniform(0.1, whole.seconds[source]), *arguments)
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    expected, found = whole.dumps[source], dump(killed)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert indexed(killed) == whole.indexed[source]
    checked = run("check", "--data", killed.data)
    assert checked.returncode == 0, checked.stdout


def kill_after(seconds: float, *arguments: str | Path) -> None:
    with subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
