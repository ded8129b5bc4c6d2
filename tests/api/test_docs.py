"""The description of the API as a page: whole, readable without scripts or a network, its commands right."""

from __future__ import annotations

import json
import re
import shlex
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.docs import typed
from tests.api.library import engine

app = create_app(engine())
client = TestClient(app, base_url="http://testserver")
page = client.get("/docs")
document = client.get("/openapi.json").json()
COMMANDS = [shlex.split(unescape(one)) for one in re.findall(r"<code>(curl .*?)</code></pre>", page.text, re.DOTALL)]


def test_every_operation_and_every_type_is_there() -> None:
    assert page.status_code == 200
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            assert f"<code>{method.upper()} {path}</code>" in page.text
            assert about["summary"] in page.text
    for name, about in document["components"]["schemas"].items():
        assert f'id="type-{name}"' in page.text
        for field in about.get("properties", ()):
            assert f"<code>{field}</code>" in page.text


def test_every_link_leads_somewhere_and_no_name_is_there_twice() -> None:
    names = re.findall(r' id="([^"]*)"', page.text)
    assert len(names) == len(set(names))
    links = re.findall(r' href="#([^"]*)"', page.text)
    assert len(links) > 50
    assert set(links) <= set(names)


def test_nothing_comes_from_elsewhere() -> None:
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "http" not in page.headers["content-security-policy"]
    assert re.findall(r"<script(?![^>]* src=./static/)", page.text) == []
    loaded = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"([^\"]*)", page.text)
    assert loaded
    assert all(one.startswith("/static/") for one in loaded)
    assert client.get("/redoc").status_code == 404


@pytest.mark.parametrize("words", COMMANDS, ids=[urlsplit(one[1]).path for one in COMMANDS])
def test_the_commands_are_understood(words: list[str]) -> None:
    sent: dict[str, Any] = {"method": "POST" if "-d" in words else "GET", "headers": {}}
    options = iter(words[2:])
    for option, value in zip(options, options, strict=True):
        if option == "-H":
            name, _, said = value.partition(": ")
            sent["headers"][name] = said
        elif option == "-d":
            sent["json"] = json.loads(value)
        else:
            sent["method"] = value
    sent["headers"].pop("Authorization", None)
    response = client.request(sent.pop("method"), words[1], **sent)
    assert words[0] == "curl"
    # What the examples name is not in this library.
    assert response.status_code in (200, 201, 202, 401, 404), response.text


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string"}, "文字"),
        ({"type": "string", "format": "date"}, "日期 2024-07-31"),
        ({"type": "string", "format": "unheard-of"}, "文字"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "整數或null"),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/HitOut"}},
            '<a href="#type-HitOut">HitOut</a>的清單',
        ),
        ({"enum": ["a", "<b>"]}, "<code>&#34;a&#34;</code>、<code>&#34;&lt;b&gt;&#34;</code>"),
        ({"const": False}, "<code>false</code>"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "物件，值為整數"),
        ({}, "任何值"),
    ],
)
def test_a_type_is_told_in_words(schema: dict[str, Any], said: str) -> None:
    assert typed(schema) == said
