"""The best hits put in order once more by a node postprocessor of LlamaIndex: its nodes are known here alone.

Whatever it does, no hit is lost: what it fails on stays as it was, what it leaves out follows what it keeps.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from typing import Any

from rag.causes import cause
from rag.domain import Hit
from rag.errors import CalledOff, SettingsError
from rag.names import display_name
from rag.stages import stage

BEST = 30
INSTALL = 'python -m pip install -e ".[models]"'
_DOTTED = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)")
_UNREAD = ["key", "score"]  # metadata that say nothing of what a passage means
_log = logging.getLogger(__name__)


class Postprocessor:
    """Orders hits by a ``BaseNodePostprocessor``; ``name`` is what the log calls it."""

    def __init__(self, name: str, nodes: Any) -> None:
        self._name = name
        self._nodes = nodes
        self._has_told = False

    @stage("rerank")
    def order(self, question: str, hits: Sequence[Hit], captions: Mapping[str, str]) -> list[Hit]:
        """All the hits, the first ``BEST`` of them by the score the postprocessor gives them, best first.

        Each place keeps the points that it had, so that points go on falling and stay on the scale of the search.

        :param captions: what an article is about, by passage, where that is known.
        :raises SettingsError: its model can't be loaded.
        """
        best = hits[:BEST]
        try:
            scores = self._scores(question, best, captions) if best else {}
        except (SettingsError, CalledOff):
            raise
        except Exception as error:  # whoever wrote it may raise anything
            _log.warning("重排 %s 失敗，照原來的順序：%s（%s）", self._name, cause(error), type(error).__name__)
            return list(hits)
        self._tell(len(best) - len(scores))
        places = sorted(range(len(best)), key=lambda place: (place not in scores, -scores.get(place, 0.0), place))
        moved = [replace(best[place], score=hit.score) for place, hit in zip(places, best, strict=True)]
        return [*moved, *hits[BEST:]]

    def _scores(self, question: str, hits: Sequence[Hit], captions: Mapping[str, str]) -> dict[int, float]:
        """The score of each hit that came back with one, by its place."""
        given = [self._node(place, hit, captions.get(hit.passage.id, "")) for place, hit in enumerate(hits)]
        places = {str(place): place for place in range(len(hits))}
        scores: dict[int, float] = {}
        for one in self._nodes.postprocess_nodes(given, query_str=question):
            place = places.get(one.node.node_id)
            if place is not None and one.score is not None and isfinite(one.score):
                scores[place] = float(one.score)
        return scores

    def _node(self, place: int, hit: Hit, caption: str) -> Any:
        """A hit with its name and caption before its text, as it is read by whoever weighs it."""
        text_node, scored = self._types
        metadata = {"name": display_name(hit.document.title), "caption": caption}
        metadata = {name: text for name, text in metadata.items() if text}
        node = text_node(
            id_=str(place),
            text=hit.passage.text,
            metadata={**metadata, "key": hit.document.key, "score": hit.score},
            excluded_embed_metadata_keys=_UNREAD,
            excluded_llm_metadata_keys=_UNREAD,
            metadata_template="{value}",
        )
        return scored(node=node, score=hit.score)

    @cached_property
    def _types(self) -> tuple[Any, Any]:
        from llama_index.core.schema import NodeWithScore, TextNode

        return TextNode, NodeWithScore

    def _tell(self, left_out: int) -> None:
        """Once, since most that leave something out do so by design: they keep so many and no more."""
        if left_out and not self._has_told:
            self._has_told = True
            _log.warning("重排 %s 少了 %d 筆，排在其後", self._name, left_out)


def open_postprocessor(name: str, device: str = "") -> Postprocessor:
    """By ``package.module:Class``, made without arguments; else a cross-encoder by its id or folder.

    :param device: where a cross-encoder runs, as PyTorch calls it: ``cpu``, ``cuda:0``; "": as it chooses itself.
    :raises SettingsError: a package is missing, or there is no such class.
    """
    dotted = _DOTTED.fullmatch(name)
    return Postprocessor(name, _made(name, *dotted.groups()) if dotted else _cross_encoder(name, device))


def _cross_encoder(model: str, device: str) -> Any:
    # To import it takes seconds, which are spent when the first question needs it; that it is missing is said at once.
    if find_spec("sentence_transformers") is None:
        raise _missing(model, "sentence_transformers")
    try:
        from rag.crossencoder import CrossEncoderRerank
    except ModuleNotFoundError as error:
        raise _missing(model, error.name) from None
    return CrossEncoderRerank(model=model, device=device)


def _made(name: str, module: str, attribute: str) -> Any:
    try:
        from llama_index.core.postprocessor.types import BaseNodePostprocessor
    except ModuleNotFoundError as error:
        raise _missing(name, error.name) from None
    try:
        found = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise SettingsError(f"重排 {name} 找不到套件或模組 {error.name}（設定 YOUJU_RERANKER）") from None
    except AttributeError:
        raise SettingsError(f"模組 {module} 沒有 {attribute}（設定 YOUJU_RERANKER）") from None
    if not (isinstance(found, type) and issubclass(found, BaseNodePostprocessor)):
        raise SettingsError(f"{name} 不是 LlamaIndex 的 BaseNodePostprocessor（設定 YOUJU_RERANKER）")
    try:
        return found()
    except Exception as error:
        raise SettingsError(f"重排 {name} 無法建立：{cause(error)}") from error


def _missing(name: str, package: str | None) -> SettingsError:
    return SettingsError(f"重排 {name} 需要另外安裝套件：{INSTALL}（缺 {package}）")
