"""One door to every source: the name of a source and what is given → the job that does it."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from ingest import collect, jobs
from ingest.fetch import fetcher
from ingest.progress import Progress
from ingest.report import Asked, Report
from ingest.sources import document_source, law_history, laws
from ingest.web import Web
from rag.errors import UsageError
from rag.settings import Settings
from rag.sources import SOURCES


def run_any(settings: Settings, asked: Asked, progress: Progress) -> Report:
    """Take in one source.

    :raises UsageError: no such source or field, or nothing to read from.
    :raises IngestError: the source can't be read.
    """
    known_source(asked.source)
    if asked.source in (laws.NAME, law_history.NAME) and asked.without:
        raise UsageError(f"{asked.source} 沒有 {'、'.join(asked.without)} 這個欄位；可用的有：（無）")
    if asked.source == laws.NAME:
        return jobs.run_laws(settings, _law_paths(settings, asked, progress), progress, asked.allow_fewer)
    if asked.source == law_history.NAME:
        return jobs.run_law_history(settings, _files(asked), progress)
    known_documents(asked)
    # Not Path.exists, which raises for a name that is too long; "" would be the folder one happens to be in.
    missing = [one for one in asked.given if "://" not in one and not (one and os.path.exists(one))]
    if missing:
        raise UsageError(f"找不到 {'、'.join(one or '（空白）' for one in missing)}")
    with closing(open_web(settings, asked.public_only)) as web:
        return collect.run_source(settings, asked, web, progress)


def known_source(name: str) -> str:
    """:raises UsageError: no such source."""
    if name not in SOURCES:
        raise UsageError(f"沒有 {name} 這個來源；可用的有：{'、'.join(SOURCES)}")
    return name


def known_documents(asked: Asked) -> Asked:
    """:raises UsageError: no such source, one without documents of its own, or a field it does not have."""
    if known_source(asked.source) in (laws.NAME, law_history.NAME):
        raise UsageError(f"{asked.source} 由官方檔案重新收錄即可，不需要重讀")
    fields = document_source(asked.source).FIELDS
    for name in asked.without:
        if name not in fields:
            raise UsageError(f"{asked.source} 沒有 {name} 這個欄位；可用的有：{'、'.join(fields) or '（無）'}")
    return asked


def open_web(settings: Settings, public_only: bool = False) -> Web:
    cache = settings.data / "robots"
    web = Web(settings.contact, settings.fetch_interval_s, cache, allow_open_data_api=settings.allow_open_data_api)
    if public_only:
        web.stay_public()
    return web


def _law_paths(settings: Settings, asked: Asked, progress: Progress) -> list[Path]:
    if not asked.given and settings.source_dir:
        return [settings.source_dir]
    if not asked.given and not settings.allow_open_data_api:
        raise UsageError(
            "law.moj.gov.tw 的 robots.txt 不許爬網頁，但公開的資料 API 可用；請用 --from 指定檔案，"
            "或設定 YOUJU_ALLOW_OPEN_DATA_API=true 同意下載"
        )
    if asked.given and not asked.urls:
        return asked.paths
    with fetcher(settings.contact, settings.fetch_interval_s, settings.allow_open_data_api, asked.public_only) as one:
        return asked.paths + jobs.download_laws(settings, one, progress, asked.urls)


def _files(asked: Asked) -> list[Path]:
    if not asked.given:
        raise UsageError("law-history 沒有官方網址；請用 --from 指定檔案")
    missing = [one for one in asked.given if not Path(one).is_file()]
    if missing:
        raise UsageError(f"找不到檔案 {'、'.join(missing)}")
    return asked.paths
