from datetime import date
from typing import Any

import pytest

from rag.domain import OPEN, Document, Law, Origin, Status
from rag.names import LawNames
from rag.transitional import Transitions
from rag.verify import prove
from rag.write import Source, write
from tests import fakes

TODAY = date(2024, 10, 20)
BEFORE, AFTER, LONG_AFTER = date(2021, 5, 1), date(2023, 3, 1), date(2026, 1, 1)
PASSED, MADE, SINCE = "中華民國一百零九年十二月二十五日", "2021-01-13", date(2023, 1, 1)
CODE = fakes.made_law("Z9990010", "示範民法")
BOOK = fakes.made_law("Z9990011", "示範民法總則施行法")
LEASE = fakes.LAW
PENAL = fakes.made_law("Z9990012", "中華民國刑法")
FINES = fakes.made_law("Z9990013", "行政罰法")
PATH = ("第一編 總則", "第二章 人")


def amended(law: Law, number: str, text: str, **changed: Any) -> Document:
    return fakes.article(law, number, text, **{"since": SINCE, "version": MADE, "origin": Origin.AMENDED, **changed})


AGE = amended(CODE, "12", "年滿十八歲者，為成年人。", path=PATH)
OLD_AGE = fakes.article(CODE, "12", "年滿二十歲者，為成年人。", valid_to=SINCE, path=PATH)
BY_NUMBER = amended(
    BOOK,
    "3-1",
    f"{PASSED}修正之示範民法第十二條，自一百十二年一月一日施行。\r\n於同日前滿十八歲而未滿二十歲者，自同日起為成年人。",
    origin=Origin.ADDED,
)
OF_OTHERS = amended(BOOK, "3-2", f"{PASSED}修正之示範民法第十四條施行前之聲請，適用修正後之規定。")
FIRST = fakes.article(
    BOOK, "1", "民事在本法施行前發生者，不適用之；其在修正前發生者，除另有規定外，亦不適用修正後之規定。"
)


def transitions(*documents: Document) -> tuple[fakes.MemoryStore, Transitions]:
    store = fakes.MemoryStore([CODE, BOOK, LEASE, PENAL, FINES], documents)
    return store, Transitions(store, LawNames(store.law_names()))


def of(article: Document, *others: Document, day: date = BEFORE, question: str = "") -> list[Source]:
    return list(transitions(article, *others)[1].of([article], question, day, TODAY))


def labels(sources: list[Source]) -> list[str]:
    return [source.label for source in sources]


def test_the_provision_that_names_the_article_comes_before_the_rule_for_all() -> None:
    found = of(OLD_AGE, AGE, FIRST, OF_OTHERS, BY_NUMBER)
    assert labels(found) == ["示範民法總則施行法第3條之1", "示範民法總則施行法第1條"]
    assert [source.status for source in found] == [Status.NOT_YET_IN_FORCE, Status.IN_FORCE]
    assert found[0].quote == BY_NUMBER.text


def test_soon_after_the_amendment_it_is_in_force_and_long_after_nobody_asks() -> None:
    (source,) = of(AGE, FIRST, BY_NUMBER, day=AFTER)
    assert (source.label, source.status) == ("示範民法總則施行法第3條之1", Status.IN_FORCE)
    assert of(AGE, BY_NUMBER, day=date(2024, 10, 1)) == [source]
    store, found = transitions(AGE, BY_NUMBER)
    assert found.of([AGE], "", LONG_AFTER, date(2027, 1, 1)) == ()
    assert store.versions(AGE.key) == (AGE,)


def test_of_today_only_where_the_law_before_an_amendment_is_asked_for() -> None:
    assert of(AGE, BY_NUMBER, day=TODAY, question="幾歲成年") == []
    assert labels(of(AGE, BY_NUMBER, day=TODAY, question="修法前滿十八歲算成年嗎")) == ["示範民法總則施行法第3條之1"]


def test_a_law_that_never_changed_has_nothing_to_tell() -> None:
    plain = fakes.article(CODE, "12", AGE.text, path=PATH, origin=Origin.ENACTED)
    assert of(plain, FIRST, BY_NUMBER) == []


def test_every_draft_of_them_is_proved() -> None:
    store, found = transitions(OLD_AGE, AGE, FIRST, BY_NUMBER)
    sources = [one._replace(mark=mark) for mark, one in enumerate(found.of([OLD_AGE], "", BEFORE, TODAY), 1)]
    proved = prove(write(sources), sources, store, LawNames(store.law_names()), BEFORE)
    assert [sentence.status for sentence in proved.sentences] == ["proved", "proved"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("本條例中華民國一百十三年四月十二日修正之條文施行前收取之押金，適用修正前之規定。", True),
        ("本條例中華民國一百十三年五月一日修正公布之條文，自一百十三年七月一日施行。", True),
        ("本條例一百十三年修正施行前收取之押金，適用修正前之規定。", True),
        ("本條例中華民國一百十三年四月十二日修正之第九條施行前訂立之契約，適用修正前之規定。", False),
        ("本條例中華民國一百十三年四月十二日修正之條文施行前設置之招牌，得於三個月內補辦許可登記。", False),
        ("本條例中華民國一百零八年四月十二日修正之條文施行前收取之押金，適用修正前之規定。", False),
        ("本條例自公布日施行。", False),
    ],
)
def test_a_laws_own_last_articles_by_day_and_topic(text: str, told: bool) -> None:
    new = fakes.article(LEASE, "4", fakes.TEXT, since=date(2024, 7, 1), version="2024-05-01", origin=Origin.AMENDED)
    last = fakes.article(LEASE, "9-1", text, since=date(2024, 7, 2))
    found = of(fakes.OLD, new, last, day=date(2024, 1, 1))
    assert labels(found) == (["示範共享單車租借條例第9條之1"] if told else [])


def test_made_with_the_amendment_a_provision_needs_no_day() -> None:
    together = amended(BOOK, "5-1", "修正之示範民法第十二條規定，於修正施行前已立之契約，亦適用之。")
    assert labels(of(OLD_AGE, AGE, together)) == ["示範民法總則施行法第5條之1"]
    assert of(OLD_AGE, AGE, amended(BOOK, "5-1", together.text, version="2019-01-01")) == []


@pytest.mark.parametrize(
    "text",
    [
        "前二條規定，於修正施行前尚未終結之事件，適用之。",
        "本法稱修正示範民法者，指與本法同日施行之示範民法。",
        "中華民國一百零一年九月六日修正施行前之成年人，適用修正後之規定。",
    ],
)
def test_made_with_the_amendment_and_not_about_it(text: str) -> None:
    assert of(OLD_AGE, AGE, amended(BOOK, "5-1", text)) == []


def test_a_long_provision_is_quoted_by_the_paragraph_that_speaks_of_it() -> None:
    filler = "於修正施行前已為之行為，其效力不受影響，並應自修正施行之日起一年內補正。" * 20
    long = amended(BOOK, "6", f"依前條規定{filler}\r\n{PASSED}修正之示範民法第十二條，於施行前已立之契約，適用之。")
    (source,) = of(OLD_AGE, AGE, long)
    assert source.label == "示範民法總則施行法第6條第2項"
    assert source.quote.startswith(PASSED)


GENERAL = "行為後法律有變更者，適用行為時之法律。\r\n沒收適用裁判時之法律。"


@pytest.mark.parametrize(
    ("law", "path", "text", "expected"),
    [
        (PENAL, (), "傷害人者，處五年以下有期徒刑。", ["中華民國刑法第2條第1項"]),
        (LEASE, (), "超收押金者，處一年以下有期徒刑。", ["中華民國刑法第2條第1項"]),
        (PENAL, ("第五章之一 沒收",), "犯罪所得，沒收之。", ["中華民國刑法第2條第2項"]),
        (LEASE, (), "超收押金者，處新臺幣三萬元以下罰鍰。", ["行政罰法第5條"]),
        (LEASE, (), "業者應設置申訴專線。", []),
    ],
)
def test_the_rule_for_every_change_of_a_penalty(
    law: Law, path: tuple[str, ...], text: str, expected: list[str]
) -> None:
    rules = (fakes.article(PENAL, "2", GENERAL), fakes.article(FINES, "5", "行為後法律有變更者，適用裁處時之法律。"))
    assert labels(of(amended(law, "77", text, path=path), *rules)) == expected


def test_what_is_over_or_quoted_already_is_not_given() -> None:
    over = amended(BOOK, "3-1", BY_NUMBER.text, since=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    assert of(OLD_AGE, AGE, over) == []
    _, found = transitions(OLD_AGE, AGE, BY_NUMBER)
    assert found.of([OLD_AGE, BY_NUMBER], "", BEFORE, TODAY) == ()
    assert over.valid_to < OPEN
