"""Webhooks: partners' endpoints, told public events in signed messages; the only slice that speaks to the outside."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, queue_sending, table, webhooks_key
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned, MissionStarted
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.contracts.introductions import IntroductionBecameMutual
from passerelle.contracts.partners import PartnerEnded, PartnerRecorded
from passerelle.contracts.profiles import ProfilePublished, ProfileWithdrawn
from passerelle.contracts.sessions import SessionEnded, SessionOpened

ATTEMPTS = "attempts"


def page(stage: StageSettings) -> Slice:
    """The slice `webhooks`."""
    store = (
        table(stage, "webhooks", "GetItem", "PutItem", "DeleteItem"),
        index(stage, "webhooks", "listing"),
    )
    handing_over = queue_sending(stage, stage.work_queue("webhooks", ATTEMPTS))
    return Slice(
        name="webhooks",
        environment={
            **environment.of_consumer(stage, "webhooks"),
            "ATTEMPTS_QUEUE_URL": stage.queue_url(stage.work_queue("webhooks", ATTEMPTS)),
            "SECRETS_KEY_ID": stage.webhooks_alias,
            "TRUSTED_HOST": stage.trusted_webhook_host,
        },
        reads_codes=True,
        subscriptions=(
            ProfilePublished,
            ProfileWithdrawn,
            DemandOpened,
            DemandClosed,
            IntroductionBecameMutual,
            AgreementSigned,
            MissionStarted,
            AgreementEnded,
            SessionOpened,
            SessionEnded,
            PartnerRecorded,
            PartnerEnded,
        ),
        entries=(
            Entry(
                name="api",
                permissions=(*store, handing_over, webhooks_key(stage, "Encrypt", "Decrypt")),
                layers=("crypto",),
                timeout_seconds=25,
            ),
            Entry(name="events", permissions=(*store, handing_over), layers=("crypto",), timeout_seconds=30),
            Entry(
                name="attempt",
                permissions=(table(stage, "webhooks", "GetItem", "PutItem"), webhooks_key(stage, "Decrypt")),
                layers=("crypto",),
                works_off=ATTEMPTS,
                timeout_seconds=30,
            ),
            Entry(
                name="sweep",
                permissions=(*store, handing_over),
                layers=("crypto",),
                every="rate(1 minute)",
                timeout_seconds=120,
            ),
        ),
    )
