import zipfile
from pathlib import Path

import pytest

from eval.bench.throughput import text_bytes, throughput
from eval.errors import NotEnoughData
from tests.eval.bench.grounds import ground


def test_only_texts_count(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.txt", "三個字" * 100)
        archive.writestr("a/2.txt", b"12345")
        archive.writestr("a/readme.md", "x" * 50)
    assert text_bytes(tmp_path / "a.zip") == 905


def test_without_the_real_data_the_step_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="實際資料"):
        throughput(ground(tmp_path, tmp_path))
