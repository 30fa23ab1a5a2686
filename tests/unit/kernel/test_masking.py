"""The ladder of cards, and who may stand on which step: properties, and a count of every class by other means."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.demands.model import Demand, Need
from functions.demands.model import exact_card as exact_demand
from functions.profiles.model.cards import applicant as applicant_of
from functions.profiles.model.cards import exact_card, given_place
from functions.profiles.model.description import Description
from functions.profiles.model.profile import Profile
from functions.profiles.model.states import State
from passerelle.contracts.cards import DemandCard, ExperienceBand, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.masking import (
    Applicant,
    Budget,
    Census,
    Step,
    as_workforce,
    class_of,
    coarsened_demand,
    coarsened_profile,
    mark_of,
    placed,
    tally,
    workforce_of,
)
from passerelle.nomenclature import load_starter

WORDS = load_starter()
BUDGET = Budget(5, 3, 60, 7)
SMALL = Budget(3, 2, 60, 3)
COMMON = [skill.code for skill in WORDS.skills if not skill.rare]
MEANT = {
    ShownExperience.UP_TO_5: {"0-2", "3-5"},
    ShownExperience.FROM_6: {"6-10", "11+"},
    ShownExperience.ANY: {"0-2", "3-5", "6-10", "11+"},
}
AREAS = ("epci", "employment_zone", "department", "region")
days = st.dates(date(2027, 1, 1), date(2029, 12, 31))


@st.composite
def descriptions(draw: st.DrawFn, *, few: bool = False) -> Description:
    """A volunteer; `few`: of so few kinds that some read alike."""
    first = date(2027, draw(st.integers(1, 2)), 4) if few else draw(days)
    return Description(
        occupation=draw(st.sampled_from(["H2913", "H2902"] if few else [one.code for one in WORDS.occupations])),
        skills=tuple(draw(st.lists(st.sampled_from(COMMON), min_size=1, max_size=6, unique=True))),
        experience=draw(st.sampled_from([*ExperienceBand][:2] if few else ExperienceBand)),
        municipality=draw(st.sampled_from(["76540", "76351"] if few else [one.code for one in WORDS.municipalities])),
        radius_km=30,
        available_from=first,
        available_to=first + timedelta(days=60 if few else draw(st.integers(0, 900))),
        working_time=WorkingTime.FULL_TIME if few else draw(st.sampled_from(WorkingTime)),
        shifts=(Shift.DAY,),
    )


@st.composite
def needs(draw: st.DrawFn) -> Need:
    first = draw(days)
    return Need(
        occupation=draw(st.sampled_from(WORDS.occupations)).code,
        must_skills=tuple(draw(st.lists(st.sampled_from(COMMON), max_size=6, unique=True))),
        experience=draw(st.sampled_from(ExperienceBand)),
        municipality=draw(st.sampled_from(WORDS.municipalities)).code,
        start_date=first,
        end_date=first + timedelta(days=draw(st.integers(0, 900))),
        working_time=draw(st.sampled_from(WorkingTime)),
        shift=draw(st.sampled_from(Shift)),
        headcount=draw(st.integers(1, 50)),
    )


@st.composite
def volunteers(draw: st.DrawFn) -> list[Profile]:
    """Up to thirty profiles of up to eight companies, which may have been shown before."""
    some = draw(st.lists(st.tuples(descriptions(few=True), st.integers(0, 7), st.sampled_from(Step)), max_size=30))
    return [
        Profile(
            id=f"prf_{number:02d}",
            tenant=f"cmp_{owner}",
            person_id=f"per_{number}",
            state=State.PUBLISHED,
            description=description,
            finest=step if number % 3 == 0 else Step.EXACT,
        )
        for number, (description, owner, step) in enumerate(some)
    ]


def a_profile(description: Description) -> Profile:
    return Profile(id="prf_1", tenant="cmp_1", person_id="per_1", description=description)


def nobody(names: Collection[str]) -> Mapping[str, Census]:
    return {}


def applicants(profiles: Iterable[Profile]) -> list[Applicant]:
    return [applicant_of(profile, WORDS) for profile in profiles]


@given(descriptions())
def test_each_step_of_a_profile_shows_no_more_than_the_one_before(description: Description) -> None:
    exact = exact_card(a_profile(description), WORDS)
    cards = [coarsened_profile(exact, description.municipality, step, WORDS) for step in Step]

    for finer, coarser in pairwise(cards):
        assert coarser.available_from <= finer.available_from <= finer.available_to <= coarser.available_to
        _no_finer(finer, coarser)
        assert set(coarser.skills) <= set(finer.skills)
        assert (coarser.radius_km, coarser.working_time, coarser.shifts) == (
            finer.radius_km,
            finer.working_time,
            finer.shifts,
        )


@given(needs())
def test_each_step_of_a_demand_shows_no_more_than_the_one_before(need: Need) -> None:
    exact = exact_demand(Demand(id="dem_1", tenant="cmp_1", need=need), WORDS)
    cards = [coarsened_demand(exact, need.municipality, step, WORDS) for step in Step]

    for finer, coarser in pairwise(cards):
        assert coarser.first_month <= finer.first_month <= finer.last_month <= coarser.last_month
        _no_finer(finer, coarser)
        assert set(coarser.must_skills) <= set(finer.must_skills)
        assert set(coarser.wished_skills) <= set(finer.wished_skills)


def _no_finer(finer: ProfileCard | DemandCard, coarser: ProfileCard | DemandCard) -> None:
    assert finer.occupation.startswith(coarser.occupation)
    assert AREAS.index(coarser.area.level) >= AREAS.index(finer.area.level)
    assert _bands(coarser.experience) >= _bands(finer.experience)


def _bands(shown: ShownExperience) -> set[str]:
    return MEANT.get(shown, {shown.value})


@given(descriptions(), st.sampled_from(Step))
def test_a_shown_skill_is_one_of_the_trade_that_is_shown(description: Description, step: Step) -> None:
    exact = exact_card(a_profile(description), WORDS)

    shown = coarsened_profile(exact, description.municipality, step, WORDS).skills

    own = set(WORDS.occupation(description.occupation).skills) if step < Step.DOMAIN else set()
    assert set(shown) == set(exact.skills) & own


@given(descriptions(few=True), descriptions(few=True), st.sampled_from(Step))
def test_a_class_is_everything_that_could_be_looked_up_and_nothing_else(
    one: Description, other: Description, step: Step
) -> None:
    cards = [coarsened_profile(exact_card(a_profile(d), WORDS), d.municipality, step, WORDS) for d in (one, other)]
    known = [
        (card.occupation, card.area, card.experience, card.available_from, card.available_to, card.working_time)
        for card in cards
    ]

    assert (class_of(cards[0]) == class_of(cards[1])) == (known[0] == known[1])
    preferring = cards[0].model_copy(update={"radius_km": 99, "shifts": (Shift.NIGHT,), "skills": ()})
    assert class_of(preferring) == class_of(cards[0])


@settings(max_examples=60)
@given(volunteers(), st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_those_who_wait(profiles: list[Profile], chance: object) -> None:
    shuffled = list(profiles)
    chance.shuffle(shuffled)

    assert placed(applicants(profiles), nobody, SMALL) == placed(applicants(shuffled), nobody, SMALL)


@settings(max_examples=60)
@given(volunteers(), st.sampled_from([SMALL, BUDGET, Budget(5, 3, 60)]))
def test_every_class_that_is_filled_keeps_its_budget_counted_by_hand(profiles: list[Profile], budget: Budget) -> None:
    steps = placed(applicants(profiles), nobody, budget)

    together: dict[str, list[str]] = {}
    for profile in profiles:
        if profile.id in steps:
            assert steps[profile.id] >= profile.finest
            shown = given_place(profile, steps[profile.id], WORDS).shown
            assert shown is not None
            together.setdefault(class_of(shown), []).append(profile.tenant)
    for owners in together.values():
        (_, largest), *_ = Counter(owners).most_common(1)
        assert len(owners) >= budget.members
        assert len(set(owners)) >= budget.owners
        assert largest * 100 <= len(owners) * budget.largest_share
        assert largest * budget.one_in <= len(owners)


@settings(max_examples=60)
@given(volunteers())
def test_nobody_is_left_out_whom_a_step_would_protect(profiles: list[Profile]) -> None:
    budget = SMALL
    steps = placed(applicants(profiles), nobody, budget)
    left = [one for one in applicants(profiles) if one.id not in steps]

    for step in Step:
        alike: dict[str, list[Applicant]] = {}
        for one in left:
            if step in one.cards:
                alike.setdefault(class_of(one.cards[step]), []).append(one)
        for group in alike.values():
            for size in range(1, min(len(group), 7) + 1):
                for some in combinations(group, size):
                    assert not budget.allows(tally(Counter(one.owner for one in some)))


@settings(max_examples=40)
@given(volunteers(), volunteers())
def test_who_comes_to_a_class_leaves_it_protected(early: list[Profile], late: list[Profile]) -> None:
    late = [one.model_copy(update={"id": f"late_{one.id}"}) for one in late]
    there: dict[str, Counter[str]] = {}
    for some in (early, late):
        before = {name: tally(counts) for name, counts in there.items()}
        steps = placed(applicants(some), lambda names, known=before: known, SMALL)
        for one in applicants(some):
            if one.id in steps:
                there.setdefault(class_of(one.cards[steps[one.id]]), Counter())[mark_of(one.owner)] += 1
        assert all(SMALL.allows(tally(counts)) for counts in there.values())


def test_a_company_with_many_shows_as_many_as_its_class_bears() -> None:
    description = Description(
        occupation="H2913",
        skills=("100007",),
        experience=ExperienceBand.FROM_3_TO_5,
        municipality="76540",
        radius_km=30,
        available_from=date(2027, 1, 4),
        available_to=date(2027, 3, 26),
        working_time=WorkingTime.FULL_TIME,
        shifts=(Shift.DAY,),
    )
    owners = ["cmp_big"] * 9 + [f"cmp_{number}" for number in range(7)]
    profiles = [
        a_profile(description).model_copy(update={"id": f"prf_{number:02d}", "tenant": owner})
        for number, owner in enumerate(owners)
    ]

    steps = placed(applicants(profiles), nobody, BUDGET)

    assert Counter(owners[int(key[-2:])] for key in steps) == Counter(["cmp_big", *owners[9:]])
    assert set(steps.values()) == {Step.EXACT}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.data())
def test_who_knows_every_count_and_owns_two_companies_is_right_one_time_in_five(
    counts: list[int], data: st.DataObject
) -> None:
    census = tally({str(number): count for number, count in enumerate(counts)})
    own = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=2, unique=True))
    others = [count for number, count in enumerate(counts) if number not in own]

    if BUDGET.allows(census):
        assert max(others) * 5 <= sum(others)


def test_a_workforce_stands_in_for_a_class_and_each_band_for_its_part_of_it() -> None:
    description = a_profile(
        Description(
            occupation="H2913",
            skills=("100007",),
            experience=ExperienceBand.FROM_3_TO_5,
            municipality="76540",
            radius_km=30,
            available_from=date(2027, 1, 4),
            available_to=date(2027, 3, 26),
            working_time=WorkingTime.FULL_TIME,
            shifts=(Shift.DAY,),
        )
    )
    one = applicant_of(description, WORDS)
    name = workforce_of(one.cards[Step.EXACT])

    def steps(workforce: Census) -> dict[str, Step]:
        return placed([one], lambda names: {name: workforce}, BUDGET)

    assert as_workforce(one.cards[Step.EXACT], Census(103, 9, 13)) == Census(25, 9, 4)
    assert steps(Census(120, 9, 16)) == {"prf_1": Step.EXACT}
    assert steps(Census(120, 9, 17)) == {"prf_1": Step.ANY_EXPERIENCE}
    assert steps(Census(120, 9, 18)) == {}


def test_no_skill_is_shown_of_a_trade_that_left_the_nomenclature() -> None:
    description = Description(
        occupation="Z9999",
        skills=("100007",),
        experience=ExperienceBand.FROM_3_TO_5,
        municipality="76540",
        radius_km=30,
        available_from=date(2027, 1, 4),
        available_to=date(2027, 3, 26),
        working_time=WorkingTime.FULL_TIME,
        shifts=(Shift.DAY,),
    )

    assert coarsened_profile(exact_card(a_profile(description), WORDS), "76540", Step.EXACT, WORDS).skills == ()
