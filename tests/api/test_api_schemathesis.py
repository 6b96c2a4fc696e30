"""Every operation of the API called in every way its description allows, and in many that it does not.

The description and what is served must say the same, and nothing that is sent may end in a server error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import SCOPES, add_token
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.web.api_calls.pace import Pace
from ehcp_flow.web.app import create_app
from tests.conftest import migrated

CHECKS = (
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.ignored_auth,
    openapi_checks.unsupported_method,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[object, str]]:
    """The application over a small database, whose cases bear references that can be met by chance, and a token."""
    url = migrated(f"sqlite:///{tmp_path_factory.mktemp('schemathesis') / 'ehcp.db'}")
    office = Office(Settings(url, shipped_workflows(), None, "Madeupshire", "asmith"))
    for ref in ("0", "1", "A", "NA-2026-0042"):
        open_case(office, "needs_assessment", "request_received", date(2026, 1, 5), {"source": "parent"}, case_ref=ref)
    add_account(office, "robot", "senior_case_manager", teams=["*"])
    app = create_app(office)
    app.state.api_paces = Pace(1_000_000), Pace(1_000_000)
    yield app, add_token(office, "robot", "schemathesis", SCOPES).secret
    office.database.close()


EXAMPLES = 10


def operations(served):
    app, _ = served
    for result in schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).get_all_operations():
        assert isinstance(result, Ok)
        yield result.ok()


def test_what_is_described_is_what_is_served(served):
    # A loop, and not Schemathesis's own plug-in, which does not work with this pytest.
    tried = [_try(operation, served[1]) for operation in operations(served)]
    assert len(tried) == 15, "every operation was tried"


def _try(operation, token: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        check()
    return operation.label
