"""The inbox: a signed delivery is proven, sealed and stored first, then worked on item by item.

The work on an item is `desk`'s. What a partner sends is counted once its signature holds, so that nobody else uses up
its pace, and before anything is written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.partners.logic import desk
from functions.partners.logic.desk import Desk
from functions.partners.model.agreements import Agreement
from functions.partners.model.deliveries import Delivery, DeliveryState, SealedBody, delivery_id
from functions.partners.model.items import Fault, envelopes
from functions.partners.model.organisations import Partner, Sealed
from passerelle import clock, signing
from passerelle.contracts.partners import InboxDeliveryReceived
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.problems import Exhausted, Refused, Unauthenticated
from passerelle.store import Stored, Transaction
from passerelle.tokens import digest


class Partners(desk.Partners, Protocol):
    """What is needed of the store."""

    def find(self, partner_id: str) -> Stored[Partner] | None: ...
    def agreements(self) -> Iterator[Stored[Agreement]]: ...
    def delivery(self, partner_id: str, delivery_id: str) -> Stored[Delivery] | None: ...
    def body(self, delivery: Delivery) -> SealedBody | None: ...
    def save_body(self, transaction: Transaction, delivery: Delivery, body: SealedBody) -> None: ...


class Vault(Protocol):
    """Opens secrets, seals and opens bodies."""

    def open_secret(self, partner_id: str, sealed: Sealed) -> str: ...
    def seal(self, partner_id: str, delivery_id: str, raw: bytes) -> SealedBody: ...
    def open(self, partner_id: str, delivery_id: str, sealed: SealedBody) -> bytes: ...


class Paces(Protocol):
    """Knows how fast each partner has been sending."""

    def take(self, caller: str, now: datetime) -> int: ...


@dataclass(frozen=True)
class Ports:
    """What the use cases stand on."""

    partners: Partners
    vault: Vault
    references: desk.References
    nomenclature: Nomenclature
    paces: Paces


def receive(
    ports: Ports, transaction: Transaction, partner_id: str, headers: Mapping[str, str], raw: bytes
) -> Delivery:
    """Store a signed delivery, sealed; the same message again changes nothing and is answered alike.

    Raises `Unauthenticated` when no secret of the partner's proves it (or there is no such partner), `Refused` when
    another body came under the same `webhook-id`, `Exhausted` when new messages come faster than one partner may send.
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
        _check_pace(ports, partner_id)
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
    at_work = Desk(ports.partners, ports.references, ports.nomenclature, partner.value, agreements)
    while len(stored.value.results) < len(found):
        position = len(stored.value.results)
        stored = at_work.work_on(stored, position, found[position])
    _write(ports, stored, stored.value.done())


def _write(ports: Ports, stored: Stored[Delivery], after: Delivery) -> None:
    transaction = ports.partners.begin()
    ports.partners.save_delivery(transaction, after, stored.version + 1)
    transaction.commit()


def _check_pace(ports: Ports, partner_id: str) -> None:
    wait = ports.paces.take(partner_id, clock.now())
    if wait:
        raise Exhausted(
            "Your messages come faster than one partner may send.",
            remedy=f"Wait {wait} s, then send this one again: the same webhook-id and body, signed anew.",
            retry_after=wait,
        )


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
