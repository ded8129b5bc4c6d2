"""Made-up laws: what was decreed is known here, so what is worked out from snapshots can be held against it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import Snapshot
from ingest.sources.laws import record_of
from ingest.versions import law_versions, repeal_day, same_text
from rag.domain import OPEN, Document, Origin
from tests.ingest.official import article, decree, heading, histories, law, roc
from tests.ingest.stories import ENACTED, PCODE, Story, made_on, numbers, stories, turns

picks = st.lists(st.integers(0, 9), max_size=6)


@given(stories(), picks)
@settings(max_examples=300, deadline=None)
def test_what_is_said_to_apply_did_apply_and_what_is_left_open_was_never_seen(story: Story, chosen: list[int]) -> None:
    made = made_on(story, chosen)
    documents = law_versions([story.snapshot(day) for day in made])[1]
    shown = story.seen_in(made)
    for number in numbers(story):
        versions = [one for one in documents if one.number == str(number)]
        for day in turns(story, versions):
            holding = [one for one in versions if one.holds_on(day)]
            truth = story.text(number, day)
            assert len(holding) <= 1
            if holding:
                assert truth is not None
                assert same_text(holding[0].text, truth[1])
            else:
                assert truth is None or (number, truth[0]) not in shown


@given(stories(), picks, st.randoms())
@settings(max_examples=150, deadline=None)
def test_neither_order_nor_repetition_matters(story: Story, chosen: list[int], chance: random.Random) -> None:
    snapshots = [story.snapshot(day) for day in made_on(story, chosen)]
    expected = law_versions(snapshots)
    shuffled = [*snapshots, *chance.sample(snapshots, len(snapshots) // 2)]
    chance.shuffle(shuffled)
    assert law_versions(shuffled) == expected


@given(stories(), picks)
@settings(max_examples=100, deadline=None)
def test_every_version_has_a_name_of_its_own(story: Story, chosen: list[int]) -> None:
    documents = law_versions([story.snapshot(day) for day in made_on(story, chosen)])[1]
    assert len({(one.key, one.version) for one in documents}) == len(documents)


@given(stories())
@settings(max_examples=100, deadline=None)
def test_with_a_snapshot_after_each_decree_no_day_is_left_open(story: Story) -> None:
    documents = law_versions([story.snapshot(day) for day in made_on(story, range(len(story.changes)))])[1]
    for number in numbers(story):
        versions = [one for one in documents if one.number == str(number)]
        for day in turns(story, versions):
            assert any(one.holds_on(day) for one in versions) == (story.text(number, day) is not None)


def one_law(*records: dict[str, Any]) -> tuple[Document, ...]:
    return law_versions([Snapshot(None, record_of(fields, PCODE), str(at)) for at, fields in enumerate(records)])[1]


def spans(documents: Iterable[Document], number: str = "1") -> list[tuple[str, date, date]]:
    return [(one.text, one.valid_from, one.valid_to) for one in documents if one.number == number]


MADE = date(2021, 1, 13)
WHOLE = decree(ENACTED, "制定公布全文 2  條")


def amended(text: str, what: str, **other: Any) -> dict[str, Any]:
    return law(PCODE, MADE, [article("1", text), article("2", "乙")], histories(WHOLE, decree(MADE, what)), **other)


ORIGINAL = law(PCODE, ENACTED, [article("1", "甲"), article("2", "乙")], histories(WHOLE))


def test_an_article_no_decree_touched_goes_on() -> None:
    documents = one_law(ORIGINAL, amended("甲新", "修正公布第 1  條條文"))
    assert spans(documents, "1") == [("甲", ENACTED, MADE), ("甲新", MADE, OPEN)]
    assert spans(documents, "2") == [("乙", ENACTED, OPEN)]


def test_a_deferred_text_leaves_the_old_one_in_force() -> None:
    later = date(2022, 7, 1)
    documents = one_law(ORIGINAL, amended("甲新", f"修正公布第 1  條條文；並自{roc(later)}施行"))
    assert spans(documents) == [("甲", ENACTED, later), ("甲新", later, OPEN)]


def test_a_text_whose_day_is_not_fixed_never_applies_and_the_old_one_goes_on() -> None:
    what = "修正公布第 1、2 條條文；但第 1  條施行日期由行政院定之"
    documents = one_law(ORIGINAL, amended("甲新", what, LawEffectiveDate="99991231", LawEffectiveNote="第 1  條另定"))
    assert spans(documents) == [("甲", ENACTED, OPEN), ("甲新", OPEN, OPEN)]


def test_99991231_concerns_only_the_articles_it_names() -> None:
    note = "本法 110.01.13 修正之第 1  條條文，施行日期由行政院定之"
    documents = one_law(amended("甲新", "修正公布第 1、2 條條文", LawEffectiveDate="99991231", LawEffectiveNote=note))
    assert spans(documents, "1") == [("甲新", OPEN, OPEN)]
    assert spans(documents, "2") == [("乙", MADE, OPEN)]


def test_an_open_day_in_an_old_history_is_over_when_the_file_says_so() -> None:
    documents = one_law(amended("甲新", "修正公布第 1  條條文；施行日期由行政院定之"))
    assert spans(documents) == [("甲新", MADE, OPEN)]


def test_a_note_gives_the_day_that_the_history_leaves_to_an_event() -> None:
    what = "修正公布第 1、2 條條文；除第 1  條規定自示範公司設置條例施行之日施行外，其餘自公布日施行"
    note = f"{roc(MADE)}修正之第 1  條規定，自示範公司設置條例施行之日（一百十三年一月一日）施行。"
    documents = one_law(ORIGINAL, amended("甲新", what, LawEffectiveDate="20240101", LawEffectiveNote=note))
    assert spans(documents) == [("甲", ENACTED, date(2024, 1, 1)), ("甲新", date(2024, 1, 1), OPEN)]


@pytest.mark.parametrize(
    "note", ["112.13.45 修正之第 1  條", "第 9999999999999999999 條另定", "）（", "民國年月日修正"]
)
def test_a_note_that_makes_no_sense_is_left_aside(note: str) -> None:
    documents = one_law(amended("甲新", "修正公布第 1  條條文", LawEffectiveNote=note))
    assert spans(documents) == [("甲新", MADE, OPEN)]


def test_a_changed_form_is_no_version() -> None:
    wrapped = amended("甲\r\n  項 之 文字", "修正公布第 2  條條文")
    documents = one_law(
        law(PCODE, ENACTED, [article("1", "甲項之文字"), article("2", "乙")], histories(WHOLE)), wrapped
    )
    assert [(one.version, one.text, one.valid_to) for one in documents if one.number == "1"] == [
        (ENACTED.isoformat(), "甲\r\n  項 之 文字", OPEN)
    ]


def test_a_correction_on_the_same_day_replaces_the_wording() -> None:
    documents = one_law(amended("甲訛", "修正公布第 1  條條文"), amended("甲正", "修正公布第 1  條條文"))
    assert spans(documents) == [("甲正", MADE, OPEN)]


def test_two_decrees_and_one_snapshot_leave_the_days_between_open() -> None:
    last = date(2022, 3, 4)
    text = histories(WHOLE, decree(MADE, "修正公布第 1  條條文"), decree(last, "修正公布第 1  條條文"))
    documents = one_law(ORIGINAL, law(PCODE, last, [article("1", "甲三"), article("2", "乙")], text))
    assert spans(documents) == [("甲", ENACTED, MADE), ("甲三", last, OPEN)]


def test_a_deleted_article_is_a_version_of_its_own() -> None:
    documents = one_law(ORIGINAL, amended("（刪除）", "刪除公布第 1  條條文"))
    assert [(one.deleted, one.valid_from) for one in documents if one.number == "1"] == [(False, ENACTED), (True, MADE)]


def test_an_article_that_is_gone_is_closed() -> None:
    text = histories(WHOLE, decree(MADE, "修正公布全文 1  條"))
    documents = one_law(ORIGINAL, law(PCODE, MADE, [article("1", "甲新")], text))
    assert spans(documents, "2") == [("乙", ENACTED, MADE)]


def test_a_repealed_law_is_closed_and_its_texts_stay() -> None:
    gone = date(2023, 6, 1)
    text = histories(WHOLE, decree(gone, "公布廢止"))
    record = law(PCODE, gone, [article("1", "甲"), article("2", "乙")], text, LawAbandonNote="廢")
    result, documents = law_versions([Snapshot(None, record_of(record, PCODE))])
    assert result.repealed == gone
    assert spans(documents) == [("甲", ENACTED, gone)]


@pytest.mark.parametrize(
    ("what", "effective", "expected"),
    [
        ("公布廢止", "", date(2023, 6, 1)),
        ("公布廢止；並自一百十二年九月一日生效", "", date(2023, 9, 1)),
        ("公告自一百十三年一月一日停止適用", "", date(2024, 1, 1)),
        ("公布廢止", "20230701", date(2023, 7, 1)),
        ("公布廢止", "99991231", date(2023, 6, 1)),
    ],
)
def test_the_day_a_repeal_takes_effect(what: str, effective: str, expected: date) -> None:
    text = histories(WHOLE, decree(date(2023, 6, 1), what))
    record = law(PCODE, date(2023, 6, 1), [], text, LawAbandonNote="廢", LawEffectiveDate=effective)
    assert repeal_day(record_of(record, PCODE)) == expected


def test_an_added_article_has_nothing_before_it() -> None:
    text = histories(WHOLE, decree(MADE, "增訂公布第 1-1 條條文"))
    documents = one_law(
        ORIGINAL, law(PCODE, MADE, [article("1", "甲"), article("1-1", "增"), article("2", "乙")], text)
    )
    (found,) = [one for one in documents if one.number == "1-1"]
    assert (found.origin, found.valid_from) == (Origin.ADDED, MADE)
    assert [one.number for one in documents] == ["1", "1-1", "2"]


def test_headings_become_the_path() -> None:
    items = [
        heading("第 一 編 總則"),
        heading("   第 一 章 法例"),
        article("1", "甲"),
        heading("   第 二 章 人"),
        article("2", "乙"),
    ]
    documents = one_law(law(PCODE, ENACTED, items, histories(WHOLE)))
    assert [one.path for one in documents] == [("第一編 總則", "第一章 法例"), ("第一編 總則", "第二章 人")]


def test_former_names_are_kept() -> None:
    what = "修正公布名稱及全文 2  條（原名稱：示範舊法；新名稱：示範新法）"
    record = law(PCODE, MADE, [article("1", "甲")], histories(WHOLE, decree(MADE, what)), LawName="示範新法")
    found, _ = law_versions([Snapshot(None, record_of(record, PCODE))])
    assert (found.name, found.former_names, found.enacted) == ("示範新法", ("示範舊法",), ENACTED)


def test_numbers_that_are_no_articles_have_an_order_too() -> None:
    items = [
        article("10", "十"),
        article("9-1", "九之一"),
        {"ArticleType": "A", "ArticleNo": "3", "ArticleContent": "三點"},
    ]
    documents = one_law(law(PCODE, ENACTED, items, histories(WHOLE)))
    assert [one.number for one in documents] == ["10", "9-1", "3"]
