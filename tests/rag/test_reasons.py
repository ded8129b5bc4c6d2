from datetime import date

import pytest

from rag.reasons import asks, reason
from tests import fakes
from tests.rag.told import Told, link, told

KEY = fakes.KEY
LAST = date(2024, 5, 1)
FIRST = told(
    "reason",
    "reason/Z9990001/4/2016-03-02",
    "示範共享單車租借條例第4條立法理由（105年3月2日）",
    date(2016, 3, 2),
    ("立法理由", "", "一、押金過高，有礙租借。"),
    ("立法理由", "", "二、爰定其上限。"),
)
NEXT = told(
    "reason",
    "reason/Z9990001/4/2024-05-01",
    "示範共享單車租借條例第4條立法理由（113年5月1日）",
    LAST,
    ("立法理由", "", "縮短返還之期間。"),
)
SILENT = told(
    "reason", "reason/Z9990001/4/2024-06-01", "立法理由", date(2024, 6, 1), ("立法理由", "", "　　照協商條文通過。")
)


def store(*told: Told) -> fakes.MemoryStore:
    parts = [part for one in told for part in one.parts]
    links = [link(one, KEY, "reason_of") for one in told]
    return fakes.MemoryStore([fakes.LAW], [one.document for one in told], parts, links)


@pytest.mark.parametrize(
    ("question", "asked", "by_name"),
    [
        ("示範條例第4條的立法理由？", True, True),
        ("示範條例第4條為什麼這樣修", True, True),
        ("示範條例第4條當初為何限制押金", True, False),
        ("示範條例第4條規定什麼？", False, False),
    ],
)
def test_whether_reasons_are_asked_for(question: str, asked: bool, by_name: bool) -> None:
    assert asks(question) == (asked, by_name)


def test_the_newest_reasons_by_the_day() -> None:
    held = store(FIRST, NEXT)
    newest, older = reason(KEY, held, LAST), reason(KEY, held, date(2024, 4, 30))
    assert newest is not None
    assert older is not None
    assert newest.quote == "縮短返還之期間。"
    assert newest.label == "示範共享單車租借條例第4條立法理由（113年5月1日）"
    assert older.quote == "一、押金過高，有礙租借。\n二、爰定其上限。"


def test_how_it_was_passed_is_no_reason() -> None:
    found = reason(KEY, store(NEXT, SILENT), date(2024, 7, 1))
    assert found is not None
    assert found.document == NEXT.document
    assert reason(KEY, store(SILENT), date(2024, 7, 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "照黨團協商條文通過。",
        "　　照協商條文通過。,",
        "修正通過。",
        "本條未修正。",
        "條次變更，內容未修正。",
        "一、本條新增。\n二、照協商條文通過。",
    ],
)
def test_silent_reasons(text: str) -> None:
    one = told("reason", "reason/Z9990001/4/2024-05-01", "立法理由", LAST, ("立法理由", "", text))
    assert reason(KEY, store(one), LAST) is None


def test_what_only_cites_an_article_gives_no_reason_for_it() -> None:
    held = fakes.MemoryStore([fakes.LAW], [NEXT.document], NEXT.parts, [link(NEXT, KEY)])
    assert reason(KEY, held, LAST) is None


def test_long_reasons_are_quoted_from_their_beginning() -> None:
    parts = [("立法理由", "", f"{at}、" + "理" * 240) for at in range(5)]
    found = reason(KEY, store(told("reason", "reason/Z9990001/4/2024-05-01", "立法理由", LAST, *parts)), LAST)
    assert found is not None
    assert found.quote.startswith("0、理")
    assert 240 < len(found.quote) <= 500
