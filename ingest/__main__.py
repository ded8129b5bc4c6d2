"""The door of the analyst: ``youju-ingest``."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ingest import backup as backups
from ingest import jobs
from ingest.fetch import fetcher
from ingest.indexing import compare
from ingest.locks import one_writer
from ingest.progress import Terminal
from ingest.sources import SOURCES, laws
from rag import door
from rag.build import open_index
from rag.errors import SearchIndexError, UsageError
from rag.settings import Settings, load_settings
from rag.store import open_store

app = typer.Typer(name="youju-ingest", help="把公開來源收進有據：收錄、查看、核對、備份。", add_completion=False)

Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
From = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="PATH_OR_URL", help="官方檔案、其資料夾或網址，可重複；不給即由官方網址下載"),
]


@app.command(help="收錄一個來源；重複執行不會重複寫入。最後一行是 JSON。")
def run(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="、".join(SOURCES))],
    from_: From = None,
    allow_fewer: Annotated[bool, typer.Option(help="接受比上次少很多的官方檔案")] = False,
    data: Data = None,
) -> None:
    if source not in SOURCES:
        raise UsageError(f"沒有 {source} 這個來源；可用的有：{'、'.join(SOURCES)}")
    settings = load_settings(data=data)
    with Terminal() as progress:
        if source == laws.NAME:
            report = jobs.run_laws(settings, _law_paths(settings, from_ or [], progress), progress, allow_fewer)
        else:
            report = jobs.run_law_history(settings, _files(from_ or []), progress)
    _tell(report)
    print(json.dumps(asdict(report), ensure_ascii=False))


@app.command(help="資料庫與索引裡有什麼。最後一行是 JSON。")
def status(data: Data = None) -> None:
    settings = load_settings(data=data)
    store = open_store(settings.store_url)
    try:
        facts = store.coverage() | {"revision": store.revision(), **_index_facts(settings)}
        releases = store.releases("laws")
    finally:
        store.close()
    table = Table("項目", "數量", title="有據")
    for name, value in facts.items():
        if name != "releases":
            table.add_row(_LABELS.get(name, name), f"{value:,}" if isinstance(value, int) else str(value))
    for release in releases:
        private = f"，造字 {sum(release.private_use.values())} 次 {len(release.private_use)} 種"
        table.add_row(release.member, f"{release.published}，{release.records:,} 部、{release.articles:,} 條{private}")
    Console().print(table)
    print(json.dumps(facts, ensure_ascii=False))


@app.command(help="核對資料庫與索引，兩個方向；--repair 會重建有出入的索引。不一致時結束碼為 1。")
def check(
    repair: Annotated[bool, typer.Option("--repair", help="重建有出入的索引")] = False, data: Data = None
) -> None:
    settings = load_settings(data=data)
    difference = _compare(settings)
    if difference and repair:
        with Terminal() as progress:
            jobs.rebuild_index(settings, progress)
        difference = _compare(settings)
    if difference:
        print(difference)
        raise typer.Exit(1)
    print("資料庫與索引一致")


@app.command("rebuild-index", help="從資料庫重建整個索引；重建時照常可以查詢。")
def rebuild_index(data: Data = None) -> None:
    with Terminal() as progress:
        count = jobs.rebuild_index(load_settings(data=data), progress)
    print(f"索引已重建：{count:,} 段")


@app.command(help="把整個資料庫寫成一個檔案（不含索引，索引可重建）。")
def backup(file: Annotated[Path, typer.Argument(metavar="FILE")], data: Data = None) -> None:
    store = open_store(load_settings(data=data).store_url)
    try:
        print(f"已備份 {backups.backup(store, file):,} 筆到 {file}")
    finally:
        store.close()


@app.command(help="從備份檔還原資料庫並重建索引；原有資料會被取代。")
def restore(file: Annotated[Path, typer.Argument(metavar="FILE")], data: Data = None) -> None:
    settings = load_settings(data=data)
    with one_writer(settings.data):
        store = open_store(settings.store_url, create=True)
        try:
            count = backups.restore(store, file)
        finally:
            store.close()
    with Terminal() as progress:
        jobs.rebuild_index(settings, progress)
    print(f"已還原 {count:,} 筆並重建索引")


_LABELS = {
    "laws": "法規", "articles": "條文", "versions": "條文版本", "passages": "段落", "translations": "英譯條文",
    "revision": "資料庫修訂號", "indexed": "索引內的段落", "index_revision": "索引修訂號",
}  # fmt: skip


def _law_paths(settings: Settings, given: list[str], progress: Terminal) -> list[Path]:
    urls = [one for one in given if "://" in one]
    paths = [Path(one) for one in given if "://" not in one]
    if not given and settings.source_dir:
        return [settings.source_dir]
    if not given and not settings.allow_open_data_api:
        raise UsageError(
            "law.moj.gov.tw 的 robots.txt 不許爬網頁，但公開的資料 API 可用；請用 --from 指定檔案，"
            "或設定 YOUJU_ALLOW_OPEN_DATA_API=true 同意下載"
        )
    if given and not urls:
        return paths
    with fetcher(settings.contact, settings.fetch_interval_s) as one:
        return paths + jobs.download_laws(settings, one, progress, urls)


def _files(given: list[str]) -> list[Path]:
    if not given:
        raise UsageError("law-history 沒有官方網址；請用 --from 指定檔案")
    missing = [path for path in given if not Path(path).is_file()]
    if missing:
        raise UsageError(f"找不到檔案 {'、'.join(missing)}")
    return list(map(Path, given))


def _compare(settings: Settings) -> str:
    """What is wrong, in one line; "" when store and index agree."""
    store = open_store(settings.store_url)
    try:
        with closing(open_index(settings)) as index:
            found = compare(store, index)
            behind = "" if index.revision == str(store.revision()) else "；索引的修訂號落後"
    except SearchIndexError as error:
        return str(error)
    finally:
        store.close()
    if not any(found) and not behind:
        return ""
    return f"資料庫有而索引沒有 {len(found.not_indexed)} 段，索引有而資料庫沒有 {len(found.not_stored)} 段{behind}"


def _index_facts(settings: Settings) -> dict[str, object]:
    try:
        with closing(open_index(settings)) as index:
            return {"indexed": index.count(), "index_revision": int(index.revision)}
    except SearchIndexError as error:
        print(error, file=sys.stderr)
        return {"indexed": 0, "index_revision": None}


def _tell(report: jobs.Report) -> None:
    times, kinds = report.private_use
    if times:
        print(f"造字（私人使用區）：{times} 次，{kinds} 種", file=sys.stderr)
    done = "沒有變動" if not report.written else f"寫入 {report.written:,} 筆，索引 {report.indexed:,} 段"
    print(f"{report.source}：{report.records:,} 筆紀錄，{done}", file=sys.stderr)


def main() -> None:
    sys.exit(door.run(app, sys.argv[1:], "youju-ingest"))


if __name__ == "__main__":
    main()
