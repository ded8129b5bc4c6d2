"""The service against its own OpenAPI document, with requests made up from it."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from api.app import create_app
from api.desk import Desk
from api.guard import Guard
from rag.access import Keys
from rag.answer import today
from rag.labels import Labels
from rag.schema import metadata
from rag.store import Store
from tests.api.library import engine

# One connection for all threads, so that there is one database in memory.
store = Store(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))
metadata.create_all(store.engine)
keys = Keys(store, today)
ANALYST, ADMIN = keys.create("analyst")[1], keys.create("admin")[1]
labels = Labels(store, today)
app = create_app(engine(), guard=Guard(keys, desk=Desk(store, lambda: None, Path(__file__).parent), labels=labels))
schema = schemathesis.openapi.from_asgi("/openapi.json", app)
document = app.openapi()
OPERATIONS = [
    (f"{method} {path}", operation)
    for path, item in document["paths"].items()
    for method, operation in item.items()
    if path.startswith("/v1/")
]


def described(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body, of a JSON one where there are several, wherever it is written down."""
    own: dict[str, Any] = content.get("application/json", next(iter(content.values())))["schema"]
    return document["components"]["schemas"][own["$ref"].rpartition("/")[2]] if "$ref" in own else own


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])
def test_every_operation_is_told_in_chinese_with_examples(name: str, operation: dict[str, Any]) -> None:
    assert re.search("[一-鿿]", operation["summary"]), name
    bodies = [response for status, response in operation["responses"].items() if status in ("200", "201", "202")]
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
    key = ADMIN if case.method == "DELETE" or case.path.startswith("/v1/labels") else ANALYST
    # No schema can tell a cursor that was given, the name of a court, or a file that is there, from one that is made up.
    asked = {**(case.query or {}), **(case.body if isinstance(case.body, dict) else {})}
    is_named = asked.get("cursor") is not None or asked.get("court") or isinstance(asked.get("from"), list)
    left_out = [positive_data_acceptance] if is_named else []
    if "security" in case.operation.definition.raw and not case.operation.body:
        # All that may be wrong with such a case is that it has no key, and it is given one.
        left_out.append(negative_data_rejection)
    response = case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, excluded_checks=left_out)
    assert response.headers["x-request-id"]
