"""Masks that hold back what is not read off one card: the place, the moment, who left, what is said in the talk.

Each is taken away in turn: on the cases that nothing else protects, the attacker is then right four times in five at
least. Here he knows what he could hardly know, such as on which day each company asked its people.
`python -m pytest tests/security/test_masks_removed.py tests/security/test_reidentification.py` prints the table of all.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import pytest

from functions.introductions.logic.talking import suspicions
from functions.profiles.model.cards import exact_card, finer_card
from passerelle import masking
from passerelle.contracts.cards import Area, DemandCard, ProfileCard
from passerelle.masking import Step, class_of
from passerelle.nomenclature import Nomenclature
from tests.security.attacker import attacker
from tests.security.attacker.attacker import Plan, Watched, could_be, guesses, owners, watched, within
from tests.security.attacker.platform import Card, Platform
from tests.security.attacker.territory import Company, Territory, simulated
from tests.security.test_reidentification import NO_CLASS, REMOVED, SHIPPED, K, Rate, Tell, _only_employer

Told = tuple[list[str], str]
"""A guess, the likeliest first, and the truth."""

IN_EACH_MASK: Final = 10
TALK: Final = "lender guessed after a mutual interest:                    top-1 at most   top-5 trials"


def rate_of(guessed: Iterator[Told]) -> Rate:
    rate = Rate()
    for ranked, truth in guessed:
        rate.note(ranked, truth)
    return rate


def removed(tell: Tell, name: str, secret: str, with_mask: Rate, without: Rate) -> None:
    """A line of the table: the mask, the secret it keeps, and what is guessed behind it and without it."""
    tell(REMOVED, f"{name:30s} {secret:7s} with    {with_mask}\n{'':38s} without {without}")


# The place: a demand's card tells an intercommunal area, never its town.


def test_the_place(monkeypatch: pytest.MonkeyPatch, tell: Tell) -> None:
    """Cases: the only employer of that trade in its town, among k at least in the area. No classes on either side: what
    is shown is how much of the secret the area keeps by itself."""
    with_mask, without = Rate(), Rate()
    for seed in range(4):
        territory = simulated(120, seed)
        secret = owners(territory)
        masked = watched(territory, NO_CLASS, Plan(), seed)
        with monkeypatch.context() as patch:
            patch.setattr(masking, "masked_area", _town)
            patch.setitem(attacker.AREA_FIELD, "epci", "code")
            exact = watched(territory, NO_CLASS, Plan(), seed)
            alone = {key for key, card in exact.cards.items() if isinstance(card, DemandCard)}
            alone = {key for key in alone if _only_employer(exact, key)}
            named = {key: guesses(exact, key)[0] for key in alone}
        for key in sorted(alone & masked.cards.keys()):
            card = masked.cards[key]
            if len(_employers(territory, card.occupation, card.area)) >= K:
                without.note(named[key], secret[key])
                with_mask.note(guesses(masked, key)[0], secret[key])

    removed(tell, "the place", "host", with_mask, without)
    assert without.trials >= IN_EACH_MASK
    assert without.seen >= 0.8
    assert with_mask.seen <= without.seen / 2


def _town(municipality: str, words: Nomenclature, step: Step = Step.EXACT) -> Area:
    return Area(level="epci", code=municipality)


def _employers(territory: Territory, trade: str, area: Area) -> set[str]:
    return {
        one.company.id
        for one in territory.people.values()
        if one.trade.code.startswith(trade) and within(area, one.company.town)
    }


# The moment: whoever knows on which day a company asked its people sees no card of theirs appear on that day alone.


def moments(at_once: bool) -> Iterator[Told]:
    """Companies ask their people one after another, which is known; what appears meanwhile is theirs."""
    territory, chance = simulated(160, 1), random.Random("moments")
    platform = Platform(SHIPPED, at_once=at_once)
    by_company: defaultdict[str, list[str]] = defaultdict(list)
    volunteers = {one.id: one for one in territory.profiles}
    for one in territory.profiles:
        by_company[one.tenant].append(one.id)
    early = set(chance.sample(sorted(by_company), len(by_company) // 2))
    platform.take([one for one in territory.profiles if one.tenant in early])
    platform.next_batch()
    late = sorted(by_company.keys() - early)
    seen = set(platform.visible())
    for start in range(0, len(late), 2 * K):
        today = late[start : start + 2 * K]
        for company in today:
            for key in by_company[company]:
                platform.say_yes(volunteers[key])
            fresh = set(platform.visible()) - seen
            yield from (([company], volunteers[key].tenant) for key in sorted(fresh))
            seen |= fresh
        platform.next_batch()
        fresh = set(platform.visible()) - seen
        if not at_once:
            shown = platform.visible()
            yield from ((_likeliest(shown[key], territory, today), volunteers[key].tenant) for key in sorted(fresh))
        seen |= fresh


def _likeliest(card: Card, territory: Territory, companies: Collection[str]) -> list[str]:
    """Those of these companies with most people whom the card could be about."""
    assert isinstance(card, ProfileCard)
    fitting = Counter(one.company.id for one in territory.people.values() if could_be(card, one))
    return sorted(companies, key=lambda company: (-fitting[company], company))[:5]


def test_the_moment(tell: Tell) -> None:
    with_mask, without = rate_of(moments(at_once=False)), rate_of(moments(at_once=True))

    removed(tell, "the moment", "lender", with_mask, without)
    assert without.trials >= IN_EACH_MASK
    assert without.seen >= 0.8
    assert with_mask.seen <= without.seen / 2


# Who left: once it is known which companies are gone, the others' cards must not be left standing.


def test_who_left(tell: Tell) -> None:
    """All companies of a class but one leave, as anybody may know: whatever still stands is of the last one."""
    territory = simulated(600, 1)
    platform = Platform(SHIPPED)
    platform.take(territory.profiles, territory.demands)
    platform.next_batch()
    secret, shown = owners(territory), platform.visible()
    classes: defaultdict[str, list[str]] = defaultdict(list)
    for key, card in shown.items():
        classes[class_of(card)].append(key)
    with_mask, without = Rate(), Rate()
    for members in sorted(map(sorted, classes.values()))[:40]:
        last = Counter(secret[key] for key in members).most_common()[-1][0]
        leaving = [key for key in members if secret[key] != last]
        platform.withdraw(
            [key for key in leaving if key.startswith("prf")], [key for key in leaving if key.startswith("dem")]
        )
        standing = platform.visible()
        for key in sorted(set(members) - set(leaving)):
            without.note([last], secret[key])
            if key in standing:
                with_mask.note([last], secret[key])

    removed(tell, "who left", "lender", with_mask, without)
    assert without.trials >= IN_EACH_MASK
    assert without.seen >= 0.8
    assert with_mask.trials == 0


# The talk: a lender that answers whatever it is asked, truthfully, where the filter lets it.

ANSWERS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("Nous sommes la société {name}.", "Vous avez affaire à {name}, tout simplement.", "C’est {name} SARL."),
    "town": ("Nous sommes à {town}.", "L’atelier est situé à {town}, près de la gare.", "On travaille sur {town}."),
    "contact": ("Écrivez à rh@{word}.example.", "Voyez www.{word}.example.", "Appelez le 02 35 {number} 11 22."),
    "sector": ("Nous travaillons dans le secteur {sector}.",),
    "size": ("Nous sommes {size} salariés.", "On est une boîte de {size} personnes.", "Effectif actuel : {size}."),
    "schedule": ("Le poste est en équipes.",),
}
NAMING: Final = ("name", "town", "contact", "size")
_NAMES: Final = ("Vauquelin", "Delamare", "Letourneur", "Hautot", "Quemeneur", "Bellenger", "Fauvel", "Grandsire")
_KINDS: Final = ("Ateliers", "Mécanique", "Chaudronnerie", "Transports", "Laiterie", "Établissements")


def talks(filtered: bool, asked: Collection[str], *, exact: bool = False) -> Iterator[Told]:
    """Guesses at the lender from the finer card that a mutual interest shows, and from what it answered. `exact` takes
    the mask of that card away: it tells the exact place, and skills of other trades."""
    for seed, sight in enumerate(_shown()):
        chance, territory = random.Random(f"talk/{seed}"), sight.territory
        for profile in territory.profiles:
            shown = sight.cards.get(profile.id)
            if not isinstance(shown, ProfileCard):
                continue
            card = (exact_card if exact else finer_card)(profile.model_copy(update={"shown": shown}), attacker.WORDS)
            lender = territory.companies[profile.tenant]
            heard = {kind for kind in asked if not filtered or not suspicions(_said(kind, lender, chance))}
            fitting = {
                name: person
                for name, person in territory.people.items()
                if all(_agrees(kind, person.company, lender) for kind in heard)
            }
            left = replace(sight, territory=replace(territory, people=fitting), finest={profile.id: card})
            yield guesses(left, profile.id)[0], lender.id


@cache
def _shown() -> tuple[Watched, ...]:
    """Territories of 50 companies, as one sees them who only looks."""
    return tuple(watched(simulated(50, seed), SHIPPED, Plan(), seed) for seed in range(6))


def _said(kind: str, lender: Company, chance: random.Random) -> str:
    number = int(lender.id.removeprefix("cmp_"))
    word = _NAMES[number % len(_NAMES)]
    return chance.choice(ANSWERS[kind]).format(
        name=f"{_KINDS[number % len(_KINDS)]} {word}",
        word=word.lower(),
        town=lender.town.name,
        number=10 + number % 80,
        sector=lender.sector.name,
        size=lender.size,
    )


def _agrees(kind: str, other: Company, lender: Company) -> bool:
    """Whether a true answer of the lender would be true of another company."""
    same: dict[str, Callable[[Company], object]] = {
        "town": lambda one: one.town.code,
        "sector": lambda one: one.sector,
        "size": lambda one: one.size,
        "schedule": lambda one: one.sector.shift,
    }
    return same.get(kind, lambda one: one.id)(other) == same.get(kind, lambda one: one.id)(lender)


def test_the_finer_card_tells_no_place_and_no_skill_of_another_trade(tell: Tell) -> None:
    with_mask, without = rate_of(talks(True, ())), rate_of(talks(True, (), exact=True))

    removed(tell, "the finer card's own mask", "lender", with_mask, without)
    assert without.trials >= IN_EACH_MASK
    assert without.seen >= 0.8
    assert with_mask.seen <= 0.6 * without.seen


def test_the_talk_names_nobody(tell: Tell) -> None:
    without, with_mask = rate_of(talks(False, NAMING)), rate_of(talks(True, NAMING))
    card_alone = rate_of(talks(True, ()))
    told = {kind: rate_of(talks(True, [kind])) for kind in ("sector", "schedule")}
    removed(tell, "what the talk adds to its card", "lender", with_mask, without)
    tell(TALK, f"{'the finer card alone':46s} {card_alone}")
    for kind, rate in told.items():
        tell(TALK, f"{'and an answer about its ' + kind:46s} {rate}")

    assert without.trials >= IN_EACH_MASK
    assert without.seen >= 0.8
    assert with_mask.first <= card_alone.first + 0.1 * card_alone.trials


@pytest.mark.parametrize("kind", NAMING)
def test_no_answer_that_names_passes(kind: str) -> None:
    passed = []
    for seed in range(3):
        territory, chance = simulated(50, seed), random.Random(f"said/{seed}")
        said = {_said(kind, company, chance) for company in territory.companies.values()}
        passed += [text for text in sorted(said) if not suspicions(text)]

    assert passed == []
