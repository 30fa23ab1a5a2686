"""A pasted text to codes over HTTP: what it names is read, where it stands is said, nothing of it is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from functions.vocabulary.model import LONGEST_TEXT, MOST_PHRASES, phrases
from passerelle.nomenclature import load_starter
from tests.support.slices import Slice, a_slice

STARTER = load_starter()
DEMAND = """Nous recherchons un soudeur TIG (h/f) pour trois mois.
Missions :
- lire un plan
- contrôler visuellement les soudures
Profil recherché :
CACES 3 obligatoire
Atouts :
anglais technique
Permis B souhaité. Aucun permis C exigé."""
PIECES = st.sampled_from(
    [
        *[occupation.label for occupation in STARTER.occupations[:30]],
        *[skill.name for skill in STARTER.skills[:60]],
        "Nous recherchons un",
        "Profil :",
        "Atouts :",
        "souhaité",
        "obligatoire",
        "sans permis",
        "(h/f)",
        "3x8",
        "\n",
        " - ",
        ". ",
        ", ",
        "; ",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map(" ".join)


@pytest.fixture(scope="module")
def vocabulary() -> Iterator[Slice]:
    with a_slice("vocabulary") as running:
        yield running


def read(vocabulary: Slice, text: str) -> dict[str, Any]:
    answer = vocabulary.call("POST", "/vocabulary/extraction", body={"text": text})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.body
    return found


def codes(found: dict[str, Any]) -> tuple[list[str], set[tuple[str, str]]]:
    return [each["code"] for each in found["occupations"]], {(s["code"], s["importance"]) for s in found["skills"]}


def test_a_demand_says_its_trade_and_its_skills(vocabulary: Slice) -> None:
    found = read(vocabulary, DEMAND)
    skills = {each["name"]: each["importance"] for each in found["skills"]}

    assert found["occupations"][0]["code"] == "H2916"
    assert DEMAND[found["occupations"][0]["start"] : found["occupations"][0]["end"]] == "soudeur TIG"
    assert [name for name in skills if name.startswith("CACES") and skills[name] == "must"]
    assert skills["Permis B"] == "wished"
    assert [name for name in skills if "anglais" in name and skills[name] == "wished"]
    assert not [name for name in skills if "Permis C" in name]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Besoin de 2 caristes. CACES 3 obligatoire. Travail en 3x8.", "N1101"),
        ("Poste : infirmier de bloc", "J1506"),
        ("Recrute chaudronnière pour chantier de six mois", "H2902"),
        ("Vous réparez des voitures, vous faites la vidange et changez les plaquettes.", "I1604"),
    ],
)
def test_the_trade_is_read_named_or_described(vocabulary: Slice, text: str, code: str) -> None:
    assert read(vocabulary, text)["occupations"][0]["code"] == code


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_case_and_accents_change_nothing(vocabulary: Slice, text: str) -> None:
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))

    told = codes(read(vocabulary, text))

    assert codes(read(vocabulary, text.upper())) == told
    assert codes(read(vocabulary, plain)) == told
    assert codes(read(vocabulary, text)) == told


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(TEXTS, st.text(min_size=1, max_size=400)))
@example("💥" * 100)
@example("-" * 300)
@example("\u202e(((((·se·se·se·e·e (h/f) " * 8)
@example("a b " * 200)
def test_spans_stand_inside_the_text_and_hold_words_of_it(vocabulary: Slice, text: str) -> None:
    answer = vocabulary.call("POST", "/vocabulary/extraction", body={"text": text})
    normal = unicodedata.normalize("NFC", text)

    assert answer.status == 200
    for each in [*answer.body["occupations"], *answer.body["skills"]]:
        assert 0 <= each["start"] < each["end"] <= len(normal)
        assert normal[each["start"] : each["end"]].strip() == normal[each["start"] : each["end"]]
        assert 0 < each["score"] <= 1


@given(st.text(max_size=600))
def test_phrases_follow_each_other(text: str) -> None:
    found = phrases(text)

    assert len(found) <= MOST_PHRASES
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "a" * (LONGEST_TEXT + 1)}, {"text": 3}, {"text": "x", "lang": "fr"}],
    ids=["nothing", "empty", "too long", "no text", "another field"],
)
def test_what_is_no_text_is_refused(vocabulary: Slice, body: dict[str, Any]) -> None:
    assert vocabulary.call("POST", "/vocabulary/extraction", body=body).status == 422


def test_a_key_is_asked_for_like_with_any_post(vocabulary: Slice) -> None:
    answer = vocabulary.call(
        "POST", "/vocabulary/extraction", body={"text": "soudeur"}, headers={"Idempotency-Key": "short"}
    )

    assert answer.status == 400


def test_the_longest_text_is_answered_and_nothing_of_it_stays(
    vocabulary: Slice, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "zorglubification"
    text = (f"soudeur {canary} pour la soudure inox, " * 300)[:LONGEST_TEXT]

    answer = vocabulary.call("POST", "/vocabulary/extraction", body={"text": text})

    assert answer.status == 200
    assert canary not in answer.text
    output = capfd.readouterr()
    assert canary not in output.out + output.err
    client = boto3.client("dynamodb")
    rows = [client.scan(TableName=name)["Items"] for name in client.list_tables()["TableNames"]]
    assert not any(rows)
