"""Every form of a word is one; what is not a word is nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from likeness.french import parts, root, telling, words


@given(st.text(max_size=60))
@example("Ajusteur·euse·s (H/F)")
@example("ŒUVRES, travaux ; n° 3")
@example("aaux eeaux ™ ﬁ İ ß")
def test_words_of_words_are_themselves(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@given(st.text(max_size=60))
def test_words_are_plain_and_each_is_there_once(text: str) -> None:
    found = words(text)

    assert set("".join(found)) <= set("abcdefghijklmnopqrstuvwxyz0123456789+#")
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "written",
    [
        "ajusteur",
        "Ajusteuses",
        "Ajusteur / Ajusteuse (H/F)",
        "ajusteur·euse·s",
        "ajusteur.se",
        "ajusteur(se)",
        "ajusteur-euse",
        "AJUSTEUR H/F/X",
        "ajusteuse (h/f/x)",
    ],
)
def test_every_form_of_a_fitter_is_one(written: str) -> None:
    assert words(written) == ("ajusteur",)


@pytest.mark.parametrize(
    ("feminine", "masculine"),
    [
        ("ingénieure", "ingénieur"),
        ("professeures", "professeur"),
        ("ambassadrice", "ambassadeur"),
        ("experte", "expert"),
        ("marchande", "marchand"),
        ("artisane", "artisan"),
        ("avocate", "avocat"),
        ("camerawoman", "cameraman"),
        ("fonction publique", "fonction public"),
    ],
)
def test_what_a_woman_is_called_is_what_a_man_is_called(feminine: str, masculine: str) -> None:
    assert words(feminine) == words(masculine)


@pytest.mark.parametrize("family", [("soudeur", "soudage", "souder", "soudure"), ("montage", "monteur", "monter")])
def test_what_is_derived_shares_a_root(family: tuple[str, ...]) -> None:
    assert len({root(word) for word in family}) == 1


def test_links_tell_nothing_unless_alone() -> None:
    assert telling(words("le montage des avions")) == ("montage", "avion")
    assert telling(words("de la")) == ("de", "la")


@given(st.text(alphabet="abcdefgh", min_size=1, max_size=12))
def test_the_parts_of_a_word_are_in_it(word: str) -> None:
    assert all(part in f" {word} " for part in parts([word]))
