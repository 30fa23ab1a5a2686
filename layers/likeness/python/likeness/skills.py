"""Skills of occupations compared for what they say, not only for being the same one.

`Lire un plan` in one occupation partly answers `Lire et interpréter un plan` in another: an occupation's skills are
widened by those worded alike, each for its likeness.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from likeness.french import root, telling
from likeness.postings import Floats, Postings

WIDENED_BY: Final = 12
LEAST_LIKENESS: Final = 0.4
SHARE: Final = 0.7
"""What a skill worded exactly alike counts beside the same skill."""


class SkillSets:
    """For each occupation the skills it has, worded; cosine of their rarity-weighted sets, widened."""

    def __init__(self, had: Sequence[Mapping[str, tuple[str, ...]]], *, widened: bool) -> None:
        worded = {skill: text for mine in had for skill, text in mine.items()} if widened else {}
        alike = _alike({skill: worded[skill] for skill in sorted(worded)})
        sets = [_widened(mine, alike) for mine in had]
        users = Counter(skill for mine in sets for skill in mine)
        rarity = {skill: float(np.log((1 + len(sets)) / (1 + count)) + 1) for skill, count in users.items()}
        self._index = Postings.unit({skill: value * rarity[skill] for skill, value in mine.items()} for mine in sets)
        self._rows = self._index.rows()

    def near(self, source: int) -> Floats:
        """How much each occupation's skills are those of the source: 0 to 1."""
        return self._index.scores(*self._rows.of(source))


def _alike(worded: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, float]]:
    """Per skill, those worded alike and how much."""
    skills = list(worded)
    index = Postings.tf_idf(Counter(root(word) for word in telling(worded[skill])) for skill in skills)
    rows = index.rows()
    found: dict[str, dict[str, float]] = {}
    for position, skill in enumerate(skills):
        likeness = np.round(index.scores(*rows.of(position)), 9)
        likeness[position] = 0.0
        candidates = np.flatnonzero(likeness >= LEAST_LIKENESS)
        best = candidates[np.argsort(-likeness[candidates], kind="stable")[:WIDENED_BY]]
        found[skill] = {skills[at]: SHARE * float(likeness[at]) ** 2 for at in best}
    return found


def _widened(mine: Mapping[str, object], alike: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    wide = dict.fromkeys(sorted(mine), 1.0)
    for skill in sorted(mine):
        for other, share in alike.get(skill, {}).items():
            wide[other] = max(share, wide.get(other, 0.0))
    return wide
