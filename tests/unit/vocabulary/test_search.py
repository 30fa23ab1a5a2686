"""Searching the starter: everyday words, both genders and typing mistakes lead to the right code."""

import random
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.vocabulary import logic
from likeness.lexicon import Lexicon
from likeness.suggesting import Suggester, Suggestible
from passerelle.nomenclature import Occupation, load_starter

CAR_FITTER, AEROSPACE_FITTER = "H2909", "H2901"
LEXICON = Lexicon(load_starter())
OCCUPATIONS = LEXICON.known.occupations
TITLES = [(occupation.code, title) for occupation in OCCUPATIONS for title in occupation.titles]
LONG_TITLES = [(code, title) for code, title in TITLES if len(title) >= 8 and " " in title]


def found(question: str, limit: int = 3) -> list[str]:
    return [hit.id for hit in LEXICON.find_occupations(question, limit)]


@pytest.mark.parametrize(("code", "title"), TITLES)
def test_each_title_finds_its_occupation(code: str, title: str) -> None:
    assert code in found(title, 2)


@pytest.mark.parametrize("occupation", OCCUPATIONS, ids=attrgetter("code"))
def test_the_feminine_and_the_masculine_label_find_the_same_code(occupation: Occupation) -> None:
    masculine, feminine = both_genders(occupation.label)

    assert found(masculine, 1) == found(feminine, 1) == [occupation.code]


def both_genders(label: str) -> tuple[str, str]:
    """`Soudeur / Soudeuse de tubes` says `Soudeur de tubes` and `Soudeuse de tubes`."""
    masculine, _, feminine = label.partition(" / ")
    shared_end = feminine.split()[len(masculine.split()) :]
    return " ".join([masculine, *shared_end]), feminine or masculine


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("monteur automobile", CAR_FITTER),
        ("monteuse automobile", CAR_FITTER),
        ("monteur sur chaine auto", CAR_FITTER),
        ("monteur aéronautique", AEROSPACE_FITTER),
        ("ajusteuse aeronautique", AEROSPACE_FITTER),
        ("riveteur", AEROSPACE_FITTER),
        ("poser des rivets", AEROSPACE_FITTER),
        ("soudeuse tig", "H2916"),
        ("chaudroniere", "H2902"),
        ("cariste caces 3", "N1101"),
        ("infirmière", "J1506"),
        ("DÉVELOPPEUR·SE WEB (H/F)", "M1855"),
        ("gestionnaire paie", "M1507"),
    ],
)
def test_what_people_type(typed: str, code: str) -> None:
    assert found(typed)[0] == code


@given(st.sampled_from(LONG_TITLES), st.randoms(use_true_random=False))
def test_one_typing_mistake_in_a_title_still_finds_it_among_five(entry: tuple[str, str], chance: random.Random) -> None:
    code, title = entry
    longest = max(title.split(), key=len)
    start = title.index(longest)

    typed = title[:start] + with_a_mistake(longest, chance) + title[start + len(longest) :]

    assert code in found(typed, 5)


def test_nearly_every_typing_mistake_is_forgiven_among_three() -> None:
    chance = random.Random(7)

    forgiven = sum(code in found(with_a_mistake(title, chance)) for code, title in LONG_TITLES)

    assert forgiven / len(LONG_TITLES) >= 0.97


def with_a_mistake(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    left, letter, right = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        [left + right, left + right[0] + letter + right[1:], left + letter * 2 + right, left + "e" + right]
    )


def test_the_beginning_of_a_word_is_enough() -> None:
    assert CAR_FITTER in found("monteur autom")
    assert [hit.id for hit in LEXICON.municipalities.suggest("cherb", 1)] == ["50129"]


def test_nothing_resembles_nonsense() -> None:
    assert found("zzzz qqqq xxxx") == []
    assert found("") == []
    assert found("…") == []
    assert found("soudeur", 0) == []


@given(st.text(max_size=40))
def test_any_question_is_answered_in_a_stable_order(question: str) -> None:
    hits = LEXICON.find_occupations(question, 10)

    assert hits == LEXICON.find_occupations(question, 10)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    assert all(0 < hit.score <= 1 for hit in hits)
    assert len({hit.id for hit in hits}) == len(hits)


@given(st.permutations([Suggestible(code, [(1.0, "soudeur")]) for code in ("C", "A", "B")]))
def test_ties_are_ordered_by_code_whatever_the_order_of_the_entries(entries: list[Suggestible]) -> None:
    assert [hit.id for hit in Suggester(entries).suggest("soudeur", 3)] == ["A", "B", "C"]


def test_a_smaller_limit_is_the_beginning_of_a_larger_one() -> None:
    assert LEXICON.skills.suggest("souder", 20)[:4] == LEXICON.skills.suggest("souder", 4)


@pytest.mark.parametrize(
    ("typed", "code"), [("HACCP", "122435"), ("riveter", "300643"), ("permis c", "491634"), ("gmao", "119506")]
)
def test_skills_by_everyday_words(typed: str, code: str) -> None:
    assert LEXICON.skills.suggest(typed, 1)[0].id == code


@pytest.mark.parametrize(
    ("typed", "code"), [("rouen", "76540"), ("le havre", "76351"), ("st lo", "50502"), ("evreux", "27229")]
)
def test_municipalities_by_name(typed: str, code: str) -> None:
    assert LEXICON.municipalities.suggest(typed, 1)[0].id == code


def test_the_wording_that_answered_is_told() -> None:
    page = logic.find_occupations(logic.Book(LEXICON.known, LEXICON), "riveteuse aéro", 1)

    assert page.found[0].matched == "riveteur aéronautique"
