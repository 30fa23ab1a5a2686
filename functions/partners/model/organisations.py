"""A partner organisation: what it is, where and in which programmes it acts, and the secrets of its inbox. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.base import Programme
from passerelle.contracts.partners import PartnerEnded, PartnerRecorded, Territory
from passerelle.nomenclature import Nomenclature
from passerelle.problems import FieldError, Refused

Kind = Literal["employment_agency", "territory", "skills_operator", "union", "outplacement", "fund", "other"]

PARTNER_ID: Final = r"^ptn_[a-z2-7]{20}$"
OVERLAP: Final = timedelta(days=7)
"""How long a replaced secret still opens the inbox: time to hand the new one over and to put it in place."""


class PartnerState(StrEnum):
    """Where an organisation stands."""

    ACTIVE = "active"
    ENDED = "ended"


class Action(StrEnum):
    """What may be done to an organisation."""

    CHANGE = "change"
    ROTATE = "rotate"
    END = "end"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads from where (None: it stays). All of them are the operator's."""

    target: PartnerState | None
    sources: frozenset[PartnerState]
    told: str


_ACTIVE = frozenset({PartnerState.ACTIVE})

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.CHANGE: Transition(
        None, _ACTIVE, "partner: reads it; its next items are judged by it, and it is told of what is within it"
    ),
    Action.ROTATE: Transition(None, _ACTIVE, "partner: a fresh secret, by the operator; the one before holds a week"),
    Action.END: Transition(
        PartnerState.ENDED,
        _ACTIVE,
        "partner: its inbox answers as if it were not known, its keys open nothing, its endpoints are told nothing",
    ),
}


class Facts(BaseModel):
    """What the operator records of an organisation."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=2, max_length=120, examples=["Agence pour l’emploi de Lillebonne"])]
    kind: Annotated[Kind, Field(examples=["employment_agency"])]
    programmes: Annotated[
        tuple[Programme, ...], Field(min_length=1, max_length=5, description="Where it acts.", examples=[["placement"]])
    ]
    territories: Annotated[
        tuple[Territory, ...],
        Field(
            max_length=50,
            description="Where it acts; none: everywhere.",
            examples=[[{"level": "department", "code": "76"}]],
        ),
    ] = ()


class Sealed(BaseModel):
    """A secret of the inbox under the KMS key, base64; `until` is when a replaced one ends."""

    model_config = ConfigDict(frozen=True)

    text: str
    until: datetime | None = None


class Partner(BaseModel):
    """The aggregate. `secrets` begin with the present one; there are none before the first is made."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: PartnerState = PartnerState.ACTIVE
    facts: Facts
    secrets: tuple[Sealed, ...] = ()

    def changed(self, facts: Facts) -> "Partner":
        """With other facts. Raises `Refused` once it has ended."""
        return _moved(self, Action.CHANGE, facts=facts)

    def rotated(self, fresh: Sealed, now: datetime) -> "Partner":
        """With a fresh secret; the one before it still holds for `OVERLAP`, older ones no more."""
        before = tuple(one.model_copy(update={"until": now + OVERLAP}) for one in self.secrets[:1])
        return _moved(self, Action.ROTATE, secrets=(fresh, *before))

    def ended(self) -> "Partner":
        """Gone: it keeps no secret. Raises `Refused` when it has ended before."""
        return _moved(self, Action.END, secrets=())

    def opening(self, now: datetime) -> tuple[Sealed, ...]:
        """The secrets that open its inbox now."""
        return tuple(one for one in self.secrets if one.until is None or one.until > now)

    def acts_in(self, municipality: str, nomenclature: Nomenclature) -> bool:
        """Whether a municipality that the nomenclature holds lies in one of its territories."""
        if not self.facts.territories:
            return True
        here = nomenclature.municipality(municipality).areas
        return any((one.level, one.code) in here for one in self.facts.territories)

    def told(self) -> PartnerRecorded | PartnerEnded:
        """The fact of where it stands: where it acts, or that it has ended."""
        if self.state is PartnerState.ENDED:
            return PartnerEnded(partner_id=self.id)
        return PartnerRecorded(partner_id=self.id, programmes=self.facts.programmes, territories=self.facts.territories)


def faults(facts: Facts, nomenclature: Nomenclature) -> list[FieldError]:
    """Everything wrong with what is recorded of an organisation, in French, with what to do."""
    known = frozenset[tuple[str, str]]().union(*(place.areas for place in nomenclature.municipalities))
    unknown = [
        FieldError(
            f"/territories/{at}/code",
            "Ce code n’est pas dans la nomenclature à ce niveau.",
            "Cherchez le territoire par `GET /vocabulary/municipalities` et reprenez son code officiel.",
        )
        for at, one in enumerate(facts.territories)
        if (one.level, one.code) not in known
    ]
    twice = len(set(facts.programmes)) < len(facts.programmes) or len(set(facts.territories)) < len(facts.territories)
    repeated = FieldError("/territories", "Un programme ou un territoire vient deux fois.", "Gardez-le une seule fois.")
    return [*unknown, *([repeated] if twice else [])]


def _moved(partner: Partner, action: Action, **changes: object) -> Partner:
    transition = TRANSITIONS[action]
    if partner.state not in transition.sources:
        raise Refused(
            "Ce partenaire a pris fin.",
            code="partner-ended",
            remedy="Enregistrez une nouvelle organisation si elle revient.",
        )
    return partner.model_copy(update={"state": transition.target or partner.state, **changes})
