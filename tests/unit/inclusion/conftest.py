"""The inclusion slice with a key of its own, and the facts that it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.cards import WorkingTime
from passerelle.contracts.introductions import InterestExpressed, IntroductionBecameMutual
from passerelle.contracts.matching import MatchesProposed, Run
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import ProfilePublished
from passerelle.tokens import digest
from tests.support.aws import mocked_aws
from tests.support.slices import Slice, a_slice, an_envelope, an_operator
from tests.unit.introductions.pairs import HOST, LENDER, a_demand_card, a_match, a_profile_card

ALIAS = "alias/test-inclusion"
SETTINGS = {
    "inclusion_key_id": ALIAS,
    "operator_name": "L’opérateur",
    "privacy_contact": "dpo@passerelle.example",
}


@pytest.fixture
def inclusion() -> Iterator[Slice]:
    with mocked_aws(), a_slice("inclusion", **SETTINGS) as running:
        make_key()
        yield running


def make_key() -> None:
    kms = boto3.client("kms", region_name="eu-west-3")
    kms.create_alias(AliasName=ALIAS, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])


def linked(inclusion: Slice, profile_id: str) -> str:
    """The volunteer was mailed his link; returns its token."""
    token = f"token-of-{profile_id}"
    issued = OptInLinkIssued(profile_id=profile_id, digest=digest(token), expires_at=clock.now() + timedelta(days=14))
    assert inclusion.deliver(an_envelope(issued, tenant=LENDER, subject=profile_id)) == []
    return token


def sheet(inclusion: Slice, token: str) -> Any:
    return inclusion.call("POST", "/inclusion/personal/sheet", body={"token": token})


def answered(inclusion: Slice, token: str, **told: str) -> Any:
    text = inclusion.handler.wire().text.sha256
    return inclusion.call("POST", "/inclusion/personal/answers", body={"token": token, "text_sha256": text, **told})


def withdrawn(inclusion: Slice, token: str, *questions: str) -> Any:
    body = {"token": token} | ({"questions": list(questions)} if questions else {})
    return inclusion.call("POST", "/inclusion/personal/withdrawal", body=body)


def proposal(demand_id: str, shown: list[str], considered: list[str], **about: Any) -> Envelope:
    run = Run(engine="matching-1", nomenclature="n-1", considered=tuple(considered), pool=len(considered), **about)
    event = MatchesProposed(
        demand_id=demand_id,
        demand_tenant=HOST,
        demand_card=a_demand_card(),
        matches=tuple(a_match(one) for one in shown),
        run=run,
    )
    return an_envelope(event, tenant=HOST, subject=demand_id)


def interest(profile_id: str, side: str = "host") -> Envelope:
    event = InterestExpressed(
        introduction_id="int_1", side=side, lender=LENDER, host=HOST, demand_id="dem_1", profile_id=profile_id
    )
    return an_envelope(event, tenant=HOST, subject="int_1")


def mutual(profile_id: str) -> Envelope:
    event = IntroductionBecameMutual(
        introduction_id="int_1", demand_id="dem_1", profile_id=profile_id, lender=LENDER, host=HOST
    )
    return an_envelope(event, tenant=HOST, subject="int_1")


def carded(profile_id: str, working_time: str, sequence: int = 1) -> Envelope:
    card = a_profile_card().model_copy(update={"working_time": WorkingTime(working_time), "available_to": "2099-01"})
    event = ProfilePublished(profile_id=profile_id, person_id=f"per_{profile_id[4:]}", card=card)
    return an_envelope(event, tenant=LENDER, subject=profile_id, sequence=sequence)


def watched(inclusion: Slice) -> dict[str, Any]:
    """The watch, measured now: attribute by attribute."""
    inclusion.handler.measure({}, None)
    answer = inclusion.call("GET", "/inclusion/watch", actor=an_operator())
    assert answer.status == 200
    return {one["attribute"]: one for one in answer.body["attributes"]}


def groups(attribute: dict[str, Any], stage: str) -> dict[str, dict[str, Any]]:
    """The groups of an attribute at a stage, by name."""
    (found,) = [one for one in attribute["stages"] if one["stage"] == stage]
    return {group["group"]: group for group in found["groups"]}
