"""Words that say nearly the same answer each other: by the thesaurus, and by what a nomenclature's synonyms show."""

from __future__ import annotations

import pytest

from likeness.exchanges import Exchanges
from likeness.french import telling, words
from likeness.packing import pack, unpack
from likeness.ranking import Label, Ranker
from likeness.thesaurus import ALIKE

WORDINGS = [
    [telling(words(f"{who} de {thing}")) for who in ("zorbiste", "flambard")]
    for thing in ("briques", "tuiles", "dalles", "ardoises", "poutres")
]
INVENTED = [
    Label(str(at), f"Zorbiste de {thing}", [f"Flambard de {thing}"])
    for at, thing in enumerate(("briques", "tuiles", "dalles", "ardoises", "poutres"))
]


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("éleveur de volailles", "Éleveur de poules", "Éleveur de chèvres"),
        ("gérant de magasin", "Responsable de magasin", "Gardien de magasin"),
        ("professeur d'anglais", "Enseignant d'anglais", "Guide d'anglais"),
    ],
)
def test_a_trade_is_found_in_words_it_does_not_use(typed: str, meant: str, other: str) -> None:
    assert Ranker([Label("a", other), Label("b", meant)]).rank(typed, 1) == ["b"]


def test_what_synonyms_show_holds_for_a_label_that_has_none() -> None:
    """Nobody ever heard of either word; four labels use one for the other, the fifth need not."""
    alone = [*INVENTED, Label("x", "Flambard de gouttières"), Label("y", "Ramoneur de gouttières")]

    assert Ranker(alone).rank("zorbiste de gouttières", 1) == ["x"]


def test_the_word_for_who_does_it_weighs_less_than_what_it_is_about() -> None:
    asked = Exchanges(WORDINGS).meant({"zorbiste": 1.0, "brique": 1.0})

    assert asked["brique"] > asked["zorbiste"]


def test_a_word_of_the_thesaurus_is_not_taken_for_a_slip() -> None:
    """`car` is a bus here, not a slip of `cave`."""
    assert Ranker([Label("a", "Conducteur de cars"), Label("b", "Conducteur de caves")]).rank(
        "conducteur de bus", 1
    ) == ["a"]


def test_being_alike_is_mutual_and_of_words_as_they_are_compared() -> None:
    assert all(word in ALIKE[other] for word, others in ALIKE.items() for other in others)
    assert all(words(word) == (word,) for word in ALIKE)


def test_what_was_kept_answers_as_before() -> None:
    learnt = Exchanges(WORDINGS)
    again = Exchanges.restored(unpack(pack(learnt.state())))
    ranker = Ranker(INVENTED)
    asked = dict.fromkeys(("zorbiste", "brique", "directeur"), 1.0)

    assert again.meant(asked) == learnt.meant(asked)
    assert again.widened(asked, 0.5) == learnt.widened(asked, 0.5)
    assert Ranker.restored(unpack(pack(ranker.state()))).rank("flambard de dalles", 5) == ranker.rank(
        "flambard de dalles", 5
    )
