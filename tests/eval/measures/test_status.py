import pytest

from eval.measures.status import MARKERS, says, unflagged_status
from rag.domain import Status
from tests.eval.fakes import answered, cited, said


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Status.REPEALED, "檢肅流氓條例已廢止"),
        (Status.REPEALED, "（已於民國九十八年一月二十一日廢止）"),
        (Status.REPEALED, "該辦法業經廢止"),
        (Status.DELETED, "第 5 條（刪除）"),
        (Status.DELETED, "該條已於109年1月15日刪除"),
        (Status.NOT_YET_IN_FORCE, "本條尚未施行"),
        (Status.NOT_YET_IN_FORCE, "施行日期尚未訂定"),
        (Status.NOT_YET_IN_FORCE, "將自116年1月1日施行"),
        (Status.SUPERSEDED, "舊法規定如下"),
        (Status.SUPERSEDED, "本條已於110年修正"),
        (Status.IN_FORCE, ""),
    ],
)
def test_a_status_is_said(status: Status, text: str) -> None:
    assert says(text, status)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Status.REPEALED, "主管機關得廢止其許可"),
        (Status.DELETED, "當事人得請求刪除個人資料"),
        (Status.NOT_YET_IN_FORCE, "本法自公布日施行"),
        (Status.SUPERSEDED, "依現行條文"),
    ],
)
def test_the_words_of_a_statute_say_no_status(status: Status, text: str) -> None:
    assert not says(text, status)


def test_every_status_but_in_force_has_a_marker() -> None:
    assert MARKERS.keys() == set(Status) - {Status.IN_FORCE}


def test_counts_citations_that_some_sentence_leaves_unflagged() -> None:
    gone = cited("law/Z0000001/1", 1, status=Status.REPEALED)
    standing = cited("law/Z0000001/2", 2)
    assert unflagged_status(answered(said("已廢止。", 1), said("如下。", 2), citations=[gone, standing])) == 0
    assert unflagged_status(answered(said("已廢止。", 1), said("如下。", 1), citations=[gone, standing])) == 1
    assert unflagged_status(answered(said("如下。", 2), citations=[gone, standing])) == 1
    assert unflagged_status(answered(said("如下。", 2), citations=[gone], message="該法已廢止")) == 0
