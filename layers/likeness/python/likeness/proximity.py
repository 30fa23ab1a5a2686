"""Which occupations are near one another, by what they do and what they are called; and what carries over.

Five channels, each computed from skills and titles alone: no code, domain, sector or known mobility is read. Each is
divided by the mean of the source's best twenty and bent by a square root, so that none drowns the others, then added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from likeness.french import parts, root, telling, words
from likeness.postings import Floats, Postings

_TOP: Final = 20
WEIGHTS: Final[Mapping[str, float]] = {
    "skills": 1.0,
    "titles_told": 1.0,
    "titles": 1.0,
    "meaning": 1.0,
    "core_told": 1.0,
}
DIMENSIONS: Final = 128


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill of an occupation; `core` when it makes the occupation."""

    id: str
    label: str
    core: bool = False


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation with an opaque id, its label, its other titles and its skills."""

    id: str
    label: str
    titles: Sequence[str] = ()
    skills: Sequence[Skill] = ()


class Proximity:
    """Occupations, ready to be compared. The order of equals is that of their ids."""

    def __init__(self, occupations: Iterable[Occupation]) -> None:
        self._occupations = sorted(occupations, key=lambda each: each.id)
        self.ids = [each.id for each in self._occupations]
        self._position = {each: position for position, each in enumerate(self.ids)}
        read = {label: words(label) for label in self._wordings()}
        titles = [sorted({read[name] for name in (each.label, *each.titles)}) for each in self._occupations]
        skills = [[read[skill.label] for skill in each.skills] for each in self._occupations]
        core = [
            [read[skill.label] for skill in each.skills if skill.core] or mine
            for each, mine in zip(self._occupations, skills, strict=True)
        ]
        self._skill_sets = [Counter({skill.id: 1.0 for skill in each.skills}) for each in self._occupations]
        self._skills = Postings.tf_idf(self._skill_sets)
        self._skill_words = [_roots(mine) for mine in skills]
        self._title_words = [_roots(mine) for mine in titles]
        self._by_titles = Postings.bm25(self._title_words, saturation=1.2, by_length=0.3)
        self._by_core = Postings.bm25([_roots(mine) for mine in core], saturation=1.2, by_length=0.5)
        self._owner = np.repeat(np.arange(len(titles)), [len(mine) for mine in titles])
        self._titles = Postings.tf_idf([Counter(parts(title, (3, 5))) for mine in titles for title in mine])
        self._title_rows = self._titles.rows()
        self._meaning = _meaning(Postings.tf_idf(self._skill_words))
        self._first = np.searchsorted(self._owner, np.arange(len(titles)))

    def channels(self, source: int) -> dict[str, Floats]:
        """What each channel gives each occupation seen from the source (a position in `ids`)."""
        mine = range(self._first[source], self._first[source] + int((self._owner == source).sum()))
        best = np.zeros(len(self.ids))
        for title in mine:
            best += np.maximum.reduceat(self._titles.scores(*self._title_rows.of(title)), self._first)
        told = self._skill_words[source]
        return {
            "skills": self._skills.answer(self._skill_sets[source]),
            "titles_told": self._by_titles.answer(told),
            "titles": best / len(mine),
            "meaning": self._meaning @ self._meaning[source],
            "core_told": self._by_core.answer(self._title_words[source] + told),
        }

    def neighbours(self, id: str, top: int) -> list[str]:
        """The `top` nearest other occupations of one, nearest first. Raises `KeyError` for an unknown id."""
        source = self._position[id]
        total = self.fuse(self.channels(source))
        total[source] = -np.inf
        order = np.argsort(-np.round(total, 9), kind="stable")[: min(top, len(self.ids) - 1)]
        return [self.ids[at] for at in order]

    def fuse(self, channels: Mapping[str, Floats], weights: Mapping[str, float] = WEIGHTS) -> Floats:
        """One score for each occupation."""
        total = np.zeros(len(self.ids))
        for name, scores in channels.items():
            total += weights[name] * np.sqrt(_shared(scores))
        return total

    def _wordings(self) -> set[str]:
        found: set[str] = set()
        for each in self._occupations:
            found.update((each.label, *each.titles), (skill.label for skill in each.skills))
        return found


def _roots(found: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(root(word) for each in found for word in telling(each))


def _meaning(index: Postings) -> Floats:
    """Unit vectors of latent semantic analysis (Deerwester 1990): documents that share no word may still be near."""
    dense = np.zeros((index.size, len(index.column)))
    dense[index.document, np.repeat(np.arange(len(index.column)), index.frequency)] = index.value
    squares, left = np.linalg.eigh(dense @ dense.T)
    vectors = left[:, -DIMENSIONS:] * np.sqrt(np.maximum(squares[-DIMENSIONS:], 0))
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    meaning: Floats = vectors / np.where(norms > 0, norms, 1)
    return meaning


def _shared(scores: Floats) -> Floats:
    top = -np.partition(-scores, min(_TOP, len(scores)) - 1)[:_TOP]
    mean = float(np.maximum(top, 0).mean())
    return np.maximum(scores, 0) / mean if mean > 0 else np.zeros_like(scores)
