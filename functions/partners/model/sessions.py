"""A session as its partner announced it: by codes and days, under a keyed digest of the partner's reference. Pure.

Deliveries come in any order. The last word holds, be it that the session takes place or that it does not; of two words
of one instant the cancellation.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from functions.partners.model.items import AnnouncedData, Code
from functions.partners.model.words import Word
from passerelle.contracts import Event
from passerelle.contracts.base import Programme
from passerelle.contracts.partners import SessionAnnounced, SessionCalledOff
from passerelle.contracts.sessions import SessionKind


class Announcement(Word):
    """What is held, where and when."""

    programme: Programme
    axis: int | None
    kind: SessionKind
    starts_on: date
    ends_on: date
    municipality: str
    occupations: tuple[str, ...]
    places: int
    register_until: date

    @classmethod
    def of(cls, data: AnnouncedData, said_at: datetime) -> "Announcement":
        """What is kept of an item: everything but the reference."""
        sorted_out = {
            "occupations": tuple(sorted(set(data.occupations))),
            "register_until": data.register_until or data.starts_on,
        }
        return cls(said_at=said_at, **data.model_dump(exclude={"session"}) | sorted_out)


class Session(BaseModel):
    """The aggregate: announced, cancelled, or neither when nothing was said of it yet."""

    model_config = ConfigDict(frozen=True)

    id: str
    partner: str
    announcement: Announcement | None = None
    cancelled_at: datetime | None = None

    def announced(self, said: Announcement) -> tuple["Session", Code]:
        """After it was announced, and what that was; it opens anew when it was cancelled before."""
        if self.cancelled_at is not None and said.said_at <= self.cancelled_at:
            return self, Code.OUTDATED
        code = said.beside(self.announcement)
        if not said.replaces(self.announcement):
            return self, code
        return self.model_copy(update={"announcement": said, "cancelled_at": None}), code

    def cancelled(self, at: datetime) -> tuple["Session", Code]:
        """After it was cancelled, and what that was."""
        last = self.cancelled_at or (self.announcement.said_at if self.announcement else None)
        if last is not None and at < last:
            return self, Code.OUTDATED
        code = Code.APPLIED if self.cancelled_at is None else Code.REPEATED
        return self.model_copy(update={"announcement": None, "cancelled_at": at}), code

    def news_since(self, before: "Session") -> Event | None:
        """The fact that makes this session out of the one before, if there is one to tell."""
        here, known = self.announcement, before.announcement
        if here is None:
            return None if known is None else SessionCalledOff(session_id=self.id, partner_id=self.partner)
        if known is not None and here.content == known.content:
            return None
        return SessionAnnounced(
            session_id=self.id, partner_id=self.partner, **here.model_dump(exclude={"said_at", "programme"})
        )
