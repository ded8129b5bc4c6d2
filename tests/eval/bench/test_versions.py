import json
import lzma
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eval.bench.ground import Ground, StepFailed
from eval.bench.versions import DEFERRALS, deferrals, published
from rag.domain import Document
from tests.eval.bench import grounds
from tests.eval.fakes import FakeEngine, document


def snapshot(pcode: str, article: str, modified: str, effective: str, text: str) -> dict[str, Any]:
    url = f"https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode={pcode}"
    item = {"ArticleType": "A", "ArticleNo": f"第 {article} 條", "ArticleContent": text}
    law = {"LawName": "測試法", "LawURL": url, "LawModifiedDate": modified, "LawEffectiveDate": effective}
    return {"update": None, "pcode": pcode, "law": law | {"LawArticles": [item]}}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Snapshots, newest first, in which every deferred article says its old and its new text."""
    (tmp_path / "moj").mkdir()
    with lzma.open(tmp_path / "moj" / "history.jsonl.xz", "wt", encoding="utf-8") as file:
        for deferral in DEFERRALS:
            pcode, article = deferral.pcode, deferral.article
            for modified, effective, text in (
                ("20240101", "", "更新\r\n的文字"),
                ("20210101", f"{deferral.day:%Y%m%d}", "新的\r\n文字"),
                ("20100101", "", "舊的文字"),
            ):
                file.write(json.dumps(snapshot(pcode, article, modified, effective, text)) + "\n")
    return tmp_path


def ground(source: Path, *documents: Document) -> Ground:
    return grounds.ground(source, source, FakeEngine(documents=documents))


def test_both_sides_are_read_from_the_snapshots(source: Path) -> None:
    sides = published(source / "moj" / "history.jsonl.xz")
    assert [(found.before, found.after) for found in sides.values()] == [("舊的文字", "新的\r\n文字")] * 3


def test_right_when_each_side_of_the_day_has_its_text(source: Path) -> None:
    stored = []
    for deferral in DEFERRALS:
        old = replace(document(deferral.key, "舊的文字"), valid_from=deferral.day - timedelta(9), valid_to=deferral.day)
        stored += [old, replace(document(deferral.key, "新的 文字"), valid_from=deferral.day)]
    assert deferrals(ground(source, *stored)) == {"deferrals_right": 6, "deferrals_differ": 3}


def test_wrong_when_the_new_text_came_too_early(source: Path) -> None:
    early = [
        replace(document(deferral.key, "新的文字"), valid_from=deferral.day - timedelta(9)) for deferral in DEFERRALS
    ]
    assert deferrals(ground(source, *early)) == {"deferrals_right": 3, "deferrals_differ": 0}


def test_snapshots_without_the_amendment_are_an_error(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "history.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(StepFailed, match="no amendment"):
        published(tmp_path / "history.jsonl.xz")
