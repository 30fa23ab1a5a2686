"""Where a profile stands, and the one table of who may move it from where to where, and who is told what."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a profile stands."""

    DRAFT = "draft"
    AWAITING_OPT_IN = "awaiting_opt_in"
    PUBLISHED = "published"
    WITH_ADVISER = "with_adviser"
    LENT = "lent"
    WITHDRAWN = "withdrawn"


OPTED_IN: Final = frozenset({State.PUBLISHED, State.WITH_ADVISER, State.LENT})
"""The states that rest on the volunteer's yes."""


class Action(StrEnum):
    """What may be done to a profile."""

    REVISE = "revise"
    SUBMIT = "submit"
    ASK = "ask"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    PLACE = "place"
    REFER = "refer"
    LEND = "lend"
    RETURN = "return"
    SUSPEND = "suspend"
    CLOSE = "close"


class Mover(StrEnum):
    """Who does it."""

    LENDER = "lender"
    EMPLOYEE = "employee"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Transition:
    """One row of the table: where it leads, from where, who takes it, and who is told what."""

    target: State
    sources: frozenset[State]
    mover: Mover
    told: str


_UNTIL_WITHDRAWN = frozenset(State) - {State.WITHDRAWN}

_GONE = "lender and hosts: withdrawn, without a reason"

TRANSITIONS: Final[dict[Action, Transition]] = {
    Action.REVISE: Transition(State.DRAFT, frozenset({State.DRAFT}), Mover.LENDER, "nobody"),
    Action.SUBMIT: Transition(State.DRAFT, frozenset({State.DRAFT}), Mover.LENDER, "nobody"),
    Action.ASK: Transition(
        State.AWAITING_OPT_IN, frozenset({State.DRAFT}), Mover.PLATFORM, "the employee alone: his personal link"
    ),
    Action.ACCEPT: Transition(
        State.PUBLISHED,
        frozenset({State.AWAITING_OPT_IN}),
        Mover.EMPLOYEE,
        "lender: published; hosts: nothing before the card has its place",
    ),
    Action.DECLINE: Transition(State.WITHDRAWN, OPTED_IN | {State.AWAITING_OPT_IN}, Mover.EMPLOYEE, _GONE),
    Action.PLACE: Transition(
        State.PUBLISHED,
        frozenset({State.PUBLISHED, State.WITH_ADVISER}),
        Mover.PLATFORM,
        "hosts: the masked card, as coarse as its class asks",
    ),
    Action.REFER: Transition(
        State.WITH_ADVISER,
        frozenset({State.AWAITING_OPT_IN, State.PUBLISHED}),
        Mover.PLATFORM,
        "adviser: the card, for mediation; hosts: nothing",
    ),
    Action.LEND: Transition(
        State.LENT, frozenset({State.PUBLISHED, State.WITH_ADVISER}), Mover.PLATFORM, "other hosts: no longer proposed"
    ),
    Action.RETURN: Transition(State.PUBLISHED, frozenset({State.LENT}), Mover.PLATFORM, "hosts: the masked card"),
    Action.WITHDRAW: Transition(State.WITHDRAWN, _UNTIL_WITHDRAWN, Mover.LENDER, _GONE),
    Action.SUSPEND: Transition(
        State.WITHDRAWN,
        frozenset({State.AWAITING_OPT_IN, State.PUBLISHED, State.WITH_ADVISER}),
        Mover.PLATFORM,
        _GONE,
    ),
    Action.CLOSE: Transition(State.WITHDRAWN, _UNTIL_WITHDRAWN, Mover.PLATFORM, _GONE),
}
