"""Whether texts bear a sentence that puts it in other words, decided by words alone."""

from rag.support.lexical import LexicalSupport, Support, covered, elsewhere

__all__ = ["LexicalSupport", "Support", "covered", "elsewhere"]
