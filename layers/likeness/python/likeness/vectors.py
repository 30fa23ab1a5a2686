"""A vector for each word and for each label, learnt together: a label's wordings teach which words mean it.

Averaged word vectors under a softmax over labels (Joulin et al. 2017, "Bag of tricks for efficient text
classification"), trained with Adagrad from fixed seeds on the labels' own titles and texts. Words that appear beside
the same labels come to mean the same, which no comparison of letters sees.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from likeness.french import root
from likeness.packing import State, array_of, texts_of
from likeness.postings import Floats, Ints

DIMENSIONS: Final = 96
STEP: Final = 0.1
BATCH: Final = 256
EPOCHS: Final = 6
MOST_WORK: Final = 1_500_000_000
"""Labels times lessons times epochs that are still worth it: about a minute on one core."""
_SEED: Final = 20261122

Words = Mapping[str, float]
"""Words with how surely each was read, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A wording and the labels it tells of, all equally; `weight` is what it counts beside a title's 1."""

    words: tuple[str, ...]
    labels: tuple[int, ...]
    weight: float


class Vectors:
    """What was learnt from the lessons, ready to be asked."""

    def __init__(self, lessons: Sequence[Lesson], labels: int, epochs: int = EPOCHS, *, drawn: int = 0) -> None:
        """Learns. Each number `drawn` starts from other random vectors, and gives the same ones for ever."""
        seen = Counter(feature for lesson in lessons for feature in features(dict.fromkeys(lesson.words, 1.0)))
        often = sorted(feature for feature, count in seen.items() if count > 1)
        self._column = {feature: column for column, feature in enumerate(often)}
        self._rarity = np.sqrt(np.log(1 + len(lessons) / np.array([seen[feature] for feature in often] or [1])))
        self._features, self._labels = _train(_Course(self, lessons, labels), len(often), epochs, _SEED + drawn)

    def state(self) -> State:
        """All that was learnt."""
        return {
            "words": tuple(self._column),
            "rarity": self._rarity,
            "features": self._features,
            "labels": self._labels,
        }

    @classmethod
    def restored(cls, state: State) -> Self:
        """The vectors that gave this state."""
        vectors = cls.__new__(cls)
        vectors._column = {feature: column for column, feature in enumerate(texts_of(state, "words"))}
        vectors._rarity = array_of(state, "rarity")
        vectors._features = array_of(state, "features")
        vectors._labels = array_of(state, "labels")
        return vectors

    def answer(self, words: Words) -> Floats:
        """For each label, its share (they sum to 1); zeros when no word is known."""
        columns, weights = self.encode(words)
        if not len(columns):
            return np.zeros(len(self._labels))
        scores = self._labels @ (weights @ self._features[columns])
        shares = np.exp((scores - scores.max()).astype(np.float64))
        return np.asarray(shares / shares.sum(), dtype=np.float64)

    def encode(self, words: Words) -> tuple[Ints, NDArray[np.float32]]:
        """Words as columns and weights of unit length."""
        known = sorted((self._column[name], sure) for name, sure in features(words).items() if name in self._column)
        columns = np.array([column for column, _ in known], dtype=np.int64)
        weights = np.array([sure for _, sure in known]) * self._rarity[columns]
        return columns, (weights / (math.sqrt(float((weights**2).sum())) or 1.0)).astype(np.float32)


def features(words: Words) -> dict[str, float]:
    """What a wording is learnt by: its words, their roots, and pairs of roots that stand side by side."""
    found = {f"w {word}": sure for word, sure in words.items()}
    roots = [(root(word), sure) for word, sure in words.items()]
    for name, sure in roots:
        found[f"r {name}"] = max(sure, found.get(f"r {name}", 0.0))
    for (left, sure), (right, also) in pairwise(roots):
        found[f"p {left} {right}"] = min(sure, also)
    return found


class _Course:
    """The lessons as flat arrays, those of which no feature is known left out."""

    def __init__(self, vectors: Vectors, lessons: Iterable[Lesson], labels: int) -> None:
        coded = [(vectors.encode(dict.fromkeys(lesson.words, 1.0)), lesson) for lesson in lessons]
        kept = [((columns, weights), lesson) for (columns, weights), lesson in coded if len(columns) and lesson.labels]
        self.count = len(kept)
        self.labels = labels
        self.weight = np.array([lesson.weight for _, lesson in kept], dtype=np.float32)
        self.column, self.value, self.length, self.start = _flat([pair for pair, _ in kept])
        targets = [(np.array(lesson.labels), np.full(len(lesson.labels), 1 / len(lesson.labels))) for _, lesson in kept]
        self.target, self.share, self.targets, self.first = _flat(targets)


def _flat(pairs: Sequence[tuple[Ints, NDArray[np.floating]]]) -> tuple[Ints, NDArray[np.float32], Ints, Ints]:
    length = np.array([len(numbers) for numbers, _ in pairs], dtype=np.int64)
    numbers = np.concatenate([numbers for numbers, _ in pairs] or [np.zeros(0, dtype=np.int64)])
    values = np.concatenate([values for _, values in pairs] or [np.zeros(0)]).astype(np.float32)
    return numbers, values, length, np.cumsum(length) - length


def _train(course: _Course, known: int, epochs: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    dice = np.random.default_rng(seed)
    inside = (dice.standard_normal((known, DIMENSIONS)) * 0.1).astype(np.float32)
    outside = np.zeros((course.labels, DIMENSIONS), dtype=np.float32)
    slope_inside, slope_outside = np.full(known, 1e-6, np.float32), np.full(course.labels, 1e-6, np.float32)
    steps = epochs * math.ceil(course.count / BATCH)
    done = 0
    for _ in range(epochs):
        order = dice.permutation(course.count)
        for begin in range(0, course.count, BATCH):
            here = order[begin : begin + BATCH]
            at, offsets = _spans(course.start[here], course.length[here])
            columns, values = course.column[at], course.value[at]
            averaged = np.add.reduceat(inside[columns] * values[:, None], offsets, axis=0)
            error = _error(course, here, averaged @ outside.T)
            back = error @ outside
            toward = error.T @ averaged * (8 / len(here))
            step = STEP * (1 - done / steps)
            done += 1
            slope_outside += (toward**2).mean(axis=1)
            outside -= step * toward / np.sqrt(slope_outside)[:, None]
            moved = np.repeat(back, course.length[here], axis=0) * values[:, None]
            by_column = np.argsort(columns, kind="stable")
            used, firsts = np.unique(columns[by_column], return_index=True)
            moves = np.add.reduceat(moved[by_column], firsts, axis=0)
            slope_inside[used] += (moves**2).mean(axis=1)
            inside[used] -= step * moves / np.sqrt(slope_inside[used])[:, None]
    return inside, outside


def _error(course: _Course, here: Ints, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the softmax says less what is right, each lesson by its weight."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    at, _ = _spans(course.first[here], course.targets[here])
    scores[np.repeat(np.arange(len(here)), course.targets[here]), course.target[at]] -= course.share[at]
    scores *= course.weight[here][:, None]
    return scores


def _spans(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """The positions of several runs one after the other, and where each run begins among them."""
    offsets = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(starts - offsets, lengths), offsets
