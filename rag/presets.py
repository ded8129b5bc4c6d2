"""The chat models that are known, by name: ``preset("taide-8b").context == 8192``; data/models.toml has the facts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from rag.errors import UsageError

EXTRACTIVE = "extractive"
"""Where a model is asked for by name: none, the sources speak themselves."""
_TEMPLATES = "templates"
_WIDE = ord("＞") - ord(">")


class Turn(NamedTuple):
    """One turn of what a chat model is given to read."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """How a model that isn't asked by chat messages reads each kind of turn; ``{text}`` stands for the turn's words."""

    system: str
    user: str
    assistant: str


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a model.

    :param repo: the Hugging Face id, "" where any model may stand behind the name.
    :param context: tokens it can read and write together; ``max_tokens`` of them are kept for the answer.
    :param system: the system prompt its makers recommend, or "".
    :param template: where it is given the prompt as one text; ``None``: chat messages, in the tokenizer's own format.
    :param stop: words that end an answer, besides the model's own end mark.
    :param control: marks of its prompt format, which no text from outside may bring along.
    :param vllm_args: flags recommended for ``vllm serve``; ``memory_gb``: GPU memory it then needs at least, in GiB.
    :param tokens_per_character: upper bound, used where nobody can count.
    :param local_only: the weights can't be downloaded any more.
    :param note: what else is to be known, and what has still to be checked against the model card.
    """

    name: str
    repo: str
    context: int
    max_tokens: int
    licence: str
    note: str
    vllm_args: tuple[str, ...]
    memory_gb: float
    tokens_per_character: float
    system: str = ""
    template: Template | None = None
    stop: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    gated: bool = False
    non_commercial: bool = False
    local_only: bool = False

    def harmless(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turns with no mark of the prompt format in their words: ``<|eot_id|>`` becomes ``<｜eot_id|>``."""
        return tuple(Turn(turn.role, self._harmless(turn.text)) for turn in turns)

    def render(self, turns: Sequence[Turn]) -> str:
        """The turns as the one text that a model with a template goes on from; a missing system turn is put first."""
        assert self.template is not None, f"{self.name} is asked by chat messages"
        forms: Mapping[str, str] = {
            "system": self.template.system,
            "user": self.template.user,
            "assistant": self.template.assistant,
        }
        if not turns or turns[0].role != "system":
            turns = (Turn("system", self.system), *turns)
        return "".join(forms[turn.role].replace("{text}", turn.text) for turn in turns)

    def _harmless(self, text: str) -> str:
        for mark in self.control:
            text = text.replace(mark, mark[:-1] + chr(ord(mark[-1]) + _WIDE))
        return text


def names() -> tuple[str, ...]:
    """The names of all presets, in the order of the file."""
    return tuple(_presets())


def preset(name: str) -> Preset:
    """The model of this name. Raises ``UsageError`` with the nearest names for any other."""
    found = _presets().get(name)
    if found is None:
        known = (EXTRACTIVE, *names())
        near = get_close_matches(name.lower(), known, n=3)
        hint = f"是不是 {'、'.join(near)}？" if near else f"可用的有：{'、'.join(known)}"
        raise UsageError(f"沒有「{name[:40]}」這個模型預設組；{hint}")
    return found


@cache
def _presets() -> dict[str, Preset]:
    known = tomllib.loads(files("rag").joinpath("data/models.toml").read_text(encoding="utf-8"))
    templates = known.pop(_TEMPLATES)
    return {name: _preset(name, facts, templates) for name, facts in known.items()}


def _preset(name: str, facts: Mapping[str, Any], templates: Mapping[str, Any]) -> Preset:
    """A template is given in place, or by the name under which several models share it."""
    form = facts.get("template")
    form = templates[form] if isinstance(form, str) else form
    lists = {field: tuple(value) for field, value in facts.items() if isinstance(value, list)}
    return Preset(**{"name": name, **facts, **lists, "template": Template(**form) if form else None})
