from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.checkable import kind_of
from eval.ladder import METRICS, measure
from eval.library import StoreLibrary
from eval.near import edits
from eval.outputs import Cited, Output
from eval.scores import Share
from rag.domain import Passage
from rag.numerals import search_key
from rag.store import Store
from rag.verify import Prover
from tests.eval.shelves import JUDGMENT, TODAY, asked, library, paper
from tests.memory import MemoryStore

LIBRARY = library()
RIGHT = "租借人請求返還押金時，業者應於七日內全額返還[1]。"
FOUR = Cited(mark=1, key="law/Z9990001/4")


def shares(answer: str, *citations: Cited, question: str = "押金多久要還？", **more: Any) -> dict[str, Share]:
    output = Output(id="q", answer=answer, citations=citations or (FOUR,), **more)
    return dict(measure(asked(question), output, LIBRARY).shares)


def test_every_figure_has_its_metric() -> None:
    names = {metric.name for metric in METRICS}
    assert shares(f"您好！{RIGHT}依第4條：「業者應於七日內全額返還」[1]。", read=("law/Z9990001/4",)).keys() <= names


def test_a_good_answer_is_whole_on_every_rung() -> None:
    found = shares(RIGHT, read=("law/Z9990001/4",))
    lower = {metric.name for metric in METRICS if metric.better == "lower"}
    assert {name for name, share in found.items() if share.value == 0} == lower & found.keys()
    assert all(share.value in (0, 1) for share in found.values())


def test_greetings_and_caveats_are_counted_out() -> None:
    found = shares(f"您好！\n{RIGHT}\n以上僅供參考。")
    assert found["checkable"] == Share(1, 3)
    assert found["cited"] == found["supported"] == Share(1, 1)


def test_a_refusal_is_measured_for_its_words_alone() -> None:
    assert shares("查無相關規定，無法回答。", state="abstained").keys() == {"leak_script", "leak_wording"}
    assert shares("").keys() == set()


def test_a_mark_of_a_line_is_lent_to_the_sentence_before() -> None:
    said = "業者收取押金，每人不得超過一千元。業者應於七日內全額返還[1]。"
    assert shares(said)["cited"] == Share(2, 2)
    assert shares(said.replace("。業", "。\n業"))["cited"] == Share(1, 2)


@pytest.mark.parametrize(
    ("quote", "name"),
    [
        ("業者應於七日內全額返還", "quote_exact"),
        ("業者 應於七日內全額返還", "quote_folded"),
        ("業者應於八日內全額返還", "quote_altered"),
        ("業者應於催告期滿後返還", "quote_invented"),
    ],
)
def test_quotes_by_how_they_stand(quote: str, name: str) -> None:
    found = shares(f"依規定，「{quote}」[1]。")
    kinds = {one: share.part for one, share in found.items() if one.startswith("quote_")}
    assert kinds == {one: float(one == name) for one in kinds}
    assert len(kinds) == 4


def test_a_long_quote_that_its_citation_gives_is_one_sentence() -> None:
    text = "。\n".join(f"第{number}段話說得很長很長，長到沒有人讀得完它的全部內容" for number in range(60)) + "。"
    held = paper("news/2", "news", "示範新聞", text)
    output = Output(
        id="q", answer=f"示範新聞（新聞報導）：「{text}」[1]", citations=(Cited(mark=1, key="news/2", quote=text),)
    )
    found = measure(asked(), output, library(held))
    assert found.shares["cited"] == Share(1, 1)
    assert found.problems == ()


def test_what_a_citation_only_claims_to_quote_hides_no_sentence() -> None:
    hidden = "這是一段編造出來的長引文，它只是要讓後面的句子不被看見而已，實在不能相信。」[1]。業者應接受行動支付。「其他的話"
    found = shares(f"新聞說：「{hidden}」[1]。", Cited(mark=1, key="law/Z9990001/4", quote=hidden))
    assert found["checkable"].whole == 3


def test_words_of_the_question_and_of_the_source_may_be_said() -> None:
    assert shares(f"人民法院不是臺灣的機關。{RIGHT}")["leak_wording"].part == 1
    assert shares(f"人民法院不是臺灣的機關。{RIGHT}", question="人民法院是什麼？")["leak_wording"].part == 0


def test_a_decision_without_a_place_is_read_where_it_says_so() -> None:
    cited = Cited(mark=1, key=JUDGMENT.key)
    assert shares("依這個判決，被告應返還原告押金新臺幣八百元[1]。", cited)["values"] == Share(1, 1)


COURT = Cited(mark=1, key=JUDGMENT.key)
SOON = "業者未返還押金，"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (f"{SOON}法院判被告應返還原告押金八百元[1]。", Share(1, 1)),
        (f"{SOON}法院判原告敗訴[1]。", Share(0, 1)),
        # Of another decision than the one cited nothing is known.
        (f"{SOON}臺灣高等法院110年度上字第9號判決駁回原告之訴[1]。", None),
        (f"{SOON}租借人得請求返還[1]。", None),
    ],
)
def test_the_way_a_court_held_is_a_rung_of_its_own(answer: str, expected: Share | None) -> None:
    found = measure(asked(), Output(id="q", answer=answer, citations=(COURT,)), LIBRARY)
    assert found.shares.get("holding") == expected
    told = [one.why for one in found.problems if one.measure == "holding"]
    assert bool(told) is (expected == Share(0, 1))
    assert all("的結果相反：「被告應返還" in one for one in told)


def test_a_decision_is_held_to_its_holding_and_not_to_what_its_reasons_tell() -> None:
    text = "主文\n上訴駁回。\n理由\n原審維持第一審判決。上訴人主張應廢棄原判決，並無理由。"
    document = paper("judgment/TPSV,112,台上,9,20230505,1", "judgment", "最高法院112年度台上字第9號民事判決", text)
    at = text.index("理由")
    parts = [
        Passage(document.key, document.version, 3, at, text[3:at], section="主文"),
        Passage(document.key, document.version, at + 3, len(text), text[at + 3 :], section="理由"),
    ]
    store = MemoryStore((), (document,))
    store.parts = parts
    shelf = StoreLibrary(cast(Store, store), TODAY)
    cited = (Cited(mark=1, key=document.key, start=3, end=at),)
    output = Output(id="q", answer="最高法院廢棄原判決[1]。", citations=cited)
    assert measure(asked(), output, shelf).shares["holding"] == Share(0, 1)


def test_the_day_of_the_question_decides_what_exists() -> None:
    output = Output(id="q", answer="租借人請求返還押金時，業者應於十四日內全額返還[1]。", citations=(FOUR,))
    then = measure(asked(as_of=TODAY.replace(year=2020)), output, LIBRARY)
    assert then.problems == ()
    assert {one.measure for one in measure(asked(), output, LIBRARY).problems} == {"values"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("您好！", "greeting"),
        ("希望以上說明對您有幫助。", "greeting"),
        ("本回答僅供參考，不構成法律意見。", "caveat"),
        ("查無相關規定，因此無法回答您的問題。", "refusal"),
        ("相關的規定說明如下：", "heading"),
        ("租借人可以請求業者返還押金。", "claim"),
        ("請諮詢律師，業者最高會被罰5萬元。", "claim"),
        ("建議諮詢律師，示範共享單車租借條例第4條有規定。", "claim"),
        ("以上僅供參考[1]。", "claim"),
    ],
)
def test_kinds_of_sentences(text: str, kind: str) -> None:
    claim = Prover((), LIBRARY, LIBRARY.names, TODAY).claim(text)
    assert kind_of(claim, claim.said.marks) == kind


def test_edits_count_signs() -> None:
    assert edits("應於七日內返還", "業者應於五日內返還") == 1
    assert edits("應於日內返還", "業者應於五日內返還。") == 1
    assert edits("應於七日內　返還", "應於七日內返還") == 0
    assert edits("完全無關的文字", "業者應於五日內返還") is None


@given(st.text("甲乙丙丁", min_size=6, max_size=12), st.text("甲乙丙丁", max_size=30))
def test_edits_are_those_of_the_best_stretch(quote: str, text: str) -> None:
    best = min(_plain(quote, text[start:end]) for start in range(len(text) + 1) for end in range(start, len(text) + 1))
    assert edits(quote, text) == (best if best <= 2 else None)


def _plain(one: str, other: str) -> int:
    """Levenshtein's distance, by its definition."""
    row = list(range(len(other) + 1))
    for number, sign in enumerate(search_key(one), start=1):
        above, row = row, [number]
        for at, char in enumerate(other, start=1):
            row.append(min(above[at - 1] + (sign != char), above[at] + 1, row[-1] + 1))
    return row[-1]


@given(st.text(alphabet="業者應返還押金[1][9]「」。，\n第4條 0\0已廢止", max_size=60))
def test_no_answer_is_too_odd(answer: str) -> None:
    for share in shares(answer).values():
        assert 0 <= share.part <= share.whole
        assert share.whole > 0
