"""The commands of ``youju-eval`` on whole runs. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.ablation.command import add_ablate
from eval.judge.command import add_judge
from eval.label_command import add_label

if TYPE_CHECKING:
    from eval.cli import Opener, Shelves
    from eval.config import Config
    from eval.gate import Rules
    from eval.running import Doors

RUNS = Path("runs")

Run = Annotated[Path, typer.Argument(metavar="RUN", help="一次評測的資料夾")]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="設定檔（TOML）；不給即用預設")]
Processes = Annotated[int | None, typer.Option(metavar="N", min=1, max=64, help="用幾個行程評分")]
Allow = Annotated[list[str] | None, typer.Option(metavar="WHAT", help="不計較的差異（corpus），可重複")]
JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="結果另寫成這個 JSON 檔")]


def add_commands(app: typer.Typer, open_engine: Opener, shelves: Shelves) -> None:
    """Every command here, over the engine and the library that are handed in."""
    _add_runs(app, open_engine, shelves)
    _add_verdicts(app)
    _add_looks(app, open_engine, shelves)
    add_judge(app, shelves)
    add_label(app, shelves)
    add_ablate(app)


def _add_runs(app: typer.Typer, open_engine: Opener, shelves: Shelves) -> None:
    @app.command(help="評測一個系統：逐題作答、評分、寫報告。中斷後以同一個 --out 續跑。")
    def run(
        config: ConfigFile = None,
        system: Annotated[str | None, typer.Option(metavar="NAME", help="設定檔裡 \\[system.NAME] 的系統")] = None,
        sets: Annotated[list[str] | None, typer.Option("--set", metavar="GLOB", help="題目檔，可重複")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="結果的資料夾（預設在 runs/ 下新建）")] = None,
        data: Data = None,
    ) -> None:
        from eval import reporting, running
        from eval.folder import RunFolder

        chosen = _config(config, system, sets)
        folder = RunFolder.make(out or RUNS / datetime.now(UTC).strftime(f"%Y%m%d-%H%M%S-{chosen.run.system}"))
        typer.echo(f"結果寫到 {folder.path}；中斷後以 --out {folder.path} 續跑", err=True)
        doors = _doors(open_engine, shelves)
        with folder.kept_if_filled():
            running.run(chosen, doors, folder, data)
        typer.echo(reporting.write(folder, chosen, doors, data))

    @app.command(help="重新評分：作答不重做，只重算。")
    def score(run: Run, config: ConfigFile = None, data: Data = None, processes: Processes = None) -> None:
        from eval import reporting, running
        from eval.folder import RunFolder

        chosen = _config(config)
        folder, doors = RunFolder(run), _doors(open_engine, shelves)
        running.rescore(folder, doors, data, processes or chosen.run.processes)
        typer.echo(reporting.write(folder, chosen, doors, data))


def _add_verdicts(app: typer.Typer) -> None:
    @app.command(help="比較兩次評測：每項指標的差、區間、檢定與變動的題目。")
    def compare(
        before: Annotated[Path, typer.Argument(metavar="A")],
        after: Annotated[Path, typer.Argument(metavar="B")],
        allow: Allow = None,
        json_file: JsonFile = None,
    ) -> None:
        from eval import compare as comparing
        from eval.folder import RunFolder
        from eval.tier import METRICS

        found = comparing.compare(RunFolder(before), RunFolder(after), METRICS, allow or ())
        typer.echo(comparing.as_markdown(found))
        _put(json_file, found.as_record())

    @app.command(help="門檻：與認可的基準比較，退步即回傳 1；--bless 把這次評測設為基準。")
    def gate(
        run: Run,
        baseline: Annotated[Path | None, typer.Argument(metavar="BASELINE", help="基準（預設取自設定）")] = None,
        config: ConfigFile = None,
        bless: Annotated[str | None, typer.Option(metavar="WHY", help="以這個理由把這次評測設為基準")] = None,
        who: Annotated[str, typer.Option(metavar="NAME", help="認可基準的人")] = "",
        json_file: JsonFile = None,
    ) -> None:
        from eval import gate as gating
        from eval.folder import RunFolder
        from eval.tier import METRICS

        chosen = _config(config)
        place = baseline or chosen.base / chosen.gate.baseline
        if bless is not None:
            made = gating.bless(RunFolder(run), place, who, bless, datetime.now(UTC))
            typer.echo(f"已設為基準：{place}（{made.who}，{made.when}）")
            return
        found = gating.gate(RunFolder(run), place, _rules(chosen), METRICS, chosen.run.seed)
        typer.echo(gating.as_markdown(found))
        _put(json_file, found.as_record())
        raise typer.Exit(found.exit_code)


def _add_looks(app: typer.Typer, open_engine: Opener, shelves: Shelves) -> None:
    @app.command(help="報告：Markdown、HTML、JUnit、CSV。")
    def report(
        run: Run,
        against: Annotated[Path | None, typer.Option(metavar="RUN", help="另一次評測，並列比較")] = None,
        allow: Allow = None,
        config: ConfigFile = None,
        data: Data = None,
    ) -> None:
        from eval import reporting
        from eval.folder import RunFolder

        doors = _doors(open_engine, shelves)
        other = RunFolder(against) if against else None
        typer.echo(reporting.write(RunFolder(run), _config(config), doors, data, other, allow or ()))

    @app.command(help="模型比較：幾次評測一張表，每次一欄。")
    def models(
        runs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="幾次評測的資料夾，題目要相同")],
        allow: Allow = None,
        html: Annotated[Path | None, typer.Option(metavar="FILE", help="另寫成這個網頁")] = None,
    ) -> None:
        from eval import reporting
        from eval.folder import RunFolder

        typer.echo(reporting.write_models([RunFolder(one) for one in runs], html, allow or ()))

    @app.command(help="為什麼：一題的回答逐句的判定與理由。")
    def explain(
        run: Run,
        item: Annotated[str, typer.Argument(metavar="ITEM", help="題目的 id")],
        repeat: Annotated[int, typer.Option(metavar="N", min=1, help="第幾次作答")] = 1,
        data: Data = None,
    ) -> None:
        from eval.explain import explain as explained
        from eval.folder import RunFolder
        from eval.running import day_of

        folder = RunFolder(run)
        with shelves(data, day_of(folder.manifest()))() as library:
            typer.echo(explained(folder, item, library, repeat - 1))

    @app.command(help="檢查能不能評測：資料、索引、題目、設定。")
    def doctor(config: ConfigFile = None, data: Data = None) -> None:
        from eval.doctor import examine

        checks = examine(_config(config), data)
        for check in checks:
            typer.echo(check.line)
        raise typer.Exit(int(any(check.is_fine is False for check in checks)))


def _config(path: Path | None, system: str | None = None, sets: list[str] | None = None) -> Config:
    """The settings, with what the command line says instead; files named there are relative to where one stands."""
    from eval.config import load_config

    found = load_config(path)
    changes: dict[str, object] = {} if system is None else {"system": system}
    if sets:
        changes["sets"] = tuple(str(Path(one).absolute()) for one in sets)
    return found.model_copy(update={"run": found.run.model_copy(update=changes)})


def _doors(open_engine: Opener, shelves: Shelves) -> Doors:
    from eval.running import Doors

    return Doors(open_engine, shelves)


def _rules(config: Config) -> Rules:
    from eval.gate import Rule, Rules

    asked = (Rule(metric=name, **bars.model_dump()) for name, bars in config.gate.metrics.items())
    return Rules(rules=tuple(asked), alpha=config.gate.alpha, discordance=config.gate.discordance)


def _put(path: Path | None, record: object) -> None:
    if path is not None:
        from eval.report import check_writable

        check_writable(path)
        path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
