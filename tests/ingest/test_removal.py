"""A judgment that was taken back is nowhere: not a stretch of it in any file, packed or not."""

from __future__ import annotations

import random
import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from ahocorasick_rs import BytesAhoCorasick

from ingest import collect
from ingest.documents import Options, stored, take_in
from ingest.parsed import Raw
from ingest.progress import Quiet
from ingest.schedule import TAIPEI
from ingest.sources import document_source
from rag.build import open_engine, open_index
from rag.errors import BrokenArchive, UnknownKey, UsageError
from rag.ledger import marks
from rag.removals import remove
from rag.settings import Settings, load_settings
from rag.store import open_store
from rag.writer import writing
from tests.ingest.sixty import Say
from tests.ingest.stores import indexed, rows, run
from tests.ingest.whole import (
    feed,
    jid,
    judgment,
    judgment_key,
    take,
    take_laws,
    write_bills,
    write_deletions,
    write_feeds,
    write_judgments,
    write_texts,
)

COUNT = 90
TEN = 10
TODAY = datetime.now(TAIPEI).date()


def reasons(number: int, version: int = 1) -> str:
    """What no other judgment says, in lines as they come, and long enough for pages of its own."""
    chance = random.Random(f"{number}.{version}")
    text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(chance.choice([40, 700, 2500])))
    lines = [text[at : at + 30] for at in range(0, len(text), 30)]
    return "本院查" + "\r\n　　".join(lines) + "。"


def made(number: int, version: int = 1) -> dict[str, str]:
    return judgment(number, reasons(number, version))


def stretches(number: int, version: int = 1) -> list[bytes]:
    """What only this judgment says, in tens, as it came and as it is stored: any twenty characters hold one of them."""
    said = reasons(number, version)
    both = (said[3:], said[3:].replace("\r\n", "\n"))
    return [text[at : at + TEN].encode() for text in both for at in range(0, len(text) - TEN + 1, TEN)]


def found(data: Path, wanted: Iterable[bytes]) -> int:
    """How often any of these stands anywhere below a folder."""
    return len(BytesAhoCorasick(set(wanted)).find_matches_as_indexes(haystack(data)))


def haystack(data: Path) -> bytes:
    """All bytes below a folder, and every packed body in its store unpacked."""
    found = [path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()]
    with closing(sqlite3.connect(data / "youju.db")) as database:
        for table in ("raws", "snapshots"):
            found += [zlib.decompress(body) for (body,) in database.execute(f"SELECT body FROM {table}")]  # noqa: S608
    return b"\n".join(found)


def left(data: Path, *numbers: int, version: int = 1) -> int:
    return found(data, (one for number in numbers for one in stretches(number, version)))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("removal")
    settings = load_settings(data=folder / "data")
    take_laws(settings)
    numbers = list(range(1, COUNT + 1))
    # In no order, so that the pages of one lie between those of others.
    random.Random(7).shuffle(numbers)
    for at in range(0, COUNT, 30):
        take(settings, "judgments", write_judgments(folder / f"files-{at}", map(made, numbers[at : at + 30])))
    assert left(settings.data, 5) > 3
    return settings.data


@pytest.fixture
def settings(before: Path, tmp_path: Path) -> Settings:
    return load_settings(data=copytree(before, tmp_path / "data"))


def tables_that_name(settings: Settings, key: str) -> set[str]:
    """Tables with the key, or the JID in it, anywhere in a row."""
    with closing(sqlite3.connect(settings.data / "youju.db")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name
            for name in names
            for row in database.execute(f"SELECT * FROM {name}")  # noqa: S608
            if any(isinstance(value, str) and key.partition("/")[2] in value for value in row)
        }


def test_a_purged_judgment_is_nowhere(say: Say, settings: Settings) -> None:
    key = judgment_key(5)
    # Somebody goes on reading meanwhile.
    with closing(open_index(settings)) as reader, open_engine(settings) as engine:
        assert any(key in id for id in reader.ids())
        said = say("purge", key, "--data", settings.data)
        assert (said.code, said.out) == (0, "已撤除 1 份文件\n")
        assert left(settings.data, 5) == 0
        assert not any(key in id for id in reader.ids())
        assert all(hit.document.key != key for hit in engine.search(reasons(5)[3:60]))
    assert tables_that_name(settings, key) == {"tombstones", "removed"}
    assert rows(settings, "SELECT * FROM tombstones") == [(key, TODAY.isoformat())]
    assert {key for (key,) in rows(settings, "SELECT DISTINCT passage FROM removed")} == {
        id for id in (f"{row[0]}" for row in rows(settings, "SELECT passage FROM removed")) if id.startswith(key)
    }
    assert left(settings.data, 6) > 3
    assert say("check", "--data", settings.data).code == 0


def test_what_the_list_of_deletions_names_is_nowhere_after_that_run(settings: Settings, tmp_path: Path) -> None:
    gone = range(3, COUNT, 4)
    files = write_deletions(tmp_path / "Delete-Infor.csv", {jid(number): "20240702" for number in gone})
    report = take(settings, "judgments", files)
    assert report.removed == len(gone)
    assert left(settings.data, *gone) == 0
    assert not {id.partition("@")[0] for id in indexed(settings)} & set(map(judgment_key, gone))
    assert take(settings, "judgments", files).written == 0
    assert len(rows(settings, "SELECT key FROM documents WHERE source = 'judgments'")) == COUNT - len(gone)


def test_a_text_that_was_replaced_is_nowhere(settings: Settings, tmp_path: Path) -> None:
    """As when a name has been blackened: the number stays, the old words go."""
    changed = range(2, COUNT, 3)
    files = write_judgments(tmp_path / "files", (made(number, 2) for number in changed))
    assert take(settings, "judgments", files).documents == len(changed)
    # The log is folded in when the last one closes the store.
    assert left(settings.data, *changed) == 0
    assert left(settings.data, 2, version=2) > 3


def test_it_does_not_come_back_from_the_same_archive(settings: Settings, tmp_path: Path) -> None:
    files = write_judgments(tmp_path / "files", map(made, (5, 6)))
    collect.purge(settings, [judgment_key(5)], Quiet())
    for _ in range(2):
        report = take(settings, "judgments", files)
        assert (report.documents, report.written, dict(report.skipped)) == (0, 0, {"已依來源公告移除": 1})
        assert left(settings.data, 5) == 0
    assert tables_that_name(settings, judgment_key(5)) == {"tombstones", "removed"}


def test_it_comes_back_when_it_is_published_later(settings: Settings, tmp_path: Path) -> None:
    collect.purge(settings, [judgment_key(5)], Quiet())
    source, store = document_source("judgments"), open_store(settings.store_url)
    (came,) = (one for one in source.read(write_judgments(tmp_path / "files", [made(5)])) if isinstance(one, Raw))
    for day, there in ((TODAY, False), (date(TODAY.year + 1, 1, 1), True)):
        take_in(store, source, [replace(came, seen=day)], [], day, Options())
        assert bool(store.versions(judgment_key(5))) is there
    assert rows(settings, "SELECT * FROM tombstones") == []
    assert [one.id for one in stored(store, "judgments")].count(jid(5)) == 1
    store.close()


def test_what_was_never_taken_in_goes_too(settings: Settings, tmp_path: Path) -> None:
    """A judgment under the name of another is refused, but kept as it came."""
    place = write_judgments(tmp_path / "files", [made(501)]) / "202401" / "臺灣臺北地方法院民事"
    (place / f"{jid(501)}.json").rename(place / f"{jid(502)}.json")
    unreadable = place / f"{jid(503)}.json"
    unreadable.write_text(reasons(503), encoding="utf-8")
    report = take(settings, "judgments", tmp_path / "files")
    assert len(report.failed) == sum(report.skipped.values()) == 1
    assert left(settings.data, 501, 503) > 3
    days = {jid(number): "20240702" for number in (501, 503)}
    assert take(settings, "judgments", write_deletions(tmp_path / "Delete.csv", days)).removed == 1
    assert left(settings.data, 501, 503) == 0
    assert rows(settings, "SELECT key FROM ledger WHERE key LIKE '%,50_,%'") == []
    take(settings, "judgments", tmp_path / "files")
    assert left(settings.data, 501) == 0


def test_what_was_refused_can_be_purged_by_the_name_it_is_listed_under(say: Say, settings: Settings) -> None:
    bad = settings.data.with_name("bad") / f"{jid(503)}.json"
    bad.parent.mkdir()
    bad.write_text(reasons(503), encoding="utf-8")
    assert say("run", "judgments", "--from", bad, "--data", settings.data).code == 1
    (line,) = say("skipped", "judgments", "--data", settings.data).out.splitlines()
    assert say("purge", line.split("\t")[0], "--data", settings.data).code == 0
    assert left(settings.data, 503) == 0


def test_a_kill_before_the_bytes_were_gone_is_made_good_by_any_run(settings: Settings, tmp_path: Path) -> None:
    # A reader keeps the log from being folded in, as a service does.
    with closing(sqlite3.connect(settings.data / "youju.db")) as reader:
        reader.execute("SELECT count(*) FROM documents").fetchone()
        store = open_store(settings.store_url)
        with writing(store) as writer:
            remove(writer, {judgment_key(5): date(2024, 7, 2)})
        store.close()
        assert left(settings.data, 5) > 0
        assert marks(store, "") == {"scrub": "1"}
        take(settings, "bills", write_bills(tmp_path / "bills.jsonl", range(1, 3)))
        assert left(settings.data, 5) == 0
    assert marks(store, "") == {}
    store.close()
    assert not any(judgment_key(5) in id for id in indexed(settings))


def test_purging_again_is_no_error_and_an_unknown_one_changes_nothing(say: Say, settings: Settings) -> None:
    assert say("purge", judgment_key(5), "--data", settings.data).code == 0
    again = say("purge", judgment_key(5), "--data", settings.data)
    assert (again.code, again.out) == (0, "已撤除 0 份文件\n")
    wrong = say("purge", judgment_key(6), "judgment/none", "--data", settings.data)
    assert (wrong.code, wrong.err) == (2, "youju-ingest：資料庫裡沒有 judgment/none\n")
    assert left(settings.data, 6) > 3
    law = say("purge", "law/B0000001/184", "--data", settings.data)
    assert (law.code, law.err.count("\n")) == (2, 1)
    with pytest.raises(UsageError, match="法規"):
        collect.purge(settings, ["law/B0000001/184"], Quiet())
    with pytest.raises(UnknownKey):
        collect.purge(settings, ["judgment/none"], Quiet())


def test_links_to_it_and_from_it_are_gone(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    take_laws(settings)
    take(settings, "news", write_feeds(tmp_path / "feeds", 1))
    links = rows(settings, "SELECT key, target FROM links WHERE relation = 'same_story'")
    assert links
    first = str(links[0][1])
    assert rows(settings, "SELECT key FROM links WHERE key = ?", first) != []
    collect.purge(settings, [first], Quiet())
    assert rows(settings, "SELECT key FROM links WHERE ? IN (key, target)", first) == []


def test_an_article_in_many_feeds_leaves_none_of_them(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path / "data")
    (tmp_path / "feeds").mkdir()
    for number in range(4):
        told = feed([7, 20 + number], f"第{'零一二三'[number]}版的說法如下所述")
        (tmp_path / "feeds" / f"{number}.xml").write_text(told, encoding="utf-8")
    take(settings, "news", tmp_path / "feeds")
    key = "news/www.cna.com.tw/202609280007"
    assert haystack(settings.data).count(b"202609280007.aspx") >= 4
    collect.purge(settings, [key], Quiet())
    hay = haystack(settings.data)
    assert b"202609280007.aspx" not in hay
    assert b"202609280021.aspx" in hay, "the others stay"
    assert [version for (version,) in rows(settings, "SELECT key FROM documents")] != []


def test_nothing_of_it_is_in_what_is_printed(settings: Settings, tmp_path: Path) -> None:
    files = write_judgments(tmp_path / "files", [made(5, 3)])
    bad = files / "202401" / f"{jid(504)}.json"
    bad.write_text(reasons(504), encoding="utf-8")
    done = run("run", "judgments", "--from", files, "--data", settings.data)
    assert done.returncode == 1
    printed = (done.stdout + done.stderr).encode()
    assert BytesAhoCorasick([*stretches(5, 3), *stretches(504)]).find_matches_as_indexes(printed) == []


def test_a_night_that_breaks_off_has_still_taken_back(settings: Settings, tmp_path: Path) -> None:
    gone = write_deletions(tmp_path / "Delete-Infor.csv", {jid(5): "20240702"})
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(BrokenArchive, match=r"^broken\.zip[^\n]+$"):
        take(settings, "judgments", gone, broken)
    assert left(settings.data, 5) == 0
    assert not any(judgment_key(5) in id for id in indexed(settings))


@pytest.mark.parametrize("seed", range(2))
def test_no_page_of_the_store_holds_remains_however_often_texts_moved(tmp_path: Path, seed: int) -> None:
    """SQLite moves rows between pages as they come and go; what it leaves behind is wiped as well."""
    settings = load_settings(data=tmp_path / "data")
    store = open_store(settings.store_url, create=True)
    chance, source = random.Random(seed), document_source("passages")
    now: dict[int, int] = {}
    was: set[tuple[int, int]] = set()
    for version in range(1, 17):
        for number in chance.sample(range(60), 12):
            if number in now:
                was.add((number, now[number]))
            now[number] = version
        texts = {str(number): reasons(number, made) for number, made in now.items()}
        take_in(store, source, source.read(write_texts(tmp_path / "t.jsonl", texts)), [], TODAY, Options())
    gone = chance.sample(sorted(now), len(now) // 3)
    store.close()
    collect.purge(settings, [f"paragraph/{number}" for number in gone], Quiet())
    old = [*was, *((number, now[number]) for number in gone)]
    assert len(old) > 100
    assert found(settings.data, (one for number, version in old for one in stretches(number, version))) == 0
    kept = {stretches(number, now[number])[0] for number in now if number not in gone}
    assert found(settings.data, kept) >= len(kept)
