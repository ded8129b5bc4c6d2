from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import asked
from rag.domain import OPEN, Kind, Passage, Reference, Status
from rag.write import Source, Wanted, aimed, passage_label, roc, source_found, source_named, source_of_passage, write
from tests import fakes
from tests.rag.told import told

LONG = "".join(f"業者應於第{number}日前備置帳冊，載明收支，並送主管機關查核。" for number in range(1, 12))


def found(text: str, **weights: float) -> str:
    source = source_found(1, fakes.article(fakes.LAW, "3", text), Wanted(weights))
    assert source.document.text[source.start : source.end] == source.quote
    return source.quote


def test_short_article_is_quoted_whole() -> None:
    assert found(fakes.TEXT, 押金=1.0) == fakes.TEXT


def test_the_paragraph_that_answers_is_quoted() -> None:
    second = "停放不當者，業者得收取調度費。"
    source = source_found(1, fakes.article(fakes.LAW, "3", f"{LONG}\r\n{second}"), Wanted({"調度": 1.0}))
    assert source.quote == second
    assert source.label == "示範共享單車租借條例第3條第2項"


def test_words_that_stand_everywhere_tell_nothing_apart() -> None:
    text = f"{LONG}業者業者\r\n業者停放不當者，得收取調度費。"
    assert found(text, 業者=3.0, 調度=1.0).endswith("調度費。")


def own(text: str) -> Source:
    one = told("text", "paragraph/1", "渡船", date(2020, 1, 1), ("", "", text))
    return source_of_passage(1, one.document, one.parts[0])


def test_a_text_of_ones_own_is_quoted_by_the_two_sentences_that_tell() -> None:
    text = "渡船有三種。渡船在河上走。\n  銀色渡船由甲設計。渡船每天開。「渡船很慢。」"
    assert aimed(own(text), "銀色渡船由誰設計？").quote == "渡船在河上走。\n  銀色渡船由甲設計。"
    assert aimed(own(text), "哪一種很慢？").quote == "渡船每天開。「渡船很慢。」"


def test_what_is_short_or_law_stays_whole() -> None:
    for text in ("渡船。", "渡船！渡船？", "渡船", "…\n"):
        assert aimed(own(text), "渡船").quote == text
    law = source_found(1, fakes.article(fakes.LAW, "3", f"{LONG}{LONG}"), Wanted({}))
    assert aimed(law, "第3日前") == law


@given(st.text("甲乙丙。！；」\n 「ab", max_size=60), st.text("甲乙丙ab？", max_size=8))
def test_what_is_quoted_of_a_text_stands_in_it(text: str, question: str) -> None:
    source = own(text)
    cut = aimed(source, question)
    assert source.start <= cut.start <= cut.end <= source.end
    assert cut.quote in text
    assert cut == source or cut.quote[0] not in " \n。！；"


def test_the_kind_of_answer_asked_for_decides() -> None:
    text = f"{LONG}\r\n違反前項規定者，處新臺幣三萬元以下罰鍰。"
    document = fakes.article(fakes.LAW, "3", text)
    wanted = Wanted({"帳冊": 1.0}, asked.forms("沒有帳冊罰多少"))
    assert source_found(1, document, wanted).quote == "違反前項規定者，處新臺幣三萬元以下罰鍰。"


def test_long_paragraph_is_quoted_by_its_item() -> None:
    items = "\r\n".join(f"{numeral}、{LONG}甲{numeral}。" for numeral in "一二三")
    source = source_found(1, fakes.article(fakes.LAW, "3", f"業者應辦理下列事項：\r\n{items}"), Wanted({"甲二": 1.0}))
    assert source.quote.endswith("甲二。")
    assert source.label.endswith("第3條第1項第2款")


def test_named_unit_is_quoted_and_labelled() -> None:
    document = fakes.NEW
    reference = Reference(0, 0, law=document.law, article="4", units=(("項", 2),), tail="前段")
    source = source_named(1, reference, document, Status.IN_FORCE, None)
    assert source.quote == fakes.QUOTE
    assert source.label == "示範共享單車租借條例第4條第2項"


def test_white_space_around_a_text_is_not_quoted() -> None:
    document = replace(fakes.NEW, text="\r\n　業者應投保。 \n")
    source = source_named(1, Reference(0, 0, article="4"), document, Status.IN_FORCE, None)
    assert source.quote == "業者應投保。"


@pytest.mark.parametrize(
    ("status", "since", "expected"),
    [
        (Status.IN_FORCE, date(2020, 1, 1), "示範共享單車租借條例第5條規定：「"),
        (Status.DELETED, date(2024, 7, 1), "示範共享單車租借條例第5條已刪除（自民國113年7月1日起），條文現為：「"),
        (
            Status.REPEALED,
            date(2024, 7, 1),
            "示範共享單車租借條例已廢止（自民國113年7月1日起），示範共享單車租借條例第5條廢止前規定：「",
        ),
        (Status.NOT_YET_IN_FORCE, OPEN, "示範共享單車租借條例第5條尚未施行（施行日期未定），條文為：「"),
        (
            Status.NOT_YET_IN_FORCE,
            date(2030, 1, 1),
            "示範共享單車租借條例第5條尚未施行（自民國119年1月1日起施行），條文為：「",
        ),
    ],
)
def test_standing_is_said(status: Status, since: date, expected: str) -> None:
    document = fakes.article(fakes.LAW, "5", "業者應投保責任保險。")
    source = source_named(1, Reference(0, 0, article="5"), document, status, since)
    assert next(write([source])).text == f"{expected}業者應投保責任保險。」[1]"


def test_a_deletion_may_itself_wait() -> None:
    document = fakes.article(fakes.LAW, "5", "（刪除）", since=OPEN, version="2024-05-01")
    source = source_named(1, Reference(0, 0, article="5"), document, Status.NOT_YET_IN_FORCE, OPEN)
    assert "第5條的刪除尚未施行" in next(write([source])).text


def test_days() -> None:
    assert roc(date(2023, 1, 1)) == "民國112年1月1日"
    assert roc(date(1911, 12, 31)) == "西元1911年12月31日"


@given(st.text(min_size=1, max_size=300), st.dictionaries(st.text(min_size=1, max_size=2), st.floats(0, 5)))
def test_what_is_quoted_always_stands_at_its_span(text: str, weights: dict[str, float]) -> None:
    document = fakes.article(fakes.LAW, "3", text, deleted=False)
    source = source_found(1, document, Wanted(weights))
    assert 0 <= source.start < source.end <= len(text)
    assert next(write([source])).text.endswith(f"「{text[source.start : source.end]}」[1]")


@pytest.mark.parametrize(
    ("kind", "title", "section", "speaker", "opening"),
    [
        (
            "judgment",
            "示範地方法院104年度訴字第1號民事判決",
            "主文",
            "法院",
            "示範地方法院104年度訴字第1號民事判決主文：",
        ),
        ("judgment", "示範地方法院104年度訴字第1號", "主文", "", "示範地方法院104年度訴字第1號主文（裁判）："),
        ("reason", "示範共享單車租借條例第4條立法理由", "", "", "示範共享單車租借條例第4條立法理由："),
        ("reason", "示範條例第4條立法理由（113年）", "立法理由", "", "示範條例第4條立法理由（113年）："),
        ("gazette", "示範部令", "附件", "", "示範部令的附件（公報）："),
        ("bill", "示範條例修正草案第4條", "說明", "", "示範條例修正草案第4條的說明："),
        ("news", "押金「不退」【1】", "", "", "押金〈不退〉〔1〕（新聞報導）："),
        ("gazette", "示範會議紀錄", "", "王委員甲", "示範會議紀錄（王委員甲）（公報）："),
    ],
)
def test_what_is_no_law_is_called_by_its_title(
    kind: Kind, title: str, section: str, speaker: str, opening: str
) -> None:
    document = replace(fakes.NEW, kind=kind, title=title, law="", number="")
    passage = Passage(document.key, document.version, 0, 5, document.text[:5], section, speaker)
    source = source_of_passage(1, document, passage)
    assert [draft.text for draft in write([source])] == [f"{opening}「{document.text[:5]}」[1]"]


@pytest.mark.parametrize(
    ("kind", "source", "title", "section", "label"),
    [
        ("judgment", "judgments", "最高法院104年度台上字第9號判決", "主文", "最高法院104年度台上字第9號判決主文"),
        (
            "judgment",
            "judgments",
            "最高法院大法庭108年度台上大字第9號裁定",
            "",
            "最高法院大法庭108年度台上大字第9號裁定",
        ),
        ("judgment", "judgments", "臺灣臺北地方法院104年度訴字第9號", "", "臺灣臺北地方法院104年度訴字第9號（裁判）"),
        ("interpretation", "interpretations", "釋字第748號", "解釋文", "司法院釋字第748號解釋文"),
        ("interpretation", "interpretations", "111年憲判字第9號", "主文", "憲法法庭111年憲判字第9號判決主文"),
        ("interpretation", "interpretations", "111年審裁字第9號【甲案】", "", "憲法法庭111年審裁字第9號裁定〔甲案〕"),
        ("gazette", "gazette-ey", "財政部令：核釋「甲法」第1條", "主旨", "財政部令：核釋〈甲法〉第1條的主旨（函釋）"),
        ("gazette", "gazette-ey", "內政部公告：預告甲辦法草案", "", "內政部公告：預告甲辦法草案（行政院公報）"),
        ("gazette", "gazette-ly", "立法院第10屆第1會期第9次會議", "", "立法院第10屆第1會期第9次會議（立法院公報）"),
        ("reason", "ly-laws", "甲法第1條", "立法理由", "甲法第1條的立法理由"),
        ("bill", "bills", "甲法修正草案第1條", "說明", "甲法修正草案第1條的說明"),
        ("bill", "bills", "甲法第1條", "", "甲法第1條（法律案）"),
        ("news", "news", "最高法院判決出爐！釋字第748號的理由", "", "最高法院判決出爐！釋字第748號的理由（新聞報導）"),
        ("text", "passages", "新聞與法律案的解釋", "", "新聞與法律案的解釋（文件）"),
    ],
)
def test_a_label_always_says_what_it_is(kind: Kind, source: str, title: str, section: str, label: str) -> None:
    document = replace(fakes.NEW, kind=kind, source=source, title=title, law="", number="")
    assert passage_label(document, Passage(document.key, document.version, 0, 2, document.text[:2], section)) == label
