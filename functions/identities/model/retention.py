"""How long what is kept: the schedule of law.md §3.6 as data, and the clock of each person that executes it.

Pure. What names a person ends with an erasure, whatever the reason, so that there is one way for data to go. News may
reach a clock in any order and more than once: each only ever moves a day forward, and a withdrawal is the first one.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.identities.model.erasure import Ground

Means = Literal["erasure", "confirmation", "archive", "expiry", "removal", "no_such_data_yet"]
"""What executes a line: `identities.retain` (the first two), `documents.retain`, the table's own expiry, the end of a
membership or `companies.expire`, or nothing to execute yet."""


class Line(BaseModel):
    """One line of the schedule."""

    model_config = ConfigDict(frozen=True)

    data: Annotated[str, Field(description="In French.", examples=["Profil retiré"])]
    starts: Annotated[str, Field(description="What the term counts from, in French.", examples=["retrait"])]
    days: Annotated[int | None, Field(description="None where the law gives an event instead.", examples=[28])]
    then: Annotated[str, Field(description="In French.", examples=["effacement"])]
    means: Means


AFTER_WITHDRAWAL: Final = timedelta(days=28)
"""Two days less than the thirty of the schedule, for the run and the propagation."""

ASKED_AGAIN: Final = timedelta(days=182)
UNCONFIRMED: Final = timedelta(days=365)
AFTER_THE_MISSION: Final = timedelta(days=90)
LONGEST_LOAN: Final = timedelta(days=5 * 365 + 1)
"""Two years to start, three years of loan: a signed mission of which nothing was heard for that long is over."""

SCHEDULE: Final[tuple[Line, ...]] = (
    Line(data="Profil retiré", starts="retrait", days=28, then="effacement de la personne", means="erasure"),
    Line(
        data="Profil sans suite",
        starts="dernier accord",
        days=182,
        then="question par courriel : l’accord tient-il toujours ?",
        means="confirmation",
    ),
    Line(
        data="Profil sans suite", starts="dernier accord", days=365, then="effacement de la personne", means="erasure"
    ),
    Line(
        data="Dossier d’une mission",
        starts="fin de la mission",
        days=90,
        then="effacement de la personne, dossier signé en archive fermée",
        means="erasure",
    ),
    Line(
        data="Nom d’un membre d’une entreprise",
        starts="fin de l’appartenance",
        days=0,
        then="effacement du nom",
        means="removal",
    ),
    Line(data="Invitation sans réponse", starts="fin du lien", days=30, then="effacement du nom", means="removal"),
    Line(data="Archive d’une mission", starts="fin de la mission", days=6 * 365, then="destruction", means="archive"),
    Line(data="Journal des rapprochements", starts="rapprochement", days=2 * 365, then="oubli", means="expiry"),
    Line(data="Journal des opérations", starts="opération", days=3 * 365, then="oubli", means="expiry"),
    Line(data="Journal des lectures d’identité", starts="lecture", days=365, then="oubli", means="expiry"),
    Line(data="Preuve de l’accord", starts="effacement", days=5 * 365, then="oubli", means="expiry"),
    Line(data="Traces d’envoi des courriels", starts="envoi", days=90, then="oubli", means="expiry"),
    Line(data="Adresse où un courriel fut dit indésirable", starts="envoi", days=1095, then="oubli", means="expiry"),
    Line(
        data="Candidat d’un partenaire, non embauché", starts="dernier contact", days=730, then="oubli", means="expiry"
    ),
    Line(data="Résultat de la MRS", starts="résultat", days=365, then="–", means="no_such_data_yet"),
    Line(data="Suivi d’un plan social", starts="fin du plan", days=183, then="–", means="no_such_data_yet"),
    Line(data="Dossier Alizé", starts="fin du contrat", days=10 * 365, then="–", means="no_such_data_yet"),
    Line(data="Listes d’événements", starts="événement", days=365, then="–", means="no_such_data_yet"),
)
"""The schedule, for operators and data-protection officers to read."""


class Clock(BaseModel):
    """What the schedule needs to know of one person."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    person_id: str
    confirmed_on: Annotated[date, Field(description="Last day on which he was first asked or said yes.")]
    asked_again_on: date | None = None
    withdrawn_on: date | None = None
    loans: Annotated[dict[str, date], Field(description="Last day of each signed mission, by agreement.")] = {}

    def confirmed(self, on: date) -> "Clock":
        """It once he was asked, or said yes."""
        return self.model_copy(update={"confirmed_on": max(self.confirmed_on, on)})

    def asked_again(self, on: date) -> "Clock":
        """It once he was asked whether his yes still holds."""
        return self.model_copy(update={"asked_again_on": on})

    def withdrawn(self, on: date) -> "Clock":
        """It once his profile was withdrawn."""
        return self.model_copy(update={"withdrawn_on": min(self.withdrawn_on or on, on)})

    def lent(self, agreement_id: str, until: date, *, known: bool) -> "Clock":
        """It once a mission is signed (its end not yet known here) or has started (its end known)."""
        if not known and agreement_id in self.loans:
            return self
        return self.model_copy(update={"loans": {**self.loans, agreement_id: until}})

    def not_lent(self, agreement_id: str) -> "Clock":
        """It once an agreement will not be: its mission ended before it began, whenever its signature is heard of."""
        return self.model_copy(update={"loans": {**self.loans, agreement_id: date.min}})

    @property
    def end(self) -> tuple[date, Ground]:
        """The day on which the person is to be erased, and why. A mission comes before everything else."""
        last = max(self.loans.values(), default=date.min)
        if last > date.min:
            return last + AFTER_THE_MISSION, Ground.LOAN_OVER
        if self.withdrawn_on is not None:
            return self.withdrawn_on + AFTER_WITHDRAWAL, Ground.WITHDRAWN
        return self.confirmed_on + UNCONFIRMED, Ground.UNCONFIRMED

    @property
    def due(self) -> date:
        """The day of the next step: that on which he is asked whether his yes still holds, or that of his end."""
        day, ground = self.end
        asked = self.asked_again_on is not None and self.asked_again_on >= self.confirmed_on
        return day if asked or ground is not Ground.UNCONFIRMED else self.confirmed_on + ASKED_AGAIN


class Owner(BaseModel):
    """Whose profile or agreement an id is."""

    model_config = ConfigDict(frozen=True)

    person_id: str


class Report(BaseModel):
    """What one run of the schedule did: counts alone."""

    model_config = ConfigDict(frozen=True)

    run_at: datetime
    erased: Annotated[dict[Ground, int], Field(description="Erasures opened, by ground.", examples=[{"withdrawn": 2}])]
    asked_again: Annotated[int, Field(description="Asked whether their yes still holds.", examples=[1])] = 0
