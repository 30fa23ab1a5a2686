"""Decisions: the log of proposals and choices, chained by hash. Nobody else has any right to its table."""

from __future__ import annotations

from cdk.constructs import environment
from cdk.constructs.permissions import table
from cdk.constructs.slice import Entry, Slice
from cdk.settings import StageSettings
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import (
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    RefusalExplained,
)
from passerelle.contracts.matching import MatchesProposed


def page(stage: StageSettings) -> Slice:
    """The slice `decisions`."""
    return Slice(
        name="decisions",
        environment=environment.of_consumer(stage, "decisions"),
        silent=True,
        writers=2,
        subscriptions=(
            MatchesProposed,
            InterestExpressed,
            IntroductionBecameMutual,
            IntroductionDisclosed,
            IntroductionEnded,
            RefusalExplained,
            AgreementSigned,
            AgreementEnded,
        ),
        entries=(
            Entry(name="api", permissions=(table(stage, "decisions", "GetItem"),)),
            Entry(name="events", permissions=(table(stage, "decisions", "GetItem", "PutItem"),), timeout_seconds=30),
        ),
    )
