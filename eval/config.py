"""One TOML file says what is evaluated and how; with none, the defaults do. What is not known is refused.

Paths in it are relative to the file, or without one to the folder that the command is run in. Keys are no part of it:
``YOUJU_EVAL_KEY`` is for another service, ``YOUJU_MODEL_KEY`` for a model server.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.outputs import MOST_REPEATS
from eval.records import explain
from rag.causes import cause
from rag.errors import UsageError

QUESTIONS = "../shared/data/questions"
_DEVELOPMENT = "asof interpretations labor_bureau lay_statutes lay_statutes_2 locale similar_judgments traps".split()


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class EngineTable(_Table):
    """Ours, in process; ``model`` is a preset, "" quotes the law verbatim."""

    kind: Literal["engine"] = "engine"
    model: str = ""


class HttpTable(_Table):
    """Ours over HTTP; the key is in ``YOUJU_EVAL_KEY``."""

    kind: Literal["http"] = "http"
    url: str
    timeout_s: float = Field(300.0, gt=0)


class ChatTable(_Table):
    """A model server; the key is in ``YOUJU_MODEL_KEY``. ``model`` is a preset, ``name`` what the server calls it."""

    kind: Literal["chat"] = "chat"
    model: str = "openai-compatible"
    url: str = ""
    name: str = ""
    with_passages: bool = False
    passages: int = Field(8, ge=1, le=50)
    timeout_s: float | None = Field(None, gt=0)


class StoredTable(_Table):
    """Answers made elsewhere: a JSONL file."""

    kind: Literal["stored"] = "stored"
    path: Path


SystemTable = Annotated[EngineTable | HttpTable | ChatTable | StoredTable, Field(discriminator="kind")]


_KINDS = frozenset(("engine", "http", "chat", "stored"))


class JudgeTable(_Table):
    """A model server that judges; the key is in ``YOUJU_MODEL_KEY``. Of several, what more than half say counts.

    ``probes``: labels that the probes for biases are made of, 0 for none.
    """

    model: str = "openai-compatible"
    url: str = ""
    name: str = ""
    timeout_s: float | None = Field(None, gt=0)
    concurrency: int = Field(4, ge=1, le=256)
    probes: int = Field(100, ge=0)

    @property
    def called(self) -> str:
        return self.name or self.model


class RunTable(_Table):
    """``as_of``: the day for questions that name none; ``depth``: passages listed of a search; ``processes``: that
    score; ``concurrency``: questions under way at a time."""

    system: str = "engine"
    sets: tuple[str, ...] = tuple(f"{QUESTIONS}/{name}.jsonl" for name in _DEVELOPMENT)
    as_of: date | None = None
    repeats: int = Field(1, ge=1, le=MOST_REPEATS)
    seed: int = Field(0, ge=0)
    depth: int = Field(100, ge=0, le=100)
    processes: int = Field(2, ge=1, le=64)
    concurrency: int = Field(1, ge=1, le=256)


class Bars(_Table):
    """What is asked of one measure (``eval.gate.Rule``)."""

    margin: float | None = Field(None, gt=0, lt=1)
    at_most: float | None = None
    at_least: float | None = None


class GateTable(_Table):
    """``metrics``: by name; ``baseline``: the folder that was blessed."""

    baseline: Path = Path("baseline")
    alpha: float = Field(0.05, gt=0, lt=1)
    discordance: float = Field(0.1, ge=0, le=1)
    metrics: dict[str, Bars] = {
        "state_ok": Bars(margin=0.05),
        **dict.fromkeys(("marks_valid", "exists", "was_read", "status_said"), Bars(at_least=1)),
        **dict.fromkeys(("quote_altered", "quote_invented", "leak_script", "must_not", "error"), Bars(at_most=0)),
    }


class ReportTable(_Table):
    """What is written into the folder of a run besides its scores."""

    formats: tuple[Literal["markdown", "html", "junit", "csv"], ...] = ("markdown", "html", "junit", "csv")


class Config(_Table):
    """``base``: what paths are relative to."""

    run: RunTable = RunTable()
    system: dict[str, SystemTable] = {"engine": EngineTable()}
    gate: GateTable = GateTable()
    report: ReportTable = ReportTable()
    judge: tuple[JudgeTable, ...] = ()
    base: Path = Field(Path(), exclude=True)

    @property
    def chosen(self) -> EngineTable | HttpTable | ChatTable | StoredTable:
        """:raises UsageError: there is no table of the system to run."""
        found = self.system.get(self.run.system)
        if found is None:
            raise UsageError(f"設定裡沒有 [system.{self.run.system}]；有：{'、'.join(self.system)}")
        return found

    @property
    def record(self) -> dict[str, Any]:
        """As it is written down; it holds no secret, and of paths only what the file says."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def digest(self) -> str:
        text = json.dumps(self.record, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_config(path: Path | None) -> Config:
    """The settings of a TOML file; ``None``: the defaults.

    :raises UsageError: in one line, for a file that can't be read, or whatever in it is unknown or wrong.
    """
    if path is None:
        return Config()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}：讀不到檔案（{cause(error)}）") from None
    except ValueError as error:
        raise UsageError(f"{path}：不是 TOML（{error}）") from None
    if "base" in given:
        raise UsageError(f"{path}：沒有 base 這個設定")
    try:
        # By way of JSON, in which an array is a tuple and a text a path, and nothing else is taken for another type.
        found = Config.model_validate_json(json.dumps(_spelled_out(given), default=str))
    except ValidationError as error:
        raise UsageError(f"{path}：{_told(error)}") from None
    return found.model_copy(update={"base": Path(os.path.relpath(path.parent))})


def _spelled_out(given: dict[str, Any]) -> dict[str, Any]:
    """``[system.http]`` is of the kind that it is named; ``[judge]`` is one judge, ``[[judge]]`` one of several."""
    made = dict(given)
    if isinstance(given.get("system"), dict):
        tables: dict[str, Any] = {"engine": {}} | given["system"]
        made["system"] = {
            name: {"kind": name} | table if isinstance(table, dict) and name in _KINDS else table
            for name, table in tables.items()
        }
    if isinstance(judge := given.get("judge"), dict):
        made["judge"] = [judge]
    return made


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = [str(part) for part in first["loc"]]
    if first["type"] == "union_tag_not_found":
        return f"欄位 {'.'.join(where)}.kind：缺少這個欄位"
    if first["type"] != "extra_forbidden":
        return explain(error)
    near = get_close_matches(where[-1], _names(), n=1)
    return f"沒有 {'.'.join(where)} 這個設定{f'；是不是 {near[0]}？' if near else ''}"


def _names() -> list[str]:
    systems = (EngineTable, HttpTable, ChatTable, StoredTable)
    tables = (Config, RunTable, GateTable, ReportTable, JudgeTable, Bars, *systems)
    return sorted({name for table in tables for name in table.model_fields} - {"base"})
