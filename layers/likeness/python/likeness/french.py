"""What is compared of a French wording: its words in the masculine singular, their roots, their parts.

It promises that case, accents, typography, plurals, and feminine or inclusive forms change nothing. It knows endings,
not meanings: a word it has never seen is treated like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

_LINKS: Final = (
    "a ai au aux avec c ce ces cet cette chez d dans de des du elle en es est et etre eux il ils j je l la le "
    "les leur leurs lui m ma me mes moi mon n ne nos notre nous on ont ou par pas pour qu que qui s sa se ses "
    "si son sont sous suis sur t te tes toi ton tu un une vos votre vous y"
)
STOP_WORDS: Final = frozenset(_LINKS.split())
"""Words that only link others."""

_IRREGULAR: Final = {
    "barmaid": "barman",
    "cheffe": "chef",
    "compagne": "compagnon",
    "gouvernante": "gouvernant",
    "hotesse": "hote",
    "maitresse": "maitre",
    "publique": "public",
    "st": "saint",
    "ste": "saint",
    "sainte": "saint",
    "steward": "hote",
}
_MASCULINE_SINGULAR: Final = (
    ("euse", "eur"),
    ("trice", "teur"),
    ("drice", "deur"),
    ("eure", "eur"),
    ("ienne", "ien"),
    ("enne", "en"),
    ("onne", "on"),
    ("elle", "el"),
    ("ere", "er"),
    ("ive", "if"),
    ("ante", "ant"),
    ("ente", "ent"),
    ("ointe", "oint"),
    ("erte", "ert"),
    ("ande", "and"),
    ("onde", "ond"),
    ("aine", "ain"),
    ("woman", "man"),
    ("ane", "an"),
    ("ate", "at"),
    ("ale", "al"),
    ("ise", "is"),
    ("ee", "e"),
    ("eaux", "eau"),
    ("aux", "al"),
)
"""Word endings without accents, feminine or plural, and what they become. Each shortens the word, so that this ends."""

_ENDINGS: Final = (
    "issement issage ateur ation ition ement iste isme ique aire eur age ant ent ier iere ite ure ment if ien "
    "al el er ir re e"
)
_DERIVED: Final = tuple(sorted(_ENDINGS.split(), key=lambda ending: (-len(ending), ending)))
_SHORTEST_ROOT: Final = 4

_MAN_OR_WOMAN: Final = re.compile(r"\(?\s*\b[hfxm](?:\s*[/\-.|]\s*[hfxmn]b?)+\b\s*\)?")
_INCLUSIVE_END: Final = re.compile(
    r"(?<=\w{3})\s*[·•‧∙⋅.(/\-]\s*"
    r"(?:e|se|euse|ne|enne|ienne|rice|trice|ere|iere|fe|le|te|ve|ive|esse|onne)"
    r"\s*\)?(?:\s*[·•‧∙⋅.(\-]?\s*s\b\s*\)?)?(?!\w)"
)
_MARKS: Final = re.compile("[\u0300-\u036f]")
_WORD: Final = re.compile(r"[a-z0-9+#]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order: lower case, no accent, masculine singular, each once.

    `Ajusteur / Ajusteuse`, `ajusteur·se`, `AJUSTEUSES (H/F)` all become `("ajusteur",)`. A text without letters or
    digits of the Latin alphabet has none.
    """
    return tuple(dict.fromkeys(masculine(word) for word in plain_words(text)))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text in their order as they are written: lower case, no accent, inclusive endings left out."""
    return tuple(_WORD.findall(_INCLUSIVE_END.sub(" ", _MAN_OR_WOMAN.sub(" ", _plain(text)))))


def telling(found: Iterable[str]) -> tuple[str, ...]:
    """The words that carry meaning; all of them when none does."""
    every = tuple(found)
    return tuple(word for word in every if word not in STOP_WORDS) or every


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """What a word shares with those derived from it: `soudeur`, `soudure`, `souder` and `soudage` give `soud`."""
    for ending in _DERIVED:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            return word[: -len(ending)]
    return word


def parts(found: Iterable[str], lengths: tuple[int, int] = (2, 5)) -> Iterator[str]:
    """Runs of letters of each word, its ends marked by spaces: what a typing mistake leaves mostly as it was."""
    shortest, longest = lengths
    for word in found:
        padded = f" {word} "
        for length in range(shortest, min(longest, len(padded)) + 1):
            for start in range(len(padded) - length + 1):
                yield padded[start : start + length]


def _plain(text: str) -> str:
    spelt_out = text.casefold().replace("œ", "oe").replace("æ", "ae")
    if spelt_out.isascii():
        return spelt_out
    decomposed = unicodedata.normalize("NFKD", spelt_out)
    unmarked = _MARKS.sub("", decomposed)
    if unmarked.isascii():
        return unmarked
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=200_000)
def masculine(word: str) -> str:
    """A word in the masculine singular: `soudeuses` gives `soudeur`."""
    while (shorter := _one_ending_less(word)) != word:
        word = shorter
    return word


def _one_ending_less(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in STOP_WORDS or len(word) < 4:
        return word
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    for ending, replacement in _MASCULINE_SINGULAR:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    return word
