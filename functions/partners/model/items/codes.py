"""What an item is answered: the error table of both guides, which a test compares. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Why a delivery or an item was taken or refused."""

    APPLIED = "applied"
    WAITING = "waiting-for-candidate"
    REPEATED = "repeated"
    OUTDATED = "outdated"
    BROKEN_JSON = "broken-json"
    TOO_MANY_ITEMS = "too-many-items"
    BAD_ENVELOPE = "bad-envelope"
    TYPE_UNKNOWN = "type-not-understood"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    BAD_VALUE = "bad-value"
    REFERENCE_NOT_OPAQUE = "reference-not-opaque"
    CODE_UNKNOWN = "code-unknown"
    DATE_IMPOSSIBLE = "date-impossible"
    CONTRACT_MISPLACED = "contract-misplaced"
    OUTSIDE_PROGRAMME = "outside-programme"
    OUTSIDE_TERRITORY = "outside-territory"
    AXIS_NOT_AGREED = "axis-not-agreed"
    TOO_MANY_OUTCOMES = "too-many-outcomes"
    TOO_MANY_REGISTRATIONS = "too-many-registrations"
    CANDIDATE_WITHDRAWN = "candidate-withdrawn"

    @property
    def accepted(self) -> bool:
        """Whether nothing is to be corrected."""
        return self in {Code.APPLIED, Code.WAITING, Code.REPEATED, Code.OUTDATED}


@dataclass(frozen=True)
class Fault:
    """Why something is refused; `field` is one of ours, or None."""

    code: Code
    field: str | None = None
