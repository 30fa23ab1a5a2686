"""What is learnt from wordings: words that appear beside the same labels come to mean the same."""

import numpy as np
import pytest

from likeness.vectors import Lesson, Vectors

SEA, LAND = 0, 1
LESSONS = [
    *(Lesson((word, "marin"), (SEA,), 1.0) for word in ("pecheur", "matelot", "bateau")),
    *(Lesson((word, "champ"), (LAND,), 1.0) for word in ("laboureur", "semeur", "tracteur")),
    Lesson(("bateau", "matelot"), (SEA,), 1.0),
    Lesson(("tracteur", "semeur"), (LAND,), 1.0),
    Lesson(("travail", "dehors"), (SEA, LAND), 0.3),
    Lesson(("travail", "dehors", "souvent"), (SEA, LAND), 0.3),
]
LEARNT = Vectors(LESSONS, 2, epochs=30)


@pytest.mark.parametrize(("word", "label"), [("matelot", SEA), ("bateau", SEA), ("semeur", LAND), ("tracteur", LAND)])
def test_a_word_means_the_label_it_was_beside(word: str, label: int) -> None:
    assert int(np.argmax(LEARNT.answer({word: 1.0}))) == label


def test_a_word_of_both_means_neither() -> None:
    assert LEARNT.answer({"travail": 1.0}) == pytest.approx([0.5, 0.5], abs=0.2)


def test_shares_sum_to_one_and_unknown_words_have_none() -> None:
    assert LEARNT.answer({"matelot": 1.0, "champ": 0.5}).sum() == pytest.approx(1)
    assert not LEARNT.answer({"inconnu": 1.0}).any()
    assert not LEARNT.answer({}).any()


def test_learning_twice_gives_the_same() -> None:
    again = Vectors(LESSONS, 2, epochs=30)

    assert np.array_equal(again.answer({"matelot": 1.0}), LEARNT.answer({"matelot": 1.0}))


def test_each_draw_starts_elsewhere_and_learns_the_same_lessons() -> None:
    other = Vectors(LESSONS, 2, epochs=30, drawn=1)

    assert not np.array_equal(other.answer({"matelot": 1.0}), LEARNT.answer({"matelot": 1.0}))
    assert int(np.argmax(other.answer({"matelot": 1.0}))) == SEA
    assert int(np.argmax(other.answer({"semeur": 1.0}))) == LAND


@pytest.mark.parametrize("lessons", [[], [Lesson((), (0,), 1.0)], [Lesson(("seul",), (0,), 1.0)]])
def test_nothing_to_learn_is_nothing_known(lessons: list[Lesson]) -> None:
    assert not Vectors(lessons, 2).answer({"seul": 1.0}).any()
