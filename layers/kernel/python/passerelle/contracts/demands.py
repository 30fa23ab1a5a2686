"""Facts about demands. A card is all they ever carry."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from passerelle.contracts.base import Event
from passerelle.contracts.cards import DemandCard


class DemandOpened(Event):
    """A host is looking for people, and a class protects its card: it may be shown. Repeated with a higher sequence
    when the card changes."""

    source_slice: ClassVar[str] = "demands"
    public_fields: ClassVar[tuple[str, ...]] = ("demand_id",)

    demand_id: str
    card: DemandCard


class DemandReferred(Event):
    """A host is looking for people, but no class protects its card, or none does any more: an adviser mediates by hand.

    The card is the exact one of level 1, for the adviser; lenders are shown nothing.
    """

    source_slice: ClassVar[str] = "demands"

    demand_id: str
    card: DemandCard


class DemandCardRefined(Event):
    """Both sides of an introduction are interested: its lender may read the finer card of the demand.

    It tells no finer a place than the card shown, and is said only where it tells more than that one.
    """

    source_slice: ClassVar[str] = "demands"

    demand_id: str
    introduction_id: Annotated[str, Field(description="The one introduction in which the finer card may be read.")]
    card: DemandCard


class DemandClosed(Event):
    """The demand takes no more matches."""

    source_slice: ClassVar[str] = "demands"
    public_fields: ClassVar[tuple[str, ...]] = ("demand_id", "outcome")

    demand_id: str
    outcome: Literal["filled", "closed", "expired"]


class DemandImportAdvanced(Event):
    """A file of demands was taken in, or the part before is done: the rows of this part are to be worked on."""

    source_slice: ClassVar[str] = "demands"

    import_id: str
    part: Annotated[int, Field(ge=0, description="Counted from 0.")]
