"""Whether an evaluation can be run here: what it stands on, checked one by one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from eval.config import ChatTable, Config, HttpTable, StoredTable
from eval.running import git_version
from eval.sets import read_sets
from rag.build import open_index
from rag.errors import YoujuError
from rag.settings import Settings, load_settings
from rag.store import open_store

_LEAST_FREE = 1_000_000_000  # bytes


class Check(NamedTuple):
    """``is_fine`` None: nothing is wrong, but something is not there that needn't be."""

    what: str
    is_fine: bool | None
    told: str

    @property
    def line(self) -> str:
        return f"{ {True: '✓', False: '✗', None: '–'}[self.is_fine] } {self.what}：{self.told}"


def examine(config: Config, data: Path | None = None) -> list[Check]:
    """Every check, in order; one that raises has failed with the line of its error."""
    settings = load_settings(data=data)
    checks: tuple[tuple[str, Callable[[], tuple[bool | None, str]]], ...] = (
        ("Python", _python),
        ("資料夾", lambda: _folder(settings)),
        ("資料與索引", lambda: _revisions(settings)),
        ("題目", lambda: _questions(config)),
        ("受測系統", lambda: _system(config)),
        ("評審模型", lambda: _judge(config)),
        ("git", _git),
        ("磁碟", lambda: _disk(settings)),
    )
    return list(_made(checks))


def _made(checks: tuple[tuple[str, Callable[[], tuple[bool | None, str]]], ...]) -> Iterator[Check]:
    for what, check in checks:
        try:
            is_fine, told = check()
        except (YoujuError, OSError) as error:
            is_fine, told = False, str(error)
        yield Check(what, is_fine, told)


def _python() -> tuple[bool, str]:
    return sys.version_info >= (3, 11), sys.version.split()[0]


def _folder(settings: Settings) -> tuple[bool, str]:
    there = bool(settings.database_url) or settings.data.is_dir()
    return there, str(settings.data) if there else f"{settings.data} 不存在；請先執行 youju-ingest run laws"


def _revisions(settings: Settings) -> tuple[bool, str]:
    store = open_store(settings.store_url)
    try:
        held = store.revision()
    finally:
        store.close()
    index = open_index(settings)
    try:
        indexed = index.revision
    finally:
        index.close()
    if indexed == str(held):
        return True, f"第 {held} 版"
    return False, f"資料是第 {held} 版，索引是第 {indexed} 版；請執行 youju-ingest rebuild-index"


def _questions(config: Config) -> tuple[bool, str]:
    sets = read_sets(config.run.sets, config.base)
    return True, f"{len(sets.digests)} 個檔案，{len(sets.questions):,} 題"


def _system(config: Config) -> tuple[bool, str]:
    table = config.chosen
    where = ""
    if isinstance(table, StoredTable):
        path = config.base / table.path
        return path.is_file(), f"{config.run.system}（{path}）"
    if isinstance(table, HttpTable | ChatTable):
        where = f"（{table.url or '網址取自 YOUJU_MODEL_URL'}）"
    return True, f"{config.run.system}{where}"


def _judge(config: Config) -> tuple[bool | None, str]:
    named = "、".join(judge.called for judge in config.judge)
    return (True, named) if named else (None, "未設定；不需模型的各項照常評分")


def _git() -> tuple[bool | None, str]:
    found = git_version()
    return (True, found) if found else (None, "不在 git 工作目錄裡；紀錄裡沒有程式的版本")


def _disk(settings: Settings) -> tuple[bool, str]:
    there = next(one for one in (settings.data, *settings.data.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    return free >= _LEAST_FREE, f"剩 {free / 1e9:.1f} GB"
