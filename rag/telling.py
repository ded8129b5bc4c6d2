"""The sentences of one answer on their way from the draft through the proof to whoever asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rag.domain import Citation, Sentence
from rag.drafting import Drafting
from rag.verify import Prover
from rag.write import Draft


class Told(NamedTuple):
    """A sentence that stands, told as soon as it is proved, with what its marks point to."""

    sentence: Sentence
    citations: tuple[Citation, ...]


class Failed(NamedTuple):
    """A sentence that does not stand: nothing to tell, but a moment at which whoever listens may stop."""

    sentence: Sentence


class Telling:
    """The sentences of one answer on their way through the proof: those that stand are told, the others kept apart."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover
        self.stands: list[Sentence] = []
        self.failed: list[Sentence] = []
        self._quoted = 0
        self.proving_s = 0.0

    def drafts(self, drafts: Iterable[Draft]) -> Iterator[Told | Failed]:
        """What stands of the drafts, each once; one without a mark, 「說明如下：」, has nothing to be proved."""
        for draft in drafts:
            sentence = self._proved(draft)
            if sentence.status != "unproved":
                if sentence.text not in {one.text for one in self.stands}:
                    self.stands.append(sentence)
                    yield Told(sentence, self._prover.citations([sentence]))
                continue
            if sentence.checks["marks"] != "none":
                self.failed.append(sentence)
            yield Failed(sentence)

    def _proved(self, draft: Draft) -> Sentence:
        begun = time.perf_counter()
        sentence = self._prover.prove(self._prover.restored(draft))
        self.proving_s += time.perf_counter() - begun
        return sentence

    def again(self, drafting: Drafting) -> Iterator[Told | Failed]:
        """The failed sentences once more, with why they failed; those that fail again stay away."""
        faults = [f"{one.text}（{self._prover.why(one)}）" for one in self.failed]
        once, before = self.failed, len(self.stands)
        self.failed = []
        yield from self.drafts(drafting.again(faults))
        missing = len(once) - (len(self.stands) - before)
        self.failed = self.failed or once[: max(0, missing)]
        yield from self._in_own_words()

    def _in_own_words(self) -> Iterator[Told | Failed]:
        """What sources say themselves in place of the sentences that still fail, each source's words once."""
        failed, self.failed = self.failed, []
        for one in failed:
            instead = self._prover.instead(one)
            if instead is None:
                self.failed.append(one)
            else:
                self._quoted += 1
                yield from self.drafts([instead])

    @property
    def is_whole(self) -> bool:
        """Whether all of the draft stands."""
        return not self.failed and not self._quoted

    def notes(self) -> list[str]:
        found = [f"草稿有{self._quoted}句與來源對不上，改引原文。"] if self._quoted else []
        return [*found, f"草稿有{len(self.failed)}句查無依據，未列入。"] if self.failed and self.stands else found
