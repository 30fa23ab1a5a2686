"""Which occupations are near one another, by what they do and what they are called; and which skills carry over.

Each channel is computed from skills and titles alone: no code, domain, sector or known mobility is read. Each is
divided by the mean of the source's best twenty and bent by a square root, so that none drowns the others, then added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from likeness.french import parts, root, telling, words
from likeness.postings import Floats, Postings, best_first
from likeness.skills import SkillSets
from likeness.vectors import EPOCHS, MOST_WORK, Lesson, Vectors

WEIGHTS: Final[Mapping[str, float]] = {
    "skills": 2.0,
    "told": 1.5,
    "titles": 1.0,
    "core": 0.5,
    "meaning": 1.5,
    "answered": 1.0,
}
DIMENSIONS: Final = 128
MOST_FOR_ALL: Final = 5000
"""Beyond this many occupations there is no time for every channel: `skills`, not widened, and `told` stay."""
SKILL_WEIGHT: Final = 0.3
DRAWS: Final = 3
"""How often what answers a title is learnt, each time from other random vectors: their sum has less of chance in it."""
_TOP: Final = 20


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
        read = cache(words)
        titles = [sorted({read(name) for name in (each.label, *each.titles)}) for each in self._occupations]
        skills = [{skill.id: read(skill.label) for skill in each.skills} for each in self._occupations]
        core = [
            [mine[skill.id] for skill in each.skills if skill.core] or list(mine.values())
            for each, mine in zip(self._occupations, skills, strict=True)
        ]
        few = len(self.ids) <= MOST_FOR_ALL
        self._skills = SkillSets(skills, widened=few)
        self._words = [_roots((*mine.values(), *names)) for mine, names in zip(skills, titles, strict=True)]
        self._by_title = Postings.bm25((_roots(names) for names in titles), saturation=1.2, by_length=0.3)
        self._by_core = Postings.bm25((_roots(mine) for mine in core), saturation=1.2, by_length=0.5) if few else None
        self._titles = _Titles(titles) if few else None
        self._meaning = _meaning([_roots(mine.values()) for mine in skills]) if few else None
        self._answered = _answered(titles, skills) if few else None

    def channels(self, source: int) -> dict[str, Floats]:
        """What each channel gives each occupation seen from the source (a position in `ids`)."""
        told = self._words[source]
        found = {
            "skills": self._skills.near(source),
            "told": self._by_title.answer({word: count**0.5 for word, count in told.items()}),
        }
        if self._titles is not None:
            found["titles"] = self._titles.near(source)
        if self._by_core is not None:
            found["core"] = self._by_core.answer(told)
        if self._meaning is not None:
            found["meaning"] = self._meaning @ self._meaning[source]
        if self._answered is not None:
            found["answered"] = self._answered[source]
        return found

    def neighbours(self, occupation: str, top: int) -> list[str]:
        """The `top` nearest other occupations of one, nearest first. Raises `KeyError` for an unknown id."""
        source = self._position[occupation]
        total = self.fuse(source, self.channels(source))
        return [self.ids[at] for at in best_first(total, top + 1) if at != source][:top]

    def fuse(self, source: int, channels: Mapping[str, Floats], weights: Mapping[str, float] = WEIGHTS) -> Floats:
        """One score for each occupation; the source itself comes last."""
        total = np.zeros(len(self.ids))
        for name, scores in channels.items():
            total += weights.get(name, 0.0) * np.sqrt(_shared(scores, source))
        total[source] = -1.0
        return total

    def transferable(self, source: str, target: str) -> tuple[Skill, ...]:
        """The skills of the target that the source brings too, core ones first: why the two are near."""
        brought = {skill.id for skill in self._occupations[self._position[source]].skills}
        wanted = self._occupations[self._position[target]].skills
        return tuple(sorted((s for s in wanted if s.id in brought), key=lambda s: (not s.core, s.label, s.id)))


class _Titles:
    """For each title of the source the likest title of the target, averaged."""

    def __init__(self, titles: Sequence[Sequence[tuple[str, ...]]]) -> None:
        self._count = np.array([len(names) for names in titles], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        self._index = Postings.tf_idf(Counter(parts(name, (3, 5))) for names in titles for name in names)
        self._rows = self._index.rows()

    def near(self, source: int) -> Floats:
        total = np.zeros(len(self._count))
        asked = int(self._count[source])
        for title in range(self._first[source], self._first[source] + asked):
            total += np.maximum.reduceat(self._index.scores(*self._rows.of(title)), self._first)
        return total / asked


def _answered(
    titles: Sequence[Sequence[tuple[str, ...]]], skills: Sequence[Mapping[str, tuple[str, ...]]]
) -> Floats | None:
    """Row by row, how much the titles of each occupation would be answered by the source, as learnt from all titles
    and skills; none when there is no time for it. An occupation with many titles is asked more often."""
    lessons = [Lesson(telling(name), (owner,), 1.0) for owner, names in enumerate(titles) for name in names]
    owners: dict[tuple[str, ...], set[int]] = {}
    for owner, mine in enumerate(skills):
        for text in mine.values():
            owners.setdefault(telling(text), set()).add(owner)
    for text, found in sorted(owners.items()):
        lessons.append(Lesson(text, tuple(sorted(found)), SKILL_WEIGHT * len(found)))
    size = len(titles)
    draws = min(DRAWS, MOST_WORK // max(1, len(lessons) * size * EPOCHS))
    asked = np.zeros((size, size))
    for drawn in range(draws):
        vectors = Vectors(lessons, size, drawn=drawn)
        for owner, names in enumerate(titles):
            for name in names:
                asked[:, owner] += np.sqrt(vectors.answer(dict.fromkeys(telling(name), 1.0)))
    return asked if draws else None


def _meaning(documents: Sequence[Counter[str]]) -> Floats:
    """Unit vectors of latent semantic analysis (Deerwester 1990): documents that share no word may still be near."""
    index = Postings.tf_idf(documents)
    dense = np.zeros((index.size, len(index.column)), dtype=np.float32)
    dense[index.document, np.repeat(np.arange(len(index.column)), index.frequency)] = index.value
    squares, left = np.linalg.eigh((dense @ dense.T).astype(np.float64))
    vectors = left[:, -DIMENSIONS:] * np.sqrt(np.maximum(squares[-DIMENSIONS:], 0))
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    meaning: Floats = vectors / np.where(norms > 0, norms, 1)
    return meaning


def _roots(found: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(root(word) for each in found for word in telling(each))


def _shared(scores: Floats, source: int) -> Floats:
    others = np.maximum(scores, 0)
    others[source] = 0.0
    mean = float(np.partition(others, -min(_TOP, len(others)))[-_TOP:].mean())
    return others / mean if mean > 0 else others
