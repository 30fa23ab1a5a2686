"""The events that matching follows, as they would arrive."""

from __future__ import annotations

from passerelle.contracts import Envelope
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.companies import CompanyActivated, CompanySuspended, CompanyUpdated
from passerelle.contracts.demands import DemandClosed, DemandOpened
from passerelle.contracts.profiles import ProfilePublished, ProfileWithdrawn
from tests.support.slices import an_envelope
from tests.unit.matching.trades import a_car_fitter, a_fitter_is_wanted

LENDER, HOST = "cmp_lender", "cmp_host"


def activated(tenant: str, marks: tuple[str, ...] = (), denied: tuple[str, ...] = (), *, sequence: int = 1) -> Envelope:
    event = CompanyActivated(company_id=tenant, marks=marks, denied=denied)
    return an_envelope(event, tenant=tenant, subject=tenant, sequence=sequence)


def updated(tenant: str, marks: tuple[str, ...], denied: tuple[str, ...], *, sequence: int) -> Envelope:
    event = CompanyUpdated(company_id=tenant, marks=marks, denied=denied)
    return an_envelope(event, tenant=tenant, subject=tenant, sequence=sequence)


def suspended(tenant: str, *, sequence: int) -> Envelope:
    return an_envelope(CompanySuspended(company_id=tenant), tenant=tenant, subject=tenant, sequence=sequence)


def published(
    profile_id: str = "prf_fitter", card: ProfileCard | None = None, *, tenant: str = LENDER, sequence: int = 3
) -> Envelope:
    event = ProfilePublished(profile_id=profile_id, person_id=f"per_{profile_id[4:]}", card=card or a_car_fitter())
    return an_envelope(event, tenant=tenant, subject=profile_id, sequence=sequence)


def withdrawn(profile_id: str = "prf_fitter", *, tenant: str = LENDER, sequence: int = 4) -> Envelope:
    return an_envelope(ProfileWithdrawn(profile_id=profile_id), tenant=tenant, subject=profile_id, sequence=sequence)


def opened(
    demand_id: str = "dem_fitter", card: DemandCard | None = None, *, tenant: str = HOST, sequence: int = 1
) -> Envelope:
    event = DemandOpened(demand_id=demand_id, card=card or a_fitter_is_wanted())
    return an_envelope(event, tenant=tenant, subject=demand_id, sequence=sequence)


def closed(demand_id: str = "dem_fitter", *, tenant: str = HOST, sequence: int = 2) -> Envelope:
    event = DemandClosed(demand_id=demand_id, outcome="closed")
    return an_envelope(event, tenant=tenant, subject=demand_id, sequence=sequence)
