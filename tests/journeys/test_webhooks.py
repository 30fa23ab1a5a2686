"""A partner registers an endpoint, and is told what happens in its territory, on the application that is deployed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from cdk.conformance.receiver import Receiver, serve
from cdk.demo.player import Player
from passerelle import clock
from tests.support.world import HOST, a_world, enter, set_aside, two_demands

SWEEP = "passerelle-local-webhooks-sweep"


@contextmanager
def a_receiver() -> Iterator[tuple[Receiver, str]]:
    """The sample receiver on loopback, with no secret of anybody yet."""
    receiver = Receiver("whsec_bm9uZSB5ZXQ=")
    server = serve(receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver, f"http://127.0.0.1:{server.server_address[1]}/hooks"
    finally:
        server.shutdown()
        server.server_close()


def a_partner(player: Player) -> dict[str, str]:
    """The headers of a partner organisation's fresh key, made by an operator."""
    operator = player.signed_in(f"{clock.new_id('op')}@territoire.example", ["operators"])
    body = {"label": "Territoire", "scopes": ["webhooks:read", "webhooks:write"]}
    made = operator.post("/companies/partner-keys", body)
    return {"Authorization": f"ApiKey {made['secret']}"}


def ask(player: Player, partner: dict[str, str], method: str, path: str, **how: Any) -> Any:
    headers = partner | ({"Idempotency-Key": clock.new_id("idk")} if method == "POST" else {})
    answer = requests.request(method, f"{player.cloud.api_url}{path}", headers=headers, timeout=40, **how)
    assert answer.ok, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with a_world() as player:
        yield player


def test_a_partner_has_its_first_signed_event_and_then_follows_the_territory(player: Player) -> None:
    partner, began = a_partner(player), time.monotonic()
    with a_receiver() as (receiver, url):
        endpoint = ask(player, partner, "POST", "/webhooks/endpoints", json={"url": url})
        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        here = f"/webhooks/endpoints/{endpoint['id']}"
        ask(player, partner, "POST", f"{here}/verification")
        ask(player, partner, "POST", f"{here}/tests")
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
        snapshot = ask(player, partner, "GET", f"{here}/snapshot")["items"]
        own = {item["subject"]: item["sequence"] for item in snapshot}
        assert own == {name: event["sequence"] for name, event in receiver.held.items() if name in own}
        assert set(own) == {first, second}
        assert player.cloud.recorder.used_but_not_granted() == []
        company = player.cast.callers[HOST.handle].company
        assert company not in str(receiver.held)


def test_what_a_dead_endpoint_missed_comes_once_it_is_back(player: Player) -> None:
    partner = a_partner(player)
    with a_receiver() as (receiver, url):
        endpoint = ask(player, partner, "POST", "/webhooks/endpoints", json={"url": url})
        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        here = f"/webhooks/endpoints/{endpoint['id']}"
        ask(player, partner, "POST", f"{here}/verification")
        receiver.webhook = type(receiver.webhook)("whsec_b3RoZXI=")
        ask(player, partner, "POST", f"{here}/tests")
        player.cloud.settle()
        missed = dict(receiver.held)

        receiver.webhook = type(receiver.webhook)(endpoint["secret"])
        player.cloud.schedule.fire(SWEEP)
        player.cloud.settle()
        early = dict(receiver.held)
        player.cloud.clock.advance(minutes=2)
        player.cloud.schedule.fire(SWEEP)
        player.cloud.settle()
        (line,) = ask(player, partner, "GET", f"{here}/deliveries")["items"]

        assert (missed, early) == ({}, {})
        assert (line["state"], line["tries"]) == ("delivered", 2)
    assert set_aside(player) == {}
    assert player.cloud.recorder.used_but_not_granted() == []
