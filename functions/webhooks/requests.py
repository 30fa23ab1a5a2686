"""What partner organisations say to the webhooks slice, and what they hear."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from functions.webhooks.model.deliveries import Attempt, Delivery, Outcome
from functions.webhooks.model.endpoints import Endpoint
from functions.webhooks.model.notices import Notice
from functions.webhooks.model.remits import Filters
from passerelle.contracts.base import Programme
from passerelle.http import Body

Territory = Annotated[str, Field(pattern=r"^(\d{2}|2[AB]|97\d)$", examples=["76"])]
EventName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{2,60}$", examples=["DemandOpened"])]


class Wanted(Body):
    """What the endpoint asks for; an empty list asks for all."""

    types: Annotated[frozenset[EventName], Field(max_length=50, examples=[["DemandOpened", "DemandClosed"]])] = (
        frozenset()
    )
    programmes: Annotated[frozenset[Programme], Field(examples=[["lending"]])] = frozenset()
    territories: Annotated[
        frozenset[Territory], Field(max_length=101, description="Codes of départements.", examples=[["76", "27"]])
    ] = frozenset()

    def filters(self) -> Filters:
        """The same for the model, sorted."""
        return Filters(
            types=tuple(sorted(self.types)),
            programmes=tuple(sorted(self.programmes)),
            territories=tuple(sorted(self.territories)),
        )


class EndpointFacts(Body):
    """Where the endpoint is, and what it asks for."""

    url: Annotated[str, Field(min_length=12, max_length=500, examples=["https://partenaire.example/passerelle"])]
    wanted: Wanted = Wanted()


class NewEndpoint(EndpointFacts):
    """An endpoint to be told facts."""

    signature: Annotated[
        Literal["hmac", "ed25519"], Field(description="How messages are signed: shared secret, or public key.")
    ] = "hmac"


class NewReplay(Body):
    """From when on everything is told again, at most fourteen days back."""

    since: Annotated[AwareDatetime, Field(examples=["2026-11-20T00:00:00Z"])]


class WantedView(BaseModel):
    """What an endpoint asks for."""

    types: tuple[str, ...]
    programmes: tuple[str, ...]
    territories: tuple[str, ...]


class EndpointView(BaseModel):
    """An endpoint. Its secret (or its public key) is shown once, in the answer that makes it."""

    id: str
    url: str
    wanted: WantedView
    signature: str
    state: Annotated[Literal["pending", "active", "disabled"], Field(description="Only an active one is told facts.")]
    disabled_for: Annotated[
        Literal["gone", "failing", "ended"] | None,
        Field(description="410, five days of failures, or the organisation has ended."),
    ]
    failures: Annotated[int, Field(description="Failures in a row, of whatever deliveries.")]
    paused_until: Annotated[datetime | None, Field(description="Until when it is left alone after failures.")]
    secret: Annotated[str | None, Field(description="whsec_…, or whpk_… to verify ed25519.")] = None


class EndpointList(BaseModel):
    """A partner's endpoints."""

    items: tuple[EndpointView, ...]


class NoticeView(BaseModel):
    """A public fact, the same as in the body of its delivery."""

    id: str
    type: str
    version: int
    occurred_at: datetime
    correlation_id: str
    causation_id: str
    programme: str
    territory: str | None
    subject: str
    sequence: int
    data: dict[str, Any]


class Feed(BaseModel):
    """A page of the feed, up to a minute ago; the cursor goes on from there, also when the page is empty."""

    items: tuple[NoticeView, ...]
    cursor: str | None


class Snapshot(BaseModel):
    """A page of the latest fact of each resource, or an empty one; the next one follows as long as there is a `cursor`.

    `feed_cursor`, on the first page, is where the feed goes on.
    """

    items: tuple[NoticeView, ...]
    cursor: str | None
    feed_cursor: str | None


class DeliveryView(BaseModel):
    """How the telling of one notice goes."""

    id: Annotated[str, Field(description="The notice's id, that of the header webhook-id.")]
    type: str
    subject: str
    sequence: int
    state: Literal["waiting", "delivered", "given_up"]
    tries: int
    next_try: datetime | None


class DeliveryList(BaseModel):
    """A page of the delivery log, the oldest first."""

    items: tuple[DeliveryView, ...]
    cursor: str | None


class AttemptView(BaseModel):
    """One try: the status it got, or why there was none."""

    number: int
    at: datetime
    status: int | None
    error: Annotated[str | None, Field(description="timeout, connection, tls or address-refused.")]
    took_ms: int


class DeliveryDetail(DeliveryView):
    """One delivery with its tries and what was sent."""

    attempts: tuple[AttemptView, ...]
    notice: NoticeView


class ReplayView(BaseModel):
    """A replay has begun; its deliveries go out over the next minutes."""

    endpoint_id: str
    since: datetime


def endpoint_view(endpoint: Endpoint, failures: int, paused_until: datetime | None) -> EndpointView:
    """The endpoint without its secrets."""
    return EndpointView(
        id=endpoint.id,
        url=endpoint.url,
        wanted=WantedView(**endpoint.filters.model_dump()),
        signature=endpoint.scheme,
        state=endpoint.state.value,
        disabled_for=endpoint.disabled_for,
        failures=failures,
        paused_until=paused_until,
    )


def notice_view(notice: Notice) -> NoticeView:
    """The notice as it is sent."""
    return NoticeView(**notice.model_dump())


def delivery_view(notice: Notice, delivery: Delivery) -> DeliveryView:
    """How the delivery of this notice goes."""
    return DeliveryView(
        id=notice.id,
        type=notice.type,
        subject=notice.subject,
        sequence=notice.sequence,
        state=delivery.outcome.value,
        tries=delivery.all_tries,
        next_try=delivery.due if delivery.outcome is Outcome.WAITING else None,
    )


def attempt_view(attempt: Attempt) -> AttemptView:
    """One line of the log."""
    answer = attempt.answer
    return AttemptView(
        number=attempt.number, at=attempt.at, status=answer.status, error=answer.error, took_ms=answer.took_ms
    )
