"""Where organisations, agreements, deliveries and candidates are kept.

What came from a partner lies under the partner: its deliveries and, beside each, the sealed body; its candidates and
sessions by keyed digest. Deliveries and bodies expire with the stage's term, candidates and sessions as
`save_candidate` and `save_session` say.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from functions.partners.model.agreements import Agreement, InForce
from functions.partners.model.candidates import Candidate
from functions.partners.model.deliveries import Delivery, SealedBody
from functions.partners.model.figures import Mission, PartnershipFigures
from functions.partners.model.items.judging import SESSIONS_WITHIN
from functions.partners.model.organisations import Partner
from functions.partners.model.sessions import Session
from passerelle import clock
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

_PLATFORM: Final = "platform"
_PARTNERS: Final = "partners"
_AGREEMENTS: Final = "partnerships"
_MISSIONS: Final = "missions"
_IN_FORCE: Final = Key(_PLATFORM, "partnerships", "in-force")
EVALUATION: Final = timedelta(days=365)
"""How long a candidate is kept at most after the last day he may count on: until the agreement was evaluated."""
WITHOUT_NEWS: Final = timedelta(days=2 * 365)
"""How long a candidate who was not hired is kept after the last contact (law.md §3.6)."""
MISSIONS_KEPT: Final = timedelta(days=6 * 366) + EVALUATION
"""The longest agreement, and its evaluation."""


class Partners:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table, inbox_days: int) -> None:
        self._table = table
        self._inbox_days = timedelta(days=inbox_days)

    def begin(self) -> Transaction:
        """A transaction of its own, for one item or one count."""
        return self._table.begin()

    def find(self, partner_id: str) -> Stored[Partner] | None:
        """An organisation, ended ones included."""
        return self._table.read(_partner(partner_id), Partner)

    def page(self, limit: int, cursor: str | None) -> Page[Partner]:
        """A page of the organisations, in the order of their ids."""
        return self._table.list(_PARTNERS, Partner, limit=limit, cursor=cursor)

    def save(self, transaction: Transaction, partner: Partner, version: int) -> Key:
        """Write an organisation as this version; returns the key to emit its facts under."""
        key = _partner(partner.id)
        transaction.save(key, partner, version=version, listing=Listing(_PARTNERS, partner.id))
        return key

    def agreement(self, agreement_id: str) -> Stored[Agreement] | None:
        """An agreement in any state."""
        return self._table.read(_agreement(agreement_id), Agreement)

    def agreements_page(self, limit: int, cursor: str | None) -> Page[Agreement]:
        """A page of the agreements, in the order of their ids."""
        return self._table.list(_AGREEMENTS, Agreement, limit=limit, cursor=cursor)

    def agreements(self) -> Iterator[Stored[Agreement]]:
        """Every agreement."""
        return self._table.all(_AGREEMENTS, Agreement)

    def save_agreement(self, transaction: Transaction, agreement: Agreement, version: int) -> None:
        """Write an agreement as this version."""
        listing = Listing(_AGREEMENTS, agreement.id)
        transaction.save(_agreement(agreement.id), agreement, version=version, listing=listing)

    def in_force(self) -> Stored[InForce]:
        """Which agreements were ever put into force; none at version 0."""
        return self._table.read(_IN_FORCE, InForce) or Stored(InForce(), 0)

    def save_in_force(self, transaction: Transaction, in_force: InForce, version: int) -> None:
        """Write that as this version."""
        transaction.save(_IN_FORCE, in_force, version=version)

    def figures(self, agreement_id: str) -> Stored[PartnershipFigures]:
        """Where an agreement stood when it was last counted; nothing at version 0."""
        return self._table.read(_figures(agreement_id), PartnershipFigures) or Stored(PartnershipFigures(), 0)

    def save_figures(self, agreement_id: str, figures: PartnershipFigures, version: int) -> None:
        """Write figures as this version, at once."""
        transaction = self.begin()
        transaction.save(_figures(agreement_id), figures, version=version)
        transaction.commit()

    def delivery(self, partner_id: str, delivery_id: str) -> Stored[Delivery] | None:
        """What is known of a delivery."""
        return self._table.read(_delivery(partner_id, delivery_id), Delivery)

    def deliveries(self, partner_id: str, limit: int, cursor: str | None) -> Page[Delivery]:
        """A page of a partner's deliveries, the oldest first."""
        return self._table.list(_deliveries(partner_id), Delivery, limit=limit, cursor=cursor)

    def save_delivery(self, transaction: Transaction, delivery: Delivery, version: int) -> Key:
        """Write a delivery as this version; returns the key to emit its fact under."""
        key = _delivery(delivery.partner, delivery.id)
        listing = Listing(_deliveries(delivery.partner), f"{delivery.received_at.isoformat()}#{delivery.id}")
        until = delivery.received_at + self._inbox_days
        transaction.save(key, delivery, version=version, listing=listing, expires_at=until)
        return key

    def body(self, delivery: Delivery) -> SealedBody | None:
        """The sealed body of a delivery, until its term."""
        stored = self._table.read(_body(delivery), SealedBody)
        return None if stored is None else stored.value

    def save_body(self, transaction: Transaction, delivery: Delivery, body: SealedBody) -> None:
        """Keep the sealed body of a new delivery for its term."""
        until = delivery.received_at + self._inbox_days
        transaction.save(_body(delivery), body, version=1, expires_at=until)

    def candidate(self, partner_id: str, candidate_id: str) -> Stored[Candidate]:
        """A candidate of a partner's; nothing told of him at version 0."""
        found = self._table.read(_candidate(partner_id, candidate_id), Candidate)
        return found or Stored(Candidate(id=candidate_id, partner=partner_id), 0)

    def candidates(self, partner_id: str) -> Iterator[Candidate]:
        """Everybody a partner told of."""
        return (stored.value for stored in self._table.all(_candidates(partner_id), Candidate))

    def save_candidate(
        self, transaction: Transaction, candidate: Candidate, *, version: int, replacing: int, last_day: date
    ) -> Key:
        """Write a candidate as this version; returns the key to emit facts under.

        He is kept until the agreement was evaluated; one who was not hired for two years without news at most.
        """
        key = _candidate(candidate.partner, candidate.id)
        evaluated = _after(last_day, EVALUATION)
        transaction.save(
            key,
            candidate,
            version=version,
            replacing=replacing,
            listing=Listing(_candidates(candidate.partner), candidate.id),
            expires_at=evaluated if candidate.hired else min(evaluated, clock.now() + WITHOUT_NEWS),
        )
        return key

    def forget_facts(self, candidate: Candidate) -> bool:
        """Delete the facts recorded about a candidate, but for those still to be published; whether none is left."""
        _, some_remain = self._table.forget_facts(_candidate(candidate.partner, candidate.id))
        return not some_remain

    def session(self, partner_id: str, session_id: str) -> Stored[Session]:
        """A session of a partner's; nothing told of it at version 0."""
        found = self._table.read(_session(partner_id, session_id), Session)
        return found or Stored(Session(id=session_id, partner=partner_id), 0)

    def save_session(self, transaction: Transaction, session: Session, version: int) -> Key:
        """Write a session as this version; returns the key to emit its fact under.

        It is kept for a year longer than a session may be ahead.
        """
        key = _session(session.partner, session.id)
        until = clock.now() + SESSIONS_WITHIN + EVALUATION
        transaction.save(key, session, version=version, expires_at=until)
        return key

    def add_mission(self, transaction: Transaction, mission_id: str, mission: Mission) -> None:
        """Keep the days of a mission under an id that leads nowhere; the same one again changes nothing."""
        key = Key(_PLATFORM, "mission", mission_id)
        if self._table.read(key, Mission) is None:
            until = _after(mission.end, MISSIONS_KEPT)
            transaction.save(key, mission, version=1, listing=Listing(_MISSIONS, mission_id), expires_at=until)

    def missions(self) -> Iterator[Mission]:
        """All missions that began."""
        return (stored.value for stored in self._table.all(_MISSIONS, Mission))


def _partner(partner_id: str) -> Key:
    return Key(partner_id, "partner", partner_id)


def _agreement(agreement_id: str) -> Key:
    return Key(_PLATFORM, "partnership", agreement_id)


def _figures(agreement_id: str) -> Key:
    return Key(_PLATFORM, "figures", agreement_id)


def _delivery(partner_id: str, delivery_id: str) -> Key:
    return Key(partner_id, "delivery", delivery_id)


def _body(delivery: Delivery) -> Key:
    return Key(delivery.partner, "body", delivery.id)


def _candidate(partner_id: str, candidate_id: str) -> Key:
    return Key(partner_id, "candidate", candidate_id)


def _session(partner_id: str, session_id: str) -> Key:
    return Key(partner_id, "session", session_id)


def _deliveries(partner_id: str) -> str:
    return f"deliveries#{partner_id}"


def _candidates(partner_id: str) -> str:
    return f"candidates#{partner_id}"


def _after(day: date, kept: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + kept + timedelta(days=1)
