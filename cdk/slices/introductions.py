"""Introductions: one profile and one demand, until three signatures disclose it or it ends; and the go page."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import classes_reading, index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.demands import DemandCardRefined, DemandClosed
from passerelle.contracts.desk import MediationAgreed
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.contracts.profiles import ProfileCardRefined, ProfileErased, ProfileWithdrawn


def page(stage: StageSettings) -> Slice:
    """The slice `introductions`."""
    return Slice(
        name="introductions",
        environment={**environment.of_consumer(stage, "introductions"), **environment.of_masking(stage)},
        reads_codes=True,
        subscriptions=(
            MatchesProposed,
            MediationAgreed,
            ProfileCardRefined,
            DemandCardRefined,
            ProfileWithdrawn,
            ProfileErased,
            DemandClosed,
            CompanyActivated,
            CompanyUpdated,
            PersonalLinkIssued,
            AgreementSigned,
            AgreementEnded,
        ),
        public_paths=("/introductions/go",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "introductions", "GetItem", "PutItem"),
                    index(stage, "introductions", "listing"),
                    classes_reading(stage),
                ),
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "introductions", "GetItem", "Query", "PutItem", "DeleteItem"),
                    index(stage, "introductions", "listing"),
                ),
                timeout_seconds=30,
            ),
            Entry(
                name="expire",
                permissions=(
                    table(stage, "introductions", "GetItem", "PutItem", "DeleteItem"),
                    index(stage, "introductions", "listing"),
                ),
                every="rate(1 hour)",
                timeout_seconds=300,
            ),
        ),
    )
