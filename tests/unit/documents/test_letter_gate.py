"""A letter shows masked cards: it is handed out only while classes protect them, at the very reading."""

from __future__ import annotations

import boto3
import pytest

from passerelle.classes import Member
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.store import Table
from tests.support.slices import a_company, a_slice, the_classes

BUCKET = "passerelle-test-documents-123456789012"
COMPANIES = tuple(f"cmp_{number}" for number in range(7))
"""The smallest class that protects its members has one card of each of seven companies."""


@pytest.fixture
def documents(envelope):
    budget = {"min_members": "5", "min_lenders": "3", "max_lender_share": "60"}
    with a_slice("documents", bucket_name=BUCKET, reveal_function_name="reveal", **budget) as running:
        boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        assert running.deliver(envelope) == []
        yield running


def counted(documents, before: ProfileCard | DemandCard | None, after: ProfileCard | DemandCard | None, company: str):
    transaction = Table(documents.table_name).begin()
    the_classes().move(transaction, before, after, Member(company, f"of_{company}"))
    transaction.commit()


def protect(documents, *cards: ProfileCard | DemandCard) -> None:
    for card in cards:
        for company in COMPANIES:
            counted(documents, None, card, company)


def asked(documents, proposed, reader: str):
    actor = a_company(reader)
    listed = documents.call("GET", "/documents", actor=actor, query={"introduction": proposed.introduction_id})
    (entry,) = listed.body["items"]
    return documents.call("GET", f"/documents/{entry['id']}", actor=actor)


def test_it_is_handed_out_while_both_cards_are_protected(documents, envelope, proposed):
    protect(documents, proposed.match.card, proposed.demand_card)

    for reader in (envelope.tenant, proposed.match.profile_tenant):
        assert asked(documents, proposed, reader).status == 200


@pytest.mark.parametrize("leaving", ["profile", "demand"])
def test_once_a_class_lost_one_it_is_kept_back_from_both(documents, envelope, proposed, leaving: str):
    cards = {"profile": proposed.match.card, "demand": proposed.demand_card}
    protect(documents, *cards.values())

    counted(documents, cards[leaving], None, COMPANIES[0])

    answers = [asked(documents, proposed, reader) for reader in (envelope.tenant, proposed.match.profile_tenant)]
    assert [answer.status for answer in answers] == [409, 409]
    assert all(answer.body["type"].endswith("card-hidden") for answer in answers)
    assert all("url" not in answer.body for answer in answers)


def test_it_comes_back_with_its_class(documents, envelope, proposed):
    protect(documents, proposed.match.card, proposed.demand_card)
    counted(documents, proposed.match.card, None, COMPANIES[0])

    counted(documents, None, proposed.match.card, COMPANIES[0])

    assert asked(documents, proposed, envelope.tenant).status == 200
