"""What people type comes in every gender, number and typography; the folded form is one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from likeness.french import telling, words


def fold(text: str) -> str:
    return " ".join(words(text))


def terms(text: str) -> tuple[str, ...]:
    return telling(words(text))


@given(st.text(max_size=60))
@example("Ajusteur·euse·s (H/F)")
@example("ŒUVRES, travaux ; n° 3")
@example("aaux eeaux ™ ﬁ İ ß")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_folded_text_is_plain(text: str) -> None:
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789+# ")


@pytest.mark.parametrize(
    "written",
    [
        "ajusteur",
        "AJUSTEUR",
        "Ajusteuse",
        "ajusteurs",
        "ajusteuses",
        "Ajusteur / Ajusteuse",
        "Ajusteur/Ajusteuse (H/F)",
        "ajusteur·se",
        "ajusteur·euse·s",
        "ajusteur.se",
        "ajusteur(se)",
        "ajusteur/se F/H",
        "ajusteur-euse",
    ],
)
def test_every_form_of_a_fitter_is_one(written: str) -> None:
    assert fold(written) == "ajusteur"


@pytest.mark.parametrize(
    ("feminine", "masculine"),
    [
        ("technicienne", "technicien"),
        ("technicien·ne·s", "techniciens"),
        ("conductrice", "conducteur"),
        ("infirmière", "infirmier"),
        ("chargé(e) d'accueil", "chargé d'accueil"),
        ("chargées d'accueil", "chargé d'accueil"),
        ("employé.e.s de bureau", "employés de bureau"),
        ("maçonne", "maçon"),
        ("cheffe d'équipe", "chef d'équipe"),
        ("commerciale", "commercial"),
        ("agente", "agents"),
        ("assistante", "assistant"),
        ("commise", "commis"),
        ("adjointe", "adjoint"),
        ("conseiller·ère", "conseiller"),
        ("Bouchère", "boucher"),
        ("opératrices", "opérateur"),
    ],
)
def test_feminine_and_masculine_are_one(feminine: str, masculine: str) -> None:
    assert fold(feminine) == fold(masculine)


@pytest.mark.parametrize(("one", "other"), [("Œuvre", "oeuvre"), ("bateaux", "bateau"), ("St-Lô", "saint lo")])
def test_typography_does_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_small_words_carry_no_meaning_unless_alone() -> None:
    assert terms("le montage des avions") == ("montage", "avion")
    assert terms("de la") == ("de", "la")
    assert terms("") == ()
