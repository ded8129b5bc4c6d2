"""One reference in every style of writing: names of all shapes, and a sample of the articles in force."""

import json
import os
import random
import re
import zipfile
from pathlib import Path

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from rag.names import ALIAS, OFFICIAL, REPEALED, LawName, LawNames, display_name, with_aliases
from rag.references import canonical_article, find_references, label

SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
LAWS = {
    "民法": "B0000001",
    "中華民國刑法": "C0000001",
    "刑事訴訟法": "C0010001",
    "勞動基準法": "N0030001",
    "獸醫師法施行細則": "M0130002",
    "醫師法施行細則": "L0020002",
    "最高行政法院處務規程": "A0010060",
    "行政法院處務規程": "A0010061",
    "證券交易法": "G0400001",
    "證券交易法第四十三條之一第一項取得股份申報辦法": "G0400042",
    "入出國及移民法": "D0080132",
    "政府採購法、政府資訊公開法聯合辦法": "X0000001",
    "發行人發行認購（售）權證處理準則": "G0400045",
    "司法院釋字第七四八號解釋施行法": "B0000008",
    "政黨之財產處理條例": "X0000002",
}
NAMES = LawNames(with_aliases([LawName(name, pcode) for name, pcode in LAWS.items()]))


def styles(name: str, alias: str, article: tuple[int, int], item: int, clause: int) -> list[str]:
    number, under = article
    units = f"第{item}項第{clause}款"
    arabic = f"第{number}條" + (f"之{under}" if under else "") + units
    hyphen = f"第{number}" + (f"-{under}" if under else "") + "條" + units
    chinese = f"第{an2cn(number)}條" + (f"之{an2cn(under)}" if under else "") + f"第{an2cn(item)}項第{an2cn(clause)}款"
    return [
        name + arabic,
        alias + arabic,
        name + chinese,
        name + arabic.translate(FULL_WIDTH),
        name + hyphen,
        " ".join(name) + "\u3000" + re.sub(r"(\d+)", r" \1 ", arabic),
        f"請問依{name}{chinese}規定，公司應如何處理？",
        f"雇主違反{name}{hyphen}者，處罰鍰。",
        f"原告主張《{name}》{arabic}、第999條",
    ]


@given(st.sampled_from(sorted(LAWS)), st.integers(1, 1999), st.integers(0, 20), st.integers(1, 20), st.integers(1, 30))
def test_every_style_reads_the_same(name: str, number: int, under: int, item: int, clause: int) -> None:
    alias = {"中華民國刑法": "刑法", "勞動基準法": "勞基法", "刑事訴訟法": "刑訴"}.get(name, name)
    article = f"{number}-{under}" if under else str(number)
    for text in styles(name, alias, (number, under), item, clause):
        ref = find_references(text, NAMES)[0]
        assert (ref.law, ref.article, ref.units) == (LAWS[name], article, (("項", item), ("款", clause))), text
        assert label(name, find_references(label(name, ref), NAMES)[0]) == label(name, ref)


@pytest.fixture(scope="module")
def laws() -> list[dict[str, object]]:
    if not (SHARED / "moj" / "ChLaw.json.zip").exists():
        pytest.skip("no shared data")
    records = []
    for kind in ("ChLaw", "ChOrder"):
        with zipfile.ZipFile(SHARED / "moj" / f"{kind}.json.zip") as archive:
            records += json.loads(archive.read(f"{kind}.json").decode("utf-8-sig"))["Laws"]
    return records


def test_real_articles_in_every_style(laws: list[dict[str, str]]) -> None:
    """2,000 articles of laws in force, nine styles each: none may be read as another law, 99.5 % must be right."""
    entries = with_aliases(
        [
            LawName(law["LawName"], law["LawURL"][-8:], OFFICIAL + (REPEALED if law["LawAbandonNote"] else 0))
            for law in laws
        ]
    )
    names = LawNames(entries)
    aliases = {entry.pcode: entry.name for entry in entries if entry.rank == ALIAS}
    articles = [
        (law["LawName"], law["LawURL"][-8:], item["ArticleNo"])  # type: ignore[index]
        for law in laws
        if not law["LawAbandonNote"]
        for item in law["LawArticles"]
        if item["ArticleNo"].startswith("第")  # type: ignore[index]
    ]
    wrong, right, read = [], 0, 0
    chosen = random.Random(7)
    for name, pcode, number in chosen.sample(articles, 2000):
        article = canonical_article(number)
        assert article is not None
        main, _, under = article.partition("-")
        shown = display_name(name) if names.candidates(display_name(name))[0] == pcode else name
        item, clause = chosen.randint(1, 12), chosen.randint(1, 15)
        for text in styles(shown, aliases.get(pcode, shown), (int(main), int(under or 0)), item, clause):
            read += 1
            found = find_references(text, names)
            if found and found[0].law not in ("", pcode):
                wrong.append(text)
            right += bool(found) and (found[0].law, found[0].article, found[0].units) == (
                pcode,
                article,
                (("項", item), ("款", clause)),
            )
    assert wrong == []
    assert right / read >= 0.995
