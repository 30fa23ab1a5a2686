"""What operators and partners say to the partners slice, and what they hear."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, RootModel

from functions.partners.model.agreements import Agreement, AgreementState, Terms
from functions.partners.model.deliveries import Delivery, DeliveryState
from functions.partners.model.items import (
    AnnouncedData,
    CancelledData,
    Code,
    ItemType,
    OutcomeData,
    PreselectedData,
    RegisteredData,
    UnregisteredData,
    WithdrawnData,
)
from functions.partners.model.organisations import PARTNER_ID, Facts, Partner, PartnerState
from passerelle.http import Body


class PartnerFacts(Body, Facts):
    """What is recorded of an organisation; it replaces the whole."""

    def facts(self) -> Facts:
        """The same for the model."""
        return Facts.model_validate(self.model_dump(include=set(Facts.model_fields)))


class NewPartner(PartnerFacts):
    """An organisation; under the id of its API key when it has one already."""

    partner_id: Annotated[str | None, Field(pattern=PARTNER_ID, examples=["ptn_w4hx7kq2zm5tb3nvd6fc"])] = None


class PartnerView(BaseModel):
    """An organisation as the operator and itself read it."""

    id: Annotated[str, Field(examples=["ptn_w4hx7kq2zm5tb3nvd6fc"])]
    state: Annotated[PartnerState, Field(examples=["active"])]
    facts: Facts
    has_secret: Annotated[bool, Field(description="That its inbox can be written to.")]


class PartnerList(BaseModel):
    """A page of organisations."""

    items: tuple[PartnerView, ...]
    cursor: str | None = None


class SecretView(BaseModel):
    """A fresh secret of an inbox, shown once."""

    partner_id: Annotated[str, Field(examples=["ptn_w4hx7kq2zm5tb3nvd6fc"])]
    secret: Annotated[
        str | None,
        Field(
            description="`whsec_…`; null when the same request comes again.",
            examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZI"],
        ),
    ] = None
    former_until: Annotated[
        datetime | None, Field(description="Until when the one before still holds.", examples=["2026-11-29T09:30:00Z"])
    ] = None


class NewPartnership(Body, Terms):
    """The terms of an agreement; a revision replaces the whole."""

    def terms(self) -> Terms:
        """The same for the model."""
        return Terms.model_validate(self.model_dump(include=set(Terms.model_fields)))


class Declaration(Body):
    """What the parties say of an indicator of theirs."""

    indicator: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$", examples=["visites"])]
    value: Annotated[int, Field(ge=0, le=100_000_000, description="In the indicator's unit.", examples=[12])]
    as_of: Annotated[date, Field(description="The day it was so.", examples=["2026-11-20"])]


class PartnershipView(BaseModel):
    """An agreement as its parties and the operator read it."""

    id: Annotated[str, Field(examples=["pag_k4hx7wq2zm5tb3nvd6fc"])]
    state: Annotated[AgreementState, Field(examples=["active"])]
    terms: Terms
    ended_on: Annotated[date | None, Field(description="The last day that counts.", examples=[None])] = None


class PartnershipList(BaseModel):
    """A page of agreements; of a partner those it is a party to, so that a page may hold fewer than asked for."""

    items: tuple[PartnershipView, ...]
    cursor: str | None = None


class PreselectedItem(Body):
    """A `candidate.preselected` item."""

    type: Annotated[str, Field(pattern=r"^candidate\.preselected$", examples=["candidate.preselected"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-20T15:30:00Z"])]
    data: PreselectedData


class OutcomeItem(Body):
    """A `candidate.outcome` item."""

    type: Annotated[str, Field(pattern=r"^candidate\.outcome$", examples=["candidate.outcome"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-21T10:00:00Z"])]
    data: OutcomeData


class WithdrawnItem(Body):
    """A `candidate.withdrawn` item."""

    type: Annotated[str, Field(pattern=r"^candidate\.withdrawn$", examples=["candidate.withdrawn"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-21T10:00:00Z"])]
    data: WithdrawnData


class RegisteredItem(Body):
    """A `candidate.registered` item."""

    type: Annotated[str, Field(pattern=r"^candidate\.registered$", examples=["candidate.registered"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-21T10:00:00Z"])]
    data: RegisteredData


class UnregisteredItem(Body):
    """A `candidate.unregistered` item."""

    type: Annotated[str, Field(pattern=r"^candidate\.unregistered$", examples=["candidate.unregistered"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-22T10:00:00Z"])]
    data: UnregisteredData


class AnnouncedItem(Body):
    """A `session.announced` item."""

    type: Annotated[str, Field(pattern=r"^session\.announced$", examples=["session.announced"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-20T10:00:00Z"])]
    data: AnnouncedData


class CancelledItem(Body):
    """A `session.cancelled` item."""

    type: Annotated[str, Field(pattern=r"^session\.cancelled$", examples=["session.cancelled"])]
    occurred_at: Annotated[datetime, Field(examples=["2026-11-21T10:00:00Z"])]
    data: CancelledData


InboxItem = (
    PreselectedItem | OutcomeItem | WithdrawnItem | RegisteredItem | UnregisteredItem | AnnouncedItem | CancelledItem
)


class InboxMessage(RootModel[InboxItem | tuple[InboxItem, ...]]):
    """The body of a signed message: one item, or a list of up to 100."""


class InboxReceipt(BaseModel):
    """That a delivery is stored; what became of its items is read afterwards."""

    message_id: Annotated[
        str, Field(description="The `webhook-id` sent.", examples=["msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"])
    ]


class ItemResult(BaseModel):
    """What became of one item."""

    position: Annotated[int, Field(description="In the list sent, from 0.", examples=[0])]
    type: Annotated[ItemType | None, Field(description="Null: not one of ours.", examples=["candidate.outcome"])]
    accepted: Annotated[bool, Field(description="That nothing is to be corrected.", examples=[True])]
    code: Annotated[Code, Field(description="See the error table of the guide.", examples=["applied"])]
    field: Annotated[str | None, Field(description="The field of the item at fault.", examples=[None])]


class InboxDeliveryView(BaseModel):
    """A delivery and its results."""

    message_id: Annotated[
        str, Field(description="The `webhook-id` sent.", examples=["msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"])
    ]
    received_at: datetime
    state: Annotated[DeliveryState, Field(examples=["processed"])]
    refused: Annotated[Code | None, Field(description="Why no item could be read.", examples=[None])]
    items: tuple[ItemResult, ...]


class InboxDeliveryList(BaseModel):
    """A page of a partner's deliveries, the oldest first."""

    items: tuple[InboxDeliveryView, ...]
    cursor: str | None = None


def partner_view(partner: Partner) -> PartnerView:
    """How an organisation is shown; a secret never is."""
    return PartnerView(id=partner.id, state=partner.state, facts=partner.facts, has_secret=bool(partner.secrets))


def agreement_view(agreement: Agreement) -> PartnershipView:
    """How an agreement is shown."""
    return PartnershipView(id=agreement.id, state=agreement.state, terms=agreement.terms, ended_on=agreement.ended_on)


def delivery_view(delivery: Delivery) -> InboxDeliveryView:
    """How a delivery is shown: positions and codes, nothing of what was sent."""
    return InboxDeliveryView(
        message_id=delivery.message_id,
        received_at=delivery.received_at,
        state=delivery.state,
        refused=delivery.refused,
        items=tuple(ItemResult(**one.model_dump(), accepted=one.code.accepted) for one in delivery.results),
    )
