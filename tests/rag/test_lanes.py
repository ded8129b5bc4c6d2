from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import Hit, Kind
from rag.lanes import CASE, CONSTITUTION, MEANING, PROPOSED, Lane, gains, is_ruling, lane, leads, quotable
from tests import fakes
from tests.rag.told import told

DAY = date(2024, 10, 11)
EARLY = date(2012, 7, 6)
ARTICLE = fakes.whole(fakes.NEW)
LEGAL = "業者逾期返還押金違法嗎"


def article(score: float, number: str = "4") -> Hit:
    document = replace(fakes.NEW, key=f"law/Z9990001/{number}", number=number)
    return Hit(ARTICLE, document, score, "sparse", score)


DECISION = told(
    "interpretation", "interpretation/701", "釋字第701號", EARLY, ("解釋文", "", "押金。"), ("理由書", "", "返還。")
)
RULING = told("interpretation", "constitutional/111年審裁字第1號", "111年審裁字第1號", EARLY, ("主文", "", "不受理。"))
CLAIM = told("judgment", "judgment/A,1,訴,1,20200101,1", "判決", EARLY, ("當事人主張", "原告", "應返還押金。"))
VIEW = told("judgment", "judgment/A,1,訴,2,20200101,1", "判決", EARLY, ("法院見解", "法院", "應返還押金。"))
REASON = told("reason", "reason/Z9990001/4/2024-05-01", "立法理由", EARLY, ("立法理由", "", "縮短返還期間。"))
ORDER = told("gazette", "gazette-ey/1", "示範部令", EARLY, ("", "", "訂定押金辦法。"))
SPEECH = told("gazette", "gazette-ly/1", "會議紀錄", EARLY, ("質詢", "王委員甲", "押金應該早點返還。"))
BILL = told("bill", "bill/1/1", "示範條例修正草案第4條", EARLY, ("修正條文", "", "押金應於三日內返還。"))
NEWS = told("news", "news/example.org/1", "押金爭議", EARLY, ("", "", "業者不還押金。"))
OWN = told("text", "paragraph/1-1", "押金", EARLY, ("", "", "押金是擔保。"))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("示範條例第4條違憲？", CONSTITUTION),
        ("押金的規定是否違反正當法律程序", CONSTITUTION),
        ("示範條例第3條「租借站」之意涵？", MEANING),
        ("押金辦法修正草案何時施行", PROPOSED),
        ("被告於租借站徒手竊取單車", CASE),
        ("押金多久要退？", None),
        ("我被告了怎麼辦", None),
    ],
)
def test_the_source_a_question_is_for(question: str, expected: Lane | None) -> None:
    assert lane(question) is expected


def test_a_passage_of_the_source_asked_for_gains_and_more_about_the_article_named() -> None:
    hits = [article(50.0), DECISION.hit(40.0)]
    assert gains(CONSTITUTION, hits, set()) == [0.0, CONSTITUTION.gain]
    assert gains(CONSTITUTION, hits, {"interpretation/701"}) == [0.0, CONSTITUTION.gain + CONSTITUTION.cited]
    assert gains(None, hits, {"interpretation/701"}) == [0.0, 0.0]


def test_of_a_meaning_only_what_matches_well_gains() -> None:
    hits = [article(50.0), DECISION.hit(40.0)]
    assert gains(MEANING, hits, set()) == [0.0, 0.0]
    assert gains(MEANING, hits, {"interpretation/701"}) == [0.0, MEANING.gain + MEANING.cited]
    assert gains(MEANING, [article(50.0), DECISION.hit(46.0)], set()) == [0.0, MEANING.gain]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("constitutional/111年審裁字第1號", True),
        ("constitutional/111年憲裁字第1號", True),
        ("constitutional/111年憲判字第1號", False),
        ("constitutional/111年憲暫裁字第1號", False),
        ("interpretation/701", False),
    ],
)
def test_a_petition_dismissed_holds_nothing(key: str, expected: bool) -> None:
    assert is_ruling(key) is expected


def kinds(question: str, *hits: Hit) -> list[Kind]:
    return [hit.document.kind for hit in quotable(question, hits, DAY, 3, 0.75)]


def test_law_comes_before_what_goes_beside_it() -> None:
    assert kinds(LEGAL, OWN.hit(90.0), REASON.hit(80.0), article(40.0)) == ["statute", "text", "reason"]
    assert kinds(LEGAL, VIEW.hit(60.0), article(50.0)) == ["statute", "judgment"]


def test_nothing_proposed_or_said_stands_in_for_law() -> None:
    for one in (BILL, NEWS, SPEECH, ORDER, OWN, REASON, VIEW):
        assert kinds(LEGAL, one.hit(90.0)) == []
    assert kinds(LEGAL, BILL.hit(90.0), NEWS.hit(80.0), article(30.0)) == ["statute"]


def test_what_a_party_or_a_member_says_is_no_evidence_of_law() -> None:
    assert kinds(LEGAL, CLAIM.hit(90.0), SPEECH.hit(80.0), article(40.0)) == ["statute"]


def test_a_text_of_ones_own_answers_where_nobody_asks_about_law() -> None:
    plain = "一公里可以換算成多少公尺"
    assert kinds(plain, OWN.hit(90.0), article(40.0)) == ["text"]
    assert kinds(plain, OWN.hit(50.0), article(40.0)) == ["statute", "text"]
    assert kinds(plain, SPEECH.hit(90.0), article(40.0)) == []
    assert kinds("單車是誰發明的", NEWS.hit(90.0), OWN.hit(80.0)) == ["news", "text"]


def test_a_text_of_ones_own_that_comes_first_stands_alone() -> None:
    assert kinds("單車是誰發明的", OWN.hit(90.0), NEWS.hit(85.0), OWN.hit(80.0), article(75.0)) == ["text", "text"]
    assert kinds("單車是誰發明的", article(90.0), OWN.hit(80.0)) == ["statute", "text"]


def test_a_draft_asked_for_is_quoted_first() -> None:
    assert kinds("押金規定的草案違法嗎", BILL.hit(90.0, 30.0), article(25.0)) == ["bill", "statute"]


def test_the_facts_of_a_case_are_told_by_judgments() -> None:
    assert kinds("被告竊取他人單車", CLAIM.hit(90.0, 70.0), VIEW.hit(80.0, 60.0), article(40.0)) == [
        "judgment",
        "judgment",
    ]


def test_an_interpretation_leads_only_where_it_matches_better() -> None:
    assert kinds(LEGAL, DECISION.hit(54.0), article(50.0)) == ["statute", "interpretation"]
    assert kinds(LEGAL, DECISION.hit(56.0), article(50.0)) == ["interpretation", "statute"]
    assert kinds("押金的規定違憲嗎", DECISION.hit(54.0), article(50.0)) == ["interpretation", "statute"]
    assert leads([DECISION.hit(56.0), article(50.0)]) == [DECISION.hit(56.0)]
    assert leads([article(50.0), DECISION.hit(49.0)]) == leads([VIEW.hit(90.0), article(50.0)]) == leads([]) == []


def test_a_decision_is_quoted_once_and_no_petition_dismissed() -> None:
    hits = [DECISION.hit(60.0), DECISION.hit(59.0, part=1), RULING.hit(58.0)]
    assert quotable(LEGAL, hits, DAY, 3, 0.75) == hits[:1]


def test_nothing_made_after_the_day_is_quoted() -> None:
    assert quotable(LEGAL, [DECISION.hit(60.0)], date(2012, 7, 5), 3, 0.75) == []
    assert len(quotable(LEGAL, [DECISION.hit(60.0)], EARLY, 3, 0.75)) == 1


def test_what_a_lane_gains_makes_nothing_near() -> None:
    far = replace(DECISION.document, key="interpretation/702")
    hits = [DECISION.hit(160.0, 100.0), Hit(DECISION.parts[0], far, 120.0, "sparse", 60.0)]
    assert quotable("押金的規定違憲嗎", hits, DAY, 3, 0.75) == hits[:1]


ANY = st.lists(
    st.tuples(st.sampled_from([DECISION, CLAIM, VIEW, REASON, ORDER, SPEECH, BILL, NEWS, OWN]), st.floats(1, 100)),
    max_size=8,
)


@given(ANY, st.lists(st.floats(1, 100), max_size=4), st.sampled_from([LEGAL, "押金", "可以嗎", "違憲嗎", "押金草案"]))
def test_what_is_quoted_was_found_and_law_is_never_behind(
    others: list[tuple[object, float]], articles: list[float], question: str
) -> None:
    found = [one.hit(score) for one, score in others] + [  # type: ignore[attr-defined]
        article(score, str(at)) for at, score in enumerate(articles)
    ]
    hits = sorted(found, key=lambda hit: -hit.score)
    quoted = quotable(question, hits, DAY, 3, 0.75)
    assert all(hit in hits for hit in quoted)
    assert len(quoted) <= 4
    if question == LEGAL:
        ranks = [hit.document.kind in ("statute", "interpretation") for hit in quoted]
        assert ranks == sorted(ranks, reverse=True)
        assert not quoted or ranks[0]
