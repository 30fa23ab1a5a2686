"""What holds for any text: offsets, order, spelling, planted data, registered names, and how long reading can take."""

import importlib
import os
import pkgutil
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import passerelle.screening
from passerelle.identifiers import luhn
from passerelle.screening import DigestedNames, Finding, Kind, KnownNames, mark, screened
from passerelle.screening.findings import ON_REQUEST
from passerelle.screening.lexicon import is_brand, is_listed, words_of
from passerelle.screening.numbers import iban_holds, nir_key_holds

CARRIERS = (
    ("Pour le poste de nuit, voici : ", ", merci de votre retour."),
    ("le salarie est libre lundi ", " sinon mardi"),
    ("Bonjour, nous notons ", " ; la suite dans la semaine."),
    ("", ""),
)
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
ADVERSE = (
    "0",
    "6 ",
    "a",
    "a-",
    "a.",
    "é",
    "@",
    "a@",
    "fr76",
    "l'",
    "St ",
    "12 rue de la ",
    "M. ",
    "linkedin -",
    "zéro ",
    "\n",
    "ne le ",
    "chez ",
)


def grouped(digits: str, separator: str, size: int) -> str:
    return separator.join(digits[at : at + size] for at in range(0, len(digits), size))


def with_luhn(start: str) -> str:
    return next(start + last for last in "0123456789" if luhn(start + last))


def with_key(body: str) -> str:
    return next(body + f"{key:02}" for key in range(1, 98) if nir_key_holds(body + f"{key:02}"))


def french_iban(account: str) -> str:
    return next(iban for key in range(2, 99) if iban_holds((iban := f"FR{key:02}{account}").lower()))


def digits(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


def is_unlike_a_word(name: str) -> bool:
    return not all(map(is_listed, name.split())) and not is_brand(name)


separators = st.sampled_from(["", " ", "\u00a0", ".", "-"])
unambiguous = sorted(filter(is_unlike_a_word, words_of("given_names") - words_of("surnames")))
towns = sorted(filter(is_unlike_a_word, words_of("towns") - words_of("surnames") - words_of("given_names")))
pairs_of_letters = st.text("ABCDFGHWXYZ", min_size=2, max_size=2)
phones = st.builds(
    lambda kind, rest, gap: grouped(f"0{kind}{rest}", gap, 2), st.sampled_from("123467"), digits(8), separators
)
mails = st.builds(
    "{}{}{}".format,
    st.sampled_from(["karim.b", "rh", "s_lecoq76"]),
    st.sampled_from(["@", " @ ", " arobase ", "(at)"]),
    st.sampled_from(["gmail.com", "soudure-caux.fr"]),
)
nirs = st.builds(
    lambda sex, year, month, rest, gap: gap.join(re.findall(r"^.|..", with_key(f"{sex}{year}{month:02}76{rest}"))),
    st.sampled_from("12"),
    digits(2),
    st.integers(1, 12),
    digits(6),
    st.sampled_from(["", " ", "."]),
)
sirens = st.builds(
    lambda start, gap: grouped(with_luhn("4" + start), gap, 3), digits(7), st.sampled_from(["", " ", "."])
)
ibans = st.builds(lambda account, gap: grouped(french_iban(account), gap, 4), digits(23), st.sampled_from(["", " "]))
plates = st.builds(
    lambda first, number, last, gap: gap.join((first, number, last)),
    pairs_of_letters,
    digits(3),
    pairs_of_letters,
    st.sampled_from(["-", " "]),
)
births = st.builds("né le {}/{}/{}".format, st.integers(1, 28), st.integers(1, 12), st.integers(1950, 2005))
streets = st.sampled_from(["rue des lilas", "avenue Jean Jaurès", "bd de la Marne", "impasse du Moulin"])
planted = {
    Kind.PHONE: phones,
    Kind.MAIL: mails,
    Kind.NIR: nirs,
    Kind.COMPANY_NUMBER: sirens,
    Kind.IBAN: ibans,
    Kind.PLATE: plates,
    Kind.BIRTH: births,
    Kind.ADDRESS: st.builds("{} {}".format, st.integers(1, 299), streets),
    Kind.LINK: st.sampled_from(["https://exemple.fr/x", "www.canari.com", "@canari_metaux", "linkedin.com/in/k-b"]),
    Kind.COMPANY: st.sampled_from(["chez Michelin", "la SARL Vauquelin", "chez toutain tp", "groupe Safran"]),
    Kind.NAME: st.sampled_from(unambiguous),
    Kind.PLACE: st.sampled_from(towns),
}


@pytest.mark.parametrize("kind", sorted(set(Kind) - ON_REQUEST))
@given(data=st.data())
def test_what_is_planted_is_found(kind: Kind, data: st.DataObject) -> None:
    piece = data.draw(planted[kind])
    before, after = data.draw(st.sampled_from(CARRIERS))
    casing = data.draw(
        st.sampled_from([str, str.lower, str.upper] if kind not in (Kind.PLATE, Kind.COMPANY) else [str])
    )
    text = before + casing(piece) + after

    near = [one for one in screened(text) if one.start < len(before) + len(piece) and len(before) < one.end]

    assert near, text
    if kind not in (Kind.NAME, Kind.PLACE):
        assert kind in {one.kind for one in near}, (text, near)


@pytest.mark.parametrize(("before", "after"), CARRIERS)
def test_the_carriers_are_clean(before: str, after: str) -> None:
    assert screened(before + after) == ()


pieces = st.sampled_from(
    [
        "M. Duval",
        "06 12 34 56 78",
        "à Bolbec",
        "Évreux",
        "rue de l’Église",
        "chez",
        "@",
        "né le",
        "\u0301",
        "œ",
        "²",
        "FR76",
        "12",
    ]
)
texts = st.one_of(st.text(max_size=200), st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=12).map(" ".join))


@given(texts)
def test_findings_lie_within_in_order_without_overlap(text: str) -> None:
    found = screened(text)
    edges = [edge for one in found for edge in (one.start, one.end)]

    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert screened(text) == found


@given(texts)
def test_composed_or_not_the_same_is_found(text: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    told = [
        [(one.kind, unicodedata.normalize("NFC", form[one.start : one.end])) for one in screened(form)]
        for form in (composed, apart)
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize(
    "text", ["Voir H\u200bervé Lecacheux", "Voir Herve\u0301 Lecacheux", "Voir ＨＥＲＶÉ Lecacheux"]
)
def test_disguised_letters_are_read_and_offsets_are_the_originals(text: str) -> None:
    assert screened(text) == (Finding(Kind.NAME, 5, len(text)),)


def test_registered_names_are_known_by_their_marks_alone() -> None:
    secret = b"of the vault"
    names = DigestedNames(secret, {mark(secret, "Canari Métaux"): Kind.COMPANY, mark(secret, "Quincey"): Kind.PLACE})

    found = screened("on a vu canari-metaux, puis quincey hier", KnownNames(names))

    assert found == (Finding(Kind.COMPANY, 8, 21), Finding(Kind.PLACE, 28, 35))
    assert screened("on a vu canari-metaux, puis quincey hier") == ()
    assert mark(secret, "CANARI METAUX") == mark(secret, "canari métaux") != mark(b"other", "canari metaux")


def patterns() -> list[re.Pattern[str]]:
    modules = [
        importlib.import_module(f"passerelle.screening.{one.name}")
        for one in pkgutil.iter_modules(passerelle.screening.__path__)
    ]
    held = [value for module in modules for value in vars(module).values()]
    return [
        one
        for value in held
        for one in (value if isinstance(value, tuple) else (value,))
        if isinstance(one, re.Pattern)
    ]


def worst(parsed: object, inside: bool = False) -> int:
    """How deep unbounded repeats are nested in a parsed pattern; an unbounded repeat of a group counts twice."""
    deepest = 0
    for operation, argument in parsed:
        name = str(operation)
        children = []
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            _, high, body = argument
            unbounded = int(high) > 1000
            deepest = max(deepest, int(unbounded) + worst(body, inside or unbounded))
            continue
        if name == "SUBPATTERN":
            children = [argument[3]]
        elif name == "BRANCH":
            children = argument[1]
        elif name in ("ASSERT", "ASSERT_NOT"):
            children = [argument[1]]
        deepest = max([deepest, *(worst(child, inside) for child in children)])
    return deepest


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: pattern.pattern[:30])
def test_no_pattern_can_backtrack_catastrophically(pattern: re.Pattern[str]) -> None:
    parser = importlib.import_module("re._parser")

    assert worst(parser.parse(pattern.pattern, pattern.flags)) <= 1


def test_a_nested_repeat_would_be_noticed() -> None:
    parser = importlib.import_module("re._parser")

    assert worst(parser.parse(r"(?:\w+ ?)*x")) == 2
    assert len(patterns()) > 30


@pytest.mark.parametrize("unit", ADVERSE, ids=ascii)
def test_long_monotonous_texts_are_read(unit: str) -> None:
    text = (unit * 10_000)[:10_000]

    assert all(one.end <= len(text) for one in screened(text))


def test_importing_the_filter_reads_no_list_of_words() -> None:
    script = (
        "import passerelle.screening\n"
        "from passerelle.screening.lexicon import words_of, dictionary, towns\n"
        "print(words_of.cache_info().currsize, dictionary.cache_info().currsize, towns.cache_info().currsize)"
    )
    path = str(Path(passerelle.screening.__file__).parents[2])

    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
        check=True,
    )

    assert done.stderr == ""
    assert done.stdout == "0 0 0\n"
