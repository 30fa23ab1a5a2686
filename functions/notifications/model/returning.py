"""Whether mails to a subject arrive: blocked once one came back for good or was called unwanted, until it is corrected.

Pure, and without addresses: what SES tells of a mail is reduced to the posting it belongs to before it gets here.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Literal["bounced", "complained"]


class Kind(StrEnum):
    """How a mail came back, in the words of SES; `COMPLAINT` is ours for a mail that its reader called unwanted."""

    PERMANENT = "Permanent"
    TRANSIENT = "Transient"
    UNDETERMINED = "Undetermined"
    COMPLAINT = "Complaint"

    @property
    def reason(self) -> Reason | None:
        """Why nothing more is sent, or None for what may pass."""
        match self:
            case Kind.PERMANENT:
                return "bounced"
            case Kind.COMPLAINT:
                return "complained"
        return None


class Returned(BaseModel):
    """What is told of a mail that came back: which posting it was and how, no address."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    kind: Kind
    sent_at: datetime
    tenant: str
    posting: str


class Channel(BaseModel):
    """How mails to one subject fare."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    subject_id: str
    blocked: Reason | None = None
    returned: Annotated[datetime | None, Field(description="When the mail that blocked it had been sent.")] = None
    corrected: Annotated[datetime | None, Field(description="When the address was last put into the vault.")] = None
    passing: Annotated[int, Field(description="How many came back for a reason that may pass.")] = 0

    def after(self, news: Returned) -> "Channel":
        """The channel once a mail came back; one that went to an address corrected since tells nothing."""
        if self.blocked or (self.corrected is not None and news.sent_at < self.corrected):
            return self
        if news.kind.reason is None:
            return self.model_copy(update={"passing": self.passing + 1})
        return self.model_copy(update={"blocked": news.kind.reason, "returned": news.sent_at})

    def corrected_at(self, at: datetime) -> "Channel":
        """The channel once an address was put into the vault; news older than what it knows changes nothing."""
        if at <= max(filter(None, (self.corrected, self.returned)), default=datetime.min.replace(tzinfo=at.tzinfo)):
            return self
        return Channel(tenant=self.tenant, subject_id=self.subject_id, corrected=at)
