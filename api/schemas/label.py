"""What is to be labelled, a label, and how far the labelling is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.fields import Text
from rag.kappa import Kappa
from rag.label_records import Dispute, Level, Progress, Task

_ID = "5f0d3c1b2a4e4f6d8c7b9a0e1d2c3b4a"
_REQUEST = {"request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d"}
_PAIR: dict[str, Any] = {
    "id": _ID,
    "claim": "雇主延長勞工工作時間在二小時以內者，應加給三分之一以上。",
    "passage": "延長工作時間在二小時以內者，按平日每小時工資額加給三分之一以上。",
}
_TASK = _PAIR | {"label": "勞動基準法第24條", "key": "law/N0030001/24", "said": []}
_KAPPA: dict[str, Any] = {"value": 0.72, "low": 0.64, "high": 0.8, "n": 212}
_LEVEL = "full 完全支持、partial 部分支持、none 不支持"

TaskId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="題目的代號", examples=[_ID])]


class SaidOut(BaseModel):
    """What one of the two said, who is not named."""

    level: Level
    note: str


class TaskItem(BaseModel):
    """A claim, and the passage it is to rest on, as text; ``said`` is empty but for whom is to decide."""

    id: str
    claim: str
    passage: str
    label: str
    key: str
    said: list[SaidOut]

    @classmethod
    def of(cls, task: Task, dispute: Dispute | None = None) -> TaskItem:
        said = [SaidOut(level=one.level, note=one.note) for one in (dispute.said if dispute else ())]
        return cls(id=task.id, claim=task.claim, passage=task.passage, label=task.label, key=task.key, said=said)


class NextOut(BaseModel):
    """``task`` is null when nothing is left."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"task": _TASK, **_REQUEST}]})

    task: TaskItem | None
    request_id: str


class LabelIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"task": _ID, "level": "partial", "note": "段落沒有提到例外"}]},
    )

    task: TaskId
    level: Level = Field(description=_LEVEL)
    note: Text = Field("", max_length=1000, description="註記；請勿寫個人資料")
    adjudication: bool = Field(False, strict=True, description="仲裁：決定兩人看法不同的一題")


class LabelOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"task": _ID, "level": "partial", "adjudication": False, **_REQUEST}]}
    )

    task: str
    level: Level
    adjudication: bool
    request_id: str


class KappaOut(BaseModel):
    """Cohen's κ with its 95 % interval, from ``n`` tasks that two have judged."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, found: Kappa | None) -> KappaOut | None:
        return cls(**found._asdict()) if found else None


class ProgressOut(BaseModel):
    """Of ``tasks``, those ``begun`` by one, ``paired`` by two, and of those ``disputed`` (still open) and
    ``adjudicated``; ``to_judge`` and ``to_decide`` are for who asks. κ comes from all pairs, before any was decided;
    null where it can't be told yet."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tasks": 300, "begun": 12, "paired": 212, "disputed": 20, "adjudicated": 31, "to_judge": 80,
                 "to_decide": 4, "plain": _KAPPA, "weighted": {**_KAPPA, "value": 0.79}, **_REQUEST}
            ]
        }
    )  # fmt: skip

    tasks: int
    begun: int
    paired: int
    disputed: int
    adjudicated: int
    to_judge: int
    to_decide: int
    plain: KappaOut | None
    weighted: KappaOut | None
    request_id: str

    @classmethod
    def of(cls, found: Progress, request_id: str) -> ProgressOut:
        kappas = {name: KappaOut.of(getattr(found, name)) for name in ("plain", "weighted")}
        return cls(**{**found._asdict(), **kappas}, request_id=request_id)
