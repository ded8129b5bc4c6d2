from datetime import date

from eval.measures.quotes import invented_citations, invented_references, is_verbatim, without
from rag.domain import Document, Reference
from tests.eval.fakes import TEXT, abstained, answered, cited, document, said

STORED = document("law/Z0000001/1")


def versions(key: str, version: str) -> Document | None:
    return STORED if (key, version) == (STORED.key, STORED.version) else None


def in_effect(key: str, day: date) -> Document | None:
    return STORED if key == STORED.key and STORED.holds_on(day) else None


def find(text: str) -> list[Reference]:
    return [Reference(0, 0, "測試法", "Z0000001", number) for number in ("1", "2") if f"測試法第{number}條" in text]


def test_a_quote_is_verbatim_at_its_span_under_its_hash() -> None:
    assert is_verbatim(cited(STORED.key), versions)
    assert is_verbatim(cited(STORED.key, quote=TEXT[2:6], start=2, end=6), versions)


def test_a_quote_moved_altered_or_checked_elsewhere_is_not() -> None:
    assert not is_verbatim(cited(STORED.key, quote=TEXT[2:6], start=3, end=7), versions)
    assert not is_verbatim(cited(STORED.key, quote=TEXT.replace("應", "得")), versions)
    assert not is_verbatim(cited(STORED.key, sha256="0" * 64), versions)
    assert not is_verbatim(cited(STORED.key, version="2019-01-01"), versions)


def test_counts_citations_that_lead_nowhere() -> None:
    real, other_day, no_article = cited(STORED.key), cited(STORED.key, version="1999-01-01"), cited("law/Z0000001/99")
    assert invented_citations(answered(citations=[real, other_day, no_article]), versions) == 2


def test_counts_articles_named_that_do_not_exist() -> None:
    assert invented_references(answered(said("依測試法第1條。", 1)), find, in_effect) == 0
    assert invented_references(answered(said("依測試法第2條。", 1)), find, in_effect) == 1


def test_the_words_of_a_source_and_of_an_abstention_are_not_counted() -> None:
    quoting = cited(STORED.key, quote="準用測試法第2條之規定")
    assert (
        invented_references(answered(said("「準用測試法第2條之規定」", 1), citations=[quoting]), find, in_effect) == 0
    )
    assert invented_references(abstained("not_found", "沒有測試法第2條"), find, in_effect) == 0


def test_blanks_longer_quotes_first() -> None:
    assert without("依「甲乙」及「甲」", ["甲", "甲乙", ""]) == "依「 」及「 」"
