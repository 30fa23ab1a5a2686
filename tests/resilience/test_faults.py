"""Whatever is lost, repeated, late or out of order on the way, the journey ends in the same place."""

from collections import Counter
from itertools import count
from typing import Any

import pytest

from cdk.demo.player import Player
from cdk.local.faults import Faults
from tests.support.surroundings import surround
from tests.support.world import a_world, play, play_on, standing

pytestmark = pytest.mark.timeout(600)

SEEDS = (1,)
WITHOUT_CALLS = ("portal-api",)
"""It has no table and speaks to no service."""


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    with a_world() as player:
        play_on(player, play(player))
        return standing(player)


def test_duplicates_disorder_and_delays_change_nothing(undisturbed: dict[str, Any]) -> None:
    fired: Counter[str] = Counter()
    for seed in SEEDS:
        faults = Faults(seed=seed, duplicates=0.3, delays=0.4, longest_delay=0.2, refused_events=0.2)
        with a_world(faults=faults) as player:
            play_on(player, play(player))
            faults.calm()
            assert standing(player) == undisturbed, f"with seed {seed}"
            fired += faults.fired

    print(f"\nfired over {len(SEEDS)} journeys: {dict(sorted(fired.items()))}")
    assert {"duplicate", "delay", "reordered", "refused event"} <= set(fired)


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_a_death_after_any_call_loses_nothing_and_does_nothing_twice() -> None:
    """Every function dies once after its first call of AWS, then once after its second, and so on to its last; what it
    was given comes again."""
    with a_world() as player:
        expected = everything(player)
    killed: Counter[str] = Counter()
    functions: set[str] = set()
    for call in count(1):
        faults = Faults(seed=call)
        with a_world(faults=faults) as player:
            functions = {name for name in player.cloud.deployment.functions if not name.endswith(WITHOUT_CALLS)}
            for function in functions:
                faults.kill_after(function, call)
            assert everything(player) == expected, f"after the death at call {call}"
        if not faults.killed:
            break
        killed += faults.killed
        print(f"call {call}: {', '.join(sorted(faults.killed)) if call > 20 else len(faults.killed)} died", flush=True)

    print(f"\ndeaths by function: {dict(sorted(killed.items()))}")
    assert functions == set(killed)


def everything(player: Player) -> dict[str, Any]:
    """The whole journey with what surrounds it, and where everybody stands at the end."""
    told = play(player)
    beside = surround(player, told)
    play_on(player, told)
    return standing(player) | {"beside": beside}
