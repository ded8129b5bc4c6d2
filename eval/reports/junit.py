"""A run for a build server: JUnit XML, a suite for each set, a case for each answer.

A fault that may never happen is a failure; what is only a matter of degree stands in the case's output; no answer at
all is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from eval.reports.run import Run, Tables, figure, visible
from eval.scores import Item, Problem

HARD = frozenset(
    (
        "error state_ok must_not marks_valid exists status_said was_read quote_altered quote_invented values references"
        " kind_named leak_script leak_wording"
    ).split()
)
"""What can be decided without doubt, and must never be found."""


def as_junit(run: Run, tables: Tables) -> bytes:
    """The file, UTF-8; seconds are those the system took."""
    root = ET.Element("testsuites", name=visible(run.name))
    for name, rows in tables.items():
        items = run.among(name)
        suite = ET.SubElement(root, "testsuite", {"name": visible(name), **_counts(items)})
        properties = ET.SubElement(suite, "properties")
        for row in rows:
            ET.SubElement(properties, "property", name=visible(row.metric.name), value=figure(row.figure.value))
        for item in items:
            _case(suite, name, item)
    for of in ("tests", "failures", "errors", "time"):
        root.set(of, f"{sum(float(suite.get(of, 0)) for suite in root):.{3 if of == 'time' else 0}f}")
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _counts(items: Sequence[Item]) -> dict[str, str]:
    errors = sum(item.state == "error" for item in items)
    failures = sum(item.state != "error" and any(map(_hard, item.problems)) for item in items)
    time = sum(item.ms for item in items) / 1000
    return {"tests": str(len(items)), "failures": str(failures), "errors": str(errors), "time": f"{time:.3f}"}


def _case(suite: ET.Element, name: str, item: Item) -> None:
    called = item.id + (f"（第 {item.repeat + 1} 次）" if item.repeat else "")
    case = ET.SubElement(
        suite, "testcase", name=visible(called), classname=visible(name or "eval"), time=f"{item.ms / 1000:.3f}"
    )
    hard = [one for one in item.problems if _hard(one)]
    if item.state == "error":
        why = next((one.why for one in item.problems if one.measure == "error"), "沒有回覆")
        ET.SubElement(case, "error", type="error", message=visible(why))
    elif hard:
        # One a case: what reads these files counts cases, not faults.
        failure = ET.SubElement(case, "failure", type=visible(hard[0].measure), message=visible(hard[0].why))
        failure.text = _told(hard)
    soft = [one for one in item.problems if not _hard(one)]
    if soft:
        ET.SubElement(case, "system-out").text = _told(soft)


def _hard(problem: Problem) -> bool:
    return problem.measure in HARD


def _told(problems: Sequence[Problem]) -> str:
    return "\n".join(
        visible(f"{one.measure}{'' if one.sentence is None else f'（第 {one.sentence + 1} 句）'}：{one.why}")
        for one in problems
    )
