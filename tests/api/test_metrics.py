import json
import re
from collections.abc import Generator, Sequence
from datetime import date
from importlib.resources import files

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from rag.answer import Event
from rag.domain import Answer, Sentence
from rag.errors import ModelTimeout, StoreError
from rag.telling import Failed, Told
from tests.fakes import FakeEngine

QUESTION = "房東王大明不退押金怎麼辦？"
_FIGURE = re.compile(r"youju_\w+")
STAGES = {"exact": 1.0, "find": 20.0, "sparse": 5.0, "fuse": 4.0, "generate": 2.0, "prove": 300.0}


class Drafting(FakeEngine):
    """Tells a sentence, fails with another, then refuses or answers; or breaks off with ``broken``."""

    def __init__(self, broken: Exception | None = None, **changes: object) -> None:
        super().__init__()
        self.broken, self.changes = broken, changes

    def stream(
        self, question: str, as_of: date | None = None, history: Sequence[str] = ()
    ) -> Generator[Event, None, None]:
        yield Failed(Sentence("一", "unproved", {}, ()))
        yield Told(Sentence("二", "proved", {}, ()), ())
        yield Told(Sentence("三", "proved", {}, ()), ())
        if self.broken:
            raise self.broken
        whole = self.ask(question, as_of)
        yield Answer(**{name: getattr(whole, name) for name in Answer.__dataclass_fields__} | self.changes)


def client(engine: FakeEngine) -> TestClient:
    return TestClient(create_app(engine), raise_server_exceptions=False)


def ask(asking: TestClient) -> int:
    return asking.post("/v1/ask", json={"question": QUESTION}).status_code


def figures(asking: TestClient) -> dict[tuple[str, ...], float]:
    """``("youju_answers_total", "answered", "extractive") → 1.0``; values of labels in the order of their names."""
    response = asking.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_the_template_of_their_route() -> None:
    asking = client(FakeEngine())
    assert ask(asking) == 200
    assert asking.get("/v1/laws/Z9990001/articles/4").status_code == 200
    assert asking.get("/v1/laws/Z9990001/articles/99").status_code == 404
    assert asking.get("/made/up/123").status_code == 404
    found = figures(asking)
    route = "/v1/laws/{pcode}/articles/{number}"
    assert found["youju_http_requests_total", "POST", "/v1/ask", "200"] == 1
    assert found["youju_http_requests_total", "GET", route, "200"] == 1
    assert found["youju_http_requests_total", "GET", route, "404"] == 1
    assert found["youju_http_requests_total", "GET", "none", "404"] == 1
    assert found["youju_http_request_seconds_count", route] == 2


def test_a_crash_is_counted_as_500_and_no_longer_under_way() -> None:
    asking = client(FakeEngine(StoreError("資料庫無法讀取")))
    assert ask(asking) == 503
    broken = client(Drafting(RuntimeError("no")))
    assert ask(broken) == 500
    for one, status in ((asking, "503"), (broken, "500")):
        found = figures(one)
        assert found["youju_http_requests_total", "POST", "/v1/ask", status] == 1
        # The one that asks is under way.
        assert found["youju_http_requests_in_flight",] == 1


def test_answers_stages_and_sentences_are_counted() -> None:
    asking = client(Drafting(timings_ms=STAGES))
    assert ask(asking) == 200
    found = figures(asking)
    assert found["youju_answers_total", "extractive", "answered"] == 1
    assert found["youju_sentences_total", "proved"] == 2
    assert found["youju_sentences_total", "unproved"] == 1
    assert found["youju_first_sentence_seconds_count",] == 1
    sums = {name: found["youju_stage_seconds_sum", name] for name in STAGES}
    assert sums == pytest.approx({name: ms / 1000 for name, ms in STAGES.items()})


def test_refusals_are_counted_by_their_reason() -> None:
    asking = client(Drafting(state="abstained", reason="not_found"))
    assert ask(asking) == 200
    found = figures(asking)
    assert found["youju_abstentions_total", "not_found"] == 1
    assert found["youju_answers_total", "extractive", "abstained"] == 1


def test_an_answer_that_breaks_off_is_counted_by_its_error() -> None:
    asking = client(Drafting(ModelTimeout("逾時")))
    assert ask(asking) == 504
    assert figures(asking)["youju_answer_failures_total", "ModelTimeout"] == 1


def test_how_fresh_the_index_is() -> None:
    found = figures(client(FakeEngine()))
    assert found["youju_ready",] == 1
    assert found["youju_index_revisions_behind",] == 0
    assert found["youju_index_age_seconds",] > 0


def test_figures_are_given_when_the_store_is_away() -> None:
    found = figures(client(FakeEngine(StoreError("資料庫無法讀取"))))
    assert found["youju_ready",] == 0
    assert ("youju_index_revisions_behind",) not in found


def test_no_label_holds_a_question_a_key_or_an_address() -> None:
    asking = client(FakeEngine())
    asking.get(f"/{QUESTION}?q={QUESTION}", headers={"Authorization": "Bearer yj_secret"})
    ask(asking)
    asking.request("王大明", "/v1/ask")
    text = asking.get("/metrics").text
    assert not [word for word in ("王大明", "押金", "yj_secret", "testclient", "127.0.0.1") if word in text]


def test_the_dashboard_shows_figures_that_there_are() -> None:
    asking = client(Drafting(state="abstained", reason="not_found", timings_ms=STAGES))
    ask(asking)
    ask(client(Drafting(ModelTimeout("逾時"))))
    families = text_string_to_metric_families(asking.get("/metrics").text)
    there = {name for family in families for name in (family.name, *(sample.name for sample in family.samples))}
    shown = json.loads((files("api") / "dashboards" / "grafana.json").read_text(encoding="utf-8"))
    asked = {name for panel in shown["panels"] for one in panel["targets"] for name in _FIGURE.findall(one["expr"])}
    assert len(asked) > 8
    assert {name.removesuffix("_total") for name in asked} <= {name.removesuffix("_total") for name in there}
