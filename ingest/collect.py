"""The jobs over sources whose documents come whole: take in, read anew, take back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from shutil import rmtree

from ingest import reports
from ingest.documents import Options, Taken, stored, take_in
from ingest.files import count
from ingest.parsed import Came, Source, Wanted
from ingest.progress import Progress
from ingest.report import Asked, Report
from ingest.schedule import TAIPEI
from ingest.session import opened, refresh_index
from ingest.sources import document_source
from ingest.watch import Cancelled
from ingest.web import Web
from rag import removals
from rag.errors import IngestError, SearchIndexError, SourceChanged
from rag.ledger import marks
from rag.settings import Settings
from rag.store import Store
from rag.writer import writing


def run_source(settings: Settings, asked: Asked, web: Web, progress: Progress, now: datetime | None = None) -> Report:
    """Take in what files hold or a source has that is new.

    :raises IngestError: nothing came, or the source can't be read; what was taken in until then stays.
    """
    source = document_source(asked.source)
    now = now or datetime.now(TAIPEI)
    with opened(settings) as store:
        progress.start(f"收錄 {source.NAME}", _total(asked))
        came = _came(settings, store, source, asked, web, now)
        options = Options(progress.advance, asked.without)
        try:
            taken = take_in(store, source, came, store.law_names(), now.date(), options)
        except (IngestError, Cancelled):
            # What was taken in until then can be searched at once, and what was taken back no longer; should the index
            # fail, too, it is the first error that tells what to do.
            with suppress(SearchIndexError):
                _settle(settings, store, source.NAME, progress)
            raise
        if asked.paths and not taken.records:
            raise SourceChanged(f"{'、'.join(map(str, asked.paths))} 裡沒有 {source.NAME} 的資料")
        return _finish(settings, store, source.NAME, taken, progress)


def reparse(settings: Settings, asked: Asked, progress: Progress) -> Report:
    """Read everything kept of a source anew, without fetching: after a change of rules, or once the laws are there."""
    source = document_source(asked.source)
    with opened(settings) as store:
        progress.start(f"重讀 {source.NAME}", None)
        options = Options(progress.advance, asked.without, again=True)
        today = datetime.now(TAIPEI).date()
        taken = take_in(store, source, stored(store, source.NAME), store.law_names(), today, options)
        return _finish(settings, store, source.NAME, taken, progress)


def purge(settings: Settings, keys: Sequence[str], progress: Progress, missing_ok: bool = False) -> int:
    """Take documents back: text, passages, vectors, links and what they were read from go; a tombstone stays.

    :raises UnknownKey: there is no such document, and that is not ``missing_ok``; nothing was changed.
    :raises UsageError: a law.
    """
    with opened(settings) as store:
        going = sorted(removals.known(store, keys)) if missing_ok else keys
        removals.check(store, going)
        progress.start("撤除", len(keys))
        with writing(store) as writer:
            gone = removals.remove(writer, dict.fromkeys(going, datetime.now(TAIPEI).date()))
        progress.advance(len(keys))
        _settle(settings, store, "", progress)
        return len(gone)


def _came(settings: Settings, store: Store, source: Source, asked: Asked, web: Web, now: datetime) -> Iterator[Came]:
    for path in asked.paths:
        yield from source.read(path)
    urls: Sequence[str] = asked.urls or ([] if asked.paths else [""])
    scratch = settings.data / "scratch"
    if urls:
        # What a killed run left of an archive: it holds judgments that may have been taken back since.
        rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
    for url in urls:
        account = (settings.judicial_user, settings.judicial_password.get_secret_value())
        token = settings.openfun_token.get_secret_value()
        yield from source.fetch(web, Wanted(now, url, *account, token, marks(store, source.NAME), scratch))


def _total(asked: Asked) -> int | None:
    """How many things will come, as near as the files tell; None where a server has to be asked."""
    counts = [count(path) for path in asked.paths]
    known = [one for one in counts if one is not None]
    return sum(known) if counts and len(known) == len(counts) and not asked.urls else None


def _settle(settings: Settings, store: Store, name: str, progress: Progress) -> int:
    """What a run owes the store when nothing more comes; a killed one owes it to the next."""
    if name == reports.SOURCE:
        reports.link_stories(store, datetime.now(TAIPEI).date())
    indexed = refresh_index(settings, store, progress)
    removals.scrub(store)
    return indexed


def _finish(settings: Settings, store: Store, name: str, taken: Taken, progress: Progress) -> Report:
    indexed = _settle(settings, store, name, progress)
    return Report(
        source=name,
        records=taken.records,
        documents=taken.documents,
        written=taken.written,
        indexed=indexed,
        removed=taken.removed,
        skipped=dict(taken.skipped),
        failed=dict(taken.failed),
        masked=dict(taken.masked),
    )
