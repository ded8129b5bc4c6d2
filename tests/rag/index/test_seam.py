import json
import subprocess
import sys
from datetime import date

import pytest

from rag.errors import IndexMismatch, SearchIndexError
from rag.index import IndexItem
from rag.index.manifest import LAYOUT, Manifest
from rag.index.seam import day_number, point_id

DAY = date(2024, 3, 1)


def item(prior: float = 0.0) -> IndexItem:
    return IndexItem("law/X/1@v#0-2", "law/X/1", "X", "laws", "法律", DAY, date.max, {"body": "甲乙"}, prior)


def test_the_seam_imports_no_engine() -> None:
    script = "import sys, rag.index; print([m for m in ('qdrant_edge', 'qdrant_client', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout.strip() == b"[]"


def test_payload_holds_what_filters_need_and_no_text() -> None:
    assert item(1.5).payload == {
        "id": "law/X/1@v#0-2",
        "key": "law/X/1",
        "law": "X",
        "source": "laws",
        "level": "法律",
        "valid_from": 20240301,
        "valid_to": 99991231,
        "prior": 1.5,
        "caption": "",
    }


def test_a_prior_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        item(-1.0)


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_a_weight_that_counts_for_nothing_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="not above it"):
        IndexItem("law/X/1@v#0-2", "law/X/1", "X", "laws", "法律", DAY, date.max, {"body": "甲乙"}, weight=weight)


def test_days_are_ordered_numbers() -> None:
    assert day_number(DAY) == 20240301 < day_number(date(2024, 10, 1)) < day_number(date.max)


def test_point_ids_are_fixed_for_ever() -> None:
    assert str(point_id("law/X/1@v#0-2")) == "4f90e02a-383f-5624-b9d6-ff164cc85e5c"


def test_manifest_comes_back() -> None:
    manifest = Manifest("grams-1", "r7", 12, 2)
    assert Manifest.load(manifest.dump(), "grams-1") == manifest


@pytest.mark.parametrize(("segmenter", "layout"), [("words-1/x", LAYOUT), ("grams-1", LAYOUT + 1)])
def test_manifest_of_another_segmenter_or_layout_is_refused(segmenter: str, layout: int) -> None:
    with pytest.raises(IndexMismatch, match="rebuild-index"):
        Manifest.load(Manifest(segmenter, "r", 1, layout=layout).dump(), "grams-1")


def test_manifest_of_another_embedder_is_refused() -> None:
    made = Manifest("grams-1", "r", 1, embedder="static-1").dump()
    assert Manifest.load(made, "grams-1", "static-1").embedder == "static-1"
    for other in ("", "static-2"):
        with pytest.raises(IndexMismatch, match="static-1"):
            Manifest.load(made, "grams-1", other)


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"layout": LAYOUT, "segmenter": "grams-1"})])
def test_a_broken_manifest_is_an_index_error(text: str) -> None:
    with pytest.raises(SearchIndexError):
        Manifest.load(text, "grams-1")


def test_an_index_that_is_searched_says_so() -> None:
    made = Manifest("grams-1", "r", 1, embedder="dense-1/x", searched=True)
    assert Manifest.load(made.dump(), "grams-1", "dense-1/x").searched
    assert not Manifest.load(Manifest("grams-1", "r", 1).dump(), "grams-1").searched
