"""The erasure of a person, from the request to the certificate: who has answered, what is gone, what the law keeps.

Pure. An erasure is one case for a person, for ever. It is certified when the key is destroyed and every slice that may
hold something of a person has answered, in whatever order and however often they do.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.identities.model import Kind
from passerelle.contracts.erasure import Erased as Answered
from passerelle.contracts.erasure import Kept, KeptKind
from passerelle.problems import Problem, Refused

SliceName = Literal["profiles", "matching", "introductions", "agreements", "documents", "notifications", "desk"]

SLICES: Final[frozenset[SliceName]] = frozenset(
    {"profiles", "matching", "introductions", "agreements", "documents", "notifications", "desk"}
)
"""Every slice that may hold something of a person and tells facts. `inclusion` erases on the same news and tells nobody
anything; the decision log is the matching log; demands, companies, vocabulary and webhooks know of no person; sessions
know partners' candidates by a keyed digest until they withdraw, whom nobody put into the vault."""

ACCESS_LOG_KEPT: Final = timedelta(days=365)
"""CNIL, recommendation on logging of 2021: six months to a year."""


class Ground(StrEnum):
    """Why a person is erased."""

    REQUEST = "request"
    WITHDRAWN = "withdrawn"
    UNCONFIRMED = "unconfirmed"
    LOAN_OVER = "loan_over"


class Law(BaseModel):
    """Why something survives an erasure, in French."""

    model_config = ConfigDict(frozen=True)

    label: str
    basis: str


LAWS: Final[Mapping[KeptKind, Law]] = MappingProxyType(
    {
        "consent_evidence": Law(
            label="La preuve de vos choix : oui ou non, la date, l’empreinte du texte lu. Ni nom, ni profil.",
            basis="RGPD, articles 7, 1 et 17, 3, e ; article 2224 du Code civil (cinq ans)",
        ),
        "matching_log": Law(
            label="Le journal des rapprochements, sous un identifiant que plus rien ne relie à vous.",
            basis="Règlement (UE) 2024/1689, articles 19 et 26, 6 ; RGPD, article 17, 3, b",
        ),
        "signed_loan": Law(
            label="Le dossier de la mission signée, dans une archive fermée que nul n’ouvre sans motif consigné.",
            basis="RGPD, article 17, 3, e ; articles 2224 du Code civil et 8 du Code de procédure pénale (six ans)",
        ),
        "access_log": Law(
            label="Le journal des lectures de votre identité : qui, quand, pourquoi. Il ne nomme personne.",
            basis="RGPD, articles 5, 2 et 32 ; recommandation de la CNIL sur la journalisation (un an)",
        ),
        "mail_objection": Law(
            label="L’empreinte de l’adresse où un mail fut dit indésirable, pour n’y plus écrire. Ni nom, ni adresse.",
            basis="RGPD, articles 17, 3, b et 21 ; référentiel de la CNIL sur la gestion commerciale (trois ans)",
        ),
    }
)
"""What the law keeps, and which (law.md §1.10, §3.6)."""


class Answer(BaseModel):
    """What one slice said: how much is gone, and what it keeps."""

    model_config = ConfigDict(frozen=True)

    deleted: int
    kept: tuple[Kept, ...] = ()


class KeptLine(BaseModel):
    """One thing that the law keeps, in words, with the law and the last day."""

    model_config = ConfigDict(frozen=True)

    what: KeptKind
    label: Annotated[str, Field(examples=["Le dossier de la mission signée."])]
    basis: Annotated[str, Field(examples=["Article 2224 du Code civil"])]
    until: date


class Certificate(BaseModel):
    """What was destroyed, what is kept and why, and from when on no backup brings any of it back."""

    model_config = ConfigDict(frozen=True)

    key_destroyed_at: Annotated[datetime, Field(description="From then on nobody can read the identity.")]
    deleted: Annotated[dict[str, int], Field(description="Rows, index entries and files, by slice.")]
    kept: tuple[KeptLine, ...]
    identity_gone_on: Annotated[date, Field(description="From this day on no backup holds the key of the identity.")]
    backups_gone_on: Annotated[date, Field(description="From this day on no backup holds a masked row of it either.")]
    certified_at: datetime
    statement: Annotated[tuple[str, ...], Field(description="The same in French, to be handed to the person.")]


class Recovery(BaseModel):
    """For how many days backups can bring rows back: of the keys, and of all other tables."""

    model_config = ConfigDict(frozen=True)

    keys_days: int
    records_days: int


class Erasure(BaseModel):
    """The aggregate: the one erasure of a person."""

    model_config = ConfigDict(frozen=True)

    id: str
    person_id: str
    ground: Ground
    requested_at: datetime
    requested_by: Annotated[str, Field(description="Id of the user or key that asked, or of the run of the clock.")]
    key_destroyed_at: datetime | None = None
    answers: dict[SliceName, Answer] = {}
    certificate: Certificate | None = None

    def with_key_destroyed(self, at: datetime) -> "Erasure":
        """It once the key is destroyed; the first time counts."""
        return self if self.key_destroyed_at else self.model_copy(update={"key_destroyed_at": at})

    def with_answer(self, name: SliceName, said: Answered) -> "Erasure":
        """It once a slice has answered; the first answer counts."""
        if name in self.answers:
            return self
        answer = Answer(deleted=said.deleted, kept=said.kept)
        return self.model_copy(update={"answers": {**self.answers, name: answer}})

    @property
    def waits_for(self) -> frozenset[SliceName]:
        """The slices that have not answered."""
        return SLICES - set(self.answers)

    @property
    def done(self) -> bool:
        """Whether nothing is left to erase."""
        return self.key_destroyed_at is not None and not self.waits_for

    def certified(self, recovery: Recovery, at: datetime, today: date) -> "Erasure":
        """It with its certificate, if it is done and has none."""
        if self.certificate is not None or not self.done or self.key_destroyed_at is None:
            return self
        kept = [Kept(what="access_log", until=today + ACCESS_LOG_KEPT)]
        kept += [each for name in sorted(self.answers) for each in self.answers[name].kept]
        lines = tuple(KeptLine(what=each.what, until=each.until, **LAWS[each.what].model_dump()) for each in kept)
        destroyed = self.key_destroyed_at.date()
        identity_gone_on = destroyed + timedelta(days=recovery.keys_days + 1)
        backups_gone_on = today + timedelta(days=recovery.records_days + 1)
        certificate = Certificate(
            key_destroyed_at=self.key_destroyed_at,
            deleted={name: answer.deleted for name, answer in sorted(self.answers.items())},
            kept=lines,
            identity_gone_on=identity_gone_on,
            backups_gone_on=backups_gone_on,
            certified_at=at,
            statement=statement(destroyed, lines, identity_gone_on, backups_gone_on),
        )
        return self.model_copy(update={"certificate": certificate})


def statement(
    destroyed: date, kept: tuple[KeptLine, ...], identity_gone_on: date, backups_gone_on: date
) -> tuple[str, ...]:
    """The certificate in French, line by line."""
    return (
        f"La clé de votre identité a été détruite le {_day(destroyed)} : plus personne ne peut la lire ici.",
        "Votre profil masqué, vos mises en relation et leurs documents ont été effacés.",
        "La loi impose de garder ce qui suit, et rien d’autre :",
        *(f"– {line.label} Jusqu’au {_day(line.until)} ({line.basis})." for line in kept),
        f"À partir du {_day(identity_gone_on)}, aucune sauvegarde ne peut rendre votre identité lisible.",
        f"À partir du {_day(backups_gone_on)}, aucune sauvegarde ne contient plus les données masquées effacées.",
        "Vous pouvez vous plaindre auprès de la CNIL : www.cnil.fr.",
    )


def only_persons() -> Problem:
    """The answer to the erasure of a company: it is no person, and it is closed instead."""
    return Refused(
        "A company is not erased, it is closed.",
        code="not-a-person",
        remedy="Close the company; to change its contact, record its identity again.",
    )


def check_person(kind: Kind) -> None:
    """Raise `Refused` for anybody but a person."""
    if kind != "person":
        raise only_persons()


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year}"
