"""The facts that several tests of notifications tell, as they would arrive."""

from datetime import datetime
from typing import Any

from passerelle.contracts import Envelope
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.introductions import InterestExpressed, IntroductionBecameMutual, IntroductionEnded
from passerelle.contracts.profiles import OptInRequested
from tests.support.slices import an_envelope


def interest(side: Any = "lender") -> Envelope:
    """One side is interested: an answer of the other is awaited."""
    event = InterestExpressed(introduction_id="int_1", side=side, lender="cmp_lender", host="cmp_host")
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def mutual() -> Envelope:
    """Both are interested."""
    event = IntroductionBecameMutual(
        introduction_id="int_1", demand_id="dem_1", profile_id="prf_1", lender="cmp_lender", host="cmp_host"
    )
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def ended() -> Envelope:
    """It does not proceed."""
    event = IntroductionEnded(
        introduction_id="int_1",
        demand_id="dem_1",
        profile_id="prf_1",
        lender="cmp_lender",
        host="cmp_host",
        reason="declined",
    )
    return an_envelope(event, tenant="cmp_lender", subject="int_1")


def opt_in_requested() -> Envelope:
    """The employee's word is asked for."""
    event = OptInRequested(profile_id="prf_1", person_id="per_ana")
    return an_envelope(event, tenant="cmp_lender", subject="prf_1")


def recorded(subject_id: str, at: datetime, tenant: str = "cmp_lender", kind: Any = "person") -> Envelope:
    """An identity was put into the vault, or rectified."""
    event = IdentityRecorded(subject_id=subject_id, kind=kind)
    return an_envelope(event, tenant=tenant, subject=subject_id, occurred_at=at)
