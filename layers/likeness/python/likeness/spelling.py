"""Words nobody knows, read as the known words that one slip of the finger makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Self

import numpy as np

from likeness.french import parts
from likeness.packing import State, part_of, texts_of
from likeness.postings import Postings

SHORTEST: Final = 4
_LOOKED_AT: Final = 20
_KEPT: Final = 2
_LENGTHS: Final = (1, 3)


class Spelling:
    """The words a set of labels uses."""

    def __init__(self, known: Iterable[str]) -> None:
        words = sorted(set(known))
        self._hold(words, Postings.tf_idf(Counter(parts([word], _LENGTHS)) for word in words))

    def _hold(self, words: Sequence[str], index: Postings) -> None:
        self._known = words
        self._numbers = frozenset(words)
        self._index = index
        self._nearest = lru_cache(maxsize=10_000)(self._look_up)

    def state(self) -> State:
        """The words and their parts."""
        return {"words": self._known, "parts": self._index.state()}

    @classmethod
    def restored(cls, state: State) -> Self:
        """The spelling that gave this state."""
        spelling = cls.__new__(cls)
        spelling._hold(texts_of(state, "words"), Postings.restored(part_of(state, "parts")))
        return spelling

    def knows(self, word: str) -> bool:
        """Whether some label uses the word as it is."""
        return word in self._numbers

    def read(self, word: str) -> tuple[tuple[str, float], ...]:
        """The word itself when it is known, or when no known word is one slip away; else the likeliest of those, each
        with its likeness from 0 to 1."""
        return ((word, 1.0),) if word in self._numbers or len(word) < SHORTEST else self._nearest(word)

    def _look_up(self, word: str) -> tuple[tuple[str, float], ...]:
        likeness = np.round(self._index.answer(Counter(parts([word], _LENGTHS))), 9)
        nearest = np.argsort(-likeness, kind="stable")[:_LOOKED_AT]
        meant = [(self._known[at], float(likeness[at])) for at in nearest if one_slip(word, self._known[at])]
        return tuple(meant[:_KEPT]) or ((word, 1.0),)


def one_slip(typed: str, meant: str) -> bool:
    """Whether a letter left out, put in, changed, or swapped with its neighbour makes one word of the other."""
    shared = min(len(typed), len(meant))
    begin = next((at for at in range(shared) if typed[at] != meant[at]), shared)
    end = next((at for at in range(shared - begin) if typed[-1 - at] != meant[-1 - at]), shared - begin)
    left, right = typed[begin : len(typed) - end], meant[begin : len(meant) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])
