"""Outbox: brings the event rows of every table to the bus, at once from the streams, and again by the clock."""

from __future__ import annotations

from cdk.constructs.permissions import index, publishing, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings

TABLES = (
    "companies",
    "identities",
    "profiles",
    "demands",
    "matching",
    "desk",
    "introductions",
    "agreements",
    "documents",
    "notifications",
    "webhooks",
    "partners",
    "sessions",
)


def page(stage: StageSettings) -> Slice:
    """The slice `outbox`, which has no table of its own."""
    marking = tuple(table(stage, name, "UpdateItem") for name in TABLES)
    reading = tuple(table(stage, name, "GetItem") for name in TABLES)
    finding = tuple(index(stage, name, "unpublished") for name in TABLES)
    return Slice(
        name="outbox",
        environment={
            "STAGE": stage.name,
            "BUS_NAME": stage.prefix,
            "TABLE_NAMES": ",".join(stage.table(name) for name in TABLES),
        },
        has_table=False,
        relays=TABLES,
        must_be_zero=("EventsUnpublishable",),
        entries=(
            Entry(name="relay", permissions=(publishing(stage), *marking), timeout_seconds=60),
            Entry(
                name="sweep",
                permissions=(publishing(stage), *marking, *reading, *finding),
                every="rate(5 minutes)",
                timeout_seconds=240,
            ),
        ),
    )
