"""Our own OpenAPI description, tried with generated requests: valid ones are answered as described, invalid ones refused, nothing fails.

Two dozen requests for each operation; ``LINTAS_EXAMPLES=200`` makes so many, and one for each value and each way to be wrong besides.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from lintas import service
from lintas.web.app import create_app
from lintas.web.guard import Config
from tests.conftest import ROOT

EXAMPLES = int(os.environ.get("LINTAS_EXAMPLES", "24"))
MEANT = ("neither `from` nor `to` names a member", "a treaty question names no `agreement`", "but the other facts make it")
"""What a schema cannot say: refusals for what the facts mean together."""
UNSAYABLE = ("check", "decideLines")
"""Bodies that a schema does not describe: what a file holds, what each line holds."""


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


load_all_checks()
CONFIG = SchemathesisConfig()
CONFIG.projects.default.generation.max_examples = EXAMPLES
CONFIG.projects.default.phases.coverage.enabled = "LINTAS_EXAMPLES" in os.environ
MEMBERS = {"BN", "ID", "MY", "PH", "SG", "TH", "VN"}
APP = create_app(service.open_law(os.environ.get("LINTAS_CORPUS") or ROOT / "corpus"), Config(rate=0))
SCHEMA = schemathesis.openapi.from_asgi("/v1/openapi.json", APP, config=CONFIG)


@SCHEMA.hook
def map_case(_context: Any, case: Any) -> Any:
    """A valid situation without a member is given one, so that most are answered and not refused."""
    body = case.body if isinstance(case.body, dict) else {}
    if case.meta and case.meta.generation.mode.is_positive:
        for situation in body.get("situations", [body]):
            if "facts" in situation and not {situation["facts"].get("from"), situation["facts"].get("to")} & MEMBERS:
                situation["facts"]["from"] = "SG"
    return case


def valid_is_answered(_context: Any, response: Any, case: Any) -> None:
    """A valid request is answered, or refused for what its facts mean together."""
    if not case.meta or not case.meta.generation.mode.is_positive or response.status_code != 400 or case.operation.definition.raw["operationId"] in UNSAYABLE:
        return
    detail = response.json()["error"]["detail"]
    if not any(words in detail for words in MEANT):
        raise Failure(operation=case.operation.label, title="a valid request is refused", message=detail)


def invalid_is_refused(context: Any, response: Any, case: Any) -> None:
    """An invalid request is refused; among many situations the invalid one is refused in its place."""
    name = case.operation.definition.raw["operationId"]
    if not (name == "decideLines" or (name == "decideMany" and response.status_code == 200 and b'"error"' in response.content)):
        negative_data_rejection(context, response, case)


def one_error_shape(_context: Any, response: Any, case: Any) -> None:
    """Every refusal has the one shape."""
    if response.status_code >= 400 and set(response.json()["error"]) != {"code", "title", "detail", "hint", "where", "retry"}:
        raise Failure(operation=case.operation.label, title="another error shape", message=str(response.json()))


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_word(case: Any) -> None:
    case.call_and_validate(additional_checks=[valid_is_answered, invalid_is_refused, one_error_shape], excluded_checks=[positive_data_acceptance, negative_data_rejection])


def test_every_address_is_described() -> None:
    served = {route.path_format for route in APP.routes if route.path.startswith("/v1/")} - {"/v1/openapi.json"}
    assert set(SCHEMA.raw_schema["paths"]) == served
    for path, operations in SCHEMA.raw_schema["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path


def test_facts_are_the_vocabulary(law: Any) -> None:
    facts = SCHEMA.raw_schema["components"]["schemas"]["Facts"]["properties"]
    assert {fact.id for fact in law.program.vocabulary.facts} <= set(facts)
    with pytest.raises(KeyError):
        facts["no-such-fact"]
