"""After the third signature exactly the lawful fields cross, and each reading of them is noted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cdk.demo.loan import Loan
from cdk.demo.scenario import siren_of, siret_of
from tests.support.world import HOST, LENDER, a_world, play, play_on

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Disclosed:
    """A loan that went all the way, and what each side read of the other on the way."""

    loan: Loan
    read: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def disclosed() -> Iterator[Disclosed]:
    with a_world() as player:
        loan = play_on(player, play(player))
        yield Disclosed(loan, {side: dict(loan.disclosed(side)) for side in ("lender", "host")})


def test_each_company_reads_the_other_one_and_the_name_of_the_person(disclosed: Disclosed) -> None:
    person = disclosed.loan.volunteer.part
    for side, other in (("lender", HOST), ("host", LENDER)):
        read = disclosed.read[side]
        assert read["person"] == {"given_name": person.given_name, "family_name": person.family_name}
        company = read["company"]
        assert isinstance(company, dict)
        assert company == {
            "name": other.name,
            "siren": siren_of(other),
            "siret": siret_of(other),
            "address": other.address,
            "contact_name": other.contact,
            "contact_email": f"rh@{other.domain}",
            "contact_phone": None,
        }


def test_the_person_s_address_never_crosses(disclosed: Disclosed) -> None:
    assert disclosed.loan.volunteer.part.email not in json.dumps(disclosed.read)


def test_each_reading_is_noted(disclosed: Disclosed) -> None:
    table = disclosed.loan.player.cloud.boto("dynamodb")
    rows = json.dumps(table.scan(TableName="passerelle-local-identities")["Items"], default=repr)
    for purpose in ("opt_in_mail", "activation_mail", "go_mail", "signing_mail", "agreement", "disclosure"):
        assert purpose in rows, purpose


def test_no_event_and_no_projection_names_anybody_even_then(disclosed: Disclosed) -> None:
    player, person = disclosed.loan.player, disclosed.loan.volunteer.part
    words = {LENDER.name, HOST.name, LENDER.contact, HOST.contact, person.family_name, person.email, siren_of(HOST)}
    dynamodb = player.cloud.boto("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            text = json.dumps(page["Items"], default=repr, ensure_ascii=False)
            assert {word for word in words if word in text} == set(), name
    logs = player.cloud.logs()
    assert {word for word in words if word in logs} == set()


def test_a_third_company_reads_nothing_of_it(disclosed: Disclosed) -> None:
    stranger = disclosed.loan.player.signed_in("curieux@ailleurs.example")
    path = f"/identities/disclosures/{disclosed.loan.introduction_id}"

    assert stranger.ask("GET", path).status_code in {403, 404}
