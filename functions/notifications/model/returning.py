"""Whether mails to a subject arrive: blocked once one came back for good or was called unwanted, until it is corrected.

A bounce is the subject's; a complaint is the address's, under whatever subject it is recorded again. Pure, and without
addresses: what SES tells of a mail is reduced to the posting it belongs to before it gets here, and an address is known
by a keyed digest, its mark.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Reason = Literal["bounced", "complained"]
OBJECTION_KEPT: Final = timedelta(days=3 * 365)
"""How long it is known that mails to an address are unwanted (CNIL, référentiel on commercial management, 2022)."""


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


class Complaint(BaseModel):
    """That a mail to an address was called unwanted, and when it had been sent; the address is its mark alone."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    mark: str
    sent_at: datetime

    @property
    def until(self) -> datetime:
        """How long nothing is sent there."""
        return self.sent_at + OBJECTION_KEPT


class Channel(BaseModel):
    """How mails to one subject fare."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    subject_id: str
    blocked: Reason | None = None
    returned: Annotated[datetime | None, Field(description="When the mail that blocked it had been sent.")] = None
    corrected: Annotated[datetime | None, Field(description="When the address was last put into the vault.")] = None
    passing: Annotated[int, Field(description="How many came back for a reason that may pass.")] = 0
    objected: Annotated[datetime | None, Field(description="Until when an address of his is known as unwanted.")] = None

    def after(self, news: Returned) -> "Channel":
        """The channel once a mail came back; one that went to an address corrected since blocks nothing."""
        if self.blocked or (self.corrected is not None and news.sent_at < self.corrected):
            return self
        if news.kind.reason is None:
            return self.model_copy(update={"passing": self.passing + 1})
        return self.model_copy(update={"blocked": news.kind.reason, "returned": news.sent_at})

    def objecting(self, complaint: Complaint) -> "Channel":
        """The channel once mails to an address of its subject are known as unwanted."""
        return self.model_copy(update={"objected": max(filter(None, (self.objected, complaint.until)))})

    def refused(self, complaint: Complaint) -> "Channel":
        """The channel whose present address is known as unwanted: blocked until another one is recorded."""
        blocked = {"blocked": "complained", "returned": complaint.sent_at}
        return self.objecting(complaint).model_copy(update=blocked)

    def corrected_at(self, at: datetime) -> "Channel":
        """The channel once an address was put into the vault; news older than what it knows changes nothing."""
        if at <= max(filter(None, (self.corrected, self.returned)), default=datetime.min.replace(tzinfo=at.tzinfo)):
            return self
        return Channel(tenant=self.tenant, subject_id=self.subject_id, corrected=at, objected=self.objected)
