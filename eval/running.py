"""A run from its settings to its summary: the questions are read, the system asked, the answers scored."""

from __future__ import annotations

import gc
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from eval.asking import ask_all
from eval.config import Config
from eval.folder import Manifest, RunFolder
from eval.sets import Sets, read_sets
from eval.summary import summarise
from eval.systems import System
from eval.systems.chosen import EngineOpener, open_system
from eval.systems.stored import StoredSystem
from eval.tier import LibraryOpener, score, scorer_version
from rag.errors import UsageError

_TAIPEI = timezone(timedelta(hours=8))
# What two parts of one run must have in common.
_SAME = ("system", "sets", "repeats", "seed", "corpus", "config")


class Doors(NamedTuple):
    """How the engine and the library over a folder of data are opened, the library as of the day of a run."""

    engine: EngineOpener
    library: Callable[[Path | None, date | None], LibraryOpener]


def run(config: Config, doors: Doors, folder: RunFolder, data: Path | None = None) -> dict[str, Any]:
    """The summary of a run, which lies in the folder with all that it was made from.

    A run that was broken off goes on where it stopped.

    :raises UsageError: the settings won't do, or the folder holds a run of something else.
    """
    sets = read_sets(config.run.sets, config.base, config.run.as_of)
    with doors.library(data, None)() as library:
        corpus = dict(library.coverage())
    with open_system(config, sets.questions, doors.engine, data) as system:
        stored = system if isinstance(system, StoredSystem) else None
        repeats = stored.repeats if stored else config.run.repeats
        manifest = _taken_up(folder, _manifest(config, system, sets, corpus, repeats))
        folder.put_manifest(manifest)
        folder.put_questions(sets.questions)
        # A file of answers is read as it stands now: it may have been put right since.
        outputs = ask_all(system, sets.questions, folder, repeats, config.run.concurrency, keep=not stored)
    model = manifest.model or next((output.model for output in outputs if output.model), "")
    folder.put_manifest(manifest.model_copy(update={"model": model}))
    return rescore(folder, doors, data, config.run.processes)


def rescore(folder: RunFolder, doors: Doors, data: Path | None = None, processes: int = 1) -> dict[str, Any]:
    """The summary of answers that are there already; nothing is asked again.

    :raises UsageError: the folder is no run, or a broken one.
    """
    with _uncollected():
        manifest, outputs, questions = folder.manifest(), folder.outputs(), folder.questions()
    open_library = doors.library(data, day_of(manifest))
    scorer = scorer_version()
    items = score(questions, outputs, open_library, processes)
    with open_library() as library:
        held = library.coverage().get("revision")
    # What a judge added to the scores is not among them any more.
    versions = {name: version for name, version in manifest.versions.items() if not name.startswith("scor")}
    versions |= {"scorer": scorer, "corpus_scored": str(held)}
    manifest = manifest.model_copy(update={"versions": versions})
    summary = summarise(items, outputs, manifest)
    folder.put_items(items)
    folder.put_summary(summary)
    folder.put_manifest(manifest)
    return summary


@contextmanager
def _uncollected() -> Iterator[None]:
    """Records hold no cycles; to look for some while a great many are read takes twice as long as reading them."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def git_version() -> str:
    """The commit of the checkout that this package lies in, with ``-dirty`` where it was changed; "" for none."""
    git = shutil.which("git")
    if git is None:
        return ""
    asked = [git, "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()


def _manifest(config: Config, system: System, sets: Sets, corpus: dict[str, Any], repeats: int) -> Manifest:
    versions = {"python": platform.python_version(), "git": git_version(), "config": config.digest}
    return Manifest(
        system=system.name,
        model=system.model,
        sets=sets.digests,
        repeats=repeats,
        seed=config.run.seed,
        corpus=corpus,
        versions={name: value for name, value in (versions | dict(system.versions)).items() if value},
        config=config.record,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _taken_up(folder: RunFolder, manifest: Manifest) -> Manifest:
    """What lies in the folder must be a part of the same run, which then goes on as of its own day."""
    if not (folder.path / "run.json").exists():
        return manifest
    before = folder.manifest()
    differing = [name for name in _SAME if getattr(before, name) != getattr(manifest, name)]
    if differing:
        raise UsageError(f"{folder.path}：裡面是另一次評測（{'、'.join(differing)} 不同），請用 --out 另選資料夾")
    return manifest.model_copy(update={"created": before.created})


def day_of(manifest: Manifest) -> date | None:
    """The day in Taipei on which a run began; ``None`` for one that does not say."""
    try:
        return datetime.fromisoformat(manifest.created).astimezone(_TAIPEI).date()
    except ValueError:
        return None
