"""The contract documents in `events/`, made from what the code declares: never written by hand, never ahead of it.

`render_all` gives every generated file as text, so that a test can compare them with the committed ones; `write_all`
writes them. Sources: the event classes of `passerelle.contracts`, the declared routes and reactions of every slice's
handler, the problems of the kernel, the golden samples, and `CHANGELOG.md` for the day since when an event exists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cdk.contracts.declared import ROOT, declarations, event_types
from cdk.contracts.events import asyncapi, catalogue, event_schema
from cdk.contracts.openapi import openapi


def write_all(root: Path = ROOT) -> list[Path]:
    """Write every generated file below `root` and remove schemas of events that are gone; returns what was written."""
    rendered = render_all(root)
    written = []
    for name, text in rendered.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    for path in (root / "events" / "schemas").glob("*.json"):
        if path not in written:
            path.unlink()
    return written


def render_all(root: Path = ROOT) -> dict[str, str]:
    """Every generated file as text, by its path below the repository's root."""
    slices = declarations()
    files = {
        f"events/schemas/{name}.v{event.version}.json": _json(event_schema(event))
        for name, event in event_types().items()
    }
    files["events/openapi.json"] = _json(openapi(slices))
    files["events/asyncapi.yaml"] = _yaml(asyncapi(slices, root))
    files["events/README.md"] = catalogue(slices, root)
    return files


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class _Dumper(yaml.SafeDumper):
    """Block style without anchors: what is said twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
