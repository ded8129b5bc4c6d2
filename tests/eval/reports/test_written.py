"""The reports as the commands write them: into the folder of the run, with the stored texts or without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest

from eval.config import Config
from eval.library import Library
from eval.reporting import NAMES, write, write_models
from eval.running import Doors
from rag.database import NoStore
from rag.errors import UsageError
from tests.eval.fakes import opener
from tests.eval.reports import sample
from tests.eval.shelves import library


def doors(held: Library | None) -> Doors:
    """Doors to these texts; None: nothing has been stored."""

    @contextmanager
    def opened() -> Iterator[Library]:
        if held is None:
            raise NoStore("還沒有資料")
        yield held

    def shelves(data: Path | None, day: date | None) -> Callable[[], AbstractContextManager[Library]]:
        return opened

    return Doors(opener(None), shelves)


@pytest.mark.parametrize("held", [library(), None], ids=["with texts", "without"])
def test_every_form_is_written_and_the_same_again(tmp_path: Path, held: Library | None) -> None:
    run, other = sample.after(tmp_path / "after"), sample.before(tmp_path / "before")
    said = write(run, Config(), doors(held), against=other)
    first = {name: (run.path / name).read_bytes() for name in NAMES.values()}
    assert first["report.md"].decode() == said
    assert write(run, Config(), doors(held), against=other) == said
    assert {name: (run.path / name).read_bytes() for name in NAMES.values()} == first


def test_a_folder_that_was_named_must_hold_texts(tmp_path: Path) -> None:
    with pytest.raises(NoStore):
        write(sample.after(tmp_path / "after"), Config(), doors(None), data=tmp_path)


def test_a_file_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    run = sample.after(tmp_path / "after")
    (run.path / "items.csv").mkdir()
    with pytest.raises(UsageError, match=r"items\.csv：無法寫入"):
        write(run, Config(), doors(None))


def test_models_share_a_table(tmp_path: Path) -> None:
    runs = [sample.before(tmp_path / "before"), sample.after(tmp_path / "after")]
    said = write_models(runs, tmp_path / "models.html")
    assert said.startswith("|  | `preset` `before` | `preset` `after` |")
    assert "模型比較" in (tmp_path / "models.html").read_text(encoding="utf-8")
