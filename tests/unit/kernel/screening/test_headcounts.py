"""What one side may not write to the other: how many people its company employs, in figures or in words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.screening import Headcounts, Kind, screened

TELLING = (
    "Nous sommes {} salariés.", "On est {} personnes en tout.", "Nous employons {} collaborateurs.",
    "PME de {} personnes.", "Effectif : {}", "L’effectif est de {}.", "Une entreprise d’environ {} salariés.",
    "Nous comptons près de {} employé(e)s.", "L'usine compte {} agents.", "Nous sommes moins de {} salariés.",
    "On est une boîte de {}.", "entreprise familiale de {} salarié·es", "Nous sommes {}.",
)  # fmt: skip
FREE = (
    "Nous cherchons 3 salariés pour six mois.", "L'équipe compte 12 personnes.", "Nous sommes en 2x8.",
    "Il encadrera une équipe de 8 soudeurs.", "Nous sommes ouverts à 7 h 30.", "On est à 35 heures par semaine.",
    "Il nous faut 2 opérateurs le matin et 3 l'après-midi.", "Le site de 12 hectares est clos.",
    "Vous pouvez prêter deux personnes ?", "Le salarié a 12 ans d'expérience.", "Usine de 3 lignes automatisées.",
    "La ligne produit 450 pièces par jour.", "Le groupe de 6 personnes part à 14 h.",
    "Nous sommes prêts à former 2 personnes.", "Quel est l'effectif de votre entreprise ?",
)  # fmt: skip
headcounts = st.integers(10, 9_999).map(str) | st.integers(1_000, 99_999).map(
    lambda number: f"{number:,}".replace(",", "\u202f")
)


@given(said=st.sampled_from(TELLING), number=headcounts)
def test_a_headcount_is_found_in_figures(said: str, number: str) -> None:
    assert Kind.HEADCOUNT in {one.kind for one in screened(said.format(number), Headcounts())}


@pytest.mark.parametrize(
    "said",
    [
        "On est une quarantaine de personnes.",
        "Une entreprise d’environ cent vingt salariés.",
        "On est trente-cinq gars.",
        "Plusieurs centaines de salariés.",
        "Nous sommes huit salariés.",
        "Nous employons deux mille trois cents personnes.",
    ],
)
def test_a_headcount_is_found_in_words(said: str) -> None:
    assert Kind.HEADCOUNT in {one.kind for one in screened(said, Headcounts())}


@pytest.mark.parametrize("said", FREE)
def test_what_is_no_headcount_is_left_alone(said: str) -> None:
    assert screened(said, Headcounts()) == ()


def test_elsewhere_headcounts_are_said_freely() -> None:
    assert screened("Nous sommes 143 salariés.") == ()


@pytest.mark.parametrize(
    "words", ["deux cent", "mille deux", "cent et un", "une dizaine de", "12 345", "entreprise de"]
)
def test_a_number_that_never_ends_is_read_at_once(words: str) -> None:
    begun = time.process_time()

    screened(f"Nous sommes dix {words} " * 12 + f"{words} " * 40, Headcounts())

    assert time.process_time() - begun < 2
