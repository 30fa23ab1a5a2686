"""Masked cards as they come to the desk and leave it, and the events that bring them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area, DemandCard, ProfileCard, Shift, ShownExperience, WorkingTime
from passerelle.contracts.companies import CompanyActivated
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import ProfilePublished, ProfileReferred, ProfileWithdrawn
from tests.support.slices import an_envelope

LENDER, HOST = "cmp_lender", "cmp_host"
CAUX, HAVRE, COTENTIN = "200010700", "200084952", "200067205"
FIRST = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def a_profile_card(**changed: Any) -> ProfileCard:
    card = ProfileCard(
        occupation="G1703",
        skills=("105974", "121159"),
        experience=ShownExperience.FROM_6_TO_10,
        area=Area(level="epci", code=HAVRE),
        radius_km=50,
        available_from="2027-01",
        available_to="2027-06",
        working_time=WorkingTime.FULL_TIME,
        shifts=(Shift.DAY, Shift.NIGHT),
    )
    return card.model_copy(update=changed)


def a_demand_card(**changed: Any) -> DemandCard:
    card = DemandCard(
        occupation="G1703",
        must_skills=("121159",),
        wished_skills=("106489",),
        experience=ShownExperience.FROM_3_TO_5,
        area=Area(level="epci", code=CAUX),
        first_month="2027-02",
        last_month="2027-04",
        working_time=WorkingTime.FULL_TIME,
        shift=Shift.DAY,
        headcount=1,
    )
    return card.model_copy(update=changed)


def profile_referred(profile_id: str = "prf_a", *, tenant: str = LENDER, sequence: int = 3, **other: Any) -> Envelope:
    at = other.pop("occurred_at", FIRST)
    event = ProfileReferred(profile_id=profile_id, person_id=f"per_{profile_id[4:]}", card=a_profile_card(**other))
    return an_envelope(event, tenant=tenant, subject=profile_id, sequence=sequence, occurred_at=at)


def profile_published(profile_id: str = "prf_a", *, tenant: str = LENDER, sequence: int = 3, **card: Any) -> Envelope:
    event = ProfilePublished(profile_id=profile_id, person_id=f"per_{profile_id[4:]}", card=a_profile_card(**card))
    return an_envelope(event, tenant=tenant, subject=profile_id, sequence=sequence, occurred_at=FIRST)


def profile_withdrawn(profile_id: str = "prf_a", *, tenant: str = LENDER, sequence: int = 9) -> Envelope:
    event = ProfileWithdrawn(profile_id=profile_id)
    return an_envelope(event, tenant=tenant, subject=profile_id, sequence=sequence, occurred_at=FIRST)


def demand_referred(demand_id: str = "dem_x", *, tenant: str = HOST, sequence: int = 1, **other: Any) -> Envelope:
    at = other.pop("occurred_at", FIRST)
    event = DemandReferred(demand_id=demand_id, card=a_demand_card(**other))
    return an_envelope(event, tenant=tenant, subject=demand_id, sequence=sequence, occurred_at=at)


def demand_opened(demand_id: str = "dem_x", *, tenant: str = HOST, sequence: int = 1, **card: Any) -> Envelope:
    event = DemandOpened(demand_id=demand_id, card=a_demand_card(**card))
    return an_envelope(event, tenant=tenant, subject=demand_id, sequence=sequence, occurred_at=FIRST)


def demand_closed(demand_id: str = "dem_x", *, tenant: str = HOST, sequence: int = 9) -> Envelope:
    event = DemandClosed(demand_id=demand_id, outcome="closed")
    return an_envelope(event, tenant=tenant, subject=demand_id, sequence=sequence, occurred_at=FIRST)


def company_activated(
    company_id: str, *, marks: tuple[str, ...] = (), denied: tuple[str, ...] = (), sequence: int = 2
) -> Envelope:
    event = CompanyActivated(company_id=company_id, marks=marks, denied=denied)
    return an_envelope(event, tenant=company_id, subject=company_id, sequence=sequence, occurred_at=FIRST)
