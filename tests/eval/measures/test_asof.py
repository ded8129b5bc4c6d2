from eval.measures.asof import asof_exact, squeezed, wanted_text
from eval.questions import LawGold
from rag.domain import Document
from tests.eval.fakes import TEXT, answered, cited, document, law, question

OLD = document("law/Z0000001/4", "類別如下：\r\n一、警察役。", version="2015-06-10")
GOLD = LawGold(law="測試法", pcode="Z0000001", article="4", text="類別如下： 一、\r\n警察役。", version="20150610")


def versions(key: str, version: str) -> Document | None:
    return OLD if (key, version) == (OLD.key, OLD.version) else None


def test_exact_when_the_cited_version_is_the_gold_text_but_for_white_space() -> None:
    assert asof_exact(GOLD, answered(citations=[cited(OLD.key, version=OLD.version, quote="警察役")]), versions)


def test_not_exact_when_the_first_statute_cited_is_another() -> None:
    first = cited("law/Z0000001/5")
    assert not asof_exact(GOLD, answered(citations=[first, cited(OLD.key, 2, version=OLD.version)]), versions)
    assert not asof_exact(GOLD, answered(), versions)


def test_what_is_no_statute_may_come_before() -> None:
    ruling = cited("interpretation/748", kind="interpretation")
    assert asof_exact(GOLD, answered(citations=[ruling, cited(OLD.key, 2, version=OLD.version)]), versions)


def test_another_text_is_not_exact() -> None:
    newer = GOLD.model_copy(update={"text": TEXT})
    assert not asof_exact(newer, answered(citations=[cited(OLD.key, version=OLD.version)]), versions)


def test_the_quotes_stand_in_for_a_version_that_cannot_be_looked_up() -> None:
    tail = cited(OLD.key, 1, version="?", quote="一、警察役。", start=7, end=13)
    head = cited(OLD.key, 2, version="?", quote="類別如下：", start=0, end=5)
    assert asof_exact(GOLD, answered(citations=[tail, head]), versions)
    assert not asof_exact(GOLD, answered(citations=[tail]), versions)


def test_applies_to_as_of_records_with_a_text_alone() -> None:
    assert wanted_text(question("as_of", gold=[law("4", text="甲")])) == LawGold(
        law="測試法", pcode="Z0000001", article="4", text="甲"
    )
    assert wanted_text(question("as_of", gold=[law("4")])) is None
    assert wanted_text(question("lay", gold=[law("4", text="甲")])) is None


def test_full_width_spaces_are_white_space() -> None:
    assert squeezed("第　一\r\n 條") == "第一條"
