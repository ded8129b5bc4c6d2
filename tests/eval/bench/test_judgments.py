import json
from contextlib import closing
from pathlib import Path

import pytest

from eval.bench.ground import StepFailed
from eval.bench.judgments import Plain, judgments, resolved, similar
from rag.domain import Reference
from tests.eval.bench.grounds import filled, ground, judgment
from tests.eval.fakes import FakeEngine

THERE = {("Z0000001", "5"), ("Z0000001", "18-1")}


def verdicts(text: str, *found: Reference) -> list[bool]:
    return list(resolved(text, lambda _: found, lambda law, article: (law, article) in THERE))


def test_read_as_an_article_that_is_there_or_not() -> None:
    text = "依測試法第5條、測試法第六條及某某法第 7 條"
    five, six = text.index("測試法第5條"), text.index("測試法第六條")
    assert verdicts(
        text,
        Reference(five, five + 6, law="Z0000001", article="5"),
        Reference(six, six + 6, law="Z0000001", article="6"),
    ) == [True, False, False]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("測試法第18條之1", 1),
        ("測試法第 18-1 條", 1),
        ("測試法（下稱本法）第十八條之一", 1),
        ("測試法」第１８條", 1),
        ("同法第5條及本法第6條，該法第7條", 0),
        ("此方法第5次無條件", 0),
    ],
)
def test_only_articles_named_with_their_law_count(text: str, count: int) -> None:
    assert len(verdicts(text)) == count


def test_measured_on_what_is_stored(tmp_path: Path) -> None:
    texts = ("主文測試法第5條", "主文某某法第7條")
    filled(tmp_path, judgment(1, texts[0]), judgment(2, texts[1], section="理由")).close()
    measured = judgments(
        ground(tmp_path, tmp_path, FakeEngine(named={texts[0]: Reference(2, 8, law="A", article="5")}))
    )
    assert measured == {
        "judgments_n": 2,
        "judgments_holding": 0.5,
        "judgments_articles_n": 2,
        "judgments_articles": 0.0,
    }


@pytest.mark.filterwarnings("ignore")
def test_found_by_its_facts_and_by_plain_bm25(tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="an extra of development")
    texts = ("被告於租借站徒手竊取單車。", "原告請求返還押金，被告逾期未付。")
    filled(tmp_path, *(judgment(at, text) for at, text in enumerate(texts, 1))).close()
    (tmp_path / "questions").mkdir()
    asked = {"id": "a", "kind": "facts", "answerable": True, "question": "徒手竊取單車"}
    line = json.dumps(asked | {"gold": [{"corpus": "x", "doc": 1, "no": "109,訴,1"}]}, ensure_ascii=False)
    (tmp_path / "questions" / "similar_judgments.jsonl").write_text(line, encoding="utf-8")
    measured = similar(ground(tmp_path, tmp_path, FakeEngine()))
    assert measured == {"similar_hit10": 0.0, "similar_bm25_hit10": 1.0, "similar_over_bm25": -1.0}


def test_what_ties_keeps_one_score(tmp_path: Path) -> None:
    with closing(filled(tmp_path, judgment(1, "甲。"), judgment(2, "乙。"), judgment(3, "丙。"))) as store:
        documents = [store.versions(judgment(at, "").document.key)[0] for at in (1, 2, 3)]
        passages = {one.key: (store.passages_of(one.key, one.version)[0], one) for one in documents}
    first, second, third = passages
    hits = Plain(lambda _: [[second], [first, third]], passages).search("甲", limit=3)
    assert [hit.document.key for hit in hits] == [second, first, third]
    assert hits[0].score > hits[1].score == hits[2].score


def test_no_judgment_is_an_error(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with pytest.raises(StepFailed, match="no judgment"):
        judgments(ground(tmp_path, tmp_path))
