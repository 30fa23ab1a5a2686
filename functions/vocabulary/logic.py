"""What the slice does: find occupations, skills and municipalities, show one occupation, say what the nomenclature is.

Everything is read from one immutable nomenclature; there is no store, no event and no secret here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from functions.vocabulary.model import Index, Lexicon
from passerelle.nomenclature import Municipality, Occupation, Skill

Thing = TypeVar("Thing", Occupation, Skill, Municipality)

LONGEST_QUESTION: Final = 100


@dataclass(frozen=True, slots=True)
class Found(Generic[Thing]):
    """One result, and the wording that made it one ("" when nothing was asked)."""

    thing: Thing
    matched: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Thing]):
    """Results, best first; or, when nothing was asked, all in the order of their codes, `following` being the code to
    continue after."""

    found: tuple[Found[Thing], ...]
    following: str | None


def find_occupations(lexicon: Lexicon, question: str, limit: int, after: str = "") -> Page[Occupation]:
    """The occupations that answer a question, or the next ones in order when the question is blank."""
    known = lexicon.nomenclature
    return _find(question, limit, after, known.occupations, known.occupation, lambda: lexicon.occupations)


def find_skills(lexicon: Lexicon, question: str, limit: int, after: str = "") -> Page[Skill]:
    """The skills that answer a question, or the next ones in order when the question is blank."""
    known = lexicon.nomenclature
    return _find(question, limit, after, known.skills, known.skill, lambda: lexicon.skills)


def find_municipalities(lexicon: Lexicon, question: str, limit: int, after: str = "") -> Page[Municipality]:
    """The municipalities that answer a question, or the next ones in order when the question is blank."""
    known = lexicon.nomenclature
    return _find(question, limit, after, known.municipalities, known.municipality, lambda: lexicon.municipalities)


def show_occupation(lexicon: Lexicon, code: str) -> tuple[Occupation, tuple[Skill, ...]]:
    """One occupation and its skills, core ones first. Raises `UnknownCode`."""
    occupation = lexicon.nomenclature.occupation(code)
    return occupation, lexicon.nomenclature.skills_of(code)


def _find(
    question: str,
    limit: int,
    after: str,
    everything: Sequence[Thing],
    by_code: Callable[[str], Thing],
    index: Callable[[], Index],
) -> Page[Thing]:
    if question.strip():
        hits = index().search(question, limit)
        return Page(tuple(Found(by_code(hit.code), hit.matched) for hit in hits), None)
    remaining = [thing for thing in everything if thing.code > after]
    shown = tuple(Found(thing, "") for thing in remaining[:limit])
    return Page(shown, shown[-1].thing.code if len(remaining) > limit else None)
