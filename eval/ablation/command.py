"""``youju-eval ablate``; what is heavy is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from eval.ablation.measure import Figures, Laboratory, Measure, Sets
    from eval.ablation.recipes import Recipe, Row
    from eval.ablation.table import Trials

EVERYDAY = ("lay_statutes", "lay_statutes_2", "labor_bureau")

Files = Annotated[list[Path] | None, typer.Argument(metavar="QUESTIONS.jsonl", help="題目檔（預設為日常用語題）")]
Data = Annotated[Path | None, typer.Option(metavar="DIR", help="放所有資料的資料夾（預設取自設定）")]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="結果寫成這個 Markdown 檔（預設印出）")]
Processes = Annotated[int, typer.Option(metavar="N", min=1, max=64, help="用幾個行程量")]
Without = Annotated[list[str] | None, typer.Option(metavar="NAME", help="不量這一部分（如 segmenter、rerank），可重複")]


def add_ablate(app: typer.Typer) -> None:
    @app.command(help="檢索的每一部分值多少：從完整配方一次拿掉一樣、在純 BM25 一次加上一樣，附區間與檢定。")
    def ablate(
        questions: Files = None, data: Data = None, out: Out = None, without: Without = None, processes: Processes = 2
    ) -> None:
        from eval.ablation.measure import opened
        from eval.ablation.table import document
        from eval.report import check_writable
        from rag.settings import load_settings

        if out is not None:
            check_writable(out)
        unwanted = _known(without or ())
        sets = _read(questions or _everyday())
        typer.echo("… 條文計數", err=True)
        with opened(load_settings(data=data), sets, processes) as (laboratory, measure):
            trials = _tried(laboratory.full, measure, unwanted)
            page = document(_facts(laboratory, sets), _left_out(laboratory, unwanted), trials)
        if out is None:
            typer.echo(page, nl=False)
        else:
            out.write_text(page, encoding="utf-8")


def _known(names: Sequence[str]) -> frozenset[str]:
    from eval.ablation.recipes import PARTS

    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise UsageError(f"沒有 {unknown[0]} 這一部分；有：{'、'.join(PARTS)}")
    return frozenset(names)


def _everyday() -> list[Path]:
    from eval.config import QUESTIONS

    found = [path for name in EVERYDAY if (path := Path(QUESTIONS) / f"{name}.jsonl").is_file()]
    if not found:
        raise UsageError(f"{QUESTIONS} 沒有日常用語題；請指定題目檔")
    return found


def _read(paths: Sequence[Path]) -> Sets:
    """The questions with a gold, by the name of their file."""
    from eval.errors import NotEnoughData
    from eval.questions import read_questions
    from eval.retrieval import with_gold

    sets = {}
    for path in paths:
        if path.stem in sets:
            raise UsageError(f"{path}：另有同名的題目檔")
        sets[path.stem] = with_gold(read_questions(path))
        if not sets[path.stem]:
            raise NotEnoughData(f"{path}：沒有可以計分的題目")
    return sets


def _tried(full: Recipe, measure: Measure, unwanted: Collection[str]) -> list[Trials]:
    """Every section, measured; a recipe that stands in two is measured once."""
    from eval.ablation.recipes import sections
    from eval.ablation.table import Trial, Trials

    wanted = [
        section._replace(rows=tuple(row for row in section.rows if row.part not in unwanted))
        for section in sections(full)
    ]
    titles = {row.recipe: row.title for section in wanted for row in (*section.rows, section.base)}
    found: dict[Recipe, Figures] = {}
    for recipe, figures in zip(titles, measure(list(titles)), strict=True):
        found[recipe] = figures
        typer.echo(f"… {len(found)}/{len(titles)} {titles[recipe]}", err=True)

    def trial(row: Row) -> Trial:
        return Trial(row, found[row.recipe])

    return [Trials(section, trial(section.base), tuple(map(trial, section.rows))) for section in wanted]


def _facts(laboratory: Laboratory, sets: Sets) -> Iterator[str]:
    """What the figures are of."""
    from rag.answer import today
    from rag.colloquial import load_colloquial
    from rag.thesaurus import load_hints, load_terms

    counts = laboratory.counts
    yield f"日期：{today()}；現行條文 {len(counts.passages):,} 條，題目用到的詞 {len(counts.terms):,} 個"
    yield f"題目：{'、'.join(f'`{name}` {len(questions)} 題' for name, questions in sets.items())}"
    yield f"斷詞 `{laboratory.segmenter}`；詞向量 `{laboratory.embedder or '無'}`"
    yield f"同義詞表 {len(load_terms()):,} 個日常用語，法規提示 {len(load_hints()):,} 個"
    yield f"有民眾說法的條文 {len(load_colloquial()):,} 條"


def _left_out(laboratory: Laboratory, unwanted: Collection[str]) -> Iterator[str]:
    """What has no row, and why."""
    from eval.ablation.recipes import FIELDS

    full = laboratory.full
    missing = {name: "資料裡沒有這種文字" for name in FIELDS if name not in full.fields}
    if not full.embedding:
        missing["embedding"] = "設定不用詞向量（YOUJU_EMBEDDER=none）"
    if not full.rerank:
        missing["rerank"] = "設定不重排（YOUJU_RERANK=false）"
    if not full.words:
        missing["segmenter"] = (
            "設定的斷詞是 bigram；設 YOUJU_SEGMENTER=ckip 才量（需 models 套件，全部條文要先斷詞一次）"
        )
    missing |= dict.fromkeys(unwanted, "依 --without 不量")
    return (f"`{name}`：{why}" for name, why in missing.items())
