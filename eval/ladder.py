"""Groundedness, rung by rung, by the very code that proves answers when they are served; no model is asked.

==================  ================================================================================================
``checkable``       claims, of all sentences: greetings, caveats, refusals and headings owe no source
``cited``           claims that name what they rest on, by a mark or in words
``marks_valid``     B1 marks that lead to a source the answer lists, of all marks
``exists``          B2 citations of what there is on the day, or was and is said to be gone
``status_said``     B3 citations in force, or of which the sentence says what became of them
``was_read``        B4 citations that were among what the writer was given, where that is known
``quote_exact``     B5 quotes of six signs or more that stand in what they cite, sign by sign
``quote_folded``    B5 the same but for width, white space and 臺/台
``quote_altered``   B5 at most two signs away from the text: worse than no quote
``quote_invented``  B5 further away than that
``values``          B6 claims of which every number, day, article, case, authority and term stands in what they cite
``references``      articles and decisions named that there are on the day, whether cited or not
``supported``       B7 claims that what they cite bears out, by their words
``holding``         B9 claims that tell which way a court held, of those whose decision says so or the opposite
``kind_named``      claims that call their source what it is: no news told as law
``leak_script``     C4 answers with a Simplified character outside quotes
``leak_wording``    C5 answers with a word of mainland law outside quotes
``finished``        answers that were not cut off
==================  ================================================================================================

All but the leaks are of attempted answers only. What nobody lists can't be read, quoted or supported: such a sentence
is told once, for its mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from eval.folder import Asked
from eval.grounds import Grounds, Told, grounds
from eval.library import Library
from eval.measures.holding import against
from eval.named import named_there
from eval.near import edits
from eval.outputs import Output
from eval.scores import Found, Metric, Problem, Share
from rag.decided import CHIEF
from rag.decisions import find_decisions
from rag.domain import Passage, Status
from rag.door import line
from rag.locale import leaks
from rag.sentences import is_finished
from rag.verify.given import Given
from rag.verify.quotes import SHORT, parts

METRICS = (
    Metric("checkable", "higher", "可查核的句子"),
    Metric("cited", "higher", "有標依據"),
    Metric("marks_valid", "higher", "引註有對應的來源"),
    Metric("exists", "higher", "引用的來源存在"),
    Metric("status_said", "higher", "失效有說明"),
    Metric("was_read", "higher", "引用的來源讀過"),
    Metric("quote_exact", "higher", "引文一字不差"),
    Metric("quote_folded", "higher", "引文僅字形、空白不同"),
    Metric("quote_altered", "lower", "引文遭改動"),
    Metric("quote_invented", "lower", "引文無中生有"),
    Metric("values", "higher", "數字、日期、條號、名稱有據"),
    Metric("references", "higher", "提到的條文、裁判存在"),
    Metric("supported", "higher", "內容有據"),
    Metric("holding", "higher", "裁判結果的方向正確"),
    Metric("kind_named", "higher", "來源性質稱呼正確"),
    Metric("leak_script", "lower", "夾雜簡體字"),
    Metric("leak_wording", "lower", "夾雜大陸法律用語"),
    Metric("finished", "higher", "沒有被截斷"),
)
_B6 = ("references", "values", "names", "terms")
_NOT_THERE = {
    "then": "〔{mark}〕{label}曾經存在，當日已不在施行",
    "later": "〔{mark}〕{label}當日尚未施行",
    "never": "〔{mark}〕{label}查無此項",
}
_LEAKS = {"script": "leak_script", "wording": "leak_wording"}


class Tally:
    """Shares as they are added up, and the faults met on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def count(self, measure: str, is_so: bool, told: Told | None = None, why: str = "") -> None:
        """One more of the whole, and of the part where it is so; where there is a ``why``, it is a fault."""
        self._sums[measure][0] += is_so
        self._sums[measure][1] += 1
        if why:
            self.problems.append(Problem(measure, told.place if told else None, why))

    def found(self) -> Found:
        shares = {name: Share(float(part), float(whole)) for name, (part, whole) in self._sums.items()}
        return Found(shares, tuple(dict.fromkeys(self.problems)))


def measure(question: Asked, output: Output, library: Library) -> Found:
    """Every rung that applies to the answer, and every fault with one line in Chinese that says why."""
    ground = grounds(question, output, library)
    tally = Tally()
    _locale(question, ground, tally)
    if not ground.is_attempted:
        return tally.found()
    for told in ground.told:
        tally.count("checkable", told.is_claim)
        _marks(ground, told, tally)
        if told.is_claim:
            _claim(ground, told, tally)
            _holding(told, library, tally)
    named_there(ground, library, tally.count)
    if ground.told:
        end = is_finished(ground.output.answer) or ground.told[-1].kind in ("greeting", "caveat", "refusal")
        tally.count("finished", end, ground.told[-1], "" if end else "回答沒有寫完")
    return tally.found()


def bad_marks(ground: Grounds, told: Told) -> dict[int, tuple[str, str]]:
    """Of the marks of a sentence those that must not count for it: the measure each fails, and why."""
    found: dict[int, tuple[str, str]] = {}
    for mark in told.claim.marks:
        held = ground.held.get(mark)
        if held is None:
            found[mark] = ("marks_valid", f"〔{mark}〕不在回答列出的來源裡")
        elif held.given is None:
            found[mark] = ("exists", _missing(mark, held.existence, held.cited.label or held.cited.key))
        elif not _is_said(held.given, told):
            found[mark] = ("status_said", told.faults.get("status", "") or f"〔{mark}〕沒有說明效力")
        elif ground.read is not None and held.cited.key not in ground.read:
            found[mark] = ("was_read", f"〔{mark}〕{held.given.source.label}不在這次讀到的資料裡")
    return found


def _marks(ground: Grounds, told: Told, tally: Tally) -> None:
    bad = bad_marks(ground, told)
    for mark in told.claim.marks:
        measure, why = bad.get(mark, ("", ""))
        if mark in told.claim.said.marks:
            tally.count("marks_valid", measure != "marks_valid", told, why if measure == "marks_valid" else "")
        held = ground.held.get(mark)
        if held is None:
            continue
        gone = measure == "status_said" and held.existence in ("then", "later")
        label = held.given.source.label if held.given else ""
        told_gone = _missing(mark, held.existence, label) if gone else ""
        tally.count("exists", measure != "exists" and not gone, told, why if measure == "exists" else told_gone)
        if held.given:
            tally.count("status_said", measure != "status_said", told, why if measure == "status_said" else "")
        if held.given and ground.read is not None:
            was_read = held.cited.key in ground.read
            tally.count("was_read", was_read, told, why if measure == "was_read" else "")


def _claim(ground: Grounds, told: Told, tally: Tally) -> None:
    tally.count("cited", bool(told.claim.marks), told, "" if told.claim.marks else told.faults.get("marks", ""))
    if not told.claim.cited:
        tally.count("supported", False)
        return
    is_term = not _quotes(told, tally) and not told.holds("quotes")
    tally.count("values", told.holds(*_B6) and not is_term)
    for layer in (*_B6, "quotes") if is_term else _B6:
        if why := told.faults.get(layer):
            tally.problems.append(Problem("values", told.place, why))
    tally.count("kind_named", told.holds("kind"), told, told.faults.get("kind", ""))
    tally.count("supported", told.holds("support"), told, told.faults.get("support", ""))


def _holding(told: Told, library: Library, tally: Tally) -> None:
    """Of a claim on the decisions it cites, and on no other: whether they went the way it says."""
    decisions = [one for one in told.claim.cited if one.document.kind in ("judgment", "interpretation")]
    own = {key for one in decisions for key in one.own_decisions}
    words = told.claim.said.own
    if not decisions or any(found.key not in own for found in find_decisions(words)):
        return
    chief = [passage.text for one in decisions for passage in _chief(one, library)]
    cited = [one.text for one in told.claim.cited]
    found = against(words, chief or cited, cited)
    if found:
        verdict, opposite = found
        why = f"與{decisions[0].source.label}的結果相反：「{line(opposite)}」" if verdict == "contrary" else ""
        tally.count("holding", verdict == "borne_out", told, why)


def _chief(given: Given, library: Library) -> list[Passage]:
    document = given.document
    return [one for one in library.passages_of(document.key, document.version) if one.section in CHIEF]


def _quotes(told: Told, tally: Tally) -> bool:
    """Count every quote by how it stands; whether one of them is wrong. Shorter ones are terms (B6)."""
    is_wrong = False
    for quote in told.claim.said.quotes:
        if len(quote) < SHORT:
            continue
        kind = _how_quoted(quote, told.claim.cited)
        is_bad = kind in ("altered", "invented")
        is_wrong |= is_bad
        for one in ("exact", "folded", "altered", "invented"):
            why = told.faults.get("quotes", "") if one == kind and is_bad else ""
            tally.count(f"quote_{one}", one == kind, told, why)
    return is_wrong


def _how_quoted(quote: str, cited: Iterable[Given]) -> str:
    given = list(cited)
    if any(quote in one.about for one in given):
        return "exact"
    verdicts = {one.find(quote).verdict for one in given}
    kind = next((one for one in ("exact", "folded") if one in verdicts), "")
    return kind or ("altered" if any(edits(quote, one.text) is not None for one in given) else "invented")


def _is_said(given: Given, told: Told) -> bool:
    """Whether the sentence says of this source what it is: one in force needs no word, and must not be called gone."""
    if told.sentence.checks["status"] == "misstated":
        return False
    return given.source.status is Status.IN_FORCE or told.holds("status")


def _missing(mark: int, existence: str, label: str) -> str:
    return _NOT_THERE[existence].format(mark=mark, label=f"「{label}」" if label else "")


def _locale(question: Asked, ground: Grounds, tally: Tally) -> None:
    """What may be said is in the question, or in what the answer cites: 國務院 in the news is the American one."""
    if not ground.output.said.strip():
        return
    given = [held.given for held in ground.held.values() if held.given]
    allowed = "\n".join([question.question, *(f"{one.about}\n{one.text}" for one in given)])
    met: dict[str, bool] = dict.fromkeys(_LEAKS.values(), False)
    for place, words in _spoken(ground):
        for leak in leaks(words, allowed):
            name = _LEAKS[leak.kind]
            what = "是簡體字，臺灣寫作" if leak.kind == "script" else "不是臺灣的用語，要用"
            tally.problems.append(Problem(name, place, f"「{leak.text}」{what}「{leak.instead}」"))
            met[name] = True
    for name, is_met in met.items():
        tally.count(name, is_met)


def _spoken(ground: Grounds) -> Iterator[tuple[int | None, str]]:
    """All words but those quoted, with the sentence they stand in."""
    yield from ((told.place, told.claim.said.own) for told in ground.told)
    if ground.output.message:
        yield None, parts(ground.output.message).own
