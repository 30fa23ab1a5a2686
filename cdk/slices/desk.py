"""Desk: where an adviser mediates, card by card, what cannot be shown; all that he reads and does is noted."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import (
    ProfileErased,
    ProfilePublished,
    ProfileReferred,
    ProfileWithdrawn,
    ReviewAsked,
)


def page(stage: StageSettings) -> Slice:
    """The slice `desk`."""
    store = table(stage, "desk", "GetItem", "PutItem")
    return Slice(
        name="desk",
        environment=environment.of_consumer(stage, "desk"),
        reads_codes=True,
        subscriptions=(
            ProfileReferred,
            ProfilePublished,
            ProfileWithdrawn,
            ProfileErased,
            ReviewAsked,
            DemandReferred,
            DemandOpened,
            DemandClosed,
            CompanyActivated,
            CompanyUpdated,
        ),
        entries=(
            Entry(
                name="api",
                permissions=(store, index(stage, "desk", "listing")),
                timeout_seconds=25,
                memory_mb=1024,
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "desk", "GetItem", "Query", "PutItem", "DeleteItem"),
                    index(stage, "desk", "listing"),
                ),
                timeout_seconds=30,
            ),
        ),
    )
