"""How the tests of the desk ask it, as an adviser unless said otherwise."""

from __future__ import annotations

from typing import Any

from passerelle import clock
from passerelle.access import Actor
from tests.support.slices import Reply, Slice, an_adviser, an_operator

ADVISER = an_adviser()


def queue(desk: Slice, **query: str) -> Any:
    reply = desk.call("GET", "/desk/queue", actor=ADVISER, query=query)
    assert reply.status == 200, reply.text
    return reply.body


def card(desk: Slice, card_id: str = "prf_a", actor: Actor = ADVISER) -> Reply:
    return desk.call("GET", f"/desk/cards/{card_id}", actor=actor)


def approach(
    desk: Slice, profile_id: str = "prf_a", demand_id: str = "dem_x", *, actor: Actor = ADVISER, **more: Any
) -> Reply:
    body = {"profile_id": profile_id, "demand_id": demand_id, **more}
    return desk.call("POST", "/desk/approaches", actor=actor, body=body)


def answer(desk: Slice, path: str, side: str, said: str, *, actor: Actor = ADVISER, **more: Any) -> Reply:
    body = {"side": side, "answer": said, "how": "phone", "on": clock.today().isoformat(), **more}
    return desk.call("POST", f"{path}/answers", actor=actor, body=body)


def log(desk: Slice) -> list[tuple[str, str, tuple[str, ...]]]:
    """Who did what about what, today."""
    items = desk.call("GET", "/desk/log", actor=an_operator()).body["items"]
    return [(line["adviser"], line["act"], tuple(line["about"])) for line in items]
