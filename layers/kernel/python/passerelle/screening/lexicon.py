"""The words the rules know, each list read once, when a text is screened (see `words/README.md`)."""

import re
from functools import cache
from importlib import resources
from typing import Final

from passerelle.nomenclature import load_starter
from passerelle.screening.reading import read

LONGEST_PHRASE: Final = 5
"""Words in the longest name that is looked up ("Saint-Étienne-du-Rouvray" has four, hyphens count as spaces)."""

_ENDINGS: Final = re.compile(
    r"(?:tions?|sions?|ments?|ages?|eurs?|euses?|iques?|ables?|ibles?|ismes?|istes?|ites?|ances?|ences?|ees?|ants?"
    r"|antes?|ents?|entes?|oirs?|oires?|aires?|ures?|ifs?|ives?|els?|elles?|eux|iers?|ieres?|er|ez|ons|ir|ois|al|ales?"
    r"|aux|ettes?|ails?|ieux|graphies?|logies?|ateurs?|atrices?|era|eront|erait|eraient|erez|erons)$"
)

_FIRM_ENDINGS: Final = re.compile(
    r"(?:tions?|sions?|ements?|[^aeiou]ages?|eurs?|euses?|iques?|ables?|ibles?|ismes?|istes?|ites?|ances?|ences?"
    r"|(?:at|it|is)oires?|ures?|ifs?|ives?|ees?|iquer|iser|ifier|graphies?|logies?|scopies?|metries?|therapies?|pathies?|tomies?|aires?|elles?|[^aeiou]ales?|atrices?|iciennes?)$"
)
"""Endings that hardly any surname or town shares."""


def word_set(line: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(line.split())


@cache
def words_of(name: str) -> frozenset[str]:
    """The entries of one list of `words/`: lower case, no accents, spaces instead of hyphens."""
    return frozenset(phrase for entry in re.split(r"[,\n]", _text(name)) if (phrase := spelled(entry)))


def _text(name: str) -> str:
    return resources.files(__name__.rpartition(".")[0]).joinpath("words", f"{name}.txt").read_text(encoding="utf-8")


@cache
def french() -> frozenset[str]:
    """The wide list of French words, as its file has it: spelled as all lists are, plurals and feminines left out."""
    return frozenset(_text("french").split())


def spelled(phrase: str) -> str:
    """A phrase as lists hold it: lower case, no accents, one space between words, "saint" in full."""
    words = re.findall(r"[^\W_]+", phrase.lower() if phrase.isascii() else read(phrase).lower)
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@cache
def dictionary() -> frozenset[str]:
    """Ordinary words: our own list and those that name occupations and skills in the starter vocabulary."""
    starter = load_starter()
    labels = [
        text
        for skill in starter.skills
        for text in (skill.name, *skill.synonyms)
    ] + [text for one in starter.occupations for text in (one.label, *one.titles)]  # fmt: skip
    trade = {word for label in labels for word in spelled(label).split()}
    return words_of("function_words") | words_of("ordinary") | trade


@cache
def towns() -> frozenset[str]:
    """Municipalities: our own list and the starter vocabulary's, with and without their article."""
    names = words_of("towns") | {spelled(place.name) for place in load_starter().municipalities}
    bare = {re.sub(r"^(?:le|la|les|l) ", "", name) for name in names}
    return frozenset(names | bare)


def is_function(word: str) -> bool:
    """Whether a word only holds a sentence together: never a name by itself."""
    return word in words_of("function_words")


def is_listed(word: str) -> bool:
    """Whether a word, or what it is the plural or feminine of, stands in the dictionary."""
    known = dictionary()
    return all(
        part in known
        or part.rstrip("s") in known
        or (part.endswith("ux") and part[:-1] in known)
        or part.removesuffix("e") in known
        for part in word.split("-")
    )


def is_everyday(word: str) -> bool:
    """Whether a word as it stands is in the dictionary: "pierre" is, "marie" is not, though "mari" is."""
    return word in dictionary()


def is_french(word: str) -> bool:
    """Whether French has every part of a word, in whatever number and gender, and no list of names has it."""
    return all(_has(part) for part in word.split("-"))


def _has(word: str) -> bool:
    if is_listed(word):
        return True
    if is_given(word) or is_surname(word) or word in towns():
        return False
    known = french()
    return any(word.endswith(end) and word.removesuffix(end) in known for end in ("", "s", "e", "es")) or (
        (word.endswith("ux") and word[:-1] in known) or (word.endswith("aux") and f"{word[:-2]}l" in known)
    )


def is_ordinary(word: str) -> bool:
    """Whether a word reads as French: French has it, or it is formed like a French noun, adjective or verb."""
    return is_french(word) or (
        len(word) > 4 and all(_ENDINGS.search(part) or is_french(part) for part in word.split("-"))
    )


def is_derived(word: str) -> bool:
    """Whether French has a word or surely builds it so; "tarquenel" is not, "relevage" is."""
    return is_french(word) or (len(word) > 4 and _FIRM_ENDINGS.search(word) is not None)


def is_given(word: str) -> bool:
    """Whether every part of a word is a given name."""
    return all(part in words_of("given_names") for part in word.split("-"))


def is_surname(word: str) -> bool:
    """Whether a word is a frequent surname."""
    return spelled(word) in words_of("surnames")


def is_brand(word: str) -> bool:
    """Whether a word is better known as the name of a machine, a tool or a programme."""
    return word in words_of("brands") or ("-" in word and spelled(word) in words_of("brands"))
