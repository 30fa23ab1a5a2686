"""Who is in the vault, and the events by which it learns that a third signature disclosed an introduction, or that it
ended."""

import json
from datetime import UTC, date, datetime
from typing import Any

from passerelle.contracts import Envelope
from passerelle.contracts.cards import Area, Shift, WorkingTime
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded
from passerelle.contracts.terms import ContractType, CostBase, TermSheet
from tests.support.slices import Slice, an_envelope

THE_ID, LENDER, HOST, PERSON = "int_1", "cmp_lender", "cmp_host", "per_ana"
DISCLOSED_AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
ANA = {
    "kind": "person",
    "given_name": "Zéphyrine",
    "family_name": "Quatrebarbes",
    "email": "zq@canari.example",
    "phone": "0612345699",
    "address": "7 impasse du Canari",
}


def a_named_company(name: str, siren: str, **other: Any) -> dict[str, Any]:
    return {
        "kind": "company",
        "name": name,
        "siren": siren,
        "siret": f"{siren}00074" if siren == "732829320" else f"{siren}00011",
        "address": f"1 rue de {name}",
        "contact_name": f"Contact {name}",
        "contact_email": f"rh@{name.lower()}.example",
    } | other


COMPANIES = {
    LENDER: a_named_company("Preteuse", "732829320", contact_phone="0235000000"),
    HOST: a_named_company("Accueil", "404833048", siret="40483304800022"),
}


def accesses(it: Slice) -> list[dict[str, Any]]:
    return [json.loads(row["state"]["S"]) for row in it.rows() if "#access#" in row["pk"]["S"]]


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
