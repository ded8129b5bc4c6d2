"""A small sample of made-up laws in the shape of the official bulk files; every name and number in it is fictitious.

It stands in for the official download where there is no network, and is golden input for the tests. It holds what
makes the real files hard: 條之, 項/款/目, （刪除）, repealed laws, one not wholly in force (99991231), one name twice,
a private-use character, a box table, numbered points, hard-wrapped lines, an English text that lags behind.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from importlib.resources import files
from pathlib import Path

NAMES = ("ChLaw", "ChOrder", "EnLaw")
BOM = "\ufeff"
# A fixed day, so that the same sample gives the same bytes.
WRITTEN = (2024, 7, 5, 0, 0, 0)


def write_sample(folder: Path) -> Path:
    """Write ``ChLaw.json.zip``, ``ChOrder.json.zip`` and ``EnLaw.json.zip`` into ``folder`` as the ministry would."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        release = json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
        laws = release["Laws"]
        with zipfile.ZipFile(folder / f"{name}.json.zip", "w") as archive:
            _add(archive, f"{name}.json", json.dumps(release, ensure_ascii=False, separators=(",", ":")))
            _add(archive, "schema.csv", _rows([list(laws[0])]))
            _add(archive, "manifest.csv", _rows([["file", "records"], [f"{name}.json", str(len(laws))]]))
    return folder


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    member = zipfile.ZipInfo(name, WRITTEN)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, (BOM + text).encode("utf-8"))


def _rows(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
