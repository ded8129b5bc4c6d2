"""A job as it stands in the table → the run that does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from ingest import collect
from ingest.progress import Progress
from ingest.report import Asked, Report
from ingest.runs import run_any
from rag.joblist import Job
from rag.places import inside
from rag.settings import Settings
from rag.sources import PURGE

# Who gave the operator the accounts: judgments and records of the Legislative Yuan.
_ISSUERS = ("judicial.gov.tw", "govapi.tw")
_NO_ACCOUNTS = {"judicial_user": "", "judicial_password": SecretStr(""), "openfun_token": SecretStr("")}


def run_job(settings: Settings, job: Job, progress: Progress) -> Report:
    """Do what a job asks for; a run that was killed is simply repeated.

    :raises UsageError: no such source or field, or nothing to read from.
    :raises IngestError: the source can't be read.
    """
    arguments = job.arguments
    if job.source == PURGE:
        keys = list(arguments["keys"])
        # The run of a job may be its second.
        removed = collect.purge(settings, keys, progress, missing_ok=True)
        return Report(PURGE, records=len(keys), written=removed, indexed=0, removed=removed)
    given = tuple(_place(one, settings.source_dir) for one in arguments.get("given", ()))
    asked = Asked(
        job.source,
        given,
        tuple(arguments.get("without", ())),
        allow_fewer=bool(arguments.get("allow_fewer")),
        public_only=bool(arguments.get("public_only")),
    )
    return run_any(entrusted(settings, asked.urls), asked, progress)


def entrusted(settings: Settings, urls: Sequence[str]) -> Settings:
    """Settings without the operator's accounts, unless all of the addresses are of those who issued them.

    Who may name an address must not have a password sent there.
    """
    return settings if all(map(_is_issuer, urls)) else settings.model_copy(update=_NO_ACCOUNTS)


def _place(given: str, folder: Path | None) -> str:
    """Who asked over the network named a path inside the folder of sources, who asked at the door a whole one."""
    if "://" in given or not given or Path(given).is_absolute():
        return given
    return str(inside(given, folder))


def _is_issuer(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and f".{parts.hostname or ''}".endswith(tuple(f".{one}" for one in _ISSUERS))
