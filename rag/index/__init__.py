"""The search index behind one seam; Qdrant Edge and Qdrant server are each imported only where they are used."""

from rag.index.seam import IndexItem, IndexWriter, ItemSource, ScoredId, SearchIndex

__all__ = ["IndexItem", "IndexWriter", "ItemSource", "ScoredId", "SearchIndex"]
