import pytest

from eval.outputs import Cited, Output
from eval.resolve import resolve
from tests.eval.shelves import JUDGMENT, library

LIBRARY = library()
NAME = "示範共享單車租借條例"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        (f"{NAME}第4條", "law/Z9990001/4"),
        (f"{NAME}第四條第二項", "law/Z9990001/4"),
        (f"《{NAME}》第５條之１", "law/Z9990001/5-1"),
        ("釋字第12號", "interpretation/12"),
        ("司法院大法官釋字第十二號解釋", "interpretation/12"),
        ("臺灣臺北地方法院112年度北簡字第1號民事判決", JUDGMENT.key),
        ("台灣台北地方法院一一二年度北簡字第一號判決", JUDGMENT.key),
        ("https://law.moj.gov.tw/LawClass/LawSingle.aspx?pcode=Z9990001&flno=5-1", "law/Z9990001/5-1"),
        ("最高法院110年度台上字第99999號判決", "case/TPS/110/台上/99999"),
        ("維基百科", ""),
    ],
)
def test_a_label_becomes_the_key_of_what_it_names(label: str, key: str) -> None:
    output = resolve(Output(id="q", answer="甲[1]。", citations=(Cited(mark=1, label=label),)), LIBRARY)
    assert output.citations == (Cited(mark=1, key=key, label=label),)


def test_a_key_is_believed_before_a_label() -> None:
    output = Output(id="q", answer="甲[1]。", citations=(Cited(mark=1, key="law/Z9990001/6", label=f"{NAME}第4條"),))
    assert resolve(output, LIBRARY) is output


def test_marks_that_nobody_lists_are_what_their_sentences_name() -> None:
    answer = f"依{NAME}第4條，業者應返還押金[1]。釋字第12號也這麼說[2]。另依{NAME}第6條，業者會被罰。"
    found = resolve(Output(id="q", answer=answer), LIBRARY).citations
    assert [(one.mark, one.key) for one in found] == [
        (1, "law/Z9990001/4"),
        (2, "interpretation/12"),
        (3, "law/Z9990001/6"),
    ]


def test_a_mark_missing_from_a_list_stays_missing() -> None:
    answer = f"依{NAME}第4條，業者應返還押金[9]。"
    output = Output(id="q", answer=answer, citations=(Cited(mark=1, key="law/Z9990001/4"),))
    assert resolve(output, LIBRARY) is output


@pytest.mark.parametrize("answer", ["", "業者應返還押金[1]。", "\0[1]「"])
def test_what_names_nothing_is_left_alone(answer: str) -> None:
    output = Output(id="q", answer=answer)
    assert resolve(output, LIBRARY) is output
