"""What of an answer comes out of the printer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/ask?q=押金多久要退還？&as_of=2020-01-01", "自民國113年7月1日起變更"),
        ("/ask?q=示範頭盔條例第1條怎麼規定？", "將自民國199年1月1日起變更"),
    ],
    ids=["has changed", "will change"],
)
@pytest.mark.parametrize("script", [True, False])
def test_on_paper_it_is_told_what_has_changed_and_what_will(visit: Visit, path: str, says: str, script: bool) -> None:
    page = visit(path, java_script_enabled=script)
    page.emulate_media(media="print")
    changes = page.get_by_role("region", name="條文有變動")
    expect(changes.locator(".what")).to_be_visible()
    expect(changes.locator(".what")).to_contain_text(says)
    expect(changes.locator(".before")).to_be_visible()
    expect(changes.locator(".after")).to_be_visible()


def test_an_open_panel_leaves_only_the_quote_on_paper(visit: Visit) -> None:
    page = visit("/ask?q=押金多久要退還？")
    page.locator(".mark").click()
    expect(page.locator(".choose")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".choose")).to_be_hidden()
    expect(page.locator(".whole")).to_be_hidden()
    expect(page.locator(".card blockquote")).to_be_visible()
