"""OpenTelemetry: one span a request (the framework's own), below it one an answer and one a stage.

| span | attributes |
| --- | --- |
| ``POST /v1/ask`` | ``http.route``, ``http.response.status_code`` … as the conventions have them |
| ``youju.answer`` | ``youju.state``, ``youju.reason``, ``youju.model``, ``youju.sentences``, ``youju.failed`` |
| ``youju.exact``, ``youju.find``, ``youju.sparse``, ``youju.fuse``, ``youju.generate``, ``youju.prove`` | none |

``find`` is what finding takes beside the stages named after it: what is asked, what is worth quoting. A stage that an
answer doesn't go through has no span, and one that is new (see ``rag.stages``) has one by itself.

They go where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says; without it, or without the extra ``otel``, nothing is recorded. No
question, no text of an answer and no address of who asked is ever an attribute.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.domain import Answer

# Its logs would hold what was sent, its metrics are those of api.metrics once more.
TELEMETRY: TelemetryConfig = {
    "tracing": True,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": True,
}
_QUERY = "url.query"
_HIDDEN = "REDACTED"


class QueryHidden:
    """Takes what stands after the question mark out of the span of a request: a page is asked with ``?q=…``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("query_string"):
            trace.get_current_span().set_attribute(_QUERY, _HIDDEN)
        await self._app(scope, receive, send)


def record(answer: Answer, failed: int) -> None:
    """The spans of an answer that has just been given, below the span that is current.

    :param failed: sentences of the draft that did not stand.
    """
    if not trace.get_current_span().is_recording():
        return
    spent = [(name, round(ms * 1e6)) for name, ms in answer.timings_ms.items()]
    tracer = trace.get_tracer("youju")
    at = time.time_ns() - sum(ns for _, ns in spent)
    whole = tracer.start_span("youju.answer", start_time=at, attributes=_told(answer, failed))
    context = trace.set_span_in_context(whole)
    # Stages take turns, search by search and sentence by sentence: each is shown as one span, one after the other.
    for name, ns in spent:
        tracer.start_span(f"youju.{name}", context, start_time=at).end(at + ns)
        at += ns
    whole.end(at)


def _told(answer: Answer, failed: int) -> Mapping[str, str | int]:
    return {
        "youju.state": answer.state,
        "youju.reason": answer.reason or "",
        "youju.model": answer.model,
        "youju.sentences": len(answer.sentences),
        "youju.failed": failed,
    }
