"""Notifications: mails, and the personal links and codes they carry; choices, daily digests, and mails that return."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, mail, revealing, secret, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementReminded, EmployeeSignatureRequested, SigningCodeRequested
from passerelle.contracts.companies import ActivationCodeRequested, MemberInvited, MemberRemoved
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.identities import ErasureRequested, IdentityRecorded
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionReminded,
    TermSheetReady,
)
from passerelle.contracts.notifications import AddresseeBlocked
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.sessions import SessionEnded
from passerelle.contracts.webhooks import WebhookEndpointDisabled


def page(stage: StageSettings) -> Slice:
    """The slice `notifications`."""
    mailing = (
        table(stage, "notifications", "GetItem", "PutItem", "DeleteItem"),
        index(stage, "notifications", "listing"),
        secret(stage, "link-secret"),
        revealing(stage),
        mail(stage),
    )
    return Slice(
        name="notifications",
        environment={
            **environment.of_consumer(stage, "notifications"),
            "LINK_SECRET_ID": stage.secret("link-secret"),
            "REVEAL_FUNCTION_NAME": stage.function("identities", "reveal"),
            "MAIL_SENDER": stage.mail_sender,
            "CONFIGURATION_SET": stage.prefix,
            "PUBLIC_URL": stage.public_url,
            "LINK_DAYS": str(stage.link_days),
        },
        subscriptions=(
            ActivationCodeRequested,
            MemberInvited,
            OptInRequested,
            ReviewAnswered,
            InterestExpressed,
            IntroductionBecameMutual,
            IntroductionEnded,
            TermSheetReady,
            EmployeeGoRequested,
            IntroductionReminded,
            IntroductionDisclosed,
            EmployeeSignatureRequested,
            AgreementReminded,
            SigningCodeRequested,
            WebhookEndpointDisabled,
            ErasureRequested,
            MemberRemoved,
            IdentityRecorded,
            AddresseeBlocked,
            SessionEnded,
        ),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "notifications", "GetItem", "PutItem"),
                    index(stage, "notifications", "listing"),
                ),
            ),
            Entry(
                name="events",
                permissions=mailing,
                timeout_seconds=30,
            ),
            Entry(
                name="digest",
                permissions=mailing,
                every="rate(1 hour)",
                timeout_seconds=300,
            ),
            Entry(
                name="returned",
                permissions=(table(stage, "notifications", "GetItem", "PutItem"),),
                hears_returns=True,
            ),
        ),
    )
