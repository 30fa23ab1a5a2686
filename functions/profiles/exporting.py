"""What a person may read of himself here (RGPD, articles 15 and 20): his description, his choices, the text he read."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from functions.profiles.model.consent import OptInText
from functions.profiles.model.description import Description
from functions.profiles.model.profile import Decision, Profile
from functions.profiles.model.states import State

EXPLANATION: Final = (
    (
        "description : ce que votre employeur a décrit de vous, en codes. La commune, les jours et sa référence ne "
        "sont jamais montrés aux hôtes."
    ),
    "decisions : vos choix, leur date, et l’empreinte SHA-256 du texte que vous aviez sous les yeux.",
    "accepted_text : ce texte, mot pour mot, si vous l’avez accepté.",
    (
        "Base : intérêt légitime, sous réserve de votre accord, que vous retirez par votre lien (RGPD, articles 6, 1, "
        "f et 21). Destinataires : les hôtes, pour la seule carte masquée."
    ),
)


class ProfileExport(BaseModel):
    """The profile's part of what is handed to a person who asks."""

    explanation: Annotated[tuple[str, ...], Field(examples=[["decisions : vos choix."]])] = EXPLANATION
    profile_id: str
    state: Annotated[State, Field(examples=[State.PUBLISHED])]
    description: Description
    certificates: tuple[str, ...]
    decisions: tuple[Decision, ...]
    accepted_text: OptInText | None = None


def export(profile: Profile, text: OptInText | None) -> ProfileExport:
    """A profile as its person reads it."""
    return ProfileExport(
        profile_id=profile.id,
        state=profile.state,
        description=profile.description,
        certificates=profile.certificates,
        decisions=profile.decisions,
        accepted_text=text,
    )
