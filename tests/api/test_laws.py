from rag.domain import Status
from tests.api.library import REASON, assert_carried, assert_problem, client
from tests.fakes import NEW, OLD

ARTICLE = "/v1/laws/Z9990001/articles/4"


def test_the_article_of_a_day_says_which_day() -> None:
    body = assert_carried(client().get(ARTICLE, params={"as_of": "2020-01-01"}))
    assert (body["as_of"], body["current"]["text"], body["status"]) == ("2020-01-01", OLD.text, Status.IN_FORCE)
    assert [each["version"] for each in body["versions"]] == [OLD.version, NEW.version]


def test_without_a_day_it_is_that_of_today() -> None:
    body = assert_carried(client().get(ARTICLE))
    assert body["current"]["text"] == NEW.text
    assert body["as_of"] >= "2026-01-01"


def test_history_tells_what_each_version_changed_and_why() -> None:
    body = assert_carried(client().get(f"{ARTICLE}/history"))
    first, second = body["versions"]
    assert (first["text"], first["diff"], first["reasons"]) == (OLD.text, [], [])
    assert "".join(span["text"] for span in second["diff"] if span["kind"] != "added") == OLD.text
    assert "".join(span["text"] for span in second["diff"] if span["kind"] != "removed") == NEW.text
    assert {"kind": "removed", "text": "十四"} in second["diff"]
    assert {"kind": "added", "text": "七"} in second["diff"]
    (reason,) = second["reasons"]
    assert (reason["key"], reason["text"]) == (REASON.key, REASON.text)


def test_history_of_what_never_was_is_404() -> None:
    asking = client()
    assert_problem(asking.get("/v1/laws/Z9990001/articles/99/history"), 404, "示範共享單車租借條例沒有第99條")
    assert_problem(asking.get("/v1/laws/Z9999999/articles/4/history"), 404, "沒有收錄代碼 Z9999999 的法規")
    assert_problem(asking.get("/v1/laws/z1/articles/4/history"), 422, "法規代碼寫成")
