"""Within a version nothing is taken away: what was committed before can still be read, and still means the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cdk.contracts.declared import event_types
from cdk.contracts.events import event_schema

ROOT = Path(__file__).resolve().parents[3]


def broken(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What a consumer of `before` misses in `after`: fields gone, no longer always there, or of another type."""
    faults: list[str] = []
    for name, old in objects_of(before).items():
        new = objects_of(after).get(name)
        if new is None:
            faults.append(f"{name} is gone")
            continue
        for field, shape in old.get("properties", {}).items():
            if field not in new.get("properties", {}):
                faults.append(f"{name}.{field} is gone")
            elif meaning(shape) != meaning(new["properties"][field]):
                faults.append(f"{name}.{field} is retyped")
        faults += [
            f"{name}.{field} may be missing"
            for field in sorted(set(old.get("required", ())) - set(new.get("required", ())))
            if field in new.get("properties", {})
        ]
        faults += [f"{name} no longer says {code!r}" for code in old.get("enum", ()) if code not in new.get("enum", ())]
    return faults


def objects_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The envelope and every definition of a schema, by name."""
    return {"envelope": schema, **schema.get("$defs", {})}


def meaning(shape: Any) -> Any:
    """A field's type without what is said about it in words and bounds."""
    if isinstance(shape, dict):
        kept = ("type", "format", "$ref", "anyOf", "items", "prefixItems", "const")
        return {key: meaning(shape[key]) for key in kept if key in shape}
    if isinstance(shape, list):
        return [meaning(part) for part in shape]
    return shape


def committed(name: str) -> dict[str, Any] | None:
    """The schema of the last commit, None where there is none."""
    answer = subprocess.run(
        ["git", "show", f"HEAD:events/schemas/{name}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return json.loads(answer.stdout) if answer.returncode == 0 else None


@pytest.mark.parametrize("name", event_types())
def test_a_version_keeps_what_was_committed(name: str):
    event = event_types()[name]
    before = committed(f"{name}.v{event.version}.json")

    assert broken(before, event_schema(event)) == [] if before else True


def test_a_version_of_a_removed_event_stays():
    command = ["git", "ls-tree", "--name-only", "HEAD", "events/schemas/"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    before = {Path(line).name for line in listed.stdout.splitlines()}

    assert before <= {path.name for path in (ROOT / "events" / "schemas").iterdir()}


SCHEMA = {
    "properties": {"data": {"$ref": "#/$defs/Fact"}},
    "required": ["data"],
    "$defs": {
        "Fact": {
            "properties": {"id": {"type": "string"}, "level": {"$ref": "#/$defs/Level"}},
            "required": ["id", "level"],
        },
        "Level": {"enum": ["low", "high"]},
    },
}


def changed(change: str) -> dict[str, Any]:
    schema = json.loads(json.dumps(SCHEMA))
    fact, level = schema["$defs"]["Fact"], schema["$defs"]["Level"]
    match change:
        case "field removed":
            del fact["properties"]["id"]
        case "field retyped":
            fact["properties"]["id"] = {"type": "integer"}
        case "field optional":
            fact["required"] = ["level"]
        case "code removed":
            level["enum"] = ["low"]
        case "field added":
            fact["properties"]["more"] = {"type": "string"}
        case "code added":
            level["enum"].append("higher")
        case "words changed":
            fact["properties"]["id"]["description"] = "The id."
    return schema


@pytest.mark.parametrize("change", ["field removed", "field retyped", "field optional", "code removed"])
def test_a_breaking_change_is_seen(change: str):
    assert len(broken(SCHEMA, changed(change))) == 1


@pytest.mark.parametrize("change", ["field added", "code added", "words changed", "nothing"])
def test_a_growing_change_is_let_through(change: str):
    assert broken(SCHEMA, changed(change)) == []
