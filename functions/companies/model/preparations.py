"""A registration that an adviser prepared: it is nothing yet, until a person of the company confirms it with the code.

Pure. The adviser hands the code over in person or on the telephone; whoever has none learns nothing.
"""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.companies.model import CODE_TRIES, Act, Facts
from passerelle.problems import NotFound, Problem, Refused
from passerelle.tokens import digest, same

LIFE: Final = timedelta(days=14)


class Preparation(BaseModel):
    """What the adviser wrote down, and the digest of the code that opens it."""

    model_config = ConfigDict(frozen=True)

    id: str
    adviser: str
    siren_mark: str
    facts: Facts
    digest: Annotated[str, Field(description="SHA-256 of id and code.")]
    prepared_at: datetime
    tries_left: int = CODE_TRIES

    @property
    def expires_at(self) -> datetime:
        """The end of the code."""
        return self.prepared_at + LIFE

    @property
    def act(self) -> Act:
        """How the company reads of it later."""
        return Act(at=self.prepared_at, what="prepared", by="adviser", user=self.adviser)

    def opened(self, typed: str, at: datetime) -> tuple["Preparation", Problem | None]:
        """It, and None for the right code; with one try less and what to answer for a wrong one.

        Raises the one problem of what is not there once it is over or no try is left.
        """
        if self.expires_at <= at or self.tries_left == 0:
            raise not_there()
        if same(self.digest, digest(self.id, typed.strip().upper())):
            return self, None
        left = self.tries_left - 1
        spent = self.model_copy(update={"tries_left": left})
        return spent, Refused("This is not the code.", code="wrong-code", remedy=f"Tries left: {left}.")


def not_there() -> Problem:
    """One answer for what is unknown, confirmed, over or spent."""
    return NotFound(
        "There is nothing to confirm here, or no longer.",
        code="not-prepared",
        remedy="Ask your adviser to prepare your registration again.",
    )
