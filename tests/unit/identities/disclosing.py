"""The events by which the vault learns that a third signature disclosed an introduction, or that it ended."""

from datetime import UTC, date, datetime

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area, Shift, WorkingTime
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded
from passerelle.contracts.terms import ContractType, CostBase, TermSheet
from tests.support.slices import an_envelope

THE_ID, LENDER, HOST, PERSON = "int_1", "cmp_lender", "cmp_host", "per_ana"
DISCLOSED_AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def some_terms() -> TermSheet:
    return TermSheet(
        occupation="H2909",
        tasks="Montage de sous-ensembles en atelier.",
        area=Area(level="epci", code="200084952"),
        start_date=date(2027, 2, 1),
        end_date=date(2027, 4, 30),
        weekly_hours=35,
        daily_hours=8,
        working_time=WorkingTime.FULL_TIME,
        shift=Shift.DAY,
        contract_type=ContractType.PERMANENT,
        cost=CostBase(monthly_gross=280_000, contribution_rate=4_200, billed=397_600),
    )


def disclosed(sequence: int = 7) -> Envelope:
    event = IntroductionDisclosed(
        introduction_id=THE_ID,
        demand_id="dem_1",
        profile_id="prf_1",
        person_id=PERSON,
        lender=LENDER,
        host=HOST,
        terms=some_terms(),
        sha256="a3" * 32,
        disclosed_at=DISCLOSED_AT,
    )
    return an_envelope(event, tenant=HOST, subject=THE_ID, sequence=sequence)


def ended(sequence: int = 8) -> Envelope:
    event = IntroductionEnded(
        introduction_id=THE_ID, demand_id="dem_1", profile_id="prf_1", lender=LENDER, host=HOST, reason="declined"
    )
    return an_envelope(event, tenant=HOST, subject=THE_ID, sequence=sequence)
