"""A candidate as a partner told of him: by codes and days, under a keyed digest of the partner's reference. Pure.

Deliveries come in any order. What a partner said last holds (`said_at`), whenever it arrives, and of two things said at
one instant always the same one; outcomes that come before
their candidate are kept and count once he comes. Of a candidate who withdrew only the instant is kept, so that what was
said of him before, and arrives later, is kept no more; he begins anew when he is preselected again.
"""

from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from functions.partners.model.items import Code, OutcomeData, PreselectedData
from passerelle.contracts import Event
from passerelle.contracts.base import Programme
from passerelle.contracts.cards import ExperienceBand
from passerelle.contracts.partners import (
    CandidateOutcomeReceived,
    CandidateWithdrew,
    HiringContract,
    Outcome,
    PreselectedCandidateReceived,
)
from passerelle.masking import masked_area
from passerelle.nomenclature import Nomenclature

MOST_OUTCOMES: Final = 30
"""Outcomes kept of one candidate: more than the six kinds for a few axes is a fault of the sender's."""


class Preselection(BaseModel):
    """For what, and with what, somebody was preselected; never who."""

    model_config = ConfigDict(frozen=True)

    said_at: datetime
    programme: Programme
    axis: int
    occupation: str
    skills: tuple[str, ...]
    experience: ExperienceBand
    municipality: str
    consented_on: date
    preselected_on: date

    @classmethod
    def of(cls, data: PreselectedData, said_at: datetime) -> "Preselection":
        """What is kept of an item: everything but the reference."""
        kept = data.model_dump(exclude={"candidate"}) | {"skills": tuple(sorted(data.skills))}
        return cls(said_at=said_at, **kept)


class Told(BaseModel):
    """One outcome as a partner told it."""

    model_config = ConfigDict(frozen=True)

    said_at: datetime
    outcome: Outcome
    axis: int
    on: date
    contract: HiringContract | None = None

    @classmethod
    def of(cls, data: OutcomeData, said_at: datetime) -> "Told":
        """What is kept of an item: everything but the reference."""
        return cls(said_at=said_at, **data.model_dump(exclude={"candidate"}))

    @property
    def slot(self) -> tuple[str, int]:
        """What one candidate has one of: hired or not hired is one thing that is said of an axis."""
        return ("end" if self.outcome in ("hired", "not_hired") else self.outcome, self.axis)


class Candidate(BaseModel):
    """The aggregate; without `preselection` only outcomes have come so far."""

    model_config = ConfigDict(frozen=True)

    id: str
    partner: str
    preselection: Preselection | None = None
    outcomes: tuple[Told, ...] = ()
    withdrew_at: datetime | None = None

    @property
    def hired(self) -> bool:
        """Whether he was hired on any axis."""
        return any(one.outcome == "hired" for one in self.outcomes)

    def preselected(self, said: Preselection) -> tuple["Candidate", Code]:
        """After the partner told of him, and what that was."""
        if self._withdrew_since(said.said_at):
            return self, Code.OUTDATED
        code = _standing(self.preselection, said)
        return (self.model_copy(update={"preselection": said}) if _is_later(self.preselection, said) else self), code

    def came_to(self, said: Told) -> tuple["Candidate", Code]:
        """After an outcome, and what that was."""
        if self._withdrew_since(said.said_at):
            return self, Code.OUTDATED
        if self.withdrew_at is not None and self.preselection is None:
            return self, Code.CANDIDATE_WITHDRAWN
        known = next((one for one in self.outcomes if one.slot == said.slot), None)
        if known is None and len(self.outcomes) >= MOST_OUTCOMES:
            return self, Code.TOO_MANY_OUTCOMES
        code = _standing(known, said)
        if not _is_later(known, said):
            return self, code
        others = (one for one in self.outcomes if one.slot != said.slot)
        after = self.model_copy(update={"outcomes": tuple(sorted((*others, said), key=lambda one: one.slot))})
        return after, Code.WAITING if code is Code.APPLIED and self.preselection is None else code

    def withdrawn(self, at: datetime) -> tuple["Candidate", Code]:
        """After he withdrew, and what that was: everything said of him until then is gone."""
        if self._withdrew_since(at):
            return self, Code.REPEATED if at == self.withdrew_at else Code.OUTDATED
        again = self.preselection if self.preselection is not None and self.preselection.said_at > at else None
        since = tuple(one for one in self.outcomes if one.said_at > at) if again else ()
        return self.model_copy(update={"preselection": again, "outcomes": since, "withdrew_at": at}), Code.APPLIED

    def _withdrew_since(self, said_at: datetime) -> bool:
        return self.withdrew_at is not None and said_at <= self.withdrew_at

    def news_since(self, before: "Candidate", nomenclature: Nomenclature) -> tuple[Event, ...]:
        """The facts that make this candidate out of the one before; none before he was preselected."""
        here = self.preselection
        if here is None:
            known_of = before.preselection is not None
            return (CandidateWithdrew(candidate_id=self.id, partner_id=self.partner),) if known_of else ()
        known = [_content(one) for one in before.outcomes] if before.preselection is not None else []
        facts: list[Event] = []
        if before.preselection is None or _content(here) != _content(before.preselection):
            facts.append(
                PreselectedCandidateReceived(
                    candidate_id=self.id,
                    partner_id=self.partner,
                    axis=here.axis,
                    occupation=here.occupation,
                    skills=here.skills,
                    experience=here.experience,
                    area=masked_area(here.municipality, nomenclature),
                )
            )
        facts.extend(
            CandidateOutcomeReceived(
                candidate_id=self.id, partner_id=self.partner, axis=one.axis, outcome=one.outcome, contract=one.contract
            )
            for one in self.outcomes
            if _content(one) not in known
        )
        return tuple(facts)


def _standing(known: Preselection | Told | None, said: Preselection | Told) -> Code:
    """Whether what is said is new, the same again, or older than what is known."""
    if known is not None and _content(known) == _content(said):
        return Code.REPEATED
    return Code.APPLIED if _is_later(known, said) else Code.OUTDATED


def _is_later(known: Preselection | Told | None, said: Preselection | Told) -> bool:
    return known is None or (said.said_at, said.model_dump_json()) > (known.said_at, known.model_dump_json())


def _content(said: Preselection | Told) -> dict[str, Any]:
    return said.model_dump(exclude={"said_at"})
