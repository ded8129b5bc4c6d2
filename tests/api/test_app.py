import logging
from datetime import date

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import MAX_BODY_BYTES, create_app
from api.schemas.answer import AnswerOut
from api.schemas.law import ArticleOut
from rag.errors import NoIndex, StoreError, UsageError, YoujuError
from tests.api.library import assert_problem
from tests.fakes import KEY, NEW, OLD, QUOTE, TEXT, FakeEngine


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(engine: FakeEngine) -> TestClient:
    return TestClient(create_app(engine))


def refused_by(failure: Exception) -> TestClient:
    return TestClient(create_app(FakeEngine(failure)), raise_server_exceptions=False)


def test_ask_returns_the_answer_object(client: TestClient, engine: FakeEngine) -> None:
    response = client.post("/v1/ask", json={"question": " 押金多久要退還？ ", "as_of": "2024-08-01"})
    assert response.status_code == 200
    answer = AnswerOut.model_validate(response.json(), extra="forbid")
    assert answer.sentences[0].text == QUOTE
    assert answer.citations[0].key == KEY
    assert TEXT[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote
    assert answer.request_id == response.headers["x-request-id"]
    assert engine.asked[0] == ("ask", "押金多久要退還？", date(2024, 8, 1))


def test_ask_without_a_day_leaves_the_day_to_the_engine(client: TestClient, engine: FakeEngine) -> None:
    assert client.post("/v1/ask", json={"question": "押金？", "as_of": None}).status_code == 200
    assert engine.asked[0] == ("ask", "押金？", None)


def test_article_gives_the_version_of_the_day_and_all_versions(client: TestClient) -> None:
    response = client.get("/v1/laws/Z9990001/articles/4", params={"as_of": "2020-01-01"})
    assert response.status_code == 200
    article = ArticleOut.model_validate(response.json())
    assert article.current is not None
    assert article.current.text == OLD.text
    assert [each.version for each in article.versions] == [OLD.version, NEW.version]
    assert article.units[1].path == [("項", 2)]
    assert article.english_outdated


def test_article_before_its_first_day_has_no_current_version(client: TestClient) -> None:
    article = client.get("/v1/laws/Z9990001/articles/4", params={"as_of": "2000-01-01"}).json()
    assert article["current"] is None
    assert len(article["versions"]) == 2


def test_request_id_of_the_caller_is_kept(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "a.b-c_1"}).headers["x-request-id"] == "a.b-c_1"


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a;b"])
def test_request_id_that_may_do_harm_is_replaced(client: TestClient, name: str) -> None:
    given_back = client.get("/healthz", headers={"X-Request-ID": name}).headers["x-request-id"]
    assert given_back != name
    assert len(given_back) == 32


@pytest.mark.parametrize("path", ["/v1/laws/Z9990001/articles/99", "/v1/laws/Z9999999/articles/4"])
def test_unknown_law_or_article_is_404(client: TestClient, path: str) -> None:
    problem = assert_problem(client.get(path), 404, "查無 law/")
    assert problem["instance"] == path


def test_unknown_path_and_wrong_method(client: TestClient) -> None:
    assert_problem(client.get("/nothing"), 404, "沒有這個路徑")
    wrong = client.get("/v1/ask")
    assert_problem(wrong, 405, "不支援")
    assert wrong.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "question：缺少這個欄位"),
        ({"question": ""}, "question：不得空白"),
        ({"question": " \n\u3000"}, "question：不得空白"),
        ({"question": "a\x00b"}, "question：含有無法辨識的字元"),
        ({"question": 5}, "question：應為文字"),
        ({"question": "押金", "as_of": 20240801}, "as_of：日期寫成 2024-07-31"),
        ({"question": "押金", "as_of": "2024/08/01"}, "as_of：日期寫成 2024-07-31"),
        ({"question": "押金", "as_of": "2024-02-30"}, "as_of：沒有 2024-02-30 這一天"),
        ({"question": "押金", "asof": "2024-08-01"}, "asof：不認得這個欄位"),
        (["押金"], "應為 JSON 物件"),
    ],
)
def test_bad_question_is_422_in_words(client: TestClient, engine: FakeEngine, body: object, says: str) -> None:
    assert_problem(client.post("/v1/ask", json=body), 422, says)
    assert engine.asked == []


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        (0, "不得小於 1"),
        (101, "不得大於 100"),
        ("5", "應為整數"),
        (True, "應為整數"),
        (1.5, "應為整數"),
        ([], "應為整數"),
    ],
)
def test_bad_limit_is_422_in_words(client: TestClient, limit: object, says: str) -> None:
    assert_problem(client.post("/v1/search", json={"question": "押金", "limit": limit}), 422, f"limit：{says}")


def test_several_mistakes_are_told_together(client: TestClient) -> None:
    problem = assert_problem(client.post("/v1/search", json={"limit": 0}), 422)
    assert [mistake["field"] for mistake in problem["errors"]] == ["question", "limit"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/v1/laws/n0030001/articles/4", "法規代碼寫成"),
        ("/v1/laws/Z9990001/articles/第4條", "條號寫成 24 或 185-3"),
        ("/v1/laws/Z9990001/articles/4?as_of=112-01-01", "日期寫成"),
    ],
)
def test_bad_path_or_day_is_422(client: TestClient, path: str, says: str) -> None:
    assert_problem(client.get(path), 422, says)


def test_broken_json_is_400(client: TestClient) -> None:
    sent = client.post("/v1/ask", content=b'{"question": ', headers={"content-type": "application/json"})
    assert_problem(sent, 400, "不是合格的 JSON")


def test_lone_surrogate_is_told_and_not_thrown(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert_problem(client.post("/v1/ask", content=rb'{"question": "\ud800"}', headers=headers), 422)
    assert_problem(client.post("/v1/ask", content=rb'{"question": "a", "\ud800": 1}', headers=headers), 422)


def test_long_question_is_refused_with_both_lengths(engine: FakeEngine) -> None:
    client = TestClient(create_app(engine, max_question_chars=10))
    assert client.post("/v1/ask", json={"question": "問" * 10}).status_code == 200
    assert_problem(client.post("/v1/ask", json={"question": "問" * 11}), 400, "最多 10 字", "11 字")
    assert_problem(client.post("/v1/search", json={"question": "問" * 11}), 400, "最多 10 字")


def test_huge_body_is_413_whether_announced_or_not(client: TestClient, engine: FakeEngine) -> None:
    body = b'{"question": "' + b"a" * MAX_BODY_BYTES + b'"}'
    headers = {"content-type": "application/json"}
    assert_problem(client.post("/v1/ask", content=body, headers=headers), 413, str(MAX_BODY_BYTES))
    pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))
    assert_problem(client.post("/v1/ask", content=pieces, headers=headers), 413, str(MAX_BODY_BYTES))
    assert engine.asked == []


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (UsageError("問題不清楚"), 400),
        (NoIndex("尚無資料；先執行 youju-ingest run laws"), 503),
        (StoreError("資料庫無法使用"), 503),
        (YoujuError("做不到"), 500),
    ],
)
def test_errors_on_purpose_keep_their_line(failure: YoujuError, status: int) -> None:
    client = refused_by(failure)
    assert_problem(client.post("/v1/ask", json={"question": "押金"}), status, str(failure))
    assert_problem(client.get("/v1/coverage"), status, str(failure))


def test_crash_says_nothing_of_its_cause_but_logs_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = refused_by(RuntimeError("secret in /etc/youju")).post("/v1/ask", json={"question": "押金"})
    assert_problem(response, 500, "服務內部發生錯誤")
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_openapi_describes_problems_and_has_examples(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["paths"].keys() >= {"/v1/ask", "/v1/search", "/v1/laws/{pcode}/articles/{number}/history"}
    responses = document["paths"]["/v1/ask"]["post"]["responses"]
    assert list(responses["422"]["content"]) == ["application/problem+json"]
    assert set(responses["200"]["content"]) == {"application/json", "text/event-stream"}
    assert document["components"]["schemas"]["AskIn"]["examples"]
    assert "HTTPValidationError" not in responses["422"]["content"]["application/problem+json"]["schema"]["$ref"]


ANY = TestClient(create_app(FakeEngine()))


@given(question=st.text(min_size=1, max_size=50))
@settings(deadline=None)
def test_any_text_is_answered_or_refused_politely(question: str) -> None:
    response = ANY.post("/v1/ask", json={"question": question})
    assert response.status_code in {200, 422}
    assert ("detail" in response.json()) == (response.status_code == 422)
