import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from rag.domain import sha256
from tests.api.library import (
    APPEAL,
    JID,
    JUDGMENT,
    JUDGMENT_TEXT,
    REASON,
    RULING,
    assert_carried,
    assert_problem,
    client,
)
from tests.fakes import KEY, LAW, NEW, OLD

LIBRARY = client()


@pytest.fixture
def asking() -> TestClient:
    return client()


def test_a_judgment_comes_with_its_passages_and_what_became_of_it(asking: TestClient) -> None:
    body = assert_carried(asking.get(f"/v1/judgments/{JID}"))
    assert (body["key"], body["text"], body["sha256"]) == (JUDGMENT.key, JUDGMENT_TEXT, sha256(JUDGMENT_TEXT))
    assert [one["section"] for one in body["passages"]] == ["主文", "理由"]
    assert [body["text"][one["start"] : one["end"]] for one in body["passages"]] == [
        "主文\r\n被告應返還押金。",
        "理由\r\n押金逾七日未還。",
    ]
    assert body["facts"]["court"] == "臺灣臺北地方法院"
    assert body["status"] == "reversed"
    assert "臺灣高等法院113年度上字第1號判決" in body["note"]


def test_before_the_appeal_the_judgment_stood(asking: TestClient) -> None:
    body = assert_carried(asking.get(f"/v1/judgments/{JID}", params={"as_of": "2024-06-01"}))
    assert (body["as_of"], body["status"], body["note"]) == ("2024-06-01", "in_force", "")


def test_before_its_day_there_was_no_judgment(asking: TestClient) -> None:
    missing = asking.get(f"/v1/judgments/{JID}", params={"as_of": "2023-01-01"})
    assert_problem(missing, 404, "民國112年1月1日沒有", JUDGMENT.version)


@pytest.mark.parametrize(
    ("number", "key"), [("701", RULING.key), ("112年憲判字第9號", "constitutional/112年憲判字第9號")]
)
def test_interpretations_and_decisions_of_the_constitutional_court(asking: TestClient, number: str, key: str) -> None:
    assert assert_carried(asking.get(f"/v1/interpretations/{number}"))["key"] == key


def test_any_document_by_its_key_version_and_day(asking: TestClient) -> None:
    newest = assert_carried(asking.get(f"/v1/documents/{KEY}"))
    assert (newest["version"], newest["law"], newest["number"]) == (NEW.version, LAW.pcode, "4")
    assert [one["version"] for one in newest["versions"]] == [OLD.version, NEW.version]
    assert assert_carried(asking.get(f"/v1/documents/{KEY}", params={"as_of": "2020-01-01"}))["text"] == OLD.text
    older = assert_carried(asking.get(f"/v1/documents/{KEY}", params={"version": OLD.version}))
    assert (older["text"], older["status"]) == (OLD.text, "superseded")
    other = asking.get(f"/v1/documents/{KEY}", params={"version": "1999-01-01"})
    assert_problem(other, 404, f"{KEY} 沒有 1999-01-01 這個版本", OLD.version, NEW.version)


def test_a_repealed_law_keeps_its_text_and_says_so(asking: TestClient) -> None:
    assert assert_carried(asking.get("/v1/documents/law/Z9990003/2"))["status"] == "repealed"


def test_links_go_both_ways_with_relation_and_title(asking: TestClient) -> None:
    body = assert_carried(asking.get(f"/v1/links/{JUDGMENT.key}"))
    outward = {one["key"]: (one["title"], one["relation"]) for one in body["outward"]}
    assert outward == {
        KEY: (f"{LAW.name}第4條", "cites"),
        "law/Z9990001/": (LAW.name, "cites"),
        "case/TPS/76/台上/901": ("", "cites"),
    }
    # A later decision names it by its case number.
    assert [(one["key"], one["title"], one["relation"]) for one in body["inward"]] == [
        (APPEAL.key, APPEAL.title, "reverses")
    ]


def test_a_case_number_leads_to_the_judgment_that_is_stored(asking: TestClient) -> None:
    (link,) = assert_carried(asking.get(f"/v1/links/{APPEAL.key}"))["outward"]
    assert (link["key"], link["title"], link["day"]) == (JUDGMENT.key, JUDGMENT.title, JUDGMENT.version)


def test_links_come_in_stretches(asking: TestClient) -> None:
    whole = asking.get(f"/v1/links/{KEY}").json()
    assert {one["key"] for one in whole["inward"]} == {JUDGMENT.key, REASON.key}
    second = asking.get(f"/v1/links/{KEY}", params={"start": 1, "limit": 1}).json()
    assert (second["inward"], second["inward_total"]) == (whole["inward"][1:], 2)


def test_links_of_a_law_and_of_nothing(asking: TestClient) -> None:
    assert assert_carried(asking.get("/v1/links/law/Z9990001/"))["inward_total"] == 1
    assert_problem(asking.get("/v1/links/law/Z9990009/1"), 404, "沒有收錄 law/Z9990009/1")


def test_coverage_tells_every_source_with_its_days(asking: TestClient) -> None:
    body = assert_carried(asking.get("/v1/coverage"))
    about = {"documents": 2, "from": "2016-03-02", "to": "2024-05-01", "last_sync": "2024-10-11"}
    assert body["sources"] == [{"source": "laws", **about}]
    assert body["counts"] == {"laws": 3}
    assert body["releases"] == {"ChLaw": "2024-10-11"}


TRICKS = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/x",
    "a%00b",
    "%ff%fe",
    "law%0a1",
    "x" * 4096,
    "%00",
    "'--",
    "%E2%80%AE",
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("route", ["documents", "links", "judgments", "interpretations", "laws/Z9990001/articles"])
def test_a_key_with_tricks_finds_nothing(asking: TestClient, route: str, trick: str) -> None:
    response = asking.get(f"/v1/{route}/{trick}")
    assert response.status_code in {404, 422}
    assert_problem(response, response.status_code)


def test_a_slash_may_be_escaped(asking: TestClient) -> None:
    assert asking.get("/v1/documents/law%2FZ9990001%2F4").json()["key"] == KEY


@given(key=st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() and text not in (".", "..")))
def test_any_other_key_is_unknown(key: str) -> None:
    response = LIBRARY.get("/v1/documents/made/" + "".join(f"%{byte:02X}" for byte in key.encode()))
    assert_problem(response, 404, "沒有收錄")
