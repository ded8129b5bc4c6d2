from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.changes import changes, differing, sentence
from rag.domain import OPEN, Change, Citation, Document, Law, Origin, Status, sha256
from tests import fakes

A, B, C, D = date(2010, 1, 1), date(2015, 1, 1), date(2020, 1, 1), date(2030, 1, 1)
TODAY = date(2024, 10, 20)
FEE = "業者收取押金，每人不得超過新臺幣一千元。"
MORE = "業者收取押金，每人不得超過新臺幣二千元。"
BACK = "租借人請求返還押金時，業者應於七日內全額返還。"
PENALTY = "違反前項規定者，處新臺幣三萬元以下罰鍰。"


def article(text: str, since: date, until: date = OPEN, **changed: Any) -> Document:
    values: dict[str, Any] = {"origin": Origin.AMENDED, "valid_to": until, "since": since, **changed}
    return fakes.article(fakes.LAW, "4", text, **values)


def cite(document: Document, quote: str = "", status: Status = Status.IN_FORCE) -> Citation:
    quote = quote or document.text
    start = document.text.index(quote)
    return Citation(
        mark=1,
        key=document.key,
        label="示範共享單車租借條例第4條",
        kind="statute",
        version=document.version,
        status=status,
        quote=quote,
        start=start,
        end=start + len(quote),
        sha256=sha256(document.text),
        url="",
        valid_from=document.valid_from,
        valid_to=document.valid_to,
    )


def found(
    cited: Document, *others: Document, day: date = B, today: date = TODAY, quote: str = "", law: Law = fakes.LAW
) -> tuple[Change, ...]:
    status = Status.DELETED if cited.deleted else Status.IN_FORCE
    return changes([cite(cited, quote, status)], fakes.MemoryStore([law], [cited, *others]), day, today)


def test_the_text_was_changed_since() -> None:
    (change,) = found(article(FEE, A, C), article(MORE, C, version="2019-12-01"))
    assert change == Change(1, fakes.KEY, "示範共享單車租借條例第4條", "changed_since", C, "2019-12-01", FEE, MORE)
    assert sentence(change) == f"示範共享單車租借條例第4條自民國109年1月1日起修正，原為「{FEE}」，現為「{MORE}」。"


def test_only_the_paragraphs_that_differ_are_given() -> None:
    (change,) = found(article(f"{FEE}\r\n{BACK}", A, C), article(f"{MORE}\r\n{BACK}\r\n{PENALTY}", C))
    assert (change.before, change.after) == (FEE, f"{MORE}\n{PENALTY}")
    assert sentence(change).endswith(f"現為「{MORE}…{PENALTY}」。")


def test_a_change_outside_the_paragraph_cited_is_none() -> None:
    old, new = article(f"{FEE}\r\n{BACK}", A, C), article(f"{MORE}\r\n{BACK}", C)
    assert found(old, new, quote=BACK) == ()
    (change,) = found(old, new, quote=FEE)
    assert (change.before, change.after) == (FEE, MORE)


def test_a_paragraph_that_moved_is_found_by_its_words() -> None:
    old, new = article(f"{BACK}\r\n{FEE}", A, C), article(f"{PENALTY}\r\n{MORE}\r\n{PENALTY}", C)
    (change,) = found(old, new, quote=FEE)
    assert (change.before, change.after) == (FEE, MORE)


@pytest.mark.parametrize(
    "text",
    [
        FEE.replace("，", ","),
        FEE.replace("每人", "每\r\n人"),
        f"{FEE}\r\n\r\n編      註：\r\n本條文規定，依司法院解釋，應自公布之日起失其效力。",
    ],
)
def test_form_and_notes_are_no_change(text: str) -> None:
    assert found(article(FEE, A, C), article(text, C)) == ()


def test_what_the_publisher_changed_is_none() -> None:
    assert found(article(FEE, A, C), article(MORE, C, origin=Origin.EDITORIAL)) == ()


def test_of_several_changes_the_first_day_and_the_text_of_today() -> None:
    last = article(f"{MORE}{BACK}", date(2022, 1, 1))
    (change,) = found(article(FEE, A, C), article(MORE, C, date(2022, 1, 1)), last)
    assert (change.day, change.version, change.after) == (C, "2022-01-01", last.text)
    assert "自民國109年1月1日起修正（現行條文於民國111年1月1日公布）" in sentence(change)


def test_changed_and_changed_back_is_none() -> None:
    assert found(article(FEE, A, C), article(MORE, C, date(2022, 1, 1)), article(FEE, date(2022, 1, 1))) == ()


def test_a_text_that_never_applied_changes_nothing() -> None:
    assert found(article(FEE, A), article(MORE, C, C)) == ()


def test_an_article_deleted_since() -> None:
    (change,) = found(article(FEE, A, C), article("（刪除）", C))
    assert (change.version, change.before, change.after) == ("2020-01-01", FEE, "")
    assert sentence(change) == f"示範共享單車租借條例第4條自民國109年1月1日起刪除「{FEE}」。"


def test_a_change_and_then_a_deletion() -> None:
    gone = article("（刪除）", date(2022, 1, 1))
    (change,) = found(article(FEE, A, C), article(MORE, C, date(2022, 1, 1)), gone)
    assert sentence(change) == (
        f"示範共享單車租借條例第4條自民國109年1月1日起已有變更，現已刪除（現行條文於民國111年1月1日公布），原為「{FEE}」。"
    )


def test_a_deleted_article_given_a_text_again() -> None:
    (change,) = found(article("（刪除）", A, C), article(FEE, C, origin=Origin.ADDED))
    assert (change.before, change.after) == ("", FEE)
    assert sentence(change) == f"示範共享單車租借條例第4條自民國109年1月1日起增訂「{FEE}」。"


def test_a_law_repealed_since() -> None:
    law = fakes.made_law(fakes.LAW.pcode, fakes.LAW.name, repealed=C)
    (change,) = found(article(FEE, A, C), law=law)
    assert (change.day, change.version, change.before, change.after) == (C, "", FEE, "")
    assert sentence(change) == f"示範共享單車租借條例第4條自民國109年1月1日起失效，原為「{FEE}」。"


def test_a_law_to_be_repealed() -> None:
    law = fakes.made_law(fakes.LAW.pcode, fakes.LAW.name, repealed=D)
    (change,) = found(article(FEE, A, D), law=law, day=TODAY)
    assert (change.kind, change.day) == ("will_change", D)
    assert sentence(change) == f"示範共享單車租借條例第4條將自民國119年1月1日起失效，現為「{FEE}」。"


def test_a_text_whose_next_one_is_not_stored_is_not_known_to_have_ended() -> None:
    assert found(article(FEE, A, C), article(MORE, D), today=date(2025, 1, 1)) == ()


def test_the_text_is_to_be_changed() -> None:
    (change,) = found(article(FEE, A, D), article(MORE, D, version="2024-05-01"), day=TODAY)
    assert (change.kind, change.day, change.version) == ("will_change", D, "2024-05-01")
    assert sentence(change) == (
        f"示範共享單車租借條例第4條將自民國119年1月1日起修正，現為「{FEE}」，施行後為「{MORE}」。"
    )


def test_the_day_of_the_change_is_not_fixed() -> None:
    (change,) = found(article(FEE, A), article(MORE, OPEN, version="2024-05-01"), day=TODAY)
    assert change.day == OPEN
    assert sentence(change) == (f"示範共享單車租借條例第4條將修正，施行日未定，現為「{FEE}」，施行後為「{MORE}」。")
    (change,) = found(article(FEE, A), article("（刪除）", OPEN, version="2024-05-01"), day=TODAY)
    assert sentence(change) == f"示範共享單車租借條例第4條將刪除，施行日未定：「{FEE}」。"


def test_what_a_later_decree_overtook_is_awaited_no_longer() -> None:
    assert found(article(FEE, C), article(MORE, OPEN, version="2012-01-01"), day=TODAY) == ()


def test_on_a_day_to_come_only_what_comes_after_it() -> None:
    old, new = article(FEE, A, D), article(MORE, D)
    assert found(new, old, day=D) == ()
    assert [change.day for change in found(old, new, day=TODAY + timedelta(days=1))] == [D]


def test_what_is_over_or_no_law_is_left_out() -> None:
    one = article(FEE, A, C)
    store = fakes.MemoryStore([fakes.made_law(fakes.LAW.pcode, fakes.LAW.name, repealed=C)], [one])
    assert changes([cite(one, status=Status.REPEALED)], store, D, D) == ()
    other = cite(one)
    news = Citation(**{name: getattr(other, name) for name in Citation.__dataclass_fields__} | {"kind": "news"})
    assert changes([news], store, B, TODAY) == ()
    assert changes([cite(article(FEE, A, C))], fakes.MemoryStore([], []), B, TODAY) == ()


def test_long_texts_are_shown_by_the_clauses_that_differ() -> None:
    same = [f"第{at}種情形者，應依規定辦理登記；" for at in range(20)]
    old, new = "".join([*same, FEE, *same]), "".join([*same, MORE, *same])
    (change,) = found(article(old, A, C), article(new, C))
    assert sentence(change).endswith("原為「…每人不得超過新臺幣一千元。…」，現為「…每人不得超過新臺幣二千元。…」。")


ITEMS = st.lists(st.sampled_from([FEE, MORE, BACK, PENALTY, f"{PENALTY}但情節輕微者，不罰。"]), max_size=6)


@given(ITEMS, ITEMS)
def test_what_differs_is_verbatim_and_nothing_differs_from_itself(old: list[str], new: list[str]) -> None:
    before, after = differing("\r\n".join(old), "\r\n".join(new))
    assert all(part in old for part in before.split("\n") if part)
    assert all(part in new for part in after.split("\n") if part)
    assert (before, after) == ("", "") if old == new else before + after
    assert differing("\r\n".join(old), "\r\n".join(old)) == ("", "")


@given(ITEMS, ITEMS, st.integers(0, 200), st.integers(1, 60))
def test_a_part_differs_no_more_than_the_whole(old: list[str], new: list[str], start: int, length: int) -> None:
    whole, part = (differing("\r\n".join(old), "\r\n".join(new), span) for span in (None, (start, start + length)))
    assert set(part[0].split("\n")) <= {*whole[0].split("\n"), ""}
    assert set(part[1].split("\n")) <= {*whole[1].split("\n"), ""}


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_sentence_is_made_of_any_text(before: str, after: str) -> None:
    change = Change(1, "law/Z1/1", "示範法第1條", "changed_since", C, "2020-01-01", before, after)
    assert sentence(change).startswith("示範法第1條自民國109年1月1日起")
