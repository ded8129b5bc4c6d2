"""Node postprocessors of LlamaIndex that stand behind the seam, each with one thing that a foreign one might do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from pydantic import Field

Nodes = list[NodeWithScore]


class Told(BaseNodePostprocessor):
    """Does what it is told to do with the nodes, and remembers what it was given to read."""

    does: Any = None
    read: list[tuple[str, list[str]]] = Field(default_factory=list)
    given: list[dict[str, Any]] = Field(default_factory=list)

    def _postprocess_nodes(self, nodes: Nodes, query_bundle: QueryBundle | None = None) -> Nodes:
        assert query_bundle is not None
        self.read.append((query_bundle.query_str, [one.node.get_content(MetadataMode.EMBED) for one in nodes]))
        self.given += [one.node.metadata for one in nodes]
        done: Callable[[Nodes], Nodes] = self.does or shortest_first
        return done(nodes)


def shortest_first(nodes: Nodes) -> Nodes:
    """Scored, and left in the order in which they came."""
    return [NodeWithScore(node=one.node, score=-float(len(one.node.get_content()))) for one in nodes]


def failing(nodes: Nodes) -> Nodes:
    raise RuntimeError("out of memory\nat layer 7")


def other(number: str) -> TextNode:
    return TextNode(id_=number, text="別的")


class Needy(Told):
    def __init__(self, top_n: int) -> None:
        super().__init__()
        raise AssertionError(top_n)


class Unrelated: ...
