import pytest

from ingest.quotes import Quote, mention, quote, reports


def parts(sentence: str, before: str = "") -> list[tuple[str, str]]:
    return [(who, sentence[start:end]) for start, end, who in reports(sentence, before)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("原告主張其受傷等語，堪信為真。", [("原告", "原告主張其受傷等語")]),
        ("原告主張其於路口受傷等情節相符。", []),
        ("原告主張自同年3月起無法工作等語，可採。", [("原告", "原告主張自同年3月起無法工作等語")]),
        # what the court finds about a claim is its own
        ("原告主張自屬可採。", []),
        ("原告主張之事實，堪信為真。", []),
        ("原告主張甲，惟經本院函詢，該院認乙等語，足見丙。", [("原告", "原告主張甲，"), ("", "惟經本院函詢，該院認乙等語")]),
        ("該院函覆：甲無看護必要等情，可採。", [("", "函覆：甲無看護必要等情")]),
        ("被告於警詢陳明：我當時看到原告主張甲等語，可採。", [("被告", "被告於警詢陳明：我當時看到原告主張甲等語")]),
        ("鑑定結果認甲為肇事主因等情，可採。", [("", "鑑定結果認甲為肇事主因等情")]),
        ("該會亦認「甲車支線道車未禮讓幹道車先行，為肇事主因」，可採。", []),
        (
            "鑑定結果，亦認「甲車支線道車未禮讓幹道車先行，為肇事主因」，可採。",
            [("", "鑑定結果，亦認「甲車支線道車未禮讓幹道車先行，為肇事主因」")],
        ),
        (
            "病歷記載：「2015/08/22病患表示疼痛難受，已告知醫師」、「續觀」……「疼痛」可參。",
            [("", "病歷記載：「2015/08/22病患表示疼痛難受，已告知醫師」、「續觀」……「疼痛」")],
        ),
        ("證人甲於警詢時證稱：「我說「走」，他就走」，可採。", [("證人", "證人甲於警詢時證稱：「我說「走」，他就走」")]),
        # a law that is quoted is the court's to quote
        ("民法第184條規定：「因故意或過失，不法侵害他人之權利者，負損害賠償責任。」", []),
    ],
)  # fmt: skip
def test_what_a_sentence_repeats(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert parts(sentence) == expected


def test_who_was_heard_before_goes_on() -> None:
    assert parts("其後改稱：乙等語，不可採。", "被告") == [("被告", "改稱：乙等語")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("經查，證人甲證稱：伊看見乙。", Quote(3, "證人", True)),
        ("該院函覆：原告休養一個月。", Quote(2, "", True)),
        ("嗣變更聲明為：被告應給付甲。", Quote(3, "", True)),
        ("醫審會鑑定意見認，乙處有積氣。", Quote(3, "", False)),
        ("鑑定意見認乙有過失，有鑑定書可稽。", None),
        ("該院函覆：原告休養一個月等語。", None),
        ("該院函覆：「原告休養一個月。」", None),
        ("本院判斷如下：甲。", None),
    ],
)
def test_what_a_sentence_begins_to_quote(text: str, expected: Quote | None) -> None:
    assert quote(text, 0, len(text)) == expected


def test_where_a_claim_is_mentioned() -> None:
    for text, where in (("本院認被告辯稱甲", 3), ("原告雖舉判決，據此主張甲", 7), ("原告主張之事實", None)):
        assert mention(text, 0, len(text)) == where
