from eval.measures.unread import unread
from tests.eval.fakes import answered, cited, said


def test_counts_sentences_resting_on_a_mark_that_leads_nowhere() -> None:
    citations = [cited("law/Z0000001/1", 1), cited("law/Z0000001/2", 2)]
    answer = answered(said("甲。", 1, 2), said("乙。", 3), said("丙。", 1, 9), said("丁。"), citations=citations)
    assert unread(answer) == 2
