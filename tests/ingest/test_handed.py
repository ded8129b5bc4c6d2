"""What a job of the table hands on to its run, and what it keeps back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.handed import entrusted, run_job
from ingest.progress import Quiet
from rag.errors import IngestError
from rag.joblist import Job
from rag.settings import load_settings

SETTINGS = load_settings(judicial_user="analyst", judicial_password="open sesame", openfun_token="abc")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/", "http://data.judicial.gov.tw", "https://data.judicial.gov.tw.example.org/",
        "https://notjudicial.gov.tw/", "https://www.example.org/judicial.gov.tw", "https://judicial.gov.tw@www.example.org/",
    ],
)  # fmt: skip
def test_no_account_is_sent_to_an_address_of_others(url: str) -> None:
    told = entrusted(SETTINGS, ["https://data.judicial.gov.tw", url])
    assert (told.judicial_user, told.judicial_password.get_secret_value(), told.openfun_token.get_secret_value()) == (
        "", "", "",
    )  # fmt: skip
    assert told.data == SETTINGS.data


@pytest.mark.parametrize("url", ["", "https://data.judicial.gov.tw", "https://v2.ly.govapi.tw/v2"])
def test_those_who_issued_it_are_sent_it(url: str) -> None:
    assert entrusted(SETTINGS, [url] if url else []) == SETTINGS


@pytest.mark.parametrize(("public_only", "why"), [(True, "不是公開的主機"), (False, "連線不成")])
def test_only_who_stands_at_the_machine_has_its_own_network_read(tmp_path: Path, public_only: bool, why: str) -> None:
    """``localhost`` is a public name gone astray; at port 9 nobody answers."""
    feed = {"given": ["http://localhost:9/feed.xml"], "public_only": public_only}
    job = Job("1", "news", feed, "running", datetime(2026, 1, 1, tzinfo=UTC))
    settings = load_settings(data=tmp_path, fetch_interval_s=0)
    with pytest.raises(IngestError, match=why):
        run_job(settings, job, Quiet())
