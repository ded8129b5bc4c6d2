"""Pages of articles and documents, and the plain answer, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.fakes import QUOTE, TEXT
from tests.web.stories import JUDGMENT

Visit = Callable[..., Page]
ARTICLE = "/laws/Z9990001/articles/4"


def test_the_form_answers_without_a_script(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.get_by_label("您的問題").fill("押金多久要退還？")
    page.locator("#ask").get_by_role("button", name="問", exact=True).click()
    expect(page.locator(".sentence blockquote")).to_contain_text(QUOTE)
    expect(page.locator(".sentence .state")).to_have_text("原文照引")
    expect(page.get_by_role("button", name="複製引註")).to_have_count(0)
    page.get_by_role("link", name="[1]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示範共享單車租借條例第4條")
    assert page.locator("mark").all_text_contents() == TEXT.split("\r\n")
    assert page.url.endswith("#quote")


def test_a_follow_up_needs_no_script(visit: Visit) -> None:
    page = visit("/ask?q=押金多久要退還？", java_script_enabled=False)
    page.get_by_role("textbox", name="接著問").fill("那逾期會怎麼樣？")
    page.get_by_role("textbox", name="接著問").press("Enter")
    expect(page.get_by_role("heading", name="那逾期會怎麼樣？")).to_be_visible()
    expect(page.locator("#earlier li")).to_have_text(["押金多久要退還？"])


def test_no_answer_without_a_script(visit: Visit) -> None:
    page = visit("/ask?q=示範共享單車租借條例第99條怎麼規定？", java_script_enabled=False)
    expect(page.get_by_role("region", name="為什麼沒有回答")).to_contain_text("查無此號")
    expect(page.get_by_role("complementary")).to_contain_text("示範共享單車租借條例第7條")


def test_an_article_shows_its_paragraphs_and_the_text_of_a_day(visit: Visit) -> None:
    page = visit("/laws/Z9990001/articles/3")
    assert page.locator(".unit").all_text_contents() == ["第1項", "第1款", "第2款", "第2項"]
    page = visit(f"{ARTICLE}?as_of=2020-01-01")
    expect(page.locator("#whole")).to_contain_text("十四日")
    expect(page.get_by_role("link", name="全國法規資料庫的官方頁面")).to_have_attribute("rel", "noopener noreferrer")
    page.get_by_label("看哪一天的條文").fill("2024-08-01")
    page.get_by_role("button", name="看這一天").click()
    expect(page.locator("#whole")).to_contain_text("應於七日內")


def test_two_versions_of_an_article_are_compared(visit: Visit) -> None:
    page = visit(ARTICLE, java_script_enabled=False)
    page.get_by_role("button", name="比較兩個版本").click()
    expect(page.locator(".compared del")).to_have_text("十四")
    expect(page.locator(".compared ins")).to_have_text("七")
    page.get_by_role("link", name="民國105年3月2日公布").click()
    expect(page.locator("#whole")).to_contain_text("應於十四日內")
    expect(page.locator(".standing")).to_contain_text("至民國113年7月1日前")


def test_links_go_both_ways(visit: Visit) -> None:
    page = visit(ARTICLE)
    cited = page.locator(".linked", has_text="被引用：法院裁判")
    cited.get_by_role("link").click()
    expect(page.locator(".facts")).to_contain_text("113年度示字第7號")
    assert page.locator("#whole h2").all_text_contents() == ["主文", "理由"]
    expect(page.locator(".linked", has_text="被引用：新聞")).to_contain_text("飛盤大賽")
    page.locator(".linked", has_text="引用：法規").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示範共享單車租借條例第4條")


def test_a_quote_is_highlighted_in_a_document(visit: Visit) -> None:
    start = JUDGMENT.text.index("原告之訴")
    page = visit(f"/documents/{quote(JUDGMENT.key)}?start={start}&end={start + 8}#quote", java_script_enabled=False)
    expect(page.locator("mark#quote")).to_have_text("原告之訴駁回。\n".strip())


def test_what_is_not_there_is_a_page_too(visit: Visit) -> None:
    page = visit("/laws/Z9990001/articles/4")
    for path, status, says in (
        ("/laws/Z9990001/articles/99", 404, "沒有第99條"),
        ("/laws/nothing/articles/1", 422, "法規代碼寫成"),
        ("/documents/judgment/nothing", 404, "沒有收錄"),
        ("/ask?q=押金&as_of=2024-02-30", 422, "沒有 2024-02-30 這一天"),
        ("/ask", 422, "缺少這個欄位"),
    ):
        response = page.request.get(path)
        assert response.status == status
        assert response.headers["content-type"].startswith("text/html")
        assert says in response.text()


def test_on_paper_only_the_answer_and_its_sources_remain(visit: Visit) -> None:
    page = visit("/ask?q=押金多久要退還？")
    page.emulate_media(media="print")
    expect(page.locator(".sentence")).to_be_visible()
    expect(page.locator(".card blockquote")).to_be_visible()
    expect(page.locator("#ask")).to_be_hidden()
    expect(page.locator("#follow")).to_be_hidden()
    after = page.locator(".official").evaluate("one => getComputedStyle(one, '::after').content")
    assert "https://law.moj.gov.tw" in after or "attr(href)" in after
