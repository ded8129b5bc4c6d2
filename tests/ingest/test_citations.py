"""Which laws, articles and decisions a document's text cites."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.citations import cited
from ingest.parsed import Link, Span
from rag.domain import OPEN, Document
from rag.names import LawName, LawNames, with_aliases

NAMES = LawNames(
    with_aliases([LawName("民法", "B0000001"), LawName("中華民國刑法", "C0000001"), LawName("勞動基準法", "N0030001")])
)
DAY = date(2010, 3, 4)
COURT = {"court": "臺灣高等法院", "court_code": "TPH", "case_key": "case/TPH/104/上/7", "facts_day": "2010-03-04"}


def links(text: str, *spans: Span, **changes: Any) -> list[Link]:
    values = {"facts": COURT, "law": "", "number": ""} | changes
    document = Document(
        key="judgment/1", version="2015-03-26", source="judgments", kind="judgment", title="示範", text=text,
        valid_from=date(2015, 3, 26), valid_to=OPEN, **values,
    )  # fmt: skip
    return list(cited(document, spans or (Span(0, len(text)),), NAMES))


def targets(text: str, *spans: Span, **changes: Any) -> list[str]:
    return [link.target for link in links(text, *spans, **changes)]


def test_articles_laws_and_decisions_are_linked_each_once() -> None:
    text = "按民法第184條第1項、第185條，及民法第184條第2項；參釋字第748號、最高法院104年度台上字第472號判決。勞動基準法亦同。"
    assert targets(text) == [
        "law/B0000001/184", "law/B0000001/185", "law/N0030001/", "interpretation/748", "case/TPS/104/台上/472",
    ]  # fmt: skip
    assert {link.relation for link in links(text)} == {"cites"}


@pytest.mark.parametrize("word", ["行為時", "修正前", "廢止前", "行為時之", "修正前「", "修正前（", "行為\r\n　　時"])
def test_a_law_as_it_stood_then_is_linked_with_the_day_of_the_facts(word: str) -> None:
    assert links(f"核被告所為，係犯{word}刑法第320條") == [Link("law/C0000001/320", "cites", DAY)]
    assert links(f"核被告所為，係犯{word}刑法第320條", facts={}) == [Link("law/C0000001/320", "cites", None)]


@pytest.mark.parametrize("facts", [COURT, {}])
def test_the_law_at_the_time_of_judgment_is_linked_with_the_day_of_the_judgment(facts: dict[str, str]) -> None:
    said = links("應適用裁判時之刑法第320條", facts=facts)
    assert said == [Link("law/C0000001/320", "cites", date(2015, 3, 26))]


@pytest.mark.parametrize(
    "text", ["係犯刑法第320條", "行為時有刑法第320條", "行為時雖不知，仍犯刑法第320條", "修正前後刑法第320條"]
)
def test_without_such_a_word_right_before_it_no_day_is_said(text: str) -> None:
    assert links(text) == [Link("law/C0000001/320", "cites", None)]


def test_only_the_article_next_to_the_word_is_read_on_that_day() -> None:
    text = "犯修正前刑法第320條之罪，依民法第184條賠償"
    assert links(text) == [Link("law/C0000001/320", "cites", DAY), Link("law/B0000001/184", "cites", None)]


def test_the_day_said_once_counts_for_an_article_named_several_times() -> None:
    text = "公訴意旨認犯刑法第320條。核被告所為，係犯行為時刑法第320條之罪。爰依刑法第320條論處"
    assert links(text) == [Link("law/C0000001/320", "cites", DAY)]


def test_an_appendix_cites_nothing() -> None:
    text = "依民法第184條。附錄：刑法第320條、釋字第748號"
    appendix = Span(text.index("附錄"), len(text), "附錄", searchable=False)
    assert targets(text, Span(0, 10), appendix) == ["law/B0000001/184"]
    assert targets(text, Span(0, 10)) == ["law/B0000001/184"]
    assert targets(text, appendix) == []


def test_what_stands_between_two_passages_is_no_citation_of_either() -> None:
    text = "甲。刑法第320條。依民法第184條"
    assert targets(text, Span(0, 2), Span(text.index("依"), len(text))) == ["law/B0000001/184"]


def test_our_own_court_is_known_by_its_code() -> None:
    assert targets("參本院104年度上字第8號判決") == ["case/TPH/104/上/8"]
    assert targets("參本院104年度上字第8號判決", facts={}) == ["case//104/上/8"]


def test_a_document_does_not_cite_itself() -> None:
    assert targets("本院104年度上字第7號事件，依民法第184條") == ["law/B0000001/184"]
    assert targets("本院104年度上字第7號", facts={}) == ["case//104/上/7"]
    bill = {"law": "B0000001", "number": "184", "facts": {}}
    assert targets("第一百八十四條　甲應登記。參照刑法第320條", **bill) == ["law/C0000001/320"]


def test_what_is_about_an_article_is_read_at_home() -> None:
    home = {"law": "B0000001", "number": "185", "facts": {}}
    assert targets("第一百八十四條之規定，於本條準用之。前條亦同。", **home)[0] == "law/B0000001/184"
    assert targets("第一百八十四條之規定", facts={}) == []


def test_a_name_nobody_knows_is_no_link() -> None:
    assert targets("依火星移民法第3條") == []


def test_nothing_is_cited_in_nothing() -> None:
    assert targets("") == []
