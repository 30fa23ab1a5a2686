"""Inclusion: what a person tells of himself, sealed with a key of its own, and the fairness watch counted from it.

The page that takes answers can seal and not open; the measurement can open; nobody else has any right to the table.
"""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import inclusion_key, index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementSigned
from passerelle.contracts.introductions import InterestExpressed, IntroductionBecameMutual, IntroductionDisclosed
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import ProfileErased, ProfilePublished


def page(stage: StageSettings) -> Slice:
    """The slice `inclusion`."""
    return Slice(
        name="inclusion",
        environment={
            **environment.of_consumer(stage, "inclusion"),
            "INCLUSION_KEY_ID": stage.inclusion_alias,
            "OPERATOR_NAME": stage.operator_name,
            "PRIVACY_CONTACT": stage.privacy_contact,
        },
        silent=True,
        must_be_zero=("FairnessAlarms",),
        subscriptions=(
            OptInLinkIssued,
            ProfilePublished,
            ProfileErased,
            MatchesProposed,
            InterestExpressed,
            IntroductionBecameMutual,
            IntroductionDisclosed,
            AgreementSigned,
        ),
        public_paths=("/inclusion/personal",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "inclusion", "GetItem", "PutItem", "DeleteItem"),
                    inclusion_key(stage, "Encrypt"),
                ),
            ),
            Entry(name="events", permissions=(table(stage, "inclusion", "GetItem", "PutItem"),), timeout_seconds=30),
            Entry(
                name="measure",
                permissions=(
                    table(stage, "inclusion", "GetItem", "PutItem"),
                    index(stage, "inclusion", "listing"),
                    inclusion_key(stage, "Decrypt"),
                ),
                every="rate(7 days)",
                timeout_seconds=300,
                memory_mb=1024,
            ),
        ),
    )
