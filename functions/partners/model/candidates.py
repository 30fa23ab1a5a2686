"""A candidate as a partner told of him: by codes and days, under a keyed digest of the partner's reference. Pure.

Deliveries come in any order. What a partner said last holds, whenever it arrives; outcomes and registrations that come
before their candidate are kept and count once he comes. Of a candidate who withdrew only the instant is kept, so that
what was said of him before, and arrives later, is kept no more; he begins anew when he is preselected again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict

from functions.partners.model.items import Code, OutcomeData, PreselectedData
from functions.partners.model.words import Word
from passerelle.contracts import Event
from passerelle.contracts.base import Programme
from passerelle.contracts.cards import ExperienceBand
from passerelle.contracts.partners import (
    CandidateOutcomeReceived,
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    HiringContract,
    Outcome,
    PreselectedCandidateReceived,
)
from passerelle.masking import masked_area
from passerelle.nomenclature import Nomenclature

MOST_OUTCOMES: Final = 30
"""Outcomes kept of one candidate: more than the six kinds for a few axes is a fault of the sender's."""
MOST_REGISTRATIONS: Final = 20
"""Sessions kept of one candidate, those included in which he gave his place back."""


class Preselection(Word):
    """For what, and with what, somebody was preselected; never who."""

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


class Told(Word):
    """One outcome as a partner told it."""

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


class Registration(Word):
    """A place in a session: taken on a day, or given back (None)."""

    session_id: str
    on: date | None

    @property
    def slot(self) -> str:
        """What one candidate has one of."""
        return self.session_id


Kept = TypeVar("Kept", Told, Registration)


class Candidate(BaseModel):
    """The aggregate; without `preselection` only outcomes and registrations have come so far."""

    model_config = ConfigDict(frozen=True)

    id: str
    partner: str
    preselection: Preselection | None = None
    outcomes: tuple[Told, ...] = ()
    registrations: tuple[Registration, ...] = ()
    withdrew_at: datetime | None = None

    @property
    def hired(self) -> bool:
        """Whether he was hired on any axis."""
        return any(one.outcome == "hired" for one in self.outcomes)

    def preselected(self, said: Preselection) -> tuple["Candidate", Code]:
        """After the partner told of him, and what that was."""
        if self._withdrew_since(said.said_at):
            return self, Code.OUTDATED
        after = self.model_copy(update={"preselection": said}) if said.replaces(self.preselection) else self
        return after, said.beside(self.preselection)

    def came_to(self, said: Told) -> tuple["Candidate", Code]:
        """After an outcome, and what that was."""
        kept, code = self._with(said, self.outcomes, MOST_OUTCOMES, Code.TOO_MANY_OUTCOMES)
        return self.model_copy(update={"outcomes": kept}), code

    def registered(self, said: Registration) -> tuple["Candidate", Code]:
        """After he took a place in a session or gave it back, and what that was."""
        kept, code = self._with(said, self.registrations, MOST_REGISTRATIONS, Code.TOO_MANY_REGISTRATIONS)
        return self.model_copy(update={"registrations": kept}), code

    def _with(self, said: Kept, known: tuple[Kept, ...], most: int, too_many: Code) -> tuple[tuple[Kept, ...], Code]:
        """What is known of him, one word for each slot, after this was said, and what that was."""
        if self._withdrew_since(said.said_at):
            return known, Code.OUTDATED
        if self.withdrew_at is not None and self.preselection is None:
            return known, Code.CANDIDATE_WITHDRAWN
        before = next((one for one in known if one.slot == said.slot), None)
        if before is None and len(known) >= most:
            return known, too_many
        code = said.beside(before)
        if not said.replaces(before):
            return known, code
        kept: list[Kept] = [one for one in known if one.slot != said.slot]
        kept.append(said)
        waits = code is Code.APPLIED and self.preselection is None
        return tuple(sorted(kept, key=lambda one: one.slot)), Code.WAITING if waits else code

    def withdrawn(self, at: datetime) -> tuple["Candidate", Code]:
        """After he withdrew, and what that was: everything said of him until then is gone."""
        if self._withdrew_since(at):
            return self, Code.REPEATED if at == self.withdrew_at else Code.OUTDATED
        again = self.preselection if self.preselection is not None and self.preselection.said_at > at else None
        since = {
            "outcomes": tuple(one for one in self.outcomes if again and one.said_at > at),
            "registrations": tuple(one for one in self.registrations if again and one.said_at > at),
        }
        return self.model_copy(update={"preselection": again, "withdrew_at": at, **since}), Code.APPLIED

    def _withdrew_since(self, said_at: datetime) -> bool:
        return self.withdrew_at is not None and said_at <= self.withdrew_at

    def news_since(self, before: "Candidate", nomenclature: Nomenclature) -> tuple[Event, ...]:
        """The facts that make this candidate out of the one before; none before he was preselected.

        But a withdrawal is always told: others may hold him for longer than he is kept here.
        """
        known = before if before.preselection is not None else before.model_copy(update=_NOTHING_TOLD)
        if self.preselection is None:
            withdrew = CandidateWithdrew(candidate_id=self.id, partner_id=self.partner)
            return () if self.withdrew_at == before.withdrew_at else (withdrew,)
        facts: list[Event] = []
        if known.preselection is None or self.preselection.content != known.preselection.content:
            facts.append(self._introduced(self.preselection, nomenclature))
        told = [one.content for one in known.outcomes]
        facts.extend(self._outcome(one) for one in self.outcomes if one.content not in told)
        return (*facts, *self._places_since(known.registrations))

    def _introduced(self, here: Preselection, nomenclature: Nomenclature) -> Event:
        return PreselectedCandidateReceived(
            candidate_id=self.id,
            partner_id=self.partner,
            axis=here.axis,
            occupation=here.occupation,
            skills=here.skills,
            experience=here.experience,
            area=masked_area(here.municipality, nomenclature),
        )

    def _outcome(self, one: Told) -> Event:
        return CandidateOutcomeReceived(
            candidate_id=self.id, partner_id=self.partner, axis=one.axis, outcome=one.outcome, contract=one.contract
        )

    def _places_since(self, told: Iterable[Registration]) -> Iterator[Event]:
        """Places given back and taken since these were told, those that a withdrawal took included."""
        before = {one.session_id: one.on for one in told if one.on is not None}
        now = {one.session_id: one.on for one in self.registrations if one.on is not None}
        for session_id in sorted(before.keys() - now.keys()):
            yield CandidateUnregistered(candidate_id=self.id, partner_id=self.partner, session_id=session_id)
        for session_id, on in now.items():
            if before.get(session_id) != on:
                yield CandidateRegistered(
                    candidate_id=self.id, partner_id=self.partner, session_id=session_id, registered_on=on
                )


_NOTHING_TOLD: Final = {"outcomes": (), "registrations": ()}
