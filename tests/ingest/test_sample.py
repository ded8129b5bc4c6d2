import json
import re
import zipfile
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import pytest

from ingest.sample import NAMES, write_sample

KEYS = {
    "LawLevel",
    "LawName",
    "LawURL",
    "LawCategory",
    "LawModifiedDate",
    "LawEffectiveDate",
    "LawEffectiveNote",
    "LawAbandonNote",
    "LawHasEngVersion",
    "EngLawName",
    "LawAttachements",
    "LawHistories",
    "LawForeword",
    "LawArticles",
}


def read(folder: Path, name: str) -> dict[str, Any]:
    with zipfile.ZipFile(folder / f"{name}.json.zip") as archive:
        raw = archive.read(f"{name}.json")
    assert raw.startswith(b"\xef\xbb\xbf")
    release: dict[str, Any] = json.loads(raw.decode("utf-8-sig"))
    return release


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample") / "moj")


@pytest.fixture(scope="module")
def laws(folder: Path) -> dict[str, dict[str, Any]]:
    found = [law for name in ("ChLaw", "ChOrder") for law in read(folder, name)["Laws"]]
    return {law["LawURL"][-8:]: law for law in found}


def test_archives_have_the_official_members(folder: Path) -> None:
    for name in NAMES:
        with zipfile.ZipFile(folder / f"{name}.json.zip") as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [f"{name}.json", "schema.csv", "manifest.csv"]
            records = len(read(folder, name)["Laws"])
            assert archive.read("manifest.csv").decode("utf-8-sig") == f"file,records\n{name}.json,{records}\n"


def test_same_sample_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_sample(tmp_path)
    assert [(again / f.name).read_bytes() == f.read_bytes() for f in sorted(folder.iterdir())] == [True] * len(NAMES)


def test_records_have_the_official_keys_and_fictitious_names(laws: dict[str, dict[str, Any]]) -> None:
    assert len(laws) == 6
    for pcode, law in laws.items():
        assert set(law) == KEYS
        assert re.fullmatch(r"Z999\d{4}", pcode)
        assert law["LawName"].startswith("示範")


def test_every_pitfall_is_there(laws: dict[str, dict[str, Any]]) -> None:
    articles = [article for law in laws.values() for article in law["LawArticles"]]
    numbers = [article["ArticleNo"] for article in articles if article["ArticleType"] == "A"]
    texts = [article["ArticleContent"] for article in articles]
    assert "第 4-1 條" in numbers
    assert "1" in numbers
    assert "（刪除）" in texts
    assert any(text.startswith("   第") for text in texts)
    assert any("\r\n（一）" in text for text in texts)
    assert any("┌" in text for text in texts)
    assert any(re.search("[\ue000-\uf8ff]", text) for text in texts)
    assert any(re.search("[^。：；」）]\r\n尺內", text) for text in texts)
    assert [law["LawAbandonNote"] for law in laws.values()].count("廢") == 2
    assert [law["LawEffectiveDate"] for law in laws.values()].count("99991231") == 1
    assert len({law["LawName"].partition("（")[0] for law in laws.values()}) == 5
    assert any(law["LawAttachements"] for law in laws.values())


def test_histories_are_wrapped_like_the_official_ones(laws: dict[str, dict[str, Any]]) -> None:
    for law in laws.values():
        lines = law["LawHistories"].split("\r\n")
        assert max(sum(2 if east_asian_width(c) in "WFA" else 1 for c in line) for line in lines) <= 64
        assert all(re.match(r"\d+\.中華民國|  \S", line) for line in lines)
    assert "\r\n" in laws["Z9990001"]["LawHistories"]


def test_english_lags_behind(folder: Path, laws: dict[str, dict[str, Any]]) -> None:
    english = read(folder, "EnLaw")["Laws"][0]
    chinese = laws[english["EngLawURL"][-8:]]
    numbers = [item["EngArticleNo"] for item in english["EngLawArticles"] if item["EngArticleType"] == "A"]
    assert english["EngLawModifiedDate"] < chinese["LawModifiedDate"]
    assert len(numbers) == sum(item["ArticleType"] == "A" for item in chinese["LawArticles"]) - 1
    assert "Article 5\u3000" in numbers
