"""Drafts with the texts they rest on, as the store has them, and their proof."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.errors import NotEnoughData
from eval.mutate import Case
from eval.mutate_text import Given, shared_bigrams
from rag.domain import Document, Passage, Reference, Sentence, Status
from rag.errors import UsageError
from rag.names import OFFICIAL, LawNames, display_name, with_aliases
from rag.sentences import split
from rag.standing import Standing, standing
from rag.store import Store
from rag.support import LexicalSupport, Support
from rag.verify import Prover, prove
from rag.write import Draft, Source, source_named, source_of_passage

DAY = date(2026, 11, 21)
"""The day on which every draft was read against its sources."""
_LEVEL = "法律"
_SHORT = 400  # characters; a repealed article that is quoted as if it were law


class Record(BaseModel):
    """A line of a file of drafts: ``sources`` are document keys in the order of their marks.

    With ``kind`` and ``answerable`` the line is a question record as well.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: str
    kind: Literal["draft"] = "draft"
    question: str
    answerable: Literal[True] = True
    sources: tuple[str, ...]
    draft: str
    paraphrase: bool


def read_drafts(path: Path) -> tuple[Record, ...]:
    """All records of a JSONL file.

    Raises ``NotEnoughData`` where there is no such file, ``UsageError`` for a line that is no record.
    """
    if not path.is_file():
        raise NotEnoughData(f"{path}：沒有這個檔案")
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        return tuple(Record.model_validate_json(line) for line in lines if line.strip())
    except ValidationError as error:
        raise UsageError(f"{path}：{error.errors()[0]['msg']}") from None


class Desk:
    """What proves drafts: the store, the names of laws, and ``DAY``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        entries = store.law_names()
        self._names = LawNames(with_aliases(entries))
        self._repealed = sorted({one.pcode for one in entries if one.rank > OFFICIAL})
        self._sources: dict[tuple[str, str, str], Source] = {}
        self._numbers = cache(store.numbers)

    def case(self, record: Record) -> Case | None:
        """``None`` when a source is not in the store, or not law on ``DAY``."""
        given = tuple(self._given(key, record.draft) for key in record.sources)
        known = tuple(one for one in given if one)
        return Case(tuple(split(record.draft)), known) if len(known) == len(given) else None

    def prove(self, case: Case) -> tuple[Sentence, ...]:
        return self.ready(case)()

    def ready(self, case: Case) -> Callable[[], tuple[Sentence, ...]]:
        """The proof, with all it needs read from the store already."""
        sources = [self._source(mark, one) for mark, one in enumerate(case.given, 1)]
        drafts = [Draft(sentence) for sentence in case.sentences]
        return lambda: prove(drafts, sources, self._store, self._names, DAY).sentences

    def lost(self, case: Case) -> bool:
        """Whether something a draft says is in an answer neither as it says it nor in its source's own words."""
        prover = self.prover(case, LexicalSupport())
        found = [prover.prove(Draft(sentence)) for sentence in case.sentences]
        return not all(one.status != "unproved" or prover.instead(one) for one in found)

    def prover(self, case: Case, support: Support) -> Prover:
        """A prover over what stands under the marks of a case, with another judge of support."""
        sources = [self._source(mark, one) for mark, one in enumerate(case.given, 1)]
        return Prover(sources, self._store, self._names, DAY, support=support)

    def gone(self, count: int) -> Iterator[Given]:
        """Articles of repealed acts, one an act, the same ones every time."""
        for pcode in random.Random(count).sample(self._repealed, len(self._repealed)):
            law = self._store.law(pcode)
            if count and law and law.level == _LEVEL and law.repealed and law.repealed <= DAY:
                found = map(self._article, [f"law/{pcode}/{number}" for number in self._numbers(pcode)[3:6]])
                texts = [one for one in found if one and 20 < len(one.text) <= _SHORT]
                yield from texts[:1]
                count -= len(texts[:1])

    def _given(self, key: str, draft: str) -> Given | None:
        if not key.startswith("law/"):
            return self._of_decision(key, draft)
        stands = self._standing(key)
        if stands.document is None or stands.status is not Status.IN_FORCE:
            return None
        versions = self._store.versions(key)
        past = (one for one in versions if one.valid_from < one.valid_to <= DAY and not one.deleted)
        earlier = tuple(self._plain(one) for one in past if one.text != stands.document.text)
        beside = (self._article(near) for near in self._beside(key))
        neighbours = tuple(one for one in beside if one and len(one.text) > len("（刪除）"))
        return self._plain(stands.document, neighbours, earlier)

    def _of_decision(self, key: str, draft: str) -> Given | None:
        """The passage of a decision that has most of the draft's words: a question would find no other."""
        versions = self._store.versions(key)
        if not versions:
            return None
        document = versions[-1]
        passages = self._store.passages_of(key, document.version)
        best = max(passages, key=lambda one: shared_bigrams(draft, [one.text]), default=None)
        return self._passage(document, best) if best else None

    def _passage(self, document: Document, passage: Passage) -> Given:
        given = Given(document.key, document.version, document.title, passage.text)
        self._sources[document.key, document.version, passage.text] = source_of_passage(0, document, passage)
        return given

    def _article(self, key: str) -> Given | None:
        document = self._standing(key).document
        return self._plain(document) if document and not document.deleted else None

    def _plain(self, document: Document, neighbours: tuple[Given, ...] = (), earlier: tuple[Given, ...] = ()) -> Given:
        title = display_name(document.title)
        return Given(document.key, document.version, title, document.text, neighbours, earlier)

    def _beside(self, key: str) -> Iterator[str]:
        _, pcode, number = key.split("/")
        numbers = self._numbers(pcode)
        at = numbers.index(number)
        yield from (f"law/{pcode}/{near}" for near in (*numbers[max(0, at - 1) : at], *numbers[at + 1 : at + 2]))

    def _standing(self, key: str) -> Standing:
        return standing(self._store.law(key.split("/")[1]), self._store.versions(key), DAY)

    def _source(self, mark: int, given: Given) -> Source:
        named = given.key, given.version, given.text
        if named not in self._sources:
            self._sources[named] = self._article_source(given)
        return self._sources[named]._replace(mark=mark)

    def _article_source(self, given: Given) -> Source:
        document = self._store.version(given.key, given.version)
        assert document is not None, given.key
        stands = self._standing(given.key)
        reference = Reference(0, 0, law=document.law, article=document.number)
        if document == stands.document and stands.status:
            return source_named(0, reference, document, stands.status, stands.since)
        return source_named(0, reference, document, Status.SUPERSEDED, document.valid_to)
