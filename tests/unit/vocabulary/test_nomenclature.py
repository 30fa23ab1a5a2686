"""The nomenclature: look-ups, areas, distances, transferability, and the errors that help."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.nomenclature import AREA_LADDER, Nomenclature, UnknownCode, load_starter, read_nomenclature

KNOWN = load_starter()
CAR_FITTER, AEROSPACE_FITTER, BAKER = "H2909", "H2901", "D1102"
ROUEN, LE_HAVRE, PARIS = "76540", "76351", "75056"
occupation_codes = st.sampled_from([occupation.code for occupation in KNOWN.occupations])
skill_codes = st.sampled_from([skill.code for skill in KNOWN.skills])
municipality_codes = st.sampled_from([place.code for place in KNOWN.municipalities])


def test_the_two_fitters_of_the_first_journey_are_there_and_share_skills() -> None:
    shared = KNOWN.transferability(KNOWN.occupation(CAR_FITTER).skills, AEROSPACE_FITTER)

    assert KNOWN.occupation(CAR_FITTER).family == "automotive"
    assert KNOWN.occupation(AEROSPACE_FITTER).family == "aerospace"
    assert len(shared.shared) >= 6
    assert shared.score > 0.25


@pytest.mark.parametrize(
    ("look_up", "kind", "code", "nearest"),
    [
        (KNOWN.occupation, "occupation", "H2990", "H2909"),
        (KNOWN.occupation, "occupation", "h2909", "H2909"),
        (KNOWN.occupation, "occupation", "H9209", "H2909"),
        (KNOWN.skill, "skill", "12243", "122435"),
        (KNOWN.municipality, "municipality", "76541", "76540"),
    ],
)
def test_an_unknown_code_names_the_nearest(look_up: object, kind: str, code: str, nearest: str) -> None:
    with pytest.raises(UnknownCode) as refused:
        look_up(code)

    assert (refused.value.kind, refused.value.code) == (kind, code)
    assert nearest in refused.value.suggestions
    assert nearest in str(refused.value)


@given(st.text(max_size=30))
def test_any_unknown_code_is_refused_with_known_suggestions(code: str) -> None:
    if code in KNOWN.labels["occupation"]:
        return
    with pytest.raises(UnknownCode) as refused:
        KNOWN.occupation(code)

    assert len(refused.value.suggestions) <= 3
    assert set(refused.value.suggestions) <= set(KNOWN.labels["occupation"])


def test_every_look_up_refuses_an_unknown_code() -> None:
    for look_up in (KNOWN.skills_of, KNOWN.areas, KNOWN.occupations_with, KNOWN.specificity):
        with pytest.raises(UnknownCode):
            look_up("X")
    with pytest.raises(UnknownCode):
        KNOWN.distance_km(ROUEN, "X")
    with pytest.raises(UnknownCode):
        KNOWN.transferability([], "X")
    with pytest.raises(UnknownCode):
        KNOWN.label("naf", "99.99Z")


def test_labels_by_kind() -> None:
    assert KNOWN.label("idcc", "3248") == "Métallurgie"
    assert KNOWN.label("naf", "30.30Z") == "Construction aéronautique et spatiale"
    assert KNOWN.label("family", "automotive") == "Automobile"
    assert KNOWN.label("region", "28") == "Normandie"
    assert KNOWN.labels["municipality"][LE_HAVRE] == "Le Havre"


def test_areas_grow_coarser() -> None:
    areas = KNOWN.areas(LE_HAVRE)

    assert tuple(area.kind for area in areas) == AREA_LADDER
    assert [area.label for area in areas][1:] == ["Le Havre", "Seine-Maritime", "Normandie"]


def test_distances_of_the_atlas() -> None:
    assert KNOWN.distance_km(ROUEN, LE_HAVRE) == pytest.approx(69, abs=3)
    assert KNOWN.distance_km(ROUEN, PARIS) == pytest.approx(112, abs=4)


@given(municipality_codes, municipality_codes, municipality_codes)
def test_distance_is_a_distance(one: str, other: str, third: str) -> None:
    assert KNOWN.distance_km(one, one) == 0
    assert KNOWN.distance_km(one, other) == KNOWN.distance_km(other, one) >= 0
    assert KNOWN.distance_km(one, other) <= KNOWN.distance_km(one, third) + KNOWN.distance_km(third, other) + 0.2
    assert KNOWN.distance_km(one, other) < 1_200


@given(st.sets(skill_codes), occupation_codes)
def test_transferability_is_a_share_and_names_what_is_missing(held: set[str], occupation: str) -> None:
    result = KNOWN.transferability(held, occupation)

    assert 0 <= result.score <= 1
    assert set(result.shared) == held & set(KNOWN.occupation(occupation).skills)
    assert sorted(result.shared + result.missing) == sorted(KNOWN.occupation(occupation).skills)


@given(st.sets(skill_codes), skill_codes, occupation_codes)
def test_one_more_skill_never_lowers_transferability(held: set[str], more: str, occupation: str) -> None:
    assert KNOWN.transferability(held | {more}, occupation).score >= KNOWN.transferability(held, occupation).score


@given(occupation_codes, st.randoms(use_true_random=False))
def test_the_order_of_skills_does_not_count(occupation: str, chance: object) -> None:
    skills = list(KNOWN.occupation(CAR_FITTER).skills)
    chance.shuffle(skills)

    assert KNOWN.transferability(skills, occupation) == KNOWN.transferability(
        KNOWN.occupation(CAR_FITTER).skills, occupation
    )


def test_ends_of_transferability() -> None:
    assert KNOWN.transferability(KNOWN.occupation(BAKER).skills, BAKER).score == pytest.approx(1)
    assert KNOWN.transferability(["not a code"], BAKER).score == 0
    assert KNOWN.transferability([], BAKER).missing == KNOWN.occupation(BAKER).skills


def test_a_rare_skill_tells_more_than_a_common_one() -> None:
    common = max(KNOWN.skills, key=lambda skill: len(KNOWN.occupations_with(skill.code)))

    assert KNOWN.specificity("300643") > KNOWN.specificity(common.code) >= 1


def test_an_imported_nomenclature_answers_the_same_questions(tmp_path: Path) -> None:
    nomenclature = read_nomenclature(a_folder(tmp_path))

    assert nomenclature.version == "rome4-v999"
    assert nomenclature.skills_of("A1101")[0].name == "Labourer"
    assert nomenclature.skill("2").rare
    assert not nomenclature.skill("1").rare
    assert nomenclature.areas("14118")[-1].label == "Normandie"


def test_codes_are_in_order_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    nomenclature = read_nomenclature(a_folder(tmp_path))

    assert [skill.code for skill in nomenclature.skills] == ["1", "2"]


@pytest.mark.parametrize(
    ("core", "region", "complaint"), [("3", "28", "unknown skill 3"), ("1", "99", "unknown region 99")]
)
def test_a_nomenclature_with_dangling_codes_is_refused(tmp_path: Path, core: str, region: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_nomenclature(a_folder(tmp_path, core=core, region=region))


def a_folder(folder: Path, *, core: str = "1", region: str = "28") -> Path:
    files = {
        "about.json": json.dumps({"version": "rome4-v999", "source": "a test", "licence": "none"}),
        "occupations.csv": f"code,label,family,titles,core,other\nA1101,Laboureur,farm,homme de labour,{core},2\n",
        "skills.csv": "code,kind,name,synonyms,certificate\n2,savoir,Permis T,,driving\n1,savoir_faire,Labourer,,\n",
        "municipalities.csv": "code,name,epci,employment_zone,departement,region,latitude,longitude\n"
        f"14118,Caen,E,Z,14,{region},49.18,-0.37\n",
        "labels.csv": "kind,code,label\nepci,E,Caen la Mer\nemployment_zone,Z,Caen\ndepartement,14,Calvados\n"
        "region,28,Normandie\nfamily,farm,Agriculture\ncertificate,driving,Permis\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_starter_is_read_once() -> None:
    assert load_starter() is load_starter()
    assert isinstance(load_starter(), Nomenclature)
