"""An introduction: one masked profile and one masked demand, until both sides say yes or one thing ends it.

Pure. The transition table is data. Both companies read the same words for every end, whoever or whatever ended it; only
the side that refused finds its own reason again.
"""

import base64
import hashlib
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import DemandCard
from passerelle.contracts.introductions import EndReason, Side
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.problems import Refused

DAYS_TO_ANSWER: Final = 30
_ID_LENGTH = 20


class State(StrEnum):
    """Where an introduction stands."""

    PROPOSED = "proposed"
    LENDER_INTERESTED = "lender_interested"
    HOST_INTERESTED = "host_interested"
    MUTUAL = "mutual"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OBSOLETE = "obsolete"


class Act(StrEnum):
    """What moves an introduction: an answer of a side, or something that happened to the pair."""

    LENDER_INTEREST = "lender_interest"
    HOST_INTEREST = "host_interest"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    CLOSURE = "closure"
    EXPIRY = "expiry"


UNANSWERED: Final = frozenset({State.PROPOSED, State.LENDER_INTERESTED, State.HOST_INTERESTED})
OPEN: Final = UNANSWERED | {State.MUTUAL}
_ENDS: Final[dict[State, EndReason]] = {
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "expired",
    State.OBSOLETE: "obsolete",
}

TRANSITIONS: Final[dict[Act, dict[State, State]]] = {
    Act.LENDER_INTEREST: {State.PROPOSED: State.LENDER_INTERESTED, State.HOST_INTERESTED: State.MUTUAL},
    Act.HOST_INTEREST: {State.PROPOSED: State.HOST_INTERESTED, State.LENDER_INTERESTED: State.MUTUAL},
    Act.REFUSAL: dict.fromkeys(OPEN, State.DECLINED),
    Act.WITHDRAWAL: dict.fromkeys(OPEN, State.WITHDRAWN),
    Act.CLOSURE: dict.fromkeys(OPEN, State.OBSOLETE),
    Act.EXPIRY: dict.fromkeys(UNANSWERED, State.EXPIRED),
}
"""What each act makes of each state; a state that is not named does not take the act."""

_INTEREST: Final[dict[Side, Act]] = {"lender": Act.LENDER_INTEREST, "host": Act.HOST_INTEREST}
_SAID_YES: Final[dict[Side, frozenset[State]]] = {
    "lender": frozenset({State.LENDER_INTERESTED, State.MUTUAL}),
    "host": frozenset({State.HOST_INTERESTED, State.MUTUAL}),
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
    NOT_PROCEEDING = "not_proceeding"


class Introduction(BaseModel):
    """The aggregate. Its id follows from the pair, so that the pair is introduced once."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: State
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    demand_id: str
    demand_card: DemandCard
    demand_sequence: int
    match: Match
    answer_by: Annotated[date, Field(description="Last day to answer.")]
    refused_by: Side | None = None
    refusal: RefusalReason | None = None

    @property
    def ended(self) -> bool:
        """Whether it goes no further."""
        return self.state not in OPEN

    @property
    def end_reason(self) -> EndReason:
        """How it ended, for the platform. Raises `KeyError` while it is open."""
        return _ENDS[self.state]

    def side_of(self, tenant: str) -> Side:
        """Which side a company is on."""
        return "lender" if tenant == self.lender else "host"

    def interested(self, side: Side) -> bool:
        """Whether this side said yes."""
        return self.state in _SAID_YES[side]

    def standing(self, side: Side) -> Standing:
        """Where it stands in the words of this side."""
        if self.ended:
            return Standing.NOT_PROCEEDING
        if self.state is State.MUTUAL:
            return Standing.MUTUAL
        if self.interested(side):
            return Standing.WAITING
        return Standing.TO_ANSWER if self.state is State.PROPOSED else Standing.AWAITED

    def after_interest(self, side: Side) -> "Introduction":
        """It once this side says yes; saying so again changes nothing. Raises `Refused` once it goes no further."""
        return self if self.interested(side) else self.moved(_INTEREST[side])

    def after_refusal(self, side: Side, reason: RefusalReason) -> "Introduction":
        """It once this side says no; saying so again changes nothing. Raises `Refused` once it ended otherwise."""
        if self.refused_by == side:
            return self
        return self.moved(Act.REFUSAL).model_copy(update={"refused_by": side, "refusal": reason})

    def moved(self, act: Act) -> "Introduction":
        """It after an act. Raises `Refused` when its state does not take the act."""
        target = TRANSITIONS[act].get(self.state)
        if target is None:
            raise Refused(
                "This introduction goes no further.",
                code="not-proceeding",
                remedy="Look at your other introductions.",
            )
        return self.model_copy(update={"state": target})


class Ledger(BaseModel):
    """The introductions of one profile or one demand, and the version from which on it may be introduced.

    Everyone who begins or ends introductions of the thing writes here, so that neither overtakes the other unseen.
    """

    model_config = ConfigDict(frozen=True)

    introductions: tuple[str, ...] = ()
    ended_at: Annotated[
        int, Field(description="Version of the thing at which it was withdrawn or closed; 0 never.")
    ] = 0

    def takes(self, sequence: int) -> bool:
        """Whether a proposal about this version of the thing is still good."""
        return sequence >= self.ended_at

    def with_introductions(self, *ids: str) -> "Ledger":
        """The ledger with these added."""
        return self.model_copy(update={"introductions": (*self.introductions, *ids)})


class Deadline(BaseModel):
    """The day after which an introduction nobody answered ends."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    host: str
    answer_by: date


def introduction_id(demand_id: str, profile_id: str) -> str:
    """The one id of a pair: 100 bits of its SHA-256."""
    digest = hashlib.sha256(f"{demand_id}|{profile_id}".encode()).digest()
    return f"int_{base64.b32encode(digest).decode().lower()[:_ID_LENGTH]}"


def proposed(event: MatchesProposed, match: Match, today: date) -> Introduction:
    """A new introduction, to be answered within thirty days."""
    return Introduction(
        id=introduction_id(event.demand_id, match.profile_id),
        state=State.PROPOSED,
        lender=match.profile_tenant,
        host=event.demand_tenant,
        demand_id=event.demand_id,
        demand_card=event.demand_card,
        demand_sequence=event.demand_sequence,
        match=match,
        answer_by=today + timedelta(days=DAYS_TO_ANSWER),
    )
