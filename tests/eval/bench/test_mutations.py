from pathlib import Path

import pytest

from eval.bench.mutations import METRICS, mutations
from eval.errors import NotEnoughData
from eval.mutate_answers import AIMS
from rag.store import open_store
from tests.eval.bench import grounds


def test_without_the_laws_of_the_drafts_there_is_nothing_to_measure(tmp_path: Path) -> None:
    open_store(grounds.url(tmp_path), create=True).close()
    with pytest.raises(NotEnoughData):
        mutations(grounds.ground(tmp_path, tmp_path))


def test_every_aim_is_a_metric() -> None:
    assert {name for names in AIMS.values() for name in names} <= METRICS.keys()
