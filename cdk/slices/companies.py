"""Companies: registration, activation, members, deny-lists, keys of machines; and the authorizer of the whole API."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import accounts_reading, index, secret, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.notifications import ActivationCodeIssued, PersonalLinkIssued
from passerelle.contracts.partners import PartnerEnded


def page(stage: StageSettings) -> Slice:
    """The slice `companies`."""
    return Slice(
        name="companies",
        environment={
            **environment.of_consumer(stage, "companies"),
            "MARK_SECRET_ID": stage.secret("mark-secret"),
            "TOKEN_ISSUER": f"https://cognito-idp.{stage.region}.amazonaws.com/{stage.parameter_reference('user-pool-id')}",
            "TOKEN_CLIENT_ID": stage.parameter_reference("user-pool-client-id"),
            "USER_POOL_ID": stage.parameter_reference("user-pool-id"),
            "KEY_PREFIX": stage.key_prefix,
            "KEY_OVERLAP_HOURS": str(stage.key_overlap_hours),
            "REQUESTS_PER_SECOND": str(stage.requests_per_second),
            "REQUESTS_AT_ONCE": str(stage.requests_at_once),
        },
        reads_codes=True,
        subscriptions=(IdentityRecorded, ActivationCodeIssued, PersonalLinkIssued, PartnerEnded),
        public_paths=("/companies/invitation",),
        entries=(
            Entry(
                name="api",
                permissions=(
                    table(stage, "companies", "GetItem", "PutItem", "DeleteItem"),
                    index(stage, "companies", "listing"),
                    secret(stage, "mark-secret"),
                    accounts_reading(stage),
                ),
                layers=("crypto",),
            ),
            Entry(
                name="events",
                permissions=(table(stage, "companies", "GetItem", "PutItem"), secret(stage, "mark-secret")),
                layers=("crypto",),
                timeout_seconds=30,
            ),
            Entry(
                name="expire",
                permissions=(
                    table(stage, "companies", "GetItem", "PutItem"),
                    index(stage, "companies", "listing"),
                    secret(stage, "mark-secret"),
                ),
                layers=("crypto",),
                every="rate(1 day)",
                timeout_seconds=300,
            ),
            Entry(
                name="authorize",
                answers_by_error=True,
                permissions=(
                    table(stage, "companies", "GetItem", "PutItem", "UpdateItem"),
                    secret(stage, "mark-secret"),
                ),
                layers=("crypto",),
                memory_mb=1024,
            ),
        ),
    )
