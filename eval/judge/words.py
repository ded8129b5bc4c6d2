"""A judgement as people read it, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eval.judge.probes import Probed
from eval.judge.rates import Rates
from eval.judge.running import Judgement
from eval.judge.told import who
from eval.judge.undecided import LAYERS
from eval.judge.validation import TO_GATE, Rate, Validation
from eval.report import markdown
from eval.stats.agreement import Agreement
from eval.stats.correction import Corrected
from eval.stats.wilson import Interval
from rag.door import line

_DEMONSTRATION = "**標註是合成的：以下數字僅供展示，不代表系統的品質，也不能作為門檻。**"


def as_markdown(judgement: Judgement) -> str:
    """Layers, agreement with people, the rates that may be told, and the probes."""
    return "\n".join(_lines(judgement))


def _lines(judgement: Judgement) -> Iterator[str]:
    yield f"## 評審：{who(judgement.judge)}\n"
    yield from _layers(judgement.layers)
    errors = judgement.levels.get("error", 0)
    yield f"\n交由評審的 {judgement.asked} 句中，{judgement.held} 句沿用先前的判斷，{errors} 句沒有得到判斷。"
    yield from _validation(judgement.validation)
    if not judgement.shown:
        yield f"\n評審的數字不予報告：{'；'.join(judgement.validation.why)}。"
    elif judgement.rates is None:
        yield "\n沒有一句得到評審的判斷。"
    else:
        yield from _rates(judgement.rates, judgement.validation.reports)
    yield from _probes(judgement.probes)


def _layers(layers: Mapping[str, int]) -> Iterator[str]:
    total = sum(layers.values())
    rows = ((LAYERS[layer], str(layers[layer]), _percent(layers[layer] / total)) for layer in LAYERS if layer in layers)
    yield markdown(("由哪一層判定", "句數", "比例"), rows)


def _validation(found: Validation) -> Iterator[str]:
    strata = "、".join(f"{line(name) or '（未分）'} {count}" for name, count in found.strata.items())
    yield f"\n人工標註 {found.n} 筆（{strata}），其中合成 {found.synthetic} 筆；評審沒有判斷 {found.errors} 筆。\n"
    agreement = (
        ("κ（評審與人工）", _agreement(found.kappa)),
        ("加權 κ（線性）", _agreement(found.weighted)),
        ("α（標註者之間）", _agreement(found.people)),
        ("敏感度", _rate(found.sensitivity)),
        ("特異度", _rate(found.specificity)),
    )
    yield markdown(("與人工的一致", "值", "95 % 區間", "n"), ((name, *cells) for name, cells in agreement))


def _rates(found: Rates, may_gate: bool) -> Iterator[str]:
    yield f"\n{'' if may_gate else _DEMONSTRATION + chr(10)}"
    raw = (_percent(found.raw.value), _interval(found.raw.interval))
    bounds = (f"{_percent(found.at_least)}–{_percent(found.at_most)}", "")
    rows = (
        ("評審的數字", *raw),
        (f"若 {found.errors} 句沒有判斷的都不支持、都支持", *bounds),
        ("校正後（Rogan–Gladen）", *_corrected(found.rogan_gladen)),
        ("校正後（PPI，標註須取自同類的回答）", *_corrected(found.ppi)),
    )
    yield markdown(("完全有據的比例", "值", "95 % 區間"), rows)


def _probes(probes: tuple[Probed, ...]) -> Iterator[str]:
    if not probes:
        return
    rows = (
        (
            one.title,
            f"{one.flips}／{one.n}" if one.n else f"略過：{one.why}",
            _interval(one.interval),
            str(one.errors),
        )
        for one in probes
    )
    yield "\n" + markdown(("偏誤探測", "翻轉", "95 % 區間", "沒有判斷"), rows)


def may_gate(found: Validation) -> str:
    """One line on whether a run may fail by this judge."""
    if found.gates:
        return "這個評審可以作為門檻；它的數字已加入評分。"
    return f"這個評審不能作為門檻（κ 要達到 {TO_GATE:.2f}）。"


def _agreement(found: Agreement | None) -> tuple[str, str, str]:
    if found is None:
        return "無法計算", "", ""
    return f"{found.value:.2f}", f"{found.interval.low:.2f}–{found.interval.high:.2f}", str(found.n)


def _rate(found: Rate | None) -> tuple[str, str, str]:
    return (_percent(found.value), _interval(found.interval), str(found.n)) if found else ("無法計算", "", "")


def _corrected(found: Corrected | None) -> tuple[str, str]:
    return (_percent(found.value), _interval(found.interval)) if found else ("無法校正", "")


def _interval(found: Interval | None) -> str:
    return f"{_percent(found.low)}–{_percent(found.high)}" if found else ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
