"""What the volunteer decides on and by which link: the frozen text, and the one answer for links that do not work."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.profiles.model.profile import Profile
from functions.profiles.model.states import OPTED_IN
from passerelle.problems import NotFound, Problem
from passerelle.tokens import digest


class Link(BaseModel):
    """A personal link, by the digest of its token: whose profile it opens, and until when it takes a first answer."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    profile_id: str
    expires_at: datetime
    digest: Annotated[str, Field(description="Of the token, so that the link is found again from its profile.")] = ""

    def opens(self, profile: Profile, at: datetime) -> bool:
        """Whether the link still works: until it expires, and for as long as the card it published may be withdrawn."""
        return at < self.expires_at or profile.state in OPTED_IN


class Standing(BaseModel):
    """Whether the lender may publish, and whether it is gone, as last heard of the companies slice."""

    model_config = ConfigDict(frozen=True)

    active: bool
    closed: bool = False


class CardLine(BaseModel):
    """One line of a card in French, as people read it."""

    model_config = ConfigDict(frozen=True)

    field: Annotated[str, Field(description="Name of the card's field.", examples=["experience"])]
    label: Annotated[str, Field(examples=["Expérience"])]
    values: Annotated[tuple[str, ...], Field(examples=[["6 à 10 ans"]])]


class Section(BaseModel):
    """A heading and its paragraphs."""

    model_config = ConfigDict(frozen=True)

    heading: str
    paragraphs: tuple[str, ...]


class OptInText(BaseModel):
    """Everything the volunteer reads before he chooses (law.md §2.7): his card, what stays hidden, and the notice.

    `sha256` freezes it: an acceptance names the text it accepts.
    """

    model_config = ConfigDict(frozen=True)

    wording: Annotated[str, Field(description="Version of the wording.", examples=["opt-in-1"])]
    title: str
    card: tuple[CardLine, ...]
    hidden: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def sha256(self) -> str:
        """SHA-256 of the text's canonical JSON, hexadecimal."""
        return digest(self.model_dump_json())


def link_not_valid() -> Problem:
    """One answer for every link that does not work: unknown, altered or expired read the same."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more, or ask your employer to have a new one sent to you.",
    )
