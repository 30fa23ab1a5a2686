"""Identities: the vault. Nobody else touches its tables or its key; `reveal` is the one door to a name."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, secret, table, vault_key
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementEnded, AgreementsErased, AgreementSigned, MissionStarted
from passerelle.contracts.companies import MemberRemoved
from passerelle.contracts.desk import ApproachClosed, ApproachOpened, DeskErased
from passerelle.contracts.documents import DocumentsErased
from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded, IntroductionsErased
from passerelle.contracts.matching import MatchingErased
from passerelle.contracts.notifications import PostingsErased
from passerelle.contracts.profiles import (
    ErasureAsked,
    OptInAccepted,
    OptInRequested,
    ProfileErased,
    ProfileWithdrawn,
)
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken, SessionEnded


def page(stage: StageSettings) -> Slice:
    """The slice `identities`."""
    return Slice(
        name="identities",
        environment={
            **environment.of_consumer(stage, "identities"),
            "KEYS_TABLE_NAME": stage.table("identities-keys"),
            "VAULT_KEY_ID": stage.vault_alias,
            "MARK_SECRET_ID": stage.secret("mark-secret"),
            "VAULT_RECOVERY_DAYS": str(stage.vault_recovery_days),
            "RECORDS_RECOVERY_DAYS": str(stage.records_recovery_days),
            "OPERATOR_NAME": stage.operator_name,
            "PRIVACY_CONTACT": stage.privacy_contact,
        },
        subscriptions=(
            IntroductionDisclosed,
            IntroductionEnded,
            IdentityRecorded,
            OptInRequested,
            OptInAccepted,
            ProfileWithdrawn,
            AgreementSigned,
            MissionStarted,
            AgreementEnded,
            ErasureAsked,
            ErasureRequested,
            ProfileErased,
            MatchingErased,
            IntroductionsErased,
            AgreementsErased,
            DocumentsErased,
            PostingsErased,
            DeskErased,
            ApproachOpened,
            ApproachClosed,
            MemberRemoved,
            PlacesTaken,
            PlacesGivenBack,
            SessionEnded,
        ),
        public_paths=("/identities/notices",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "identities", "GetItem", "PutItem", "DeleteItem"),
                    index(stage, "identities", "listing"),
                    table(stage, "identities-keys", "GetItem", "PutItem"),
                    vault_key(stage, "Decrypt", "GenerateDataKey"),
                    secret(stage, "mark-secret"),
                ),
                layers=("crypto",),
            ),
            Entry(
                name="events",
                permissions=(
                    table(stage, "identities", "GetItem", "PutItem", "DeleteItem"),
                    table(stage, "identities-keys", "GetItem", "PutItem"),
                ),
                layers=("crypto",),
                timeout_seconds=30,
            ),
            Entry(
                name="retain",
                permissions=(
                    table(stage, "identities", "GetItem", "PutItem", "DeleteItem"),
                    index(stage, "identities", "listing"),
                ),
                layers=("crypto",),
                every="rate(1 day)",
                timeout_seconds=300,
            ),
            Entry(
                name="reveal",
                permissions=(
                    table(stage, "identities", "GetItem", "PutItem"),
                    table(stage, "identities-keys", "GetItem"),
                    vault_key(stage, "Decrypt"),
                ),
                layers=("crypto",),
            ),
        ),
    )
