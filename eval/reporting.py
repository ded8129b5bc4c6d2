"""The reports of a run, written into its folder; each form is a module of ``eval.reports``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from eval.config import Config
from eval.folder import RunFolder
from eval.library import Library
from eval.reports import models
from eval.reports.html import as_html
from eval.reports.junit import as_junit
from eval.reports.markdown import as_markdown
from eval.reports.run import load, tables
from eval.reports.table import as_csv
from eval.running import Doors, day_of
from eval.tier import METRICS
from rag.causes import cause
from rag.database import NoStore
from rag.errors import UsageError

NAMES = {"markdown": "report.md", "html": "report.html", "junit": "junit.xml", "csv": "items.csv"}


def write(
    folder: RunFolder,
    config: Config,
    doors: Doors,
    data: Path | None = None,
    against: RunFolder | None = None,
    allow: Collection[str] = (),
) -> str:
    """Write the forms that the settings want; the tables in Markdown are also what comes back.

    :param against: the run to hold this one against; ``allow``: differences to overlook (``eval.compare.ALLOWABLE``).
    :raises UsageError: no run, a broken one, or one that the other can't be compared with.
    """
    run, other = load(folder), load(against) if against else None
    found = tables(run, other, METRICS, allow)
    said = as_markdown(run, found, other)
    made = {"markdown": said.encode()}
    if "junit" in config.report.formats:
        made["junit"] = as_junit(run, found)
    if "csv" in config.report.formats:
        made["csv"] = as_csv(run, METRICS)
    if "html" in config.report.formats:
        with _texts(doors, data, day_of(run.manifest)) as library:
            made["html"] = as_html(run, found, METRICS, other, library).encode()
    for form in config.report.formats:
        _put(folder.path / NAMES[form], made[form])
    return said


def write_models(folders: Sequence[RunFolder], html: Path | None = None, allow: Collection[str] = ()) -> str:
    """One table of several runs over the same questions, as a page, too, if wanted; in Markdown it comes back.

    :raises UsageError: a run is missing or broken, or they can't be compared.
    """
    found = models.table([load(folder) for folder in folders], METRICS, allow)
    if html:
        _put(html, models.as_html(found).encode())
    return models.as_markdown(found)


@contextmanager
def _texts(doors: Doors, data: Path | None, day: date | None) -> Iterator[Library | None]:
    """The stored texts; none where nothing is stored and nobody named a folder: a run may come from elsewhere."""
    with ExitStack() as held:
        try:
            library = held.enter_context(doors.library(data, day)())
        except NoStore:
            if data:
                raise
            library = None
        yield library


def _put(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path}：無法寫入（{cause(error)}）") from None
