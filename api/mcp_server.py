"""The tools of Youju for language models, over the Model Context Protocol: streamable HTTP and stdio.

What a tool returns are texts of sources, and a text may say anything: it comes as data, and a note says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

import anyio
import orjson
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError

from api import mcp_schemas as told
from api.mcp_tools import Tools
from rag.errors import YoujuError

NAME = "youju"
_INSTRUCTIONS = (
    "有據以公開的臺灣法規、裁判、解釋與公報回答法律與政策問題，每一句都附出處並逐句核對；查不到依據就說明原因，不作答。"
    "引用時請連同出處、版本與日期一起給使用者。" + told.NOTE
)
_BROKEN = "服務內部發生錯誤"
_log = logging.getLogger(__name__)


class _Entry(NamedTuple):
    """A tool: what it takes and gives, what it does, and what a model is told of it."""

    takes: type[BaseModel]
    gives: type[BaseModel]
    does: Callable[[Tools, Any], Awaitable[BaseModel]]
    title: str
    about: str


_ENTRIES: Mapping[str, _Entry] = {
    "ask": _Entry(
        told.AskIn,
        told.AskOut,
        Tools.ask,
        "回答問題",
        "回答一個臺灣的法律或政策問題。每一句都附 citations 並逐句核對；"
        "沒有依據時 state 為 abstained，reason 與 message 說明原因。",
    ),
    "search": _Entry(
        told.SearchIn,
        told.SearchOut,
        Tools.search,
        "找段落",
        "找與問題相關的法條、裁判、解釋、公報段落，最相關的在前；可以只找某些來源、種類、位階、法院與日期的。",
    ),
    "get_article": _Entry(
        told.ArticleIn,
        told.ArticleOut,
        Tools.get_article,
        "讀條文",
        "讀一條條文在某日的內容與效力；law 是法規名稱（民法、勞基法）或代碼（N0030001），number 是條號（24、185-3）。",
    ),
    "get_judgment": _Entry(
        told.JudgmentIn,
        told.JudgmentOut,
        Tools.get_judgment,
        "讀裁判或解釋",
        "讀一則裁判、司法院解釋或憲法法庭判決的原文；"
        "id 是字號（釋字第748號、最高法院104年度台上字第472號判決）或裁判書識別碼。"
        "太長時一次給一段，以 next_start 接著讀。",
    ),
    "verify": _Entry(
        told.VerifyIn,
        told.VerifyOut,
        Tools.verify,
        "查核引用",
        "查核一段文字裡引用的每一個法規、條文、裁判與解釋：是否存在、是否有效、內容是否相符。",
    ),
    "history": _Entry(
        told.HistoryIn,
        told.HistoryOut,
        Tools.history,
        "條文沿革",
        "一條條文收錄的所有版本，舊的在前，各附與前一版不同的文字；law 與 number 的寫法同 get_article。",
    ),
}
_LISTED = [
    Tool(
        name=name,
        title=one.title,
        description=one.about + told.NOTE,
        input_schema=one.takes.model_json_schema(),
        output_schema=one.gives.model_json_schema(),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )
    for name, one in _ENTRIES.items()
]


def make_server(tools: Tools) -> Server[Any]:
    """The server, not yet connected to anyone."""

    async def listed(_: object, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=_LISTED)

    async def called(_: object, asked: CallToolRequestParams) -> CallToolResult:
        return await _call(tools, asked.name, asked.arguments or {})

    return Server(
        NAME,
        version=version("youju"),
        title="有據",
        instructions=_INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


def over_http(tools: Tools) -> StreamableHTTPSessionManager:
    """The same over HTTP, without sessions, so that any worker may answer; closing a request stops its tool."""
    return StreamableHTTPSessionManager(make_server(tools), stateless=True)


def run_stdio(tools: Tools) -> None:
    """Serve whoever started this process, over its standard input and output, until the input ends."""

    async def serve() -> None:
        server = make_server(tools)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(serve)


async def _call(tools: Tools, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    """What the tool gives, as structure and as text; an error is one line."""
    entry = _ENTRIES.get(name)
    if entry is None:
        return _error(f"沒有 {name} 這個工具；可用的是{'、'.join(_ENTRIES)}")
    try:
        given = await entry.does(tools, entry.takes.model_validate(arguments))
    except ValidationError as error:
        return _error(told.wrong(error))
    except YoujuError as error:
        return _error(str(error))
    except Exception as error:
        _log.error("%s: unexpected %s", name, type(error).__name__, exc_info=error)
        return _error(_BROKEN)
    content = given.model_dump(mode="json", exclude_none=True)
    text = TextContent(type="text", text=orjson.dumps(content).decode())
    return CallToolResult(content=[text], structured_content=content)


def _error(message: str) -> CallToolResult:
    line = " ".join(message.split()).encode("utf-8", "replace").decode()
    return CallToolResult(content=[TextContent(type="text", text=line)], is_error=True)
