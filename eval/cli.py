"""The commands of ``youju-eval``; what they measure is handed in, so they run the same on an engine and on a fake.

``retrieval`` and ``answers`` look at one file of questions; those of ``eval.commands`` make and weigh whole runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from eval import answers as answering
from eval import retrieval as retrieving
from eval.answers import Answerer
from eval.commands import add_commands
from eval.errors import NotEnoughData
from eval.questions import Question, read_questions
from eval.report import check_writable, json_line, summary_table, write_lines
from eval.retrieval import Retriever
from rag import door
from rag.settings import load_settings

if TYPE_CHECKING:
    from eval.tier import LibraryOpener


class Engine(Retriever, Answerer, Protocol):
    """Both halves of what is evaluated; ``warm`` makes the first question as fast as any."""

    def warm(self) -> None: ...


class Opener(Protocol):
    """The folder given with --data, or None for the one in the settings → the engine over it; ``model`` is a preset."""

    def __call__(self, data: Path | None, model: str | None = None) -> AbstractContextManager[Engine]: ...


# The same folder, and the day of a run → what opens the library over it, in any process.
Shelves = Callable[[Path | None, date | None], "LibraryOpener"]

QuestionsFile = Annotated[Path, typer.Argument(metavar="QUESTIONS.jsonl", help="題目檔，一行一個 JSON 物件")]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="逐題結果寫到這個檔案，一行一個 JSON 物件")]


def library_of(data: Path | None, day: date | None) -> LibraryOpener:
    """The library over the store of the settings."""
    from eval.library import open_library

    return partial(open_library, load_settings(data=data).store_url, day)


def make_app(open_engine: Opener, shelves: Shelves = library_of) -> typer.Typer:
    """The application over the engine that ``open_engine`` opens."""
    app = typer.Typer(name="youju-eval", help="評測有據的檢索與回答。", add_completion=False)

    @app.command(help="檢索：每題標準答案排在第幾。最後一行是 JSON。")
    def retrieval(questions: QuestionsFile, data: Data = None, out: Out = None) -> None:
        records = _prepared(questions, out)
        with open_engine(data) as engine:
            engine.warm()
            scored, summary = retrieving.evaluate(records, engine)
        _publish(summary, [item.as_record() for item in scored], out)

    @app.command(help="回答：狀態、引文與施行日是否正確。最後一行是 JSON。")
    def answers(questions: QuestionsFile, data: Data = None, out: Out = None) -> None:
        records = _prepared(questions, out)
        with open_engine(data) as engine:
            checked = tuple(answering.answer_all(records, engine))
        _publish(answering.summarise(checked), [item.as_record() for item in checked], out)

    add_commands(app, open_engine, shelves)
    return app


def _prepared(questions: Path, out: Path | None) -> tuple[Question, ...]:
    if out is not None:
        check_writable(out)
    records = read_questions(questions)
    if not records:
        raise NotEnoughData(f"{questions}：沒有題目")
    return records


def _publish(summary: dict[str, float], records: list[dict[str, object]], out: Path | None) -> None:
    if out is not None:
        write_lines(out, records)
    typer.echo(summary_table(summary))
    typer.echo(json_line(summary))


def run(app: typer.Typer, arguments: Sequence[str], name: str = "youju-eval") -> int:
    """Run the application and return its exit code; whatever goes wrong is one line on standard error."""
    try:
        return door.run(app, arguments, name)
    except Exception as error:
        # The last stop before a traceback: a fault of the program is told in one line, like any other error.
        print(f"{name}：程式錯誤：{type(error).__name__}：{' '.join(str(error).split())}", file=sys.stderr)
        return 1
