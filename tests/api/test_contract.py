"""The service against its own OpenAPI document, with requests made up from it."""

import re
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from tests.api.library import engine

schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(engine()))
document = create_app(engine()).openapi()
OPERATIONS = [
    (f"{method} {path}", operation)
    for path, item in document["paths"].items()
    for method, operation in item.items()
    if path.startswith("/v1/")
]


def described(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a JSON body, wherever it is written down."""
    own: dict[str, Any] = content["application/json"]["schema"]
    return document["components"]["schemas"][own["$ref"].rpartition("/")[2]] if "$ref" in own else own


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_is_told_in_chinese_with_examples(name: str, operation: dict[str, Any]) -> None:
    assert re.search("[一-鿿]", operation["summary"]), name
    bodies = [response for status, response in operation["responses"].items() if status in ("200", "201")]
    if "requestBody" in operation:
        bodies.append(operation["requestBody"])
    assert bodies
    for body in bodies:
        found = described(body["content"])
        assert found.get("examples"), (name, found.get("title"))
        for example in found["examples"]:
            jsonschema.validate(example, found | {"components": document["components"]})


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_service_keeps_its_contract(case: schemathesis.Case) -> None:
    # No schema can tell a cursor that was given, or the name of a court, from one that is made up.
    is_named = isinstance(case.body, dict) and (case.body.get("cursor") is not None or case.body.get("court"))
    response = case.call_and_validate(excluded_checks=[positive_data_acceptance] if is_named else [])
    assert response.headers["x-request-id"]
