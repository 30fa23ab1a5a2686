"""Where an introduction stands, what moves it, and what each side calls it. The transition table is data."""

from enum import StrEnum
from typing import Final

from passerelle.contracts.introductions import EndReason, Side


class State(StrEnum):
    """Where an introduction stands."""

    PROPOSED = "proposed"
    LENDER_INTERESTED = "lender_interested"
    HOST_INTERESTED = "host_interested"
    MUTUAL = "mutual"
    COMMITTING = "committing"
    DISCLOSED = "disclosed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OBSOLETE = "obsolete"


class Act(StrEnum):
    """What moves an introduction: an answer of a side, or something that happened to the pair."""

    LENDER_INTEREST = "lender_interest"
    HOST_INTEREST = "host_interest"
    TERM_SHEET = "term_sheet"
    DISCLOSURE = "disclosure"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    CLOSURE = "closure"
    EXPIRY = "expiry"
    MEDIATION = "mediation"


UNANSWERED: Final = frozenset({State.PROPOSED, State.LENDER_INTERESTED, State.HOST_INTERESTED})
TALKING: Final = frozenset({State.MUTUAL, State.COMMITTING})
"""Both sides are interested, and masked to each other."""

WAITING: Final = UNANSWERED | TALKING
OPEN: Final = WAITING | {State.DISCLOSED}
ENDS: Final[dict[State, EndReason]] = {
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "expired",
    State.OBSOLETE: "obsolete",
}

TRANSITIONS: Final[dict[Act, dict[State, State]]] = {
    Act.LENDER_INTEREST: {State.PROPOSED: State.LENDER_INTERESTED, State.HOST_INTERESTED: State.MUTUAL},
    Act.HOST_INTEREST: {State.PROPOSED: State.HOST_INTERESTED, State.LENDER_INTERESTED: State.MUTUAL},
    Act.TERM_SHEET: dict.fromkeys(TALKING, State.COMMITTING),
    Act.DISCLOSURE: {State.COMMITTING: State.DISCLOSED},
    Act.REFUSAL: dict.fromkeys(OPEN, State.DECLINED),
    Act.WITHDRAWAL: dict.fromkeys(OPEN, State.WITHDRAWN),
    Act.CLOSURE: dict.fromkeys(OPEN, State.OBSOLETE),
    Act.EXPIRY: dict.fromkeys(WAITING, State.EXPIRED),
    Act.MEDIATION: dict.fromkeys(UNANSWERED, State.MUTUAL),
}
"""What each act makes of each state; a state that is not named does not take the act."""

INTEREST: Final[dict[Side, Act]] = {"lender": Act.LENDER_INTEREST, "host": Act.HOST_INTEREST}
SAID_YES: Final[dict[Side, frozenset[State]]] = {
    "lender": TALKING | {State.LENDER_INTERESTED, State.DISCLOSED},
    "host": TALKING | {State.HOST_INTERESTED, State.DISCLOSED},
}


class RefusalReason(StrEnum):
    """Why a side refuses; kept for that side and for counting, never told to the other."""

    SKILLS = "skills"
    EXPERIENCE = "experience"
    DATES = "dates"
    DISTANCE = "distance"
    HOURS = "hours"
    COST = "cost"
    NO_LONGER_NEEDED = "no_longer_needed"
    NO_LONGER_AVAILABLE = "no_longer_available"
    OTHER = "other"


class Standing(StrEnum):
    """Where an introduction stands in the words of one side."""

    TO_ANSWER = "to_answer"
    AWAITED = "awaited"
    WAITING = "waiting"
    MUTUAL = "mutual"
    COMMITTING = "committing"
    DISCLOSED = "disclosed"
    NOT_PROCEEDING = "not_proceeding"


STANDINGS: Final = {
    State.MUTUAL: Standing.MUTUAL,
    State.COMMITTING: Standing.COMMITTING,
    State.DISCLOSED: Standing.DISCLOSED,
}
