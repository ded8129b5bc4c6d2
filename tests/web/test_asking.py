"""Asking with a script: sentences, sources beside them, follow-ups, feedback, copies."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.fakes import QUOTE, TEXT
from tests.web.stories import Book, Pace

Visit = Callable[..., Page]
QUESTION = "押金多久要退還？"


def asked(page: Page, question: str = QUESTION, day: str = "") -> Page:
    page.get_by_label("您的問題").fill(question)
    page.get_by_label("以哪一天的規定回答").fill(day)
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    expect(page.locator("#answer")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#follow")).to_be_visible()
    return page


def test_a_sentence_is_told_with_its_state_in_words_and_its_mark(visit: Visit) -> None:
    page = asked(visit())
    sentence = page.locator(".sentence")
    expect(sentence).to_have_count(1)
    expect(sentence.locator("blockquote")).to_contain_text(QUOTE)
    expect(sentence.locator(".state")).to_have_text("原文照引")
    expect(sentence.locator(".mark")).to_have_text("[1] 示範共享單車租借條例第4條")
    expect(page.get_by_role("status").first).to_contain_text("共1句，每一句都已核對。依民國")
    assert page.evaluate("document.activeElement.id") == "asked"
    assert page.title().startswith(QUESTION)


def test_enter_asks_and_with_shift_it_breaks_the_line(visit: Visit) -> None:
    page = visit()
    field = page.get_by_label("您的問題")
    field.fill("押金多久")
    field.press("Shift+Enter")
    field.press_sequentially("要退還？")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.locator("#answer")).to_be_hidden()
    field.press("Enter")
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator("#asked")).to_contain_text("要退還？")


def test_sentences_appear_one_by_one(visit: Visit, pace: Pace) -> None:
    page = visit()
    pace.on.clear()
    page.get_by_label("您的問題").fill("氣球販售契約應以書面為之嗎？法院見解")
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.get_by_role("status").first).to_have_text("正在找依據，逐句核對…")
    page.get_by_role("link", name="[1]").click()
    expect(page.locator("#source-1 mark").first).to_be_visible()
    pace.on.set()
    expect(page.locator(".sentence")).to_have_count(3)
    expect(page.get_by_role("status").first).to_contain_text("共3句")
    expect(page.locator("#source-1 mark").first).to_be_visible()


def test_a_mark_opens_the_source_beside_it_with_the_quote_highlighted(visit: Visit) -> None:
    page = asked(visit())
    mark = page.get_by_role("link", name="[1]")
    mark.click()
    card = page.locator("#source-1")
    expect(card.locator("mark").first).to_be_visible()
    assert card.locator("mark").all_text_contents() == TEXT.split("\r\n")
    expect(card.locator(".standing")).to_contain_text("有效；自民國113年7月1日起，現行")
    expect(card.get_by_role("link", name="官方頁面")).to_have_attribute(
        "href", "https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=Z9990001"
    )
    assert page.evaluate("document.activeElement.textContent.trim()").endswith("示範共享單車租借條例第4條")
    page.keyboard.press("Escape")
    expect(card.locator("mark").first).to_be_hidden()
    expect(mark).to_be_focused()


def test_a_judgment_beside_the_answer_tells_its_court_and_day(visit: Visit) -> None:
    page = asked(visit(), "氣球販售契約應以書面為之嗎？法院見解")
    page.locator(".mark", has_text="理由").first.click()
    card = page.locator(".card.open")
    expect(card.locator(".facts")).to_contain_text("示範法院")
    expect(card.locator(".facts")).to_contain_text("113年度示字第7號")
    expect(card.locator(".standing")).to_have_text("裁判；民國113年8月1日")
    expect(card.locator("mark").first).to_contain_text("氣球販售契約應以書面為之")


def test_the_day_changes_the_answer_and_what_changed_since_is_told(visit: Visit) -> None:
    page = asked(visit(), day="2020-01-01")
    expect(page.locator(".sentence")).to_contain_text("十四日")
    changes = page.get_by_role("region", name="條文有變動")
    expect(changes).to_contain_text("自民國113年7月1日起變更")
    expect(changes.locator(".before")).to_contain_text("十四日")
    expect(changes.locator(".after")).to_contain_text("七日")
    assert "as_of=2020-01-01" in page.url


def test_no_answer_says_why_in_plain_words_and_what_was_near(visit: Visit) -> None:
    page = asked(visit(), "示範共享單車租借條例第99條怎麼規定？")
    refusal = page.get_by_role("region", name="為什麼沒有回答")
    expect(refusal).to_contain_text("查無此號")
    expect(refusal).to_contain_text("收錄的條文為第1條至第7條")
    expect(page.get_by_role("complementary", name="找到的相近資料（未用來作答）")).to_contain_text(
        "示範共享單車租借條例第7條"
    )
    expect(page.locator(".sentence")).to_have_count(0)


def test_a_follow_up_leans_on_what_was_asked_before(visit: Visit) -> None:
    page = asked(visit())
    page.get_by_role("textbox", name="接著問").fill("那逾期會怎麼樣？")
    page.get_by_role("textbox", name="接著問").press("Enter")
    expect(page.get_by_role("heading", name="那逾期會怎麼樣？")).to_be_visible()
    expect(page.locator("#earlier li")).to_have_text([QUESTION])
    expect(page.locator("#follow")).to_be_visible()
    values = page.locator("#follow [name=h]").evaluate_all("all => all.map(each => each.value)")
    assert values == [QUESTION, "那逾期會怎麼樣？"]


def test_an_example_is_asked_with_a_click(visit: Visit) -> None:
    page = visit()
    page.get_by_role("link", name="酒駕會被判多久？").click()
    expect(page.get_by_role("heading", name="酒駕會被判多久？")).to_be_visible()
    expect(page.get_by_label("以哪一天的規定回答")).to_have_value("2019-01-01")
    expect(page.locator("#follow")).to_be_visible()


def test_what_a_reader_says_of_a_sentence_is_kept(visit: Visit, book: Book) -> None:
    page = asked(visit())
    page.get_by_role("button", name="有誤").click()
    expect(page.locator(".feedback")).to_have_text("謝謝，已記下。")
    kept = book.remarks[-1]
    assert (kept.sentence, kept.verdict) == (0, "wrong")
    assert QUOTE in kept.text
    assert kept.request_id


def test_a_quote_and_the_address_of_an_answer_can_be_copied(visit: Visit) -> None:
    page = asked(visit(permissions=["clipboard-read", "clipboard-write"]), day="2024-08-01")
    page.get_by_role("button", name="複製引註").click()
    expect(page.get_by_role("button", name="已複製")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert QUOTE in copied
    assert "」示範共享單車租借條例第4條（民國113年7月1日），民國" in copied
    assert copied.endswith("查閱，https://law.moj.gov.tw/LawClass/LawAll.aspx?pcode=Z9990001")
    page.get_by_role("button", name="複製這一題的網址").click()
    expect(page.locator("#copied")).to_have_text("已複製")
    address = page.evaluate("navigator.clipboard.readText()")
    page.goto(address)
    expect(page.locator(".sentence")).to_contain_text(QUOTE)


def test_an_address_with_a_question_only_fills_in_the_field(visit: Visit) -> None:
    page = visit("/?q=押金多久要退還？&as_of=2024-08-01")
    expect(page.get_by_label("您的問題")).to_have_value(QUESTION)
    expect(page.get_by_label("以哪一天的規定回答")).to_have_value("2024-08-01")
    expect(page.locator("#answer")).to_be_hidden()


def test_what_goes_wrong_is_told_in_one_line(visit: Visit) -> None:
    page = visit()
    told = 'event: error\ndata: {"detail": "聊天模型太久沒有回答<b>"}\n\n'
    page.route("**/v1/ask", lambda route: route.fulfill(content_type="text/event-stream", body=told))
    page.get_by_label("您的問題").fill(QUESTION)
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("聊天模型太久沒有回答<b>")
