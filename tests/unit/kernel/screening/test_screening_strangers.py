"""What French does not explain is held back wherever it stands; its neighbourhood says what it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.screening import Kind, screened
from passerelle.screening.lexicon import french, is_brand, is_derived, is_given, is_surname, towns

NEUTRAL = (
    "On a revu {} hier pour la presse.", "Le planning de {} est complet.", "C'est {} qui décide, pas nous.",
    "Depuis que {} a perdu le marché, on attend.", "Nous avons pensé à {} pour la suite.",
    "Merci à {} pour le renfort.",
    "La paie reste versée par {}.", "Sans {}, la ligne est arrêtée.", "Il y a aussi {} dans le coin.",
)  # fmt: skip
TOLD = (
    (Kind.COMPANY, "Des fraiseurs, {} en cherche aussi."),
    (Kind.COMPANY, "Un contrat avec {} est en cours."),
    (Kind.NAME, "{}, notre soudeur, viendra."),
    (Kind.NAME, "En cas de besoin {} 06-39-98-47-03"),
    (Kind.PLACE, "Elle habite du côté de {}."),
)
TOOLS = (
    "Réglage sur machine {}, lecture de plans.", "Saisie sous {}, suivi des stocks.",
    "Tournage sur {} et Mazak.", "Le logiciel {} est fourni.",
)  # fmt: skip
SIGNBOARDS = ("La Table d'Augustine", "Les Quatre Saisons", "Au Bon Levain", "La Roseraie")
invented = st.builds(
    lambda *parts: "".join(parts).capitalize(),
    st.sampled_from(["tar", "bosk", "quim", "drev", "morv", "zel"]),
    st.sampled_from(["que", "ou", "ada", "oli"]),
    st.sampled_from(["nek", "dic", "zan", "gou", "mbec", "rac"]),
).filter(
    lambda name: (
        not any(known(name.lower()) for known in (is_derived, is_brand, is_given, is_surname, towns().__contains__))
    )
)


@pytest.mark.parametrize("frame", NEUTRAL)
@given(name=invented)
def test_a_word_that_french_lacks_is_held_back_wherever_it_stands(frame: str, name: str) -> None:
    assert _over(frame, name), (frame, name)


@pytest.mark.parametrize(("kind", "frame"), TOLD)
@given(name=invented)
def test_its_neighbourhood_says_of_what_kind_it_is(kind: Kind, frame: str, name: str) -> None:
    assert kind in _over(frame, name), (frame, name)


@pytest.mark.parametrize("frame", TOOLS)
@given(name=invented)
def test_a_machine_or_a_programme_is_no_suspicion(frame: str, name: str) -> None:
    assert _over(frame, name) == set(), (frame, name)


@pytest.mark.parametrize("sign", SIGNBOARDS)
def test_an_article_with_a_capital_opens_a_signboard(sign: str) -> None:
    assert _over("Le foyer compte aussi sur {} pour les repas.", sign) == {Kind.COMPANY}


@given(frame=st.sampled_from([*NEUTRAL, *(frame for _, frame in TOLD)]), name=invented)
def test_accents_composed_or_not_change_nothing(frame: str, name: str) -> None:
    text = frame.format(name)
    apart = unicodedata.normalize("NFD", text)

    said = [(one.kind, text[one.start : one.end]) for one in screened(text)]

    assert [(one.kind, unicodedata.normalize("NFC", apart[one.start : one.end])) for one in screened(apart)] == said


def test_the_wide_list_is_spelled_as_it_is_looked_up() -> None:
    assert len(french()) > 50_000
    assert all(word.isascii() and word.isalpha() and word.islower() for word in french())


def _over(frame: str, name: str) -> set[Kind]:
    """The kinds of what is found over a name in its frame."""
    at = frame.index("{}")
    return {one.kind for one in screened(frame.format(name)) if one.start < at + len(name) and at < one.end}
