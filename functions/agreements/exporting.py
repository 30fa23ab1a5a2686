"""What a person may read of himself here (RGPD, articles 15 and 20): his agreement, and how he signed."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.drafts import Draft
from functions.agreements.model.states import State
from passerelle.contracts.documents import DocumentKind

EXPLANATION: Final = (
    (
        "draft : les conditions de votre mission. documents : l’empreinte SHA-256 de chaque document ; vous lisez "
        "les vôtres par votre lien personnel."
    ),
    "signature : la preuve de votre signature, avec les mots exacts que vous avez signés.",
    (
        "Base : le contrat et la loi (RGPD, article 6, 1, b et c ; Code du travail, article L8241-2). Gardé six ans "
        "après la mission. Destinataires : les deux entreprises."
    ),
)


class OwnSignature(BaseModel):
    """The evidence of the employee's own signature."""

    at: datetime
    level: Annotated[str, Field(examples=["simple"])]
    text: Annotated[str, Field(examples=["Je signe."])]
    documents: Annotated[dict[DocumentKind, str], Field(examples=[{"employee_agreement": "9f86d081"}])]


class AgreementExport(BaseModel):
    """The agreement's part of what is handed to a person who asks."""

    explanation: Annotated[tuple[str, ...], Field(examples=[["draft : les conditions."]])] = EXPLANATION
    agreement_id: str
    state: Annotated[State, Field(examples=[State.SIGNED])]
    draft: Draft
    documents: Annotated[dict[DocumentKind, str], Field(examples=[{"employee_agreement": "9f86d081"}])]
    signature: OwnSignature | None = None


def export(agreement: Agreement) -> AgreementExport:
    """An agreement as its employee reads it."""
    own = agreement.signature_of("employee")
    return AgreementExport(
        agreement_id=agreement.id,
        state=agreement.state,
        draft=agreement.draft,
        documents=agreement.documents,
        signature=OwnSignature(at=own.at, level=own.level, text=own.text, documents=own.documents) if own else None,
    )
