"""A review: a volunteer wants a human being to look again at what the program makes of his card (RGPD art. 22)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.desk import ReviewOutcome
from passerelle.contracts.profiles import ReviewReason
from passerelle.problems import Refused


class Review(BaseModel):
    """The latest review of a profile. Its id is the profile's."""

    model_config = ConfigDict(frozen=True)

    profile_id: str
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    person_id: str
    sequence: Annotated[int, Field(description="Version of the profile at which it was asked for.")]
    reason: ReviewReason
    asked_at: datetime
    answer_by: Annotated[date, Field(description="The last day to answer.")]
    outcome: ReviewOutcome | None = None
    adviser: Annotated[str | None, Field(description="User id of whoever answered.")] = None

    def answered(self, outcome: ReviewOutcome, adviser: str) -> "Review":
        """It with what an adviser found; the same again changes nothing. Raises `Refused` when another was told."""
        if self.outcome == outcome:
            return self
        if self.outcome is not None:
            raise Refused(
                "Another answer was given already.",
                code="review-answered",
                remedy="The volunteer has read it; he may ask again.",
            )
        return self.model_copy(update={"outcome": outcome, "adviser": adviser})
