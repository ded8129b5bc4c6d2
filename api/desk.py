"""What an analyst does over HTTP: have sources taken in and documents taken back, and see how far that is.

The table of jobs is the truth and the queue only brings the word: where it can't, the worker finds a job by itself
within a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from api.cursor import JobCursor
from rag import removals
from rag.errors import YoujuError
from rag.joblist import Job, JobList, State
from rag.overview import facts
from rag.places import checked, without_folders, without_secrets
from rag.settings import Settings
from rag.sources import PURGE
from rag.store import Store

Action = Literal["cancel", "pause", "resume"]
_MOST_PURGES = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """A source to be taken in. ``given``: public addresses and paths inside the folder of sources; none means the
    official address. ``without``: fields not to index."""

    source: str
    given: Sequence[str] = ()
    without: Sequence[str] = ()
    allow_fewer: bool = False


class Desk:
    """The jobs of a store, told so that no job shows a secret or a folder of the server. Calls block.

    :param nudge: tells the worker that there is something to do.
    :param source_dir: where files that a caller may name lie.
    :param data: the folder of all data, whose place is nobody's business.
    """

    def __init__(
        self, store: Store, nudge: Callable[[], None], source_dir: Path | None = None, data: Path | None = None
    ) -> None:
        self._store = store
        self._jobs = JobList(store)
        self._nudge = nudge
        self._source_dir = source_dir
        self._folders = [one for one in (source_dir, data) if one]

    def create(self, wish: Wish) -> Job:
        """:raises UsageError: a place that no caller may name, or that isn't there."""
        given = [checked(one, self._source_dir) for one in wish.given]
        arguments: dict[str, Any] = {"given": given, "without": list(wish.without), "public_only": True}
        return self._hand_over(wish.source, arguments | ({"allow_fewer": True} if wish.allow_fewer else {}))

    def purge(self, key: str) -> Job:
        """A job that takes a document back, the one that waits where there is one.

        :raises UnknownKey: there is no such document.
        :raises UsageError: an article of a law.
        """
        removals.check(self._store, [key])
        waiting = self._jobs.listing(_MOST_PURGES, "queued", PURGE)
        same = next((one for one in waiting if one.arguments.get("keys") == [key]), None)
        return self._shown(same) if same else self._hand_over(PURGE, {"keys": [key]})

    def get(self, id: str) -> Job:
        """:raises UnknownKey: there is no such job."""
        return self._shown(self._jobs.get(id))

    def listing(
        self, limit: int, state: State | None = None, source: str = "", after: JobCursor | None = None
    ) -> tuple[list[Job], str | None]:
        """At most ``limit`` jobs, the newest first, from ``after`` on; and where the next page begins, if any."""
        found = [self._shown(one) for one in self._jobs.listing(limit + 1, state, source, after)]
        page = found[:limit]
        return page, JobCursor(page[-1].created, page[-1].id).write() if len(found) > limit else None

    def errors(self, id: str, limit: int, start: int = 0) -> list[tuple[str, str]]:
        """Key and reason of each document that could not be taken in, from the ``start``-th on.

        :raises UnknownKey: there is no such job.
        """
        found = self._jobs.errors(self._jobs.get(id).id, limit, start)
        return [(self._clean(key), self._clean(reason)) for key, reason in found.items()]

    def act(self, id: str, action: Action) -> Job:
        """:raises UnknownKey: there is no such job.
        :raises Conflict: its state forbids that.
        """
        job = {"cancel": self._jobs.request_cancel, "pause": self._jobs.pause, "resume": self._jobs.resume}[action](id)
        if action == "resume":
            self._tell_worker()
        return self._shown(job)

    def facts(self) -> Mapping[str, Any]:
        """What is stored and what is missing, source by source."""
        return facts(self._store)

    def _hand_over(self, source: str, arguments: Mapping[str, Any]) -> Job:
        job = self._jobs.create(source, arguments)
        self._tell_worker()
        return self._shown(job)

    def _tell_worker(self) -> None:
        try:
            self._nudge()
        except YoujuError as error:
            _log.warning("the worker will look by itself: %s", error)

    def _shown(self, job: Job) -> Job:
        given = [self._clean(one) for one in job.arguments.get("given", ())]
        return replace(job, message=self._clean(job.message), arguments={**job.arguments, "given": given}, worker="")

    def _clean(self, text: str) -> str:
        return " ".join(without_folders(without_secrets(text), self._folders).split())


def open_desk(settings: Settings, store: Store) -> Desk:
    """The desk over a store that is open, with the queue that the settings ask for."""

    def nudge() -> None:
        # The queue's library takes a sixth of a second to import, and jobs are rare.
        from rag.queue import open_queue

        with closing(open_queue(settings.data, settings.redis_url.get_secret_value(), settings.database_url)) as queue:
            queue.nudge()

    return Desk(store, nudge, settings.source_dir, settings.data)
