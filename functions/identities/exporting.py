"""What a person may read of himself here (RGPD, articles 15 and 20): his identity, and who read it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Protocol

from pydantic import BaseModel, Field

from functions.identities.model import Access, Identity, Outcome

EXPLANATION: Final = (
    "identity : ce que votre employeur a confié au coffre, chiffré avec une clé qui n’est qu’à vous.",
    (
        "readings : chaque lecture, ou tentative, de votre identité : quand, par qui, pour quoi, à quel palier, avec "
        "quel résultat. Les lecteurs y figurent sous un identifiant."
    ),
    (
        "Base : intérêt légitime de votre employeur, sous réserve de votre accord (RGPD, article 6, 1, f). "
        "Destinataires : votre employeur ; l’entreprise hôte après trois signatures."
    ),
)


class Reading(BaseModel):
    """One line of the access log."""

    at: datetime
    reader: Annotated[str, Field(examples=["notifications"])]
    purpose: Annotated[str, Field(examples=["opt_in_mail"])]
    level: Annotated[int, Field(examples=[0])]
    outcome: Outcome


class IdentityExport(BaseModel):
    """The vault's part of what is handed to a person who asks."""

    explanation: Annotated[tuple[str, ...], Field(examples=[["identity : ce que le coffre garde."]])] = EXPLANATION
    person_id: str
    identity: Annotated[Identity | None, Field(description="None once it was erased.")] = None
    readings: tuple[Reading, ...] = ()


class AccessLog(Protocol):
    """What is needed of the store."""

    def accesses(self, tenant: str, subject_id: str) -> Iterator[Access]: ...


def readings(log: AccessLog, tenant: str, person_id: str) -> tuple[Reading, ...]:
    """Every reading of a person's identity, the oldest first."""
    return tuple(
        Reading(at=each.at, reader=each.reader, purpose=each.purpose, level=each.level, outcome=each.outcome)
        for each in log.accesses(tenant, person_id)
    )
