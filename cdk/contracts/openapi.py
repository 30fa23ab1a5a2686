"""The contract of HTTP: the OpenAPI 3.1 document of every declared route."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cdk.contracts.declared import SliceDeclarations, first_line, problem_classes, problem_codes
from cdk.contracts.examples import EXAMPLES, PLACEHOLDER, example
from passerelle.access import SCOPES_OF, MemberRole, Role
from passerelle.contracts.base import Programme
from passerelle.contracts.sessions import SessionKind
from passerelle.http import NoBody, Route
from passerelle.sheets import MEDIA_TYPE, MOST_ROWS, SEPARATOR, CellCode, Sheet

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
VERSION: Final = "1"


def openapi(slices: Iterable[SliceDeclarations]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of all declared routes."""
    known = tuple(slices)
    models, schemas = _schemas(route for one in known for route in one.routes)
    paths: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for one in known:
        for route in sorted(one.routes, key=lambda route: (route.path, route.method)):
            operation = _operation(one.name, route, models, schemas)
            for status in problem_statuses(route):
                name = _problem_name(one.name, status)
                answers[name] = _problem_response(status, problem_codes(one.name)[status])
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{name}"}
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.1",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Passerelle",
            "version": VERSION,
            "summary": "Lend a qualified, volunteering employee between companies: masked, lawful, at cost.",
            "description": "Errors are RFC 9457 problems; `type` is stable. A POST carries an `Idempotency-Key`. "
            "A change of something that others may change too carries `If-Match`. Another company's resource is 404.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [_tag(one.name) for one in known if one.routes],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM_SCHEMA},
            "responses": dict(sorted(answers.items())),
            "securitySchemes": {
                "userToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Access token of a signed-in person.",
                },
                "apiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "A machine's key, sent as `ApiKey psk_test.…`, on the live stage `psk_live.…`; "
                    "it has scopes and an end.",
                },
            },
        },
    }


def problem_statuses(route: Route) -> tuple[int, ...]:
    """The statuses of the problems that a route can answer with."""
    statuses = {400, 429, 500, 503}
    if Role.PUBLIC not in route.allow.roles:
        statuses |= {401, 403}
    if route.signed:
        statuses.add(401)
    if "{" in route.path:
        statuses.add(404)
    if "}/" in route.path:
        statuses.add(409)  # what hangs on a thing is there in some of its states only
    if route.method != "GET":
        statuses |= {404, 409, 412}
    if route.method in {"POST", "PUT"}:
        statuses |= {413, 415, 422}
    if route.needs_version or route.method == "PUT":
        statuses.add(428)  # PUT of an identity: once there is one
    return tuple(sorted(statuses))


_PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457 problem. `type` is stable; `detail` and `remedy` are for people and may be reworded.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:passerelle:problem:[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Quote it when you ask for help."},
        "remedy": {"type": "string", "description": "What to do about it."},
        "errors": {
            "type": "array",
            "description": "Each field at fault.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "remedy"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body; of a CSV file a fragment (RFC 7111): `cell=4,2`.",
                    },
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                    "line": {"type": "integer", "minimum": 1, "description": "Of a CSV file; the header is line 1."},
                    "column": {"type": ["string", "null"], "description": "Of a CSV file, where it has a known name."},
                    "code": {"enum": list(get_args(CellCode)), "description": "What is wrong in a CSV file."},
                },
            },
        },
    },
}

_QUERY: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "limit": ("Items per page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}),
    "cursor": ("Where the page before ended, from its answer.", {"type": "string"}),
    "kind": ("Kind of session.", {"type": "string", "enum": list(get_args(SessionKind))}),
    "programme": ("Programme it belongs to.", {"type": "string", "enum": list(get_args(Programme))}),
    "department": ("Département code of the place.", {"type": "string", "maxLength": 5}),
    "occupation": ("ROME code it is about.", {"type": "string", "maxLength": 5}),
}

_SIGNED: Final[Mapping[str, tuple[str, str]]] = {
    "webhook-id": ("The message's own id; the same one when it is sent again.", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"),
    "webhook-timestamp": ("Seconds since 1970, at most five minutes from now.", "1795340000"),
    "webhook-signature": (
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks); several, by blanks.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}


def _schemas(routes: Iterable[Route]) -> tuple[dict[tuple[type[BaseModel], str], Any], dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {}
    for route in routes:
        if route.body is not NoBody:
            wanted[route.body, "validation"] = None
        if route.answer is not None:
            wanted[route.answer, "serialization"] = None
    models, schema = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    return {kind: _short(model) for kind, model in models.items()}, _short(schema.get("$defs", {}))


def _short(schemas: Any) -> Any:
    """The same with `slice.Model` for `functions__slice__room__Model`, where several models have one name."""
    return json.loads(re.sub(r"functions__([a-z]+)__(?:[a-z]+__)+", r"\1.", json.dumps(schemas)))


def _operation(
    slice_name: str,
    route: Route,
    models: Mapping[tuple[type[BaseModel], str], Any],
    schemas: Mapping[str, Any],
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "description": f"Callers: {callers(route)}.",
        "tags": [slice_name],
        "security": _security(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
    }
    if route.body is not NoBody:
        schema = models[route.body, "validation"]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example(schema, schemas)}},
        }
    elif route.sheet is not None and route.takes_csv:
        operation["requestBody"] = _file(route.sheet)
    operation["responses"] = {str(int(route.status)): _answer(route, models, schemas)}
    return operation


def _file(sheet: Sheet[Any]) -> dict[str, Any]:
    """A CSV file as a body, with a row of examples."""
    schema = sheet.row.model_json_schema()
    row = example(schema, schema.get("$defs", {}))
    optional = ", ".join(name for name in sheet.fields if name not in sheet.needed)
    return {
        "required": True,
        "description": f"UTF-8, `;` or `,` between cells, at most {MOST_ROWS} rows. The first line names the columns, "
        f"in any order: {', '.join(sheet.needed)}; {optional} may be left out. Those of an export "
        f"({', '.join(sheet.told)}) may stay and are not read. `{SEPARATOR}` separates several values of a cell.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": sheet.compose([row], sheet.fields)}},
    }


def _tag(slice_name: str) -> dict[str, str]:
    return {"name": slice_name, "description": first_line(importlib.import_module(f"functions.{slice_name}"))}


def _problem_name(slice_name: str, status: int) -> str:
    own = problem_codes(slice_name)[status] != problem_codes("")[status]
    return f"{slice_name}.Problem{status}" if own else f"Problem{status}"


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path.replace("-", " "))
    return route.method.lower() + "".join(word.title().replace("_", "") for word in words)


def _security(route: Route) -> list[dict[str, list[str]]]:
    if Role.PUBLIC in route.allow.roles:
        return []
    machine = (
        [{"apiKey": [route.allow.scope] if route.allow.scope else []}] if Role.MACHINE in route.allow.roles else []
    )
    return [{"userToken": []}, *machine]


def callers(route: Route) -> str:
    """Who may call a route, in words."""
    if Role.PUBLIC in route.allow.roles:
        return "anybody"
    words = [role.value for role in Role if role in route.allow.roles]
    if route.allow.scope:
        words = [f"{word} with `{route.allow.scope}`" if word in {"machine", "partner"} else word for word in words]
        least = [role.value for role in MemberRole if route.allow.scope in SCOPES_OF[role]]
        if 0 < len(least) < len(MemberRole):
            words = [f"company ({' or '.join(least)})" if word == "company" else word for word in words]
    return ", ".join(words) + (" (the company must be active)" if route.allow.active else "")


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_.\-]{1,64}$"},
            "example": EXAMPLES.get(name, PLACEHOLDER),
        }
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    parameters = []
    for name in route.query:
        description, schema = _QUERY.get(name, ("", {"type": "string"}))
        parameter = {"name": name, "in": "query", "required": False, "schema": schema}
        if description:
            parameter["description"] = description
        if EXAMPLES.get(name) is not None:
            parameter["example"] = EXAMPLES[name]
        parameters.append(parameter)
    return parameters


def _header_parameters(route: Route) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if Role.COMPANY in route.allow.roles and Role.PUBLIC not in route.allow.roles:
        parameters.append(
            _header("X-Company", "Which company you act for, when you may act for several.", EXAMPLES["company_id"])
        )
    if route.signed:
        parameters += [_header(name, words, value, required=True) for name, (words, value) in _SIGNED.items()]
    elif route.method == "POST":
        parameters.append(
            _header(
                "Idempotency-Key",
                "A fresh random key; the same one when you repeat the same request.",
                "3f1c9a52-7d0b-4a67-9d3e-1f2b8c6a5e40",
                required=True,
                pattern=r"^[A-Za-z0-9_\-]{8,64}$",
            )
        )
    if route.needs_version or (route.method in {"POST", "PUT", "DELETE"} and not route.signed):
        words = "The ETag of what you change, as you read it."
        parameters.append(_header("If-Match", words, '"3"', required=route.needs_version, pattern=r'^(W/)?"\d{1,9}"$'))
    return parameters


def _header(
    name: str, description: str, value: str, *, required: bool = False, pattern: str | None = None
) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern} if pattern else {"type": "string"}
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": schema,
        "example": value,
    }


def _answer(
    route: Route, models: Mapping[tuple[type[BaseModel], str], Any], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if route.media_type == "application/json" and ("{" in route.path or route.method != "GET"):
        headers["ETag"] = {"description": "Version of the thing, where it has one.", "schema": {"type": "string"}}
    if route.method == "POST" and not route.signed:
        headers["Idempotent-Replayed"] = {
            "description": "`true` when this is the answer given to the same request before.",
            "schema": {"type": "string"},
        }
    if route.status is HTTPStatus.CREATED or route.takes_csv:
        headers["Location"] = {"description": "Where the new thing is.", "schema": {"type": "string"}}
    if route.sheet is not None and not route.takes_csv:
        words = f"Of a CSV file: where the next page is (`rel=next`). Without `limit`, up to {MOST_ROWS} rows."
        headers["Link"] = {"description": words, "schema": {"type": "string"}}
    answer: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if headers:
        answer["headers"] = headers
    if route.answer is not None:
        schema = models[route.answer, "serialization"]
        shown = example(schema, schemas)
        answer["content"] = {"application/json": {"schema": schema, "example": shown}}
        if route.sheet is not None and not route.takes_csv:
            page: Any = route.answer.model_validate_json(json.dumps(shown))
            file = {"schema": {"type": "string"}, "example": route.sheet.write(page.items)}
            answer["content"][MEDIA_TYPE] = file
    elif route.media_type != "application/json":
        answer["content"] = {route.media_type: {"schema": {"type": "string"}}}
    return answer


def _problem_response(status: int, codes: tuple[str, ...]) -> dict[str, Any]:
    kind = next(kind for kind in problem_classes().values() if kind.status == status)
    response: dict[str, Any] = {
        "description": f"{kind.title}. Problem types: {', '.join(codes)}.",
        "x-problem-types": [f"urn:passerelle:problem:{one}" for one in codes],
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": f"urn:passerelle:problem:{kind.code}",
                    "title": kind.title,
                    "status": status,
                    "instance": "urn:passerelle:request:req_m4t7zq2xkw6hb3nvd5fc",
                },
            }
        },
    }
    if status in {429, 503}:
        response["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        }
    return response
