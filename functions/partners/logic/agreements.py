"""Partnership agreements: drawn up, activated and ended by the operator, and counted once a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Protocol

from functions.partners.model.agreements import (
    Action,
    Agreement,
    AgreementState,
    Declared,
    InForce,
    Terms,
    faults,
    moved,
)
from functions.partners.model.candidates import Candidate
from functions.partners.model.figures import Mission, PartnershipFigures, stand
from functions.partners.model.organisations import Partner
from passerelle import clock
from passerelle.contracts.agreements import MissionStarted
from passerelle.observability import logger
from passerelle.problems import Invalid, Refused, invalid_field
from passerelle.store import Stored, Transaction, VersionConflict
from passerelle.tokens import digest

STILL_COUNTED: Final = timedelta(days=90)
"""How long after its end an agreement is counted anew: outcomes within the term may be told later."""


class Partners(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, partner_id: str) -> Stored[Partner] | None: ...
    def agreements(self) -> Iterator[Stored[Agreement]]: ...
    def agreement(self, agreement_id: str) -> Stored[Agreement] | None: ...
    def save_agreement(self, transaction: Transaction, agreement: Agreement, version: int) -> None: ...
    def in_force(self) -> Stored[InForce]: ...
    def save_in_force(self, transaction: Transaction, in_force: InForce, version: int) -> None: ...
    def figures(self, agreement_id: str) -> Stored[PartnershipFigures]: ...
    def save_figures(self, agreement_id: str, figures: PartnershipFigures, version: int) -> None: ...
    def candidates(self, partner_id: str) -> Iterator[Candidate]: ...
    def add_mission(self, transaction: Transaction, mission_id: str, mission: Mission) -> None: ...
    def missions(self) -> Iterator[Mission]: ...


def draw_up(partners: Partners, transaction: Transaction, terms: Terms) -> Agreement:
    """Write a draft. Raises `Invalid` naming every fault."""
    _check(partners, terms)
    agreement = Agreement(id=clock.new_id("pag"), terms=terms)
    partners.save_agreement(transaction, agreement, 1)
    return agreement


def revise(partners: Partners, transaction: Transaction, stored: Stored[Agreement], terms: Terms) -> Agreement:
    """Replace the terms of a draft. Raises `Refused` when it is none any more, `Invalid` naming every fault."""
    revised = moved(stored.value, Action.REVISE, terms=terms)
    _check(partners, terms)
    partners.save_agreement(transaction, revised, stored.version + 1)
    return revised


def activate(partners: Partners, transaction: Transaction, stored: Stored[Agreement]) -> Agreement:
    """Put a draft into force. Raises `Refused` when it is none, its term is over or another agreement counts the same,
    `Invalid` naming every fault."""
    active = moved(stored.value, Action.ACTIVATE)
    _check(partners, active.terms)
    if active.terms.end < clock.today():
        raise Refused("Le terme de la convention est passé.", remedy="Corrigez la date de fin du projet.")
    known = partners.in_force()
    in_force = (stored.value for stored in map(partners.agreement, known.value.ids) if stored is not None)
    if (other := next(filter(active.counts_with, in_force), None)) is not None:
        raise Refused(
            "Une autre convention d’une même partie compte déjà les mêmes faits aux mêmes dates.",
            code="agreements-overlap",
            remedy=f"Faites débuter celle-ci après le dernier jour de {other.id}, ou changez ses axes.",
        )
    partners.save_agreement(transaction, active, stored.version + 1)
    partners.save_in_force(transaction, InForce(ids=(*known.value.ids, active.id)), known.version + 1)
    return active


def end(partners: Partners, transaction: Transaction, stored: Stored[Agreement]) -> Agreement:
    """End an agreement today, before its term. Raises `Refused` when it is not active."""
    ended = moved(stored.value, Action.END, ended_on=min(clock.today(), stored.value.terms.end))
    partners.save_agreement(transaction, ended, stored.version + 1)
    return ended


def declare(
    partners: Partners,
    transaction: Transaction,
    stored: Stored[Agreement],
    code: str,
    value: int,
    as_of: date,
    by: str,
) -> Agreement:
    """Record what the parties say of an indicator; it replaces what they said before.

    Raises `Refused` on a draft, `Invalid` when the indicator is not a declared one or the day is to come.
    """
    declared = next((one for one in stored.value.terms.indicators if one.code == code), None)
    if declared is None or declared.source != "declared":
        raise invalid_field(
            "/indicator",
            "Cet indicateur n’est pas déclaré par les parties.",
            "Reprenez le code d’un indicateur de source `declared`.",
        )
    if as_of > clock.today():
        raise invalid_field("/as_of", "Cette date est à venir.", "Donnez le jour auquel le nombre a été constaté.")
    said = Declared(value=value, as_of=as_of, by=by, at=clock.now())
    after = moved(stored.value, Action.DECLARE, declared={**stored.value.declared, code: said})
    partners.save_agreement(transaction, after, stored.version + 1)
    return after


def note_mission(partners: Partners, transaction: Transaction, event: MissionStarted) -> None:
    """Keep the days of a loan that began, under a digest of its id: it is counted and leads nowhere."""
    mission = Mission(start=event.start_date, end=event.end_date)
    partners.add_mission(transaction, digest("mission", event.agreement_id)[:32], mission)


def count(partners: Partners, fewest: int, today: date) -> int:
    """Once a day: end what is over, and count all that is or was in force; returns how many agreements were counted.

    Another run on the same day changes nothing, so that no single change is seen at once. An agreement that changes
    meanwhile is left for the next day.
    """
    missions, counted = list(partners.missions()), 0
    known: dict[str, list[Candidate]] = {}
    for listed in partners.agreements():
        stored = partners.agreement(listed.value.id)
        if stored is None or not _is_counted(stored.value, today):
            continue
        agreement = _expired(partners, stored, today)
        before = partners.figures(agreement.id)
        if before.value.counted_on == today:
            continue
        for party in agreement.terms.parties:
            known.setdefault(party, list(partners.candidates(party)))
        told = (one for party in agreement.terms.parties for one in known[party])
        partners.save_figures(agreement.id, stand(agreement, told, missions, today, fewest), before.version + 1)
        counted += 1
    return counted


def _is_counted(agreement: Agreement, today: date) -> bool:
    return agreement.state is not AgreementState.DRAFT and today <= agreement.last_day + STILL_COUNTED


def _expired(partners: Partners, stored: Stored[Agreement], today: date) -> Agreement:
    if stored.value.state is not AgreementState.ACTIVE or stored.value.terms.end >= today:
        return stored.value
    over = moved(stored.value, Action.EXPIRE, ended_on=stored.value.terms.end)
    transaction = partners.begin()
    partners.save_agreement(transaction, over, stored.version + 1)
    try:
        transaction.commit()
    except VersionConflict:
        logger.info("an agreement changed while it expired", agreement_id=over.id)
        return stored.value
    return over


def _check(partners: Partners, terms: Terms) -> None:
    read = {party: partners.find(party) for party in terms.parties}
    found = faults(terms, {party: stored.value for party, stored in read.items() if stored is not None})
    if found:
        raise Invalid("Des champs sont à corriger ; rien n’a changé.", fields=found)
