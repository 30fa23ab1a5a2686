"""Whatever comes and goes, every card shown has its class at that moment, and none ever tells more than it did."""

import random
from collections import Counter

import pytest

from passerelle.classes import budgets
from passerelle.contracts.cards import DemandCard
from passerelle.masking import class_of
from tests.security.attacker.attacker import AREA_FIELD, HELD_BY, owners
from tests.security.attacker.platform import Card, Platform
from tests.security.attacker.territory import Territory, simulated

BUDGETS = budgets(5, 3, 60)
AREAS = list(AREA_FIELD)


@pytest.mark.parametrize(("companies", "seed"), [(120, 1), (160, 2), (240, 3)])
def test_at_every_moment_every_shown_card_has_its_class_and_none_becomes_finer(companies: int, seed: int) -> None:
    territory, chance = simulated(companies, seed), random.Random(seed)
    platform = Platform(BUDGETS)
    profiles, demands = list(territory.profiles), list(territory.demands)
    here: list[str] = []
    last: dict[str, Card] = {}
    shown = hidden = coarser = 0
    for _ in range(14):
        some, needs = profiles[: len(profiles) // 2], demands[: len(demands) // 2]
        del profiles[: len(some)], demands[: len(needs)]
        platform.take(some, needs)
        here += [one.id for one in (*some, *needs)]
        _check(platform, territory)
        platform.next_batch()
        now = _check(platform, territory)
        shown += len(now)
        coarser += _none_finer(last, now)
        last |= now
        gone = set(chance.sample(here, len(here) // 8))
        here = [key for key in here if key not in gone]
        platform.withdraw(
            [key for key in sorted(gone) if key.startswith("prf")],
            [key for key in sorted(gone) if key.startswith("dem")],
        )
        after = _check(platform, territory)
        assert not gone & set(after)
        hidden += len(set(now) - gone - set(after))
    assert shown > 50, "too little was shown to prove anything"
    assert hidden, "no class was thinned"
    assert coarser, "no card became coarser"


def _check(platform: Platform, territory: Territory) -> dict[str, Card]:
    """What is shown, once each class has been counted anew from what can be seen."""
    visible, secret = platform.visible(), owners(territory)
    classes: dict[str, list[str]] = {}
    for key, card in visible.items():
        classes.setdefault(class_of(card), []).append(secret[key])
    for members in classes.values():
        counts = Counter(members)
        assert len(members) >= 5
        assert len(counts) >= 3
        assert 7 * max(counts.values()) <= len(members)
    return visible


def _none_finer(before: dict[str, Card], now: dict[str, Card]) -> int:
    """How many cards differ from what was last shown of them; each says no more than that."""
    changed = 0
    for key in before.keys() & now.keys():
        old, new = before[key], now[key]
        assert old.occupation.startswith(new.occupation)
        assert AREAS.index(new.area.level) >= AREAS.index(old.area.level)
        assert HELD_BY.get(new.experience, {new.experience.value}) >= HELD_BY.get(
            old.experience, {old.experience.value}
        )
        assert _period(new)[0] <= _period(old)[0] <= _period(old)[1] <= _period(new)[1]
        changed += new != old
    return changed


def _period(card: Card) -> tuple[str, str]:
    if isinstance(card, DemandCard):
        return card.first_month, card.last_month
    return card.available_from, card.available_to
