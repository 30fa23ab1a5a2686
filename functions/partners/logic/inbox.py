"""The inbox: a signed delivery is proven, sealed and stored first, then worked on item by item.

Each item is one transaction of its own, with the result it leaves on the delivery: whoever is stopped in between goes
on with the next item, and an item has its effect once. A bad item leaves its reason and holds up nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from functions.partners.model.agreements import Agreement, AgreementState
from functions.partners.model.candidates import Candidate, Preselection, Told
from functions.partners.model.deliveries import Delivery, DeliveryState, SealedBody, delivery_id
from functions.partners.model.items import (
    Code,
    Fault,
    Item,
    PreselectedData,
    Result,
    WithdrawnData,
    envelopes,
    objection,
    read,
)
from functions.partners.model.organisations import Partner, Sealed
from passerelle import clock, signing
from passerelle.consuming import NotYet
from passerelle.contracts.partners import InboxDeliveryReceived
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.problems import Refused, Unauthenticated
from passerelle.store import Key, Stored, Transaction, VersionConflict
from passerelle.tokens import digest

_ATTEMPTS: Final = 5


class Partners(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, partner_id: str) -> Stored[Partner] | None: ...
    def agreements(self) -> Iterator[Stored[Agreement]]: ...
    def delivery(self, partner_id: str, delivery_id: str) -> Stored[Delivery] | None: ...
    def save_delivery(self, transaction: Transaction, delivery: Delivery, version: int) -> Key: ...
    def body(self, delivery: Delivery) -> SealedBody | None: ...
    def save_body(self, transaction: Transaction, delivery: Delivery, body: SealedBody) -> None: ...
    def candidate(self, partner_id: str, candidate_id: str) -> Stored[Candidate]: ...
    def forget_facts(self, candidate: Candidate) -> bool: ...
    def save_candidate(
        self, transaction: Transaction, candidate: Candidate, *, version: int, replacing: int, last_day: date
    ) -> Key: ...


class Vault(Protocol):
    """Opens secrets, seals and opens bodies."""

    def open_secret(self, partner_id: str, sealed: Sealed) -> str: ...
    def seal(self, partner_id: str, delivery_id: str, raw: bytes) -> SealedBody: ...
    def open(self, partner_id: str, delivery_id: str, sealed: SealedBody) -> bytes: ...


class References(Protocol):
    """Turns references into ids of ours."""

    def candidate_id(self, partner_id: str, reference: str) -> str: ...


@dataclass(frozen=True)
class Ports:
    """What the use cases stand on."""

    partners: Partners
    vault: Vault
    references: References
    nomenclature: Nomenclature


def receive(
    ports: Ports, transaction: Transaction, partner_id: str, headers: Mapping[str, str], raw: bytes
) -> Delivery:
    """Store a signed delivery, sealed; the same message again changes nothing and is answered alike.

    Raises `Unauthenticated` when no secret of the partner's proves it (or there is no such partner), `Refused` when
    another body came under the same `webhook-id`.
    """
    message_id = _proven(ports, partner_id, headers, raw)
    new = Delivery(
        id=delivery_id(partner_id, message_id),
        partner=partner_id,
        message_id=message_id,
        fingerprint=digest(raw.hex()),
        received_at=clock.now(),
    )
    known = ports.partners.delivery(partner_id, new.id)
    if known is None:
        ports.partners.save_body(transaction, new, ports.vault.seal(partner_id, new.id, raw))
        key = ports.partners.save_delivery(transaction, new, 1)
        transaction.emit(key, InboxDeliveryReceived(partner_id=partner_id, delivery_id=new.id), sequence=1)
        return new
    if known.value.fingerprint != new.fingerprint:
        raise Refused(
            "Another body came under this webhook-id.",
            code="webhook-id-reused",
            remedy="Give each message an id of its own; keep it only to send the same bytes again.",
        )
    return known.value


def process(ports: Ports, partner_id: str, received_id: str) -> None:
    """Work on what is left of a delivery. Again changes nothing.

    Raises `NotYet` at a withdrawal while facts about the candidate are still to be published: they would stay.
    """
    stored = ports.partners.delivery(partner_id, received_id)
    if stored is None or stored.value.state is DeliveryState.PROCESSED:
        return
    sealed, partner = ports.partners.body(stored.value), ports.partners.find(partner_id)
    if sealed is None or partner is None:
        logger.error("a delivery without its body or its partner", delivery_id=received_id)
        return
    found = envelopes(ports.vault.open(partner_id, received_id, sealed))
    if isinstance(found, Fault):
        _write(ports, stored, stored.value.done(found.code))
        return
    agreements = tuple(one.value for one in ports.partners.agreements() if partner_id in one.value.terms.parties)
    desk = _Desk(ports, partner.value, agreements)
    while len(stored.value.results) < len(found):
        position = len(stored.value.results)
        stored = desk.work_on(stored, position, found[position])
    _write(ports, stored, stored.value.done())


@dataclass(frozen=True)
class _Desk:
    """Where the items of one delivery are worked on, with what they are judged by."""

    ports: Ports
    partner: Partner
    agreements: tuple[Agreement, ...]

    def work_on(self, stored: Stored[Delivery], position: int, raw: object) -> Stored[Delivery]:
        """One item, with its result on the delivery. Raises `VersionConflict` when others keep changing it."""
        for attempt in range(_ATTEMPTS):
            transaction = self.ports.partners.begin()
            result = Result.of(position, raw, self._taken(transaction, read(raw)))
            after = stored.value.with_result(result)
            self.ports.partners.save_delivery(transaction, after, stored.version + 1)
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
        ports, now = self.ports, clock.now()
        against = objection(item, self.partner, self.agreements, ports.nomenclature, now, clock.today())
        if against is not None:
            return against
        candidate_id = ports.references.candidate_id(self.partner.id, item.data.candidate)
        stored = ports.partners.candidate(self.partner.id, candidate_id)
        before = stored.value
        if isinstance(item.data, WithdrawnData):
            after, code = before.withdrawn(item.said_at)
            if code is Code.APPLIED and not ports.partners.forget_facts(after):
                raise NotYet
        elif isinstance(item.data, PreselectedData):
            after, code = before.preselected(Preselection.of(item.data, item.said_at))
        else:
            after, code = before.came_to(Told.of(item.data, item.said_at))
        if after != before:
            self._saved(transaction, stored, after)
        return Fault(code)

    def _saved(self, transaction: Transaction, stored: Stored[Candidate], after: Candidate) -> None:
        """Write a candidate and his news, each under a version of its own, so that a reader holds all of them."""
        news = after.news_since(stored.value, self.ports.nomenclature)
        key = self.ports.partners.save_candidate(
            transaction,
            after,
            version=stored.version + max(1, len(news)),
            replacing=stored.version,
            last_day=max(
                (one.last_day for one in self.agreements if one.state is not AgreementState.DRAFT),
                default=clock.today(),
            ),
        )
        here = after.preselection or stored.value.preselection
        if here is not None:
            territory = self.ports.nomenclature.municipality(here.municipality).departement
            for number, fact in enumerate(news, 1):
                sequence = stored.version + number
                transaction.emit(key, fact, sequence=sequence, territory=territory, programme=here.programme)


def _write(ports: Ports, stored: Stored[Delivery], after: Delivery) -> None:
    transaction = ports.partners.begin()
    ports.partners.save_delivery(transaction, after, stored.version + 1)
    transaction.commit()


def _proven(ports: Ports, partner_id: str, headers: Mapping[str, str], raw: bytes) -> str:
    stored = ports.partners.find(partner_id)
    secrets = () if stored is None else stored.value.opening(clock.now())
    try:
        opened = [ports.vault.open_secret(partner_id, sealed) for sealed in secrets]
        return signing.verify(opened, headers, raw, clock.now())
    except signing.NotSigned as reason:
        raise Unauthenticated(
            f"The message does not hold: {reason}.",
            code="not-signed",
            remedy="Sign `webhook-id.webhook-timestamp.body` with your present secret, at the time you send it.",
        ) from None
