"""Demands: what hosts look for, as masked cards; open until filled, closed or expired."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import classes_writing, index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.demands import DemandClosed, DemandImportAdvanced, DemandOpened, DemandReferred
from passerelle.contracts.introductions import IntroductionBecameMutual


def page(stage: StageSettings) -> Slice:
    """The slice `demands`."""
    store = (
        table(stage, "demands", "GetItem", "PutItem", "DeleteItem"),
        index(stage, "demands", "listing"),
        classes_writing(stage),
    )
    return Slice(
        name="demands",
        environment={**environment.of_consumer(stage, "demands"), **environment.of_publication(stage)},
        reads_codes=True,
        subscriptions=(
            CompanyActivated,
            CompanySuspended,
            CompanyClosed,
            IntroductionBecameMutual,
            DemandOpened,
            DemandReferred,
            DemandClosed,
            DemandImportAdvanced,
        ),
        large_bodies=("/demands",),
        entries=(
            Entry(name="api", permissions=store),
            Entry(name="events", permissions=store, timeout_seconds=60),
            Entry(name="publish", permissions=store, every=stage.publication_schedule, timeout_seconds=300),
            Entry(name="expire", permissions=store, every="rate(1 hour)", timeout_seconds=300),
        ),
    )
