"""One slip of the finger is read as the word that was meant; anything more is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeness.spelling import Spelling, one_slip

WORDS = st.text(alphabet="abcde", min_size=1, max_size=8)
KNOWN = Spelling(["soudeur", "soudage", "monteur", "moniteur", "tour"])


@given(WORDS, st.data())
def test_every_slip_is_recognised_both_ways(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcde"))
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )

    assert all(one_slip(slip, word) and one_slip(word, slip) for slip in slips)


@pytest.mark.parametrize(("one", "other"), [("soudeur", "tourneur"), ("abcd", "badc"), ("abc", "cba"), ("ab", "abcd")])
def test_more_than_a_slip_is_another_word(one: str, other: str) -> None:
    assert not one_slip(one, other)


@pytest.mark.parametrize(
    ("typed", "read"), [("soudeur", "soudeur"), ("soudeurr", "soudeur"), ("osudeur", "soudeur"), ("mouteur", "monteur")]
)
def test_a_slip_is_read_as_the_word_it_resembles_most(typed: str, read: str) -> None:
    assert KNOWN.read(typed)[0][0] == read


@pytest.mark.parametrize("typed", ["chirurgien", "tou", ""])
def test_a_word_nobody_knows_stays_itself(typed: str) -> None:
    assert KNOWN.read(typed) == ((typed, 1.0),)
