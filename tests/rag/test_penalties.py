from dataclasses import replace
from datetime import date

import pytest

from rag.domain import OPEN, Hit
from rag.names import LawNames
from rag.penalties import Penalties, breaches
from rag.write import Wanted
from tests import fakes
from tests.rag.told import link, told

DAY = date(2024, 10, 11)
NAMES = LawNames(fakes.memory_store().law_names())
LAW = fakes.made_law("Z9990031", "示範渡船管理法")
SHIPS = "渡船應備救生衣。\r\n渡船不得超載。" + "主管機關應公告各航線之載客上限。" * 12
FINES = (
    "有下列情形之一者，處新臺幣一萬元以下罰鍰：\r\n一、違反第三條第一項規定。\r\n二、未依第五條至第六條規定申報。\r\n"
    "違反第三條第二項、第七條之一規定者，處新臺幣五萬元以下罰鍰。\r\n"
    "主管機關得依第四條派員檢查。"
)
DUTY, FINE = fakes.article(LAW, "3", SHIPS), fakes.article(LAW, "9", FINES)
OTHERS = [
    fakes.article(LAW, "4", "主管機關得派員檢查。"),
    fakes.article(LAW, "5", "業者應按月申報。"),
    fakes.article(LAW, "6", "業者應按年申報。"),
    fakes.article(LAW, "7-1", "船員應穿制服。"),
    fakes.article(LAW, "8", "渡船應於日落前停航。"),
    fakes.article(LAW, "10", "違反前二條規定者，處拘役。"),
]
NUMBERS = ["3", "4", "5", "6", "7-1", "8", "9", "10"]


def punished(text: str, number: str = "9") -> list[tuple[str, int, int]]:
    """What an article punishes: the number of the 項 that does, the article and its 項."""
    found = breaches(fakes.article(LAW, number, text), NAMES, NUMBERS)
    return [(one.unit.path[0][1], int(one.duty.split("/")[2].split("-")[0]), one.paragraph) for one in found]


def test_each_paragraph_punishes_what_it_names() -> None:
    assert punished(FINES) == [(1, 3, 1), (1, 5, 0), (1, 6, 0), (2, 3, 2), (2, 7, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("違反第四十三條第一項第一款規定者，處新臺幣六千元以上罰鍰。", [(1, 43, 1)]),
        ("犯第三條之罪者，加重其刑至二分之一，處有期徒刑。", [(1, 3, 0)]),
        ("違反第三條規定，經依第四條限期改善，屆期未改善者，處罰鍰。", [(1, 3, 0)]),
        ("違反第三條規定者，主管機關得廢止其許可。", []),
        ("依第三條規定申請者，免處罰鍰。", []),
        ("違反前項規定者，處罰鍰。", []),
        ("", []),
    ],
)
def test_only_what_is_broken_counts(text: str, expected: list[tuple[str, int]]) -> None:
    assert punished(text) == expected


def test_the_article_before_is_known_by_its_number() -> None:
    assert punished("違反前條規定者，處罰鍰。", "10") == [(1, 9, 0)]


STORE = fakes.MemoryStore([LAW, fakes.LAW], [DUTY, FINE, *OTHERS])


def hit(document: fakes.Document, score: float = 10.0) -> Hit:
    return Hit(fakes.whole(document), document, score, "sparse", score)


def joined(*hits: Hit, store: fakes.MemoryStore = STORE, day: date = DAY, **terms: float) -> list[tuple[str, str]]:
    found = Penalties(store, NAMES).joined(hits, Wanted(terms), day)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.document.text[one.passage.start : one.passage.end] == one.passage.text for one in found)
    return [(one.document.number, one.passage.text[:6]) for one in found]


def test_the_paragraph_that_punishes_stands_behind_the_duty() -> None:
    assert joined(hit(DUTY), hit(OTHERS[0], 9.0), 超載=1.0) == [
        ("3", "渡船不得超載"),
        ("9", "違反第三條第"),
        ("4", "主管機關得派"),
    ]
    assert joined(hit(DUTY), 救生=1.0)[1] == ("9", "有下列情形之")


def test_the_duty_stands_behind_its_penalty_where_it_was_found_or_is_the_only_one() -> None:
    assert joined(hit(FINE), hit(OTHERS[0], 9.0), hit(DUTY, 8.0), 超載=1.0)[:2] == [
        ("9", "違反第三條第"),
        ("3", "渡船應備救生"),
    ]
    assert joined(hit(FINE), 超載=1.0) == [("9", "有下列情形之")]
    only = fakes.article(LAW, "11", "違反第八條規定者，處罰鍰。")
    assert [number for number, _ in joined(hit(only), store=fakes.MemoryStore([LAW], [*OTHERS, only]))] == ["11", "8"]


def test_each_article_once_and_no_further_than_the_best() -> None:
    found = joined(hit(DUTY), hit(FINE, 9.0), hit(OTHERS[1], 8.0), hit(OTHERS[3], 7.0))
    assert [number for number, _ in found] == ["3", "9", "5", "7-1"]
    assert [number for number, _ in joined(hit(OTHERS[0]), hit(OTHERS[4], 9.0), hit(DUTY, 8.0))] == [
        "4",
        "8",
        "10",
        "3",
    ]


def test_none_that_is_not_valid_on_the_day() -> None:
    later = replace(FINE, valid_from=date(2025, 1, 1))
    gone = replace(FINE, version="2010-01-01", valid_from=date(2010, 1, 1), valid_to=date(2016, 1, 1))
    store = fakes.MemoryStore([LAW], [DUTY, later, gone])
    assert joined(hit(DUTY), store=store) == [("3", SHIPS[:6])]
    assert [number for number, _ in joined(hit(DUTY), store=store, day=date(2025, 1, 1))] == ["3", "9"]
    only = fakes.article(LAW, "11", "違反第八條規定者，處罰鍰。")
    ended = replace(OTHERS[4], valid_to=date(2020, 1, 1))
    assert [number for number, _ in joined(hit(only), store=fakes.MemoryStore([LAW], [ended, only]))] == ["11"]


def test_another_law_that_names_the_duty_punishes_it() -> None:
    other = fakes.made_law("Z9990032", "示範處罰法")
    penalty = fakes.article(other, "2", f"違反{fakes.LAW.name}第三條規定者，處罰鍰。")
    duty = fakes.article(fakes.LAW, "3", "單車應停放於租借站。")
    row = link(told("text", penalty.key, "", DAY), duty.key)._replace(version=penalty.version)
    store = fakes.MemoryStore([fakes.LAW, other], [duty, penalty], links=[row])
    assert [number for number, _ in joined(hit(duty), store=store)] == ["3", "2"]
    ended = replace(penalty, valid_to=date(2020, 1, 1))
    store = fakes.MemoryStore([fakes.LAW, other], [duty, ended], links=[row])
    assert [number for number, _ in joined(hit(duty), store=store)] == ["3"]


def test_what_is_no_law_is_left_where_it_is() -> None:
    news = told("news", "news/1", "渡船", DAY, ("", "", "渡船超載挨罰。"))
    report = Hit(news.parts[0], news.document, 11.0, "sparse")
    found = Penalties(STORE, NAMES).joined([report, hit(DUTY)], Wanted({"超載": 1.0}), DAY)
    assert [one.document.kind for one in found] == ["news", "statute", "statute"]


def test_a_law_is_read_once_a_revision() -> None:
    store = Counting([LAW], [DUTY, FINE])
    penalties = Penalties(store, NAMES)
    for revision in ("1", "1", "2"):
        penalties.renew(revision)
        penalties.joined([hit(DUTY)], Wanted({}), DAY)
    assert store.read == 2


class Counting(fakes.MemoryStore):
    read = 0

    def saying(self, pcode: str, words: object) -> list[fakes.Document]:
        self.read += 1
        return [FINE]


def test_retrieval_joins_them_where_a_penalty_is_asked_for() -> None:
    retriever = fakes.make_retriever(STORE)
    assert [one.document.number for one in retriever.similar("渡船超載罰多少", DAY, 3)][:2] in (["9", "3"], ["3", "9"])
    assert "9" not in [one.document.number for one in retriever.similar("渡船能否超載", DAY, 3)]
    inside = retriever.within("渡船超載罰多少", DAY, 3, [LAW.pcode])
    assert {"3", "9"} <= {one.document.number for one in inside}
    assert all(one.document.valid_to == OPEN for one in inside)
