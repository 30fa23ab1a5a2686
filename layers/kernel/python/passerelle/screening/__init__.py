"""The personal-data filter: what in a short French text may name a person, a company or a place, or lead to one.

Pure rules, one module for each concern: `numbers`, `contacts`, `births`, `addresses`, `names`, `companies`,
`places`; `announced` and `followed` for what cues before or behind tell of all three, `coined` for companies' made-up
names, `strangers` for what is left: capitals that French does not explain.
They read the text without case, accents or typographic variants (`reading`) beside lists of words (`lexicon`), each
loaded when first needed. Other sources (registered names, a model) come through the port `Source`.

It tells kinds and places, never quotes, and refuses nothing itself: callers hold suspicious text back. It is no proof:
it leans towards finding too much. What it misses is measured by `tests/bench/screening.py`, and told with what still
escapes in `tests/bench/sentences/README.md`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from passerelle.screening import (
    addresses,
    announced,
    births,
    coined,
    companies,
    contacts,
    followed,
    names,
    numbers,
    places,
    strangers,
)
from passerelle.screening.findings import IN_FRENCH, Finding, Kind, said_of
from passerelle.screening.headcounts import Headcounts
from passerelle.screening.reading import Reading, read
from passerelle.screening.registry import DigestedNames, KnownNames, Source, mark

__all__ = [
    "IN_FRENCH", "DigestedNames", "Finding", "Headcounts", "Kind", "KnownNames", "Source", "mark", "said_of",
    "screened",
]  # fmt: skip

_RULES: Final[tuple[Callable[[Reading], Iterator[Finding]], ...]] = (
    contacts.find,
    numbers.find,
    births.find,
    addresses.find,
    announced.find,
    followed.find,
    companies.find,
    names.find,
    places.find,
    strangers.signboards,
)
_FORMS_FIRST: Final = (
    Kind.MAIL, Kind.LINK, Kind.IBAN, Kind.NIR, Kind.PHONE, Kind.COMPANY_NUMBER, Kind.PLATE, Kind.BIRTH,
    Kind.ADDRESS, Kind.HEADCOUNT, Kind.COMPANY, Kind.NAME, Kind.PLACE,
)  # fmt: skip
"""Where suspicions overlap: what has a form of its own comes before names, and the longer before the shorter."""
_WITH_A_FORM: Final = frozenset(_FORMS_FIRST[:-3])


def screened(text: str, *sources: Source) -> tuple[Finding, ...]:
    """Every suspicion in a text, in order and never overlapping; empty when none.

    Offsets count code points of the text as given. Any text is accepted; the time taken grows with its length.
    """
    reading = read(text)
    titled = {reading.in_original(one) for one in announced.titled(reading)}
    found = {reading.in_original(one) for rule in _RULES for one in rule(reading)}
    found |= {one for source in sources for one in source.findings(text)}
    coinages = {reading.in_original(one) for one in coined.find(reading)}
    unlisted = {reading.in_original(one) for one in strangers.find(reading)}
    forms = {one for one in found if one.kind in _WITH_A_FORM}
    tiers = (forms, titled, found - forms, coinages, unlisted)
    return _without_overlaps(len(text), [one for tier in tiers for one in sorted(tier, key=_rank)])


def _rank(one: Finding) -> tuple[int, int, int]:
    return _FORMS_FIRST.index(one.kind), one.start - one.end, one.start


def _without_overlaps(length: int, best_first: list[Finding]) -> tuple[Finding, ...]:
    taken, kept = bytearray(length), []
    for one in best_first:
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))
