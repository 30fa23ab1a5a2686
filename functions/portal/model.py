"""The contract of HTTP as people read it: chapters of operations, and the shapes they speak of.

Pure. Everything is taken from the OpenAPI document; the kinds of values are said in words, and the name of a shape
stays a word of its own, so that a page can lead from it to the shape.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

_METHODS: Final = ("get", "post", "put", "delete")
_SHAPE: Final = "#/components/schemas/"
_URN: Final = "urn:passerelle:problem:"


class Outcome(BaseModel):
    """One answer of an operation: its status, what it means, and what it holds; for a problem, its types."""

    model_config = ConfigDict(frozen=True)

    status: str
    meaning: str
    holds: str = ""
    problems: tuple[str, ...] = ()


class Operation(BaseModel):
    """One thing that may be asked. `takes` is the body's kind, empty without one."""

    model_config = ConfigDict(frozen=True)

    id: str
    method: str
    path: str
    summary: str
    callers: str
    scopes: tuple[str, ...]
    parameters: tuple["Line", ...]
    takes: str
    answers: tuple[Outcome, ...]
    problems: tuple[Outcome, ...]


class Line(BaseModel):
    """One parameter or field: its name, its kind in words, whether it must be there, and what it means."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    required: bool
    meaning: str


class Chapter(BaseModel):
    """The operations of one slice."""

    model_config = ConfigDict(frozen=True)

    name: str
    purpose: str
    operations: tuple[Operation, ...]


class Shape(BaseModel):
    """One named kind of value: an object with its fields, or something said in words."""

    model_config = ConfigDict(frozen=True)

    name: str
    meaning: str
    kind: str
    fields: tuple[Line, ...]


class Contract(BaseModel):
    """The whole of it."""

    model_config = ConfigDict(frozen=True)

    version: str
    chapters: tuple[Chapter, ...]
    shapes: tuple[Shape, ...]


def contract(document: Mapping[str, Any]) -> Contract:
    """The contract that an OpenAPI document of ours tells."""
    operations = [
        (asked["tags"][0], _operation(document, method, path, asked))
        for path, methods in document["paths"].items()
        for method, asked in methods.items()
        if method in _METHODS
    ]
    chapters = tuple(
        Chapter(
            name=tag["name"],
            purpose=tag["description"],
            operations=tuple(one for owner, one in operations if owner == tag["name"]),
        )
        for tag in document["tags"]
    )
    shapes = tuple(_shape(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    return Contract(version=document["info"]["version"], chapters=chapters, shapes=shapes)


def kind_of(schema: Mapping[str, Any]) -> str:
    """A schema in words: a shape's name, a kind of value, a choice of them, or a list."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_SHAPE)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return " or ".join(dict.fromkeys(kind_of(one) for one in schema[choice]))
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return " or ".join(f"“{one}”" for one in schema["enum"])
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {kind_of(schema['additionalProperties'])}"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _operation(document: Mapping[str, Any], method: str, path: str, asked: Mapping[str, Any]) -> Operation:
    outcomes = [_outcome(status, _resolved(document, said)) for status, said in asked["responses"].items()]
    scopes = {scope for way in asked["security"] for scope in way.get("apiKey", ())}
    return Operation(
        id=asked["operationId"],
        method=method.upper(),
        path=path,
        summary=asked["summary"],
        callers=re.sub(r"^Callers: |\.$", "", asked["description"]),
        scopes=tuple(sorted(scopes)),
        parameters=tuple(
            _line(one["name"], one["schema"], one.get("description", ""), required=one.get("required", False))
            for one in asked["parameters"]
        ),
        takes=_held(asked.get("requestBody", {})),
        answers=tuple(one for one in outcomes if int(one.status) < 400),
        problems=tuple(one for one in outcomes if int(one.status) >= 400),
    )


def _outcome(status: str, said: Mapping[str, Any]) -> Outcome:
    problems = tuple(kind.removeprefix(_URN) for kind in said.get("x-problem-types", ()))
    meaning = str(said["description"]).split(". Problem types", 1)[0]
    return Outcome(status=status, meaning=meaning, holds=_held(said), problems=problems)


def _held(message: Mapping[str, Any]) -> str:
    """The kinds of what a body may hold: a shape of ours, else its media type."""
    kinds = message.get("content", {}).items()
    return " or ".join(
        kind_of(content["schema"]) if "json" in media_type else media_type for media_type, content in kinds
    )


def _resolved(document: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in said:
        return said
    found: Any = document
    for part in said["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    required = set(schema.get("required", ()))
    return Shape(
        name=name,
        meaning=schema.get("description", ""),
        kind=kind_of(schema),
        fields=tuple(
            _line(field, kind, kind.get("description", ""), required=field in required)
            for field, kind in schema.get("properties", {}).items()
        ),
    )


def _line(name: str, schema: Mapping[str, Any], meaning: str, *, required: bool) -> Line:
    return Line(name=name, kind=kind_of(schema), required=required, meaning=meaning)
