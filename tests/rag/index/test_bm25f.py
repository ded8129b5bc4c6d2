from collections.abc import Sequence
from datetime import date
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed import Matrix
from rag.index import IndexItem
from rag.index.bm25f import FIELDS, K1, Frequencies, encode, occurrences, points, split
from rag.index.seam import PRIOR, Idf, law_dimension
from rag.segment import Grams, dimension, fold

DAY = date(2020, 1, 1)
CHARACTERS = st.sampled_from("法律之人民第條〇臺1８9aＡz，。 \n﨎\ue001㈠½\U00020001\U0002a6d6")
TEXTS = st.lists(st.text(CHARACTERS, max_size=8), min_size=1, max_size=4)


class Plain:
    """The same terms as ``Grams`` by the way open to every segmenter."""

    name = "plain"
    terms = Grams().terms
    batch = Grams().batch


@given(TEXTS)
def test_counting_in_numpy_gives_the_terms(texts: list[str]) -> None:
    folded = [fold(text) for text in texts]
    assert sorted(occurrences(Grams(), folded)) == sorted(occurrences(Plain(), folded))


def vectors(*passages: dict[str, str]) -> list[dict[int, float]]:
    made = split(len(passages), *encode(Grams(), passages))
    return [dict(zip(vector.dimensions, vector.impacts, strict=True)) for vector in made]


def test_impact_follows_the_formula() -> None:
    (vector,) = vectors({"body": "工資工資", "name": "勞工法", "chapter": "工資"})
    body, name, chapter = FIELDS["body"], FIELDS["name"], FIELDS["chapter"]
    tf = 2 / (1 - body.b + body.b * 4 / body.average) + 1 / (1 - chapter.b + chapter.b * 2 / chapter.average)
    assert vector[dimension("工資")] == pytest.approx(tf * (K1 + 1) / (tf + K1))
    tf = name.weight / (1 - name.b + name.b * 3 / name.average)
    assert vector[dimension("勞工")] == pytest.approx(tf * (K1 + 1) / (tf + K1))


def test_passages_keep_their_places() -> None:
    first, empty, last = vectors({"body": "甲"}, {}, {"body": "乙", "name": ""})
    assert list(first) == [dimension("甲")]
    assert empty == {}
    assert list(last) == [dimension("乙")]


def test_the_same_passage_is_the_same_vector_in_any_company() -> None:
    passage = {"body": "雇主應給付工資", "name": "示範法"}
    assert vectors(passage)[0] == vectors({"body": "別的條文" * 50}, passage)[1]


@given(st.text(CHARACTERS, min_size=1, max_size=30))
def test_impacts_are_above_nothing_and_saturate(text: str) -> None:
    (vector,) = vectors({"body": text, "name": text})
    assert all(0 < impact < K1 + 1 for impact in vector.values())


def frequencies(*passages: str) -> Frequencies:
    seen = Frequencies()
    for passage in passages:
        keys, _ = encode(Grams(), [{"body": passage}])
        seen.add(1, keys & (2**32 - 1))
    return seen


def test_idf_falls_with_the_number_of_passages() -> None:
    idf = Idf(frequencies("工資工資", "工資", "工時", "假").pack())
    assert idf[dimension("工資")] == pytest.approx(log(1 + 2.5 / 2.5))
    assert idf[dimension("工")] == pytest.approx(log(1 + 1.5 / 3.5))
    assert idf[dimension("假")] == idf[dimension("從未")] == pytest.approx(log(1 + 3.5 / 1.5))


def test_frequencies_join() -> None:
    joined = frequencies("工資", "工時")
    joined.join(frequencies("工資", "假"))
    assert joined.pack() == frequencies("工資", "工時", "工資", "假").pack()


def test_many_batches_count_as_one() -> None:
    passages = ["工資", "工時", "假"] * 50
    whole = Frequencies()
    whole.add(len(passages), encode(Grams(), [{"body": passage} for passage in passages])[0] & (2**32 - 1))
    assert frequencies(*passages).pack() == whole.pack()


def test_idf_of_an_empty_index() -> None:
    assert Idf(Frequencies().pack())[dimension("法")] == 0.0


def counted(texts: list[str], seen: Frequencies) -> Frequencies:
    keys, _ = encode(Grams(), [{"body": text} for text in texts])
    seen.add(len(texts), keys & np.uint64(0xFFFFFFFF))
    return seen


def test_counting_goes_on_from_what_was_packed() -> None:
    texts = ["押金不得超過", "押金應返還", "罰鍰", "押金不計利息", "返還押金"]
    whole, first = counted(texts, Frequencies()), counted(texts[:4], Frequencies())
    again = Frequencies.unpack(first.pack())
    assert (again.total, again.pack()) == (4, first.pack())
    counted(texts[4:], again)
    found, wanted = Idf(again.pack()), Idf(whole.pack())
    assert again.total == 5
    for term in ("押", "押金"):
        assert found[dimension(term)] == pytest.approx(wanted[dimension(term)])


def test_a_match_counts_as_much_as_its_source_weighs() -> None:
    def vector(weight: float) -> dict[int, float]:
        fields = {"body": "返還押金"}
        item = IndexItem("k@v#0-4", "k", "X", "s", "", date.min, date.max, fields, prior=2.0, weight=weight)
        ((_, made),) = next(points(Grams(), [item], Frequencies()))
        return dict(zip(made.dimensions, made.impacts, strict=True))

    whole, half = vector(1.0), vector(0.5)
    for term in ("返還", "押金"):
        assert half[dimension(term)] == pytest.approx(whole[dimension(term)] / 2)
    assert (half[PRIOR], half[law_dimension("X")]) == (whole[PRIOR], whole[law_dimension("X")]) == (2.0, 1.0)


class Known:
    """An embedder to which every text but none at all is the same."""

    name, size = "known-1", 2

    def __init__(self, searchable: bool) -> None:
        self.searchable = searchable

    def queries(self, texts: Sequence[str]) -> Matrix:
        return np.array([[1.0, 0.0] if text else [0.0, 0.0] for text in texts], np.float32)

    documents = queries


def test_a_text_of_ones_own_has_a_meaning_only_for_a_model_that_is_searched() -> None:
    statute = IndexItem("law/X/1@v#0-2", "law/X/1", "X", "laws", "法律", DAY, date.max, {"body": "返還押金"})
    own = IndexItem("passage/a@v#0-2", "passage/a", "", "own", "", DAY, date.max, {"paragraph": "返還押金"})
    for searchable, expected in ((False, [True, False]), (True, [True, True])):
        embedder = Known(searchable)
        (made,) = points(Grams(), [statute, own], Frequencies(), embedder)
        assert [vector.meaning is not None for _, vector in made] == expected
