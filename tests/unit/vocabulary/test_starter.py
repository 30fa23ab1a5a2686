"""The starter's files: complete, ordered, consistent, small, and in our own words."""

import csv
import gzip
import zlib
from collections import Counter
from importlib import resources
from itertools import chain, pairwise
from pathlib import Path

import pytest

from likeness.french import words
from passerelle.nomenclature import load_starter

KNOWN = load_starter()
FOLDER = resources.files("passerelle") / "starter"
FILES = ("occupations.csv", "skills.csv", "municipalities.csv", "labels.csv")
OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "data"
NORMANDY = "28"
PREFECTURES = 96

needs_official_files = pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason="the official files are not at ../shared/data: codes and labels go unchecked"
)


def fold(text: str) -> str:
    return " ".join(words(text))


def rows(name: str) -> list[list[str]]:
    return list(csv.reader((FOLDER / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("name", FILES)
def test_rows_are_whole_and_in_the_order_of_their_codes(name: str) -> None:
    header, *body = rows(name)
    keys = [tuple(row[: header.index("code") + 1]) for row in body]

    assert {len(row) for row in body} == {len(header)}
    assert all(one < other for one, other in pairwise(keys))


def test_no_cell_has_stray_spaces_or_empty_list_items() -> None:
    for name in FILES:
        for cell in chain.from_iterable(rows(name)):
            assert cell == cell.strip()
            assert all(item.strip() == item and item for item in cell.split("|")) or not cell


def test_it_is_small() -> None:
    content = b"".join((FOLDER / name).read_bytes() for name in FILES)

    assert len(content) < 120_000
    assert len(zlib.compress(content)) < 45_000


def test_it_covers_the_trades_of_the_first_scenarios() -> None:
    families = Counter(occupation.family for occupation in KNOWN.occupations)

    assert len(KNOWN.occupations) >= 80
    assert len(KNOWN.skills) >= 600
    assert set(families) == set(KNOWN.labels["family"])
    assert min(families.values()) >= 3


def test_each_occupation_has_titles_and_enough_skills() -> None:
    for occupation in KNOWN.occupations:
        assert 3 <= len(occupation.titles) <= 8, occupation.code
        assert 8 <= len(occupation.skills) <= 24, occupation.code
        assert len(set(occupation.skills)) == len(occupation.skills), occupation.code
        assert len(occupation.core) >= 2, occupation.code


def test_every_skill_is_used_and_many_are_shared() -> None:
    users = {skill.code: len(KNOWN.occupations_with(skill.code)) for skill in KNOWN.skills}

    assert min(users.values()) >= 1
    assert sum(count >= 2 for count in users.values()) >= len(users) / 2


def test_no_title_names_two_occupations_and_no_name_two_skills() -> None:
    titles = Counter(fold(title) for occupation in KNOWN.occupations for title in set(occupation.titles))
    names = Counter(fold(skill.name) for skill in KNOWN.skills)

    assert [title for title, count in titles.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


def test_rare_skills_have_a_family_with_a_label() -> None:
    rare = [skill for skill in KNOWN.skills if skill.rare]

    assert {skill.certificate for skill in rare} == set(KNOWN.labels["certificate"])
    assert 30 <= len(rare) <= 90


def test_abilities_of_character_are_few() -> None:
    assert sum(skill.kind == "savoir_etre" for skill in KNOWN.skills) <= 5


def test_places() -> None:
    departements = {place.departement for place in KNOWN.municipalities}

    assert len(departements) == PREFECTURES
    assert sum(place.region == NORMANDY for place in KNOWN.municipalities) >= 70
    for place in KNOWN.municipalities:
        assert (round(place.latitude, 2), round(place.longitude, 2)) == (place.latitude, place.longitude)
        assert 41 < place.latitude < 51.2
        assert -5 < place.longitude < 9.7


def test_it_says_where_it_comes_from() -> None:
    assert "ROME 4.0" in KNOWN.source
    assert "INSEE" in KNOWN.source
    assert KNOWN.licence.startswith("Licence Ouverte")
    assert (FOLDER / "README.md").is_file()


def official(name: str) -> list[dict[str, str]]:
    with gzip.open(OFFICIAL / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_official_files
def test_occupations_carry_the_official_codes_labels_and_skills() -> None:
    labels = {row["code_rome"]: row["libelle"] for row in official("rome4_occupations")}
    links = {(row["code_rome"], row["code_ogr"]): row["coeur_metier"] for row in official("rome4_occupation_skill")}

    for occupation in KNOWN.occupations:
        assert labels[occupation.code] == occupation.label
        assert {links[occupation.code, code] for code in occupation.core} == {"Principale"}
        assert all((occupation.code, code) in links for code in occupation.other)


@needs_official_files
def test_skills_carry_official_codes_and_kinds_and_our_own_names() -> None:
    official_skills = {row["code_ogr"]: row for row in official("rome4_skills")}
    official_wordings = {as_written(row["libelle"]) for row in official_skills.values()}

    for skill in KNOWN.skills:
        assert official_skills[skill.code]["kind"] == skill.kind
        assert as_written(skill.name) not in official_wordings, skill


@needs_official_files
def test_titles_of_several_words_are_not_the_official_ones() -> None:
    wordings = {
        as_written(wording) for row in official("rome4_appellations") for wording in both_genders(row["libelle_long"])
    }

    copied = [
        title
        for occupation in KNOWN.occupations
        for title in occupation.titles
        if " " in title and as_written(title) in wordings
    ]

    assert copied == []


@needs_official_files
def test_places_carry_official_codes_and_areas() -> None:
    communes = {row["code"]: row for row in official("communes")}
    epci = {row["code"]: row["nom"] for row in official("epci")}

    for place in KNOWN.municipalities:
        row = communes[place.code]
        assert (place.name, place.departement, place.region) == (row["nom"], row["departement"], row["region"])
        assert (place.epci, place.employment_zone) == (row["epci"], row["ze2020"])
        assert KNOWN.label("epci", place.epci) == epci[place.epci]


@needs_official_files
def test_activities_and_agreements_carry_official_codes_and_labels() -> None:
    naf = {row["id"]: row["label"] for row in official("naf_rev2")}
    agreements = {row["idcc"]: row["titre_court"] for row in official("conventions_collectives")}

    assert KNOWN.labels["naf"].items() <= naf.items()
    assert KNOWN.labels["idcc"].items() <= agreements.items()


def as_written(text: str) -> str:
    return " ".join(text.casefold().split())


def both_genders(label: str) -> list[str]:
    masculine, _, feminine = label.partition(" / ")
    tail = feminine.split()[len(masculine.split()) :]
    return [label, masculine, feminine, " ".join([masculine, *tail])]
