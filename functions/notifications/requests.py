"""What callers say to the notifications slice, and what they hear."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.notifications.model.choosing import Choices, When
from functions.notifications.model.returning import Channel, Reason
from passerelle.http import Body

_Choice = Annotated[
    When,
    Field(
        strict=False, description="at_once; daily: one mail a day; never: read it on the platform.", examples=["daily"]
    ),
]


class NewPreferences(Body):
    """How soon each kind of news is wanted. Links, codes, ends, disclosures and reminders are always sent."""

    answer_awaited: _Choice
    mutual: _Choice
    term_sheet: _Choice

    @property
    def choices(self) -> Choices:
        """The choices as they are kept."""
        return Choices(answer_awaited=self.answer_awaited, mutual=self.mutual, term_sheet=self.term_sheet)


class PreferencesView(BaseModel):
    """How soon each kind of news is sent to one addressee."""

    answer_awaited: When
    mutual: When
    term_sheet: When
    reachable: Annotated[
        bool,
        Field(description="False once mails came back: correct the address (PUT /identities/{id}) to receive any."),
    ]


class UnreachableView(BaseModel):
    """A subject to whom nothing is sent until its address was corrected."""

    tenant: Annotated[str, Field(description="Who recorded the address.", examples=["cmp_t3qz6nmw2xkh7bvd5fca"])]
    subject_id: Annotated[str, Field(description="A company (its contact), a volunteer or a member.")]
    reason: Annotated[
        Reason, Field(description="bounced: it takes no mail; complained: its reader called one unwanted.")
    ]


class UnreachableList(BaseModel):
    """A page of them."""

    items: tuple[UnreachableView, ...]
    cursor: str | None = None


def unreachable_view(channel: Channel) -> UnreachableView:
    """A blocked channel as staff read it."""
    assert channel.blocked is not None
    return UnreachableView(tenant=channel.tenant, subject_id=channel.subject_id, reason=channel.blocked)
