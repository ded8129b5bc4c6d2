"""What a job leaves behind when it is killed, apart from its rows: nothing that goes on living."""

from __future__ import annotations

import subprocess
import time
from datetime import date
from pathlib import Path

import psutil

from ingest.jobs import run_laws
from ingest.progress import Quiet
from rag.holdings import articles_named, laws_named
from rag.settings import load_settings
from rag.store import open_store
from tests.ingest.official import article, decree, histories, law, write_release
from tests.ingest.stores import command

ENACTED = date(2010, 1, 6)
HISTORY = histories(decree(ENACTED, "制定公布全文 1  條"))
PATIENCE = 30.0


def test_the_helpers_of_a_killed_run_end_with_it(tmp_path: Path) -> None:
    laws = [law(f"Z{number:07}", ENACTED, [article("1", "甲" * 400)], HISTORY) for number in range(3000)]
    path = write_release(tmp_path / "files", laws)
    arguments = command("run", "laws", "--from", path, "--data", tmp_path / "data")
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        parent, children = psutil.Process(process.pid), []
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until and len(children) < 3:
            children = parent.children(recursive=True)
        process.kill()
    assert len(children) >= 3
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert alive == []


def test_names_of_all_files_of_a_run_are_known_to_all_of_them(tmp_path: Path) -> None:
    """A law may name an order that stands in the next file, by the name it had before."""
    text = histories(
        decree(ENACTED, "訂定發布全文 1  條"), decree(ENACTED, "修正發布名稱（原名稱：示範舊辦法；新名稱：示範新辦法）")
    )
    statute = law("Z0000001", ENACTED, [article("1", "依示範新辦法第二條及示範舊辦法辦理。")], HISTORY)
    order = law("Z0000002", ENACTED, [article("1", "甲。")], text, LawName="示範新辦法", LawLevel="命令")
    write_release(tmp_path / "files", [statute], member="ChLaw")
    write_release(tmp_path / "files", [order], member="ChOrder")
    settings = load_settings(data=tmp_path / "data")
    run_laws(settings, [tmp_path / "files"], Quiet())
    store = open_store(settings.store_url)
    assert articles_named(store) == {"law/Z0000002/2": 1, "law/Z0000002/": 1}
    store.close()


def test_a_law_in_force_is_meant_before_a_repealed_one_of_the_same_name(tmp_path: Path) -> None:
    gone = law("Z0000001", ENACTED, [], HISTORY, LawName="示範條例", LawAbandonNote="廢")
    lives = law("Z0000002", ENACTED, [], HISTORY, LawName="示範條例")
    names = law("Z0000003", ENACTED, [article("1", "準用示範條例。")], HISTORY)
    settings = load_settings(data=tmp_path / "data")
    run_laws(settings, [write_release(tmp_path / "files", [gone, lives, names])], Quiet())
    store = open_store(settings.store_url)
    assert laws_named(store) == {"Z0000002": 1}
    store.close()
