"""Vocabulary: occupations, skills, places and codes as data in the function itself. Public, and without a table."""

from __future__ import annotations

from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings


def page(_stage: StageSettings) -> Slice:
    """The slice `vocabulary`."""
    return Slice(
        name="vocabulary",
        environment={},
        has_table=False,
        public_paths=("/vocabulary",),
        entries=(Entry(name="api", memory_mb=1024),),
    )
