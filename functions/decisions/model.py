"""What an entry of the decision log says: a proposal as the engine made it, or what a person chose.

Pure, and an allow-list: pseudonymous ids, codes and masked cards; no person's vault id, no company. Numbers are whole,
as the log's hashes need them: scores in millionths, fits in ten-thousandths, weights in hundredths, measures in tenths.
"""

from typing import Any, Final, Literal

from passerelle.contracts import Event
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.introductions import (
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    RefusalExplained,
)
from passerelle.contracts.matching import Criterion, Match, MatchesProposed

Choice = Literal["interested", "mutual", "disclosed", "refused", "not_proceeding", "signed", "agreement_ended"]

PURPOSE: Final = "introduce a volunteer to a demand"

CHOICES: Final[dict[type[Event], Choice]] = {
    InterestExpressed: "interested",
    IntroductionBecameMutual: "mutual",
    IntroductionDisclosed: "disclosed",
    RefusalExplained: "refused",
    IntroductionEnded: "not_proceeding",
    AgreementSigned: "signed",
    AgreementEnded: "agreement_ended",
}
"""What people do with a proposal, by the fact that tells it."""

_CHOSEN: Final = ("demand_id", "profile_id", "introduction_id", "side", "reason", "refusal", "outcome")


def said_of_proposal(event: MatchesProposed) -> dict[str, Any]:
    """A proposal: on whose word, who was looked at in which order, and each match with all its score is made of."""
    run = event.run
    return {
        "kind": "proposal",
        "purpose": PURPOSE,
        "asked_by": "host" if run and run.asked_by_host else "engine",
        "engine": run.engine if run else None,
        "nomenclature": run.nomenclature if run else None,
        "demand_id": event.demand_id,
        "demand_version": event.demand_sequence,
        "demand_card": event.demand_card.model_dump(mode="json"),
        "pool": run.pool if run else None,
        "considered": list(run.considered) if run else None,
        "proposed": [_said_of_match(match) for match in event.matches],
    }


def said_of_choice(event: Event) -> dict[str, Any]:
    """What a person chose, with the code of the reason where one was given. An end that no company explained
    is the employee's word, or nobody's: which of the two is not logged."""
    told = event.model_dump(mode="json")
    return {"kind": "choice", "choice": CHOICES[type(event)]} | {name: told[name] for name in _CHOSEN if name in told}


def _said_of_match(match: Match) -> dict[str, Any]:
    return {
        "profile_id": match.profile_id,
        "profile_version": match.profile_sequence,
        "card": match.card.model_dump(mode="json"),
        "score": round(match.score * 1_000_000),
        "criteria": [_said_of_criterion(one) for one in match.criteria],
    }


def _said_of_criterion(one: Criterion) -> dict[str, Any]:
    return {
        "name": one.name,
        "fit": round(one.fit * 10_000),
        "weight": round(one.weight * 100),
        "met": list(one.met),
        "missing": list(one.missing),
        "measured": None if one.value is None else round(one.value * 10),
        "explanation": one.text,
    }
