"""Where an agreement stands, what each act makes of it, and who may do it: tables. Pure."""

from enum import StrEnum
from typing import Final, Literal

Side = Literal["lender", "host"]
Who = Literal["lender", "host", "employee", "platform"]


class State(StrEnum):
    """Where an agreement stands."""

    DRAFTING = "drafting"
    READY_TO_SIGN = "ready_to_sign"
    PARTIALLY_SIGNED = "partially_signed"
    SIGNED = "signed"
    ACTIVE = "active"
    ENDED = "ended"
    ASSESSED = "assessed"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What is done to an agreement."""

    REVISION = "revision"
    CORRECTION = "correction"
    RECORDING = "recording"
    READINESS = "readiness"
    SIGNATURE = "signature"
    COMPLETION = "completion"
    START = "start"
    REJECTION = "rejection"
    CANCELLATION = "cancellation"
    SUPERSESSION = "supersession"
    END = "end"
    ASSESSMENT = "assessment"
    CLOSURE = "closure"


UNSIGNED: Final = frozenset({State.DRAFTING, State.READY_TO_SIGN, State.PARTIALLY_SIGNED})
SIGNABLE: Final = frozenset({State.READY_TO_SIGN, State.PARTIALLY_SIGNED})
NOT_PROCEEDING: Final = frozenset({State.REJECTED, State.CANCELLED, State.SUPERSEDED})
BEFORE_START: Final = UNSIGNED | {State.SIGNED}

TRANSITIONS: Final[dict[Act, dict[State, State]]] = {
    Act.REVISION: dict.fromkeys(BEFORE_START, State.DRAFTING),
    Act.CORRECTION: {state: state for state in BEFORE_START},
    Act.RECORDING: {state: state for state in BEFORE_START | {State.ACTIVE}},
    Act.READINESS: {State.DRAFTING: State.READY_TO_SIGN},
    Act.SIGNATURE: dict.fromkeys(SIGNABLE, State.PARTIALLY_SIGNED),
    Act.COMPLETION: {State.PARTIALLY_SIGNED: State.SIGNED},
    Act.START: {State.SIGNED: State.ACTIVE},
    Act.REJECTION: dict.fromkeys(UNSIGNED, State.REJECTED),
    Act.CANCELLATION: {State.SIGNED: State.CANCELLED},
    Act.SUPERSESSION: dict.fromkeys(BEFORE_START, State.SUPERSEDED),
    Act.END: {State.ACTIVE: State.ENDED},
    Act.ASSESSMENT: {State.ENDED: State.ASSESSED},
    Act.CLOSURE: {State.ASSESSED: State.CLOSED},
}
"""What each act makes of each state; a state that is not named does not take the act."""

_COMPANIES: Final[frozenset[Who]] = frozenset({"lender", "host"})
_EVERYBODY: Final[frozenset[Who]] = _COMPANIES | {"employee"}
_PLATFORM: Final[frozenset[Who]] = frozenset({"platform"})
ACTORS: Final[dict[Act, frozenset[Who]]] = {
    Act.REVISION: _COMPANIES,
    Act.CORRECTION: _COMPANIES,
    Act.RECORDING: _COMPANIES,
    Act.READINESS: _COMPANIES,
    Act.SIGNATURE: _EVERYBODY,
    Act.COMPLETION: _EVERYBODY,
    Act.START: _COMPANIES | _PLATFORM,
    Act.REJECTION: _EVERYBODY | _PLATFORM,
    Act.CANCELLATION: _COMPANIES,
    Act.SUPERSESSION: _PLATFORM,
    Act.END: _PLATFORM,
    Act.ASSESSMENT: _PLATFORM,
    Act.CLOSURE: _PLATFORM,
}
"""Who may do each act."""


class RefusalReason(StrEnum):
    """Why a company goes no further; kept for that company and for counting, never told to the other."""

    TERMS = "terms"
    DATES = "dates"
    COST = "cost"
    NO_LONGER_NEEDED = "no_longer_needed"
    NO_LONGER_AVAILABLE = "no_longer_available"
    OTHER = "other"
