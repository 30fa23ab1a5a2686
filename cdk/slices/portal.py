"""Portal: the contract of HTTP, packed beside the code and shown to anybody. Public, and without a table."""

from __future__ import annotations

from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings


def page(_stage: StageSettings) -> Slice:
    """The slice `portal`."""
    return Slice(
        name="portal",
        environment={},
        has_table=False,
        public_paths=("/portal", "/openapi.json"),
        files=("events/openapi.json",),
        entries=(Entry(name="api"),),
    )
