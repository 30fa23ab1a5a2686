"""Entry points of the figures slice: what comes and goes, the daily count, and the counts for anybody."""

from dataclasses import dataclass
from typing import Any

from functions.figures import logic
from functions.figures.model import Figures, Kind, Posted, Regions
from functions.figures.settings import Settings
from functions.figures.store import Counts
from passerelle import clock
from passerelle.access import public
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.demands import DemandClosed, DemandOpened, DemandReferred
from passerelle.contracts.profiles import ProfilePublished, ProfileReferred, ProfileWithdrawn
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by, logger
from passerelle.store import Table
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    counts: Counts
    nomenclature: Nomenclature
    regions: Regions


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table, nomenclature = Table(settings.table_name), current()
    queues = Queues(settings.queue_url, settings.dead_letter_queue_url)
    return Wiring(table, queues, Counts(table), nomenclature, Regions(nomenclature))


api = Api("figures", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/figures",
    allow=public(),
    answer=Figures,
    summary="How many volunteers and demands there are, by region and family of trades; small counts are not told.",
)
def get_figures(_: Request[NoBody]) -> Answer:
    return Answer(wire().counts.figures().value)


@events.on(ProfilePublished)
def on_profile_published(delivery: Delivery[ProfilePublished]) -> None:
    _note(delivery, delivery.event.profile_id, "profiles", delivery.event.card)


@events.on(ProfileReferred)
def on_profile_referred(delivery: Delivery[ProfileReferred]) -> None:
    _note(delivery, delivery.event.profile_id, "profiles", delivery.event.card)


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    _note(delivery, delivery.event.profile_id, "profiles", None)


@events.on(DemandOpened)
def on_demand_opened(delivery: Delivery[DemandOpened]) -> None:
    _note(delivery, delivery.event.demand_id, "demands", delivery.event.card)


@events.on(DemandReferred)
def on_demand_referred(delivery: Delivery[DemandReferred]) -> None:
    _note(delivery, delivery.event.demand_id, "demands", delivery.event.card)


@events.on(DemandClosed)
def on_demand_closed(delivery: Delivery[DemandClosed]) -> None:
    _note(delivery, delivery.event.demand_id, "demands", None)


def count(_event: dict[str, Any], _context: Any) -> None:
    """The daily schedule: count what is there."""
    run = clock.new_id("run")
    with caused_by(run, run):
        figures = logic.count(wire().counts, wire().nomenclature, clock.today())
        logger.info("counted", regions=len(figures.regions))


def _note(delivery: Delivery[Any], posted_id: str, kind: Kind, card: ProfileCard | DemandCard | None) -> None:
    envelope = delivery.envelope
    news = Posted(
        id=posted_id,
        kind=kind,
        tenant=envelope.tenant,
        sequence=envelope.sequence,
        region=None if card is None else wire().regions.of(card.area),
        family=None if card is None else card.occupation[:1],
    )
    logic.note(wire().counts, delivery.transaction, news)
