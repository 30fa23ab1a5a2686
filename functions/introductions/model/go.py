"""What the employee reads and holds: the sheet in words, his personal link, and who looked at his card."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.introductions.model.pair import Introduction
from passerelle.problems import NotFound, Problem


class GoLine(BaseModel):
    """One line of the sheet in words."""

    model_config = ConfigDict(frozen=True)

    field: Annotated[str, Field(examples=["tasks"])]
    label: Annotated[str, Field(examples=["Tâches"])]
    values: Annotated[tuple[str, ...], Field(examples=[["Soudage en atelier"]])]


class GoSection(BaseModel):
    """One part of what he is told."""

    model_config = ConfigDict(frozen=True)

    heading: Annotated[str, Field(examples=["Vous êtes libre"])]
    paragraphs: Annotated[tuple[str, ...], Field(examples=[["Refuser n’a aucune conséquence pour vous."]])]


class Link(BaseModel):
    """What a personal link opens, and until when."""

    model_config = ConfigDict(frozen=True)

    lender: str
    introduction_id: str
    expires_at: datetime

    def opens(self, introduction: "Introduction", at: datetime) -> bool:
        """Whether it works: until its term, and beyond it for someone who gave his go and may still stop."""
        return at < self.expires_at or introduction.committed


def link_not_valid() -> Problem:
    """The one answer to a link that does not work, whatever the reason."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more.",
    )


class Look(BaseModel):
    """That a host looked at the card of a profile on one day. The host is told by the area of its demand alone."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    on: date


class Looked(BaseModel):
    """The introductions whose card one host looked at on one day, so that each is noted once."""

    model_config = ConfigDict(frozen=True)

    introductions: tuple[str, ...] = ()
