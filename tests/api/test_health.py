import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.routes.health import HealthOut, ReadyOut
from rag.answer import Freshness
from rag.errors import NoIndex, StoreError, YoujuError
from tests.fakes import FakeEngine, make_engine


class Behind(FakeEngine):
    def freshness(self) -> Freshness:
        return Freshness(9, 7, 0.0)


def client(engine: FakeEngine) -> TestClient:
    return TestClient(create_app(engine), raise_server_exceptions=False)


def test_health_asks_neither_store_nor_index() -> None:
    engine = FakeEngine(StoreError("資料庫無法讀取"))
    response = client(engine).get("/healthz")
    assert response.status_code == 200
    assert HealthOut.model_validate(response.json()).status == "ok"
    assert engine.asked == []


def test_ready_names_the_revisions() -> None:
    ready = ReadyOut.model_validate(client(FakeEngine()).get("/readyz").json())
    assert (ready.status, ready.revision, ready.index_revision, ready.behind) == ("ready", 7, 7, 0)


def test_an_index_that_is_behind_answers_and_says_how_far() -> None:
    response = client(Behind()).get("/readyz")
    assert response.status_code == 200
    assert response.json()["behind"] == 2


@pytest.mark.parametrize(
    "failure", [StoreError("資料庫無法讀取"), NoIndex("還沒有索引，請先執行 youju-ingest run laws")]
)
def test_without_store_or_index_nobody_is_sent_here(failure: YoujuError) -> None:
    response = client(FakeEngine(failure)).get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == str(failure)


def test_the_engine_tells_how_fresh_its_index_is() -> None:
    found = make_engine().freshness()
    assert (found.revision, found.indexed, found.behind) == (1, 1, 0)
    assert found.built > 0
