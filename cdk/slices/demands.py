"""Demands: what hosts look for, as masked cards; open until filled, closed or expired."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended


def page(stage: StageSettings) -> Slice:
    """The slice `demands`."""
    store = (
        table(stage, "demands", "GetItem", "PutItem", "DeleteItem"),
        index(stage, "demands", "listing"),
    )
    return Slice(
        name="demands",
        environment=environment.of_consumer(stage, "demands"),
        subscriptions=(CompanyActivated, CompanySuspended, CompanyClosed),
        large_bodies=("/demands",),
        entries=(
            Entry(name="api", permissions=store),
            Entry(name="events", permissions=store, timeout_seconds=30),
            Entry(name="expire", permissions=store, every="rate(1 hour)", timeout_seconds=300),
        ),
    )
