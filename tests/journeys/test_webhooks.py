"""A partner registers an endpoint, and is told what happens in its territory, on the application that is deployed."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cdk.conformance import conformance
from cdk.conformance.receiver import Receiver
from cdk.demo.caller import Caller
from cdk.demo.player import Player
from tests.support.surroundings import a_partner, a_receiver
from tests.support.world import HOST, LENDER, a_world, enter, set_aside, two_demands

GUIDE = Path(__file__).resolve().parents[2] / "functions/webhooks/README.md"
CONTACT = {
    "kind": "company",
    "name": "Agence",
    "siren": "732829320",
    "siret": "73282932000074",
    "address": "1 quai",
    "contact_name": "Permanence",
    "contact_email": "astreinte@partenaire.example",
}
SWEEP = "passerelle-local-webhooks-sweep"


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with a_world() as player:
        yield player


def test_a_partner_has_its_first_signed_event_and_then_follows_the_territory(player: Player) -> None:
    partner, began = a_partner(player), time.monotonic()
    with a_receiver() as (receiver, url):
        endpoint = partner.post("/webhooks/endpoints", {"url": url})
        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        here = f"/webhooks/endpoints/{endpoint['id']}"
        partner.post(f"{here}/verification")
        partner.post(f"{here}/tests")
        player.cloud.settle()
        first_event = time.monotonic() - began

        assert [event["type"] for event in receiver.held.values()] == ["EndpointTest"]
        assert first_event < 600

        enter(player, HOST)
        first, second = (player.post_demand(part) for part in two_demands())
        player.cloud.settle()
        player.cast.callers[HOST.handle].post(f"/demands/{second}/closure", {"outcome": "closed"})
        player.cloud.settle()

        held = {name: event["type"] for name, event in receiver.held.items()}
        assert (held[first], held[second]) == ("DemandOpened", "DemandClosed")
        snapshot = partner.get(f"{here}/snapshot")["items"]
        own = {item["subject"]: item["sequence"] for item in snapshot if item["subject"] in {first, second}}
        assert own == {name: receiver.held[name]["sequence"] for name in (first, second)}
        assert player.cloud.recorder.used_but_not_granted() == []
        company = player.cast.callers[HOST.handle].company
        assert company not in str(receiver.held)


def test_the_guides_six_steps_work_with_the_rights_that_the_guide_names(player: Player) -> None:
    text = GUIDE.read_text(encoding="utf-8").partition("## Ce que vous recevez")[0]
    rights = re.findall(r"`(\w+:(?:read|write))`", " ".join(text.partition("\n1. ")[0].split()))
    partner = a_partner(player, scopes=rights)
    with a_receiver() as (receiver, url):
        endpoint = partner.post("/webhooks/endpoints", {"url": url})
        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        partner.post(f"/webhooks/endpoints/{endpoint['id']}/verification")
        partner.post(f"/webhooks/endpoints/{endpoint['id']}/tests")
        partner.put(f"/identities/{partner.company}", CONTACT)
        player.cloud.settle()
        said = StringIO()
        code = conformance(url, endpoint["secret"], said)

    assert text.count("\n6. ") == 1, "a step more is to be tried here"
    assert next(event["type"] for event in receiver.held.values()) == "EndpointTest"
    assert partner.get(f"/partners/{partner.company}")["state"] == "active"
    assert code == 0, said.getvalue()


def test_what_a_dead_endpoint_missed_comes_once_it_is_back(player: Player) -> None:
    partner = a_partner(player)
    with a_receiver() as (receiver, url):
        endpoint = partner.post("/webhooks/endpoints", {"url": url})
        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        here = f"/webhooks/endpoints/{endpoint['id']}"
        partner.post(f"{here}/verification")
        receiver.webhook = type(receiver.webhook)("whsec_b3RoZXI=")
        partner.post(f"{here}/tests")
        player.cloud.settle()
        missed = dict(receiver.held)

        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        player.cloud.schedule.fire(SWEEP)
        player.cloud.settle()
        early = dict(receiver.held)
        player.cloud.clock.advance(minutes=2)
        player.cloud.schedule.fire(SWEEP)
        player.cloud.settle()
        (line,) = partner.get(f"{here}/deliveries")["items"]

        assert (missed, early) == ({}, {})
        assert (line["state"], line["tries"]) == ("delivered", 2)
    assert set_aside(player) == {}
    assert player.cloud.recorder.used_but_not_granted() == []


def test_a_partner_is_told_of_its_programmes_alone_and_once_it_has_ended_of_nothing(player: Player) -> None:
    lending, placing, gone = a_partner(player), a_partner(player, "placement"), a_partner(player)
    with ExitStack() as open_ones:
        receivers = [listening(one, open_ones) for one in (lending, placing, gone)]
        operator = player.signed_in("partenaires@territoire.example", ["operators"])
        operator.post(f"/partners/{gone.company}/ending")
        player.cloud.settle()
        enter(player, LENDER)
        demand = player.post_demand(replace(two_demands()[0], company=LENDER.handle))
        player.cloud.settle()

        heard = [sorted(receiver.held) for receiver in receivers]
        snapshots = [{item["subject"] for item in snapshot_of(one)} for one in (lending, placing)]
        answered = gone.ask("GET", "/webhooks/endpoints").status_code

    assert heard == [[demand], [], []]
    assert demand in snapshots[0]
    assert snapshots[1] == set()
    assert answered == 401
    assert set_aside(player) == {}
    assert player.cloud.recorder.used_but_not_granted() == []


def listening(partner: Caller, open_ones: ExitStack) -> Receiver:
    """A receiver of a partner's, registered and verified."""
    receiver, url = open_ones.enter_context(a_receiver())
    endpoint = partner.post("/webhooks/endpoints", {"url": url})
    receiver.webhook = type(receiver.webhook)(endpoint["secret"])
    partner.post(f"/webhooks/endpoints/{endpoint['id']}/verification")
    return receiver


def snapshot_of(partner: Caller) -> list[Any]:
    (endpoint,) = partner.get("/webhooks/endpoints")["items"]
    return list(partner.get(f"/webhooks/endpoints/{endpoint['id']}/snapshot")["items"])
