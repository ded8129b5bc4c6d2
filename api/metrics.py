"""What Prometheus reads at ``/metrics``. No label holds a question, a key or an address.

With several workers each keeps its figures in files of ``PROMETHEUS_MULTIPROC_DIR``, and whichever is asked adds up
all of them; without, they are this process's own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import Any, NamedTuple, cast

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import tracing
from api.service import EngineLike
from rag.answer import Event, Freshness
from rag.domain import Answer
from rag.errors import YoujuError
from rag.stoppable import stoppable
from rag.telling import Failed, Told

SHARED = "PROMETHEUS_MULTIPROC_DIR"
# Extracts answer within milliseconds, a chat model within minutes.
_SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_ELSEWHERE = "none"  # the route of a path there is none for: paths are made up without end


class Metrics:
    """The figures of one application; ``text`` is what is read."""

    def __init__(self) -> None:
        self._shared = SHARED in os.environ
        self.registry = CollectorRegistry()
        own = None if self._shared else self.registry

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"youju_{name}", what, labels, registry=own)

        def histogram(name: str, what: str, *labels: str) -> Histogram:
            return Histogram(f"youju_{name}", what, labels, buckets=_SECONDS, registry=own)

        self.requests = counter("http_requests", "Requests answered", "method", "route", "status")
        self.request_seconds = histogram("http_request_seconds", "Time until a request was answered", "route")
        self.in_flight = Gauge(
            "youju_http_requests_in_flight", "Requests under way", registry=own, multiprocess_mode="livesum"
        )
        self.stage_seconds = histogram("stage_seconds", "Time of one stage of an answer", "stage")
        self.first_sentence = histogram("first_sentence_seconds", "Time until the first sentence was proved")
        self.answers = counter("answers", "Answers given", "state", "model")
        self.abstentions = counter("abstentions", "Answers refused", "reason")
        self.sentences = counter("sentences", "Sentences drafted, by what the proof said of them", "status")
        self.failures = counter("answer_failures", "Answers broken off by an error", "error")
        if self._shared:
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)

    def text(self, freshness: Freshness | None) -> bytes:
        """All figures in Prometheus' format; ``freshness`` None when store or index don't answer."""
        looked = CollectorRegistry()
        looked.register(_Looked(freshness))
        return generate_latest(self.registry) + generate_latest(looked)

    def note(self, answer: Answer) -> None:
        self.answers.labels(answer.state, answer.model).inc()
        if answer.reason:
            self.abstentions.labels(answer.reason).inc()
        for stage, ms in answer.timings_ms.items():
            self.stage_seconds.labels(stage).observe(ms / 1000)


class _Looked:
    """What is looked up when it is asked for: how fresh the index is."""

    def __init__(self, freshness: Freshness | None) -> None:
        self._freshness = freshness

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self._freshness
        yield GaugeMetricFamily("youju_ready", "1 if store and index answer", value=float(found is not None))
        if found is None:
            return
        yield GaugeMetricFamily("youju_index_revisions_behind", "Revisions the index has yet to take in", found.behind)
        if found.built:
            age = max(0.0, time.time() - found.built)
            yield GaugeMetricFamily("youju_index_age_seconds", "Time since the index was last brought up to date", age)


class _Heard(NamedTuple):
    """What is remembered of one answer on its way."""

    begun: float
    statuses: list[str]


class _Measured:
    """An engine whose answers are counted on their way to whoever asked; all else is the engine's own."""

    def __init__(self, engine: EngineLike, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @stoppable
    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        heard = _Heard(time.perf_counter(), [])
        with closing(self._engine.stream(question, as_of, history)) as events:
            try:
                for event in events:
                    self._note(event, heard)
                    yield event
            except YoujuError as error:
                self._metrics.failures.labels(type(error).__name__).inc()
                raise

    def _note(self, event: Event, heard: _Heard) -> None:
        if isinstance(event, Answer):
            self._metrics.note(event)
            tracing.record(event, heard.statuses.count("unproved"))
            return
        if isinstance(event, Told) and all(one == "unproved" for one in heard.statuses):
            self._metrics.first_sentence.observe(time.perf_counter() - heard.begun)
        assert isinstance(event, Told | Failed)
        heard.statuses.append(event.sentence.status)
        self._metrics.sentences.labels(event.sentence.status).inc()


def measured(engine: EngineLike, metrics: Metrics) -> EngineLike:
    """The engine, its answers counted."""
    return cast(EngineLike, _Measured(engine, metrics))


class Counted:
    """Counts every request by the template of its route, ``/v1/laws/{pcode}/articles/{number}``, and its status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Who breaks off without a word is answered with 500, further out.
        status = 500
        begun = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, noted)
        finally:
            self._metrics.in_flight.dec()
            route = getattr(scope.get("route"), "path", _ELSEWHERE)
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.request_seconds.labels(route).observe(time.perf_counter() - begun)
