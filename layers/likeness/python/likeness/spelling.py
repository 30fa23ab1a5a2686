"""Words nobody knows, read as the known words they resemble: what a typing mistake left of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np

from likeness.french import parts
from likeness.postings import Postings

NEAREST: Final = 3
LEAST: Final = 0.55
_LENGTHS: Final = (1, 3)


class Spelling:
    """The words a set of labels uses."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted(set(known))
        self._numbers = {word: number for number, word in enumerate(self._known)}
        self._index = Postings.tf_idf([Counter(parts([word], _LENGTHS)) for word in self._known])
        self._nearest = lru_cache(maxsize=10_000)(self._look_up)

    def read(self, word: str) -> tuple[tuple[str, float], ...]:
        """The word itself when it is known; else up to `NEAREST` known words, each with its likeness from 0 to 1."""
        return ((word, 1.0),) if word in self._numbers else self._nearest(word)

    def _look_up(self, word: str) -> tuple[tuple[str, float], ...]:
        likeness = np.round(self._index.answer(Counter(parts([word], _LENGTHS))), 9)
        best = np.argsort(-likeness, kind="stable")[:NEAREST]
        return tuple((self._known[at], float(likeness[at])) for at in best if likeness[at] >= LEAST)
