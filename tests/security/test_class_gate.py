"""What may be shown is decided at the very reading: a class that lost a member hides the others at once."""

from dataclasses import replace

import pytest

from cdk.demo.player import Player
from cdk.demo.scenario import RARE_TRADE, DemandPart, company_part, volunteers
from passerelle.nomenclature import load_starter
from tests.support.world import HOST, a_world, enter

pytestmark = pytest.mark.timeout(300)

LENDERS = (
    *("mecanique-cailly", "sandouville-assemblage", "emboutissage-iton", "electronique-orne"),
    *("plasturgie-bernay", "hotels-albatre", "batisseurs-bessin"),
)
"""The smallest class that protects its members has one card of each of seven companies."""


def test_one_of_a_full_class_leaves_and_the_next_search_shows_none_of_the_others() -> None:
    with a_world() as player:
        enter(player, HOST, *(company_part(handle) for handle in LENDERS))
        seven = seven_of_a_rare_trade(player)
        demand = player.post_demand(DemandPart(HOST.handle, "H2909", 1, 4, HOST.municipality))
        player.cloud.settle()
        assert shown(player, demand) == seven

        stop_all_consumers(player)
        leaving = next(one for one in player.cast.volunteers if one.part.company == "emboutissage-iton")
        player.decide(leaving, "withdraw")

        assert shown(player, demand) == set()
        asked = {"profile_id": (seven - {leaving.profile_id}).pop()}
        host = player.cast.callers[HOST.handle]
        assert host.ask("POST", f"/matching/demands/{demand}/proposals", body=asked).status_code == 422


def seven_of_a_rare_trade(player: Player) -> set[str]:
    """Seven volunteers of as many lenders, alike in all but where they live; nobody else of their trade is known of."""
    (pattern,) = (part for part in volunteers(load_starter()) if part.occupation == RARE_TRADE)
    for number, handle in enumerate(LENDERS):
        part = replace(pattern, company=handle, given_name=f"Volontaire{number}", radius_km=300, starts_in=0, months=6)
        player.describe(handle, [part])
    player.cloud.settle()
    player.decide_all()
    player.cloud.settle()
    return {one.profile_id for one in player.cast.volunteers}


def shown(player: Player, demand: str) -> set[str]:
    """The profiles that the host reads, all pages."""
    return {match["profile_id"] for match in player.matches(demand, limit=50)}


def stop_all_consumers(player: Player) -> None:
    """No event leaves its table any more."""
    for stream in player.cloud.streams.values():
        stream.off = True
