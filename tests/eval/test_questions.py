import json
import os
from datetime import date
from pathlib import Path

import pytest

from eval.questions import LawGold, read_questions
from rag.errors import UsageError
from tests.eval.fakes import document, law, question

GOOD = {"id": "a", "kind": "lay", "question": "借錢不還怎麼辦？", "answerable": True, "gold": [law("478")]}
SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", "../shared/data")) / "questions"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_reads_every_form_of_gold(tmp_path: Path) -> None:
    golds = [law("185-3"), {"interpretation": 748}, {"paragraph": "1147-5"}, {"url": "https://news.example/1"}]
    golds.append({"corpus": "larceny", "doc": 365, "no": "102,簡,1807"})
    path = written(tmp_path, json.dumps(GOOD | {"gold": golds}))
    keys = [gold.key for gold in read_questions(path)[0].gold]
    assert keys == [
        "law/Z0000001/185-3",
        "interpretation/748",
        "paragraph/1147-5",
        "https://news.example/1",
        "judgment/*,102,簡,1807",
    ]


def test_skips_blank_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff" + json.dumps(GOOD), "", json.dumps(GOOD | {"id": "b"}))
    assert [record.id for record in read_questions(path)] == ["a", "b"]


def test_a_line_separator_inside_a_string_is_no_new_line(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(GOOD | {"question": "一\u2028二"}, ensure_ascii=False))
    assert read_questions(path)[0].question == "一\u2028二"


def test_a_gold_may_name_its_units_and_its_characters(tmp_path: Path) -> None:
    law = {"law": "民法", "pcode": "B0000001", "article": "184", "units": [["項", 1], ["款", 2]], "start": 0, "end": 9}
    (asked,) = read_questions(written(tmp_path, json.dumps(GOOD | {"gold": [law], "judged": {"law/B0000001/1": 0}})))
    (gold,) = asked.gold
    assert isinstance(gold, LawGold)
    assert (gold.units, gold.start, gold.end) == ((("項", 1), ("款", 2)), 0, 9)
    assert asked.judged == {"law/B0000001/1": 0}
    assert LawGold(law="民法", pcode="B0000001", article="184").units == ()


def test_an_unknown_field_is_left_alone(tmp_path: Path) -> None:
    assert read_questions(written(tmp_path, json.dumps(GOOD | {"split": "dev"})))[0].id == "a"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "不是 JSON"),
        ("[]", "應為 JSON 物件"),
        ('"a"', "應為 JSON 物件"),
        (json.dumps({key: value for key, value in GOOD.items() if key != "question"}), "欄位 question：缺少這個欄位"),
        (json.dumps(GOOD | {"question": "  "}), "欄位 question：不得空白"),
        (json.dumps(GOOD | {"answerable": "yes"}), "欄位 answerable：應為 true 或 false"),
        (json.dumps(GOOD | {"id": 7}), "欄位 id：應為字串"),
        (json.dumps(GOOD | {"as_of": "112/3/1"}), "欄位 as_of：應為 YYYY-MM-DD 的日期"),
        (json.dumps(GOOD | {"gold": {"pcode": "B0000001"}}), "欄位 gold：應為陣列"),
        (json.dumps(GOOD | {"gold": [{"doc": 1}]}), "欄位 gold.0：不是認得的答案"),
        (json.dumps(GOOD | {"gold": [{"law": "民法", "pcode": "B0000001"}]}), "欄位 gold.0.article：缺少這個欄位"),
        (json.dumps(GOOD | {"gold": [{"interpretation": "748"}]}), "欄位 gold.0.interpretation：應為整數"),
        (json.dumps(GOOD | {"gold": [{"paragraph": "1-1", "start": 3}]}), "start 與 end 要一起給"),
        (json.dumps(GOOD | {"gold": [{"paragraph": "1-1", "start": 3, "end": 3}]}), "start 在前"),
        (json.dumps(GOOD | {"judged": {"law/B0000001/1": 4}}), "只能是 0, 1, 2 or 3"),
        (json.dumps(GOOD | {"judged_by": "nobody"}), "欄位 judged_by：只能是"),
        (json.dumps(GOOD), "id 重複：a"),
    ],
)
def test_a_bad_line_is_one_error_with_its_place(tmp_path: Path, line: str, complaint: str) -> None:
    path = written(tmp_path, json.dumps(GOOD), line)
    with pytest.raises(UsageError) as raised:
        read_questions(path)
    message = str(raised.value)
    assert message.startswith(f"{path}:2：")
    assert complaint in message
    assert "\n" not in message


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "big5.jsonl").write_bytes("問題".encode("big5"))
    for path in (tmp_path / "absent.jsonl", tmp_path, tmp_path / "big5.jsonl"):
        with pytest.raises(UsageError, match=str(path)):
            read_questions(path)


def test_the_day_of_an_as_of_record_stands_in_its_question() -> None:
    assert question("as_of", as_of="2017-06-03").asked_as_of is None
    assert question("lay", as_of="2017-06-03").asked_as_of == date(2017, 6, 3)


def test_a_judgment_is_known_by_its_number_whatever_its_court() -> None:
    gold = question(gold=[{"corpus": "larceny", "doc": 1, "no": "104,台上,472"}]).gold[0]
    assert gold.matches(document("judgment/TPSV,104,台上,472,20150326,1"))
    assert not gold.matches(document("judgment/TPSV,104,台上,47,20150326,1"))
    assert not gold.matches(document("law/TPSV,104,台上,472,20150326,1"))


def test_news_is_known_by_its_address() -> None:
    gold = question(gold=[{"url": "https://news.example/1"}]).gold[0]
    assert gold.matches(document("news/news.example/1", url="https://news.example/1"))
    assert not gold.matches(document("news/news.example/1"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_the_real_sets_are_read_whole() -> None:
    read = {path.stem: read_questions(path) for path in SHARED.glob("*.jsonl") if path.stem not in NOT_QUESTIONS}
    assert {"asof", "lay_statutes", "traps"} <= read.keys()
    assert all(records for records in read.values())


NOT_QUESTIONS = {"drcd_paragraphs"}


def test_a_day_on_which_nothing_holds_any_more_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    record = {"id": "1", "kind": "lay", "question": "問？", "answerable": True, "as_of": "9999-12-31"}
    file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UsageError, match=r"as_of：應小於 9999-12-31"):
        read_questions(file)
