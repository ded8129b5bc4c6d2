"""The jobs an analyst runs: read a source, take it in, bring the index up to date, say what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ingest.archive import read_member
from ingest.fetch import Fetcher
from ingest.pipeline import Workers, prepare, take_in, take_in_translations
from ingest.pool import in_order
from ingest.progress import Progress
from ingest.records import RawRecord
from ingest.report import Report
from ingest.session import opened, refresh_index
from ingest.sources import law_history, laws
from ingest.sources.laws import Release
from rag.domain import sha256
from rag.errors import TooFewRecords, UsageError
from rag.names import FORMER, OFFICIAL, REPEALED, LawName
from rag.settings import Settings
from rag.store import Release as StoredRelease
from rag.store import Store
from rag.writer import writing

# A weekly file gains and loses a handful of laws; one that has lost more than this is not the whole file.
_KEPT = 0.98


def run_laws(settings: Settings, paths: Sequence[Path], progress: Progress, allow_fewer: bool = False) -> Report:
    """Take in official bulk files, all of them or none: every file is read and checked before the first row is written.

    A file that is, byte for byte, the one last taken in whole is not looked into again.

    :raises IngestError: a file is broken, changed, or far shorter than the last one; the store is as before.
    """
    files = laws_files(paths)
    with opened(settings) as store:
        progress.start("讀取", len(files))
        taken = {one.sha256: one for one in store.releases(laws.NAME)}
        releases: list[Release] = []
        same: list[StoredRelease] = []
        for file in files:
            name, body = read_member(file, ".json")
            known = taken.get(laws.fingerprint(body))
            if known:
                same.append(known)
            else:
                releases.append(laws.parse(name, body))
            progress.advance(1)
        _check_counts(store, releases, allow_fewer)
        names = _names_with(store, (raw for one in releases if not one.english for raw in one.records), newer=True)
        written = sum(_take_in_release(store, release, names, progress) for release in releases)
        indexed = refresh_index(settings, store, progress)
    records = sum(len(one.records) for one in releases) + sum(one.records for one in same)
    return Report(laws.NAME, records, written, indexed, _private_use([*releases, *same]))


def run_law_history(settings: Settings, paths: Sequence[Path], progress: Progress) -> Report:
    """Take in older versions of laws from history files."""
    with opened(settings) as store:
        progress.start("讀取", len(paths))
        records: list[RawRecord] = []
        for path in paths:
            records += law_history.read(path)
            progress.advance(1)
        progress.start("整理歷次條文", len(records))
        names = _names_with(store, records, newer=False)
        written = take_in(store, records, _workers(names), progress.advance, law_history.NAME)
        indexed = refresh_index(settings, store, progress)
    return Report(law_history.NAME, len(records), written, indexed)


def download_laws(settings: Settings, fetcher: Fetcher, progress: Progress, urls: Sequence[str] = ()) -> list[Path]:
    """The files at these addresses, the four official ones if none is given, into ``raw/laws`` of the data folder."""
    wanted = {url: f"{sha256(url)[:12]}.zip" for url in urls}
    wanted = wanted or {laws.URL.format(path=path): f"{member}.json.zip" for member, path in laws.MEMBERS.items()}
    paths = []
    for url, name in wanted.items():
        progress.start(f"下載 {url}", None)
        paths.append(fetcher.download(url, settings.data / "raw" / "laws" / name, progress.advance))
    return paths


def rebuild_index(settings: Settings, progress: Progress) -> int:
    """Build the index from nothing; returns how many passages it holds."""
    with opened(settings) as store:
        return refresh_index(settings, store, progress, afresh=True)


def laws_files(paths: Iterable[Path]) -> list[Path]:
    """The bulk files at these paths: files as given, folders searched for ``ChLaw.json.zip`` and its siblings.

    Chinese files come first, so that translations find what they translate.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = [path / f"{member}.json.zip" for member in laws.MEMBERS]
            files += [file for file in found if file.exists()]
        elif path.is_file():
            files.append(path)
        else:
            raise UsageError(f"找不到 {path}")
    if not files:
        raise UsageError(f"{'、'.join(map(str, paths))} 裡沒有 ChLaw.json.zip 或 ChOrder.json.zip")
    return sorted(dict.fromkeys(files), key=lambda file: file.name.startswith("En"))


def _check_counts(store: Store, releases: Iterable[Release], allow_fewer: bool) -> None:
    last = {one.member: one.records for one in store.releases(laws.NAME)}
    for release in releases:
        before = last.get(release.member, 0)
        if len(release.records) < before * _KEPT and not allow_fewer:
            raise TooFewRecords(
                f"{release.member} 只有 {len(release.records)} 筆，上次有 {before} 筆；資料未變動。"
                "確定無誤時加上 --allow-fewer"
            )


def _take_in_release(store: Store, release: Release, names: list[LawName], progress: Progress) -> int:
    progress.start(f"寫入 {release.member}", len(release.records))
    if release.english:
        written = take_in_translations(store, release.records, progress.advance)
    else:
        written = take_in(store, release.records, _workers(names), progress.advance, laws.NAME)
    return written + _note_release(store, release)


def _note_release(store: Store, release: Release) -> int:
    row = StoredRelease(
        release.member, release.seen, release.sha256, len(release.records), release.articles, release.private_use
    )
    if row in store.releases(laws.NAME, every=True):
        return 0
    with writing(store) as writer:
        writer.put_release(laws.NAME, row)
    return writer.written


def _names_with(store: Store, records: Iterable[RawRecord], newer: bool) -> list[LawName]:
    """Every name by which the texts may call a law: those stored, and those of records about to be.

    :param newer: whether the records are newer than what is stored of the same laws.

    Worked out before anything is written, so that a run taken up again finds the same links as one never killed.
    """
    stored = store.law_names()
    latest: dict[str, RawRecord] = {}
    for raw in records:
        if raw.pcode not in latest or latest[raw.pcode].modified <= raw.modified:
            latest[raw.pcode] = raw
    if newer:
        stored = [entry for entry in stored if entry.pcode not in latest]
    known = {entry.pcode for entry in stored}
    return stored + [name for raw in latest.values() if raw.pcode not in known for name in _names_of(raw)]


def _names_of(raw: RawRecord) -> Iterator[LawName]:
    rank = REPEALED if raw.repealed else 0
    yield LawName(raw.name.strip(), raw.pcode, OFFICIAL + rank)
    yield from (LawName(former, raw.pcode, FORMER + rank) for former in raw.former_names)


def _workers(names: list[LawName]) -> Workers:
    return lambda work: in_order(prepare, work, names)


def _private_use(releases: Iterable[Release | StoredRelease]) -> tuple[int, int]:
    total: Counter[str] = Counter()
    for release in releases:
        total.update(release.private_use)
    return total.total(), len(total)
