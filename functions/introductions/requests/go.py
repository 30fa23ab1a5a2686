"""What the employee says by his personal link, and what he reads."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from functions.introductions.model.go import GoLine, GoSection
from functions.introductions.model.pair import Introduction
from functions.introductions.model.states import State
from passerelle.http import Body


class GoLink(Body):
    """The token of the employee's personal link."""

    token: Annotated[
        str, Field(min_length=16, max_length=200, examples=["Zk3vq2m7xw5ndbt4jyhzaZk3vq2m7xw5ndbt4jyhzaQ"])
    ]


class GoDecision(Body):
    """The employee's word: go, for the sheet he was shown, or a refusal, which needs no condition at all."""

    token: Annotated[
        str, Field(min_length=16, max_length=200, examples=["Zk3vq2m7xw5ndbt4jyhzaZk3vq2m7xw5ndbt4jyhzaQ"])
    ]
    decision: Annotated[Literal["go", "refuse"], Field(examples=["go"])]
    sha256: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$", description="Of the sheet shown; for a go.")] = None


GoState = Literal["undecided", "go", "disclosed", "agreed", "closed"]


class GoStanding(BaseModel):
    """Where it stands for the employee."""

    state: GoState
    decided_at: datetime | None = None


class GoSheet(GoStanding):
    """The masked term sheet in words, for the employee alone, and who looked at his card."""

    wording: str
    title: str
    sha256: Annotated[str | None, Field(description="Of the sheet he gives his go to.")] = None
    lines: tuple[GoLine, ...] = ()
    start: Annotated[tuple[str, ...], Field(description="When it may begin at the earliest, and why.")] = ()
    sections: tuple[GoSection, ...] = ()
    looks: Annotated[tuple[str, ...], Field(description="Who looked at his card, the latest first.")] = ()


def go_standing(one: Introduction) -> GoStanding:
    """Where it stands for the employee."""
    go = one.signatures.get("employee")
    state: GoState = "undecided"
    if one.agreed:
        state = "agreed"
    elif one.ended:
        state = "closed"
    elif one.state is State.DISCLOSED:
        state = "disclosed"
    elif go is not None:
        state = "go"
    return GoStanding(state=state, decided_at=None if one.ended or go is None else go.at)
