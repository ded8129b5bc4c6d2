import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import laws
from ingest.sources.laws import Release, parse, raw_record, record_of
from rag.domain import OPEN
from rag.errors import SourceChanged
from tests.ingest.official import article, english, heading, histories, law, release

LAW = law("Z0000001", date(2020, 1, 2), [heading("第 一 章 總則"), article("1", "甲")], histories("中華民國制定"))
ENGLISH = english("Z0000001", date(2020, 1, 2), {"1": "A"})


def without(fields: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != key}


def chinese(**changes: Any) -> Release:
    return parse("ChLaw.json", release([LAW | changes]))


def test_a_release_tells_its_day_its_records_and_its_odd_characters() -> None:
    found = parse("chlaw.JSON", release([LAW | {"LawName": "示範\ue5f9\ue5f9法"}], date(2026, 7, 10)))
    assert (found.member, found.seen, found.articles, found.english) == ("ChLaw", date(2026, 7, 10), 1, False)
    assert [raw.pcode for raw in found.records] == ["Z0000001"]
    assert found.private_use == {"U+E5F9": 2}


def test_a_bom_is_no_must() -> None:
    assert parse("ChLaw.json", release([LAW]).removeprefix(b"\xef\xbb\xbf")).records == chinese().records


def test_the_order_of_keys_makes_no_other_record() -> None:
    turned = dict(reversed(LAW.items()))
    assert raw_record("Z0000001", turned, None) == raw_record("Z0000001", LAW, None)


@pytest.mark.parametrize(
    "fields",
    [
        without(LAW, "LawForeword"),
        LAW | {"LawSomething": ""},
        LAW | {"LawName": None},
        LAW | {"LawName": 7},
        LAW | {"LawModifiedDate": 20200102},
        LAW | {"LawArticles": {}},
        LAW | {"LawArticles": ["第 1 條"]},
        LAW | {"LawArticles": [without(article("1", "甲"), "ArticleNo")]},
        LAW | {"LawArticles": [article("1", "甲") | {"ArticleContent": None}]},
        LAW | {"LawArticles": [article("一", "甲")]},
        LAW | {"LawArticles": [article("9" * 5000, "甲")]},
        LAW | {"LawArticles": [article("1", "甲") | {"ArticleType": "B"}]},
        LAW | {"LawAttachements": ""},
        LAW | {"LawLevel": "條約"},
        LAW | {"LawAbandonNote": "廢止"},
        LAW | {"LawURL": "https://law.moj.gov.tw/"},
        LAW | {"LawURL": "https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=z0000001"},
        "法", None, 3, [],
    ],
)  # fmt: skip
def test_a_changed_record_is_refused_by_name(fields: Any) -> None:
    with pytest.raises(SourceChanged, match=r"^ChLaw\.json：「.*」"):
        parse("ChLaw.json", release([LAW, fields]))


@pytest.mark.parametrize(
    "day",
    [
        "",
        "2020012",
        "20240231",
        "20241301",
        "00000000",
        "2020-1-2",
        "2020/1/2",
        "二〇二〇〇一",
        "99991231",
        "２０２００１０２",
    ],
)
def test_an_impossible_day_is_refused(day: str) -> None:
    with pytest.raises(SourceChanged, match="日期有誤"):
        chinese(LawModifiedDate=day)
    if day not in ("", "99991231"):
        with pytest.raises(SourceChanged, match="日期有誤"):
            chinese(LawEffectiveDate=day)


@pytest.mark.parametrize(
    ("written", "day"),
    [("19460000", date(1946, 1, 1)), ("19470500", date(1947, 5, 1)), ("20240229", date(2024, 2, 29))],
)
def test_a_day_may_lack_its_month(written: str, day: date) -> None:
    assert record_of(LAW | {"LawModifiedDate": written}, "Z0000001").modified == day


@pytest.mark.parametrize(("written", "day"), [("", None), ("99991231", OPEN), ("20230101", date(2023, 1, 1))])
def test_a_day_of_effect_may_be_open(written: str, day: date | None) -> None:
    assert record_of(LAW | {"LawEffectiveDate": written}, "Z0000001").effective == day


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{}", b'{"UpdateDate": "2024/1/1"}', b'{"UpdateDate": "2024/1/1", "Laws": []}',
        b'{"UpdateDate": "2024/1/1", "Laws": {}}', b"<!DOCTYPE html><html></html>", b"\xff\xfe{}", release([LAW])[:-40],
        "示範".encode("big5"), release([LAW]).replace("甲".encode(), b"\xa5\xd2"),
        release([LAW]).replace("甲".encode(), rb"\ud800"), release([LAW]).replace("甲".encode(), rb"\u0000"),
    ],
)  # fmt: skip
def test_what_is_no_release_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged, match=r"^ChLaw\.json"):
        parse("ChLaw.json", body)


@pytest.mark.parametrize("update", [None, 5, "", "昨天", "2024/13/1", "2024/2/30", "0/0/0", "2024-01-01"])
def test_a_release_without_a_day_is_refused(update: object) -> None:
    with pytest.raises(SourceChanged, match="UpdateDate"):
        parse("ChLaw.json", json.dumps({"UpdateDate": update, "Laws": [LAW]}).encode())


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(SourceChanged, match="不是已知的官方檔案"):
        parse("JpLaw.json", release([LAW]))


def test_a_backslash_before_u0000_is_text() -> None:
    assert len(chinese(LawForeword=r"C:\u0000").records) == 1


@pytest.mark.parametrize(
    "fields",
    [
        without(ENGLISH, "EngLawURL"),
        ENGLISH | {"EngLawModifiedDate": 20200102},
        ENGLISH | {"EngLawModifiedDate": "20240231"},
        ENGLISH | {"EngLawURL": None},
        ENGLISH | {"EngLawURL": "https://law.moj.gov.tw/"},
        ENGLISH | {"EngLawArticles": "Article 1"},
        ENGLISH | {"EngLawArticles": ["Article 1"]},
        ENGLISH | {"EngLawArticles": [{"EngArticleType": "A", "EngArticleNo": 1, "EngArticleContent": ""}]},
        LAW,
        [],
    ],
)
def test_a_changed_english_record_is_refused(fields: Any) -> None:
    with pytest.raises(SourceChanged, match=r"^EnLaw\.json"):
        parse("EnLaw.json", release([ENGLISH, fields]))


def test_english_articles_keep_the_number_of_the_article_they_translate() -> None:
    items = english("Z0000001", date(2020, 1, 2), {"1": "A", "34-1.": "B", "5\u3000": "C", " 6 ": "D", "x": "E"})
    items["EngLawArticles"].append({"EngArticleType": "A", "EngArticleNo": "Article 1", "EngArticleContent": "again"})
    (raw,) = parse("EnOrder.json", release([items])).records
    assert {one.key: one.text for one in laws.translations(raw)} == {
        "law/Z0000001/1": "A",
        "law/Z0000001/34-1": "B",
        "law/Z0000001/5": "C",
        "law/Z0000001/6": "D",
    }


def test_headings_nest_by_their_unit_and_not_by_their_indent() -> None:
    items = [
        heading("第 一 編 總則"),
        heading("   第 二 章 人"),
        heading("      第 一 節 自然人"),
        article("6", "甲"),
        heading("      第 二 節之一 法人"),
        article("25", "乙"),
        heading("   第 三 章 物"),
        article("66", "丙"),
        heading("第 二 編 債"),
        article("153", "丁"),
        heading("  "),
        heading("附則"),
        article("154", "戊"),
    ]
    found = record_of(LAW | {"LawArticles": items}, "Z0000001").articles
    assert [one.path for one in found] == [
        ("第一編 總則", "第二章 人", "第一節 自然人"),
        ("第一編 總則", "第二章 人", "第二節之一 法人"),
        ("第一編 總則", "第三章 物"),
        ("第二編 債",),
        ("第二編 債", "附則"),
    ]


def test_the_last_of_two_articles_with_one_number_counts() -> None:
    found = record_of(LAW | {"LawArticles": [article("1", "甲"), article("1", "乙")]}, "Z0000001").articles
    assert [(one.number, one.text) for one in found] == [("1", "乙")]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*LAW, "x"]), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(LAW)), anything)
def test_no_value_of_any_field_gets_through_unnoticed_or_breaks_the_reader(key: str, value: object) -> None:
    try:
        (raw,) = parse("ChLaw.json", release([LAW | {key: value}])).records
    except SourceChanged:
        return
    record_of(json.loads(raw.body), raw.pcode)
    assert isinstance(value, type(LAW[key]))
