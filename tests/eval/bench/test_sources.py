from pathlib import Path

import pytest

from eval.bench.bars import MEASURES
from eval.bench.sources import SOURCES, links, named, sources, with_reason
from eval.errors import NotEnoughData
from rag.arrivals import Relation
from tests.eval.bench.grounds import filled, ground, judgment


def test_lines_without_a_reason_do_not_count() -> None:
    assert with_reason("a\tskipped\t過短\nb\tskipped\t\nc\tskipped\n\nd\tfailed\t無法解析\n") == 2


def test_every_source_has_its_rows() -> None:
    names = {measure.name for measure in MEASURES}
    assert all(named(source, failed=0, again_written=0).keys() <= names for source in SOURCES)
    assert named("gazette-ly", s=1.0) == {"gazette_ly_s": 1.0}


def test_links_are_counted_by_relation(tmp_path: Path) -> None:
    related = (Relation("law/Z0000001/1"), Relation("law/Z0000001/2"), Relation("judgment/1", "part_of"))
    filled(tmp_path, judgment(1, "甲。", links=related)).close()
    counted = links(ground(tmp_path, tmp_path))
    assert {name: count for name, count in counted.items() if count} == {"links_cites": 2, "links_part_of": 1}
    assert counted["links_same_story"] == 0


def test_without_the_real_data_the_step_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="實際資料"):
        sources(ground(tmp_path, tmp_path))
