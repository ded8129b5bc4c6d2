"""``/docs``: the OpenAPI document as a page that needs neither a script nor anything from elsewhere."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from api.pages.render import PageRoute, page

Described = Mapping[str, Any]
"""A part of the OpenAPI document."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_JSON = "application/json"
_PLAIN = {
    "string": "文字",
    "integer": "整數",
    "number": "數字",
    "boolean": "true 或 false",
    "null": "null",
    "object": "物件",
    "date": "日期 2024-07-31",
    "date-time": "時刻 2024-07-31T12:00:00Z",
}
_BOUNDS = {
    "minimum": "至少 {}",
    "maximum": "至多 {}",
    "minLength": "至少 {} 字",
    "maxLength": "至多 {} 字",
    "minItems": "至少 {} 項",
    "maxItems": "至多 {} 項",
}
_PLACES = {"path": "路徑", "query": "查詢字串", "header": "標頭", "cookie": "Cookie"}


class Field(NamedTuple):
    """A parameter, or a field of a type; ``place`` is where a parameter stands, "" for a field."""

    name: str
    kind: Markup
    note: str
    is_required: bool
    place: str = ""


class Sent(NamedTuple):
    """A body, there or back; ``kind`` is its type."""

    status: str
    note: str
    kind: Markup
    media: str
    example: str


class Operation(NamedTuple):
    """What can be asked of the service at one path by one method."""

    name: str
    method: str
    path: str
    summary: str
    needs_key: bool
    parameters: Sequence[Field]
    body: Sent | None
    answers: Sequence[Sent]
    errors: Sequence[tuple[str, str]]
    curl: str


@router.get("/docs")
def docs(request: Request) -> Response:
    """All operations by their subject, then the types they speak of."""
    document = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            one = _operation(document, method.upper(), path, about, str(request.base_url).rstrip("/"))
            groups.setdefault(next(iter(about.get("tags", ())), "其他"), []).append(one)
    types = {name: list(_fields(about)) for name, about in document["components"]["schemas"].items()}
    values = {"info": document["info"], "groups": groups, "types": {name: held for name, held in types.items() if held}}
    named = {name: typed(about) for name, about in document["components"]["schemas"].items() if not types[name]}
    return page("docs.html", values | {"named": named})


def typed(schema: Described) -> Markup:
    """What a value may be, in words; a type with a name is linked to: ``文字或null``, ``<a …>HitOut</a>的清單``."""
    if "$ref" in schema:
        return Markup('<a href="#type-{0}">{0}</a>').format(schema["$ref"].rpartition("/")[2])
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return Markup("或").join(typed(one) for one in several)
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return Markup("、").join(Markup("<code>{}</code>").format(_json(one)) for one in values)
    if schema.get("type") == "array":
        return Markup("{}的清單").format(typed(schema.get("items") or {}))
    held = schema.get("additionalProperties")
    if isinstance(held, dict):
        return Markup("物件，值為{}").format(typed(held))
    return Markup("{}").format(
        _PLAIN.get(schema.get("format") or schema.get("type", ""), _PLAIN.get(schema.get("type", ""), "任何值"))
    )


def _operation(document: Described, method: str, path: str, about: Described, base: str) -> Operation:
    body = _sent(document, "", about["requestBody"]) if "requestBody" in about else ()
    told = about["responses"].items()
    return Operation(
        name=about["operationId"],
        method=method,
        path=path,
        summary=about.get("summary", ""),
        needs_key=bool(about.get("security")),
        parameters=[_parameter(one) for one in about.get("parameters", ())],
        body=next(iter(body), None),
        answers=[one for status, sent in told if status < "3" for one in _sent(document, status, sent)],
        errors=[(status, sent["description"]) for status, sent in sorted(told) if status >= "3"],
        curl=_curl(document, method, base + path, about),
    )


def _parameter(about: Described) -> Field:
    schema = about["schema"]
    note = _note(schema | {"description": about.get("description", "")})
    return Field(about["name"], typed(schema), note, bool(about.get("required")), _PLACES[about["in"]])


def _fields(schema: Described) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, about in schema.get("properties", {}).items():
        yield Field(name, typed(about), _note(about), name in required)


def _note(schema: Described) -> str:
    """What is said of a value, and its bounds."""
    bounds = [said.format(schema[name]) for name, said in _BOUNDS.items() if schema.get(name)]
    if schema.get("default") not in (None, "", []):
        bounds.append(f"預設 {_json(schema['default'])}")
    return "；".join(one for one in [schema.get("description", ""), *bounds] if one)


def _sent(document: Described, status: str, about: Described) -> Iterator[Sent]:
    note = about.get("description", "").replace("Successful Response", "")
    for media, content in (about.get("content") or {"": {}}).items():
        schema = content.get("schema", {})
        example = content.get("example", _example(document, schema))
        text = example if isinstance(example, str) else _json(example, indent=2) if example is not None else ""
        yield Sent(status, note, typed(schema) if schema else Markup(""), media, text)


def _example(document: Described, schema: Described) -> Any:
    named = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return next(iter(named.get("examples", ())), None)


def _curl(document: Described, method: str, url: str, about: Described) -> str:
    """A command to be copied, with the examples of what has to be sent."""
    query = {}
    for one in about.get("parameters", ()):
        example = next(iter(one.get("examples") or one["schema"].get("examples") or ()), None)
        if one["in"] == "path" and example is not None:
            url = url.replace(f"{{{one['name']}}}", quote(str(example), safe="/"))
        elif one["in"] == "query" and example is not None:
            query[one["name"]] = example
    words = ["curl", url + (f"?{urlencode(query)}" if query else "")]
    words += ["-X", method] if method not in ("GET", "POST") else []
    words += ["-H", "Authorization: Bearer yj_…"] if about.get("security") else []
    schema = about.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
    if schema:
        words += ["-H", f"Content-Type: {_JSON}", "-d", _json(_example(document, schema))]
    elif method == "POST":
        words += ["-X", "POST"]
    return shlex.join(words)


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
