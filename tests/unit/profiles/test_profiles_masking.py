"""What hosts may see of a volunteer: whatever the lender said, nothing finer than the card allows."""

import json
import re
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.profiles.model.cards import exact_card
from functions.profiles.model.description import Description
from functions.profiles.model.profile import Profile, new_profile
from functions.profiles.rendering import French
from passerelle.contracts.cards import ExperienceBand, Shift, WorkingTime
from passerelle.masking import masked_area
from passerelle.nomenclature import Municipality, Nomenclature, load_starter
from tests.unit.profiles.volunteers import CERTIFICATE, COMMON_SKILL, DARNETAL, ROUEN, ROUEN_METROPOLIS, a_welder

WORDS = load_starter()
RARE = [skill.code for skill in WORDS.skills if skill.rare]
COMMON = [skill.code for skill in WORDS.skills if not skill.rare]
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
REFERENCES = st.from_regex(r"[A-Za-z_-][A-Za-z0-9_-]{11,39}", fullmatch=True)


@st.composite
def descriptions(draw: st.DrawFn) -> Description:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Description(
        occupation=draw(st.sampled_from(WORDS.occupations)).code,
        skills=tuple(draw(st.lists(st.sampled_from(COMMON + RARE), min_size=1, max_size=30, unique=True))),
        experience=draw(st.sampled_from(ExperienceBand)),
        municipality=draw(st.sampled_from(WORDS.municipalities)).code,
        radius_km=draw(st.integers(5, 300)),
        available_from=first,
        available_to=last,
        working_time=draw(st.sampled_from(WorkingTime)),
        shifts=tuple(draw(st.lists(st.sampled_from(Shift), min_size=1, max_size=5, unique=True))),
        reference=draw(st.none() | REFERENCES),
    )


def a_profile(description: Description) -> Profile:
    return new_profile("prf_1", "cmp_lender", "per_1", description, WORDS)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [str(value)]


@given(descriptions())
def test_a_card_says_nothing_finer_than_months_and_areas(description: Description) -> None:
    profile = a_profile(description)

    text = exact_card(profile, WORDS).model_dump_json()

    assert description.municipality not in leaves(json.loads(text))
    assert re.search(r"\d{4}-\d{2}-\d{2}", text) is None
    assert description.reference is None or description.reference not in text
    assert not {*RARE} & {*json.loads(text)["skills"]}
    for secret in (profile.id, profile.tenant, profile.person_id):
        assert secret not in text


@given(descriptions(), st.data())
def test_what_is_hidden_makes_no_difference_to_the_card_nor_to_its_words(
    description: Description, data: st.DataObject
) -> None:
    place = WORDS.municipality(description.municipality)
    neighbours = [other.code for other in WORDS.municipalities if other.epci == place.epci]
    common = [code for code in description.skills if code in COMMON]
    rare = data.draw(st.lists(st.sampled_from(RARE), max_size=5, unique=True, min_size=0 if common else 1))
    twin = description.model_copy(
        update={
            "municipality": data.draw(st.sampled_from(neighbours)),
            "reference": data.draw(st.none() | REFERENCES),
            "skills": tuple(data.draw(st.permutations([*common, *rare]))),
            "shifts": tuple(data.draw(st.permutations(description.shifts))),
            "available_from": description.available_from.replace(day=data.draw(st.integers(1, 28))),
            "available_to": description.available_to.replace(day=data.draw(st.integers(1, 28))),
        }
    )
    french = French(WORDS, "Pôle Exemple", "dpo@passerelle.example")

    card, twin_card = exact_card(a_profile(description), WORDS), exact_card(a_profile(twin), WORDS)

    assert twin_card == card
    assert french.card_lines(twin_card) == french.card_lines(card)


@settings(max_examples=30)
@given(descriptions())
def test_the_words_of_the_preview_and_of_the_notice_name_no_place_and_no_reference(description: Description) -> None:
    profile = a_profile(description)
    french = French(WORDS, "Pôle Exemple", "dpo@passerelle.example")

    text = french.opt_in_text(profile)

    words = text.model_dump_json()
    assert description.reference is None or description.reference not in words
    assert f'"{description.municipality}"' not in words
    assert re.search(r"\b\d{1,2} (janvier|février|mars|avril|mai|juin|juillet|août|sept|oct|nov|déc)", words) is None
    assert text.sha256 == french.opt_in_text(profile).sha256


def test_two_neighbours_have_the_same_card() -> None:
    here = a_profile(Description(**_read(a_welder(municipality=ROUEN, reference="A"))))
    there = a_profile(Description(**_read(a_welder(municipality=DARNETAL, reference="B"))))

    assert exact_card(here, WORDS) == exact_card(there, WORDS)
    assert exact_card(here, WORDS).area.code == ROUEN_METROPOLIS


def test_a_certificate_is_kept_for_later_and_not_shown() -> None:
    profile = a_profile(Description(**_read(a_welder(skills=[CERTIFICATE, COMMON_SKILL]))))

    assert profile.certificates == (CERTIFICATE,)
    assert exact_card(profile, WORDS).skills == (COMMON_SKILL,)


def test_a_municipality_without_a_known_intercommunality_shows_the_next_coarser_area() -> None:
    def area(**unknown: str) -> tuple[str, str]:
        place = {"epci": ROUEN_METROPOLIS, "employment_zone": "2815", "departement": "76"} | unknown
        island = Municipality("85113", "L’Île-d’Yeu", region="28", latitude=46.7, longitude=-2.3, **place)
        found = masked_area("85113", Nomenclature("1", [], [], [island], WORDS.labels))
        return found.level, found.code

    assert area() == ("epci", ROUEN_METROPOLIS)
    assert area(epci="ZZZZZZZZZ") == ("employment_zone", "2815")
    assert area(epci="ZZZZZZZZZ", employment_zone="") == ("department", "76")
    assert area(epci="", employment_zone="", departement="") == ("region", "28")


def test_a_skill_that_left_the_nomenclature_is_not_shown() -> None:
    profile = a_profile(Description(**_read(a_welder(skills=[COMMON_SKILL]))))
    gone = profile.model_copy(update={"description": profile.description.model_copy(update={"skills": ("999999",)})})

    assert exact_card(gone, WORDS).skills == ()


def test_months_read_as_french_does() -> None:
    french = French(WORDS, "Pôle Exemple", "dpo@passerelle.example")

    def period(first: date, last: date) -> str:
        description = Description(**_read(a_welder()) | {"available_from": first, "available_to": last})
        lines = french.card_lines(exact_card(a_profile(description), WORDS))
        return next(line.values[0] for line in lines if line.field == "available_from").replace("\u00a0", " ")

    april = date(2027, 4, 3)
    assert period(april, april + timedelta(days=70)) == "d’avril 2027 à juin 2027"
    assert period(date(2027, 9, 1), date(2028, 2, 28)) == "de septembre 2027 à février 2028"
    assert period(april, april) == "en avril 2027"


def _read(said: dict[str, Any]) -> dict[str, Any]:
    return Description.model_validate_json(json.dumps(said)).model_dump()
