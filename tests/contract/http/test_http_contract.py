"""The contract of HTTP: the published document is valid, complete, and says what the routes do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cdk.contracts.declared import declarations, problem_classes
from cdk.contracts.examples import PLACEHOLDER
from passerelle.access import Role
from passerelle.http import NoBody, Route

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = json.loads((ROOT / "events" / "openapi.json").read_text(encoding="utf-8"))
ROUTES = [(one.name, route) for one in declarations() for route in one.routes]
WELL_KNOWN = ("portal", "/openapi.json")
"""The one path that is looked for at the root."""

OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def named(value: Any) -> str | None:
    if isinstance(value, Route):
        return f"{value.method} {value.path}"
    return value if isinstance(value, str) else ""


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = DOCUMENT
        for part in value["$ref"][2:].split("/"):
            found = found[part]
        value = found
    return value


def responses(operation: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {int(status): resolved(response) for status, response in operation["responses"].items()}


def references_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from references_of(part)


def placeholders_of(value: Any, where: str) -> Iterator[str]:
    if value == PLACEHOLDER:
        yield where
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from placeholders_of(part, f"{where}/{key}")
    elif isinstance(value, list):
        for part in value:
            yield from placeholders_of(part, where)


def examples_of(operation: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [response.get("content", {}) for response in responses(operation).values()]
    for content in contents:
        for media_type, body in content.items():
            if "json" in media_type:
                yield body["schema"], body["example"]
    for parameter in operation["parameters"]:
        if "example" in parameter:
            yield parameter["schema"], parameter["example"]


def test_the_document_is_valid_openapi():
    schemathesis = pytest.importorskip("schemathesis")

    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_schema_is_a_schema_and_every_reference_leads_somewhere():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in references_of(DOCUMENT):
        assert resolved({"$ref": reference})


def test_the_document_holds_the_declared_routes_and_no_other():
    assert sorted((method, path) for method, path, _ in OPERATIONS) == sorted(
        (route.method, route.path) for _, route in ROUTES
    )


def test_no_two_slices_declare_the_same_route():
    declared = [(route.method, route.path) for _, route in ROUTES]

    assert len(declared) == len(set(declared))


@pytest.mark.parametrize(("slice_name", "route"), ROUTES, ids=named)
def test_a_route_lives_under_its_slice(slice_name: str, route: Route):
    assert route.path.split("/")[1] == slice_name or (slice_name, route.path) == WELL_KNOWN


@pytest.mark.parametrize(("slice_name", "route"), ROUTES, ids=named)
def test_a_route_says_who_may_call_it(slice_name: str, route: Route):
    assert route.allow.roles
    if Role.MACHINE in route.allow.roles and Role.PUBLIC not in route.allow.roles:
        assert re.fullmatch(rf"{slice_name}:(read|write)", route.allow.scope)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=named)
def test_an_operation_is_documented(method: str, path: str, operation: dict[str, Any]):
    assert operation["summary"].endswith(".")
    assert operation["description"].startswith("Callers: ")
    assert len(operation["tags"]) == 1
    parameters = {(parameter["in"], parameter["name"]) for parameter in operation["parameters"]}
    assert {("path", name) for name in re.findall(r"\{(\w+)\}", path)} <= parameters
    recognised_by = {name for place, name in parameters if place == "header"} & {"Idempotency-Key", "webhook-id"}
    assert len(recognised_by) == (method == "POST")


def test_operation_ids_are_unique():
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=named)
def test_an_operation_has_true_examples(method: str, path: str, operation: dict[str, Any]):
    for schema, example in examples_of(operation):
        whole = {**schema, "components": DOCUMENT["components"]}
        assert list(jsonschema.Draft202012Validator(whole).iter_errors(example)) == []


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=named)
def test_no_example_is_a_placeholder(method: str, path: str, operation: dict[str, Any]):
    """Give the field `Field(examples=[…])`, or a line in `cdk/contracts/examples.py`."""
    assert [where for _, example in examples_of(operation) for where in placeholders_of(example, "")] == []


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=named)
def test_every_error_is_a_problem_with_its_types(method: str, path: str, operation: dict[str, Any]):
    answers = responses(operation)
    known = {kind.status for kind in problem_classes().values()} | {429}
    for status, response in answers.items():
        if status >= 400:
            assert status in known
            assert response["content"].keys() == {"application/problem+json"}
            assert response["x-problem-types"]
            assert all(one.startswith("urn:passerelle:problem:") for one in response["x-problem-types"])
    assert {400, 429, 500, 503} <= set(answers)
    assert ({401, 403} <= set(answers)) == bool(operation["security"])
    assert len([status for status in answers if status < 400]) == 1


@pytest.mark.parametrize(("slice_name", "route"), ROUTES, ids=named)
def test_what_a_route_demands_is_written(slice_name: str, route: Route):
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    required = {parameter["name"] for parameter in operation["parameters"] if parameter["required"]}

    assert ("requestBody" in operation) == (route.body is not NoBody or route.takes_csv)
    if route.sheet is not None:
        said = operation["requestBody"] if route.takes_csv else operation["responses"]["200"]
        assert set(route.sheet.fields) <= set(
            re.findall(r"\w+", said["content"]["text/csv"]["example"].splitlines()[0])
        )
    assert str(int(route.status)) in operation["responses"]
    assert ("If-Match" in required) == route.needs_version
    assert ("428" in operation["responses"]) == (route.needs_version or route.method == "PUT")
    query = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
    assert query == set(route.query)
    if route.status is HTTPStatus.NO_CONTENT:
        assert route.answer is None
    elif route.media_type == "application/json":
        assert route.answer is not None


@pytest.mark.parametrize(("slice_name", "route"), ROUTES, ids=named)
def test_a_body_refuses_what_it_does_not_know(slice_name: str, route: Route):
    assert route.body.model_config.get("extra") == "forbid" or "root" in route.body.model_fields


def test_every_code_that_the_edge_answers_with_is_in_the_document() -> None:
    edge = ROOT / "layers" / "kernel" / "python" / "passerelle" / "http"
    codes = {code for file in edge.glob("*.py") for code in re.findall(r'code="([a-z-]+)"', file.read_text())}

    assert {"broken-json", "idempotency-key-reused", "scope-missing"} <= codes
    assert {code for code in codes if code not in json.dumps(DOCUMENT["components"])} == set()
