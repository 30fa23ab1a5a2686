"""From what people type to the ids of labels: several readings of the same words, and one order.

Each channel reads the question against the labels in its own way; none is best everywhere, so that their shares of a
question are added. Titles of one label add up (`ridge`, `words`), which the nearest title alone does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

import numpy as np

from likeness.exchanges import Exchanges
from likeness.french import parts, root, telling, words
from likeness.packing import State, array_of, part_of, texts_of
from likeness.postings import Floats, Postings, best_first
from likeness.spelling import Spelling
from likeness.vectors import EPOCHS, MOST_WORK, Lesson, Vectors

NEAR_TITLES: Final = 64
"""How many titles the ridge is solved over."""
RIDGE: Final = 0.3
LEARNT_POWER: Final = 0.25
"""Shares of a softmax are bent by this, to be of the kind of the other channels."""
LEAST_LESSONS: Final = 4
LONGEST_LESSON: Final = 20
TEXT_WEIGHT: Final = 0.3
_GRAMS: Final = (3, 5)
MEANT: Final = 0.4
"""How much what the words of two titles mean decides over their likeness; the rest is their letters."""
MEANT_IN_TEXTS: Final = 0.5
"""What stands for an asked word counts this much less where texts are searched."""
WEIGHTS: Final[Mapping[str, float]] = {
    "best": 0.35,
    "ridge": 2.0,
    "words": 0.5,
    "grams": 1.0,
    "texts": 2.5,
    "learnt": 5.0,
}


LEAST_BEST: Final[Mapping[str, float]] = {"best": 0.1, "ridge": 0.01}
"""A channel whose best is below this has hardly found anything, and says so."""

Wording = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """What can be found: an opaque id, its label, other names for it, and texts that tell of it."""

    id: str
    label: str
    synonyms: Sequence[str] = ()
    texts: Sequence[str] = ()


class Ranker:
    """Labels, ready to be asked. The order of equals is that of their ids."""

    def __init__(self, labels: Iterable[Label]) -> None:
        ordered = sorted(labels, key=lambda label: label.id)
        self.ids = [label.id for label in ordered]
        read = cache(words)
        titles = [sorted({read(name) for name in (label.label, *label.synonyms)}) for label in ordered]
        self._owner = np.repeat(np.arange(len(titles)), [len(mine) for mine in titles])
        self._first = np.searchsorted(self._owner, np.arange(len(titles)))
        self._titles = Postings.tf_idf(_grams(title) for mine in titles for title in mine)
        told = [[telling(title) for title in mine] for mine in titles]
        self._exchanges = Exchanges(told)
        self._meant = Postings.unit(self._exchanges.meant(dict.fromkeys(t, 1.0)) for mine in told for t in mine)
        self._rows = self._titles.rows(), self._meant.rows()
        self._words = _bag((Counter(w for title in mine for w in telling(title)) for mine in titles), 0.3)
        self._grams = _bag((_sum(_grams(title) for title in mine) for mine in titles), 0.3)
        texts = [[read(text) for text in label.texts] for label in ordered]
        self._texts = _bag((Counter(root(w) for text in mine for w in telling(text)) for mine in texts), 0.5)
        self._vectors = _learnt(titles, texts)
        self._spelling = Spelling([*self._words.column, *(w for mine in texts for text in mine for w in text)])

    def state(self) -> State:
        """All that was made ready, for `likeness.packing`."""
        return {
            "ids": self.ids,
            "owner": self._owner.astype(np.int32),
            "titles": self._titles.state(),
            "exchanges": self._exchanges.state(),
            "meant": self._meant.state(),
            "words": self._words.state(),
            "grams": self._grams.state(),
            "texts": self._texts.state(),
            "learnt": self._vectors.state() if self._vectors else {},
            "spelling": self._spelling.state(),
        }

    @classmethod
    def restored(cls, state: State) -> Self:
        """The ranker that gave this state; it gives the same answers."""
        ranker = cls.__new__(cls)
        ranker.ids = list(texts_of(state, "ids"))
        ranker._owner = array_of(state, "owner").astype(np.int64)
        ranker._first = np.searchsorted(ranker._owner, np.arange(len(ranker.ids)))
        ranker._titles = Postings.restored(part_of(state, "titles"))
        ranker._exchanges = Exchanges.restored(part_of(state, "exchanges"))
        ranker._meant = Postings.restored(part_of(state, "meant"))
        ranker._rows = ranker._titles.rows(), ranker._meant.rows()
        ranker._words = Postings.restored(part_of(state, "words"))
        ranker._grams = Postings.restored(part_of(state, "grams"))
        ranker._texts = Postings.restored(part_of(state, "texts"))
        ranker._vectors = Vectors.restored(part_of(state, "learnt")) if "learnt" in state else None
        ranker._spelling = Spelling.restored(part_of(state, "spelling"))
        return ranker

    def channels(self, question: str) -> dict[str, Floats]:
        """What each channel gives each label, in the order of `ids`."""
        asked = words(question)
        read = [pair for word in telling(asked) for pair in self._read(word)]
        plain = dict(read)
        roots: dict[str, float] = {}
        for word, likeness in self._exchanges.widened(plain, MEANT_IN_TEXTS).items():
            roots[root(word)] = max(likeness, roots.get(root(word), 0.0))
        grams = _grams(asked)
        near = self._titles.answer(grams)
        best = np.maximum.reduceat(near, self._first) if len(near) else np.zeros(0)
        return {
            "best": best,
            "ridge": self._ridge((1 - MEANT) * near + MEANT * self._meant.answer(self._exchanges.meant(plain))),
            "words": self._words.answer(plain),
            "grams": self._grams.answer(dict.fromkeys(grams, 1.0)),
            "texts": self._texts.answer(roots),
            "learnt": self._vectors.answer(plain) ** LEARNT_POWER if self._vectors else np.zeros(len(self.ids)),
        }

    def reads(self, question: str) -> bool:
        """Whether some word of a question is known, as it is or but for one slip."""
        asked = telling(words(question))
        return any(self._spelling.knows(likely) for word in asked for likely, _ in self._read(word))

    def _read(self, word: str) -> tuple[tuple[str, float], ...]:
        """A word as it is when something is known to stand for it, or as `spelling` reads it."""
        return ((word, 1.0),) if self._exchanges.knows(word) else self._spelling.read(word)

    def rank(self, question: str, top: int) -> list[str]:
        """The `top` best ids for a question, best first; fewer when there are fewer labels."""
        return [self.ids[at] for at in best_first(self.fuse(self.channels(question)), top)]

    def fuse(self, channels: Mapping[str, Floats], weights: Mapping[str, float] = WEIGHTS) -> Floats:
        """One score for each label."""
        total = np.zeros(len(self.ids))
        for name, scores in channels.items():
            total += weights[name] * _of_the_best(scores, LEAST_BEST.get(name, 0.0))
        return total

    def _ridge(self, near: Floats) -> Floats:
        """Kernel ridge regression of the owners on the nearest titles, the kernel being the squared likeness."""
        most = min(NEAR_TITLES, len(near))
        if not most:
            return np.zeros(0)
        chosen = np.sort(best_first(near, most))
        letters, meaning = (rows.dense(chosen) for rows in self._rows)
        kernel = ((1 - MEANT) * (letters @ letters.T) + MEANT * (meaning @ meaning.T)).astype(np.float64) ** 2
        shares = np.linalg.solve(kernel + RIDGE * np.eye(most), near[chosen] ** 2)
        return np.bincount(self._owner[chosen], shares, minlength=len(self.ids)).astype(np.float64, copy=False)


def _learnt(titles: Sequence[Sequence[Wording]], texts: Sequence[Sequence[Wording]]) -> Vectors | None:
    """What titles and texts teach; nothing where labels have hardly more than one wording, or are too many."""
    lessons = [Lesson(telling(title), (owner,), 1.0) for owner, mine in enumerate(titles) for title in mine]
    owners: dict[Wording, set[int]] = {}
    for owner, mine in enumerate(texts):
        for text in mine:
            told = telling(text)
            for begin in range(0, len(told), LONGEST_LESSON):
                owners.setdefault(told[begin : begin + LONGEST_LESSON], set()).add(owner)
    for text, found in sorted(owners.items()):
        lessons.append(Lesson(text, tuple(sorted(found)), TEXT_WEIGHT * len(found)))
    if len(lessons) < LEAST_LESSONS * len(titles) or len(lessons) * len(titles) * EPOCHS > MOST_WORK:
        return None
    return Vectors(lessons, len(titles))


def _of_the_best(scores: Floats, least: float) -> Floats:
    best = max(float(scores.max(initial=0.0)), least)
    return np.maximum(scores, 0) / best if best > 0 else np.zeros_like(scores)


def _grams(found: Sequence[str]) -> Counter[str]:
    return Counter(parts(found, _GRAMS))


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _bag(documents: Iterable[Counter[str]], by_length: float) -> Postings:
    return Postings.bm25(documents, saturation=1.2, by_length=by_length)
