"""The contract of events: schemas, the AsyncAPI document and the readable catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from cdk.contracts.declared import ROOT, SliceDeclarations, consumers, event_types, first_line, text_of
from cdk.contracts.openapi import callers
from passerelle.contracts import Envelope, Event

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def event_schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of one event as it travels: the envelope, and the data of this class inside."""
    _, schema = models_json_schema(
        [(Envelope, "serialization"), (event, "serialization")], ref_template="#/$defs/{model}"
    )
    definitions = schema["$defs"]
    envelope = definitions.pop("Envelope")
    envelope["properties"] |= {
        "type": {"const": event.__name__, "title": "Type", "type": "string"},
        "version": {"const": event.version, "title": "Version", "type": "integer"},
        "data": {"$ref": f"#/$defs/{event.__name__}"},
    }
    return {
        "$schema": DIALECT,
        "$id": f"urn:passerelle:event:{event.__name__}:v{event.version}",
        "title": event.__name__,
        "description": first_line(event),
        "x-source": event.source(),
        "x-public": list(event.public_fields),
        "type": "object",
        "required": envelope["required"],
        "properties": envelope["properties"],
        "$defs": definitions,
    }


def asyncapi(slices: Iterable[SliceDeclarations], root: Path = ROOT) -> dict[str, Any]:
    """The AsyncAPI 3.0 document: who says what to whom."""
    heard_by = consumers(slices)
    operations: dict[str, Any] = {}
    for name, event in event_types().items():
        channel = {"$ref": f"#/channels/{name}"}
        messages = [{"$ref": f"#/channels/{name}/messages/{name}"}]
        operations[f"{event.source_slice}.sends.{name}"] = {
            "action": "send",
            "channel": channel,
            "messages": messages,
            "tags": [{"name": event.source_slice}],
        }
        for consumer in heard_by[name]:
            operations[f"{consumer}.receives.{name}"] = {
                "action": "receive",
                "channel": channel,
                "messages": messages,
                "tags": [{"name": consumer}],
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Passerelle, events",
            "version": "1",
            "description": "Facts in the past tense with ids, codes and masked cards; never an identity. "
            "Delivered at least once and in any order: recognise an event by `id`, and ignore a `sequence` "
            "not above the one you hold of the same `subject`.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            name: {
                "address": f"{event.source()}/{name}",
                "title": name,
                "description": text_of(event),
                "messages": {name: {"$ref": f"#/components/messages/{name}"}},
            }
            for name, event in event_types().items()
        },
        "operations": operations,
        "components": {
            "messages": {
                name: {
                    "name": name,
                    "title": name,
                    "summary": first_line(event),
                    "contentType": "application/json",
                    "x-public": list(event.public_fields),
                    "x-since": since(name, root),
                    "payload": {"$ref": f"./schemas/{name}.v{event.version}.json"},
                    "examples": [{"name": "sample", "payload": sample(name, event.version, root)}],
                }
                for name, event in event_types().items()
            }
        },
    }


def sample(name: str, version: int, root: Path = ROOT) -> Any:
    """The golden sample of an event. Raises `FileNotFoundError` when nobody has written one."""
    return json.loads((root / "events" / "samples" / f"{name}.v{version}.json").read_text(encoding="utf-8"))


def since(name: str, root: Path = ROOT) -> str:
    """The day of the oldest entry of the changelog that names this event, or "" when none does."""
    text = (root / "events" / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.split(r"^## (\d{4}-\d{2}-\d{2})\b.*$", text, flags=re.MULTILINE)[1:]
    days = [day for day, entry in zip(entries[::2], entries[1::2], strict=True) if f"`{name}`" in entry]
    return min(days, default="")


def catalogue(slices: Iterable[SliceDeclarations], root: Path = ROOT) -> str:
    """The readable catalogue of events and routes, `events/README.md`."""
    known = tuple(slices)
    heard_by = consumers(known)
    lines = [
        "# What is said between slices, and to callers",
        "",
        "Generated by `passerelle contracts` from event classes and declared routes: change those, not this page.",
        "Kept by hand: `samples/` (one golden sample of each event), `invocations/` (what Lambda hands to an entry",
        "point) and `CHANGELOG.md`. Generated: `schemas/`, `openapi.json`, `asyncapi.yaml`.",
        "",
        "To add an event: write its class in `layers/kernel/python/passerelle/contracts/<slice>.py`, a sample named",
        "`<Name>.v1.json` and a line in the changelog, then run `passerelle contracts`. A version never loses or",
        "retypes a field: that takes a new version beside the old one.",
        "",
        "## Envelope",
        "",
        "| field | meaning |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in _ENVELOPE.items()),
        "",
        "## Events",
        "",
        "| event | says | from | to | leaves towards partners | since |",
        "|---|---|---|---|---|---|",
    ]
    for name, event in event_types().items():
        to = ", ".join(f"`{one}`" for one in heard_by[name]) or "nobody yet"
        leaves = ", ".join(f"`{field}`" for field in event.public_fields) or "no"
        says = first_line(event).replace("|", "\\|")
        cells = [f"[`{name}`](#{name.lower()})", says, f"`{event.source_slice}`", to, leaves, since(name, root)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Fields", ""]
    for name, event in event_types().items():
        lines += [
            f"### {name}",
            "",
            f"{text_of(event)} {_links(name, event.version)}",
            "",
            "| field | type | meaning |",
            "|---|---|---|",
            *_field_rows(event_schema(event), name),
            "",
        ]
    lines += ["## Routes", "", "| route | does | callers |", "|---|---|---|"]
    lines += [
        f"| `{route.method} {route.path}` | {route.summary} | {callers(route)} |"
        for one in known
        for route in one.routes
    ]
    return "\n".join(lines) + "\n"


_ENVELOPE: Final = {
    "id": "Id of this fact: the same when it is delivered again.",
    "type": "Name of the event class.",
    "version": "Version of the class.",
    "occurred_at": "When it happened, UTC.",
    "correlation_id": "The story it belongs to: the request that began it.",
    "causation_id": "The request or event just before it.",
    "programme": "The programme it belongs to, such as `lending`.",
    "territory": "Département code, where the fact has a place.",
    "tenant": "The company that owns the resource. Never leaves the platform.",
    "subject": "Id of the resource the fact is about.",
    "sequence": "Version of the resource that the fact brought about.",
    "data": "The fields of the event itself, below.",
}


def _links(name: str, version: int) -> str:
    return f"[Schema](schemas/{name}.v{version}.json), [sample](samples/{name}.v{version}.json)."


def _field_rows(schema: Mapping[str, Any], name: str) -> Iterator[str]:
    for field, description in schema["$defs"][name].get("properties", {}).items():
        meaning = str(description.get("description", "")).replace("|", "\\|")
        yield f"| `{field}` | {_type_word(description)} | {meaning} |"


def _type_word(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(_type_word(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type_word(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))
