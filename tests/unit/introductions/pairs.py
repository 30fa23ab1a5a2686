"""Pairs of masked profiles and demands, and the events that introductions follow, as they would arrive."""

from __future__ import annotations

from typing import Any

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area, DemandCard, ExperienceBand, ProfileCard, Shift, WorkingTime
from passerelle.contracts.demands import DemandClosed
from passerelle.contracts.matching import Criterion, Match, MatchesProposed
from passerelle.contracts.profiles import ProfileWithdrawn
from tests.support.slices import an_envelope

LENDER, HOST = "cmp_lender", "cmp_host"
HAVRE = Area(level="epci", code="200084952")


def a_profile_card() -> ProfileCard:
    return ProfileCard(
        occupation="H2909",
        skills=("106184", "118331"),
        experience=ExperienceBand.FROM_6_TO_10,
        area=HAVRE,
        radius_km=50,
        available_from="2026-09",
        available_to="2027-02",
        working_time=WorkingTime.FULL_TIME,
        shifts=(Shift.DAY,),
    )


def a_demand_card() -> DemandCard:
    return DemandCard(
        occupation="H2901",
        must_skills=("106184", "300643"),
        wished_skills=("113245",),
        experience=ExperienceBand.FROM_3_TO_5,
        area=Area(level="department", code="76"),
        first_month="2026-09",
        last_month="2026-12",
        working_time=WorkingTime.FULL_TIME,
        shift=Shift.DAY,
        headcount=2,
    )


def a_match(profile_id: str = "prf_a", *, tenant: str = LENDER, sequence: int = 3) -> Match:
    line = Criterion(
        name="must_skills", fit=0.6, weight=0.4, met=("106184",), missing=("300643",), text="Compétences : 1 sur 2"
    )
    return Match(
        profile_id=profile_id,
        profile_tenant=tenant,
        person_id=f"per_{profile_id[4:]}",
        profile_sequence=sequence,
        score=0.78,
        criteria=(line,),
        card=a_profile_card(),
    )


def matched(*matches: Match, demand_id: str = "dem_x", tenant: str = HOST, demand_sequence: int = 1) -> Envelope:
    event = MatchesProposed(
        demand_id=demand_id,
        demand_tenant=tenant,
        demand_card=a_demand_card(),
        demand_sequence=demand_sequence,
        matches=matches or (a_match(),),
    )
    return an_envelope(event, tenant=tenant, subject=demand_id)


def withdrawn(profile_id: str = "prf_a", *, tenant: str = LENDER, sequence: int = 4) -> Envelope:
    event = ProfileWithdrawn(profile_id=profile_id)
    return an_envelope(event, tenant=tenant, subject=profile_id, sequence=sequence)


def closed(demand_id: str = "dem_x", *, tenant: str = HOST, sequence: int = 2, **event: Any) -> Envelope:
    fact = DemandClosed(demand_id=demand_id, outcome=event.get("outcome", "filled"))
    return an_envelope(fact, tenant=tenant, subject=demand_id, sequence=sequence)
