"""Sessions: what companies and partners do together, with days and places; open until called off or over."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import index, table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.companies import CompanyActivated, CompanyClosed, CompanySuspended
from passerelle.contracts.partners import (
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    PartnerEnded,
    SessionAnnounced,
    SessionCalledOff,
)
from passerelle.contracts.sessions import SessionImportAdvanced


def page(stage: StageSettings) -> Slice:
    """The slice `sessions`."""
    reading = index(stage, "sessions", "listing")
    writing = table(stage, "sessions", "GetItem", "PutItem", "ConditionCheckItem")
    return Slice(
        name="sessions",
        environment=environment.of_consumer(stage, "sessions"),
        reads_codes=True,
        subscriptions=(
            CompanyActivated,
            CompanySuspended,
            CompanyClosed,
            SessionAnnounced,
            SessionCalledOff,
            CandidateRegistered,
            CandidateUnregistered,
            CandidateWithdrew,
            PartnerEnded,
            SessionImportAdvanced,
        ),
        large_bodies=("/sessions",),
        entries=(
            Entry(name="api", permissions=(writing, reading)),
            Entry(
                name="events",
                permissions=(
                    table(stage, "sessions", "GetItem", "PutItem", "DeleteItem", "ConditionCheckItem"),
                    reading,
                ),
                timeout_seconds=60,
            ),
            Entry(name="expire", permissions=(writing, reading), every="rate(1 hour)", timeout_seconds=300),
        ),
    )
