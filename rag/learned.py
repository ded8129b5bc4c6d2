"""The models that retrieval may use, each of which may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.postprocess import Postprocessor
    from rag.rerank.ranker import Ranker
    from rag.rewrite import Rewriter


class Learned(NamedTuple):
    """What turns a question into a vector, and what orders the articles found.

    The other two take seconds, and help only where a search is to be ``thorough``.
    """

    embedder: Embedder | None = None
    ranker: Ranker | None = None
    postprocessor: Postprocessor | None = None
    rewriter: Rewriter | None = None
