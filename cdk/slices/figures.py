"""Figures: counts for anybody, small ones not told; counted once a day."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import ProfilePublished, ProfileReferred, ProfileWithdrawn


def page(stage: StageSettings) -> Slice:
    """The slice `figures`."""
    return Slice(
        name="figures",
        environment=environment.of_consumer(stage, "figures"),
        silent=True,
        reads_codes=True,
        subscriptions=(
            ProfilePublished,
            ProfileReferred,
            ProfileWithdrawn,
            DemandOpened,
            DemandReferred,
            DemandClosed,
        ),
        public_paths=("/figures",),
        entries=(
            Entry(name="api", permissions=(table(stage, "figures", "GetItem"),)),
            Entry(name="events", permissions=(table(stage, "figures", "GetItem", "PutItem"),), timeout_seconds=30),
            Entry(
                name="count",
                permissions=(table(stage, "figures", "GetItem", "PutItem"), index(stage, "figures", "listing")),
                every="rate(1 day)",
                timeout_seconds=300,
            ),
        ),
    )
