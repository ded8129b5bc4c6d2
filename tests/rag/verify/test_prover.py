"""Every layer must be able to fail: a good sentence is changed in one place, and the layer meant for it says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import OPEN, Document, Kind, Passage, Reference, Status, sha256
from rag.names import LawName, LawNames
from rag.standing import standing
from rag.verify import Proved, prove
from rag.write import Draft, Source, Wanted, source_found, source_named, source_of_passage, write
from tests import fakes

DAY = date(2024, 10, 11)
STORE = fakes.memory_store()
NAMES = LawNames(STORE.law_names())
NAME = fakes.LAW.name
FIRST, SECOND = fakes.TEXT.split("\r\n")


def named(number: str, *units: tuple[str, int], day: date = DAY, pcode: str = fakes.LAW.pcode, mark: int = 1) -> Source:
    reference = Reference(0, 0, law=pcode, article=number, units=units)
    at = standing(STORE.law(pcode), STORE.versions(f"law/{pcode}/{number}"), day)
    return source_named(mark, reference, at.document, at.status, at.since)


def proved(text: str, *sources: Source, day: date = DAY, store: fakes.MemoryStore = STORE) -> Proved:
    return prove([Draft(text)], sources or (named("4"),), store, NAMES, day)


def checks(text: str, *sources: Source, day: date = DAY) -> dict[str, str]:
    return dict(proved(text, *sources, day=day).sentences[0].checks)


GOOD = f"{NAME}第4條第2項規定：「{SECOND}」[1]"


def test_good_sentence_is_proved() -> None:
    result = proved(GOOD)
    assert result.sentences[0].status == "proved"
    assert result.sentences[0].citations == (1,)
    assert result.citations[0].sha256 == sha256(fakes.TEXT)


@pytest.mark.parametrize(
    ("layer", "verdict", "text"),
    [
        ("marks", "none", GOOD.replace("[1]", "").replace("第4條第2項", "")),
        ("read", "unread", GOOD.replace("[1]", "[9]")),
        ("read", "unread", GOOD + "[9]"),
        ("read", "unread", GOOD.replace("[1]", "[0]")),
        ("quotes", "altered", GOOD.replace("七日", "九日")),
        ("quotes", "altered", GOOD.replace("全額返還", "全額返環")),
        ("quotes", "altered", GOOD.replace("應於", "得於")),
        ("quotes", "folded", GOOD.replace("租借人請求", "租借人 請求")),
        ("references", "uncited", GOOD.replace("第4條", "第3條")),
        ("references", "uncited", GOOD.replace("第4條", "第4條之1")),
        ("references", "uncited", GOOD.replace(NAME, "機器人權利法")),
        ("references", "uncited", GOOD.replace("規定：", "與示範流動招牌管理條例規定：")),
        ("references", "misplaced", GOOD.replace("第2項", "第1項")),
        ("references", "misplaced", GOOD.replace("第2項", "第5項")),
        ("values", "unfounded", GOOD.replace("規定", "於30天內規定")),
        ("values", "unfounded", f"業者收取押金，每人不得超過新臺幣二千元，依{NAME}第4條[1]"),
        ("values", "unfounded", "租借人請求返還押金時，業者應於七年內全額返還[1]"),
        ("values", "unfounded", "自西元113年7月1日起，業者收取押金不得超過新臺幣一千元[1]"),
        ("quotes", "altered", "租借人請求返還押金時，業者應於「九日」內全額返還[1]"),
        ("quotes", "altered", GOOD.replace("「", "「『")),
        ("names", "unfounded", "業者收取押金須經環境部許可並繳納保證金[1]"),
        ("support", "unsupported", f"{GOOD[:-3]}，因此你的官司一定會贏而且可以拿回律師費[1]"),
        ("status", "misstated", f"{NAME}第4條已刪除，原規定：「{SECOND}」[1]"),
    ],
)
def test_layer_fails(layer: str, verdict: str, text: str) -> None:
    result = proved(text)
    assert result.sentences[0].checks[layer] == verdict
    assert result.sentences[0].status == "unproved"
    assert result.citations == ()


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("[1]", "［1］"),
        GOOD.replace("[1]", "【１】"),
        GOOD.replace("[1]", "[ 1 ]"),
        GOOD.replace("第4條第2項", "第四條第二項"),
        GOOD.replace("第4條", "第４條"),
        f"依{NAME}第4條，「{SECOND}」[1]",
        "租借人請求返還押金時，業者應於7天內全額返還[1]",
        "自民國113年7月1日起，業者收取押金，每人不得超過新臺幣1,000元[1]",
        "自2024年7月1日起，業者收取押金，每人不得超過新臺幣1千元[1]",
    ],
)
def test_null_changes_pass(text: str) -> None:
    assert proved(text).sentences[0].status in ("proved", "supported"), checks(text)


def test_variants_of_one_character_outside_quotes_pass() -> None:
    law = fakes.made_law("Z9990009", "臺灣示範條例")
    document = fakes.article(law, "1", "臺灣地區之單車，由業者管理。")
    store = fakes.MemoryStore([law], [document])
    source = source_named(1, Reference(0, 0, article="1"), document, Status.IN_FORCE, None)
    for name in ("臺灣示範條例", "台灣示範條例"):
        draft = Draft(f"{name}第1條規定：「{document.text}」[1]")
        assert prove([draft], [source], store, LawNames(store.law_names()), DAY).sentences[0].status == "proved"


def test_order_of_marks_does_not_matter() -> None:
    sources = (named("4"), named("6", mark=2))
    both = "業者收取押金，每人不得超過新臺幣一千元，違反者處罰鍰"
    statuses = {
        proved(both + marks, *sources).sentences[0].status for marks in ("[1][2]", "[2][1]", "[1, 2]", "【2、1】")
    }
    assert statuses == {"supported"}


@pytest.mark.parametrize(
    ("number", "pcode", "said", "status"),
    [
        ("5", fakes.LAW.pcode, "已刪除", Status.DELETED),
        ("2", fakes.GONE.pcode, "已廢止", Status.REPEALED),
        ("7", fakes.LAW.pcode, "尚未施行", Status.NOT_YET_IN_FORCE),
    ],
)
def test_status_must_be_said(number: str, pcode: str, said: str, status: Status) -> None:
    source = named(number, pcode=pcode)
    assert source.status is status
    draft = next(iter(write([source]))).text
    assert said in draft
    assert proved(draft, source).sentences[0].status == "proved"
    assert checks(draft.replace(said, "現行"), source)["status"] == "unflagged"


def test_status_that_does_not_fit_the_day_is_not_believed() -> None:
    source = named("4")
    assert checks(GOOD, source, day=date(2020, 1, 1))["exists"] == "other_day"
    claimed = source._replace(status=Status.REPEALED)
    assert checks(f"{NAME}已廢止，第4條規定：「{SECOND}」[1]", claimed)["exists"] == "other_day"
    claimed = source._replace(status=Status.DELETED)
    assert checks(f"{NAME}第4條已刪除：「{SECOND}」[1]", claimed)["exists"] == "other_day"


def test_store_has_the_last_word() -> None:
    source = named("4")
    changed = replace(source.document, text=fakes.TEXT.replace("七", "八"))
    other = fakes.MemoryStore([fakes.LAW], [changed])
    assert proved(GOOD, source, store=other).sentences[0].checks["exists"] == "changed"
    assert proved(GOOD, source, store=fakes.MemoryStore([fakes.LAW], [])).sentences[0].checks["exists"] == "not_found"


def test_a_sentence_that_falls_takes_only_its_own_citations() -> None:
    sources = (named("4"), named("6", mark=2))
    drafts = [Draft(GOOD), Draft(GOOD.replace("第4條第2項", "第6條").replace("[1]", "[2]"))]
    result = prove(drafts, sources, STORE, NAMES, DAY)
    assert [sentence.status for sentence in result.sentences] == ["proved", "unproved"]
    assert [citation.mark for citation in result.citations] == [1]


@pytest.mark.parametrize(
    "text",
    [
        "本條所稱「單車，指兩輪之車。",
        "單車」指兩輪之車。",
        "第一類[1]及第二類【2】之車，依［3］辦理。",
        "第一行\r\n第二行\n「第三行」[2]",
        "造字\ue001與\U000f0001字。",
        "「「「",
        "」」」「",
        "『單車「指』兩輪」之車。",
        "（刪除）",
        "一、\u202e車\u2066。",
        "」[1]「",
    ],
)
def test_odd_texts_are_quoted_and_proved(text: str) -> None:
    assert _extracted(text) == [("proved", text)]


@given(
    st.text(
        st.sampled_from("「」『』[]［］【】（）1２三年日元條項、，。\r\n 甲乙丙已刪除廢止\ue001臺"),
        min_size=1,
        max_size=60,
    )
)
def test_extracts_of_any_text_are_proved(text: str) -> None:
    assert all(status == "proved" and quote in text for status, quote in _extracted(text))


@given(st.text(min_size=1, max_size=80))
def test_extracts_of_any_unicode_are_proved(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert all(status == "proved" and quote in text for status, quote in _extracted(text or "法"))


@given(
    st.lists(
        st.text(st.sampled_from("甲乙丙丁戊己庚辛、；規定得應「」"), min_size=1, max_size=30), min_size=1, max_size=5
    ),
    st.sampled_from([lambda text: text[:-1] + "子", lambda text: text + "子", lambda text: "子" + text[1:]]),
)
def test_one_changed_character_is_always_seen(lines: list[str], change: Callable[[str], str]) -> None:
    text = "。\r\n".join(lines) + "。"
    source = _source(text)
    draft = f"{source.label}規定：「{change(source.quote)}」[1]"
    assert prove([Draft(draft)], [source], _store(source.document), NAMES, DAY).sentences[0].status == "unproved"


def _document(text: str) -> Document:
    return fakes.article(fakes.LAW, "9", text, valid_to=OPEN, deleted=False)


def _store(document: Document) -> fakes.MemoryStore:
    return fakes.MemoryStore([fakes.LAW], [document])


def _source(text: str) -> Source:
    return source_found(1, _document(text), Wanted({"規定": 1.0, "甲乙": 1.0}))


def _extracted(text: str) -> list[tuple[str, str]]:
    """Status and quote of what the writer makes of a text: as found, and as named."""
    document = _document(text)
    reference = Reference(0, 0, law=fakes.LAW.pcode, article="9")
    drawn = [_source(text), source_named(1, reference, document, Status.IN_FORCE, None)]
    results = [prove(write([source]), [source], _store(document), NAMES, DAY) for source in drawn]
    found = []
    for source, result in zip(drawn, results, strict=True):
        sentence = result.sentences[0]
        assert document.text[source.start : source.end] == source.quote
        found.append((sentence.status, result.citations[0].quote if result.citations else str(sentence)))
    return sorted(set(found), key=lambda one: -len(one[1]))


def test_same_name_laws_stand_for_one_another() -> None:
    older = fakes.made_law("Z9990010", "示範法（舊 90.01.01 制定）", repealed=date(2010, 1, 1))
    newer = fakes.made_law("Z9990011", "示範法（新 99.01.01 制定）")
    names = LawNames([LawName(older.name, older.pcode, 3), LawName(newer.name, newer.pcode)])
    document = fakes.article(older, "1", "舊法的條文。", since=date(2001, 1, 1))
    store = fakes.MemoryStore([older, newer], [document])
    source = source_named(1, Reference(0, 0, article="1"), document, Status.REPEALED, older.repealed)
    assert prove(write([source]), [source], store, names, DAY).sentences[0].status == "proved"


TITLES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "民法第184條",
                NAME,
                "第99條",
                "「",
                "」",
                "『",
                "【1】",
                "[2]",
                "已廢止",
                "3萬元",
                "112年5月1日",
                "判決",
                "公報",
            ]
        ),
        st.text(max_size=4),
    ),
    max_size=6,
).map("".join)


@given(st.sampled_from(["judgment", "gazette", "reason", "bill", "news", "text"]), TITLES, TITLES)
def test_what_is_no_law_is_proved_whatever_its_title(kind: Kind, title: str, speaker: str) -> None:
    document = replace(fakes.NEW, key="made/1", kind=kind, title=title, law="", number="")
    passage = Passage(document.key, document.version, 0, len(FIRST), FIRST, "理由", speaker)
    source = source_of_passage(1, document, passage)
    sentence = prove(write([source]), [source], _store(document), NAMES, DAY).sentences[0]
    assert (sentence.status, sentence.citations) == ("proved", (1,))


def test_a_title_lends_its_words_to_no_other_sentence() -> None:
    document = replace(fakes.NEW, key="made/1", kind="news", title="民法第184條修正", law="", number="")
    source = source_of_passage(1, document, Passage(document.key, document.version, 0, len(FIRST), FIRST))
    draft = Draft(f"依{NAME}第6條：「{FIRST}」[1]")
    sentence = prove([draft], [source], _store(document), NAMES, DAY).sentences[0]
    assert (sentence.status, sentence.checks["references"]) == ("unproved", "uncited")
