"""What the slice does: find occupations, skills and municipalities, show one occupation, say what the nomenclature is.

Everything is read from one immutable nomenclature; there is no store, no event and no secret here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from likeness.lexicon import Lexicon
from likeness.suggesting import Hit
from passerelle.nomenclature import Municipality, Nomenclature, Occupation, Skill

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


@dataclass(frozen=True, slots=True)
class Book:
    """A nomenclature, and the same made ready to be asked."""

    known: Nomenclature
    lexicon: Lexicon

    def offered(self, kind: str, things: Sequence[Thing]) -> Sequence[Thing]:
        """Those that are not retired."""
        return [thing for thing in things if (kind, thing.code) not in self.known.retired]


def find_occupations(book: Book, question: str, limit: int, after: str = "") -> Page[Occupation]:
    """The occupations that answer a question, or the next ones in order when the question is blank."""
    if question.strip():
        hits = book.lexicon.find_occupations(question, limit)
        return _found(hits, book.known.occupation, lambda each: (each.label, *each.titles))
    return _listed(book.offered("occupation", book.known.occupations), limit, after)


def find_skills(book: Book, question: str, limit: int, after: str = "") -> Page[Skill]:
    """The skills that answer a question, or the next ones in order when the question is blank."""
    if question.strip():
        hits = book.lexicon.skills.suggest(question, limit)
        return _found(hits, book.known.skill, lambda each: (each.name, *each.synonyms))
    return _listed(book.offered("skill", book.known.skills), limit, after)


def find_municipalities(book: Book, question: str, limit: int, after: str = "") -> Page[Municipality]:
    """The municipalities that answer a question, or the next ones in order when the question is blank."""
    if question.strip():
        hits = book.lexicon.municipalities.suggest(question, limit)
        return _found(hits, book.known.municipality, lambda each: (each.name,))
    return _listed(book.offered("municipality", book.known.municipalities), limit, after)


def show_occupation(book: Book, code: str) -> tuple[Occupation, tuple[Skill, ...]]:
    """One occupation and its skills, core ones first. Raises `UnknownCode`."""
    return book.known.occupation(code), book.known.skills_of(code)


def _found(
    hits: Sequence[Hit], by_code: Callable[[str], Thing], wordings: Callable[[Thing], Sequence[str]]
) -> Page[Thing]:
    things = [(by_code(hit.id), hit.wording) for hit in hits]
    return Page(tuple(Found(thing, wordings(thing)[at] if at >= 0 else "") for thing, at in things), None)


def _listed(offered: Sequence[Thing], limit: int, after: str) -> Page[Thing]:
    remaining = [thing for thing in offered if thing.code > after]
    shown = tuple(Found(thing, "") for thing in remaining[:limit])
    return Page(shown, shown[-1].thing.code if len(remaining) > limit else None)
