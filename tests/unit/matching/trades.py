"""People and posts of the golden story, and any others, as cards."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from functions.matching.model.formula import Candidate, candidate_of
from functions.matching.model.ranking import Company, Demand, Profile
from passerelle.contracts.cards import Area, DemandCard, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.nomenclature import load_starter

WORDS = load_starter()

JIG, HAND_TOOLS, RIGOUR, RIVETS, QUALITY, POWER_TOOLS, SAFETY = (
    "106184",
    "118331",
    "300490",
    "300643",
    "113245",
    "100507",
    "100017",
)
AERO_TITLE = "515266"
"""A certificate: « Titre pro ajusteur monteur aéronautique »."""

LE_HAVRE, ROUEN, LYON = "200084952", "200023414", "200046977"
NORMANDY = "28"


def a_place(code: str = LE_HAVRE, level: str = "epci") -> Area:
    return Area.model_validate({"level": level, "code": code})


def a_car_fitter(**changes: Any) -> ProfileCard:
    """Monteur automobile, le Havre."""
    card: dict[str, Any] = {
        "occupation": "H2909",
        "skills": (SAFETY, POWER_TOOLS, "106188", JIG, QUALITY, HAND_TOOLS, RIGOUR),
        "experience": ShownExperience.FROM_6_TO_10,
        "area": a_place(),
        "radius_km": 50,
        "available_from": "2026-09",
        "available_to": "2027-02",
        "working_time": WorkingTime.FULL_TIME,
        "shifts": (Shift.DAY, Shift.TWO_SHIFTS),
    }
    return ProfileCard(**(card | changes))


def a_baker(**changes: Any) -> ProfileCard:
    """Boulanger: nothing in common with a fitter but hands."""
    return a_car_fitter(occupation="D1102", skills=WORDS.occupation("D1102").core, **changes)


def a_fitter_is_wanted(**changes: Any) -> DemandCard:
    """Ajusteur-monteur aéronautique wanted at Le Havre."""
    card: dict[str, Any] = {
        "occupation": "H2901",
        "must_skills": (JIG, HAND_TOOLS, RIVETS, RIGOUR),
        "wished_skills": (QUALITY,),
        "experience": ShownExperience.FROM_3_TO_5,
        "area": a_place(),
        "first_month": "2026-09",
        "last_month": "2026-12",
        "working_time": WorkingTime.FULL_TIME,
        "shift": Shift.DAY,
        "headcount": 1,
    }
    return DemandCard(**(card | changes))


def a_candidate(card: ProfileCard, profile_id: str = "prf_a", tenant: str = "cmp_lender") -> Candidate:
    return candidate_of(profile_id, tenant, 1, card)


def an_active(tenant: str, marks: tuple[str, ...] = (), denied: tuple[str, ...] = ()) -> Company:
    return Company(tenant=tenant, active=True, marks=frozenset(marks), denied=frozenset(denied))


_OCCUPATIONS = [
    "H2901", "H2909", "H2902", "H2906", "I1602", "D1102", "C1206",
]  # fmt: skip
_SKILLS = sorted({code for one in _OCCUPATIONS for code in WORDS.occupation(one).skills})
_PLACES = (
    [a_place(code) for code in (LE_HAVRE, ROUEN, LYON)]
    + [a_place("76", "department"), a_place(NORMANDY, "region")]
    + [a_place(place.epci) for place in WORDS.municipalities[::20]]
)
_MONTHS = [f"{2026 + month // 12}-{month % 12 + 1:02d}" for month in range(18)]


@st.composite
def profile_cards(draw: st.DrawFn) -> ProfileCard:
    """Any profile."""
    first, last = sorted(draw(st.lists(st.sampled_from(_MONTHS), min_size=2, max_size=2)))
    return ProfileCard(
        occupation=draw(st.sampled_from(_OCCUPATIONS)),
        skills=tuple(sorted(draw(st.sets(st.sampled_from(_SKILLS), max_size=12)))),
        experience=draw(st.sampled_from(ShownExperience)),
        area=draw(st.sampled_from(_PLACES)),
        radius_km=draw(st.sampled_from([5, 20, 50, 100, 300])),
        available_from=first,
        available_to=last,
        working_time=draw(st.sampled_from(WorkingTime)),
        shifts=tuple(sorted(draw(st.sets(st.sampled_from(Shift), min_size=1)))),
    )


@st.composite
def demand_cards(draw: st.DrawFn) -> DemandCard:
    """Any demand."""
    first, last = sorted(draw(st.lists(st.sampled_from(_MONTHS), min_size=2, max_size=2)))
    asked = draw(st.lists(st.sampled_from(_SKILLS), max_size=10, unique=True))
    cut = draw(st.integers(0, len(asked)))
    return DemandCard(
        occupation=draw(st.sampled_from(_OCCUPATIONS)),
        must_skills=tuple(sorted(asked[:cut])),
        wished_skills=tuple(sorted(asked[cut:])),
        experience=draw(st.sampled_from(ShownExperience)),
        area=draw(st.sampled_from(_PLACES)),
        first_month=first,
        last_month=last,
        working_time=draw(st.sampled_from(WorkingTime)),
        shift=draw(st.sampled_from(Shift)),
        headcount=1,
    )


def a_profile(card: ProfileCard | None, profile_id: str, tenant: str, sequence: int = 1) -> Profile:
    return Profile(
        tenant=tenant, profile_id=profile_id, sequence=sequence, person_id=f"per_{profile_id[4:]}", card=card
    )


def a_demand(card: DemandCard | None, demand_id: str, tenant: str, sequence: int = 1) -> Demand:
    return Demand(tenant=tenant, demand_id=demand_id, sequence=sequence, card=card)


@st.composite
def pairs_that_meet(draw: st.DrawFn) -> tuple[ProfileCard, DemandCard]:
    """A profile and a demand that neither dates nor distance part; how well they fit is any."""
    demand = draw(demand_cards())
    profile = draw(profile_cards())
    asked = (*demand.must_skills, *demand.wished_skills)
    known = draw(st.sets(st.sampled_from(asked))) if asked else set()
    common = draw(st.sampled_from(_MONTHS[_MONTHS.index(demand.first_month) : _MONTHS.index(demand.last_month) + 1]))
    changes = {
        "occupation": draw(st.sampled_from([profile.occupation, demand.occupation])),
        "skills": tuple(sorted({*profile.skills, *known})),
        "area": demand.area,
        "available_from": min(profile.available_from, common),
        "available_to": max(profile.available_to, common),
    }
    return profile.model_copy(update=changes), demand
