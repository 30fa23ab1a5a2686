"""The letter's facts in French: codes become words, dates and spans read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.documents.model import day, fit_word, months, proposal_letter
from passerelle.nomenclature import load_starter

AT = datetime(2026, 11, 22, 13, 10, 8, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 12, 1), "1er décembre 2026"),
        (date(2026, 12, 22), "22 décembre 2026"),
        (date(2028, 2, 29), "29 février 2028"),
    ],
)
def test_a_day(value: date, words: str):
    assert plain(day(value)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2027-01", "2027-04", "de janvier à avril 2027"),
        ("2026-11", "2027-02", "de novembre 2026 à février 2027"),
        ("2027-04", "2027-06", "d’avril à juin 2027"),
        ("2026-08", "2027-01", "d’août 2026 à janvier 2027"),
        ("2026-10", "2026-12", "d’octobre à décembre 2026"),
        ("2027-03", "2027-03", "mars 2027"),
    ],
)
def test_a_span_of_months(first: str, last: str, words: str):
    assert plain(months(first, last)) == words


@pytest.mark.parametrize(
    ("fit", "word"),
    [(1, "complète"), (0.9, "forte"), (0.7, "forte"), (0.5, "partielle"), (0.1, "faible"), (0, "aucune")],
)
def test_a_fit_in_a_word(fit: float, word: str):
    assert fit_word(fit) == word


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_better_fit_never_has_a_lesser_word(one: float, other: float):
    order = ["aucune", "faible", "partielle", "forte", "complète"]

    low, high = sorted([one, other])

    assert order.index(fit_word(low)) <= order.index(fit_word(high))


def test_codes_become_labels(letter):
    assert plain(letter.talent.occupation) == "Soudeur / Soudeuse (ROME H2913)"
    assert letter.talent.area == "CA Caux Seine Agglo (intercommunalité)"
    assert letter.talent.shifts == "journée, deux équipes (2×8)"
    assert letter.need.must_skills == ("Choisir la soudure qui convient", "Baliser et sécuriser la zone de travail")
    assert plain(letter.need.headcount) == "2 postes"


@pytest.mark.parametrize("level", ["epci", "employment_zone", "department", "region"])
def test_every_level_of_area_has_its_label(proposed, level: str):
    codes = {"epci": "200010700", "employment_zone": "2815", "department": "76", "region": "28"}
    card = proposed.demand_card.model_copy(
        update={"area": proposed.demand_card.area.model_copy(update={"level": level, "code": codes[level]})}
    )

    letter = proposal_letter(proposed.model_copy(update={"demand_card": card}), AT, AT.date(), load_starter())

    assert codes[level] not in letter.need.area


def test_a_code_nobody_knows_is_shown_as_itself(proposed):
    card = proposed.match.card.model_copy(update={"occupation": "Z9999", "skills": ("7777777",)})
    match = proposed.match.model_copy(update={"card": card})

    letter = proposal_letter(proposed.model_copy(update={"match": match}), AT, AT.date(), load_starter())

    assert letter.talent.occupation == "Z9999"
    assert letter.talent.skills == ("7777777",)


def test_what_is_missing_is_named_whatever_kind_of_code_it_is(proposed):
    hours = proposed.match.criteria[5].model_copy(update={"missing": ("night", "part_time", "106256", "H2902", "x")})
    match = proposed.match.model_copy(update={"criteria": (hours,)})

    letter = proposal_letter(proposed.model_copy(update={"match": match}), AT, AT.date(), load_starter())

    assert letter.reasons[0].missing == (
        "nuit",
        "temps partiel",
        "Choisir la soudure qui convient",
        "Chaudronnier / Chaudronnière",
        "x",
    )


def test_the_letter_holds_no_tenant_and_no_person(letter, envelope, proposed):
    facts = letter.model_dump_json()

    assert all(
        secret not in facts for secret in (envelope.tenant, proposed.match.profile_tenant, proposed.match.person_id)
    )


def test_the_instant_is_kept_in_utc(proposed):
    paris = datetime.fromisoformat("2026-11-23T00:30:00+01:00")

    letter = proposal_letter(proposed, paris, paris.date(), load_starter())

    assert letter.issued_at.isoformat() == "2026-11-22T23:30:00+00:00"
    assert plain(letter.issued_on) == "23 novembre 2026"
