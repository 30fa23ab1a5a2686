"""What a person may read of himself here (RGPD, articles 15 and 20): his introductions, and who looked at his card.

The host is told by its masked demand alone, as on the person's own page: its name is not his data before disclosure.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, Field

from functions.introductions.model.go import Look
from functions.introductions.model.pair import Introduction
from functions.introductions.model.states import State
from passerelle.contracts.cards import DemandCard
from passerelle.contracts.matching import Criterion
from passerelle.contracts.terms import TermSheet

EXPLANATION: Final = (
    (
        "introductions : chaque demande, toujours masquée, à laquelle votre profil a été proposé ; le score et, "
        "critère par critère, ce qui l’explique ; la fiche que vous avez lue et la date de votre feu vert."
    ),
    "looks : les jours où un hôte a regardé votre carte.",
    (
        "Base : intérêt légitime, sous réserve de votre accord (RGPD, article 6, 1, f). La formule est publiée sous "
        "/matching/weights ; elle ordonne et n’exclut personne. Vous pouvez demander qu’une personne revoie un refus."
    ),
)


class IntroductionExport(BaseModel):
    """One introduction, as its person may read it."""

    introduction_id: str
    state: Annotated[State, Field(examples=[State.MUTUAL])]
    demand: DemandCard
    score: Annotated[float, Field(examples=[0.82])]
    criteria: tuple[Criterion, ...]
    term_sheet: TermSheet | None = None
    go_given_at: datetime | None = None


class LookExport(BaseModel):
    """One day on which a host looked at the card."""

    introduction_id: str
    on: date


class IntroductionsExport(BaseModel):
    """The introductions' part of what is handed to a person who asks."""

    explanation: Annotated[tuple[str, ...], Field(examples=[["looks : les regards."]])] = EXPLANATION
    profile_id: str
    introductions: tuple[IntroductionExport, ...]
    looks: tuple[LookExport, ...]


def export(profile_id: str, introductions: Iterable[Introduction], looks: Iterable[Look]) -> IntroductionsExport:
    """The introductions of a profile as its person reads them; those of an erased one hold nothing more."""
    return IntroductionsExport(
        profile_id=profile_id,
        introductions=tuple(_exported(one) for one in introductions if not one.erased),
        looks=tuple(LookExport(introduction_id=look.introduction_id, on=look.on) for look in looks),
    )


def _exported(one: Introduction) -> IntroductionExport:
    go = one.signatures.get("employee")
    return IntroductionExport(
        introduction_id=one.id,
        state=one.state,
        demand=one.demand_card,
        score=one.match.score,
        criteria=one.match.criteria,
        term_sheet=one.sheet.terms if one.sheet else None,
        go_given_at=go.at if go else None,
    )
