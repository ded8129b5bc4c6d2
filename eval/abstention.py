"""Whether a system answers what can be answered and refuses what cannot; a refusal is an answer of its own kind.

================== =================================================================================================
``state_ok``       the state, its reason and what must be said with them are the expected ones (all questions)
``attempted``      something was answered (all questions): groundedness is of these only
``refusal_recall`` refused, of the questions to which only a refusal is right
``refusal_precision`` can't be answered, of the questions refused
``over_refusal``   refused, of the questions that can be answered
``refusal_told``   a reason and a word to the reader, of the questions refused
``utility``        1 for what is right, ½ for a part, 0 for a refusal of what could be answered, −1 for what is wrong
``error``          no answer at all
``must_not``       says what its question's record forbids
================== =================================================================================================

``risk_coverage`` shows what could be had by refusing more: the answers by how sure the system was of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from eval.folder import Asked
from eval.library import Library
from eval.measures.state import must_refuse, state_ok
from eval.outputs import Output, State
from eval.scores import Found, Metric, Problem, Share

METRICS = (
    Metric("state_ok", "higher", "作答狀態正確"),
    Metric("attempted", "higher", "有作答"),
    Metric("refusal_recall", "higher", "該拒答而拒答"),
    Metric("refusal_precision", "higher", "拒答是對的"),
    Metric("over_refusal", "lower", "不該拒答而拒答"),
    Metric("refusal_told", "higher", "拒答有說明原因"),
    Metric("utility", "higher", "整體效用"),
    Metric("error", "lower", "沒有回覆"),
    Metric("must_not", "lower", "說了不該說的"),
)
_REFUSAL = re.compile(
    r"(?:無法|不能|沒辦法|未能)(?:回答|答覆|提供|判斷|確認)|(?:沒有|查無|找不到|查不到|未找到|未收錄)[^，。；\n]{0,24}"
    r"(?:資料|依據|規定|條文|法規|判決|裁判|解釋|來源)|(?:不在|超出)[^，。；\n]{0,12}範圍|不存在"
)
_LONGEST_REFUSAL = 200  # characters: what goes on for longer answers something besides


class Point(NamedTuple):
    """Answering only the surest: the share of questions answered, and the share of wrong ones among those."""

    coverage: float
    risk: float


def measure(question: Asked, output: Output, library: Library) -> Found:
    """All figures of this page that apply to the question; ``output.state`` must be told (:func:`told`)."""
    refused, right = output.state == "abstained", state_ok(question, output)
    shares = {
        "state_ok": Share(float(right)),
        "attempted": Share(float(output.state in ("answered", "partial"))),
        "error": Share(float(output.state == "error")),
        "utility": Share(_utility(question, output, right)),
    }
    if must_refuse(question):
        shares["refusal_recall"] = Share(float(refused))
    if not question.may_be_refused:
        shares["over_refusal"] = Share(float(refused))
    if refused:
        shares["refusal_precision"] = Share(float(question.may_be_refused))
        shares["refusal_told"] = Share(float(bool(output.reason) and bool(output.said.strip())))
    said = [phrase for phrase in question.must_not if phrase in output.said]
    if question.must_not:
        shares["must_not"] = Share(float(bool(said)))
    return Found(shares, tuple(_problems(question, output, right, said)))


def told(output: Output) -> Output:
    """The answer with its state, told from its words where nobody said it: nothing, a short refusal, or an answer."""
    return output if output.state else output.model_copy(update={"state": _state(output)})


def risk_coverage(answers: Iterable[tuple[float, bool]]) -> list[Point]:
    """``(confidence, right)`` of each question → the curve, surest first; equals are answered together.

    An area under it (AURC) is the mean risk over all coverages: 0 is best.
    """
    ordered = sorted(answers, key=lambda one: -one[0])
    points: list[Point] = []
    wrong = 0
    for number, (confidence, right) in enumerate(ordered, start=1):
        wrong += not right
        if number == len(ordered) or ordered[number][0] != confidence:
            points.append(Point(number / len(ordered), wrong / number))
    return points


def area(points: Iterable[Point]) -> float:
    """The area under a curve of risk over coverage, by steps."""
    total, before = 0.0, 0.0
    for point in points:
        total += (point.coverage - before) * point.risk
        before = point.coverage
    return total


def _state(output: Output) -> State:
    if output.error:
        return "error"
    text = output.said.strip()
    if not text or (len(text) <= _LONGEST_REFUSAL and not output.citations and _REFUSAL.search(text)):
        return "abstained"
    return "answered"


def _utility(question: Asked, output: Output, right: bool) -> float:
    if output.state in ("abstained", "error"):
        return 1.0 if right else 0.0 if question.answerable else -1.0
    if not right:
        return -1.0
    return 0.5 if output.state == "partial" else 1.0


def _problems(question: Asked, output: Output, right: bool, said: list[str]) -> Iterable[Problem]:
    if not right:
        ending = output.state if not output.reason else f"{output.state}（{output.reason}）"
        yield Problem("state_ok", None, f"{question.kind} 題不應以 {ending} 作結")
    if said:
        yield Problem("must_not", None, f"說了不該說的「{'」「'.join(said)}」")
    if output.state == "error":
        yield Problem("error", None, output.error or "沒有回覆")
