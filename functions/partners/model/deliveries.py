"""A delivery to the inbox: known by the id the partner gave it, and worked on item by item. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.partners.model.items import Code, Result
from passerelle.tokens import digest


class DeliveryState(StrEnum):
    """Whether a delivery was worked on."""

    RECEIVED = "received"
    PROCESSED = "processed"


class SealedBody(BaseModel):
    """A raw body: its own data key, wrapped, and the bytes under it; base64."""

    model_config = ConfigDict(frozen=True)

    wrapped: str
    text: str


class Delivery(BaseModel):
    """The aggregate; the raw body lies sealed beside it. `refused` says why no item of it could be read."""

    model_config = ConfigDict(frozen=True)

    id: str
    partner: str
    message_id: Annotated[str, Field(description="The `webhook-id` the partner gave it.")]
    fingerprint: Annotated[str, Field(description="SHA-256 of the raw body.")]
    received_at: datetime
    state: DeliveryState = DeliveryState.RECEIVED
    refused: Code | None = None
    results: tuple[Result, ...] = ()

    def with_result(self, result: Result) -> "Delivery":
        """After one more item."""
        return self.model_copy(update={"results": (*self.results, result)})

    def done(self, refused: Code | None = None) -> "Delivery":
        """After the last item, or refused as a whole."""
        return self.model_copy(update={"state": DeliveryState.PROCESSED, "refused": refused})


def delivery_id(partner_id: str, message_id: str) -> str:
    """Our id of a partner's message: the same message has the same one, and nothing of its id can be read in it."""
    return f"dlv_{digest(partner_id, message_id)[:32]}"
