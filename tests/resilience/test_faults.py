"""Whatever is lost, repeated, late or out of order on the way, the journey ends in the same place."""

from collections import Counter
from typing import Any

import pytest

from cdk.local.faults import Faults
from tests.support.world import a_world, play, play_on, standing

pytestmark = pytest.mark.timeout(600)

SEEDS = (1,)
LAST_CALL = 8


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


@pytest.fixture(scope="module")
def undisturbed_first_half() -> dict[str, Any]:
    with a_world() as player:
        play(player)
        return standing(player)


@pytest.mark.deep
def test_a_death_after_any_call_loses_nothing_and_does_nothing_twice(undisturbed_first_half: dict[str, Any]) -> None:
    """Every function dies once after each of its first calls of AWS; what it was given comes again."""
    killed, functions = deaths(undisturbed_first_half, whole=False)

    assert functions - set(killed) <= {"passerelle-local-agreements-api"}, "agreements begin in the second half"


@pytest.mark.deep
def test_a_death_on_the_whole_journey(undisturbed: dict[str, Any]) -> None:
    killed, functions = deaths(undisturbed, whole=True)

    assert functions <= set(killed)


def deaths(expected: dict[str, Any], *, whole: bool) -> tuple[Counter[str], set[str]]:
    """Journeys with a death after call 1, 2 … of each function: the deaths by function, and the functions."""
    killed: Counter[str] = Counter()
    functions: set[str] = set()
    for call in range(1, LAST_CALL + 1):
        faults = Faults(seed=call)
        with a_world(faults=faults) as player:
            functions = {name for name in player.cloud.deployment.functions if not _needs_no_message(name)}
            for function in functions:
                faults.kill_after(function, call)
            told = play(player)
            if whole:
                play_on(player, told)
            assert standing(player) == expected, f"after the death at call {call}"
            killed += faults.killed
    print(f"\ndeaths by function: {dict(sorted(killed.items()))}")
    return killed, functions


def _needs_no_message(function: str) -> bool:
    """Functions not called on this journey: the vocabulary is looked at by nobody, schedules fire by the clock."""
    return function.endswith(("vocabulary-api", "-expire", "-sweep", "-start"))
