from hypothesis import given
from hypothesis import strategies as st

from rag.support.clauses import claim_statement, statements
from rag.support.habits import Feature, Habits, exchanged, fits, seen

TEXT = "雇主應給付勞工工資。勞工應服從雇主指揮。"


def around(text: str, role: str) -> set[Feature]:
    return {feature for one in seen(claim_statement(text).clauses) if one.role == role for feature in one.around}


def test_what_stands_around_a_party() -> None:
    found = around("雇主應給付勞工工資", "勞工")
    assert Feature("<party", "雇主") in found
    assert Feature("left", "付") in found
    assert Feature("<", "給付") in found
    assert {feature.place for feature in found if feature.what == "=must"} == {"<"}


def test_a_clause_beside_counts_only_where_it_names_nobody() -> None:
    assert any(feature.place == "next" for feature in around("雇主應準備護具，於開工前發放", "雇主"))
    assert not any(feature.place == "next" for feature in around("雇主應準備護具，勞工應配戴", "雇主"))


def test_a_role_fits_where_the_text_has_it() -> None:
    habits = [Habits(statements(TEXT))]
    place = Feature("<party", "雇主")
    assert fits("勞工", place, habits) > fits("雇主", place, habits)


def test_parties_change_places_in_what_stands_around_them() -> None:
    roles = {"雇主": "勞工", "勞工": "雇主"}
    assert exchanged(Feature(">party", "雇主"), roles) == Feature(">party", "勞工")
    assert exchanged(Feature("left", "雇主"), roles) == Feature("left", "雇主")


@given(st.text("雇主勞工應得不給付，。房東房客押金返還被由向的", max_size=60))
def test_any_text_is_read_and_shares_stay_within_one(text: str) -> None:
    found = list(seen(claim_statement(text).clauses))
    assert all(0 < share <= 1 for one in found for share in one.around.values())
    assert all(fits(one.role, feature, [Habits(statements(text))]) <= 0 for one in found for feature in one.around)
