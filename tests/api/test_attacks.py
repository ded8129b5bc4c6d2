"""Everything that can be sent, with what has broken other services in it: never an error of ours, never more than text.

Over the real engine, store and index, with the key that may do most; the fields are those of the OpenAPI document.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.workers import open_app
from rag.access import Keys
from rag.answer import today
from rag.settings import load_settings
from rag.store import open_store
from tests.api.served import exchange, served

ATTACKS = {
    "quote": "' OR '1'='1",
    "statement": "x'; DROP TABLE documents; --",
    "double quote": '" OR ""="',
    "union": "1 UNION SELECT sha256 FROM keys--",
    "any": "%",
    "any one": "_______",
    "full text": 'NEAR("a" "b") OR a* NOT ^c',
    "NUL": "law\x00/Z9990001/4",
    "lone surrogate": "law/\ud800",
    "directions": "\u202e\u2066law/Z9990001/4\u2069\u200b",
    "separators": "a\u2028b\x85c",
    "up": "../../../../../../etc/passwd",
    "up from a law": "law/../../../../etc/passwd",
    "up, encoded": "..%2f..%2f..%2fetc%2fpasswd",
    "up, encoded twice": "%252e%252e%252fetc%252fpasswd",
    "up, backwards": "..\\..\\..\\windows\\win.ini",
    "absolute": "/etc/passwd",
    "address": "file:///etc/passwd",
    "template": "{{1337*1337}}${1337*1337}#{1337*1337}<%= 1337*1337 %>{% include '/etc/passwd' %}",
    "format": "%s%n%x{0.__class__}{detail}",
    "header": "a\r\nX-Injected: 1\r\n\r\n<script>alert(1)</script>",
    "markup": "\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>",
    "command": "$(id)`id`|id;id&&id",
    "lookup": "${jndi:ldap://127.0.0.1:9/a}",
    "number": "9" * 400,
    "not a number": "NaN",
    "pattern": "(" * 500 + "a" * 500,
    "long": "法" * 100_000,
}
PAGES = ("/", "/ask", "/laws/{pcode}/articles/{number}", "/documents/{key}", "/login", "/desk")
PAGE_FIELDS = ("q", "h", "as_of", "version", "start", "end", "older", "newer", "next")
GOOD = {"pcode": "Z9990001", "number": "4", "key": "law/Z9990001/4", "q": "押金", "jid": "TPDV,112,訴,1,20240105,1"}
# What must not be told to anyone: files, what a template made of itself, the words of the database and of a crash.
SECRET = ("root:x:0", "[project]", "1787569", "Traceback", "sqlite", "[SQL:", "OperationalError", "uid=0", "<class")


class Sent(NamedTuple):
    """A request, with what names the field that holds the attack."""

    field: str
    method: str
    path: str
    query: dict[str, str]
    body: Any


def in_address(text: str) -> str:
    """As it stands in an address; the server takes none longer than 64 KiB, as test_security.py shows."""
    return quote(text[:5000].encode("utf-8", "surrogatepass"), safe="")


def filled(path: str, name: str = "", attack: str = "") -> str:
    """``/v1/documents/{key}`` with good values, but for one."""
    for each in [part.partition("}")[0] for part in path.split("{")[1:]]:
        value = attack if each == name else GOOD.get(each, "1")
        path = path.replace(f"{{{each}}}", in_address(value))
    return path


def changed(body: Any, attack: str) -> Iterator[tuple[str, Any]]:
    """The body with one of its values, at any depth, or one of its names, exchanged for the attack."""
    yield "", attack
    if isinstance(body, dict):
        yield "a name", body | {attack: 1}
        for name, value in body.items():
            yield from ((f"{name}.{at}", body | {name: one}) for at, one in changed(value, attack))
    elif isinstance(body, list) and body:
        yield from ((f"0.{at}", [one, *body[1:]]) for at, one in changed(body[0], attack))


def described(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    """A body with every field that the operation knows, ``None`` where it takes none."""
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return dict.fromkeys(schema.get("properties", ()), None) | schema["examples"][0]


def requests(app: FastAPI, attack: str) -> Iterator[Sent]:
    """One for each field of each operation and of each page."""
    document = app.openapi()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            body = described(document, operation)
            names = [(one["in"], one["name"]) for one in operation.get("parameters", ())]
            for where, name in [*names, ("query", "unknown")]:
                query = {name: attack} if where == "query" else {}
                yield Sent(f"{path} {name}", method, filled(path, name if where == "path" else "", attack), query, body)
            for name, one in changed(body, attack) if body is not None else ():
                yield Sent(f"{path} body {name}", method, filled(path), {}, one)
    for path in PAGES:
        yield from (Sent(f"{path} {name}", "get", filled(path, name, attack), {}, None) for name in GOOD)
        for name in PAGE_FIELDS:
            yield Sent(f"{path} {name}", "get", filled(path), {"q": "押金", name: attack}, None)


@pytest.fixture(scope="module")
def app(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    data = Path(shutil.copytree(sample_data, tmp_path_factory.mktemp("attacked") / "data"))
    with open_app(load_settings(data=data, rate_per_minute=0, key_rate_per_minute=0)) as made:
        made.state.data = data
        yield made


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    store = open_store(load_settings(data=app.state.data).store_url)
    key = Keys(store, today).create("admin")[1]
    store.close()
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


def answered(client: TestClient, sent: Sent) -> httpx.Response:
    query = "&".join(f"{name}={in_address(text)}" for name, text in sent.query.items())
    # Escaped as ASCII: so a lone surrogate and NUL can be sent as JSON has them.
    content = None if sent.body is None else json.dumps(sent.body)
    headers = {"Content-Type": "application/json"}
    return client.request(sent.method, f"{sent.path}?{query}", content=content, headers=headers)


def wrong(response: httpx.Response, attack: str) -> str:
    """What of an answer must not be, "" for nothing."""
    kind = response.headers["content-type"].partition(";")[0] if response.content else ""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    if "x-injected" in response.headers or "\n" in "".join(response.headers.values()):
        return "a header"
    if kind == "text/html" and "<" in attack and attack in response.text:
        return "markup"
    if response.headers.get("location", "/")[:2] in ("//", "ht"):
        return "led away"
    return next((one for one in SECRET if one in response.text and one not in attack), "")


@pytest.mark.parametrize("name", ATTACKS)
def test_in_any_field_it_is_text_or_refused(app: FastAPI, client: TestClient, name: str) -> None:
    attack = ATTACKS[name]
    tried = [(sent.field, wrong(answered(client, sent), attack)) for sent in requests(app, attack)]
    assert len(tried) > 100
    assert [(field, what) for field, what in tried if what] == []


@pytest.mark.parametrize("name", ATTACKS)
def test_no_document_has_it_for_a_key(client: TestClient, name: str) -> None:
    """Nor does it stand for all of them, or for a file."""
    for path in ("/v1/documents/{key}", "/v1/judgments/{jid}", "/v1/interpretations/{number}", "/documents/{key}"):
        field = path.rpartition("{")[2].rstrip("}")
        response = client.get(filled(path, field, ATTACKS[name]))
        assert response.status_code in (404, 422), path


def test_afterwards_all_is_as_it_was(client: TestClient) -> None:
    counts = client.get("/v1/coverage").json()["counts"]
    assert (counts["laws"], counts["articles"]) == (6, 29)
    assert client.post("/v1/ask", json={"question": "租單車的押金多久要退還？"}).json()["state"] == "answered"
    assert client.get("/v1/laws/Z9990001/articles/4").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "/v1/documents/../../../../etc/passwd",
        "/v1/documents/law/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/v1/documents//etc/passwd",
        "/v1/laws/Z9990001/articles/../../../../../etc/passwd",
        "/documents/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/documents/..\\..\\..\\etc\\passwd",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/....//....//pyproject.toml",
        "/static/..%5c..%5cpyproject.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/app.css%00.py",
        "/static/",
        "//example.org/",
        "http://example.org/etc/passwd",
        "/v1/links/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    ],
)
def test_a_path_leads_nowhere_else(app: FastAPI, target: str) -> None:
    """As it is, by a socket: clients tidy paths up."""
    with served(app) as address:
        told = exchange(address, f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()).decode()
    assert told.split(" ")[1] in ("200", "404", "422") if "links" in target else told.split(" ")[1] in ("404", "422")
    assert not any(secret in told for secret in (*SECRET, "import ", "location:"))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"])
def test_a_body_of_another_kind_is_refused(app: FastAPI, client: TestClient, kind: str) -> None:
    """A form of another site can send nothing else."""
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for path, item in app.openapi()["paths"].items():
        for method in set(item) & {"post", "put", "patch"}:
            for content in (bomb, '{"question":"押金"}'.encode(), b"\xff\xfe\x00", b"{" * 50_000, b"[" * 100_000):
                response = client.request(method, filled(path), content=content, headers={"Content-Type": kind})
                assert 400 <= response.status_code < 500, (method, path)
                assert not any(secret in response.text for secret in SECRET)
