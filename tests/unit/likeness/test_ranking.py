"""What people type finds its label: whatever the gender, the typing mistake or the order in which labels came."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.ranking import Label, Ranker
from tests.unit.likeness.builders import LABELS

IDS = {label.id for label in LABELS}
RANKER = Ranker(LABELS)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ajusteuse", "fit"),
        ("AJUSTEUR·SE H/F", "fit"),
        ("soudeur tig", "weld"),
        ("soudeuse à l'arc", "weld"),
        ("soudeurr", "weld"),
        ("grutire", "lone"),
        ("agent de nettoyage des locaux", "clean"),
        ("préparation de plats froids", "cook"),
        ("soudage de tôles", "weld"),
    ],
)
def test_what_people_type_comes_first(typed: str, expected: str) -> None:
    assert RANKER.rank(typed, 1) == [expected]


@given(st.text(max_size=80), st.integers(1, 10))
def test_any_text_gets_as_many_answers_as_there_are(text: str, top: int) -> None:
    ranked = RANKER.rank(text, top)

    assert len(ranked) == len(set(ranked)) == min(top, len(LABELS))
    assert set(ranked) <= IDS


@pytest.mark.parametrize("forms", [("Agent de propreté", "Agente de propreté", "agent·e de propreté (h/f/x)")])
def test_gender_and_typography_change_nothing(forms: tuple[str, ...]) -> None:
    assert len({tuple(RANKER.rank(form, 5)) for form in forms}) == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_labels_and_of_what_they_hold_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    shuffled = [
        dataclasses.replace(
            label,
            synonyms=dice.sample(label.synonyms, len(label.synonyms)),
            texts=dice.sample(label.texts, len(label.texts)),
        )
        for label in dice.sample(LABELS, len(LABELS))
    ]
    other = Ranker(shuffled)

    assert all(other.rank(typed, 5) == RANKER.rank(typed, 5) for typed in ("monteur", "chef", "plan", "zzz", ""))


def test_a_name_given_twice_counts_once() -> None:
    doubled = [dataclasses.replace(label, synonyms=[*label.synonyms, *label.synonyms, label.label]) for label in LABELS]

    assert all(Ranker(doubled).rank(typed, 5) == RANKER.rank(typed, 5) for typed in ("ajusteur", "chef", "tig arc"))


def test_twins_are_ordered_by_id() -> None:
    twins = Ranker([Label("b", "Soudeur"), Label("a", "Soudeur")])

    assert twins.rank("soudeur", 2) == ["a", "b"]


def test_ids_say_nothing() -> None:
    renamed = Ranker([dataclasses.replace(label, id=f"x{at}") for at, label in enumerate(LABELS)])
    back = {f"x{at}": label.id for at, label in enumerate(LABELS)}

    assert [back[found] for found in renamed.rank("soudeur de tôles", 2)] == RANKER.rank("soudeur de tôles", 2)


@pytest.mark.parametrize("labels", [[], [Label("one", "Soudeur")], [Label("empty", ""), Label("signs", "☃ …")]])
def test_very_small_nomenclatures_answer(labels: list[Label]) -> None:
    assert sorted(Ranker(labels).rank("soudeur", 5)) == sorted(label.id for label in labels)
