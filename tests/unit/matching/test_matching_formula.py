"""The formula: its numbers by hand, its words, and what holds for every pair of cards."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.matching.model.formula import CRITERIA, FULL, WEIGHTS, Knowledge, Scale, great_circle_km
from functions.matching.model.ranking import (
    Company,
    HardFact,
    Ranking,
    company_facts,
    first_proposed,
    hard_facts,
    ranked,
)
from functions.matching.wording import explained, summary
from passerelle.contracts.cards import Shift, ShownExperience, WorkingTime
from passerelle.problems import Invalid
from tests.unit.matching.trades import (
    AERO_TITLE,
    HAND_TOOLS,
    JIG,
    LYON,
    NORMANDY,
    RIGOUR,
    RIVETS,
    ROUEN,
    WORDS,
    a_baker,
    a_candidate,
    a_car_fitter,
    a_fitter_is_wanted,
    a_place,
    an_active,
    demand_cards,
    profile_cards,
)

KNOWLEDGE = Knowledge(WORDS)
LENDER, HOST = an_active("cmp_lender"), an_active("cmp_host")


def a_scale(**changes: object) -> Scale:
    return Scale(a_fitter_is_wanted(**changes), KNOWLEDGE)


def texts(scale: Scale, **changes: object) -> dict[str, str]:
    candidate = a_candidate(a_car_fitter(**changes))
    return {line.name: line.text for line in explained(scale, candidate, scale.fits(candidate))}


def test_weights_add_up_to_the_whole() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert tuple(WEIGHTS) == CRITERIA


def test_the_car_fitter_suits_the_aerospace_post_and_the_words_say_why() -> None:
    scale = a_scale()
    candidate = a_candidate(a_car_fitter())
    fits = scale.fits(candidate)
    lines = explained(scale, candidate, fits)

    assert hard_facts(scale, candidate, LENDER, HOST) == ()
    assert lines[0].met == (JIG, HAND_TOOLS, RIGOUR)
    assert lines[0].missing == (RIVETS,)
    assert lines[0].text == (
        "Compétences indispensables\u00a0: 3 sur 4 («\u00a0Positionner et fixer les pièces sur gabarit\u00a0», "
        "«\u00a0Outils à main : clés, limes, marteaux\u00a0» et «\u00a0Être précis et rigoureux\u00a0»)\u202f; manque "
        "«\u00a0Poser des rivets à frapper ou à tirer\u00a0» (formation courte)"
    )
    assert lines[1].text == (
        "Métier\u00a0: Assembleur monteur / Assembleuse monteuse, métier voisin "
        "(30\u00a0% des compétences du métier demandé)"
    )
    assert lines[3].text == "Distance\u00a0: même secteur"
    assert lines[4].text == "Période\u00a0: disponible sur toute la période demandée"
    assert summary(fits.score, lines).startswith("Adéquation de 7")


def test_each_criterion_by_hand() -> None:
    scale = a_scale(
        wished_skills=("113245", AERO_TITLE),
        experience=ShownExperience.FROM_11,
        last_month="2027-06",
        shift=Shift.NIGHT,
        area=a_place(ROUEN),
    )
    candidate = a_candidate(a_car_fitter(radius_km=100))
    fits = scale.fits(candidate)
    kilometres = scale.tenths_of_km("epci", "200084952") / 10

    assert fits.must_skills == (3 * FULL + scale.coverage(candidate) // 2) // 4
    assert fits.occupation == round(WORDS.transferability(WORDS.occupation("H2909").skills, "H2901").score * FULL)
    assert fits.wished_skills == FULL // 2
    assert 30 < kilometres < 80
    assert fits.distance == int((100 - kilometres) * 100)
    assert fits.period == 6 * FULL // 10
    assert fits.hours == FULL // 2
    assert fits.experience == 2 * FULL // 3
    assert fits.score == sum(WEIGHTS[name] * fit for name, fit in zip(CRITERIA, fits, strict=True))


def test_a_perfect_fit_scores_one() -> None:
    scale = a_scale(occupation="H2909", must_skills=(JIG,), wished_skills=())

    assert scale.fits(a_candidate(a_car_fitter())).score == 1_000_000


def test_a_missing_certificate_is_not_made_up_for_by_neighbouring_skills() -> None:
    scale = a_scale(must_skills=(JIG, AERO_TITLE))

    assert scale.fits(a_candidate(a_car_fitter())).must_skills == FULL // 2
    assert "(titre à obtenir)" in texts(scale)["must_skills"]


def test_the_words_of_what_fits_less() -> None:
    scale = a_scale(
        must_skills=(),
        wished_skills=(),
        experience=ShownExperience.FROM_11,
        shift=Shift.NIGHT,
        working_time=WorkingTime.PART_TIME,
        last_month="2027-06",
        area=a_place(ROUEN),
    )
    said = texts(scale, radius_km=100)

    assert said["must_skills"] == "Compétences indispensables\u00a0: aucune n’est demandée"
    assert said["wished_skills"] == "Compétences souhaitées\u00a0: aucune n’est demandée"
    assert said["period"] == "Période\u00a0: 6 mois communs sur 10 demandés"
    assert said["hours"] == (
        "Horaires\u00a0: temps plein pour temps partiel demandé, rythme «\u00a0nuit\u00a0» non accepté"
    )
    assert said["experience"] == "Expérience\u00a0: 6 à 10 ans, pour 11 ans et plus demandés"
    assert "km entre les deux secteurs, pour 100\u00a0km acceptés" in said["distance"]
    assert "sans compétence commune" in texts(scale, occupation="D1102", skills=())["occupation"]
    assert "manquent" in texts(a_scale(), skills=(JIG,))["must_skills"]


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"available_from": "2027-01", "available_to": "2027-05"}, HardFact.DATES),
        ({"available_from": "2026-01", "available_to": "2026-08"}, HardFact.DATES),
        ({"area": a_place(LYON)}, HardFact.DISTANCE),
    ],
)
def test_dates_and_distance_exclude(changes: dict[str, object], fact: HardFact) -> None:
    assert hard_facts(a_scale(), a_candidate(a_car_fitter(**changes)), LENDER, HOST) == (fact,)


@pytest.mark.parametrize(
    ("lender", "host", "fact"),
    [
        (an_active("cmp_a"), an_active("cmp_a"), HardFact.SAME_COMPANY),
        (an_active("cmp_a", denied=("naf:29",)), an_active("cmp_b", marks=("naf:29", "naf:29.32Z")), HardFact.DENIED),
        (an_active("cmp_a", marks=("idcc:3248",)), an_active("cmp_b", denied=("idcc:3248",)), HardFact.DENIED),
        (Company(tenant="cmp_a", active=False), an_active("cmp_b"), HardFact.COMPANY_HIDDEN),
        (an_active("cmp_a"), Company(tenant="cmp_b", active=False), HardFact.COMPANY_HIDDEN),
    ],
)
def test_companies_exclude_each_other(lender: Company, host: Company, fact: HardFact) -> None:
    assert company_facts(lender, host) == (fact,)


def test_a_coarser_area_excludes_nobody_who_may_live_near() -> None:
    scale = a_scale()

    assert scale.tenths_of_km("region", NORMANDY) == 0
    assert hard_facts(scale, a_candidate(a_car_fitter(area=a_place(NORMANDY, "region"))), LENDER, HOST) == ()


def test_distance_agrees_with_the_nomenclature() -> None:
    one, other = WORDS.municipality("76351"), WORDS.municipality("76540")

    measured = great_circle_km((one.latitude, one.longitude), (other.latitude, other.longitude))

    assert round(measured, 1) == WORDS.distance_km("76351", "76540")


def test_an_area_that_is_not_known_is_refused() -> None:
    with pytest.raises(Invalid):
        KNOWLEDGE.centre("epci", "000000000")


def test_codes_the_nomenclature_no_longer_holds_count_for_themselves_alone() -> None:
    scale = a_scale(occupation="Z9999", must_skills=("999999",))
    candidate = a_candidate(a_car_fitter(occupation="Z9998", skills=("999999",)))

    assert scale.fits(candidate).must_skills == FULL
    assert scale.fits(candidate).occupation == 0
    assert "999999" in explained(scale, candidate, scale.fits(candidate))[0].text


def test_a_stranger_to_the_trade_is_listed_but_not_proposed() -> None:
    scale = a_scale()
    people = [a_candidate(a_baker(), "prf_baker"), a_candidate(a_car_fitter(), "prf_fitter")]

    order = ranked(scale, people, lambda _: LENDER, HOST)

    assert [one.profile_id for _, one in order] == ["prf_fitter", "prf_baker"]
    assert [entry.profile_id for entry in first_proposed(scale, order)] == ["prf_fitter"]


def test_equals_stand_by_their_ids_and_ten_are_proposed() -> None:
    scale = a_scale()
    people = [a_candidate(a_car_fitter(), f"prf_{letter}") for letter in "lkjihgfedcba"]

    entries = first_proposed(scale, ranked(scale, people, lambda _: LENDER, HOST))

    assert [entry.profile_id for entry in entries] == [f"prf_{letter}" for letter in "abcdefghij"]
    full = Ranking(entries=entries)
    assert full.has_room_for(entries[-1].score + 1, "prf_z")
    assert full.has_room_for(entries[-1].score, "prf_aa")
    assert not full.has_room_for(entries[-1].score, "prf_jj")


@given(profile_cards(), demand_cards(), st.data())
def test_one_more_skill_never_lowers_the_score(profile: object, demand: object, data: st.DataObject) -> None:
    scale = Scale(demand, KNOWLEDGE)
    candidate = a_candidate(profile)
    asked = (*demand.must_skills, *demand.wished_skills, *WORDS.occupation(demand.occupation).skills)
    learnt = data.draw(st.sampled_from(asked))
    richer = candidate._replace(skills=tuple(sorted({*candidate.skills, learnt})))

    assert scale.fits(richer).score >= scale.fits(candidate).score


@given(profile_cards(), demand_cards(), st.randoms(use_true_random=False))
def test_the_order_of_codes_changes_nothing(profile: object, demand: object, chance: random.Random) -> None:
    def shuffled(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(chance.sample(codes, len(codes)))

    other_demand = demand.model_copy(
        update={"must_skills": shuffled(demand.must_skills), "wished_skills": shuffled(demand.wished_skills)}
    )
    other_profile = profile.model_copy(update={"skills": shuffled(profile.skills), "shifts": shuffled(profile.shifts)})

    fits = Scale(demand, KNOWLEDGE).fits(a_candidate(profile))

    assert Scale(other_demand, Knowledge(WORDS)).fits(a_candidate(other_profile)) == fits


@given(st.lists(profile_cards(), max_size=15), demand_cards(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(profiles: list[object], demand: object, chance: random.Random) -> None:
    scale = Scale(demand, KNOWLEDGE)
    people = [a_candidate(card, f"prf_{number:02d}") for number, card in enumerate(profiles)]
    order = ranked(scale, people, lambda _: LENDER, HOST)

    assert ranked(scale, chance.sample(people, len(people)), lambda _: LENDER, HOST) == order
    assert {one.profile_id for _, one in order} == {
        one.profile_id for one in people if not hard_facts(scale, one, LENDER, HOST)
    }


@given(profile_cards(), demand_cards())
def test_the_score_is_exactly_what_the_explanation_adds_up_to(profile: object, demand: object) -> None:
    scale = Scale(demand, KNOWLEDGE)
    candidate = a_candidate(profile)
    fits = scale.fits(candidate)
    lines = explained(scale, candidate, fits)

    assert all(0 <= fit <= FULL for fit in fits)
    assert round(sum(line.fit * line.weight for line in lines), 6) == fits.score / 1_000_000
    assert summary(fits.score, lines)
