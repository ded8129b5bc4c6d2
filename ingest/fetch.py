"""The official bulk files over HTTP: ZIPs, checked whole before they take the place of the last ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.archive import is_whole
from ingest.parts import Whole
from ingest.web import Web


class Fetcher(Web):
    """A client whose downloads are ZIPs."""

    def download(
        self,
        url: str,
        target: Path,
        progress: Callable[[int], None] = lambda size: None,
        headers: Mapping[str, str] | None = None,
        whole: Whole | None = is_whole,
    ) -> Path:
        return super().download(url, target, progress, headers, whole)


@contextmanager
def fetcher(
    contact: str, interval: float, allow_open_data_api: bool = False, public_only: bool = False
) -> Iterator[Fetcher]:
    with closing(Fetcher(contact, interval, allow_open_data_api=allow_open_data_api)) as one:
        if public_only:
            one.stay_public()
        yield one
