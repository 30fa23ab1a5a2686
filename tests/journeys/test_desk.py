"""A rare trade: from the opt-in to the adviser's desk, to two yeses in person, to a mutual introduction and on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cdk.demo.caller import Caller
from cdk.demo.loan import Loan
from cdk.demo.player import Player, Volunteer
from cdk.demo.scenario import RARE_TRADE, DemandPart, company_part, siren_of, volunteers
from passerelle import clock
from passerelle.nomenclature import load_starter
from tests.support.world import a_world, enter, set_aside

LENDER, HOST = company_part("hotels-albatre"), company_part("laiteries-auge")
COMPANY_WORDS = [word for one in (LENDER, HOST) for word in (one.name, one.contact, one.domain, siren_of(one))]
PERSON_WORDS = ["Zéphyrine", "Quatrebarbes", "quatrebarbes", "per_"]


@dataclass(frozen=True)
class Told:
    """What the adviser read at the desk, word by word, whom he called, and what came of it."""

    player: Player
    adviser: Caller
    volunteer: Volunteer
    demand: str
    queue: list[dict[str, Any]]
    card: dict[str, Any]
    contacts: dict[str, dict[str, Any]]
    approach: dict[str, Any]
    desk: str
    mutual: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with a_world() as player:
        yield played(player)


def played(player: Player) -> Told:
    part = next(one for one in volunteers(load_starter()) if one.occupation == RARE_TRADE)
    rare = replace(part, given_name="Zéphyrine", family_name="Quatrebarbes", starts_in=0, months=6, radius_km=150)
    enter(player, LENDER, HOST)
    (volunteer,) = player.describe(LENDER.handle, [rare])
    player.cloud.settle()
    player.decide(volunteer)
    demand = player.post_demand(DemandPart(HOST.handle, RARE_TRADE, 1, 3, HOST.municipality))
    player.cloud.settle()

    said: list[str] = []
    adviser = player.signed_in("conseil@territoire.example", ["advisers"])
    at_desk = replace(adviser, heard=lambda reply: said.append(reply.text))
    queue = at_desk.get("/desk/queue")["items"]
    card = at_desk.get(f"/desk/cards/{volunteer.profile_id}")
    opened = at_desk.post("/desk/approaches", {"profile_id": volunteer.profile_id, "demand_id": demand})
    player.cloud.settle()
    contacts = {side: adviser.get(path) for side, path in opened["contacts"].items()}
    for side in ("host", "lender"):
        body = {"side": side, "answer": "yes", "how": "visit", "on": clock.today().isoformat()}
        approach = at_desk.post(f"/desk/approaches/{opened['id']}/answers", body)
    player.cloud.settle()
    mutual = {part.handle: dict(player.introductions(part.handle)[0]) for part in (LENDER, HOST)}
    return Told(player, adviser, volunteer, demand, queue, card, contacts, approach, "\n".join(said), mutual)


def test_what_no_class_protects_waits_at_the_desk_and_is_shown_to_nobody_else(told: Told) -> None:
    host, lender = (told.player.cast.callers[part.handle] for part in (HOST, LENDER))

    assert {item["id"] for item in told.queue} == {told.volunteer.profile_id, told.demand}
    assert lender.get(f"/profiles/{told.volunteer.profile_id}")["state"] == "with_adviser"
    assert host.get(f"/demands/{told.demand}")["shown"] is None
    reply = host.ask("GET", f"/matching/demands/{told.demand}/matches")
    assert told.volunteer.profile_id not in reply.text


def test_the_adviser_finds_the_other_card_and_reads_both_in_words(told: Told) -> None:
    (candidate,) = told.card["candidates"]

    assert (candidate["id"], candidate["reasons"][0]) == (told.demand, "Même métier")
    assert told.card["lines"][0]["values"] == candidate["lines"][0]["values"] == ["Réceptionniste"]


def test_nothing_the_desk_says_names_anybody(told: Told) -> None:
    assert "Réceptionniste" in told.desk
    assert [word for word in PERSON_WORDS + COMPANY_WORDS if word in told.desk] == []


def test_he_reached_both_companies_and_reads_nothing_of_the_person(told: Told) -> None:
    names = {side: (contact["name"], contact["contact_name"]) for side, contact in told.contacts.items()}

    assert names == {"lender": (LENDER.name, LENDER.contact), "host": (HOST.name, HOST.contact)}
    assert not any(word in json.dumps(told.contacts, ensure_ascii=False) for word in PERSON_WORDS)
    assert told.adviser.ask("GET", f"/identities/{told.volunteer.person_id}").status_code == 403


def test_contacts_close_with_the_approach(told: Told) -> None:
    lender = told.player.cast.callers[LENDER.handle].company
    path = f"/identities/contacts/{lender}"

    assert told.approach["state"] == "agreed"
    assert told.adviser.ask("GET", path, query={"approach": told.approach["id"]}).status_code == 404


def test_two_yeses_are_a_mutual_introduction_that_both_are_told_of(told: Told) -> None:
    lender, host = (told.mutual[part.handle] for part in (LENDER, HOST))

    assert (lender["state"], host["state"]) == ("mutual", "mutual")
    assert host["profile"]["occupation"]["code"] == lender["demand"]["occupation"]["code"] == RARE_TRADE
    assert host["earliest_start"] is not None
    assert lender["score"] is host["score"] is None
    for part in (LENDER, HOST):
        assert any(host["id"] in mail.text for mail in told.player.cloud.mailbox.to(f"rh@{part.domain}"))


def test_it_goes_on_as_any_other(told: Told) -> None:
    introduction_id = told.mutual[HOST.handle]["id"]
    loan = Loan(told.player, introduction_id, LENDER.handle, HOST.handle, told.volunteer)
    loan.write_sheet("host")
    told.player.cloud.settle()

    kinds = {}
    for part in (LENDER, HOST):
        papers = told.player.cast.callers[part.handle].get("/documents", introduction=introduction_id)["items"]
        kinds[part.handle] = {paper["kind"] for paper in papers}

    assert kinds[LENDER.handle] == {"term_sheet", "lender_cse_summons", "lender_cse_note"}
    assert kinds[HOST.handle] == {"term_sheet", "host_cse_summons", "host_cse_note"}


def test_the_operator_reads_all_of_it_in_the_log(told: Told) -> None:
    operator = told.player.signed_in("exploitation@territoire.example", ["operators"])
    items = operator.get("/desk/log")["items"]

    assert [line["act"] for line in items] == [
        "read_queue",
        "read_card",
        "opened_approach",
        "recorded_answer",
        "recorded_answer",
    ]
    assert len({line["adviser"] for line in items}) == 1
    assert items[1]["about"] == [told.volunteer.profile_id, told.demand]


def test_all_of_it_was_granted_and_nothing_was_set_aside(told: Told) -> None:
    assert told.player.cloud.recorder.used_but_not_granted() == []
    assert set_aside(told.player) == {}
    assert "unexpected failure" not in told.player.cloud.logs()
