"""Identities: the vault. Nobody else touches its tables or its key; `reveal` is the one door to a name."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import secret, table, vault_key
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.desk import ApproachClosed, ApproachOpened
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded


def page(stage: StageSettings) -> Slice:
    """The slice `identities`."""
    return Slice(
        name="identities",
        environment={
            **environment.of_consumer(stage, "identities"),
            "KEYS_TABLE_NAME": stage.table("identities-keys"),
            "VAULT_KEY_ID": stage.vault_alias,
            "MARK_SECRET_ID": stage.secret("mark-secret"),
        },
        subscriptions=(IntroductionDisclosed, IntroductionEnded, ApproachOpened, ApproachClosed),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "identities", "GetItem", "PutItem"),
                    table(stage, "identities-keys", "GetItem", "PutItem"),
                    vault_key(stage, "Decrypt", "GenerateDataKey"),
                    secret(stage, "mark-secret"),
                ),
                layers=("crypto",),
            ),
            Entry(
                name="events",
                permissions=(table(stage, "identities", "GetItem", "PutItem"),),
                layers=("crypto",),
                timeout_seconds=30,
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
