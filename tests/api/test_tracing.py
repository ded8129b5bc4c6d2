"""Spans as a collector receives them: a real server process, a real OTLP endpoint."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

ROOT = Path(__file__).parents[2]
QUESTION = "房東王大明不退押金怎麼辦？"
# A process of its own: a provider is set once for a whole process.
ASK = """
import sys
from fastapi.testclient import TestClient
from api.app import create_app
from tests.fakes import make_engine
with TestClient(create_app(make_engine())) as client:
    for _ in range(2):
        assert client.post("/v1/ask?q=" + sys.argv[1], json={"question": sys.argv[1]}).status_code == 200
print(sorted(name for name in sys.modules if name.startswith("opentelemetry.sdk"))[:1])
"""


class Collector(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[bytes] = []

    @property
    def spans(self) -> list[Span]:
        batches = map(ExportTraceServiceRequest.FromString, self.bodies)
        return [
            span
            for batch in batches
            for found in batch.resource_spans
            for scope in found.scope_spans
            for span in scope.spans
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.server.bodies.append(gzip.decompress(body) if zipped else body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def asked(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ASK, QUESTION],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "YOUJU_"))}
        | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_request_an_answer_and_its_stages_are_spans(collector: Collector) -> None:
    asked(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}")
    request = next(span for span in collector.spans if span.name == "POST /v1/ask")
    answer = next(span for span in collector.spans if span.parent_span_id == request.span_id)
    assert answer.name == "youju.answer"
    told = {one.key: one.value.string_value or one.value.int_value for one in answer.attributes}
    assert told["youju.state"] in ("answered", "partial", "abstained")
    assert told["youju.model"] == "extractive"
    stages = [span for span in collector.spans if span.parent_span_id == answer.span_id]
    names = ["exact", "find", "sparse", "fuse", "generate", "prove"]
    assert [span.name for span in stages] == [f"youju.{name}" for name in names]
    assert not [span.name for span in stages if span.attributes]
    for before, after in pairwise(stages):
        assert before.end_time_unix_nano == after.start_time_unix_nano
    assert answer.start_time_unix_nano >= request.start_time_unix_nano
    assert answer.end_time_unix_nano <= request.end_time_unix_nano


def test_no_span_holds_the_question(collector: Collector) -> None:
    asked(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}")
    sent = b"".join(collector.bodies)
    assert b"youju.answer" in sent
    assert b"REDACTED" in sent
    for form in (QUESTION, "王大明", quote("王大明")):
        assert form.encode() not in sent


def test_without_an_endpoint_nothing_of_the_sdk_is_imported() -> None:
    assert asked().strip() == "[]"
