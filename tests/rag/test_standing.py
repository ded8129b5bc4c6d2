from datetime import date

import pytest

from rag.domain import OPEN, Document, Law, Origin, Status
from rag.standing import Standing, standing

LAW = Law("Z0000001", "示範法", "法律", "行政＞示範部", date(2020, 1, 1))
REPEALED = Law("Z0000001", "示範法", "法律", "廢止法規＞示範部", date(2020, 1, 1), repealed=date(2020, 1, 1))
A, B, C, D = date(2000, 1, 1), date(2010, 1, 1), date(2020, 1, 1), date(2030, 1, 1)


def version(
    made: date, start: date, end: date = OPEN, origin: Origin = Origin.AMENDED, deleted: bool = False
) -> Document:
    return Document(
        key="law/Z0000001/1",
        version=made.isoformat(),
        source="laws",
        kind="statute",
        title="示範法",
        text="（刪除）" if deleted else f"{made}之文字。",
        valid_from=start,
        valid_to=end,
        origin=origin,
        deleted=deleted,
        law="Z0000001",
        number="1",
    )


ENACTED = version(A, A, B, Origin.ENACTED)
AMENDED = version(B, B)
DELETED = version(B, B, deleted=True)


def test_an_unknown_article_is_not_found() -> None:
    assert standing(LAW, [], B) == Standing(None, None, "not_found")


@pytest.mark.parametrize(
    ("versions", "day", "status", "made"),
    [
        ([ENACTED, AMENDED], A, Status.IN_FORCE, A),
        ([ENACTED, AMENDED], date(2009, 12, 31), Status.IN_FORCE, A),
        ([ENACTED, AMENDED], B, Status.IN_FORCE, B),
        ([ENACTED, DELETED], C, Status.DELETED, B),
        ([ENACTED, DELETED], A, Status.IN_FORCE, A),
    ],
)
def test_the_version_that_holds_says_what_the_article_is(
    versions: list[Document], day: date, status: Status, made: date
) -> None:
    found = standing(LAW, versions, day)
    assert found.document is not None
    assert (found.status, found.document.version, found.reason) == (status, made.isoformat(), None)
    assert found.since == found.document.valid_from


def test_a_repealed_law_shows_the_last_text_it_had() -> None:
    last = version(B, B, C)
    found = standing(REPEALED, [ENACTED, last], D)
    assert found == Standing(Status.REPEALED, last, None, C)


def test_before_its_repeal_a_law_is_in_force() -> None:
    last = version(B, B, C)
    assert standing(REPEALED, [ENACTED, last], B).status is Status.IN_FORCE


def test_the_last_text_is_one_that_applied() -> None:
    applied, never = version(A, A, C, Origin.ENACTED), version(B, C, C)
    assert standing(REPEALED, [applied, never], D).document == applied


def test_a_law_that_never_came_into_force_before_its_repeal_shows_what_it_said() -> None:
    never = version(B, C, C)
    assert standing(REPEALED, [never], D) == Standing(Status.REPEALED, never, None, C)


@pytest.mark.parametrize("origin", [Origin.ENACTED, Origin.ADDED])
def test_between_promulgation_and_entry_into_force_it_waits(origin: Origin) -> None:
    waiting = version(B, C, OPEN, origin)
    assert standing(LAW, [waiting], B) == Standing(Status.NOT_YET_IN_FORCE, waiting, None, C)


@pytest.mark.parametrize("day", [A, D])
def test_a_day_that_nobody_fixed_has_not_come(day: date) -> None:
    waiting = version(B, OPEN, OPEN)
    assert standing(LAW, [waiting], day) == Standing(Status.NOT_YET_IN_FORCE, waiting, None, OPEN)


@pytest.mark.parametrize("origin", [Origin.ENACTED, Origin.ADDED])
def test_before_its_promulgation_it_did_not_exist(origin: Origin) -> None:
    assert standing(LAW, [version(B, B, OPEN, origin)], A) == Standing(None, None, "not_found", B)


@pytest.mark.parametrize("origin", [Origin.AMENDED, Origin.UNKNOWN])
def test_an_amended_text_has_an_earlier_one_that_is_not_stored(origin: Origin) -> None:
    assert standing(LAW, [version(B, C, OPEN, origin)], A) == Standing(None, None, "outside_coverage", C)
    assert standing(LAW, [version(B, C, OPEN, origin)], B) == Standing(None, None, "outside_coverage", C)


def test_a_gap_between_two_stored_texts_is_outside_what_is_known() -> None:
    assert standing(LAW, [ENACTED, version(C, C)], B) == Standing(None, None, "outside_coverage", C)


def test_a_number_used_again_has_a_gap_too() -> None:
    again = version(C, C, OPEN, Origin.ADDED)
    assert standing(LAW, [ENACTED, again], B) == Standing(None, None, "outside_coverage", C)


def test_an_article_that_a_new_edition_left_out_is_not_found_afterwards() -> None:
    assert standing(LAW, [ENACTED], C) == Standing(None, None, "not_found", B)
