"""The letters of these tests are about the golden sample of an introduction, and so are the documents of its loan."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from functions.documents.model import Kind, ProposalLetter, proposal_letter
from functions.documents.model.loan import (
    MASKED,
    CompanyIdentity,
    Loan,
    PersonIdentity,
    agreement_paper,
    masked_paper,
)
from functions.documents.rendering import Press
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.agreements import AgreementReady
from passerelle.contracts.introductions import IntroductionProposed, TermSheetReady
from passerelle.contracts.terms import ContractType, CostBase, Regime, TermSheet
from passerelle.nomenclature import load_starter
from tests.support.slices import an_envelope

SAMPLE = Path(__file__).resolve().parents[3] / "events" / "samples" / "IntroductionProposed.v1.json"
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AGREEMENT = "agr_c7dkx2wq5mzt3hfa6ncv"
LENDER = "cmp_t3qz6nmw2xkh7bvd5fca"
HOST = "cmp_w6fkb2z7mqx4tn5hvdca"
PERSON = "per_z4k2mw7qxh6tn3bvd5fc"
TERMS_SHA256 = "5d" * 32
AT_COST = CostBase(
    monthly_gross=260_000,
    bonuses=21_667,
    paid_leave=26_000,
    contribution_rate=4_250,
    expenses_ceiling=32_000,
    billed=470_425,
)
IDENTITIES = {
    LENDER: {
        "kind": "company",
        "name": "Ateliers de la Seine",
        "siren": "732829320",
        "siret": "73282932000074",
        "address": "12 rue des Forges\n76210 Bolbec",
        "contact_name": "Dominique Morel",
    },
    HOST: {
        "kind": "company",
        "name": "Chaudronnerie du Cailly",
        "siren": "552100554",
        "siret": "55210055400013",
        "address": "4 quai de la Soude\n76000 Rouen",
        "contact_name": "Alix Bertin",
    },
    PERSON: {"kind": "person", "given_name": "Camille", "family_name": "Lefèvre"},
}


@pytest.fixture(scope="session")
def envelope() -> Envelope:
    """An introduction is proposed: a welder of Caux Seine for a demand around Rouen."""
    return Envelope.from_json(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def proposed(envelope: Envelope) -> IntroductionProposed:
    event = envelope.event()
    assert isinstance(event, IntroductionProposed)
    return event


@pytest.fixture(scope="session")
def letter(envelope: Envelope, proposed: IntroductionProposed) -> ProposalLetter:
    at = envelope.occurred_at
    return proposal_letter(proposed, at, at.astimezone(clock.PARIS).date(), load_starter())


@pytest.fixture(scope="session")
def press() -> Press:
    return Press()


@pytest.fixture(scope="session")
def pdf(press: Press, letter: ProposalLetter) -> bytes:
    return press.proposal_letter(letter)


@pytest.fixture(scope="session")
def read_back() -> Callable[[bytes], str]:
    """What a PDF says, every run of white space (line ends, no-break spaces) as one space."""

    def read(content: bytes) -> str:
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = unicodedata.normalize("NFC", "\n".join(page.extract_text() for page in pages))
        return re.sub(r"\s+", " ", text)

    return read


@pytest.fixture(scope="session")
def a_term_sheet() -> Callable[..., TermSheet]:
    """The terms of a loan at cost: a welder on night shifts for three months; any field may be given otherwise."""

    def build(**changes: Any) -> TermSheet:
        values: dict[str, Any] = {
            "regime": Regime.ORDINARY,
            "occupation": "H2913",
            "tasks": "Souder des tuyauteries inox au procédé TIG et contrôler les cordons.",
            "post_characteristics": "Travail en hauteur ponctuel ; charges inférieures à 15 kg.",
            "area": {"level": "epci", "code": "200023414"},
            "start_date": date(2027, 1, 4),
            "end_date": date(2027, 4, 2),
            "weekly_hours": 35,
            "daily_hours": 9,
            "daily_rest_hours": 12,
            "working_time": "full_time",
            "shift": "night",
            "probation_days": 21,
            "contract_type": ContractType.PERMANENT,
            "day_night_switch": True,
            "risk_post": True,
            "sir_post": True,
            "cost": AT_COST,
        }
        return TermSheet(**(values | changes))

    return build


@pytest.fixture(scope="session")
def term_sheet_ready(proposed: IntroductionProposed, a_term_sheet: Callable[..., TermSheet]) -> Callable[..., Envelope]:
    """A blind term sheet is ready, with these terms."""

    def build(*, sequence: int = 5, earliest: date | None = date(2026, 12, 24), **changes: Any) -> Envelope:
        event = TermSheetReady(
            introduction_id=proposed.introduction_id,
            lender=LENDER,
            host=HOST,
            sha256=TERMS_SHA256,
            terms=a_term_sheet(**changes),
            profile_card=proposed.match.card,
            demand_card=proposed.demand_card,
            earliest_start=earliest,
        )
        envelope = an_envelope(event, tenant=HOST, subject=proposed.introduction_id, sequence=sequence)
        return envelope.model_copy(update={"occurred_at": AT})

    return build


@pytest.fixture(scope="session")
def agreement_ready(proposed: IntroductionProposed, a_term_sheet: Callable[..., TermSheet]) -> Callable[..., Envelope]:
    """An agreement is ready to sign, with these terms."""

    def build(*, terms_version: int = 2, supervisor: str = "cheffe d’atelier", **changes: Any) -> Envelope:
        event = AgreementReady(
            agreement_id=AGREEMENT,
            introduction_id=proposed.introduction_id,
            terms_version=terms_version,
            lender=LENDER,
            host=HOST,
            person_id=PERSON,
            terms=a_term_sheet(**changes),
            workplace="76540",
            signers=("directrice des ressources humaines", "gérant"),
            supervisor=supervisor,
        )
        envelope = an_envelope(event, tenant=HOST, subject=AGREEMENT, sequence=terms_version + 3)
        return envelope.model_copy(update={"occurred_at": AT})

    return build


@pytest.fixture(scope="session")
def facts_of(
    term_sheet_ready: Callable[..., Envelope], agreement_ready: Callable[..., Envelope], proposed: IntroductionProposed
) -> Callable[..., Loan]:
    """The facts of a document of a loan with these terms."""

    def build(kind: Kind, **changes: Any) -> Loan:
        day = AT.astimezone(clock.PARIS).date()
        if kind in MASKED:
            masked = term_sheet_ready(**changes).event()
            assert isinstance(masked, TermSheetReady)
            return masked_paper(masked, AT, day, load_starter())
        ready = agreement_ready(**changes).event()
        assert isinstance(ready, AgreementReady)
        lender, host = (
            CompanyIdentity.model_validate(IDENTITIES[LENDER]),
            CompanyIdentity.model_validate(IDENTITIES[HOST]),
        )
        person = PersonIdentity.model_validate(IDENTITIES[PERSON])
        return agreement_paper(ready, lender, host, person, proposed.match.card, AT, day, load_starter())

    return build


@pytest.fixture(scope="session")
def identities() -> dict[str, dict[str, str]]:
    """What the vault answers about each subject."""
    return IDENTITIES
