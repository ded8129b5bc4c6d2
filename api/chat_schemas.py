"""The part of OpenAI's chat completions that is spoken here: what comes in, what is refused of it, what goes out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from api.schemas.answer import ANSWER, AnswerOut
from api.schemas.fields import AsOf, Question

NAME = "youju"
"""The model's name for every client, whatever drafts the answers."""
_ASKED: dict[str, Any] = {"model": NAME, "messages": [{"role": "user", "content": "加班費怎麼算？"}]}
_MODEL: dict[str, Any] = {"id": NAME, "object": "model", "created": 0, "owned_by": NAME}
_SAID: dict[str, Any] = {"role": "assistant", "content": "業者應於七日內全額返還押金。[1]"}
_CHAT: dict[str, Any] = {
    "id": "chatcmpl-0b8d1f0c6a3e4d7f9d2c5b1a8e7f6c3d",
    "object": "chat.completion",
    "created": 1722384000,
    "model": NAME,
    "choices": [{"index": 0, "message": _SAID, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "youju": ANSWER,
}
_ROLES = ("user", "assistant", "system", "developer")
_EARLIER = 20  # questions before the last that it may lean on
_SPOKEN = {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]*[^\\s\\u0000-\\u0020\\u0085][^\\u0000]*$"}
_PART = {"type": "object", "properties": {"type": {"const": "text"}, "text": _SPOKEN}, "required": ["type", "text"]}
_TEXT = {"anyOf": [_SPOKEN, {"type": "array", "items": _PART, "minItems": 1}]}
_FROM_USER = {"type": "object", "properties": {"role": {"const": "user"}}, "required": ["role"]}


def _joined(content: object) -> object:
    """The text of a message that comes in parts, one a line."""
    if not isinstance(content, list):
        return content
    texts = [one.get("text") for one in content if isinstance(one, dict) and one.get("type") == "text"]
    spoken = [text for text in texts if isinstance(text, str)]
    if len(spoken) < len(content):
        raise ValueError("只讀文字，不讀圖片、聲音與檔案")
    return "\n".join(spoken)


def _with_a_role(message: object) -> object:
    if isinstance(message, dict) and message.get("role") not in _ROLES:
        raise ValueError("role 只能是 user、assistant、system 或 developer")
    return message


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("應為 true 或 false")
    return value


def _count(value: object) -> object:
    """JSON's 1 is not its true."""
    if isinstance(value, bool):
        raise ValueError("應為整數")
    return value


def _with_a_question(messages: list[Message]) -> list[Message]:
    if not any(isinstance(one, UserMessage) for one in messages):
        raise ValueError("沒有使用者（user）的訊息")
    return messages


Flag = Annotated[bool, BeforeValidator(_flag)]
Ignored = Annotated[Any, Field(description="可以給，但不影響回答")]
One = Annotated[Literal[1], BeforeValidator(_count)]
Zero = Annotated[Literal[0], BeforeValidator(_count)]
No = Annotated[Literal[False], BeforeValidator(_flag)]
Nothing = Annotated[list[Any], Field(max_length=0)]


class UserMessage(BaseModel):
    role: Literal["user"]
    content: Annotated[Question, BeforeValidator(_joined), WithJsonSchema(_TEXT)]


class OtherMessage(BaseModel):
    """Told by the client's own program or by a model: never read, since neither asks and neither is a source."""

    role: Literal["system", "developer", "assistant"]
    content: Ignored = None


Message = Annotated[
    UserMessage | OtherMessage,
    Field(discriminator="role"),
    BeforeValidator(_with_a_role),
]


class StreamOptions(BaseModel):
    include_usage: Flag = False
    include_obfuscation: Ignored = None


class TextFormat(BaseModel):
    type: Literal["text"]


class Unsupported(BaseModel):
    """What would make the answer another than the one that was proved: only its default is accepted."""

    n: One | None = None
    stop: None = None
    logprobs: No | None = None
    top_logprobs: Zero | None = None
    response_format: TextFormat | None = None
    modalities: list[Literal["text"]] | None = None
    audio: None = None
    tools: Nothing | None = None
    tool_choice: Literal["none", "auto"] | None = None
    functions: Nothing | None = None
    function_call: Literal["none", "auto"] | None = None
    web_search_options: None = None
    store: No | None = None


class ChatIn(Unsupported):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [_ASKED, {**_ASKED, "as_of": "2024-07-31"}]},
    )

    model: Annotated[str, Field(description="youju，或設定的聊天模型")]
    messages: Annotated[
        list[Message],
        AfterValidator(_with_a_question),
        Field(
            description="最後一則 user 訊息是問題，之前的是接著問的前文；其他角色的訊息一律不讀",
            json_schema_extra={"minItems": 1, "contains": _FROM_USER},
        ),
    ]
    as_of: AsOf = Field(
        None, description="OpenAI 沒有的欄位（extra_body）：以哪一天的規定回答；未給即今天，或問題裡說的那一天"
    )
    stream: Flag | None = None
    stream_options: StreamOptions | None = None
    frequency_penalty: Ignored = None
    logit_bias: Ignored = None
    max_completion_tokens: Ignored = None
    max_tokens: Ignored = None
    metadata: Ignored = None
    parallel_tool_calls: Ignored = None
    prediction: Ignored = None
    presence_penalty: Ignored = None
    prompt_cache_key: Ignored = None
    reasoning_effort: Ignored = None
    safety_identifier: Ignored = None
    seed: Ignored = None
    service_tier: Ignored = None
    temperature: Ignored = None
    top_p: Ignored = None
    user: Ignored = None
    verbosity: Ignored = None

    @property
    def questions(self) -> list[str]:
        """What the user asked, oldest first: the last is the question, those before it what it may lean on."""
        return [one.content for one in self.messages if isinstance(one, UserMessage)][-_EARLIER - 1 :]

    @property
    def tells_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


class ModelOut(BaseModel):
    """``created`` is 0: the answers come from sources, and those have days of their own."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MODEL]})

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = NAME


class ModelsOut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [_MODEL]}]})

    object: Literal["list"] = "list"
    data: list[ModelOut]


class MessageOut(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class ChoiceOut(BaseModel):
    index: Literal[0] = 0
    message: MessageOut
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class UsageOut(BaseModel):
    """All 0: an answer has no count of tokens unless a model drafted it, and then not all of its draft stands."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class ChatOut(BaseModel):
    """A chat completion; ``youju`` is the whole answer object, the same as that of ``/v1/ask``."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHAT]})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: UsageOut = UsageOut()
    youju: AnswerOut


class ErrorDetail(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class ErrorOut(BaseModel):
    error: ErrorDetail
