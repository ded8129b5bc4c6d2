"""A judgment set aside later and an interpretation changed later are no longer good law, from that day on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.decisions import find_decisions
from rag.domain import OPEN, Document, Kind, Passage, Status
from rag.goodlaw import good_law, stands, what_became_of, with_standing
from rag.store import LinkRow
from rag.write import source_of_passage, write
from tests.fakes import MemoryStore

FIRST, SECOND, THIRD, FOURTH = (date(2018 + year, 3, 1) for year in range(4))
TODAY = date(2024, 10, 11)


def judgment(court: str, case: str, day: date, main: str = "原判決撤銷。", **facts: str) -> Document:
    name = {"TPD": "臺灣臺北地方法院", "TPH": "臺灣高等法院", "TPS": "最高法院"}[court]
    about = {"type": "刑事", "form": "判決", "no": "9", "case_key": f"case/{court}/107/{case}/9"} | facts
    title = f"{name}107年度{case}字第9號{about['form']}"
    key = f"judgment/{court}M,107,{case},9,{day:%Y%m%d},{about['type']}{about['form']}"
    return made("judgment", key, title, day, f"主文\n{main}", **about)


def made(kind: Kind, key: str, title: str, day: date, text: str, **facts: str) -> Document:
    return Document(key, day.isoformat(), "made", kind, title, text, day, OPEN, facts=facts)


def interpretation(number: int, day: date, **facts: str) -> Document:
    about = {"number": f"釋字第{number}號", "type": "解釋"} | facts
    return made("interpretation", f"interpretation/{number}", about["number"], day, "解釋文", **about)


DISTRICT = judgment("TPD", "易", FIRST, "甲○○無罪。")
HIGH = judgment("TPH", "上易", SECOND)
SUPREME = judgment("TPS", "台上", THIRD, "原判決撤銷，發回臺灣高等法院。")
OLD = interpretation(901, FIRST)
CHANGING = made(
    "interpretation",
    "constitutional/109年憲判字第9號",
    "109年憲判字第9號【押金案】",
    THIRD,
    "主文\n最高法院107年度台上字第9號刑事判決違憲，廢棄並發回最高法院。",
    number="109年憲判字第9號",
    type="判決",
)


def link(by: Document, target: Document | str, relation: str, day: date | None = None) -> LinkRow:
    key = target if isinstance(target, str) else target.facts.get("case_key", target.key)
    return LinkRow(by.key, by.version, key, relation, day)


def store(*links: LinkRow, also: tuple[Document, ...] = ()) -> MemoryStore:
    return MemoryStore((), (DISTRICT, HIGH, SUPREME, OLD, CHANGING, *also), links=links)


REVERSED = link(HIGH, DISTRICT, "reverses", FIRST)


def test_a_judgment_set_aside_says_by_which_and_when() -> None:
    found = good_law(DISTRICT, store(REVERSED), TODAY)
    assert found == (Status.REVERSED, "已遭臺灣高等法院107年度上易字第9號判決於民國108年3月1日撤銷", HIGH)
    assert not stands(DISTRICT, store(REVERSED), TODAY)


def test_nothing_is_known_before_the_day_it_was_set_aside() -> None:
    assert good_law(DISTRICT, store(REVERSED), SECOND - timedelta(days=1)).status is Status.IN_FORCE
    assert good_law(DISTRICT, store(REVERSED), SECOND).status is Status.REVERSED


def test_set_aside_in_part_it_stands_with_a_word_on_it() -> None:
    found = good_law(DISTRICT, store(link(HIGH, DISTRICT, "reverses_in", FIRST)), TODAY)
    assert (found.status, found.note[:6]) == (Status.IN_FORCE, "部分已遭臺灣")


def test_a_civil_judgment_is_called_set_aside_by_its_own_word() -> None:
    lower = judgment("TPD", "訴", FIRST, "原告之訴駁回。", type="民事")
    upper = judgment("TPH", "上", SECOND, "原判決廢棄。", type="民事")
    texts = store(link(upper, lower, "reverses", FIRST), also=(lower, upper))
    assert good_law(lower, texts, TODAY).note.endswith("廢棄")


def test_what_was_set_aside_by_a_judgment_set_aside_later_stands_again() -> None:
    texts = store(REVERSED, link(SUPREME, HIGH, "reverses", SECOND))
    assert good_law(DISTRICT, texts, SECOND).status is Status.REVERSED
    assert good_law(HIGH, texts, TODAY).status is Status.REVERSED
    assert good_law(DISTRICT, texts, TODAY) == (Status.IN_FORCE, "", None)


def test_of_a_judgment_that_fell_in_part_it_is_open_what_it_set_aside() -> None:
    texts = store(REVERSED, link(SUPREME, HIGH, "reverses_in", SECOND))
    found = good_law(DISTRICT, texts, TODAY)
    assert (found.status, found.note[:4]) == (Status.IN_FORCE, "部分已遭")


@pytest.mark.parametrize(
    "other",
    [
        judgment("TPD", "易", SECOND - timedelta(days=30), "羈押期間延長。"),
        judgment("TPD", "易", FIRST, "羈押期間延長。", form="裁定"),
        judgment("TPD", "易", FIRST, "原告之訴駁回。", type="民事"),
    ],
)
def test_another_judgment_of_the_same_number_is_not_meant(other: Document) -> None:
    texts = store(REVERSED, also=(other,))
    assert good_law(other, texts, TODAY) == (Status.IN_FORCE, "", None)
    assert good_law(DISTRICT, texts, TODAY).status is Status.REVERSED


def test_a_judgment_is_never_set_aside_by_an_earlier_one() -> None:
    late = judgment("TPD", "易", FOURTH)
    assert good_law(late, store(link(HIGH, late, "reverses", FOURTH), also=(late,)), TODAY).status is Status.IN_FORCE


def test_a_judgment_that_is_not_stored_sets_nothing_aside() -> None:
    gone = LinkRow("judgment/gone", "2019-03-01", DISTRICT.facts["case_key"], "reverses", FIRST)
    assert good_law(DISTRICT, store(gone), TODAY).status is Status.IN_FORCE


def test_the_constitutional_court_sets_aside_by_number_alone() -> None:
    supreme = judgment("TPS", "台上", SECOND, "上訴駁回。")
    texts = MemoryStore((), (supreme, CHANGING), links=[link(CHANGING, supreme, "reverses")])
    found = good_law(supreme, texts, TODAY)
    assert (found.status, found.note) == (
        Status.REVERSED,
        "已遭憲法法庭109年憲判字第9號判決於民國109年3月1日廢棄",
    )


@pytest.mark.parametrize("changes", [{"form": "裁定"}, {"type": "民事"}, {"form": ""}])
def test_a_number_alone_means_no_judgment_of_another_form(changes: dict[str, str]) -> None:
    supreme = judgment("TPS", "台上", SECOND, "上訴駁回。", **changes)
    texts = MemoryStore((), (supreme, CHANGING), links=[link(CHANGING, supreme, "reverses")])
    assert good_law(supreme, texts, TODAY).status is Status.IN_FORCE


def test_a_number_alone_that_two_judgments_share_means_neither() -> None:
    one, other = judgment("TPS", "台上", SECOND), judgment("TPS", "台上", SECOND, type="民事")
    texts = MemoryStore((), (one, other, CHANGING), links=[link(CHANGING, one, "reverses")])
    assert [good_law(each, texts, TODAY).status for each in (one, other)] == [Status.IN_FORCE] * 2


@pytest.mark.parametrize(
    ("relation", "status", "note"),
    [
        ("changes", Status.SUPERSEDED, "已經憲法法庭109年憲判字第9號判決於民國109年3月1日變更"),
        ("changes_in", Status.IN_FORCE, "部分已經憲法法庭109年憲判字第9號判決於民國109年3月1日變更"),
        ("supplements", Status.IN_FORCE, "另經憲法法庭109年憲判字第9號判決於民國109年3月1日補充"),
        ("cites", Status.IN_FORCE, ""),
    ],
)
def test_an_interpretation_changed_later(relation: str, status: Status, note: str) -> None:
    texts = store(link(CHANGING, OLD, relation))
    assert good_law(OLD, texts, TODAY)[:2] == (status, note)
    assert good_law(OLD, texts, SECOND)[:2] == (Status.IN_FORCE, "")


def test_several_changes_in_part_are_all_told() -> None:
    by = interpretation(903, FOURTH)
    found = good_law(OLD, store(link(by, OLD, "changes_in"), link(CHANGING, OLD, "changes_in"), also=(by,)), TODAY)
    assert found.note == (
        "部分已經憲法法庭109年憲判字第9號判決於民國109年3月1日變更，部分已經司法院釋字第903號解釋於民國110年3月1日變更"
    )
    assert found.by == CHANGING


def test_a_change_counts_for_more_than_a_supplement() -> None:
    supplement = interpretation(902, SECOND)
    texts = store(link(supplement, OLD, "supplements"), link(CHANGING, OLD, "changes"), also=(supplement,))
    assert good_law(OLD, texts, TODAY).status is Status.SUPERSEDED


def test_a_judgment_no_longer_to_be_used_as_a_precedent() -> None:
    by = interpretation(903, FOURTH)
    found = good_law(SUPREME, store(link(by, SUPREME, "changes"), also=(by,)), TODAY)
    assert (found.status, found.note) == (
        Status.SUPERSEDED,
        "已經司法院釋字第903號解釋於民國110年3月1日宣告不再援用",
    )
    twin = judgment("TPS", "台上", SECOND, type="民事")
    assert good_law(SUPREME, store(link(by, SUPREME, "changes"), also=(by, twin)), TODAY).note == ""


def test_what_is_not_stored_is_still_known_to_be_out_of_use() -> None:
    by = interpretation(903, FOURTH)
    (precedent,) = find_decisions("最高法院76年台上字第901號判例")
    (early,) = find_decisions("司法院院字第901號解釋")
    texts = store(link(by, precedent.key, "changes_in"), link(by, early.key, "changes"), also=(by,))
    assert what_became_of(precedent, texts, TODAY) == "部分經司法院釋字第903號解釋於民國110年3月1日宣告不再援用"
    assert what_became_of(early, texts, TODAY) == "經司法院釋字第903號解釋於民國110年3月1日變更"
    assert what_became_of(precedent, texts, THIRD) == ""


def test_the_sentence_on_a_source_says_what_became_of_it() -> None:
    passage = Passage(DISTRICT.key, DISTRICT.version, 3, len(DISTRICT.text), DISTRICT.text[3:], "主文")
    (source,) = with_standing([source_of_passage(1, DISTRICT, passage)], store(REVERSED), TODAY)
    assert source.status is Status.REVERSED
    assert [draft.text for draft in write([source])] == [
        "臺灣臺北地方法院107年度易字第9號判決主文（已遭臺灣高等法院107年度上易字第9號判決於民國108年3月1日撤銷）：「甲○○無罪。」[1]"
    ]
    plain = source_of_passage(1, DISTRICT, passage)
    assert with_standing([plain], store(), TODAY) == [plain]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["reverses", "reverses_in"])), max_size=30)
)
def test_judgments_that_set_one_another_aside_come_to_an_end(pairs: list[tuple[int, int, str]]) -> None:
    some = [judgment("TPS", f"台上{at}", FIRST + timedelta(days=at)) for at in range(6)]
    links = [link(some[by], some[target], relation, some[target].valid_from) for by, target, relation in pairs]
    texts = MemoryStore((), some, links=links)
    found = [good_law(one, texts, TODAY) for one in some]
    assert {one.status for one in found} <= {Status.IN_FORCE, Status.REVERSED}
    assert found[-1] == (Status.IN_FORCE, "", None)
    assert all(one.by is None or one.by.valid_from > made.valid_from for one, made in zip(found, some, strict=True))
