from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.compare import Span, compare

TEXTS = st.text(alphabet="業者應於十四七日內返還押金，。；\r\n𠮷", max_size=80)


def test_the_example() -> None:
    assert compare("應於十四日內", "應於七日內") == (
        Span("kept", "應於"),
        Span("removed", "十四"),
        Span("added", "七"),
        Span("kept", "日內"),
    )


def test_what_shares_little_is_replaced_whole() -> None:
    assert compare("業者應返還押金。", "租借人得解約。") == (
        Span("removed", "業者應返還押金。"),
        Span("added", "租借人得解約。"),
    )


def test_a_line_added_leaves_the_others_alone() -> None:
    added = "業者應返還押金。\r\n逾期處罰鍰。\r\n施行日另定。"
    assert compare("業者應返還押金。\r\n施行日另定。", added) == (
        Span("kept", "業者應返還押金。\r\n"),
        Span("added", "逾期處罰鍰。\r\n"),
        Span("kept", "施行日另定。"),
    )


@given(old=TEXTS, new=TEXTS)
def test_the_spans_make_up_both_texts(old: str, new: str) -> None:
    spans = compare(old, new)
    assert "".join(span.text for span in spans if span.kind != "added") == old
    assert "".join(span.text for span in spans if span.kind != "removed") == new
    assert all(span.text for span in spans)
    assert all(one.kind != other.kind for one, other in pairwise(spans))
