"""Keys at the door: over HTTP against a store, and on the command line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.guard import Guard
from api.keys import require
from api.limits import Limits, MemoryBuckets, Rate
from rag.access import ROLES, Key, Keys, Role
from rag.answer import today
from rag.errors import StoreError
from rag.store import Store, open_store
from tests.commands import run
from tests.fakes import FakeEngine


@pytest.fixture
def keys(sqlite_store: Store) -> Keys:
    return Keys(sqlite_store, today)


def guarded(guard: Guard) -> FastAPI:
    app = create_app(FakeEngine(), guard=guard)

    @app.get("/jobs")
    async def jobs(key: Annotated[Key, Depends(require("analyst", "admin"))]) -> dict[str, str]:
        return {"id": key.id}

    return app


@pytest.fixture
def client(keys: Keys) -> TestClient:
    return TestClient(guarded(Guard(keys)), raise_server_exceptions=False)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def assert_refused(response: Any, status: int, says: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.json()["detail"]
    assert response.json()["request_id"] == response.headers["x-request-id"]
    if status == 401:
        assert response.headers["www-authenticate"].startswith('Bearer realm="youju"')


@pytest.mark.parametrize("role", ROLES)
def test_a_route_lets_in_the_roles_it_wants_and_no_other(client: TestClient, keys: Keys, role: Role) -> None:
    key, token = keys.create(role)
    response = client.get("/jobs", headers=bearer(token))
    if role in ("analyst", "admin"):
        assert response.json() == {"id": key.id}
    else:
        assert_refused(response, 403, f"角色是 {role}，這項功能需要 analyst、admin")


def test_a_route_that_wants_a_role_says_how_to_send_a_key(client: TestClient) -> None:
    assert_refused(client.get("/jobs"), 401, "Authorization: Bearer")


def test_forged_expired_and_revoked_keys_are_refused_everywhere(
    client: TestClient, keys: Keys, sqlite_store: Store
) -> None:
    revoked, token = keys.create("admin")
    keys.revoke(revoked.id)
    long_ago = Keys(sqlite_store, lambda: today() - timedelta(9)).create("admin", expires=today() - timedelta(1))[1]
    forged = {"yj_0123456789ab_" + "A" * 43, token[:16] + "A" * 43, "yj_", "x", "sk-" + "0" * 40}
    for path in ("/jobs", "/v1/laws/Z9990001/articles/4", "/nothing"):
        assert_refused(client.get(path, headers=bearer(token)), 401, "已撤銷")
        assert_refused(client.get(path, headers=bearer(long_ago)), 401, "已過期")
        for one in forged:
            response = client.get(path, headers=bearer(one))
            assert_refused(response, 401, "不認得這把金鑰")
            assert one not in response.text


def test_a_key_revoked_while_in_use_counts_no_more(client: TestClient, keys: Keys) -> None:
    key, token = keys.create("analyst")
    assert client.get("/jobs", headers=bearer(token)).status_code == 200
    keys.revoke(key.id)
    assert_refused(client.get("/jobs", headers=bearer(token)), 401, "已撤銷")


@pytest.mark.parametrize(
    "sent",
    [
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "bearer\ta",
        "Bearer \x7f",
        "Bearer " + "a" * 201,
        "",
    ],
)
def test_anything_else_in_authorization_is_refused(client: TestClient, sent: str) -> None:
    assert_refused(client.get("/jobs", headers={"Authorization": sent}), 401, "只能是一把金鑰")


def test_two_keys_at_once_are_refused(client: TestClient, keys: Keys) -> None:
    sent = [("Authorization", f"Bearer {keys.create('admin')[1]}") for _ in range(2)]
    assert_refused(client.get("/jobs", headers=sent), 401, "只能是一把金鑰")


@given(st.binary(max_size=60).filter(lambda sent: b"\n" not in sent and b"\r" not in sent))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_in_authorization_are_refused_politely(client: TestClient, sent: bytes) -> None:
    assert client.get("/jobs", headers={b"Authorization": b"Bearer " + sent}).status_code == 401  # type: ignore[dict-item]


def test_the_word_anonymous_is_no_key_for_clients_that_must_send_one(client: TestClient) -> None:
    assert client.get("/v1/laws/Z9990001/articles/99", headers=bearer("anonymous")).status_code == 404
    assert_refused(client.get("/jobs", headers=bearer("anonymous")), 401, "需要金鑰")


def test_reading_without_a_key_may_be_forbidden(keys: Keys) -> None:
    client = TestClient(guarded(Guard(keys, anonymous=False)))
    for path in ("/v1/laws/Z9990001/articles/99", "/docs", "/openapi.json", "/nothing"):
        assert_refused(client.get(path), 401, "請附上金鑰")
        assert_refused(client.get(path, headers=bearer("anonymous")), 401, "請附上金鑰")
    assert client.get("/v1/laws/Z9990001/articles/99", headers=bearer(keys.create("citizen")[1])).status_code == 404
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/static/app.css")] == [200, 200, 200]
    assert client.get("/static/..%2f..%2fpyproject.toml").status_code == 404
    assert client.get("/static/%2e%2e/v1/laws/Z9990001/articles/4").status_code in (401, 404)


def test_the_day_of_use_is_noted(client: TestClient, keys: Keys) -> None:
    token = keys.create("admin")[1]
    assert client.get("/jobs", headers=bearer(token)).status_code == 200
    assert [key.used for key in keys.listing()] == [today()]


class Shut:
    """Keys behind a database that can't be read, or written."""

    def __init__(self, key: Key | None) -> None:
        self.key = key

    def find(self, token: str) -> Key | None:
        if self.key is None:
            raise StoreError("資料庫無法讀寫：locked")
        return self.key

    def note_use(self, key: Key) -> None:
        raise StoreError("資料庫無法讀寫：locked")


def test_a_store_that_cannot_be_read_lets_nobody_in_but_readers() -> None:
    client = TestClient(guarded(Guard(Shut(None))))
    assert_refused(client.get("/jobs", headers=bearer("a")), 503, "資料庫無法讀寫")
    assert client.get("/v1/laws/Z9990001/articles/99").status_code == 404


def test_a_use_that_cannot_be_noted_is_served_all_the_same() -> None:
    client = TestClient(guarded(Guard(Shut(Key("0123456789ab", "admin", "", date(2020, 1, 1))))))
    assert client.get("/jobs", headers=bearer("a")).json() == {"id": "0123456789ab"}


def test_to_guess_keys_is_limited_and_spares_those_who_have_one(keys: Keys) -> None:
    limits = Limits(MemoryBuckets(lambda: 0.0), Rate(60, 3), Rate(60, 3))
    client = TestClient(guarded(Guard(keys, limits=limits)))
    refused = [client.get("/jobs", headers=bearer("x")).status_code for _ in range(5)]
    assert refused == [401, 401, 401, 429, 429]
    assert client.get("/v1/laws/Z9990001/articles/99").status_code == 404


def test_no_key_is_known_without_a_store() -> None:
    client = TestClient(create_app(FakeEngine()))
    assert_refused(client.get("/v1/laws/Z9990001/articles/99", headers=bearer("x")), 401, "不認得這把金鑰")


def test_keys_are_made_listed_and_revoked_on_the_command_line(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    made = run(["youju-serve", "keys", "create", "--role", "evaluator", "--name", "甲\x1b[2J\n乙", *data])
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    id = token.split("_")[1]
    assert token not in made.stderr
    listed = run(["youju-serve", *data, "keys", "list"]).stdout
    assert listed.startswith(f"{id}\tevaluator\t有效\t")
    assert listed.endswith("\t甲 [2J 乙\n")
    assert token not in listed
    assert run(["youju-serve", "keys", "revoke", id, *data]).returncode == 0
    assert "\t已撤銷\t" in run(["youju-serve", "keys", "list", *data]).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["create"], "--role"),
        (["create", "--role", "boss"], "citizen"),
        (["create", "--role", "admin", "--expires", "tomorrow"], "2027-12-31"),
        (["create", "--role", "admin", "--expires", "2020-01-01"], "已經過了"),
        (["revoke", "'; DROP TABLE keys; --"], "沒有 '; DROP TABLE keys; -- 這把金鑰"),
        ([], "缺少子命令"),
    ],
)
def test_bad_usage_of_keys_is_one_line_and_two(tmp_path: Path, arguments: list[str], says: str) -> None:
    open_store(f"sqlite:///{tmp_path / 'youju.db'}", create=True).close()
    done = run(["youju-serve", "keys", *arguments], YOUJU_DATA=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_roles_stand_in_the_openapi_document(keys: Keys) -> None:
    document = TestClient(guarded(Guard(keys))).get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert document["paths"]["/jobs"]["get"]["security"] == [{"key": []}]
    assert "401" in document["paths"]["/v1/ask"]["post"]["responses"]
    assert "yj_0" not in json.dumps(document)
