"""What a store holds, counted aside: only the first count is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock, Thread
from time import monotonic

from rag.errors import YoujuError

Counts = Mapping[str, object]
# A count of the whole law database works for half a second, and a job that writes changes the store every second: of
# the time, counting takes no more than one part in so many.
_SHARE = 20


class Tally:
    """The counts of a store, a few seconds old while it is being written to; safe to use from several threads.

    :param revision: changes whenever what is counted may have.
    """

    def __init__(self, count: Callable[[], Counts], revision: Callable[[], int]) -> None:
        self._count = count
        self._revision = revision
        self._lock = Lock()
        self._found: Counts | None = None
        self._at = -1
        self._not_before = 0.0

    def get(self) -> Counts:
        """What was counted last. Where the store has changed since, it is counted anew meanwhile.

        :raises StoreError: the store doesn't answer.
        """
        revision = self._revision()
        if self._found is None:
            return self._first(revision)
        if revision != self._at and monotonic() >= self._not_before and self._lock.acquire(blocking=False):
            Thread(target=self._again, args=(revision,), daemon=True).start()
        return self._found

    def _first(self, revision: int) -> Counts:
        with self._lock:
            return self._counted(revision) if self._found is None else self._found

    def _again(self, revision: int) -> None:
        try:
            self._counted(revision)
        except YoujuError:
            # Who asks hears of it from the store itself; what was counted before still tells most.
            self._not_before = monotonic() + _SHARE
        finally:
            self._lock.release()

    def _counted(self, revision: int) -> Counts:
        begun = monotonic()
        found = self._found = self._count()
        self._at = revision
        ended = monotonic()
        self._not_before = ended + _SHARE * (ended - begun)
        return found
