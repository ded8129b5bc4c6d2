"""``youju-eval judge``; what is heavy is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.cli import Shelves
    from eval.config import Config, JudgeTable
    from eval.judge.cache import Cache
    from eval.judge.judge import Judging

Run = Annotated[Path, typer.Argument(metavar="RUN", help="一次評測的資料夾")]
Labels = Annotated[Path | None, typer.Option(metavar="FILE", help="人工標註（JSONL），用來驗證評審")]
ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="設定檔（TOML），評審寫在 judge 表")]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
Synthetic = Annotated[bool, typer.Option("--allow-synthetic", help="合成標註也顯示數字，僅供展示")]
Again = Annotated[bool, typer.Option("--again", help="先前讀不懂的回答再問一次")]


def add_judge(app: typer.Typer, shelves: Shelves) -> None:
    @app.command(help="評審：檢查決定不了的句子交給模型判斷；經人工標註驗證才報告數字。")
    def judge(
        run: Run,
        labels: Labels = None,
        config: ConfigFile = None,
        data: Data = None,
        allow_synthetic: Synthetic = False,
        again: Again = False,
    ) -> None:
        from eval.config import load_config
        from eval.folder import RunFolder
        from eval.judge import words
        from eval.judge.cache import FILE, Cache
        from eval.judge.running import Options, judge_run
        from eval.judge.validation import read_labels
        from eval.running import day_of

        folder, settings = RunFolder(run), load_config(config)
        held = read_labels(labels) if labels else ()
        library = shelves(data, day_of(folder.manifest()))
        asked = open_judge(settings, Cache(run / FILE, lambda line: typer.echo(line, err=True)), again)
        first, *others = settings.judge
        options = Options(first.concurrency, "" if others else first.called, first.probes, allow_synthetic)
        found = judge_run(folder, library, asked, held, options)
        typer.echo(words.as_markdown(found))
        typer.echo(words.may_gate(found.validation))
        raise typer.Exit(found.exit_code)


def open_judge(config: Config, cache: Cache, again: bool = False) -> Judging:
    """The judge of the settings, or what most of several say; not spoken to yet.

    :raises UsageError: there is none, or it can't be told from others.
    """
    from eval.judge.judge import Panel
    from rag.errors import UsageError

    if not config.judge:
        raise UsageError("設定裡沒有評審：請在設定檔加上 [judge]，例如 model 與 url")
    judges: Sequence[Judging] = [_opened(table, cache, again) for table in config.judge]
    return judges[0] if len(judges) == 1 else Panel(judges)


def _opened(table: JudgeTable, cache: Cache, again: bool) -> Judging:
    from eval.judge.judge import Judge
    from rag.build import open_chat
    from rag.errors import UsageError
    from rag.presets import preset
    from rag.settings import load_settings

    if not (table.name or preset(table.model).repo):
        raise UsageError(f"[judge] 的 {table.model} 要用 name 寫明是伺服器上的哪個模型")
    given = {"model": table.model, "model_url": table.url, "model_name": table.name, "model_timeout_s": table.timeout_s}
    model = open_chat(load_settings(**{name: value or None for name, value in given.items()}))
    return Judge(model, cache, again, table.name)
