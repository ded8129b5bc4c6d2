from hypothesis import given
from hypothesis import strategies as st

from rag.support.clauses import bag_of, claim_statement, statements, surroundings
from rag.support.concepts import lexicon


def test_items_are_read_with_their_lead() -> None:
    lead, one, two = statements("業者應告知下列事項：\n一、價格。\n二、期限。")
    assert one.lead is two.lead is lead
    assert lead.below is not None
    assert lead.below.holds(lexicon().tokens("期限")[0]) == 1.0


def test_deeper_items_hang_on_the_item_before() -> None:
    made = statements("應依下列方式：\n一、書面，包括下列：\n（一）信件。\n二、口頭。")
    assert [one.lead.text if one.lead else "" for one in made] == [
        "",
        "應依下列方式:",
        "書面,包括下列:",
        "應依下列方式:",
    ]


def test_a_proviso_goes_on_from_the_sentence_before() -> None:
    rule, proviso = statements("甲應付款。但無力者，不在此限。")
    assert proviso.before is rule
    assert [weight for weight, _ in surroundings(proviso)] == [1.0, 0.8]


def test_wrapped_lines_are_joined() -> None:
    [one] = statements("出租人應以合於所約定之\r\n　　狀態交付承租人。")
    assert "約定之狀態" in one.text


def test_a_lead_is_the_sentence_that_announces() -> None:
    lead, _, item = statements("違反下列規定者，處罰鍰；情節重大者，停業：\n一、第一款之規定。")
    assert item.lead is lead


def test_part_of_a_word_is_held_in_part() -> None:
    [token] = lexicon().tokens("檢索機")
    held = bag_of(lexicon().tokens("檢索器")).holds(token)
    assert 0 < held < 1


def test_a_claim_is_one_statement() -> None:
    assert len(claim_statement("甲應付款。乙得拒絕。").clauses) == 2
    assert claim_statement("").clauses == ()


@given(st.text(alphabet="一二、。；：\n（）甲乙應得下列但", max_size=200))
def test_clauses_are_of_the_text(text: str) -> None:
    made = statements(text)
    assert all(clause.tokens and clause.text in one.text for one in made for clause in one.clauses)
