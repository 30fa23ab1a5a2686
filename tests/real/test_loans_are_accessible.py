"""veraPDF, the reference validator, finds nothing against any document of a loan, in any regime, short or long."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.documents.model import Kind
from functions.documents.model.loan import (
    MASKED,
    NAMED,
    CompanyIdentity,
    Loan,
    PersonIdentity,
    agreement_paper,
    masked_paper,
)
from functions.documents.rendering import Press
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementReady
from passerelle.contracts.introductions import IntroductionProposed, TermSheetReady
from passerelle.contracts.terms import CostBase, Regime, TermSheet
from passerelle.nomenclature import load_starter

SAMPLE = Path(__file__).resolve().parents[2] / "events" / "samples" / "IntroductionProposed.v1.json"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LENDER = CompanyIdentity(
    name="Ateliers de la Seine",
    siren="732829320",
    siret="73282932000074",
    address="12 rue des Forges\n76210 Bolbec",
    contact_name="Dominique Morel",
)
HOST = CompanyIdentity(
    name="Chaudronnerie du Cailly",
    siren="552100554",
    siret="55210055400013",
    address="4 quai de la Soude\n76000 Rouen",
    contact_name="Alix Bertin",
)
FREE = CostBase(monthly_gross=260_000, contribution_rate=4_250, billed=0, vat_rate=0)
AT_COST = CostBase(monthly_gross=260_000, contribution_rate=4_250, billed=370_500)

CASES: dict[str, dict[str, Any]] = {
    "R1 with everything": {"probation_days": 15, "risk_post": True, "sir_post": True, "pay_changed": True},
    "R1 over many pages": {"tasks": "mot " * 250, "post_characteristics": "trait " * 100},
    "R2 for nothing": {"regime": Regime.LARGE_TO_SME, "purpose": "QUALIFICATION", "cost": FREE},
    "R3 for nothing": {"regime": Regime.GENERAL_INTEREST, "purpose": "PARTNERSHIP", "cost": FREE},
}


def facts(kind: Kind, **changes: Any) -> Loan:
    proposed = Envelope.from_json(SAMPLE.read_text(encoding="utf-8")).event()
    assert isinstance(proposed, IntroductionProposed)
    values: dict[str, Any] = {
        "occupation": "H2913",
        "tasks": "Souder des tuyauteries inox au procédé TIG.",
        "area": {"level": "epci", "code": "200023414"},
        "start_date": date(2027, 1, 4),
        "end_date": date(2027, 4, 2),
        "weekly_hours": 35,
        "daily_hours": 8,
        "working_time": "full_time",
        "shift": "two_shifts",
        "contract_type": "CDI",
        "cost": AT_COST,
    }
    terms = TermSheet(**(values | changes))
    if kind in MASKED:
        sheet = TermSheetReady(
            introduction_id=proposed.introduction_id,
            lender="cmp_lender",
            host="cmp_host",
            sha256="5d" * 32,
            terms=terms,
            profile_card=proposed.match.card,
            demand_card=proposed.demand_card,
        )
        return masked_paper(sheet, AT, AT.date(), load_starter())
    ready = AgreementReady(
        agreement_id="agr_c7dkx2wq5mzt3hfa6ncv",
        introduction_id=proposed.introduction_id,
        terms_version=1,
        lender="cmp_lender",
        host="cmp_host",
        person_id="per_z4k2mw7qxh6tn3bvd5fc",
        terms=terms,
        workplace="76540",
        signers=("directrice des ressources humaines", "gérant"),
        supervisor="cheffe d’atelier",
    )
    person = PersonIdentity(given_name="Camille", family_name="Lefèvre")
    return agreement_paper(ready, LENDER, HOST, person, proposed.match.card, AT, AT.date(), load_starter())


@pytest.mark.parametrize("kind", [*MASKED, *NAMED])
def test_a_document_of_a_loan_complies_with_pdf_ua_1(verapdf, tmp_path: Path, kind: Kind):
    press = Press()
    for case, changes in CASES.items():
        file = tmp_path / f"{case}.pdf"
        file.write_bytes(press.loan_document(kind, facts(kind, **changes)))

        assert verapdf(file) == [], case
