"""Which words stand for which: what the language says (`thesaurus`), and what the labels' own synonyms show.

Where a label has two wordings, the words that only one of them has were exchanged for those that only the other has.
Counted over all labels (co-occurrence in parallel wordings, as in Berger & Lafferty 1999, "Information retrieval as
statistical translation"), `chauffeur` comes to stand for `conducteur`. How often a word is kept from one wording to
the next says how much it tells: a trade's object is kept, the word for who does it is not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from typing import Final, Self

import numpy as np

from likeness.french import root
from likeness.packing import State, array_of, texts_of
from likeness.thesaurus import ALIKE

TOLD: Final = 0.6
"""What a word of the thesaurus counts beside the word that was written."""
SHOWN: Final = 6.0
"""What a share of exchanges counts, up to 1: an exchange of one in ten is as good as the thesaurus."""
LEAST_SHARE: Final = 0.03
MOST_STAND_INS: Final = 6
DOUBT: Final = 2.0
"""How many wordings are imagined that show nothing, so that few do not prove much."""
ROOT: Final = 0.5
MOST_WORDINGS: Final = 40

Wording = tuple[str, ...]
Features = dict[str, float]


class Exchanges:
    """The words of a set of labels, each with its weight and with what stands for it."""

    def __init__(self, wordings: Sequence[Sequence[Wording]]) -> None:
        tally = _Tally(wordings)
        count = sum(len(mine) for mine in wordings)
        used = Counter(feature for mine in wordings for each in mine for feature in {*each, *map(_rooted, each)})
        self._weight = {
            feature: (math.log((1 + count) / (1 + often)) + 1) * math.sqrt(tally.kept_share(feature))
            for feature, often in used.items()
        }
        self._stand_ins = tally.stand_ins()

    def state(self) -> State:
        """All that was learnt, the thesaurus apart."""
        pairs = [(word, other, share) for word, mine in self._stand_ins.items() for other, share in mine.items()]
        return {
            "features": tuple(self._weight),
            "weight": np.array(list(self._weight.values()), dtype=np.float64),
            "words": tuple(word for word, _, _ in pairs),
            "others": tuple(other for _, other, _ in pairs),
            "share": np.array([share for _, _, share in pairs], dtype=np.float64),
        }

    @classmethod
    def restored(cls, state: State) -> Self:
        """The exchanges that gave this state."""
        exchanges = cls.__new__(cls)
        weights = array_of(state, "weight").tolist()
        exchanges._weight = dict(zip(texts_of(state, "features"), weights, strict=True))
        exchanges._stand_ins = defaultdict(dict)
        shares = array_of(state, "share").tolist()
        for word, other, share in zip(texts_of(state, "words"), texts_of(state, "others"), shares, strict=True):
            exchanges._stand_ins[word][other] = share
        return exchanges

    def knows(self, word: str) -> bool:
        """Whether something is known to stand for a word."""
        return word in self._stand_ins or word in ALIKE

    def meant(self, words: Mapping[str, float]) -> Features:
        """Words, each with how surely it was read, as what they mean: themselves, what stands for them, and their
        roots, weighted, of unit length."""
        found: defaultdict[str, float] = defaultdict(float)
        for word, sure in words.items():
            found[word] += sure
            found[_rooted(word)] += sure * ROOT
            for other, share in self._standing_for(word):
                found[other] += sure * share
        weighed = {name: value * self._weight[name] for name, value in found.items() if name in self._weight}
        length = math.sqrt(math.fsum(value * value for value in weighed.values())) or 1.0
        return {name: value / length for name, value in weighed.items()}

    def widened(self, words: Mapping[str, float], share: float) -> Features:
        """Words, and with them what stands for them, which counts at most `share` of the word."""
        found = dict(words)
        for word, sure in words.items():
            for other, likeness in self._standing_for(word):
                found[other] = max(found.get(other, 0.0), sure * likeness * share)
        return found

    def _standing_for(self, word: str) -> Iterable[tuple[str, float]]:
        shown = self._stand_ins.get(word, {})
        return {**shown, **{other: max(TOLD, shown.get(other, 0.0)) for other in ALIKE.get(word, ())}}.items()


class _Tally:
    """How often words were kept and exchanged between the wordings of one label, each wording counting once."""

    def __init__(self, wordings: Iterable[Sequence[Wording]]) -> None:
        self.seen: defaultdict[str, float] = defaultdict(float)
        self.kept: defaultdict[str, float] = defaultdict(float)
        self.exchanged: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for mine in wordings:
            several = sorted(set(mine))[:MOST_WORDINGS]
            for one, other in permutations(several, 2):
                self._add(one, other, 1 / (len(several) - 1))
        self._usual = (sum(self.kept.values()) / sum(self.seen.values())) if self.seen else 0.0

    def _add(self, one: Wording, other: Wording, weight: float) -> None:
        gone = [word for word in one if word not in other]
        come = [word for word in other if word not in one]
        for word in one:
            self.seen[word] += weight
            self.kept[word] += weight * (word in other)
        for word in gone:
            for instead in come:
                self.exchanged[word][instead] += weight / max(len(gone), len(come))

    def kept_share(self, word: str) -> float:
        """How often a word is kept, beside all words; 1 for what nothing is known of."""
        if not self._usual or word not in self.seen:
            return 1.0
        return (self.kept[word] + DOUBT * self._usual) / (self.seen[word] + DOUBT) / self._usual

    def stand_ins(self) -> dict[str, dict[str, float]]:
        """For each word those it is exchanged for in a good share of both their wordings, likeliest first."""
        found: dict[str, dict[str, float]] = {}
        for word, others in self.exchanged.items():
            shares = {
                other: times / math.sqrt((DOUBT + self.seen[word]) * (DOUBT + self.seen[other]))
                for other, times in others.items()
            }
            able = sorted((-share, other) for other, share in shares.items() if share > LEAST_SHARE)
            if able:
                found[word] = {other: min(1.0, -SHOWN * share) for share, other in able[:MOST_STAND_INS]}
        return found


def _rooted(word: str) -> str:
    return f"r {root(word)}"
