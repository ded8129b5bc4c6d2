"""What a judge said of a run, read back from the run's folder for people to look at, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eval.folder import RunFolder
from eval.judge.prompt import SAID, Level
from eval.judge.undecided import LAYERS, Layer
from eval.records import Record, read_records
from rag.door import line
from rag.sentences import only_marks

_LEVELS: Mapping[str, str] = {level: word for word, level in SAID.items()}


class Judged(Record):
    """A line of ``judged.jsonl``: a claim, what decided it, and where that was the judge, its level."""

    id: str
    repeat: int = 0
    sentence: int
    layer: Layer
    holds: bool = False
    level: Level | None = None
    why: str = ""
    claim: str = ""

    @property
    def said(self) -> str:
        """``部分支持``, ``沒有判斷：…``, or of what needed no judge: ``不必評審：引文與來源不符``."""
        if self.level is None:
            return f"不必評審：{LAYERS[self.layer]}"
        return _LEVELS.get(self.level, "沒有判斷") + (f"：{self.why}" if self.why else "")

    def is_of(self, text: str) -> bool:
        """Whether it is this sentence that was judged, and not one that stood there before."""
        return not self.claim or self.claim == only_marks(text, ()).strip()


class _Validation(Record):
    reports: bool
    why: tuple[str, ...] = ()


class _Judge(Record):
    """The part of ``judge.json`` that says who judged, and what that is worth."""

    judge: dict[str, Any]
    validation: _Validation


@dataclass(frozen=True, slots=True)
class Judgements:
    """``by`` answer and sentence (from 0); ``who`` judged; ``caution``: why nobody should go by it, "" if one may."""

    who: str = ""
    caution: str = ""
    by: Mapping[tuple[str, int], Mapping[int, Judged]] = field(default_factory=dict)

    def of(self, id: str, repeat: int) -> Mapping[int, Judged]:
        return self.by.get((id, repeat), {})


def read(folder: RunFolder) -> Judgements:
    """Nothing of a run that no judge was asked about.

    :raises UsageError: a file is broken.
    """
    judge, judged = folder.path / "judge.json", folder.path / "judged.jsonl"
    if not (judge.is_file() and judged.is_file()):
        return Judgements()
    by: dict[tuple[str, int], dict[int, Judged]] = {}
    for one in read_records(judged, Judged, lambda one: f"{one.id}#{one.repeat}.{one.sentence}"):
        by.setdefault((one.id, one.repeat), {})[one.sentence] = one
    (about,) = read_records(judge, _Judge, lambda _: "judge.json") or (None,)
    return Judgements(who(about.judge), _caution(about.validation), by) if about else Judgements()


def who(judge: Mapping[str, object]) -> str:
    """The judge's model and prompt; of several, each."""
    several = judge.get("majority_of")
    if isinstance(several, list):
        return "、".join(map(who, several)) + "（取多數）"
    return f"{line(str(judge.get('model', '')))}（提示 {judge.get('prompt')}，{str(judge.get('prompt_sha256'))[:12]}）"


def _caution(found: _Validation) -> str:
    return "" if found.reports else f"評審未經人工標註驗證，逐句的判斷只供參考（{line('；'.join(found.why))}）"
