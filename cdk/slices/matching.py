"""Matching: recalls in the search domain, ranks and explains. It alone speaks to the domain.

The operator invokes `rebuild` and `clearing` himself (`passerelle index rebuild`, `passerelle clear`); nothing else is
allowed to.
"""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import classes_reading, search, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended, CompanyUpdated
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import ProfileErased, ProfilePublished, ProfileReferred, ProfileWithdrawn


def page(stage: StageSettings) -> Slice:
    """The slice `matching`."""
    return Slice(
        name="matching",
        environment={
            **environment.of_consumer(stage, "matching"),
            **environment.of_masking(stage),
            "SEARCH_ENDPOINT": stage.parameter_reference("search-endpoint"),
            "SEARCH_INDEX": "profiles",
        },
        reads_codes=True,
        subscriptions=(
            CompanyActivated,
            CompanyUpdated,
            CompanySuspended,
            CompanyClosed,
            ProfilePublished,
            ProfileReferred,
            ProfileWithdrawn,
            ProfileErased,
            DemandOpened,
            DemandReferred,
            DemandClosed,
        ),
        public_paths=("/matching/weights",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "matching", "GetItem", "BatchGetItem", "Query", "PutItem"),
                    classes_reading(stage),
                    search(stage, "Head", "Get", "Post", "Put"),
                ),
                layers=("search", "solver"),
                timeout_seconds=25,
                memory_mb=1024,
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "matching", "GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem"),
                    classes_reading(stage),
                    search(stage, "Head", "Get", "Post", "Put", "Delete"),
                ),
                layers=("search", "solver"),
                timeout_seconds=60,
                memory_mb=1024,
            ),
            Entry(
                name="rebuild",
                permissions=(
                    table(stage, "matching", "Scan"),
                    search(stage, "Head", "Get", "Post", "Put", "Delete"),
                ),
                layers=("search", "solver"),
                timeout_seconds=120,
                memory_mb=1024,
            ),
            Entry(
                name="clearing",
                permissions=(table(stage, "matching", "BatchGetItem", "Query", "Scan"), classes_reading(stage)),
                layers=("search", "solver"),
                timeout_seconds=300,
                memory_mb=2048,
            ),
        ),
    )
