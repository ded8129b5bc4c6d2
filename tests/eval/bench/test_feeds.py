from pathlib import Path

from eval.bench.feeds import write_feeds
from ingest.parsed import Parsed
from ingest.sources import news
from ingest.stories import Item, clusters
from rag.names import LawNames


def documents(folder: Path) -> list[Parsed]:
    found = [one for raw in news.read(folder) for one in news.parse(raw, LawNames([]))]
    return [one for one in found if isinstance(one, Parsed)]


def test_every_item_becomes_a_document_of_its_own(tmp_path: Path) -> None:
    assert write_feeds(tmp_path / "feeds", files=3, items=40) == 120
    found = documents(tmp_path / "feeds")
    assert len({one.document.key for one in found}) == 120
    assert {one.document.facts["outlet"] for one in found} == {"中央社"}
    assert len({one.document.version for one in found}) == 3


def test_no_two_items_pass_for_one_story(tmp_path: Path) -> None:
    write_feeds(tmp_path / "feeds", files=2, items=100)
    items = [
        Item(one.document.key, one.document.text, one.document.valid_from) for one in documents(tmp_path / "feeds")
    ]
    assert all(key == first for key, first in clusters(items).items())


def test_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_feeds(tmp_path / name, files=1, items=5)
    (a,), (b,) = (list((tmp_path / name).iterdir()) for name in ("a", "b"))
    assert a.read_bytes() == b.read_bytes()
