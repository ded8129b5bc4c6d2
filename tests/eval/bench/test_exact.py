import pytest

from eval.bench.bulk import Article
from eval.bench.exact import STYLES, identities, sample
from eval.bench.numerals import chinese
from tests.eval.fakes import FakeEngine, found

ARTICLE = Article("Z0000001", "測試法", "185-3", "應返還。")


def test_six_styles_name_one_article() -> None:
    assert [style(ARTICLE) for style in STYLES] == [
        "測試法第185條之3",
        "測試法第一百八十五條之三",
        "測試法第１８５條之３",
        "測試法第 185-3 條",
        "測試法§185-3",
        "請問依測試法第185條之3規定應該怎麼辦？",
    ]


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百十"),
        (113, "一百十三"),
        (184, "一百八十四"),
    ],
)
def test_numbers_are_spelled_as_statutes_spell_them(number: int, spelled: str) -> None:
    assert chinese(number) == spelled


def test_right_wrong_and_missing_are_told_apart() -> None:
    asked = [Article("Z0000001", "測試法", number, "") for number in ("1", "2", "3", "4")]
    engine = FakeEngine({STYLES[0](asked[0]): (found(asked[0].key),), STYLES[1](asked[1]): (found(asked[0].key),)})
    assert identities(asked, engine) == {"references_right": 0.25, "references_wrong": 1, "references_missing": 2}


def test_the_sample_is_the_same_every_time_and_leaves_out_deleted_articles() -> None:
    pool = [Article("Z0000001", "測試法", str(number), "（刪除）" if number % 2 else "文") for number in range(1, 50)]
    drawn = sample(pool, 10)
    assert drawn == sample(pool, 10)
    assert len(drawn) == 10
    assert not any(article.deleted for article in drawn)
