"""What somebody is typing, before he has finished: wordings that answer each of his words, the last one begun.

Each asked word is read as the known words it may mean: itself, those it begins, those a slip makes of it, those of the
same root. A wording answers by the words it shares, weighted by how few wordings use them. It learns nothing: the same
wordings give the same answers in the same order, wherever it runs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from likeness.french import STOP_WORDS, masculine, plain_words, root, telling, words
from likeness.packing import State, array_of, part_of, texts_of
from likeness.postings import Floats, Ints, best_first
from likeness.spelling import SHORTEST, Spelling

LEAST_SCORE: Final = 0.3
"""Below this, a wording has too little to do with the question to be shown."""
MOST_COMPLETIONS: Final = 200
"""Of the words that a few letters begin, those that most wordings use."""
BEGUN: Final = (0.75, 0.2)
"""What a begun word counts at least beside a whole one, and what the share already typed adds."""
SLIPPED: Final = 0.9
SAME_ROOT: Final = 0.7
EXPLAINED: Final = 0.3
"""How much the share of a wording that the question accounts for decides; the rest is the question's own words."""
TOGETHER: Final = 0.4
"""How much all wordings of a label together decide beside the best one."""
UNKNOWN: Final = 2.0
"""How much rarer than any known word a word is that nobody knows: a question of such words is hardly answered."""

Likeness = dict[int, float]


@dataclass(frozen=True, slots=True)
class Suggestible:
    """What can be found: an opaque id and its wordings, each with a weight from 0 to 1, the first of equals shown."""

    id: str
    wordings: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: an id, how well it answers from 0 to 1, and which of its wordings answers best, from 0."""

    id: str
    score: float
    wording: int


class Suggester:
    """Things, ready to be asked for. The order of equals is that of their ids."""

    def __init__(self, things: Iterable[Suggestible]) -> None:
        ordered = sorted(things, key=lambda each: each.id)
        plain = [[plain_words(text) for _, text in each.wordings] for each in ordered]
        told = [[telling(dict.fromkeys(map(masculine, forms))) for forms in mine] for mine in plain]
        known = sorted({word for mine in told for wording in mine for word in wording})
        number = {word: position for position, word in enumerate(known)}
        written = {form for mine in plain for each in mine for form in each}
        forms = {form: masculine(form) for form in written if masculine(form) in number}
        pairs = [(number[word], at) for at, w in enumerate(w for mine in told for w in mine) for word in w]
        columns = np.array([column for column, _ in pairs], dtype=np.int64)
        order = np.argsort(columns, kind="stable")
        self._hold(
            {
                "ids": [each.id for each in ordered],
                "owner": np.repeat(np.arange(len(ordered)), [len(each.wordings) for each in ordered]).astype(np.int32),
                "weight": np.array([w for each in ordered for w, _ in each.wordings], dtype=np.float64),
                "wording": np.array([at for _, at in pairs], dtype=np.int32)[order],
                "frequency": np.bincount(columns, minlength=len(known)).astype(np.int32),
                "forms": sorted(forms),
                "meaning": np.array([number[forms[form]] for form in sorted(forms)], dtype=np.int32),
                "spelling": Spelling(known).state(),
            }
        )

    def _hold(self, state: State) -> None:
        self._state = state
        self.ids = texts_of(state, "ids")
        self._owner = array_of(state, "owner")
        self.first = np.searchsorted(self._owner, np.arange(len(self.ids)))
        self._weight = array_of(state, "weight")
        self._wording = array_of(state, "wording")
        self._frequency = array_of(state, "frequency").astype(np.int64)
        self._start = np.cumsum(self._frequency) - self._frequency
        self._forms = texts_of(state, "forms")
        self._meaning = array_of(state, "meaning")
        self._spelling = Spelling.restored(part_of(state, "spelling"))
        self._words = texts_of(part_of(state, "spelling"), "words")
        self._number = {word: position for position, word in enumerate(self._words)}
        self._rooted: dict[str, list[int]] = {}
        for position, word in enumerate(self._words):
            self._rooted.setdefault(root(word), []).append(position)
        self._rarity = 1.0 + np.log((1 + len(self._owner)) / (1 + self._frequency))
        spent = np.bincount(self._wording, np.repeat(self._rarity, self._frequency), minlength=len(self._owner))
        self._whole = np.maximum(spent, 1e-9)

    def state(self) -> State:
        """All that was made ready, for `likeness.packing`."""
        return self._state

    @classmethod
    def restored(cls, state: State) -> Self:
        """The suggester that gave this state; it gives the same answers."""
        suggester = cls.__new__(cls)
        suggester._hold(state)
        return suggester

    def suggest(self, question: str, top: int) -> list[Hit]:
        """The `top` best things for a question as it is being typed, best first; none when nothing resembles it."""
        scores, wordings = self.scores(question)
        best = best_first(scores, top)
        return [
            Hit(self.ids[at], round(float(scores[at]), 7), int(wordings[at] - self.first[at]))
            for at in best
            if scores[at] >= LEAST_SCORE
        ]

    def scores(self, question: str) -> tuple[Floats, Ints]:
        """For each thing how well it answers, from 0 to 1, and the position of its best wording among all."""
        nothing = np.zeros(len(self.ids)), self.first
        readings = self._readings(question)
        if not readings or not len(self.ids):
            return nothing
        best: Likeness = {}
        total, together = np.zeros(len(self._owner)), np.zeros(len(self.ids))
        asked = 0.0
        for reading in readings:
            weight = self._importance(reading)
            asked += weight
            if not reading:
                continue
            answered = self._answered(reading)
            total += weight * answered
            together += weight * np.maximum.reduceat(answered * self._weight, self.first)
            for word, likeness in reading.items():
                best[word] = max(likeness, best.get(word, 0.0))
        if not best:
            return nothing
        single = total / asked * self._weight * (1 - EXPLAINED + EXPLAINED * self._explained(best))
        highest = np.maximum.reduceat(single, self.first)
        return (1 - TOGETHER) * highest + TOGETHER * together / asked, self._best_wordings(single, highest)

    def _best_wordings(self, single: Floats, highest: Floats) -> Ints:
        """The position of the first wording of each thing that reaches its highest score."""
        reached = np.flatnonzero(single >= highest[self._owner])
        owners, first = np.unique(self._owner[reached], return_index=True)
        found = self.first.copy()
        found[owners] = reached[first]
        return found

    def _readings(self, question: str) -> list[Likeness]:
        """For each asked word that tells something, the known words it may mean."""
        forms = plain_words(question)
        begun = forms[-1] if forms and not question[-1:].isspace() else ""
        folded = (words(begun) or ("",))[0]
        asked = dict.fromkeys(telling(words(question)))
        if begun and (folded not in STOP_WORDS or not asked):
            asked[folded] = None
        return [self._reading(word, begun if word == folded else "") for word in asked]

    def _reading(self, word: str, begun: str) -> Likeness:
        meant: Likeness = {}
        for position in self._rooted.get(root(word), ()):
            meant[position] = SAME_ROOT
        known = word in self._number
        if begun or not known:
            for position, likeness in self._completions(begun or word):
                meant[position] = max(likeness, meant.get(position, 0.0))
        if not known and len(word) >= SHORTEST:
            for spelt, likeness in self._spelling.read(word):
                if spelt in self._number:
                    position = self._number[spelt]
                    meant[position] = max(SLIPPED * likeness, meant.get(position, 0.0))
        if known:
            meant[self._number[word]] = 1.0
        return meant

    def _completions(self, begun: str) -> list[tuple[int, float]]:
        """The known words that these letters begin, in any of their forms."""
        low = bisect_left(self._forms, begun)
        high = bisect_left(self._forms, begun + "\uffff")
        if high - low > MOST_COMPLETIONS:
            used = self._frequency[self._meaning[low:high]].astype(np.float64)
            places = low + best_first(used, MOST_COMPLETIONS)
        else:
            places = np.arange(low, high)
        found = {int(self._meaning[at]): len(self._forms[at]) for at in places}
        least, more = BEGUN
        return [(word, least + more * min(1.0, len(begun) / length)) for word, length in found.items()]

    def _importance(self, reading: Likeness) -> float:
        """How few wordings use the nearest word: that of a word nobody knows is the highest."""
        if not reading:
            return UNKNOWN + float(self._rarity.max(initial=1.0))
        nearest = max(reading, key=lambda word: (reading[word], -word))
        return float(self._rarity[nearest])

    def _answered(self, reading: Likeness) -> Floats:
        """For each wording, how well its nearest word answers one asked word."""
        answered = np.zeros(len(self._owner))
        for word, likeness in sorted(reading.items(), key=lambda pair: (pair[1], pair[0])):
            answered[self._using(word)] = likeness
        return answered

    def _explained(self, best: Likeness) -> Floats:
        """For each wording, the share of it that the question accounts for."""
        told = Counter({word: likeness * float(self._rarity[word]) for word, likeness in best.items()})
        places = [self._using(word) for word in told]
        weights = np.repeat(np.array(list(told.values())), [len(each) for each in places])
        return np.bincount(np.concatenate(places), weights, minlength=len(self._owner)) / self._whole

    def _using(self, word: int) -> Ints:
        found: Ints = self._wording[self._start[word] : self._start[word] + self._frequency[word]]
        return found
