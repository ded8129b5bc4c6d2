"""``youju-eval label``; what is heavy is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.cli import Shelves
    from rag.label_records import Pair

Run = Annotated[Path | None, typer.Argument(metavar="[RUN]", help="一次評測的資料夾；只匯出時不必給")]
Number = Annotated[int, typer.Option("--n", metavar="N", min=1, help="取幾題；各來源、各判定平均取")]
Export = Annotated[Path | None, typer.Option(metavar="FILE", help="把已有定論的人工標註寫成這個檔（JSONL）")]
Synthetic = Annotated[
    Path | None, typer.Option(metavar="FILE", help="不請人標，以亂數做出標註寫成這個檔，僅供展示（synthetic: true）")
]
Wrong = Annotated[
    tuple[float, float], typer.Option("--wrong", metavar="P Q", min=0, max=1, help="合成標註的兩人各錯幾成")
]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]


def add_label(app: typer.Typer, shelves: Shelves) -> None:
    @app.command(help="標註：把一次評測的主張與段落放進標註頁（/label），或匯出標好的。")
    def label(
        run: Run = None,
        n: Number = 300,
        export: Export = None,
        synthetic: Synthetic = None,
        wrong: Wrong = (0.1, 0.15),
        data: Data = None,
    ) -> None:
        from rag.errors import UsageError

        if (run is None) == (export is None) or (synthetic and export):
            raise UsageError("label 要給一次評測（RUN），或以 --export 匯出，擇一")
        if export:
            _export(export, data)
            return
        assert run
        pairs = _pairs(run, n, shelves, data)
        if synthetic:
            _make_up(synthetic, pairs, wrong)
        else:
            _put(run.absolute().name, pairs, data)


def _pairs(run: Path, n: int, shelves: Shelves, data: Path | None) -> list[Pair]:
    from eval.folder import RunFolder
    from eval.labels import pairs_of, sample
    from eval.running import day_of

    folder = RunFolder(run)
    with shelves(data, day_of(folder.manifest()))() as library:
        return sample(pairs_of(folder, library), n)


def _put(batch: str, pairs: list[Pair], data: Path | None) -> None:
    from contextlib import closing

    from rag.answer import today
    from rag.labels import LONGEST_BATCH, Labels
    from rag.settings import load_settings
    from rag.store import open_store

    with closing(open_store(load_settings(data=data).store_url)) as store:
        new = Labels(store, today).put(batch[:LONGEST_BATCH], pairs)
    typer.echo(f"{batch[:LONGEST_BATCH]}：放入 {new} 題，先前已有 {len(pairs) - new} 題；請標註的人開啟服務的 /label")


def _export(path: Path, data: Path | None) -> None:
    from contextlib import closing

    from eval.errors import NotEnoughData
    from eval.report import check_writable, write_lines
    from rag.answer import today
    from rag.labels import Labels
    from rag.settings import load_settings
    from rag.store import open_store

    check_writable(path)
    with closing(open_store(load_settings(data=data).store_url)) as store:
        labels = Labels(store, today)
        settled, progress = labels.export(), labels.progress()
    if not settled:
        raise NotEnoughData("還沒有一題有定論，沒有東西可以匯出")
    write_lines(path, [one.record for one in settled])
    typer.echo(f"匯出 {len(settled)} 題到 {path}")
    if progress.disputed:
        typer.echo(f"還有 {progress.disputed} 題等人仲裁，沒有匯出：少了它們，兩人的一致程度會偏高", err=True)


def _make_up(path: Path, pairs: list[Pair], wrong: tuple[float, float]) -> None:
    from eval.labels import synthetic
    from eval.report import check_writable, write_lines

    check_writable(path)
    write_lines(path, synthetic(pairs, wrong))
    typer.echo(f"做出 {len(pairs)} 題合成標註到 {path}；不是人工標的，只能展示")
