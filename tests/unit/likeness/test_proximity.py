"""Occupations that share skills or names are near; nothing but those is read."""

from __future__ import annotations

import dataclasses
import random

import pytest

from likeness.proximity import Occupation, Proximity
from tests.unit.likeness.builders import OCCUPATIONS

NEAR = Proximity(OCCUPATIONS)


@pytest.mark.parametrize(
    ("source", "nearest"), [("car", "plane"), ("plane", "car"), ("kitchen", "canteen"), ("canteen", "kitchen")]
)
def test_shared_skills_make_neighbours(source: str, nearest: str) -> None:
    assert NEAR.neighbours(source, 1) == [nearest]


@pytest.mark.parametrize("source", [each.id for each in OCCUPATIONS])
def test_everyone_but_oneself_is_ranked_once(source: str) -> None:
    ranked = NEAR.neighbours(source, 100)

    assert sorted([*ranked, source]) == sorted(each.id for each in OCCUPATIONS)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_what_is_given_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    shuffled = [
        dataclasses.replace(each, skills=dice.sample(each.skills, len(each.skills)))
        for each in dice.sample(OCCUPATIONS, len(OCCUPATIONS))
    ]

    assert all(Proximity(shuffled).neighbours(each.id, 4) == NEAR.neighbours(each.id, 4) for each in OCCUPATIONS)


def test_ids_of_occupations_say_nothing() -> None:
    names = {"car": "A1", "plane": "Z9", "kitchen": "A2", "canteen": "M5", "bare": "A3"}
    renamed = Proximity([dataclasses.replace(each, id=names[each.id]) for each in OCCUPATIONS])

    assert renamed.neighbours("A1", 1) == ["Z9"]
    assert renamed.neighbours("A2", 1) == ["M5"]


@pytest.mark.parametrize("alone", [[], [Occupation("a", "Soudeur")], [Occupation("a", ""), Occupation("b", "☃")]])
def test_very_few_occupations_answer(alone: list[Occupation]) -> None:
    near = Proximity(alone)

    assert {each.id: len(near.neighbours(each.id, 3)) for each in alone} == {each.id: len(alone) - 1 for each in alone}


def test_an_unknown_occupation_is_refused() -> None:
    with pytest.raises(KeyError):
        NEAR.neighbours("nobody", 3)
