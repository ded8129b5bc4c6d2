"""A chat model asked how far passages support a claim. It is heard at temperature 0, and taken at its exact word.

What can't be read, comes too late or does not fit the context is an ``error``: neither support nor the lack of it, and
never left out of the count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from eval.judge.cache import Cache, Kept, key_of
from eval.judge.prompt import SCHEMA, SHA256, VERSION, Level, Pair, level, turns
from rag.errors import ModelBroken, ModelError, ModelUnreachable
from rag.presets import Turn

_SPARE = 16  # tokens a template may add that the count does not see
_DOWN = 3  # of the first verdicts: a server that gives none of them is not there
PARAMS: Mapping[str, object] = {"temperature": 0.0}


class JudgeModel(Protocol):
    """The part of ``rag.llm.ChatModel`` that a judge needs."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def count(self, turns: Sequence[Turn]) -> int: ...

    def structured(self, turns: Sequence[Turn], schema: Mapping[str, object]) -> Mapping[str, object]: ...


class Verdict(NamedTuple):
    """``why`` there is none, of an ``error``. ``held``: it was known already and nobody was asked."""

    level: Level
    why: str = ""
    held: bool = False


class Judging(Protocol):
    @property
    def record(self) -> Mapping[str, object]:
        """Who judges, and by what prompt and parameters."""
        ...

    def verdict(self, pair: Pair) -> Verdict: ...


class Judge:
    """:param again: what could not be read before is asked once more.
    :param served: what the server calls the model, where its name alone does not tell.

    A server that can't be reached leaves nothing behind in the cache.
    """

    def __init__(self, model: JudgeModel, cache: Cache | None = None, again: bool = False, served: str = "") -> None:
        self._model = model
        self._name = model.name
        self._params = dict(PARAMS) | ({"served": served} if served else {})
        self._cache = cache or Cache()
        self._again = again

    @property
    def record(self) -> Mapping[str, object]:
        return {"model": self._name, "params": self._params, "prompt": VERSION, "prompt_sha256": SHA256}

    def verdict(self, pair: Pair) -> Verdict:
        """:raises ModelUnreachable: the server is not there, or refuses."""
        key = key_of(self._name, self._params, pair)
        held = self._cache.get(key)
        if held is not None and not (self._again and held.level == "error"):
            return Verdict(held.level, held.why, held=True)
        try:
            found = self._asked(pair)
        except ModelUnreachable:
            raise
        except ModelBroken as error:
            found = Verdict("error", str(error))
        except ModelError as error:  # too late: the next time it may be in time
            return Verdict("error", str(error))
        self._cache.put(Kept(key=key, level=found.level, why=found.why, model=self._name, prompt=VERSION))
        return found

    def _asked(self, pair: Pair) -> Verdict:
        asked = turns(pair)
        if self._model.count(asked) > self._model.context - self._model.max_tokens - _SPARE:
            return Verdict("error", "資料太長，模型一次讀不完")
        found = level(self._model.structured(asked, SCHEMA))
        return Verdict(found, "模型的回答多了別的欄位" if found == "error" else "")


class Panel:
    """Several judges: what more than half of them say; where no level has so many, there is no verdict."""

    def __init__(self, judges: Sequence[Judging]) -> None:
        assert judges, "nobody to ask"
        self._judges = judges

    @property
    def record(self) -> Mapping[str, object]:
        return {"majority_of": [judge.record for judge in self._judges]}

    def verdict(self, pair: Pair) -> Verdict:
        """:raises ModelUnreachable: none of them is there; one that is not has no say."""
        found = [_verdict(judge, pair) for judge in self._judges]
        if all(isinstance(one, ModelUnreachable) for one in found):
            raise next(one for one in found if isinstance(one, ModelUnreachable))
        said = [_told(one) for one in found]
        ((most, votes),) = Counter(one.level for one in said).most_common(1)
        held = all(one.held for one in said)
        if 2 * votes > len(said):
            return Verdict(most, next(one.why for one in said if one.level == most), held)
        return Verdict("error", f"{len(said)} 位評審沒有過半的意見", held)


def judge_all(judge: Judging, pairs: Iterable[Pair], concurrency: int = 4) -> list[Verdict]:
    """A verdict on every pair, in order.

    :param concurrency: pairs under way at a time.
    :raises ModelUnreachable: none of the first was answered, so that none of the others will be.
    """
    asked = list(pairs)
    found = [_verdict(judge, pair) for pair in asked[:_DOWN]]
    if found and all(isinstance(one, ModelUnreachable) for one in found):
        raise next(one for one in found if isinstance(one, ModelUnreachable))
    with ThreadPoolExecutor(concurrency) as pool:
        found += pool.map(lambda pair: _verdict(judge, pair), asked[_DOWN:])
    return [_told(one) for one in found]


def _verdict(judge: Judging, pair: Pair) -> Verdict | ModelUnreachable:
    try:
        return judge.verdict(pair)
    except ModelUnreachable as error:
        return error


def _told(found: Verdict | ModelUnreachable) -> Verdict:
    return Verdict("error", str(found)) if isinstance(found, ModelUnreachable) else found
