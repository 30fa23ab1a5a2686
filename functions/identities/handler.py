"""Entry points of the identities slice: its routes, its events, and `reveal`, the one door to a name for slices."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import boto3
from pydantic import ValidationError

from functions.identities import logic
from functions.identities.model import Inquiry
from functions.identities.requests import (
    CompanyContact,
    DisclosedCompany,
    DisclosedPerson,
    DisclosureView,
    IdentityBody,
    IdentityReceipt,
    IdentityView,
)
from functions.identities.settings import Settings
from functions.identities.store import Identities
from functions.identities.vault import Vault
from passerelle import clock
from passerelle.access import advisers, company
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.desk import ApproachClosed, ApproachOpened
from passerelle.contracts.introductions import IntroductionDisclosed, IntroductionEnded
from passerelle.http import Answer, Api, NoBody, Request, found
from passerelle.identifiers import siren_mark
from passerelle.observability import caused_by, logger
from passerelle.store import Table


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once; the mark secret is fetched by the functions that use it, on first use."""

    settings: Settings
    table: Table
    vault: Vault

    @property
    def queues(self) -> Queues:
        """Where the slice's messages come from, and where the hopeless ones go."""
        return Queues(self.settings.queue_url, self.settings.dead_letter_queue_url)

    @cached_property
    def ports(self) -> logic.Ports:
        """What the use cases stand on."""
        return logic.Ports(Identities(self.table), self.vault, lambda siren: siren_mark(self.mark_secret, siren))

    @cached_property
    def mark_secret(self) -> str:
        """The key of the SIREN digests."""
        client = boto3.client("secretsmanager")
        return str(client.get_secret_value(SecretId=self.settings.mark_secret_id)["SecretString"])


@cache
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    return Wiring(settings, Table(settings.table_name), Vault(settings.keys_table_name, settings.vault_key_id))


api = Api("identities", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.put(
    "/identities/{subject_id}",
    allow=company("identities:write", active=False),
    body=IdentityBody,
    answer=IdentityReceipt,
    summary="Record or rectify the identity of your company or of a volunteer; If-Match when there is one already.",
)
def put_identity(request: Request[IdentityBody]) -> Answer:
    stored = logic.record(
        wire().ports,
        request.transaction,
        request.actor,
        request.path["subject_id"],
        request.body.root,
        request.expected_version,
    )
    sealed = stored.value
    receipt = IdentityReceipt(subject_id=sealed.subject_id, kind=sealed.kind, recorded_at=sealed.recorded_at)
    return Answer(receipt, version=stored.version)


@api.get(
    "/identities/{subject_id}",
    allow=company("identities:read", active=False),
    answer=IdentityView,
    summary="An identity that your company recorded; every reading is noted.",
)
def get_identity(request: Request[NoBody]) -> Answer:
    identity, version = logic.read_own(wire().ports, request.transaction, request.actor, request.path["subject_id"])
    return Answer(IdentityView(identity), version=version)


@api.get(
    "/identities/disclosures/{introduction_id}",
    allow=company("identities:read"),
    answer=DisclosureView,
    summary="The other company and the person of your disclosed introduction; every reading is noted.",
)
def get_disclosure(request: Request[NoBody]) -> Answer:
    disclosed, other, person = logic.read_disclosure(
        wire().ports, request.transaction, request.actor, request.path["introduction_id"]
    )
    view = DisclosureView(
        introduction_id=disclosed.introduction_id,
        side=disclosed.side_of(request.actor.tenant),
        disclosed_at=found(disclosed.disclosed_at),
        company=DisclosedCompany.model_validate(other),
        person=DisclosedPerson.model_validate(person),
    )
    return Answer(view)


@api.get(
    "/identities/contacts/{company_id}",
    allow=advisers(),
    answer=CompanyContact,
    query=("approach",),
    summary="Whom to call at a company, while an approach of it is open; every reading is noted.",
)
def get_contact(request: Request[NoBody]) -> Answer:
    company_id, approach_id = request.path["company_id"], request.query.get("approach", "")
    contact = logic.read_contact(wire().ports, request.transaction, request.actor, company_id, approach_id)
    return Answer(CompanyContact.model_validate(contact))


@events.on(ApproachOpened)
def on_approach_opened(delivery: Delivery[ApproachOpened]) -> None:
    logic.note_approach(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(ApproachClosed)
def on_approach_closed(delivery: Delivery[ApproachClosed]) -> None:
    logic.note_approach(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(IntroductionDisclosed)
def on_introduction_disclosed(delivery: Delivery[IntroductionDisclosed]) -> None:
    logic.note_disclosure(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


@events.on(IntroductionEnded)
def on_introduction_ended(delivery: Delivery[IntroductionEnded]) -> None:
    logic.note_end(wire().ports, delivery.transaction, delivery.event, delivery.envelope.sequence)


def reveal(event: Any, _context: Any) -> dict[str, str]:
    """Tell a slice what its purpose may know of a subject: `kind` and fields, or `error`.

    Invoked synchronously with an `Inquiry`; granted to documents and notifications alone. The access log is written
    before the answer is given, and the answer is written nowhere. `error` is `malformed`, `refused`, `unknown`, or
    `not_disclosed` while the disclosure that the purpose stands on has not arrived here: ask again later.
    """
    try:
        inquiry = Inquiry.model_validate(event)
    except ValidationError:
        logger.error("a question to the vault could not be read")
        return {"error": "malformed"}
    correlation = inquiry.correlation_id or clock.new_id("req")
    with caused_by(correlation, correlation):
        transaction = wire().table.begin()
        answer = logic.reveal(wire().ports, transaction, inquiry)
        transaction.commit()
    return answer
