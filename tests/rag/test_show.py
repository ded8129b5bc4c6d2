import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.answer import AnswerOut
from rag.answer import answer_to_dict
from rag.domain import OPEN, Status
from rag.show import as_json, as_text, clean
from tests import fakes

DAY = date(2024, 10, 11)
ENGINE = fakes.make_engine()
ANSWER = ENGINE.ask("示範共享單車租借條例第4條第2項", DAY)


def test_sentence_sources_and_quote_are_shown() -> None:
    text = as_text(ANSWER)
    assert "示範共享單車租借條例第4條第2項規定：「租借人請求返還押金時" in text
    assert "依據（民國113年10月11日當日的法規）" in text
    assert "[1] 示範共享單車租借條例第4條第2項（有效；自民國113年7月1日起，現行；版本 2024-07-01）" in text
    assert fakes.LAW.url in text
    assert "\x1b" not in text


def test_what_is_no_law_is_not_said_to_be_in_force() -> None:
    said = replace(ANSWER.citations[0], kind="news", label="押金爭議", valid_from=date(2024, 7, 1))
    text = as_text(replace(ANSWER, citations=(said,)))
    assert "依據（民國113年10月11日當日）" in text
    assert "[1] 押金爭議（新聞報導；民國113年7月1日；版本 2024-07-01）" in text
    undated = replace(said, kind="text", valid_from=date.min, version="undated")
    assert "[1] 押金爭議（文件；版本 undated）" in as_text(replace(ANSWER, citations=(undated,)))


def test_color_adds_codes_and_nothing_else() -> None:
    colored = as_text(ANSWER, color=True)
    assert "\x1b[33m" in colored
    assert re.sub("\x1b\\[[0-9]m|\x1b\\[33m", "", colored) == as_text(ANSWER)


def test_refusal_says_why_and_what_is_near() -> None:
    text = as_text(ENGINE.ask("示範共享單車租借條例第4條第5項", DAY))
    assert text.startswith("不作答：查無此法條")
    assert "沒有第5項，共2項。" in text
    assert "相近的條文（未用來作答）" in text


@pytest.mark.parametrize(
    ("status", "valid_from", "shown"),
    [
        (Status.REPEALED, date(2016, 1, 1), "已廢止"),
        (Status.DELETED, date(2016, 1, 1), "已刪除"),
        (Status.NOT_YET_IN_FORCE, OPEN, "尚未施行；施行日期未定"),
    ],
)
def test_standing_of_a_source_is_shown(status: Status, valid_from: date, shown: str) -> None:
    citation = replace(ANSWER.citations[0], status=status, valid_from=valid_from)
    assert shown in as_text(replace(ANSWER, citations=(citation,)))


HARM = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\r",
    "\b\b\b",
    "\x00",
    "\u202e",
    "\u202a",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u2028",
    "\u2029",
    "\x85",
    "\ud800",
    "\U000e0041",
]


@pytest.mark.parametrize("sign", HARM)
def test_nothing_harmful_reaches_the_terminal(sign: str) -> None:
    citation = ANSWER.citations[0]
    poisoned = replace(citation, quote=sign + citation.quote, label=sign + citation.label, url=citation.url + sign)
    sentence = replace(ANSWER.sentences[0], text=sign + ANSWER.sentences[0].text)
    answer = replace(ANSWER, sentences=(sentence,), citations=(poisoned,), found=(poisoned,), message=sign)
    text = as_text(answer)
    assert not set(text) & set(sign.replace("[2J", "").replace("]0;title", "").replace("31m", ""))
    assert text.encode().decode() == text


def test_rare_characters_and_spaces_stay_readable() -> None:
    assert clean("造字\ue001，\U000f0001　全形\u00a0不斷行\t定位") == "造字\ue001，\U000f0001　全形 不斷行 定位"


@given(st.text())
def test_clean_is_safe_and_settled(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    assert "\x1b" not in shown
    assert shown.encode().decode() == shown


def test_json_is_the_answer_object() -> None:
    for question in ("示範共享單車租借條例第4條", "示範共享單車租借條例第99條", "明天下雨嗎"):
        printed = json.loads(as_json(answer_to_dict(ENGINE.ask(question, DAY))))
        assert AnswerOut.model_validate(printed).model_dump(mode="json", exclude_unset=True) == printed
        needed = {name for name, field in AnswerOut.model_fields.items() if field.is_required()}
        assert needed <= set(printed)
