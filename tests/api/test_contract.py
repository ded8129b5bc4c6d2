"""The service against its own OpenAPI document, with requests made up from it."""

import schemathesis
from hypothesis import HealthCheck, settings

from api.app import create_app
from tests.fakes import FakeEngine

schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(FakeEngine()))


@schema.parametrize()
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_service_keeps_its_contract(case: schemathesis.Case) -> None:
    response = case.call_and_validate()
    assert response.headers["x-request-id"]
