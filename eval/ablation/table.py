"""Figures of recipes → a document: tables with intervals, and the test of every difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from eval.ablation.measure import MEASURES, Figures
from eval.ablation.recipes import Row, Section
from eval.report import markdown
from eval.reports.markdown import code
from eval.reports.run import figure, span
from eval.stats.holm import holm
from eval.stats.paired import mcnemar
from eval.stats.wilson import wilson

_TESTED = ("hit@1", "hit@10")
_EQUAL = 1e-9
_SIGNIFICANT = 0.05
ALL = "全部題目"


class Trial(NamedTuple):
    """A row and what was measured of it."""

    row: Row
    figures: Figures


class Trials(NamedTuple):
    """A section, measured."""

    section: Section
    base: Trial
    rows: tuple[Trial, ...]


class Swing(NamedTuple):
    """How many questions are worse and better than with the base, and how likely that much is by chance alone."""

    lost: int
    gained: int
    chance: float


def swing(before: Sequence[float], after: Sequence[float]) -> Swing:
    """McNemar's exact test; a question that is found by half, as two articles tie, has changed if its value did."""
    lost = sum(one - other > _EQUAL for one, other in zip(before, after, strict=True))
    gained = sum(other - one > _EQUAL for one, other in zip(before, after, strict=True))
    return Swing(lost, gained, mcnemar(lost, gained).both)


def document(facts: Iterable[str], left_out: Iterable[str], trials: Iterable[Trials]) -> str:
    """The whole page. ``facts``: what the figures are of; ``left_out``: what has no row, and why."""
    head = ("# 檢索的每一部分值多少", "", _WHAT.strip(), "", *(f"- {fact}" for fact in facts))
    missing = [f"- 沒有量 {one}" for one in left_out]
    return "\n".join([*head, *missing, *(line for one in trials for line in _section(one))]) + "\n"


def _section(trials: Trials) -> Iterator[str]:
    yield from ("", f"## {trials.section.title}", "", f"差異與「{trials.base.row.title}」比較。")
    sets = list(trials.base.figures)
    if len(sets) == 1:
        yield from ("", *_of_set(trials, sets[0]))
        return
    yield from ("", f"{ALL}：", "", *_of_set(trials, None))
    for name in sets:
        size = len(_values(trials.base.figures, name, MEASURES[0]))
        yield from ("", f"<details><summary>{code(name)[1:-1]}（{size} 題）</summary>", "")
        yield from _of_set(trials, name)
        yield from ("", "</details>")


def _of_set(trials: Trials, name: str | None) -> Iterator[str]:
    swings = {measure: _swings(trials, name, measure) for measure in _TESTED}
    head = ("", *(_TITLES[one] for one in MEASURES), *(f"{one} 輸／贏（p）" for one in _TESTED))
    base = (f"**{trials.base.row.title}**", *_cells(trials.base.figures, name), *("–" for _ in _TESTED))
    rows = (
        (one.row.title, *_cells(one.figures, name), *(_swung(swings[measure][at]) for measure in _TESTED))
        for at, one in enumerate(trials.rows)
    )
    yield markdown(head, (base, *rows))


def _swings(trials: Trials, name: str | None, measure: str) -> list[Swing]:
    """Of each row against the base, chances after Holm over the rows of the table."""
    base = _values(trials.base.figures, name, measure)
    found = [swing(base, _values(one.figures, name, measure)) for one in trials.rows]
    chances = holm({str(at): one.chance for at, one in enumerate(found)})
    return [one._replace(chance=chances[str(at)]) for at, one in enumerate(found)]


def _cells(figures: Figures, name: str | None) -> Iterator[str]:
    for measure in MEASURES:
        values = _values(figures, name, measure)
        mean = figure(fmean(values))
        yield f"{mean}（{span(wilson(sum(values), len(values)))}）" if measure.startswith("hit") else mean


def _values(figures: Figures, name: str | None, measure: str) -> list[float]:
    """Of one set, or of all."""
    of: Mapping[str, Mapping[str, Sequence[float]]] = figures if name is None else {name: figures[name]}
    return [value for measures in of.values() for value in measures[measure]]


def _swung(one: Swing) -> str:
    if not one.lost and not one.gained:
        return "同"
    chance = "<0.0001" if one.chance < 0.0001 else figure(one.chance)
    told = f"−{one.lost}／＋{one.gained}（{chance}）"
    return f"**{told}**" if one.chance < _SIGNIFICANT else told


_TITLES = {name: name.upper() if name.startswith("mrr") else name for name in MEASURES}
_WHAT = """
由 `youju-eval ablate [QUESTIONS.jsonl …] [--data DIR] [--out FILE] [--without NAME …] [--processes N]`
產生，重跑即更新，請勿手改。不給題目檔即用 `../shared/data/questions` 的日常用語題。

**怎麼量**：現行有效的條文全部放進記憶體索引，計分與正式索引相同（有測試逐筆比對）；擴展、詞向量、重排都是正式的程式，一次只改一樣。

- 條文以外的資料（裁判、解釋、公報等）不在其中，逆文件頻率只由條文計算，所以數字與 `youju-eval retrieval` 略有不同。
- 「純 BM25」只看條文本文；問句的每個單字與雙字一樣重，沒有同義詞、提示、位階、引用、詞向量與重排。
- 檢索本來就做的每一列都有：依名稱與條號直接查到的條文排在最前；沒有重排時，依問句所問（罰則、期間、金額等）加減分。
- 重排模型與詞向量不因少了一樣而重新訓練：拿掉一樣的損失，也含有模型沒見過這種輸入的損失。
- `lay_statutes_2` 的出題者也寫了最早的同義詞表；`everyday_development` 與重排模型的訓練題同一批寫成（自己不在其中）。
  兩組題目對這些部分都偏寬。民眾的說法由沒看過任何題目的人逐條寫成，但與自編題目的作者寫法相近。

**怎麼讀**：hit@k 是前 k 條有標準答案的題目比例，括號內是 95 % Wilson 區間。
recall@100 是前 100 條找到的標準答案，MRR@10 是第一個標準答案名次倒數的平均。
「輸／贏」是與比較對象逐題相比，變差與變好的題數；括號內的 p 是 McNemar 精確檢定，以 Holm 法校正同一張表的列數。
**粗體**（p < .05）以外的差異，都可能只是雜訊。
"""
