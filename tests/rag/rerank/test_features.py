"""Each column on made-up articles of which the answer is plain."""

import numpy as np
import pytest

from rag.domain import Hit, Passage
from rag.expand import Everyday, QueryTerms
from rag.index.seam import ScoredId
from rag.rerank.candidates import Candidate
from rag.rerank.features import NAMES, features
from tests.fakes import LAW, article

DUTY = "業者應於七日內返還押金。"
PENALTY = "違反第三條規定者，處新臺幣一萬元以上五萬元以下罰鍰。"


def candidate(number: str, text: str, score: float = 50.0, **scored: object) -> Candidate:
    document = article(LAW, number, text)
    passage = Passage(document.key, document.version, 0, len(text), text)
    values = {"id": passage.id, "score": score, "text_score": score - 2.0} | scored
    return Candidate(Hit(passage, document, score, "sparse", score - 2.0), ScoredId(**values))  # type: ignore[arg-type]


def columns(question: str, *candidates: Candidate, everyday: tuple[Everyday, ...] = ()) -> dict[str, list[float]]:
    rows = features(question, QueryTerms({}, {}, everyday), candidates)
    assert rows.shape == (len(candidates), len(NAMES))
    assert np.isfinite(rows).all()
    return dict(zip(NAMES, rows.T.tolist(), strict=True))


def test_no_candidates_give_no_rows() -> None:
    assert features("押金", QueryTerms({}), []).shape == (0, len(NAMES))


def test_scores_are_told_beside_the_best_of_the_search() -> None:
    first = candidate("3", DUTY, 50.0, likeness=0.2, hint=1.0, text_score=42.0)
    second = candidate("6", PENALTY, 40.0, likeness=0.5, text_score=21.0)
    found = columns("押金", first, second)
    assert found["score"] == [50.0, 40.0]
    assert found["gap"] == [0.0, -10.0]
    assert found["rank"] == [1.0, 0.5]
    assert found["text_share"] == [1.0, 0.5]
    assert found["likeness_rank"] == [0.5, 1.0]
    # What is neither text nor hint nor likeness (30 for 1) is the prior.
    assert found["prior"] == pytest.approx([1.0, 4.0])


def test_shares_of_the_questions_own_pairs() -> None:
    found = columns("押金返還嗎", candidate("3", DUTY, caption="押金"), candidate("6", PENALTY))
    # 押金 金返 返還, without 還嗎, which is nowhere: four pairs.
    assert found["in_body"] == [0.5, 0.0]
    assert found["in_caption"] == [0.25, 0.0]
    assert found["in_all"] == [0.5, 0.0]


def test_everyday_words_count_where_one_of_their_terms_stands() -> None:
    everyday = (Everyday(0, 2, ("返還", "退還")), Everyday(2, 4, ("罰鍰",)))
    found = columns("退錢被罰", candidate("3", DUTY), candidate("6", PENALTY, caption="返還"), everyday=everyday)
    assert found["senses_body"] == [0.5, 0.5]
    assert found["senses_head"] == [0.0, 0.5]
    assert found["senses_all"] == [0.5, 1.0]
    assert found["sense_longest"] == [2.0, 2.0]


def test_the_kind_of_answer_asked_for_is_given_or_missing() -> None:
    found = columns("不退押金罰多少？", candidate("3", DUTY), candidate("6", PENALTY))
    assert (found["given_penalty"], found["missing_penalty"]) == ([0.0, 1.0], [1.0, 0.0])
    assert found["given_meaning"] == found["missing_meaning"] == [0.0, 0.0]


def test_the_other_articles_of_the_law_are_looked_at() -> None:
    found = columns("不退押金罰多少？", candidate("3", DUTY, 50.0), candidate("6", PENALTY, 40.0))
    assert found["law_gap"] == [0.0, -10.0]
    assert found["law_rank"] == [1.0, 0.5]
    assert found["names_best"] == [0.0, 1.0]
    assert found["named_by_best"] == [1.0, 0.0]


def test_what_an_article_is_for() -> None:
    starts = candidate("9", "本辦法自發布日施行。")
    applies = candidate("5-1", "前條之押金，準用第三條之規定。")
    found = columns("押金", starts, applies)
    assert found["starts"] == [1.0, 0.0]
    assert found["applies"] == [0.0, 1.0]
