"""The work on a delivery's items: each is one transaction, with the result it leaves on the delivery.

Whoever is stopped in between goes on with the next item, and an item has its effect once. A bad item leaves its reason
and holds up nobody.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from functions.partners.model.agreements import Agreement, AgreementState
from functions.partners.model.candidates import Candidate, Preselection, Registration, Told
from functions.partners.model.deliveries import Delivery
from functions.partners.model.items import (
    AnnouncedData,
    CancelledData,
    Code,
    Fault,
    Item,
    Judge,
    OutcomeData,
    PreselectedData,
    RegisteredData,
    Result,
    UnregisteredData,
    WithdrawnData,
    is_of_platform,
    read,
)
from functions.partners.model.organisations import Partner
from functions.partners.model.sessions import Announcement, Session
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.nomenclature import Nomenclature, UnknownCode
from passerelle.store import Key, Stored, Transaction, VersionConflict

_ATTEMPTS: Final = 5

CandidateData = PreselectedData | OutcomeData | WithdrawnData | RegisteredData | UnregisteredData
SessionData = AnnouncedData | CancelledData


class Partners(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def save_delivery(self, transaction: Transaction, delivery: Delivery, version: int) -> Key: ...
    def candidate(self, partner_id: str, candidate_id: str) -> Stored[Candidate]: ...
    def forget_facts(self, candidate: Candidate) -> bool: ...
    def save_candidate(
        self, transaction: Transaction, candidate: Candidate, *, version: int, replacing: int, last_day: date
    ) -> Key: ...
    def session(self, partner_id: str, session_id: str) -> Stored[Session]: ...
    def save_session(self, transaction: Transaction, session: Session, version: int) -> Key: ...


class References(Protocol):
    """Turns references into ids of ours."""

    def candidate_id(self, partner_id: str, reference: str) -> str: ...
    def session_id(self, partner_id: str, reference: str) -> str: ...


@dataclass(frozen=True)
class Desk:
    """Where the items of one delivery are worked on, with what they are judged by."""

    partners: Partners
    references: References
    nomenclature: Nomenclature
    partner: Partner
    agreements: tuple[Agreement, ...]

    def work_on(self, stored: Stored[Delivery], position: int, raw: object) -> Stored[Delivery]:
        """One item, with its result on the delivery. Raises `VersionConflict` when others keep changing it, `NotYet`
        at a withdrawal while facts about the candidate are still to be published."""
        for attempt in range(_ATTEMPTS):
            transaction = self.partners.begin()
            result = Result.of(position, raw, self._taken(transaction, read(raw)))
            after = stored.value.with_result(result)
            self.partners.save_delivery(transaction, after, stored.version + 1)
            try:
                transaction.commit()
            except VersionConflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            return Stored(after, stored.version + 1)
        raise AssertionError("unreachable")

    def _taken(self, transaction: Transaction, item: Item | Fault) -> Fault:
        if isinstance(item, Fault):
            return item
        judge = Judge(self.partner, self.agreements, self.nomenclature, clock.now(), clock.today())
        against = judge.objection(item)
        if against is not None:
            return against
        if isinstance(item.data, AnnouncedData | CancelledData):
            return Fault(self._of_session(transaction, item, item.data))
        return Fault(self._of_candidate(transaction, item, item.data))

    def _of_session(self, transaction: Transaction, item: Item, data: SessionData) -> Code:
        session_id = self.references.session_id(self.partner.id, data.session)
        stored = self.partners.session(self.partner.id, session_id)
        if isinstance(data, CancelledData):
            after, code = stored.value.cancelled(item.said_at)
        else:
            after, code = stored.value.announced(Announcement.of(data, item.said_at))
        if after != stored.value:
            self._session_saved(transaction, stored, after)
        return code

    def _session_saved(self, transaction: Transaction, stored: Stored[Session], after: Session) -> None:
        sequence = stored.version + 1
        key = self.partners.save_session(transaction, after, sequence)
        news, here = after.news_since(stored.value), after.announcement or stored.value.announcement
        if news is not None and here is not None:
            territory = self._territory(here.municipality)
            transaction.emit(key, news, sequence=sequence, territory=territory, programme=here.programme)

    def _of_candidate(self, transaction: Transaction, item: Item, data: CandidateData) -> Code:
        candidate_id = self.references.candidate_id(self.partner.id, data.candidate)
        stored = self.partners.candidate(self.partner.id, candidate_id)
        after, code = self._told(stored.value, item, data)
        if isinstance(data, WithdrawnData) and code is Code.APPLIED and not self.partners.forget_facts(after):
            raise NotYet
        if after != stored.value:
            self._candidate_saved(transaction, stored, after)
        return code

    def _told(self, before: Candidate, item: Item, data: CandidateData) -> tuple[Candidate, Code]:
        """A candidate after this was said of him, and what that was."""
        if isinstance(data, WithdrawnData):
            return before.withdrawn(item.said_at)
        if isinstance(data, PreselectedData):
            return before.preselected(Preselection.of(data, item.said_at))
        if isinstance(data, OutcomeData):
            return before.came_to(Told.of(data, item.said_at))
        on = data.on if isinstance(data, RegisteredData) else None
        return before.registered(Registration(said_at=item.said_at, session_id=self._session(data.session), on=on))

    def _session(self, reference: str) -> str:
        """Ids of the platform stand for themselves; whatever else is a reference of the partner's own."""
        return reference if is_of_platform(reference) else self.references.session_id(self.partner.id, reference)

    def _candidate_saved(self, transaction: Transaction, stored: Stored[Candidate], after: Candidate) -> None:
        """Write a candidate and his news, each under a version of its own, so that a reader holds all of them.

        His versions begin with the second in which they do: come again after he was kept no more, he is always newer.
        """
        news = after.news_since(stored.value, self.nomenclature)
        known = stored.version or int(clock.now().timestamp())
        key = self.partners.save_candidate(
            transaction,
            after,
            version=known + max(1, len(news)),
            replacing=stored.version,
            last_day=max(
                (one.last_day for one in self.agreements if one.state is not AgreementState.DRAFT),
                default=clock.today(),
            ),
        )
        here = after.preselection or stored.value.preselection
        territory = None if here is None else self._territory(here.municipality)
        programme = self.partner.facts.programmes[0] if here is None else here.programme
        for number, fact in enumerate(news, 1):
            transaction.emit(key, fact, sequence=known + number, territory=territory, programme=programme)

    def _territory(self, municipality: str) -> str | None:
        """The département, unless the place has left the nomenclature since it was said: communes merge."""
        try:
            return self.nomenclature.municipality(municipality).departement
        except UnknownCode:
            return None
