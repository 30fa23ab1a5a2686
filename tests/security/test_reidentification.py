"""The re-identification budget, attacked: whom the cards of a territory give away, and whom they would without masks.

Every trial is one class of a simulated territory: of two cards that read alike a guess at one says nothing new about
the other. The bound is the one-sided 95 % bound of Clopper and Pearson; the floor of the controls is on what was seen.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import comb
from typing import Final

import pytest

from passerelle import masking
from passerelle.classes import Budgets, budgets
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.masking import Budget, class_of
from tests.security.attacker.attacker import Plan, Watched, could_be, guesses, owners, watched
from tests.security.attacker.platform import Card
from tests.security.attacker.territory import WORDS, Territory, simulated

K: Final = 5
REMOVED: Final = "each mask removed in turn, the same attacker:      top-1 at most   top-5 trials"
FOUND: Final = "found by the attacker, who may be right 1 in 5:   top-1 at most   top-5 trials"
SHOWN: Final = "what becomes of cards:        exact coarser adviser"
Tell = Callable[[str, str], None]
SHIPPED: Final = budgets(K, 3, 60)
LAW_ALONE: Final = Budgets(Budget(K, 3, 60), Budget(K, K, 100))
ONE_COMPANY_MAY_FILL_A_CLASS: Final = Budgets(Budget(K, 1, 100), Budget(K, 1, 100))
NO_CLASS: Final = Budgets(Budget(1, 1, 100), Budget(1, 1, 100))
CLASSES_OF_A_TERRITORY: Final = 40

FEW: Final = {12: 20, 50: 40, 600: 2}
MANY: Final = {12: 1000, 50: 1000, 600: 10}
"""How many territories of each number of companies."""


@dataclass
class Rate:
    """How often a guess was right: at the first try, and among the first five."""

    trials: int = 0
    first: int = 0
    among_five: int = 0

    def note(self, guessed: list[str], truth: str) -> None:
        self.trials += 1
        self.first += guessed[:1] == [truth]
        self.among_five += truth in guessed

    @property
    def seen(self) -> float:
        return self.first / self.trials if self.trials else 0.0

    @property
    def at_most(self) -> float:
        return upper_bound(self.first, self.trials)

    def __str__(self) -> str:
        if not self.trials:
            return f"{'no card to guess at':>30s}"
        return f"{self.seen:7.1%} {self.at_most:7.1%} {self.among_five / self.trials:7.1%} {self.trials:6d}"


@dataclass
class Shares:
    """What became of the profiles of a territory when everybody had come."""

    exact: int = 0
    coarser: int = 0
    adviser: int = 0

    def __str__(self) -> str:
        every = max(1, self.exact + self.coarser + self.adviser)
        return f"{self.exact / every:7.1%} {self.coarser / every:7.1%} {self.adviser / every:7.1%}"


@dataclass
class Outcome:
    """Rates by secret, and what was shown, of profiles and of demands."""

    rates: dict[str, Rate] = field(
        default_factory=lambda: {name: Rate() for name in ("lender", "person", "host", "target")}
    )
    profiles: Shares = field(default_factory=Shares)
    demands: Shares = field(default_factory=Shares)


def upper_bound(hits: int, trials: int, confidence: float = 0.95) -> float:
    """The largest rate under which so few hits, or fewer, are not less likely than 1 - confidence."""
    if hits >= trials:
        return 1.0
    low, high = hits / trials, 1.0
    for _ in range(40):
        rate = (low + high) / 2
        fewer = sum(comb(trials, number) * rate**number * (1 - rate) ** (trials - number) for number in range(hits + 1))
        low, high = (rate, high) if fewer > 1 - confidence else (low, rate)
    return high


def attacked(companies: int, territories: int, allowed: Budgets) -> Outcome:
    """What the attacker gets right over so many territories."""
    outcome = Outcome()
    for seed in range(territories):
        territory = simulated(companies, seed)
        sight = watched(territory, allowed, Plan(), seed)
        _share(outcome, territory, sight)
        for key in _drawn(sight, seed):
            companies_guessed, people_guessed = guesses(sight, key)
            if isinstance(sight.cards[key], DemandCard):
                outcome.rates["host"].note(companies_guessed, owners(territory)[key])
            else:
                outcome.rates["lender"].note(companies_guessed, owners(territory)[key])
                outcome.rates["person"].note(people_guessed, _person(territory, key))
        if sight.target in sight.cards:
            outcome.rates["target"].note(guesses(sight, sight.target)[1], _person(territory, sight.target))
    return outcome


def _share(outcome: Outcome, territory: Territory, sight: Watched) -> None:
    for shares, values in ((outcome.profiles, territory.profiles), (outcome.demands, territory.demands)):
        for one in values:
            card = sight.shown_at_first.get(one.id)
            if one.tenant in sight.own:
                continue
            if card is None:
                shares.adviser += 1
            elif len(card.occupation) == 5 and card.area.level == "epci":
                shares.exact += 1
            else:
                shares.coarser += 1


def _drawn(sight: Watched, seed: int) -> Iterator[str]:
    """One card of each of a few classes of either kind."""
    chance = random.Random(f"drawn/{seed}")
    for kind in (ProfileCard, DemandCard):
        by_class: dict[str, list[str]] = {}
        for key, card in sorted(sight.cards.items()):
            if isinstance(card, kind):
                by_class.setdefault(class_of(card), []).append(key)
        for name in chance.sample(sorted(by_class), min(CLASSES_OF_A_TERRITORY, len(by_class))):
            yield chance.choice(by_class[name])


def _person(territory: Territory, key: str) -> str:
    return next(one.person_id for one in territory.profiles if one.id == key)


def measured(territories: dict[int, int], allowed: Budgets, tell: Tell) -> dict[int, Outcome]:
    """Attacks territories of each size, and tells what was shown and what was found out."""
    found = {companies: attacked(companies, number, allowed) for companies, number in territories.items()}
    for companies, outcome in found.items():
        tell(SHOWN, f"{companies:4d} companies, profiles   {outcome.profiles}")
        tell(SHOWN, f"{companies:4d} companies, demands    {outcome.demands}")
        for name, rate in outcome.rates.items():
            tell(FOUND, f"{companies:4d} companies, {name:29s} {rate}")
    return found


def pooled(found: dict[int, Outcome], name: str) -> Rate:
    """The rate of one secret over territories of all sizes."""
    rates = [outcome.rates[name] for outcome in found.values()]
    return Rate(
        *(sum(values) for values in zip(*((one.trials, one.first, one.among_five) for one in rates), strict=True))
    )


def test_nobody_is_found_more_often_than_one_time_in_k(tell: Tell) -> None:
    found = measured(FEW, SHIPPED, tell)

    for name in ("lender", "person", "host"):
        rate = pooled(found, name)
        assert rate.trials >= 50, f"{name}: too few cards were shown to say anything"
        assert rate.at_most <= 1 / K, f"{name}: {rate}"


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_nobody_is_found_more_often_than_one_time_in_k_over_thousands_of_territories(tell: Tell) -> None:
    found = measured(MANY, SHIPPED, tell)

    for name in ("lender", "person", "host", "target"):
        rate = pooled(found, name)
        assert rate.trials >= 100, f"{name}: too few cards were shown to say anything"
        assert rate.at_most <= 1 / K, f"{name}: {rate}"
    for name in ("lender", "person", "host"):
        assert found[50].rates[name].at_most <= 1 / K, f"{name} among 50 companies: {found[50].rates[name]}"


@dataclass(frozen=True)
class Control:
    """A mask taken away: what is left, whose secret it kept, and which cards nothing else keeps."""

    name: str
    left: Budgets
    secret: str
    where: Callable[[Watched, str], bool]
    every_skill: bool = False
    companies: int = 50
    territories: int = 25


def _alone(sight: Watched, key: str) -> bool:
    """Nobody else in the directory is of that trade, area and seniority."""
    card = sight.cards[key]
    return len(card.occupation) == 5 and len(_matching(sight, card)) == 1


def _alone_and_gone_for(sight: Watched, key: str) -> bool:
    return key == sight.target and _alone(sight, key)


def _only_employer(sight: Watched, key: str) -> bool:
    """Nobody else in that area employs that trade, as far as the directory tells."""
    people = sight.territory.people.values()
    card = sight.cards[key]
    return (
        len(
            {
                one.company.id
                for one in people
                if one.trade.code.startswith(card.occupation)
                and masking.masked_area(one.company.town.code, WORDS) == card.area
                and one.company.id not in sight.own
            }
        )
        == 1
    )


def _one_plant(sight: Watched, key: str) -> bool:
    """Nine in ten of those it could be about work for one company, and so does the whole class."""
    card, secret = sight.cards[key], owners(sight.territory)
    if not isinstance(card, ProfileCard):
        return False
    companies = _matching(sight, card)
    alike = {secret[other] for other, one in sight.cards.items() if class_of(one) == class_of(card)}
    return len(alike) == 1 and max(map(companies.count, companies)) >= 0.9 * len(companies)


def _two_marks(sight: Watched, key: str) -> bool:
    """At least two of its skills are of no use in its trade."""
    card = sight.cards[key]
    if not isinstance(card, ProfileCard):
        return False
    usual = {code for trade in WORDS.occupations if trade.code.startswith(card.occupation) for code in trade.skills}
    return len(set(card.skills) - usual) >= 2


def _matching(sight: Watched, card: Card) -> list[str]:
    """The employer of everybody whom a profile's card could be about."""
    if not isinstance(card, ProfileCard):
        return []
    people = sight.territory.people.values()
    return [one.company.id for one in people if could_be(card, one) and one.company.id not in sight.own]


CONTROLS: Final = (
    Control("classes", NO_CLASS, "person", _alone, territories=3),
    Control("classes of demands", NO_CLASS, "host", _only_employer, territories=4),
    Control("several companies in a class", ONE_COMPANY_MAY_FILL_A_CLASS, "lender", _one_plant, territories=8),
    Control("one in k others", LAW_ALONE, "person", _alone_and_gone_for, companies=20, territories=60),
    Control("skills of the trade alone", SHIPPED, "lender", _two_marks, every_skill=True, territories=10),
)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_without_a_mask_the_same_attacker_finds_them(
    control: Control, monkeypatch: pytest.MonkeyPatch, tell: Tell
) -> None:
    if control.every_skill:
        monkeypatch.setattr(masking, "_skills", lambda codes, *_: codes)
    rate = Rate()
    for seed in range(control.territories):
        territory = simulated(control.companies, seed)
        sight = watched(territory, control.left, Plan(), seed)
        for key in sorted(sight.cards):
            if isinstance(sight.cards[key], DemandCard) == (control.secret == "host") and control.where(sight, key):
                companies, people = guesses(sight, key)
                if control.secret == "person":
                    rate.note(people, _person(territory, key))
                else:
                    rate.note(companies, owners(territory)[key])
    tell(REMOVED, f"{control.name:30s} {control.secret:7s} without {rate}")

    assert rate.trials >= 10
    assert rate.seen >= 0.8
