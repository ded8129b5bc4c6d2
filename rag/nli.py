"""Whether the sources entail a sentence, by an NLI cross-encoder (extra ``models``), window by window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from rag.causes import cause
from rag.errors import SettingsError
from rag.sentences import split

INSTALL = 'python -m pip install -e ".[models]"'
_WINDOW = 320  # characters; with the claim it stays within the 512 tokens such models read
_SURE = 0.5
_EVERYDAY = "法律之人不得定一"


class Scores(NamedTuple):
    """Probabilities that a window of evidence entails the claim, or contradicts it."""

    entailment: float
    contradiction: float


Predict = Callable[[Sequence[tuple[str, str]]], Sequence[Scores]]
"""Pairs of evidence and claim → the scores of each."""


class NliSupport:
    """The verdicts of the model in a folder, which is loaded with the first claim.

    :param predict: takes the model's place.
    """

    def __init__(self, path: str | Path, predict: Predict | None = None) -> None:
        self._path = path
        self._given = predict

    def verdict(self, claim: str, evidence: Sequence[str]) -> str:
        """``ok``, ``unsupported`` or ``contradicted``: what the surest window says.

        Raises ``SettingsError`` when the extra or the model is missing, or the model is none for NLI.
        """
        pairs = [(window, claim) for text in evidence for window in windows(text)]
        return decide(self._predict(pairs)) if pairs and claim.strip() else "unsupported"

    @cached_property
    def _predict(self) -> Predict:
        return self._given or _load(self._path)


def decide(scores: Sequence[Scores]) -> str:
    """A rule in one window and its exception in another may both be there, so the surer one counts."""
    entailed = max((score.entailment for score in scores), default=0.0)
    denied = max((score.contradiction for score in scores), default=0.0)
    if denied >= _SURE and denied > entailed:
        return "contradicted"
    return "ok" if entailed >= _SURE else "unsupported"


def windows(text: str, most: int = _WINDOW) -> Iterator[str]:
    """Runs of whole sentences of at most ``most`` characters; each starts with the last sentence of the one before.

    Only a sentence that is longer by itself is cut.
    """
    held: list[str] = []
    for sentence in (piece for whole in split(text) for piece in _cut(whole, most)):
        if held and sum(map(len, held)) + len(sentence) > most:
            yield "".join(held)
            held = held[-1:] if len(held[-1]) + len(sentence) <= most else []
        held.append(sentence)
    if held:
        yield "".join(held)


def labels(names: Mapping[int, str]) -> tuple[int, int | None]:
    """Where entailment and contradiction stand in a model's ``id2label``: ``{0: "CONTRADICTION", 1: …} -> (1, 0)``.

    A model of two labels may know no contradiction. Raises ``LookupError`` when it knows no entailment.
    """
    entailment = _starting(names, "entail")
    if entailment is None:
        raise LookupError("no label for entailment")
    return entailment, _starting(names, "contradict")


def _starting(names: Mapping[int, str], start: str) -> int | None:
    return next((int(number) for number, name in names.items() if name.lower().startswith(start)), None)


def _cut(sentence: str, most: int) -> Iterator[str]:
    return (sentence[at : at + most] for at in range(0, len(sentence), most))


def _load(path: str | Path) -> Predict:
    try:
        from sentence_transformers import CrossEncoder
    except ModuleNotFoundError as error:
        raise SettingsError(f"NLI 查核需要另外安裝套件：{INSTALL}（缺 {error.name}）") from None
    try:
        model = CrossEncoder(str(path), local_files_only=True)
        entailment, contradiction = labels(model.config.id2label)
    except LookupError:
        raise SettingsError(f"NLI 模型 {path} 沒有 entailment（蘊含）這個標籤，不是 NLI 模型") from None
    except (AssertionError, OSError, RuntimeError, ValueError) as error:
        raise SettingsError(f"NLI 模型 {path} 載入失敗：{cause(error)}") from None
    _refuse_unknowing(path, model.tokenizer)

    def predict(pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        found = model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
        return [
            Scores(float(row[entailment]), 0.0 if contradiction is None else float(row[contradiction])) for row in found
        ]

    return predict


def _refuse_unknowing(path: str | Path, tokenizer: Any) -> None:
    """A tokenizer without its vocabulary file reads every character as unknown and says nothing, so ask it."""
    ids = tokenizer.encode(_EVERYDAY, add_special_tokens=False)
    if all(token == tokenizer.unk_token_id for token in ids):
        raise SettingsError(f"NLI 模型 {path} 的詞表沒有常用字；模型資料夾應有 vocab.txt 或 tokenizer.json")
