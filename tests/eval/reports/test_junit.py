from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml import ElementTree as ET
from hypothesis import given
from hypothesis import strategies as st

from eval.reports.junit import as_junit
from eval.reports.run import load, tables, visible
from tests.eval.reports import sample


def test_a_suite_for_each_set_and_a_case_for_each_answer(tmp_path: Path) -> None:
    run = load(sample.after(tmp_path / "after"))
    root = ET.fromstring(as_junit(run, tables(run, None, sample.METRICS)))
    assert dict(root.attrib) == {"name": "after", "tests": "6", "failures": "3", "errors": "0", "time": "0.075"}
    assert [(one.get("name"), one.get("tests"), one.get("failures")) for one in root] == [
        ("lay", "4", "2"),
        ("traps", "2", "1"),
    ]
    failed = {case.get("name"): case.find("failure") for case in root.iter("testcase")}
    assert failed["q0"] is None
    assert failed["q1"].get("type") == "marks_valid"
    assert failed["q1"].text == "marks_valid（第 3 句）：〔9〕不在回答列出的來源裡"
    assert [one.get("value") for one in root.iter("property") if one.get("name") == "state_ok"] == ["1.000", "0.500"]


def test_what_is_a_matter_of_degree_fails_nothing(tmp_path: Path) -> None:
    soft = sample.item("q", problems=[sample.Problem("citation_recall", 0, "沒有引註")])
    run = load(sample.write(tmp_path / "run", [(sample.asked("q"), sample.output("q"), soft)]))
    root = ET.fromstring(as_junit(run, tables(run, None, sample.METRICS)))
    assert root.get("failures") == "0"
    assert next(root.iter("system-out")).text == "citation_recall（第 1 句）：沒有引註"


def test_no_answer_is_an_error(tmp_path: Path) -> None:
    lost = sample.replace(sample.item("q", problems=[sample.Problem("error", None, "逾時")]), state="error")
    run = load(sample.write(tmp_path / "run", [(sample.asked("q"), None, lost)]))
    root = ET.fromstring(as_junit(run, tables(run, None, sample.METRICS)))
    assert (root.get("failures"), root.get("errors")) == ("0", "1")
    assert next(root.iter("error")).get("message") == "逾時"


@pytest.mark.parametrize("more", ["", "\x1b[2J\x08", "]]>&<", "\ufffe\uffff"])
def test_evil_text_is_text(tmp_path: Path, more: str) -> None:
    run = load(sample.evil(tmp_path / "evil", more))
    root = ET.fromstring(as_junit(run, tables(run, None, sample.METRICS)))
    case = next(root.iter("testcase"))
    assert case.get("name").startswith("</script><script>")
    assert "[U+202E][U+0000]" in case.get("name")
    assert {one.tag for one in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out")
    }


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_what_is_visible_is_always_xml(text: str) -> None:
    root = ET.fromstring(b"<a></a>")
    root.text = visible(text)
    read = ET.fromstring(ET.tostring(root))
    assert (read.text or "") == visible(text)
