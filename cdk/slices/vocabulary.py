"""Vocabulary: occupations, skills, places and codes. Public, without a table of its own; the search is in memory."""

from __future__ import annotations

from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings


def page(_stage: StageSettings) -> Slice:
    """The slice `vocabulary`."""
    return Slice(
        name="vocabulary",
        environment={},
        reads_codes=True,
        has_table=False,
        public_paths=("/vocabulary",),
        large_bodies=("/vocabulary",),
        entries=(Entry(name="api", layers=("likeness", "numbers"), timeout_seconds=25, memory_mb=2048),),
    )
