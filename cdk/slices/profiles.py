"""Profiles: masked cards of volunteers, and the employee's own page to opt in."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.notifications import OptInLinkIssued


def page(stage: StageSettings) -> Slice:
    """The slice `profiles`."""
    listing = index(stage, "profiles", "listing")
    return Slice(
        name="profiles",
        environment={
            **environment.of_consumer(stage, "profiles"),
            "OPERATOR_NAME": stage.operator_name,
            "PRIVACY_CONTACT": stage.privacy_contact,
        },
        subscriptions=(
            IdentityRecorded,
            OptInLinkIssued,
            CompanyActivated,
            CompanySuspended,
            CompanyClosed,
            ErasureRequested,
        ),
        public_paths=("/profiles/opt-in",),
        large_bodies=("/profiles",),
        entries=(
            Entry(name="api", permissions=(table(stage, "profiles", "GetItem", "PutItem"), listing)),
            Entry(
                name="events",
                permissions=(table(stage, "profiles", "GetItem", "Query", "PutItem", "DeleteItem"), listing),
                timeout_seconds=30,
            ),
        ),
    )
