"""Partners: organisations, agreements and their figures, and the inbox that partners write signed messages to.

The inbox is open to anybody at the gateway: the slice proves the sender by the message's signature.
"""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import inbox_key, index, secret, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import MissionStarted
from passerelle.contracts.partners import InboxDeliveryReceived


def page(stage: StageSettings) -> Slice:
    """The slice `partners`."""
    store = (table(stage, "partners", "GetItem", "PutItem"), index(stage, "partners", "listing"))
    return Slice(
        name="partners",
        environment={
            **environment.of_consumer(stage, "partners"),
            "VAULT_KEY_ID": stage.vault_alias,
            "MARK_SECRET_ID": stage.secret("mark-secret"),
            "INBOX_DAYS": str(stage.inbox_days),
            "SMALL_CELL": str(stage.small_cell),
            "REQUESTS_PER_SECOND": str(stage.requests_per_second),
            "REQUESTS_AT_ONCE": str(stage.requests_at_once),
        },
        reads_codes=True,
        subscriptions=(InboxDeliveryReceived, MissionStarted),
        public_paths=("/partners/inbox",),
        large_bodies=("/partners/inbox",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    *store,
                    table(stage, "partners", "UpdateItem"),
                    inbox_key(stage, "Encrypt", "Decrypt", "GenerateDataKey"),
                ),
                layers=("crypto",),
            ),
            Entry(
                name="events",
                permissions=(
                    *store,
                    table(stage, "partners", "Query", "DeleteItem"),
                    inbox_key(stage, "Decrypt"),
                    secret(stage, "mark-secret"),
                ),
                layers=("crypto",),
                timeout_seconds=60,
            ),
            Entry(name="count", permissions=store, layers=("crypto",), every="rate(1 day)", timeout_seconds=300),
        ),
    )
