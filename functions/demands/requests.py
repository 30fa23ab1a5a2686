"""What callers say to the demands slice, and what they hear."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from functions.demands.model import Need, State
from passerelle.contracts.cards import DemandCard
from passerelle.http import Body
from passerelle.sheets import Sheet


class RevisedDemand(Body, Need):
    """Another need; it replaces the whole one."""

    confirm_length: Annotated[
        bool,
        Field(
            strict=True,
            description="That a length outside one to six months is meant; it is recorded, with who said so.",
        ),
    ] = False

    def need(self) -> Need:
        """The need said."""
        return Need.model_validate(self.model_dump(include=set(Need.model_fields)))


class NewDemand(RevisedDemand):
    """A need, opened to lenders at once unless it is a draft."""

    draft: Annotated[bool, Field(strict=True, description="Keep it to yourselves for now.")] = False


class Closure(Body):
    """How a demand ended."""

    outcome: Annotated[
        Literal["filled", "closed"],
        Field(description="`filled`: the people were found; `closed`: they are no longer needed.", examples=["filled"]),
    ]


class DemandView(BaseModel):
    """A demand as its host sees it, with the cards of it."""

    id: Annotated[str, Field(examples=["dem_k3v2m4q7wz5x6a2b3c4d"])]
    version: Annotated[int, Field(description="The ETag without its quotes.", examples=[1])]
    state: State
    need: Need
    length_confirmed: Annotated[bool, Field(description="That an unusual length was confirmed.", examples=[False])]
    card: Annotated[DemandCard, Field(description="The most that lenders will see; it may be shown coarser.")]
    shown: Annotated[
        DemandCard | None,
        Field(
            description="The card as lenders read it: this one, or a coarser one where this one could only be of few "
            "companies; null while they read none.",
            examples=[None],
        ),
    ]
    with_adviser: Annotated[
        bool,
        Field(description="That no card protects your company: an adviser looks for people by hand.", examples=[False]),
    ]


class DemandList(BaseModel):
    """One page of the host's demands."""

    items: tuple[DemandView, ...]
    cursor: str | None = None


def _cells(view: DemandView) -> Mapping[str, Any]:
    said = {"confirm_length": view.length_confirmed, "draft": view.state is State.DRAFT}
    return view.model_dump(mode="json") | view.need.model_dump(mode="json") | said


SHEET: Final = Sheet(NewDemand, told=("id", "version", "state", "with_adviser"), cells_of=_cells)
"""Demands as a CSV file: a row is a need, and whether it is a draft."""
