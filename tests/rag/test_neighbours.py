from datetime import date

import pytest

from rag.neighbours import with_neighbours
from rag.write import Source, Wanted, distinct, marked, source_found
from tests import fakes
from tests.rag.told import told

LAW = fakes.made_law("Z9990041", "示範渡船管理法")
PADDING = "主管機關應公告各航線之載客上限。" * 12
FIRST = "渡船應備救生衣。"
LIST = "有下列情形之一者，應停航：\r\n" + "\r\n".join(f"{count}、{PADDING}" for count in "一二三四")


def quoted(*paragraphs: str, best: int) -> Source:
    """The source cut to one 項 of an article."""
    text = "\r\n".join(paragraphs)
    document = fakes.article(LAW, "3", text)
    passage = fakes.Passage(document.key, document.version, text.index(paragraphs[best]), 0, "")
    end = passage.start + len(paragraphs[best])
    cut = fakes.Passage(document.key, document.version, passage.start, end, paragraphs[best])
    return source_found(0, document, Wanted({}), cut)


def labels(sources: list[Source]) -> list[str]:
    return [one.label.removeprefix(LAW.name) for one in sources]


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("前項情形，業者應停航。", ["第3條第2項"]),
        ("前二項規定，於帆船準用之。", ["第3條第1項", "第3條第2項"]),
        ("第一項情形，業者應停航。", ["第3條第1項"]),
        ("本條第一項之救生衣，由業者自備。", ["第3條第1項"]),
        ("業者應停航。", []),
        ("依第五條第一項停航者，應公告。", []),
        ("依示範船舶法第三條第一項停航者，應公告。", []),
    ],
)
def test_what_a_paragraph_leans_on_stands_behind_it(text: str, beside: list[str]) -> None:
    source = quoted(FIRST, PADDING, text, best=2)
    found = with_neighbours([source], 6)
    assert labels(found) == ["第3條第3項", *beside]
    assert all(one.quote in one.document.text and one.quote == one.quote.strip() for one in found)


def test_a_long_paragraph_is_quoted_up_to_its_list() -> None:
    found = with_neighbours([quoted(LIST, "前項停航，應公告之。", best=1)], 6)
    assert found[1].quote == "有下列情形之一者，應停航："


def test_no_more_than_wanted_and_none_twice() -> None:
    source = quoted(FIRST, PADDING, "前二項規定，於帆船準用之。", best=2)
    assert labels(with_neighbours([source], 2)) == ["第3條第3項", "第3條第1項"]
    assert labels(with_neighbours([source], 1)) == ["第3條第3項"]
    first = quoted(FIRST, PADDING, "前二項規定，於帆船準用之。", best=0)
    assert labels(with_neighbours([first, source], 6)) == ["第3條第1項", "第3條第3項", "第3條第2項"]


def test_a_whole_article_and_what_is_no_law_stay_alone() -> None:
    short = source_found(0, fakes.article(LAW, "4", "甲。\r\n前項情形，停航。"), Wanted({}))
    assert with_neighbours([short], 6) == [short]
    news = told("news", "news/1", "渡船", date(2024, 1, 1), ("", "", "前項情形，停航。"))
    report = short._replace(document=news.document, start=0, end=8)
    assert with_neighbours([report], 6) == [report]


def test_an_answer_quotes_both() -> None:
    law = fakes.made_law("Z9990042", "示範纜車管理法")
    text = f"纜車應於每日營運前試車。{PADDING}\r\n前項試車紀錄，業者應保存三年。"
    store = fakes.MemoryStore([law], [fakes.article(law, "3", text)])
    answer = fakes.make_engine(store).ask("依示範纜車管理法，試車紀錄業者應保存幾年？", date(2024, 10, 11))
    assert [one.label for one in answer.citations] == [f"{law.name}第3條第2項", f"{law.name}第3條第1項"]
    assert all(text[one.start : one.end] == one.quote for one in answer.citations)


def test_marks_follow_the_order() -> None:
    found = marked(distinct(with_neighbours([quoted(FIRST, PADDING, "第一項情形，業者應停航。", best=2)], 6)))
    assert [one.mark for one in found] == [1, 2]
