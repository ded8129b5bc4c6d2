from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from eval.folder import RunFolder
from eval.library import Library
from eval.outputs import Cited
from eval.reports.html import as_html, marked, shown
from eval.reports.run import load, tables
from eval.reports.table import as_csv
from tests.eval.reports import sample
from tests.eval.shelves import JUDGMENT, library


def page(run: RunFolder, against: RunFolder | None = None, texts: Library | None = None) -> str:
    held, other = load(run), load(against) if against else None
    return as_html(held, tables(held, other, sample.METRICS), sample.METRICS, other, texts)


def soup(*runs: RunFolder, texts: Library | None = None) -> BeautifulSoup:
    return BeautifulSoup(page(*runs, texts=texts), "lxml")


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def item(found: BeautifulSoup, id: str) -> Tag:
    return next(one for one in found.select(".item") if words(one.select_one(".id")) == id)


def test_every_answer_is_there_with_its_sentences_and_their_verdicts(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"))
    assert [words(one) for one in found.select(".item .id")] == ["q0", "q1", "q2", "q3", "q4", "q5"]
    sentences = item(found, "q1").select(".sentences > li")
    assert [words(one.select_one(".verdict")) for one in sentences] == ["✓ 未發現問題", "✓ 未發現問題", "✗ 有問題"]
    assert [one["class"] for one in sentences] == [["ok"], ["ok"], ["bad"]]
    assert words(sentences[2].select_one(".problems")) == "marks_valid 〔9〕不在回答列出的來源裡"
    assert words(item(found, "q4").select_one(".message")) == "查無資料"
    assert "state_ok lay 題不應以 abstained 作結" in words(item(found, "q4"))


def test_the_overview_has_a_table_of_all_and_one_of_each_set(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"))
    assert [words(one) for one in found.select("#overview summary")] == ["全部題組 6 筆", "lay 4 筆", "traps 2 筆"]
    row = found.select_one("#overview tbody tr")
    assert words(row) == "作答狀態正確 state_ok 0.833 0.436–0.970 6"


def test_the_head_tells_who_said_what_is_relevant(tmp_path: Path) -> None:
    gold = {"gold": ({"law": "甲法", "pcode": "Z9990001", "article": "3"},), "judged_by": "model"}
    told = sample.write(tmp_path / "told", [(sample.asked("q0", **gold), sample.output("q0"), sample.item("q0"))])
    assert "標準依據出自 模型 1 題" in words(soup(told).select_one(".made"))
    assert "標準依據" not in words(soup(sample.after(tmp_path / "after")).select_one(".made"))


def test_a_mark_leads_to_its_source_and_one_of_nothing_nowhere(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"))
    links = item(found, "q1").select(".sentences a")
    assert [one["href"] for one in links] == ["#i1-1", "#i1-1"]
    assert all(found.find(id=str(one["href"])[1:]) for one in found.select("a[href]"))


def test_all_ids_are_unique(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"), sample.before(tmp_path / "before"))
    ids = [one["id"] for one in found.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_quote_is_lit_inside_its_passage(tmp_path: Path) -> None:
    start = JUDGMENT.text.find("業者收取押金")
    cited = Cited(mark=1, key=JUDGMENT.key, version=JUDGMENT.version, quote=JUDGMENT.text[start : start + 8])
    run = sample.write(
        tmp_path / "run", [(sample.asked("q"), sample.output("q", citations=(cited,)), sample.item("q"))]
    )
    block = soup(run, texts=library()).select_one("blockquote")
    assert block is not None
    assert words(block.select_one("mark")) == cited.quote
    assert words(block) != cited.quote
    assert "".join(block.get_text().split()) == "".join(JUDGMENT.text.split())
    alone = soup(run).select_one("blockquote")
    assert words(alone) == cited.quote


def test_beside_another_run_what_changed_comes_first_and_is_marked(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"), sample.before(tmp_path / "before"))
    assert found.select_one("main section")["id"] == "changes"  # type: ignore[index]
    assert [words(one.select_one("a")) for one in found.select(".turns li")] == ["q1", "q2", "q4"]
    assert words(found.select_one(".turns .which")) == "引註有對應的來源 1.000 → 0.500"
    here, there = item(found, "q2").select(".beside > section")
    assert [one.get_text() for one in here.select(".only p")] == ["逾期得請求合同[1]。"]
    assert [one.get_text() for one in there.select(".only p")] == ["逾期得請求利息[1]。"]
    same = item(found, "q0")
    assert not same.select(".beside")
    assert "before 的回答與此相同。" in words(same)


def test_of_the_figures_those_are_named_that_could_be_better(tmp_path: Path) -> None:
    found = soup(sample.after(tmp_path / "after"))
    assert words(item(found, "q2").select_one(".scores")) == "leak_wording 1 · 其餘 3 項指標無缺失"
    assert words(item(found, "q0").select_one(".scores")) == "4 項指標無缺失"
    beside = soup(sample.after(tmp_path / "after"), sample.before(tmp_path / "before"))
    assert words(item(beside, "q1").select_one(".scores")) == "marks_valid 1 → 0.5 · 其餘 3 項指標無缺失"


def test_a_blessed_baseline_has_no_answers_but_its_changes_are_told(tmp_path: Path) -> None:
    before = sample.before(tmp_path / "before")
    for name in ("questions.jsonl", "outputs.jsonl"):
        (before.path / name).unlink()
    found = soup(sample.after(tmp_path / "after"), before)
    assert [words(one.select_one("a")) for one in found.select(".turns li")] == ["q1", "q2", "q4"]
    assert not found.select(".beside")


def test_a_run_with_nothing_but_scores_can_be_shown(tmp_path: Path) -> None:
    run = sample.after(tmp_path / "after")
    for name in ("questions.jsonl", "outputs.jsonl"):
        (run.path / name).unlink()
    found = soup(run)
    assert len(found.select(".item")) == 6
    assert [words(one) for one in found.select("#overview summary")][1:] == ["lay 4 筆", "traps 2 筆"]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run, other = sample.after(tmp_path / "after"), sample.before(tmp_path / "before")
    first, csv = page(run, other), as_csv(load(run), sample.METRICS)
    run.put_items(reversed(run.items()))
    other.put_outputs(reversed(other.outputs()))
    assert page(run, other) == first
    assert as_csv(load(run), sample.METRICS) == csv


@pytest.mark.parametrize("compared", [False, True])
def test_text_from_outside_makes_no_element_and_no_attribute(tmp_path: Path, compared: bool) -> None:
    run = sample.evil(tmp_path / "evil")
    other = sample.evil(tmp_path / "other") if compared else None
    text = page(run, other)
    found = BeautifulSoup(text, "lxml")
    assert len(found.select("script")) == 1
    assert not found.select("img, iframe, object, link, base, [onerror], [onclick], [src]")
    assert all(str(one["href"]).startswith("#") for one in found.select("[href]"))
    assert not set("\u202e\u2028\x00") & set(text)
    assert "<script>window.hit=1</script>" in found.get_text()
    assert "{{7*7}}" in found.get_text()


def test_the_page_s_policy_admits_its_own_script_alone(tmp_path: Path) -> None:
    text = page(sample.after(tmp_path / "after"))
    policy = BeautifulSoup(text, "lxml").select_one("meta[http-equiv]")["content"]  # type: ignore[index]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'",
        str(policy),
    )


def test_long_answers_give_way_so_that_the_page_stays_small(tmp_path: Path) -> None:
    long = "押金應返還。" * 60_000
    parts = [(sample.asked(f"q{at}"), sample.output(f"q{at}", long), sample.item(f"q{at}")) for at in range(5)]
    short = (sample.asked("s"), sample.output("s"), sample.item("s"))
    text = page(sample.write(tmp_path / "run", [*parts, short]))
    assert len(text) < 12_000_000
    found = BeautifulSoup(text, "lxml")
    assert "全文在 outputs.jsonl" in words(item(found, "q0"))
    assert "全文在 outputs.jsonl" not in words(item(found, "s"))


def test_odd_characters_are_shown_as_their_codes() -> None:
    assert shown("a\u202eb<") == 'a<span class="odd">U+202E</span>b&lt;'
    assert shown("a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("甲[1]。", '甲<a href="#i7-1">[1]</a>。'),
        ("甲［１］。", '甲<a href="#i7-1">［１］</a>。'),
        ("甲[2]。", "甲[2]。"),
        ("<b>[1]", '&lt;b&gt;<a href="#i7-1">[1]</a>'),
    ],
)
def test_marks_of_known_sources_are_links(text: str, wanted: str) -> None:
    assert marked(text, 7, [1]) == wanted
