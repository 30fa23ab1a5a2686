"""Profiles: masked cards of volunteers, and the employee's own page to opt in."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import classes_writing, index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ConfirmationDue, ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import (
    ProfileImportAdvanced,
    ProfilePublished,
    ProfileReferred,
    ProfileWithdrawn,
)


def page(stage: StageSettings) -> Slice:
    """The slice `profiles`."""
    store = (
        table(stage, "profiles", "GetItem", "PutItem", "DeleteItem"),
        index(stage, "profiles", "listing"),
        classes_writing(stage),
    )
    return Slice(
        name="profiles",
        environment={
            **environment.of_consumer(stage, "profiles"),
            **environment.of_publication(stage),
            "OPERATOR_NAME": stage.operator_name,
            "PRIVACY_CONTACT": stage.privacy_contact,
        },
        reads_codes=True,
        subscriptions=(
            IdentityRecorded,
            OptInLinkIssued,
            CompanyActivated,
            CompanySuspended,
            CompanyClosed,
            IntroductionBecameMutual,
            ProfilePublished,
            ProfileReferred,
            ProfileWithdrawn,
            ConfirmationDue,
            ReviewAnswered,
            ErasureRequested,
            ProfileImportAdvanced,
        ),
        public_paths=("/profiles/opt-in",),
        large_bodies=("/profiles",),
        entries=(
            Entry(name="api", permissions=store),
            Entry(name="events", permissions=(*store, table(stage, "profiles", "Query")), timeout_seconds=60),
            Entry(name="publish", permissions=store, every=stage.publication_schedule, timeout_seconds=300),
        ),
    )
