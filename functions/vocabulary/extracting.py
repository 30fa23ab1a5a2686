"""From a pasted demand or job description to codes: the trades it may name and the skills it asks for.

Each candidate says where in the text it was read. Nothing is kept of the text, here or elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from functions.vocabulary.logic import Book
from functions.vocabulary.model import Phrase, phrases

MOST_OCCUPATIONS: Final = 5
MOST_SKILLS: Final = 30
NAMED: Final = 0.6
"""From this answer on, a phrase that may name the trade does."""
SAID_ELSEWHERE: Final = 0.97
"""What another phrase needs to."""
SKILL_SAID: Final = 0.62
"""From this answer on, a phrase names a skill."""
A_SINGLE_WORD: Final = 0.97
"""The same, where the phrase is a single word."""
SKILL_OF_THE_TRADE: Final = 0.45
"""The same, for a skill of a trade that the text names."""
READ_TOGETHER: Final = 0.5
"""What a trade guessed from the whole text counts beside one that is named."""
_LONGEST_WHOLE: Final = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code, how well the text answers it (0 to 1), and the span it was read from."""

    code: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SkillCandidate(Candidate):
    """A skill; `wished` when the text says that it may do without."""

    wished: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a text says in codes, best first; of equals, what comes first in the text."""

    occupations: Sequence[Candidate]
    skills: Sequence[SkillCandidate]


def extract(book: Book, text: str) -> Extraction:
    """The occupations and skills that a text names. An empty or strange text names none."""
    said = phrases(text)
    occupations = _occupations(book, said)
    named = {each.start for each in occupations if each.score >= SAID_ELSEWHERE}
    trades = {code for each in occupations for code in book.known.occupation(each.code).skills}
    return Extraction(occupations, _skills(book, [phrase for phrase in said if phrase.start not in named], trades))


def _occupations(book: Book, said: Sequence[Phrase]) -> Sequence[Candidate]:
    found: dict[str, Candidate] = {}
    for phrase in said:
        for hit in book.lexicon.occupations.suggest(_told(phrase), 3):
            if hit.score >= (NAMED if phrase.leading else SAID_ELSEWHERE):
                _keep(found, Candidate(hit.id, hit.score, phrase.start, phrase.end))
    if not found and said:
        whole = " ".join(" ".join(phrase.text for phrase in said).split()[:_LONGEST_WHOLE]) + " "
        for hit in book.lexicon.find_occupations(whole, 3):
            _keep(found, Candidate(hit.id, round(hit.score * READ_TOGETHER, 7), said[0].start, said[-1].end))
    return sorted(found.values(), key=_best_first)[:MOST_OCCUPATIONS]


def _skills(book: Book, said: Iterable[Phrase], trades: set[str]) -> Sequence[SkillCandidate]:
    found: dict[str, SkillCandidate] = {}
    for phrase in said:
        hits = book.lexicon.skills.suggest(_told(phrase), 12)
        least = SKILL_SAID if " " in phrase.text else A_SINGLE_WORD
        good = [hit for hit in hits if hit.score >= (SKILL_OF_THE_TRADE if hit.id in trades else least)]
        own = [hit for hit in good if hit.id in trades]
        for hit in (own or good)[:1]:
            _keep(found, SkillCandidate(hit.id, hit.score, phrase.start, phrase.end, phrase.wished))
    return sorted(found.values(), key=_best_first)[:MOST_SKILLS]


def _told(phrase: Phrase) -> str:
    """The phrase as something that is not being typed any more."""
    return f"{phrase.text} "


def _keep(found: dict[str, Candidate] | dict[str, SkillCandidate], candidate: Candidate) -> None:
    earlier = found.get(candidate.code)
    if earlier is None or candidate.score > earlier.score:
        found[candidate.code] = candidate  # type: ignore[assignment]


def _best_first(candidate: Candidate) -> tuple[float, int, str]:
    return -candidate.score, candidate.start, candidate.code
