"""Every reference of any text gets a verdict: the store in memory holds one law with a history, an order, a repealed law."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.check import CheckedReference, Checker, CheckReport, report_to_dict
from rag.domain import OPEN, Document, Verdict
from rag.names import LawName, LawNames
from rag.store import LinkRow
from rag.support import LexicalSupport
from tests.fakes import DOCUMENTS, GONE, KEY, LAW, ORDER, QUOTE, MemoryStore, article

DAY = date(2024, 10, 11)
NAME = LAW.name
QUESTIONS = Path(__file__).parents[2] / "questions" / "references.jsonl"


def decision(key: str, kind: str, title: str, day: date, text: str, **facts: str) -> Document:
    return Document(key, day.isoformat(), "made", kind, title, text, day, OPEN, facts=facts)  # type: ignore[arg-type]


FIRST = decision("interpretation/101", "interpretation", "釋字第101號", date(1990, 1, 5), "解釋文\n押金應返還租借人。")
LATER = decision("interpretation/102", "interpretation", "釋字第102號", date(1995, 1, 6), "解釋文\n押金得充作違約金。")
CHANGES = LinkRow(LATER.key, LATER.version, FIRST.key, "changes", None)
STORE = MemoryStore(
    (LAW, ORDER, GONE),
    (*DOCUMENTS, article(LAW, "4-1", "業者不得以租借人遲延為由，沒收全部押金。"), FIRST, LATER),
    links=(CHANGES,),
)
NAMES = LawNames([*STORE.law_names(), LawName("示範單車條例", LAW.pcode, 2)])


class Always:
    """A support with one opinion."""

    def __init__(self, verdict: str = "ok") -> None:
        self.said = verdict

    def verdict(self, claim: str, evidence: object) -> str:
        return self.said


def check(text: str, day: date = DAY, of: Document | None = None) -> tuple[CheckedReference, ...]:
    return Checker(STORE, NAMES, LexicalSupport(), day).report(text, of).references


def verdicts(text: str, day: date = DAY) -> list[str]:
    return [one.verdict if one.is_checked else "unchecked" for one in check(text, day)]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (f"{NAME}第4條第2項規定：「{QUOTE}」", "verified"),
        (f"「{QUOTE}」，{NAME}第4條第2項定有明文。", "verified"),
        (f"「{QUOTE.replace('七', '7')}」（{NAME}第4條第2項參照）", "verified"),
        (f"依{NAME}第4條第2項，業者應於七日內返還押金。", "verified"),
        (f"{NAME}第4條第2項規定：「{QUOTE.replace('七日', '十日')}」", "wrong_content"),
        (f"{NAME}第4條第1項規定：「{QUOTE}」", "wrong_content"),
        (f"{NAME}第4條之1規定：「業者得以租借人遲延為由，沒收全部押金。」", "wrong_content"),
        (f"依{NAME}第4條第2項，業者應於三十日內返還押金。", "wrong_content"),
        (f"{NAME}第4條第2項規定，租借人請求返還押金時，業者應於十四日內全額返還。", "superseded"),
        (f"修正前{NAME}第4條第2項規定，租借人請求返還押金時，業者應於十四日內全額返還。", "verified"),
        (f"{NAME}第5條規定押金之利息。", "deleted"),
        (f"{NAME}第7條規定申訴專線。", "not_yet_in_force"),
        (f"{GONE.name}第2條規定，設置招牌應申請許可。", "repealed"),
        (f"{GONE.name}已不再適用。", "repealed"),
        (f"{NAME}第99條規定了罰則。", "not_found"),
        (f"{NAME}第4條第5項另有規定。", "not_found"),
        (f"{NAME}第4條第2項但書另有規定。", "not_found"),
        ("機器人權利法第3條保障機器人。", "not_found"),
        ("日本民法第709條規定侵權行為。", "outside_coverage"),
        ("臺北市公園管理自治條例第13條", "outside_coverage"),
        ("政府採購錯誤行為處理要點第3點、系爭租賃契約第5條", "outside_coverage"),
        ("第12條另有規定。", "unchecked"),
        ("本法第3條另有規定。", "unchecked"),
        ("司法院釋字第102號解釋", "verified"),
        ("司法院釋字第101號解釋", "superseded"),
        ("司法院釋字第900號解釋", "not_found"),
        ("憲法法庭111年憲判字第99號判決", "not_found"),
        ("司法院釋字第102號解釋：「押金一律不得充作違約金使用。」", "wrong_content"),
        ("最高法院99年度台上字第9號判決", "outside_coverage"),
        ("最高法院190年度台上字第9號判決", "not_found"),
        ("法務部101年5月21日法律字第10103103830號函", "outside_coverage"),
    ],
)
def test_verdict(text: str, verdict: str) -> None:
    assert verdicts(text)[-1] == verdict


@pytest.mark.parametrize(
    ("opinion", "verdict"),
    [("ok", "verified"), ("unsupported", "verified"), ("parties", "wrong_content"), ("contradicted", "wrong_content")],
)
def test_what_is_told_in_other_words_is_left_to_the_support(opinion: str, verdict: str) -> None:
    text = f"依{NAME}第4條第2項規定，業者請求時，租借人須退錢。"
    assert Checker(STORE, NAMES, Always(opinion), DAY).report(text).references[0].verdict == verdict


def test_day_decides() -> None:
    text = f"{NAME}第4條第2項規定，租借人請求返還押金時，業者應於十四日內全額返還。"
    assert verdicts(text, date(2020, 1, 1)) == ["verified"]
    newer = text.replace("十四日", "七日")
    assert verdicts(newer, date(2020, 1, 1)) == ["not_yet_in_force"]
    assert verdicts(f"{GONE.name}第2條", date(2018, 1, 1)) == ["verified"]
    assert verdicts("司法院釋字第101號解釋", date(1992, 1, 1)) == ["verified"]


def test_a_reason_is_told_for_all_that_is_not_verified() -> None:
    found = check(f"{NAME}第99條、{NAME}第4條第1項規定：「{QUOTE}」；依示範單車條例第4條第2項，應於三日內返還；第8條。")
    assert [one.detail != "" for one in found] == [one.verdict != "verified" for one in found]
    told = check(f"{NAME}第4條第1項規定：「{QUOTE}」")[0]
    assert told.detail == f"所述見於第4條第2項，不在{NAME}第4條第1項"
    assert told.key == KEY
    assert told.version == "2024-07-01"
    assert told.url == LAW.url


def test_words_of_a_neighbouring_article_are_told_apart() -> None:
    found = check(f"{NAME}第5條之1規定：「{QUOTE}」")[0]
    assert found.verdict == "wrong_content"
    assert found.detail == f"所述是第4條的內容，不在{NAME}第5條之1"


def test_a_range_is_checked_article_by_article_under_one_span() -> None:
    found = check(f"{NAME}第4條至第6條")
    assert [one.label.removeprefix(NAME) for one in found] == ["第4條", "第5條", "第6條"]
    assert len({(one.start, one.end) for one in found}) == 1
    assert [one.verdict for one in found] == ["verified", "deleted", "verified"]


def test_what_a_quoted_article_refers_to_is_its_own() -> None:
    penalty = DOCUMENTS[6].text.splitlines()[0]
    text = f"{NAME}第6條第1項規定：「{penalty}」，同條第2項規定加重。"
    assert [(one.text, one.label, one.verdict) for one in check(text)] == [
        (f"{NAME}第6條第1項", f"{NAME}第6條第1項", "verified"),
        ("第四條第一項", f"{NAME}第4條第1項", "verified"),
        ("同條第2項", f"{NAME}第6條第2項", "verified"),
    ]


def test_the_text_of_an_article_is_read_as_such() -> None:
    penalty = DOCUMENTS[6]
    assert [one.label for one in check(penalty.text, of=penalty)] == [f"{NAME}第4條第1項", f"{NAME}第4條第2項"]
    assert [one.verdict for one in check("前條規定準用之。", of=penalty)] == ["verified"]


def test_list_shares_what_is_said() -> None:
    deposit, penalty = STORE.versions(KEY)[-1].text.split("\r\n")[0], DOCUMENTS[6].text.splitlines()[0]
    text = f"{NAME}第4條第1項、第6條第1項分別規定：「{deposit}」「{penalty}」"
    assert set(verdicts(text)) == {"verified"}
    assert "wrong_content" in verdicts(text.replace("一千元", "五千元"))


def test_counts_and_dictionary() -> None:
    text = f"第一行\n{NAME}第4條，{NAME}第99條。\n\n第8條。"
    report = Checker(STORE, NAMES, Always(), DAY).report(text)
    assert (report.extracted, report.checked) == (3, 2)
    assert report.counts == {"verified": 1, "not_found": 1, "outside_coverage": 1}
    assert not report.is_clean
    made = json.loads(json.dumps(report_to_dict(report), ensure_ascii=False))
    assert made["as_of"] == "2024-10-11"
    assert made["is_clean"] is False
    assert (made["references"][0]["line"], made["references"][0]["column"]) == (2, 1)
    assert Checker(STORE, NAMES, Always(), DAY).report(f"{NAME}第4條").is_clean


def test_more_than_are_looked_at_is_said() -> None:
    report = Checker(STORE, NAMES, Always(), DAY).report(f"{NAME}第4條。" * 5001)
    assert report.truncated
    assert (report.extracted, len(report.references)) == (5001, 5000)
    assert not report.is_clean


PIECES = st.sampled_from(
    [NAME, "第4條", "第２項", "第", "「", "」", "『", "（", "）", "規定：", "依", "，", "。", "\n", "修正前", "釋字第", "101", "號", "、",
     "至", "同法", "前條", "…", "\u200b", "\ue000", "\x00", "𠀀", "110年1月3日修正公布", "但書", QUOTE, "定有明文", "本法", "**"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join))
def test_any_text_is_reported_whole(text: str) -> None:
    report: CheckReport = Checker(STORE, NAMES, LexicalSupport(), DAY).report(text)
    assert report.extracted == len(report.references)
    assert sum(report.counts.values()) == report.extracted
    assert all(text[one.start : one.end] == one.text for one in report.references)
    assert all(one.start <= later.start for one, later in zip(report.references, report.references[1:], strict=False))


@pytest.mark.parametrize(
    "sign", ["第", "「", "「。", "」", "（", "第4條、", "規定：「", "年1月", "得", "1", "\n", f"{NAME}第4條「"]
)
def test_a_long_row_of_one_sign_is_read(sign: str) -> None:
    text = NAME + "第4條規定" + sign * (20_000 // len(sign))
    assert Checker(STORE, NAMES, LexicalSupport(), DAY).report(text).extracted > 0


def test_own_examples_are_well_formed() -> None:
    examples = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert len(examples) >= 120
    assert {verdict for one in examples for verdict in one["expect"]} == set(get_args(Verdict))
    assert len({one["text"] for one in examples}) == len(examples)
