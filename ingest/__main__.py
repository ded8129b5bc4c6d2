"""The door of the analyst: ``youju-ingest``."""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingest import backup as backups
from ingest import collect, desk, jobs, overview
from ingest.desk import Data
from ingest.indexing import compare
from ingest.locks import one_writer
from ingest.progress import Terminal
from ingest.report import Asked, Report
from ingest.runs import known_documents, known_source, run_any
from rag import door
from rag.build import open_index
from rag.errors import SearchIndexError, UnknownKey
from rag.holdings import refused
from rag.overview import facts
from rag.settings import Settings, load_settings
from rag.sources import SOURCES
from rag.store import open_store

app = typer.Typer(name="youju-ingest", help="把公開來源收進有據：收錄、查看、核對、備份。", add_completion=False)

_SHOWN = 20
_YIELDING = 10
From = Annotated[
    list[str] | None,
    typer.Option("--from", metavar="PATH_OR_URL", help="官方檔案、其資料夾或網址，可重複；不給即由官方網址下載"),
]


Without = Annotated[
    list[str] | None, typer.Option("--without-field", metavar="NAME", help="不編入索引的欄位，可重複（例如 issue）")
]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="、".join(SOURCES))]


@app.command(help="收錄一個來源；重複執行不會重複寫入。最後一行是 JSON。")
def run(
    source: SourceName,
    from_: From = None,
    without_field: Without = None,
    allow_fewer: Annotated[bool, typer.Option(help="接受比上次少很多的官方檔案（laws）")] = False,
    data: Data = None,
) -> None:
    settings = load_settings(data=data)
    asked = Asked(source, tuple(from_ or ()), tuple(without_field or ()), allow_fewer)
    with Terminal() as progress:
        report = run_any(settings, asked, progress)
    _tell(report)
    print(json.dumps(asdict(report), ensure_ascii=False))
    raise typer.Exit(1 if report.failed else 0)


@app.command(help="把留存的原始資料重讀一次，不連網：規則改了，或後來才收錄法規時用。最後一行是 JSON。")
def reparse(source: SourceName, without_field: Without = None, data: Data = None) -> None:
    settings = load_settings(data=data)
    with Terminal() as progress:
        report = collect.reparse(settings, known_documents(Asked(source, (), tuple(without_field or ()))), progress)
    _tell(report)
    print(json.dumps(asdict(report), ensure_ascii=False))
    raise typer.Exit(1 if report.failed else 0)


@app.command(help="撤除文件：內文、段落、索引、連結與原始資料一併刪除，只留代號與日期。")
def purge(keys: Annotated[list[str], typer.Argument(metavar="KEY...")], data: Data = None) -> None:
    with Terminal() as progress:
        count = collect.purge(load_settings(data=data), keys, progress)
    print(f"已撤除 {count:,} 份文件")


@app.command(help="列出一個來源沒有收錄的文件，每行一份：代號、狀態、原因。")
def skipped(source: SourceName, data: Data = None) -> None:
    store = open_store(load_settings(data=data).store_url)
    try:
        for row in refused(store, known_source(source)):
            print("\t".join(map(door.line, row)))
    finally:
        store.close()


@app.command(help="列出一份文件的連結，兩個方向，每行一個：方向、關係、對方、當日。")
def links(key: Annotated[str, typer.Argument(metavar="KEY")], data: Data = None) -> None:
    store = open_store(load_settings(data=data).store_url)
    try:
        rows = [("→", one, one.target) for one in store.links_from(key)]
        rows += [("←", one, one.key) for one in store.links_to(key)]
    finally:
        store.close()
    if not rows:
        raise UnknownKey(f"{key} 沒有連結")
    for arrow, one, other in rows:
        print("\t".join([arrow, one.relation, other, one.day.isoformat() if one.day else ""]).rstrip())


@app.command(help="資料庫與索引裡有什麼，各來源收到哪一天、缺哪些日子。最後一行是 JSON。")
def status(data: Data = None) -> None:
    settings = load_settings(data=data)
    store = open_store(settings.store_url)
    try:
        found = facts(store) | {"revision": store.revision(), **_index_facts(settings)}
        tables = overview.tables(store, found)
    finally:
        store.close()
    for table in tables:
        Console().print(table)
    print(json.dumps(found, ensure_ascii=False))


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


def _tell(report: Report) -> None:
    times, kinds = report.private_use
    if times:
        print(f"造字（私人使用區）：{times} 次，{kinds} 種", file=sys.stderr)
    for reason, count in sorted(report.skipped.items())[:_SHOWN]:
        print(door.line(f"略過 {count:,} 份：{reason}"), file=sys.stderr)
    if len(report.skipped) > _SHOWN:
        more = len(report.skipped) - _SHOWN
        print(f"另有 {more:,} 種略過的原因，見 youju-ingest skipped {report.source}", file=sys.stderr)
    for key, reason in list(report.failed.items())[:_SHOWN]:
        print(door.line(f"失敗 {key}：{reason}"), file=sys.stderr)
    if len(report.failed) > _SHOWN:
        print(f"另有 {len(report.failed) - _SHOWN:,} 份失敗，見 youju-ingest skipped {report.source}", file=sys.stderr)
    if report.masked:
        counts = "、".join(f"{kind} {count:,}" for kind, count in sorted(report.masked.items()))
        print(f"個人資料不編入索引：{counts}", file=sys.stderr)
    done = "沒有變動" if not report.written else f"寫入 {report.written:,} 筆，索引 {report.indexed:,} 段"
    print(f"{report.source}：{report.records:,} 筆紀錄，{done}", file=sys.stderr)


app.command(help="列出排程與交辦的工作；可取消、暫停、繼續，或看失敗的文件。")(desk.jobs)
app.command(help="把一個來源交給 worker 收錄，印出工作代號。")(desk.enqueue)
app.command(help="依時程與交辦收錄各來源，直到收到結束的訊號。")(desk.worker)


def main() -> None:
    # A run makes many short-lived objects and few cycles; what is imported by now stays.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    # Questions come first: of a busy machine, a run and what it starts take the tenth that they leave.
    os.nice(_YIELDING)
    sys.exit(door.run(app, sys.argv[1:], "youju-ingest"))


if __name__ == "__main__":
    main()
