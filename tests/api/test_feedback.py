"""What readers say of sentences, sent and read over HTTP, kept in a real store."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.app import create_app
from api.guard import Guard
from api.limits import Limits, MemoryBuckets, Rate
from rag.access import Feedback, Filed, Keys, Remark
from rag.answer import today
from rag.store import Store
from tests.fakes import FakeEngine

SAID = {"request_id": "0b8d-1", "sentence": 0, "text": "應於七日內返還。", "verdict": "wrong", "comment": "漏了利息"}
HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE feedback; --",
    "\u202e反過來\u2066",
    "{{7*7}} ${7*7}",
    "a\r\nSet-Cookie: x=1",
    "%s%n\\u0000",
]


@pytest.fixture
def client(sqlite_store: Store) -> TestClient:
    return TestClient(create_app(FakeEngine(), guard=Guard(Keys(sqlite_store, today), Feedback(sqlite_store, today))))


@pytest.fixture
def evaluator(sqlite_store: Store) -> dict[str, str]:
    return {"Authorization": f"Bearer {Keys(sqlite_store, today).create('evaluator')[1]}"}


def listed(client: TestClient, key: dict[str, str], **asked: Any) -> dict[str, Any]:
    response = client.get("/v1/feedback", params=asked, headers=key)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_remark_is_kept_with_its_day_and_read_by_evaluators(client: TestClient, evaluator: dict[str, str]) -> None:
    response = client.post("/v1/feedback", json=SAID)
    assert response.status_code == 201
    assert response.json() == {"id": 1, "request_id": response.headers["x-request-id"]}
    remark = SAID | {"id": 1, "day": today().isoformat(), "key": ""}
    assert listed(client, evaluator)["remarks"] == [remark]


def test_a_remark_names_the_key_it_came_with(
    client: TestClient, sqlite_store: Store, evaluator: dict[str, str]
) -> None:
    key, token = Keys(sqlite_store, today).create("citizen")
    assert client.post("/v1/feedback", json=SAID, headers={"Authorization": f"Bearer {token}"}).status_code == 201
    assert [one["key"] for one in listed(client, evaluator)["remarks"]] == [key.id]


@pytest.mark.parametrize(("role", "status"), [("citizen", 403), ("analyst", 403), ("evaluator", 200), ("admin", 200)])
def test_only_evaluators_and_admins_read_remarks(
    client: TestClient, sqlite_store: Store, role: Any, status: int
) -> None:
    token = Keys(sqlite_store, today).create(role)[1]
    assert client.get("/v1/feedback", headers={"Authorization": f"Bearer {token}"}).status_code == status
    assert client.get("/v1/feedback").status_code == 401


def test_the_cursor_leads_through_all_remarks_once(client: TestClient, evaluator: dict[str, str]) -> None:
    for number in range(7):
        client.post("/v1/feedback", json=SAID | {"sentence": number})
    seen, cursor = [], ""
    while cursor is not None:
        page = listed(client, evaluator, limit=3, **({"cursor": cursor} if cursor else {}))
        seen += [one["sentence"] for one in page["remarks"]]
        cursor = page["cursor"]
    assert seen == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    "asked", [{"cursor": "1 OR 1=1"}, {"cursor": "-1"}, {"cursor": "9" * 30}, {"limit": "0"}, {"limit": "201"}]
)
def test_a_bad_cursor_or_limit_is_422(client: TestClient, evaluator: dict[str, str], asked: dict[str, str]) -> None:
    response = client.get("/v1/feedback", params=asked, headers=evaluator)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_said_is_text(client: TestClient, evaluator: dict[str, str], text: str) -> None:
    assert client.post("/v1/feedback", json=SAID | {"text": text, "comment": text}).status_code == 201
    response = client.get("/v1/feedback", headers=evaluator)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in response.headers
    assert [(one["text"], one["comment"]) for one in response.json()["remarks"]] == [(text, text)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"request_id": ""},
        {"request_id": "a b"},
        {"request_id": "x" * 65},
        {"request_id": "a\n"},
        {"sentence": -1},
        {"sentence": 1000},
        {"sentence": "0"},
        {"sentence": True},
        {"text": ""},
        {"text": "字" * 2001},
        {"text": "a\x00"},
        {"verdict": "maybe"},
        {"comment": "字" * 1001},
        {"comment": None},
        {"day": "2020-01-01"},
        {"key": "0123456789ab"},
    ],
)
def test_a_bad_remark_is_422_and_not_kept(client: TestClient, evaluator: dict[str, str], wrong: dict[str, Any]) -> None:
    response = client.post("/v1/feedback", json=SAID | wrong)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == next(iter(wrong))
    assert listed(client, evaluator)["remarks"] == []


@given(
    st.dictionaries(
        st.sampled_from([*SAID, "more"]),
        st.none() | st.text(max_size=9) | st.integers() | st.lists(st.integers()),
        max_size=6,
    )
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_kept_or_refused(client: TestClient, changed: dict[str, Any]) -> None:
    assert client.post("/v1/feedback", json=SAID | changed).status_code in (201, 422)


def test_a_form_of_another_site_cannot_send_remarks(client: TestClient) -> None:
    body = b'{"request_id":"a","sentence":0,"text":"t","verdict":"right"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        sent = client.post("/v1/feedback", content=body, headers={"content-type": kind})
        assert sent.status_code == 422
        assert "access-control-allow-origin" not in sent.headers


def test_remarks_are_limited_like_questions(sqlite_store: Store) -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), Rate(60, 2))
    client = TestClient(create_app(FakeEngine(), guard=Guard(feedback=Feedback(sqlite_store, today), limits=limits)))
    assert [client.post("/v1/feedback", json=SAID).status_code for _ in range(3)] == [201, 201, 429]


def test_a_store_that_fails_is_503_in_one_line(client: TestClient, sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("DROP TABLE feedback"))
    response = client.post("/v1/feedback", json=SAID)
    assert response.status_code == 503
    assert SAID["text"] not in response.text


def test_without_a_store_there_is_no_feedback() -> None:
    assert TestClient(create_app(FakeEngine())).post("/v1/feedback", json=SAID).status_code == 404


class Forgetful:
    """Keeps nothing, so that any number of remarks may come."""

    def file(self, remark: Remark) -> Filed:
        return Filed(1, today(), remark)

    def listing(self, limit: int, before: int | None = None) -> list[Filed]:
        return []


schema = schemathesis.openapi.from_asgi(
    "/openapi.json", create_app(FakeEngine(), guard=Guard(feedback=Forgetful()))
).include(path="/v1/feedback")


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_feedback_keeps_its_contract(case: schemathesis.Case) -> None:
    assert case.call_and_validate().headers["x-request-id"]
