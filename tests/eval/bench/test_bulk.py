import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from eval.bench.bulk import MARK, Article, article_text, articles, named_alone, read_bulk, with_one_change
from eval.bench.ground import StepFailed

LONG = "測試機關辦理測試事項，應依本條例之規定；本條例未規定者，適用其他有關測試之法律。"


def record(pcode: str, name: str, *items: tuple[str, str], **changes: Any) -> dict[str, Any]:
    return {
        "LawLevel": "法律",
        "LawName": name,
        "LawURL": f"https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode={pcode}",
        "LawModifiedDate": "20100101",
        "LawEffectiveDate": "",
        "LawAbandonNote": "",
        "LawHistories": "1.中華民國九十九年一月一日總統令制定公布全文 3  條",
        "LawArticles": [
            {"ArticleType": "A" if number else "C", "ArticleNo": number, "ArticleContent": text}
            for number, text in items
        ],
    } | changes


@pytest.fixture
def moj(tmp_path: Path) -> Path:
    folder = tmp_path / "moj"
    folder.mkdir()
    laws = [
        record("Z0000001", "測試廢止法", ("第 1 條", LONG), LawAbandonNote="廢"),
        record(
            "Z0000002",
            "測試法",
            ("", "第 一 章 總則"),
            ("第 1 條", "短。"),
            ("第 1-1 條", LONG),
            ("第 2 條", "（刪除）"),
        ),
        record("Z0000003", "同名辦法", ("第 1 條", LONG)),
    ]
    orders = [
        record("Z0000004", "同名辦法", ("第 1 條", LONG)),
        record("Z0000005", "測試表（99.01.01訂定）", ("1", LONG)),
    ]
    for name, held in (("ChLaw", laws), ("ChOrder", orders)):
        bulk = {"UpdateDate": "2024/12/28 上午 12:00:00", "Laws": held}
        with zipfile.ZipFile(folder / f"{name}.json.zip", "w") as archive:
            archive.writestr("schema.csv", "")
            archive.writestr(f"{name}.json", json.dumps(bulk, ensure_ascii=False).encode("utf-8-sig"))
    return folder


def test_reads_numbered_articles_of_what_is_not_repealed(moj: Path) -> None:
    found = list(articles(moj))
    assert [article.key for article in found] == [
        "law/Z0000002/1",
        "law/Z0000002/1-1",
        "law/Z0000002/2",
        "law/Z0000003/1",
        "law/Z0000004/1",
    ]
    assert [article.number for article in found if article.deleted] == ["2"]


def test_leaves_out_laws_that_share_their_name_or_need_brackets() -> None:
    found = [Article("A", "甲法", "1", ""), Article("B", "乙法", "1", ""), Article("C", "乙法", "1", "")]
    found.append(Article("D", "丙法（新 84.08.09 制定）", "1", ""))
    assert [article.pcode for article in named_alone(found)] == ["A"]


def test_the_next_release_differs_in_one_article(moj: Path, tmp_path: Path) -> None:
    change = with_one_change(moj, tmp_path / "next")
    assert change.key == "law/Z0000002/1-1"
    before, after = list(articles(moj)), list(articles(change.folder))
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [(article.key, MARK in article.text) for article in changed] == [(change.key, True)]


def test_the_next_release_tells_of_the_amendment(moj: Path, tmp_path: Path) -> None:
    change = with_one_change(moj, tmp_path / "next")
    bulk = read_bulk(change.folder / "ChLaw.json")
    law = bulk["Laws"][1]
    assert bulk["UpdateDate"] == "2025/1/4 上午 12:00:00"
    assert law["LawModifiedDate"] == "20241229"
    assert law["LawHistories"].splitlines()[-1].startswith("2.中華民國一百十三年十二月二十九日總統")
    assert law["LawHistories"].endswith("修正公布第 1-1 條條文")
    assert bulk["Laws"][2]["LawModifiedDate"] == "20100101"


def test_no_law_to_amend_is_an_error(moj: Path, tmp_path: Path) -> None:
    bulk = {"UpdateDate": "2024/12/28 上午 12:00:00", "Laws": []}
    with zipfile.ZipFile(moj / "ChLaw.json.zip", "w") as archive:
        archive.writestr("ChLaw.json", json.dumps(bulk))
    with pytest.raises(StepFailed):
        with_one_change(moj, tmp_path / "next")


def test_the_text_of_one_article() -> None:
    law = record("Z0000002", "測試法", ("第 1-1 條", LONG))
    assert article_text(law, "1-1") == LONG
    assert article_text(law, "1") == ""
