"""Tells the operator's webhook when a job fails or a source goes stale. What is told holds no secrets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ingest.hosts import tls_context
from rag.places import without_secrets

_ATTEMPTS = 4
_TIMEOUT = 10
_log = logging.getLogger(__name__)


class Notifier:
    """Posts JSON to an address; with none it says nothing.

    :param transport: takes the place of the network.
    """

    def __init__(
        self,
        url: str = "",
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._url = url
        self._sleep = sleep
        self._transport = transport

    def job_failed(self, source: str, job: str, message: str) -> None:
        self._tell("job_failed", source, message, job=job)

    def source_stale(self, source: str, message: str) -> None:
        self._tell("source_stale", source, message)

    def _tell(self, event: str, source: str, message: str, **more: str) -> None:
        """It must not fail a job: a webhook that can't be reached is logged, its address (which may be secret) not."""
        if not self._url:
            return
        told = {"event": event, "source": source, **more, "message": without_secrets(message)}
        told["time"] = datetime.now(UTC).isoformat(timespec="seconds")
        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(multiplier=1, max=30),
            retry=retry_if_exception_type(httpx2.HTTPError),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            retrying(self._post, told)
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            _log.warning("通知沒有送達：%s（%s）", event, type(error).__name__)

    def _post(self, told: dict[str, str]) -> None:
        verify = tls_context() if self._transport is None else True
        with httpx2.Client(timeout=_TIMEOUT, verify=verify, transport=self._transport) as client:
            client.post(self._url, json=told).raise_for_status()
