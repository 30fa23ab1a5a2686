"""A whole nomenclature made ready to be asked: occupations by what they are and are called, skills and places by name.

The one module here that knows what an occupation is. It is made once for an edition, when it is imported, and then
read; for the starter it is made on first use. Retired codes are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from likeness.packing import State, part_of
from likeness.postings import best_first
from likeness.ranking import WEIGHTS, Label, Ranker
from likeness.suggesting import LEAST_SCORE, Hit, Suggester, Suggestible
from passerelle.nomenclature import Nomenclature

TYPED: Final = 3.0
"""What being typed counts beside the channels of the ranker, which read whole words."""
LEAST_SHARE: Final = 0.35
"""An occupation is shown from this share of the best one's score on."""
SURE: Final = 0.25
"""The ranker is believed where its best occupation reaches this share of all that its channels can give."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Lexicon:
    """What can be found in one nomenclature. Parts are made, or read back from a state, when first asked."""

    def __init__(self, known: Nomenclature, definitions: Mapping[str, str] = _NONE, state: State | None = None) -> None:
        self.known = known
        self._definitions = definitions
        self._state = state

    def state(self) -> State:
        """All of it made ready, for `likeness.packing`."""
        return {
            "ranked": self.ranked.state(),
            "occupations": self.occupations.state(),
            "skills": self.skills.state(),
            "municipalities": self.municipalities.state(),
        }

    @cached_property
    def ranked(self) -> Ranker:
        """Occupations by label, titles, definition and skills."""
        if self._state is not None:
            return Ranker.restored(part_of(self._state, "ranked"))
        skill = self.known.skill
        return Ranker(
            Label(
                each.code,
                each.label,
                each.titles,
                [*filter(None, [self._definitions.get(each.code)]), *(skill(code).name for code in each.skills)],
            )
            for each in self.known.occupations
            if ("occupation", each.code) not in self.known.retired
        )

    @cached_property
    def occupations(self) -> Suggester:
        """Occupations by label and titles."""
        return self._suggester("occupations") or Suggester(
            Suggestible(each.code, [(1.0, text) for text in (each.label, *each.titles)])
            for each in self.known.occupations
            if ("occupation", each.code) not in self.known.retired
        )

    @cached_property
    def skills(self) -> Suggester:
        """Skills by name and synonyms."""
        return self._suggester("skills") or Suggester(
            Suggestible(each.code, [(1.0, text) for text in (each.name, *each.synonyms)])
            for each in self.known.skills
            if ("skill", each.code) not in self.known.retired
        )

    @cached_property
    def municipalities(self) -> Suggester:
        """Municipalities by name."""
        return self._suggester("municipalities") or Suggester(
            Suggestible(each.code, [(1.0, each.name)])
            for each in self.known.municipalities
            if ("municipality", each.code) not in self.known.retired
        )

    def find_occupations(self, question: str, top: int) -> list[Hit]:
        """The `top` best occupations for what somebody types, best first; none when nothing resembles it."""
        typed, wordings = self.occupations.scores(question)
        channels = self.ranked.channels(question)
        meant = self.ranked.fuse(channels) / sum(WEIGHTS.values())
        sure = float(meant.max(initial=0.0)) >= SURE and self.ranked.reads(question)
        if not sure and float(typed.max(initial=0.0)) < LEAST_SCORE:
            return []
        scores = (sum(WEIGHTS.values()) * meant * sure + TYPED * typed) / (sum(WEIGHTS.values()) + TYPED)
        least = LEAST_SHARE * float(np.max(scores))
        first = self.occupations.first
        return [
            Hit(
                self.occupations.ids[at],
                round(float(scores[at]), 7),
                int(wordings[at] - first[at]) if typed[at] >= LEAST_SCORE else -1,
            )
            for at in best_first(scores, top)
            if scores[at] >= least
        ]

    def _suggester(self, name: str) -> Suggester | None:
        return Suggester.restored(part_of(self._state, name)) if self._state is not None else None
