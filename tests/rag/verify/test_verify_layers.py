"""What a chat model may write: paraphrases that stand, and one test for each way they can go wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Document, Passage, Reference, Sentence, Status
from rag.names import LawName, LawNames
from rag.verify import Prover
from rag.write import Draft, Source, source_named, source_of_passage
from tests import fakes

DAY = date(2024, 10, 11)
LAW = fakes.made_law("Z9990021", "示範勞務條例")
OTHER = fakes.made_law("Z9990022", "示範倉儲法")
NAMES = LawNames([LawName(LAW.name, LAW.pcode), LawName(OTHER.name, OTHER.pcode)])
NOTICE = fakes.article(
    LAW,
    "16",
    "業者終止契約者，其預告期間依左列各款之規定：\r\n一、服務三個月以上一年未滿者，於十日前預告之。\r\n"
    "二、服務一年以上三年未滿者，於二十日前預告之。\r\n三、服務三年以上者，於三十日前預告之。\r\n"
    "服務人員於接到預告後，得請假外出，其假期每星期不得超過二日，請假期間之報酬照給。",
)
FINE = fakes.article(
    LAW,
    "20",
    "違反第十六條規定者，處新臺幣二萬元以上三十萬元以下罰鍰；情節重大者，加重其罰鍰二分之一。\r\n"
    "前項之罰鍰，由勞動部處罰之，受處罰者得於民國一百十三年七月一日起三十日內繳納。",
)
PAY = fakes.article(LAW, "39", "第三十六條所定之例假、第三十八條所定之休假，報酬應由業者照給。")
GONE = fakes.article(OTHER, "3", "倉儲業者應投保責任保險。")


class Willing:
    """Support that stands by anything, so that the other layers are on their own."""

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        return "ok"


def article(document: Document, mark: int, status: Status = Status.IN_FORCE) -> Source:
    return source_named(mark, Reference(0, 0, law=document.law, article=document.number), document, status, None)


def other(kind: str, title: str, text: str, mark: int, **changed: object) -> Source:
    document = replace(fakes.NEW, key=f"made/{mark}", kind=kind, title=title, text=text, law="", number="", **changed)
    return source_of_passage(mark, document, Passage(document.key, document.version, 0, len(text), text))


JUDGED = other(
    "judgment",
    "示範地方法院110年度勞字第5號民事判決",
    "依示範勞務條例第16條，業者應預告。最高法院104年度台上字第472號判決意旨參照。",
    5,
)
NEWS = other("news", "預告期間要延長", "業者應於四十日前預告，預計明年上路。", 6)
BILL = other("bill", "示範勞務條例修正草案", "業者應於五十日前預告。", 7)
SOURCES = (article(NOTICE, 1), article(FINE, 2), article(PAY, 3), article(GONE, 4), JUDGED, NEWS, BILL)
STORE = fakes.MemoryStore([LAW, OTHER], [source.document for source in SOURCES])


def prover(*sources: Source) -> Prover:
    return Prover(sources or SOURCES, STORE, NAMES, DAY, Willing())


def prove(text: str, *sources: Source) -> Sentence:
    return prover(*sources).prove(Draft(text))


def faults(text: str, *sources: Source) -> dict[str, str]:
    good = {"ok", "said", "exact", "none_quoted"}
    return {layer: verdict for layer, verdict in prove(text, *sources).checks.items() if verdict not in good}


@pytest.mark.parametrize(
    "text",
    [
        "做滿3年的人，公司要在30天前先告知[1]。",
        "服務滿三個月但未滿1年的，10天前預告就可以[1]。",
        "依示範勞務條例第16條第1項第3款，年資三年以上者要30日前預告[1]。",
        "依示範勞務條例第16條第2項，服務人員每週最多可以請兩天假[1]。",
        "示範勞務條例第16條規定：「服務三年以上者，於三十日前預告之」[1]。",
        "接到預告後「得請假外出……請假期間之報酬照給」[1]。",
        "一、服務一年以上、未滿三年的，要20天前預告[1]。",
        "沒有依第16條預告，可罰2萬元以上30萬元以下[2]。",
        "示範勞務條例第20條規定，違反第16條的，處2萬到30萬元罰鍰[2]。",
        "情節重大時，罰鍰還可以加重一半[2]。",
        "情節重大時，罰鍰加重50%，由勞動部處罰[2]。",
        "自2024年7月1日起30天內可以繳納[2]。",
        "第36條所定的例假，報酬由業者照給[3]。",
        "業者要預告，違反會被罰[1][2]。",
        "示範地方法院110年度勞字第5號判決認為，依示範勞務條例第16條，業者應預告[5]。",
        "這個判決引用最高法院104年度台上字第472號判決[5]。",
        "據新聞報導，業者將應於40日前預告[6]。",
        "修正草案提到，業者應於五十日前預告[7]。",
        "示範勞務條例第16條規定業者終止契約要預告。",
        "示範地方法院110年度勞字第5號判決說業者應預告。",
        "法院認為業者的預告不夠時，可以處2萬元以上的罰鍰[2]。",
        "不服的人可以用書面向法院表示，並於30天內繳納[2]。",
        "如果法院認為情節重大，罰鍰加重一半[2]。",
    ],
)
def test_good_drafts_stand(text: str) -> None:
    assert prove(text).status in ("proved", "supported"), faults(text)


@pytest.mark.parametrize(
    ("layer", "verdict", "text"),
    [
        ("marks", "none", "業者終止契約要預告。"),
        ("marks", "none", "示範勞務條例第99條規定要預告。"),
        ("read", "unread", "業者終止契約要預告[9]。"),
        ("quotes", "altered", "接到預告後「得請假外出……報酬不照給」[1]。"),
        ("quotes", "altered", "接到預告後「報酬照給……得請假外出」[1]。"),
        ("quotes", "altered", "業者要“於四十日前預告之”[1]。"),
        ("quotes", "altered", "示範勞務條例規定：「服務三年以上者，於三十日前預告之」[2]。"),
        ("quotes", "folded", "規定：「服務三年以上者, 於三十日前預告之」[1]。"),
        ("references", "uncited", "依示範勞務條例第17條，業者終止契約要預告[1]。"),
        ("references", "uncited", "依示範倉儲法第16條，業者終止契約要預告[1]。"),
        ("references", "uncited", "示範勞務條例第16條規定，違反者處2萬元以上罰鍰[2]。"),
        ("references", "uncited", "業者要預告，並經司法院釋字第700號解釋確認[1]。"),
        ("references", "uncited", "最高法院104年度台上字第473號判決也這樣說[5]。"),
        ("references", "misplaced", "第38條所定的例假，報酬由業者照給[3]。"),
        ("references", "misplaced", "依示範勞務條例第16條第1項，服務人員接到預告後得請假外出，報酬照給[1]。"),
        ("references", "misplaced", "示範勞務條例第16條第1項規定：「請假期間之報酬照給」[1]。"),
        ("references", "misplaced", "依示範勞務條例第16條第5項，業者要預告[1]。"),
        ("values", "unfounded", "做滿三年的人，公司要在四十日前預告[1]。"),
        ("values", "unfounded", "做滿三年的人，公司要在30元前預告[1]。"),
        ("values", "unfounded", "服務三年以上的人，公司要在20天前預告[1]。"),
        ("values", "bounds", "沒有預告，可罰2萬元以下[2]。"),
        ("values", "bounds", "每週可以請超過兩天以上的假，至少2天[1]。"),
        ("values", "unfounded", "情節重大時，罰鍰加重三分之一[2]。"),
        ("values", "unfounded", "自2024年8月1日起30天內可以繳納[2]。"),
        ("names", "unfounded", "罰鍰由內政部處罰[2]。"),
        ("names", "unfounded", "最高行政法院可以處罰[2]。"),
        ("kind", "not_law", "業者應於四十日前預告[6]。"),
        ("kind", "not_law", "業者不得拒絕，應於五十日前預告[7]。"),
        ("kind", "not_law", "法律規定業者要預告[6]。"),
        ("kind", "miscalled", "法院認為業者終止契約要預告[1]。"),
        ("kind", "miscalled", "立法理由說業者終止契約要預告[1]。"),
        ("kind", "miscalled", "法院表示，業者終止契約時要預告[1]。"),
        ("locale", "script", "业者终止契约要预告[1]。"),
        ("locale", "wording", "業者終止勞動合同要預告[1]。"),
        ("status", "misstated", "示範勞務條例第16條業經刪除，業者不必預告[1]。"),
    ],
)
def test_what_is_wrong_is_found(layer: str, verdict: str, text: str) -> None:
    sentence = prove(text)
    assert sentence.checks[layer] == verdict, faults(text)
    assert sentence.status == "unproved"
    assert prover().citations([sentence]) == ()


def test_layers_come_in_their_order() -> None:
    order = [
        "marks",
        "exists",
        "status",
        "read",
        "quotes",
        "references",
        "values",
        "names",
        "terms",
        "kind",
        "support",
        "locale",
    ]
    assert list(prove("業者要預告[1]。").checks) == order


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("已遭示範高等法院111年度上字第3號判決於民國112年3月1日廢棄", True),
        ("已被廢棄", True),
        ("已經上級審撤銷", True),
        ("認為業者應預告", False),
    ],
)
def test_a_judgment_set_aside_is_said_to_be(said: str, stands: bool) -> None:
    note = "已遭示範高等法院111年度上字第3號判決於民國112年3月1日廢棄"
    source = JUDGED._replace(status=Status.REVERSED, note=note)
    found = faults(f"{source.label}（{said}）：「業者應預告」[5]", source)
    assert found == ({} if stands else {"status": "unflagged"})


def test_a_note_on_what_still_stands_is_no_misstatement() -> None:
    source = JUDGED._replace(note="部分已遭示範高等法院111年度上字第3號判決於民國112年3月1日廢棄")
    assert faults(f"{source.label}（{source.note}）：「業者應預告」[5]", source) == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("業者要在四十日前預告[1]。", "〔1〕裡沒有「四十日」這個數字"),
        ("可罰2萬元以下[2]。", "〔2〕裡的「2萬元」不是「以下」"),
        ("依示範勞務條例第17條，業者要預告[1]。", "〔1〕不是「示範勞務條例第17條」，也沒有提到它"),
        ("規定：「業者得不預告」[1][2]。", "「業者得不預告」與〔1〕〔2〕的原文不同，引號裡要一字不改"),
        ("業者要預告[9]。", "[9]不是給你的資料"),
        ("業者要預告[1][9]。", "[9]不是給你的資料"),
        ("業者要預告。", "沒有標出依據的資料編號"),
        ("業者應於四十日前預告[6]。", "〔6〕是新聞報導，不是法律，要寫明是哪一種資料"),
        ("業者終止勞動合同要預告[1]。", "「勞動合同」不是臺灣的用語，要用「勞動契約」"),
        ("業者要預告[1]。", ""),
    ],
)
def test_why(text: str, why: str) -> None:
    judge = prover()
    assert judge.why(judge.prove(Draft(text))) == why


def test_every_layer_that_fails_is_told_in_their_order() -> None:
    judge = prover()
    found = judge.faults(judge.judged("業者應於五十日前預告劳动合同[6]。"))
    assert [layer for layer in found if layer in ("values", "kind", "locale")] == ["values", "kind", "locale"]
    assert all(found.values())
    assert judge.faults(judge.judged("業者要預告[1]。")) == {}


def test_a_sentence_is_judged_with_all_its_marks() -> None:
    judge = prover()
    text = "業者要預告[1][2]。"
    assert judge.judged(text).citations == (1, 2)
    assert judge.judged(text) is judge.judged(text)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("規定：「服務三年以上者，於三十日前預告之」[1]。", "服務三年以上者，於三十日前預告之"),
        ("「得請假外出……報酬照給」[1]。", "得請假外出，其假期每星期不得超過二日，請假期間之報酬照給"),
        ("做滿三年的人，公司要在三十日前預告[1]。", "三、服務三年以上者，於三十日前預告之。"),
        ("服務人員每星期不得超過二日的假[1]。", NOTICE.text.split("\r\n")[-1]),
        ("依示範勞務條例第16條第1項第2款，要在20天前預告[1]。", "二、服務一年以上三年未滿者，於二十日前預告之。"),
        ("依這個判決，應該預告[5]。", JUDGED.quote),
    ],
)
def test_a_citation_is_as_narrow_as_its_sentence(text: str, quote: str) -> None:
    judge = prover()
    (citation,) = judge.citations([judge.prove(Draft(text))])
    document = next(source.document for source in SOURCES if source.mark == citation.mark)
    assert document.text[citation.start : citation.end] == citation.quote == quote


def test_a_citation_of_two_sentences_holds_both() -> None:
    judge = prover()
    texts = ("規定：「於二十日前預告之」[1]。", "規定：「服務三年以上者」[1]。")
    (citation,) = judge.citations([judge.prove(Draft(text)) for text in texts])
    assert citation.quote == "於二十日前預告之。\r\n三、服務三年以上者"


def test_a_quote_off_by_width_is_put_right() -> None:
    judge = prover()
    draft = judge.restored(Draft("規定：「服務三年以上者, 於三十日前預告之」[1]。"))
    assert draft.text == "規定：「服務三年以上者，於三十日前預告之」[1]。"
    assert judge.prove(draft).status == "proved"


PIECES = st.sampled_from(
    [*"「」『』“”\"[]［］【】（）…、，。；：", "[1]", "[2][3]", "[99]", "示範勞務條例", "第16條", "第1項", "三十日", "2萬元以上", "已廢止",
     "法院認為", "釋字第748號", "110年度勞字第5號", "112年5月1日", "業者應預告", "1.", "一、", "……", "\n", "\ue001", "劳", "\u202e"]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60)))
def test_no_sentence_breaks_the_proof(text: str) -> None:
    judge = prover()
    sentence = judge.prove(Draft(text))
    citations = judge.citations([sentence])
    texts = {source.mark: source.document.text for source in SOURCES}
    assert all(texts[one.mark][one.start : one.end] == one.quote for one in citations)
    assert bool(judge.why(sentence)) == (sentence.status == "unproved")
    assert judge.restored(Draft(text)).text.count("[1]") == text.count("[1]")


@pytest.mark.parametrize(
    "unit",
    [
        "「",
        "「」",
        "「業者應預告」",
        "[1]",
        "[1",
        "第16條",
        "示範勞務條例",
        "三十日",
        "一",
        "1,",
        "法院",
        "已於",
        "釋字第",
        "業者應預告，",
    ],
)
def test_a_sentence_of_ten_thousand_characters_is_proved_or_not(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    assert prove(f"{text}[1]").text == f"{text}[1]"
