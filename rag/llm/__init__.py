"""Chat models behind any server that speaks the OpenAI protocol."""

from rag.llm.pieces import USUAL, Limits
from rag.llm.served import INSTALL, ChatModel, Server, open_model

__all__ = ["INSTALL", "USUAL", "ChatModel", "Limits", "Server", "open_model"]
