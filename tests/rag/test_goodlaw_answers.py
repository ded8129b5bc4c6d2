"""Answers that rest on decisions of which some no longer stand, through the whole engine."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answer import Engine
from rag.domain import OPEN, Document, Passage, Status
from rag.names import LawNames
from rag.store import LinkRow
from rag.verify import prove
from rag.write import Draft, source_of_passage
from tests import fakes

DAY = date(2024, 10, 11)
FIRST, SECOND = date(2018, 3, 1), date(2019, 3, 1)
HOLDING = "共享單車之業者保有押金三十日，與憲法保障人民財產權之意旨並無牴觸。"
NEWER = "租借人歸還單車後，業者即應返還押金；逾期不還，顯失公平，應屬違憲。"


def decision(kind: str, key: str, title: str, day: date, text: str, **facts: str) -> Document:
    return Document(key, day.isoformat(), "made", kind, title, text, day, OPEN, facts=facts)  # type: ignore[arg-type]


LOWER = decision(
    "judgment", "judgment/TPDV,107,訴,9", "臺灣臺北地方法院107年度訴字第9號判決", FIRST, "原告之訴駁回。",
    case_key="case/TPD/107/訴/9", type="民事", form="判決", no="9",
)  # fmt: skip
UPPER = decision(
    "judgment", "judgment/TPHV,107,上,9", "臺灣高等法院107年度上字第9號判決", SECOND, "原判決廢棄。",
    case_key="case/TPH/107/上/9", type="民事", form="判決", no="9",
)  # fmt: skip
OLD = decision("interpretation", "interpretation/701", "釋字第701號", FIRST, HOLDING, number="釋字第701號", type="解釋")
NEW = decision("interpretation", "interpretation/702", "釋字第702號", SECOND, NEWER, number="釋字第702號", type="解釋")
NEWS = decision("news", "news/1", "最高法院判決出爐 釋字第701號引發討論", SECOND, "押金的歸還期限，法官這樣說。")
LINKS = (
    LinkRow(UPPER.key, UPPER.version, "case/TPD/107/訴/9", "reverses", FIRST),
    LinkRow(NEW.key, NEW.version, OLD.key, "changes", None),
    LinkRow(NEW.key, NEW.version, "case/TPS/76/台上/901", "changes", None),
)


def engine(*links: LinkRow) -> Engine:
    documents = (LOWER, UPPER, OLD, NEW, NEWS)
    sections = {"judgment": "主文", "interpretation": "解釋文"}
    parts = [Passage(one.key, one.version, 0, len(one.text), one.text, sections.get(one.kind, "")) for one in documents]
    store = fakes.MemoryStore((fakes.LAW,), (*fakes.DOCUMENTS, *documents), parts, links)
    names = LawNames(store.law_names())
    return Engine(store, fakes.make_retriever(store), names, 6, fakes.MemoryStore.coverage)


def test_a_judgment_named_is_shown_with_what_became_of_it() -> None:
    answer = engine(*LINKS).ask("臺灣臺北地方法院107年度訴字第9號判決主文", DAY)
    (citation,), (sentence,) = answer.citations, answer.sentences
    note = "已遭臺灣高等法院107年度上字第9號判決於民國108年3月1日廢棄"
    assert (answer.state, citation.status) == ("answered", Status.REVERSED)
    assert sentence.text == f"臺灣臺北地方法院107年度訴字第9號判決主文（{note}）：「原告之訴駁回。」[1]"
    assert sentence.status == "proved"
    assert citation.label.endswith(f"（{note}）")


def test_before_it_was_set_aside_it_stood() -> None:
    answer = engine(*LINKS).ask("臺灣臺北地方法院107年度訴字第9號判決主文", date(2018, 6, 1))
    assert [(one.status, "廢棄" in one.label) for one in answer.citations] == [(Status.IN_FORCE, False)]


def test_set_aside_in_part_it_is_cited_with_a_word_on_it() -> None:
    answer = engine(LINKS[0]._replace(relation="reverses_in")).ask("臺灣臺北地方法院107年度訴字第9號判決主文", DAY)
    assert answer.sentences[0].text.startswith("臺灣臺北地方法院107年度訴字第9號判決主文（部分已遭臺灣高等法院")
    assert (answer.sentences[0].status, answer.citations[0].status) == ("proved", Status.IN_FORCE)


def test_what_no_longer_stands_is_not_found_by_likeness() -> None:
    question = "共享單車之業者保有押金三十日是否違反憲法保障之財產權？"
    before, after = engine().ask(question, DAY), engine(*LINKS).ask(question, DAY)
    assert OLD.key in {one.key for one in before.citations}
    assert OLD.key not in {one.key for one in after.citations}


def test_an_interpretation_named_says_what_changed_it() -> None:
    answer = engine(*LINKS).ask("釋字第701號解釋文", DAY)
    assert answer.sentences[0].text == (
        f"司法院釋字第701號解釋文（已經司法院釋字第702號解釋於民國108年3月1日變更）：「{HOLDING}」[1]"
    )
    assert (answer.sentences[0].status, answer.citations[0].status) == ("proved", Status.SUPERSEDED)


def test_of_a_precedent_that_is_not_stored_it_is_said_that_it_is_out_of_use() -> None:
    answer = engine(*LINKS).ask("最高法院76年台上字第901號判例怎麼說？", DAY)
    assert (answer.state, answer.reason) == ("abstained", "not_found")
    assert answer.message == (
        "收錄的來源裡沒有最高法院76年台上字第901號；已知其經司法院釋字第702號解釋於民國108年3月1日宣告不再援用。"
    )


@pytest.mark.parametrize("own", ["法院判決原告敗訴。", "已經判決原告敗訴。"])
def test_a_sentence_on_a_judgment_set_aside_has_to_say_so(own: str) -> None:
    store = fakes.MemoryStore((), (LOWER,))
    passage = Passage(LOWER.key, LOWER.version, 0, len(LOWER.text), LOWER.text, "主文")
    source = source_of_passage(1, LOWER, passage)._replace(status=Status.REVERSED, note="已遭最高法院廢棄")
    names = LawNames([])
    (bare,) = prove([Draft(f"{own[:-1]}：「原告之訴駁回。」[1]")], [source], store, names, DAY).sentences
    said = Draft("該判決已遭上級法院廢棄：「原告之訴駁回。」[1]")
    (flagged,) = prove([said], [source], store, names, DAY).sentences
    assert (bare.status, bare.checks["status"]) == ("unproved", "unflagged")
    assert flagged.checks["status"] == "said"
