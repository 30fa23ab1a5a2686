"""The cards of a profile (law.md §3.2): the exact one, field by field and never by taking fields away from the
description, and the coarser ones by which it may stand in a class."""

from datetime import date

from functions.profiles.model.profile import Profile, moved
from functions.profiles.model.states import Action, State
from passerelle.contracts.cards import ProfileCard, Shift, ShownExperience
from passerelle.masking import Applicant, Step, coarsened_profile, finer, masked_area
from passerelle.nomenclature import Nomenclature, UnknownCode


def exact_card(profile: Profile, nomenclature: Nomenclature) -> ProfileCard:
    """The finest card of level 1, field by field. A skill not known to be common is left out."""
    said = profile.description
    return ProfileCard(
        occupation=said.occupation,
        skills=tuple(sorted(code for code in set(said.skills) if _is_common(code, nomenclature))),
        experience=ShownExperience(said.experience.value),
        area=masked_area(said.municipality, nomenclature),
        radius_km=said.radius_km,
        available_from=_month(said.available_from),
        available_to=_month(said.available_to),
        working_time=said.working_time,
        shifts=tuple(shift for shift in Shift if shift in said.shifts),
    )


def finer_card(profile: Profile, nomenclature: Nomenclature) -> ProfileCard:
    """The card once both sides are interested: its place is no finer than the one shown, or than its region."""
    exact = exact_card(profile, nomenclature)
    area = (
        profile.shown.area
        if profile.shown
        else masked_area(profile.description.municipality, nomenclature, Step.REGION)
    )
    return finer(exact, area, nomenclature)


def applicant(profile: Profile, nomenclature: Nomenclature) -> Applicant:
    """The profile as one that waits for its class, with the cards it may still be shown by."""
    exact, municipality = exact_card(profile, nomenclature), profile.description.municipality
    cards = {
        step: coarsened_profile(exact, municipality, step, nomenclature) for step in Step if step >= profile.finest
    }
    return Applicant(profile.id, profile.tenant, cards)


def given_place(profile: Profile, step: Step | None, nomenclature: Nomenclature) -> Profile:
    """The profile once its place is decided: shown at a step, or an adviser's when no step protects it."""
    if step is None:
        return profile if profile.state is State.WITH_ADVISER else moved(profile, Action.REFER)
    exact, municipality = exact_card(profile, nomenclature), profile.description.municipality
    card = coarsened_profile(exact, municipality, step, nomenclature)
    return moved(profile, Action.PLACE, shown=card, finest=step)


def _is_common(code: str, nomenclature: Nomenclature) -> bool:
    try:
        return not nomenclature.skill(code).rare
    except UnknownCode:
        return False


def _month(day: date) -> str:
    return day.isoformat()[:7]
