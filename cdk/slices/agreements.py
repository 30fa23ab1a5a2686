"""Agreements: the loan between two companies and an employee, from its draft to the start of the mission."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.documents import DocumentIssued
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded, IntroductionsErased
from passerelle.contracts.notifications import PersonalLinkIssued, SigningCodeIssued


def page(stage: StageSettings) -> Slice:
    """The slice `agreements`."""
    changing = table(stage, "agreements", "GetItem", "PutItem", "DeleteItem")
    listed = index(stage, "agreements", "listing")
    return Slice(
        name="agreements",
        environment=environment.of_consumer(stage, "agreements"),
        reads_codes=True,
        subscriptions=(
            IntroductionDisclosed,
            IntroductionEnded,
            IntroductionsErased,
            CompanyActivated,
            CompanyUpdated,
            IdentityRecorded,
            DocumentIssued,
            SigningCodeIssued,
            PersonalLinkIssued,
        ),
        public_paths=("/agreements/sign",),
        entries=(
            Entry(name="api", permissions=(changing, listed)),
            Entry(
                name="events",
                permissions=(table(stage, "agreements", "GetItem", "Query", "PutItem", "DeleteItem"),),
                timeout_seconds=30,
            ),
            *(
                Entry(name=name, permissions=(changing, listed), every="rate(1 hour)", timeout_seconds=300)
                for name in ("start", "remind")
            ),
        ),
    )
