"""Facts about partners' webhook endpoints."""

from typing import ClassVar, Literal

from passerelle.contracts.base import Event


class WebhookEndpointDisabled(Event):
    """A partner's endpoint is told nothing until it is verified again: it said that it is gone, or kept failing."""

    source_slice: ClassVar[str] = "webhooks"

    endpoint_id: str
    partner_id: str
    reason: Literal["gone", "failing"]
