"""A chat model behind any server that speaks the OpenAI protocol; the only importer of LlamaIndex and openai.

Both come with the extra ``chat`` and are imported when a model is opened.
"""

from __future__ import annotations

import json
import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from rag.causes import cause
from rag.errors import ModelBroken, ModelUnreachable, SettingsError
from rag.llm import pieces
from rag.llm.faults import Faults
from rag.llm.pieces import USUAL, Answering, Chunk, Limits
from rag.llm.shapes import fits
from rag.presets import Preset, Turn

INSTALL = 'python -m pip install -e ".[chat]"'
_CONNECT = 5.0  # seconds
_COUNT = 10.0  # seconds; counting is quick or it is broken
_LONGEST_TOKEN = 8  # characters on average; a server that goes on beyond does not heed max_tokens
_ANSWER = 4  # of a short context, the answer gets one part in so many
_NO_SUCH = (404, 405, 501)
_PER_TURN = 8  # tokens a chat template adds to a turn, at most
_REMEMBERED = 256  # counts


class ChatModel(Protocol):
    """A model that goes on from turns. ``context`` and ``max_tokens`` are in its own tokens.

    Everything may raise ``ModelUnreachable``, ``ModelTimeout`` or ``ModelBroken``, each with one line for the user; an
    answer also ``CalledOff``, as soon as a ``Stoppable`` that it is part of is closed.
    """

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    @property
    def system(self) -> str: ...

    def count(self, turns: Sequence[Turn]) -> int:
        """How many tokens of the context the turns take; never too few."""
        ...

    def stream(self, turns: Sequence[Turn]) -> Generator[str, None, None]:
        """The answer in pieces as they come; closing the iterator stops the server's work.

        An answer that grew too long simply ends, be it in the middle of a sentence.
        """
        ...

    def structured(self, turns: Sequence[Turn], schema: Mapping[str, object]) -> Mapping[str, object]:
        """An answer of the shape of a JSON schema, whose required keys, types and enums have been checked."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """Where a model is served.

    :param url: up to and with ``/v1``; ``key`` may be empty.
    :param name: what the server calls the model; "": the preset's id, and without one the first the server lists.
    :param context: tokens; 0: what the server says, but no more than the preset's.
    :param tokenizer: a folder to count with where the server can't (extra ``models``).
    """

    url: str
    key: str = field(default="", repr=False)
    name: str = ""
    context: int = 0
    tokenizer: Path | None = None


def open_model(preset: Preset, server: Server, limits: Limits = USUAL) -> ChatModel:
    """The model, not spoken to yet. Raises ``SettingsError`` when the extra ``chat`` is missing or the URL is none."""
    _check(server)
    try:
        return _ServedModel(preset, server, limits)
    except ModuleNotFoundError as error:
        raise SettingsError(f"使用聊天模型需要另外安裝套件：{INSTALL}（缺 {error.name}）") from None


def _check(server: Server) -> None:
    try:
        parts = urlsplit(server.url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("模型伺服器的網址要像 http://127.0.0.1:8001/v1（設定 YOUJU_MODEL_URL）")
    if not (server.key.isascii() and server.key.isprintable()):
        raise SettingsError("模型伺服器的金鑰只能是可見的英文字母、數字與符號（設定 YOUJU_MODEL_KEY）")


class _ServedModel:
    def __init__(self, preset: Preset, server: Server, limits: Limits) -> None:
        import openai
        from llama_index.llms.openai_like import OpenAILike

        self.system = preset.system
        self._preset = preset
        self._server = server
        self._limits = limits
        self._like = OpenAILike
        self._openai = openai
        self._can_count = True
        self._counts: dict[bytes, int] = {}
        self._faults = Faults(openai, server.url, server.key)
        self._client = openai.OpenAI(
            # Never empty, or the library would look for a key in the environment, and the server would be shown it.
            api_key=server.key or "none",
            base_url=server.url,
            max_retries=limits.retries,
            timeout=openai.Timeout(max(limits.first, limits.pause), connect=_CONNECT),
            # A connection that is shut in the middle must not be one that another answer goes on with.
            default_headers={"Connection": "close"},
            http_client=openai.DefaultHttpxClient(
                # A question goes to the server that was set, and to no other.
                follow_redirects=False,
                event_hooks={"request": [pieces.before], "response": [pieces.after]},
            ),
        )

    @property
    def name(self) -> str:
        """The preset's; of any other model what its server calls it, as soon as that is known."""
        known: str = self.__dict__.get("_model", "")
        return self._preset.name if self._preset.repo else self._server.name or known or self._preset.name

    @cached_property
    def context(self) -> int:
        if self._server.context:
            return self._server.context
        served = next((length for name, length in self._served if name == self._model), 0)
        if not self._preset.repo:
            return served or self._preset.context
        return min(served or self._preset.context, self._preset.context)

    @cached_property
    def max_tokens(self) -> int:
        return min(self._preset.max_tokens, self.context // _ANSWER)

    def count(self, turns: Sequence[Turn]) -> int:
        turns = self._preset.harmless(turns)
        # Prompts are long and a question may be private: only the digest is remembered.
        digest = sha256(repr(turns).encode()).digest()
        count = self._counts.get(digest)
        if count is None:
            if len(self._counts) >= _REMEMBERED:
                self._counts.clear()
            count = self._counts[digest] = self._counted(turns)
        return count

    def stream(self, turns: Sequence[Turn]) -> Generator[str, None, None]:
        return self._stream(self._preset.harmless(turns), {})

    def structured(self, turns: Sequence[Turn], schema: Mapping[str, object]) -> Mapping[str, object]:
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": True}}
        said = "".join(self._stream(self._preset.harmless(turns), {"extra_body": {"response_format": form}}))
        try:
            found = json.loads(said)
        except (ValueError, RecursionError):
            raise ModelBroken("模型的回答不是要求的 JSON") from None
        if not fits(found, schema):
            raise ModelBroken("模型的回答不合要求的格式")
        shaped: Mapping[str, object] = found
        return shaped

    def _stream(self, turns: Sequence[Turn], more: Mapping[str, Any]) -> Generator[str, None, None]:
        answering = Answering(self._limits, self.max_tokens * _LONGEST_TOKEN, self._faults.told)
        try:
            yield from answering.pieces(lambda: self._chunks(turns, more))
        finally:
            answering.stop()

    def _chunks(self, turns: Sequence[Turn], more: Mapping[str, Any]) -> Iterator[Chunk]:
        from llama_index.core.base.llms.types import ChatMessage

        stop = {"stop": list(self._preset.stop)} if self._preset.stop else {}
        if self._preset.template:
            came = self._llm.stream_complete(self._preset.render(turns), formatted=True, **stop, **more)
        else:
            messages = [ChatMessage(role=turn.role, content=turn.text) for turn in turns]
            came = self._llm.stream_chat(messages, **stop, **more)
        answers = False
        for one in came:
            if one.raw.choices:
                answers = True
                # Half a pair of surrogates, which JSON may hold, is no character.
                said = (one.delta or "").encode("utf-8", "replace").decode()
                yield Chunk(said, one.raw.choices[0].finish_reason or "")
        if not answers:
            raise self._faults.foreign()

    @cached_property
    def _llm(self) -> Any:
        return self._like(
            model=self._model,
            temperature=0.0,
            max_tokens=self.max_tokens,
            max_retries=0,  # the client's own are enough
            is_chat_model=self._preset.template is None,
            openai_client=self._client,
        )

    @cached_property
    def _model(self) -> str:
        name = self._server.name or self._preset.repo or next((name for name, _ in self._served), "")
        if not name:
            raise ModelUnreachable("模型伺服器沒有列出任何模型；請設定 YOUJU_MODEL_NAME")
        return name

    @cached_property
    def _served(self) -> Sequence[tuple[str, int]]:
        """What the server lists: names, and the context of each where it says so, else 0."""
        try:
            listed = self._client.get("/models", cast_to=object, options={"timeout": _COUNT})
        except self._openai.NotFoundError:
            return ()
        except Exception as error:
            raise self._faults.told(error) from None
        if isinstance(listed, str):
            raise self._faults.foreign()
        cards = listed.get("data") if isinstance(listed, dict) else None
        cards = [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
        return [(str(card.get("id", "")), _whole(card.get("max_model_len"))) for card in cards]

    def _counted(self, turns: tuple[Turn, ...]) -> int:
        count = self._count_there(turns) if self._can_count else 0
        if not count and self._server.tokenizer:
            count = self._count_here(turns)
        return count or self._at_most(turns)

    def _count_there(self, turns: Sequence[Turn]) -> int:
        """By vLLM's ``/tokenize``, which stands beside ``/v1``; 0 where there is none."""
        body: dict[str, object] = {"model": self._model}
        if self._preset.template:
            body["prompt"] = self._preset.render(turns)
        else:
            body |= {"messages": _messages(turns), "add_generation_prompt": True}
        address = self._server.url.rstrip("/").removesuffix("/v1") + "/tokenize"
        try:
            answer = self._client.post(address, cast_to=object, body=body, options={"timeout": _COUNT})
        except self._openai.APIStatusError as error:
            self._can_count = error.status_code not in _NO_SUCH
            return 0
        except Exception as error:
            raise self._faults.told(error) from None
        return _whole(answer.get("count")) if isinstance(answer, dict) else 0

    def _count_here(self, turns: Sequence[Turn]) -> int:
        if self._preset.template:
            return len(self._tokenizer.encode(self._preset.render(turns)))
        if not self._tokenizer.chat_template:
            return sum(len(self._tokenizer.encode(turn.text)) + _PER_TURN for turn in turns)
        text = self._tokenizer.apply_chat_template(_messages(turns), tokenize=False, add_generation_prompt=True)
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    @cached_property
    def _tokenizer(self) -> Any:
        folder = self._server.tokenizer
        try:
            from transformers import AutoTokenizer

            return AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        except ModuleNotFoundError as error:
            extra = 'python -m pip install -e ".[models]"'
            raise SettingsError(f"使用斷詞器需要另外安裝套件：{extra}（缺 {error.name}）") from None
        except (OSError, ValueError) as error:
            raise SettingsError(f"斷詞器 {folder} 載入失敗：{cause(error)}") from None

    def _at_most(self, turns: Sequence[Turn]) -> int:
        texts = [self._preset.render(turns)] if self._preset.template else [turn.text for turn in turns]
        return math.ceil(sum(map(len, texts)) * self._preset.tokens_per_character) + _PER_TURN * len(texts)


def _whole(number: object) -> int:
    return number if isinstance(number, int) and number > 0 else 0


def _messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.text} for turn in turns]
