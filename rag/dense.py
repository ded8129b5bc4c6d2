"""Any model of sentence-transformers as the embedder: the only importer of that library for it (extra ``models``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any, Literal

import numpy as np

from rag.causes import cause
from rag.embed import Matrix
from rag.errors import SettingsError

INSTALL = 'python -m pip install -e ".[models]"'
_VERSION = "dense-1"  # raised where the same model would be given other texts
_EVERYDAY = ("法律之人", "押金返還")
_ENDS = 65536  # bytes of a large file that tell it from another
_PROMPTS = ("query", "document", "passage", "corpus")  # names under which a model's files have them
# Tokenizers are changed while they work, and two questions at once must not load a model twice.
_ONE_AT_A_TIME = RLock()

Side = Literal["query", "document"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model to choose: ``parameters`` in millions, ``gb`` to download, ``dimensions`` of a vector."""

    id: str
    parameters: int
    gb: float
    dimensions: int
    licence: str
    reason: str


@dataclass(frozen=True, slots=True)
class Family:
    """What is known of models whose name matches: the prompts they were trained with, and when likeness is enough.

    :param alone: the cosine from which on a passage that shares no term with the question is a hit; 0: not known.
    """

    match: str
    query: str = ""
    document: str = ""
    alone: float = 0.0


def suggestions() -> tuple[Suggestion, ...]:
    """The models suggested, in the order of the file."""
    return tuple(Suggestion(id, **facts) for id, facts in _table()["suggested"].items())


def family(model: str) -> Family:
    """``family("intfloat/multilingual-e5-small").query == "query: "``; an unknown model has a family without a word."""
    name = Path(model).name.lower()
    known = (Family(**facts) for facts in _table()["family"])
    return next((one for one in known if re.search(one.match, name)), Family(""))


class SentenceEmbedding:
    """An ``Embedder`` by the id of a model on Hugging Face or the folder of one.

    Nothing is loaded before the first text; what is pickled is only which model it is. Raises ``SettingsError`` then if
    the extra or the model is missing, or the model can't read Chinese.

    :param device: ``"cpu"``, ``"cuda:1"`` …; ``""`` takes a GPU where there is one.
    :param batch: texts that the model reads at a time.
    """

    searchable = True

    def __init__(self, model: str, device: str = "", batch: int = 32) -> None:
        self._id = model
        self._device = device
        self._batch = batch

    def __reduce__(self) -> tuple[Any, ...]:
        return SentenceEmbedding, (self._id, self._device, self._batch)

    @cached_property
    def name(self) -> str:
        """What the index remembers: ``"dense-1/BAAI/bge-m3"``; of a folder, its last part and what its files hold."""
        folder = Path(self._id)
        return f"{_VERSION}/{folder.resolve().name}@{_mark(folder)}" if folder.is_dir() else f"{_VERSION}/{self._id}"

    @property
    def size(self) -> int:
        with _ONE_AT_A_TIME:
            return self._model.size

    def queries(self, texts: Sequence[str]) -> Matrix:
        """``len(texts) × size``, each row of length 1, or of zeros for a text that says nothing."""
        return self._vectors(texts, "query")

    def documents(self, texts: Sequence[str]) -> Matrix:
        """The same for what is searched."""
        return self._vectors(texts, "document")

    def _vectors(self, texts: Sequence[str], side: Side) -> Matrix:
        with _ONE_AT_A_TIME:
            try:
                return self._model.vectors(texts, side, self._batch)
            except RuntimeError as error:
                raise SettingsError(
                    f"向量模型 {self._id} 計算失敗：{cause(error)}；記憶體不足時請調小 YOUJU_EMBEDDER_BATCH"
                ) from error

    @cached_property
    def _model(self) -> _Model:
        found = _Model(_load(self._id, self._device or None), family(self._id))
        # A tokenizer without its vocabulary file reads every character as unknown and says nothing: two texts of one
        # length are then the same to it.
        first, second = found.vectors(_EVERYDAY, "document", len(_EVERYDAY))
        if not (first.any() and second.any()):
            raise SettingsError(f"向量模型 {self._id} 算不出向量（不是有限的數）")
        if np.allclose(first, second, atol=1e-4):
            raise SettingsError(f"向量模型 {self._id} 的詞表沒有常用字；模型資料夾應有 vocab.txt 或 tokenizer.json")
        return found


class _Model:
    """A loaded model, with what goes before a text on either side: what its files say, else what its family wants."""

    def __init__(self, model: Any, known: Family) -> None:
        self._encode = {"query": model.encode_query, "document": model.encode_document}
        told = any(model.prompts.get(key) for key in _PROMPTS)
        # None: the model's own.
        self._prompts = {side: None if told else getattr(known, side) or None for side in self._encode}
        self.size = int(model.get_embedding_dimension())

    def vectors(self, texts: Sequence[str], side: Side, batch: int) -> Matrix:
        if not texts:
            return np.zeros((0, self.size), np.float32)
        how = {"batch_size": batch, "normalize_embeddings": True, "show_progress_bar": False}
        found = np.asarray(self._encode[side](list(texts), prompt=self._prompts[side], **how), np.float32)
        # A text without a known word can be a division by zero.
        found[~np.isfinite(found).all(axis=1) | np.array([not text.strip() for text in texts])] = 0.0
        return found


def _load(id: str, device: str | None) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ModuleNotFoundError as error:
        raise SettingsError(f"向量模型 {id} 需要另外安裝套件：{INSTALL}（缺 {error.name}）") from None

    def load(local: bool) -> Any:
        return SentenceTransformer(id, device=device, local_files_only=local)

    try:
        if not Path(id).is_dir():
            # What was downloaded before needs no network.
            with suppress(OSError, ValueError):
                return load(True)
            _refuse_unreachable(id)
        return load(Path(id).is_dir())
    except (AssertionError, AttributeError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise SettingsError(f"向量模型 {id} 載入失敗：{cause(error)}") from None


def _refuse_unreachable(id: str) -> None:
    """Asks once whether there is such a model to download, where loading it would try for a minute and more."""
    from huggingface_hub import model_info
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        # An id without an owner is one of the library's own.
        model_info(id if "/" in id else f"sentence-transformers/{id}", timeout=10)
    except HFValidationError:
        raise SettingsError(f"沒有向量模型 {id}：沒有這個資料夾，也不是 Hugging Face 的識別碼") from None
    except HfHubHTTPError as error:
        refused = f"Hugging Face 不給（{_status(error)}），識別碼不對，或要先登入同意授權"
        raise SettingsError(f"沒有向量模型 {id}：{refused}") from None
    except Exception:  # whichever library it speaks HTTP with
        unreachable = "沒有這個資料夾，也還沒下載過，現在又連不上 Hugging Face"
        raise SettingsError(f"沒有向量模型 {id}：{unreachable}；請在有網路時下載，或給模型的資料夾") from None


def _status(error: Any) -> str:
    return f"HTTP {error.response.status_code}" if getattr(error, "response", None) is not None else "沒有回應"


def _mark(folder: Path) -> str:
    """A short name for what the files in a folder hold: a model trained further is another model."""
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        for part in _ends(path):
            digest.update(part)
    return digest.hexdigest()[:8]


def _ends(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield file.read(_ENDS)
        file.seek(max(path.stat().st_size - _ENDS, 0))
        yield file.read(_ENDS)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("rag").joinpath("data/embedders.toml").read_text(encoding="utf-8"))
