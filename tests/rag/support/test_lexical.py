import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.support.lexical import LexicalSupport, covered, elsewhere

# Written for the tests; no law reads so.
LEASE = (
    "出租人應於交屋前檢查管線，並將檢查結果以書面告知承租人。\n"
    "承租人非經出租人同意，不得將房屋轉租於他人。但轉租予其直系血親者，不在此限。\n"
    "承租人積欠租金達三個月者，出租人得終止契約，並得請求承租人返還房屋。"
)
WORK = (
    "雇主終止契約者，應依下列規定預告勞工：\n"
    "一、工作滿三個月未滿一年者，於十日前。\n"
    "二、工作滿一年未滿三年者，於二十日前。\n"
    "三、工作滿三年者，於三十日前。\n"
    "雇主違反前項規定者，其終止無效。"
)
FINE = (
    "有下列情形之一者，處新臺幣六千元以上三萬元以下罰鍰：\n"
    "一、未經許可於湖面駕駛船舶。\n"
    "二、於深夜喧嘩，妨害鄰居安寧。\n"
    "未成年人犯前項之行為者，得免除其處罰。"
)

FAITHFUL = [
    ("房東交屋前要先檢查管線，再用書面把結果告訴房客。", LEASE),
    ("沒有房東同意，房客不可以把房子再租給別人。", LEASE),
    ("房客欠租三個月，房東可以終止租約，也可以要求房客還屋。", LEASE),
    ("員工做滿三個月但不到一年，老闆要在十天前預告。", WORK),
    ("工作滿三年的勞工，雇主應該在三十天前通知。", WORK),
    ("老闆沒有依規定預告，終止契約就不算數。", WORK),
    ("沒有得到許可就在湖上開船，罰六千元到三萬元。", FINE),
    ("半夜吵鬧影響鄰居安寧的人，最多罰三萬元。", FINE),
    ("小孩犯了可以免除處罰。", FINE),
]
CONTRARY = [
    ("沒有房東同意，房客可以把房子再租給別人。", LEASE, "contradicted"),
    ("房客欠租三個月，房東不得終止租約。", LEASE, "contradicted"),
    ("房東得於交屋前檢查管線。", LEASE, "contradicted"),
    ("承租人非經出租人同意，得將房屋轉租於他人。", LEASE, "contradicted"),
    ("房東欠租三個月，房客可以終止租約，也可以要求房東還屋。", LEASE, "parties"),
    ("房客交屋前要先檢查管線，再用書面把結果告訴房東。", LEASE, "parties"),
    ("員工做滿三個月但不到一年，老闆要在二十天前預告。", WORK, "contradicted"),
    ("老闆違反規定，終止仍然有效。", WORK, "contradicted"),
    ("半夜吵鬧影響鄰居安寧的人，最少罰三萬元。", FINE, "contradicted"),
]


@pytest.mark.parametrize(("claim", "text"), FAITHFUL)
def test_a_paraphrase_is_supported(claim: str, text: str) -> None:
    assert LexicalSupport().verdict(claim, [text]) == "ok"


@pytest.mark.parametrize(("claim", "text", "verdict"), CONTRARY)
def test_what_says_otherwise_is_not(claim: str, text: str, verdict: str) -> None:
    assert LexicalSupport().verdict(claim, [text]) == verdict


@pytest.mark.parametrize(("claim", "text"), FAITHFUL)
def test_another_text_does_not_support_it(claim: str, text: str) -> None:
    others = [other for other in (LEASE, WORK, FINE) if other != text]
    assert {LexicalSupport().verdict(claim, [other]) for other in others} == {"unsupported"}


def test_a_text_that_says_it_much_better_was_meant() -> None:
    neighbour = "出租人應於交屋前檢查門窗，並將檢查結果告知承租人。"
    claim = "房東交屋前要先檢查管線，再用書面把結果告訴房客。"
    assert LexicalSupport().verdict(claim, [neighbour]) == "ok"
    assert elsewhere(claim, [neighbour], [FINE, LEASE])
    assert not elsewhere(claim, [LEASE], [neighbour, FINE])
    assert not elsewhere(claim, [LEASE], [])


def test_texts_are_taken_together() -> None:
    assert LexicalSupport().verdict("房客欠租三個月，房東可以終止租約。", [FINE, LEASE]) == "ok"


def test_without_words_or_without_a_text() -> None:
    assert LexicalSupport().verdict("「」。", [LEASE]) == "ok"
    assert LexicalSupport().verdict("房東應檢查管線。", []) == "unsupported"
    assert covered("房東應檢查管線。", "") == 0.0


def test_presumed_is_not_deemed() -> None:
    text = "出租人未於七日內答覆者，推定其同意。"
    assert LexicalSupport().verdict("房東七天內沒有答覆，推定他同意。", [text]) == "ok"
    assert LexicalSupport().verdict("房東七天內沒有答覆，視為他同意。", [text]) == "contradicted"
    assert LexicalSupport().verdict("房東七天內沒有答覆，就當作他同意。", [text.replace("推定", "視為")]) == "ok"


@pytest.mark.parametrize("text", [LEASE, WORK, FINE])
def test_the_words_of_a_text_are_its_own(text: str) -> None:
    lines = [line.split("、", 1)[-1] for line in text.splitlines()]
    sentences = [sentence for line in lines for sentence in line.split("。") if sentence]
    assert {LexicalSupport().verdict(sentence, [text]) for sentence in sentences} == {"ok"}


@pytest.mark.parametrize("text", [LEASE, WORK, FINE])
def test_a_modal_denied_is_never_supported(text: str) -> None:
    lines = [line.split("、", 1)[-1] for line in text.splitlines()]
    sentences = [sentence for line in lines for sentence in line.split("。") if sentence]
    denied = [
        sentence[:at] + "不" + sentence[at:]
        for sentence in sentences
        for at, char in enumerate(sentence)
        if char in "應得" and sentence[at - 1 : at] != "不"
    ]
    assert denied == [] or {LexicalSupport().verdict(one, [text]) for one in denied} == {"contradicted"}


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="雇主勞工不得應可以，。；：\n一二、（）百元日第條非之而前項者但不在此限下列", max_size=120),
    st.text(max_size=120),
    st.text(alphabet="雇主勞工不得應可以，。；：\n一二、（）百元日第條非之而前項者但不在此限下列", max_size=400),
)
def test_any_text_has_a_verdict(claim: str, odd: str, text: str) -> None:
    verdicts = {"ok", "unsupported", "contradicted", "parties"}
    assert LexicalSupport().verdict(claim, [text, odd]) in verdicts
    assert LexicalSupport().verdict(odd, [text]) in verdicts
    assert not elsewhere(odd, [odd], [odd])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([LEASE, WORK, FINE]), st.data())
def test_whole_clauses_are_supported(text: str, data: st.DataObject) -> None:
    clauses = [clause for line in text.splitlines() for clause in line.split("、", 1)[-1].split("，")]
    clause = data.draw(st.sampled_from(clauses)).strip("。：")
    assert LexicalSupport().verdict(clause, [text]) == "ok"


@pytest.mark.parametrize("unit", ["一", "雇主", "不得應", "應給，", "雇主應。", "（", "不適用", "一、\n"])
def test_long_odd_texts_are_read(unit: str) -> None:
    text = unit * (12_000 // len(unit))
    assert LexicalSupport().verdict("雇主應於三十日內給付勞工一百元。", [text]) == "unsupported"
