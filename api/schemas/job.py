"""A job as it is asked for, how far it is, and what went wrong in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from api.cursor import LONGEST, JobCursor
from api.desk import Wish
from api.schemas.fields import SAYS_SOMETHING, spoken
from rag.joblist import Job, State
from rag.sources import PURGE, SOURCES

_NAMES = (*SOURCES, PURGE)
_ID = "5f0d3c1b2a4e4f6d8c7b9a0e1d2c3b4a"
_REQUEST = {"request_id": "0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d"}
# The OpenAPI document leaves out what is null, so nothing is here.
_JOB: dict[str, Any] = {
    "id": _ID,
    "source": "passages",
    "from": ["own/rules.jsonl"],
    "without": [],
    "allow_fewer": False,
    "keys": [],
    "schedule": "",
    "state": "done",
    "message": "400 筆紀錄，寫入 1,200 筆",
    "done": 400,
    "total": 400,
    "stopping": False,
    "created": "2026-11-22T02:00:00Z",
    "started": "2026-11-22T02:00:01Z",
    "finished": "2026-11-22T02:00:12Z",
    "beat": "2026-11-22T02:00:12Z",
}
_CURSOR = JobCursor(datetime(2026, 11, 22, 2, tzinfo=UTC), _ID).write()
_LEFT_OUT: dict[str, Any] = {"key": "passages/rules.jsonl 第 3 行", "reason": "rules.jsonl 第 3 行：不是 JSON 物件"}


def _known(value: str) -> str:
    if value not in SOURCES:
        raise ValueError(f"沒有這個來源；可用的有 {'、'.join(SOURCES)}")
    return value


def _of_a_job(value: str) -> str:
    if value not in _NAMES:
        raise ValueError(f"沒有這個來源；可用的有 {'、'.join(_NAMES)}")
    return value


def _readable(cursor: str | None) -> str | None:
    JobCursor.read(cursor)
    return cursor


Taken = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(SOURCES)})]
OfAJob = Annotated[str, AfterValidator(_of_a_job), WithJsonSchema({"type": "string", "enum": list(_NAMES)})]
Place = Annotated[
    str, Field(min_length=1, max_length=1000, json_schema_extra={"pattern": SAYS_SOMETHING}), AfterValidator(spoken)
]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
# A text still, as the framework takes any tuple in an address for a list.
After = Annotated[str | None, Field(max_length=LONGEST), AfterValidator(_readable)]


class JobIn(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"source": "laws"},
                {"source": "passages", "from": ["own/rules.jsonl"]},
                {"source": "news", "from": ["https://www.example.org/feed.xml"]},
            ]
        },
    )

    source: Taken = Field(description="要收錄的來源")
    given: list[Place] = Field(
        [],
        alias="from",
        max_length=20,
        description="公開的 http(s) 網址，或 YOUJU_SOURCE_DIR 裡的相對路徑；未給即由官方網址下載",
    )
    without: list[FieldName] = Field([], max_length=20, description="不編入索引的欄位，如 issue")
    allow_fewer: bool = Field(False, strict=True, description="接受比上次少很多的官方檔案（laws）")

    @property
    def wish(self) -> Wish:
        return Wish(self.source, tuple(self.given), tuple(self.without), self.allow_fewer)


class JobItem(BaseModel):
    """A job. ``from`` and ``without`` are what was asked for, ``keys`` the documents it takes back (``purge``).

    ``message`` is the step it is at, or how it ended; ``total`` is null where it isn't known; ``stopping``: it will be
    cancelled at its next step; ``beat`` is when its worker was last heard of; ``schedule`` is "" where somebody
    asked for it.
    """

    id: str
    source: str
    given: list[str] = Field(alias="from")
    without: list[str]
    allow_fewer: bool
    keys: list[str]
    schedule: str
    state: State
    message: str
    done: int
    total: int | None
    stopping: bool
    created: datetime
    started: datetime | None
    finished: datetime | None
    beat: datetime | None

    @staticmethod
    def fields(job: Job) -> dict[str, Any]:
        asked = job.arguments
        own = ("id", "source", "state", "message", "done", "total", "created", "started", "finished", "beat")
        return {
            **{name: getattr(job, name) for name in own},
            "from": list(asked.get("given", ())),
            "without": list(asked.get("without", ())),
            "allow_fewer": bool(asked.get("allow_fewer")),
            "keys": list(asked.get("keys", ())),
            "schedule": asked.get("schedule", ""),
            "stopping": job.cancel and job.state == "running",
        }


class JobOut(JobItem):
    model_config = ConfigDict(json_schema_extra={"examples": [_JOB | _REQUEST]})

    request_id: str

    @classmethod
    def of(cls, job: Job, request_id: str) -> JobOut:
        return cls(**JobItem.fields(job), request_id=request_id)


class JobsOut(BaseModel):
    """The newest first; ``cursor`` asks for those before them, and is null when there are none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"jobs": [_JOB], "cursor": JobCursor(datetime(2026, 11, 22, 2, tzinfo=UTC), _ID).write(), **_REQUEST}
            ]
        }
    )

    jobs: list[JobItem]
    cursor: str | None
    request_id: str


class LeftOut(BaseModel):
    """A document that could not be taken in."""

    key: str
    reason: str


class JobErrorsOut(BaseModel):
    """By key; ``cursor`` asks for those after them, and is null when there are none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"errors": [_LEFT_OUT], "cursor": "100", **_REQUEST}]})

    errors: list[LeftOut]
    cursor: str | None
    request_id: str
