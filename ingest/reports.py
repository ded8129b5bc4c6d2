"""Reports of the same story by several outlets, linked to the first of them."""

from __future__ import annotations

from datetime import date, timedelta

from ingest import stories
from rag import arrivals
from rag.holdings import since
from rag.store import Store
from rag.writer import writing

SOURCE = "news"
# Feeds hold some days; a story that is told again after weeks is another one.
_LOOK_BACK = timedelta(days=14)


def link_stories(store: Store, today: date) -> None:
    """Link the reports of the last two weeks anew."""
    reports = since(store, SOURCE, (today - _LOOK_BACK).isoformat())
    items = (stories.Item(one.key, f"{one.title}\n{one.text}", _day(one.version)) for one in reports)
    first = stories.clusters(items)
    wanted = {(one.key, one.version): first[one.key] if first[one.key] != one.key else "" for one in reports}
    with writing(store) as writer:
        arrivals.relate(writer, "same_story", wanted)


def _day(version: str) -> date | None:
    return None if version == "undated" else date.fromisoformat(version)
