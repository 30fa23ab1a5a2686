"""What an import changes, in words for the operator and line by line for a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property

from cdk.nomenclatures.sources import Rome
from passerelle.nomenclature import Nomenclature

KINDS = ("occupation", "skill", "municipality")
SHOWN = 5
_NAMES = {"occupation": "occupations", "skill": "skills", "municipality": "municipalities"}


class Report:
    """The difference between two editions: what came, what is retired, what bears another name."""

    def __init__(self, before: Nomenclature, after: Nomenclature, part: object) -> None:
        self._before = before
        self._after = after
        self._passed_over = part.passed_over if isinstance(part, Rome) else 0

    @cached_property
    def changes(self) -> Mapping[str, Mapping[str, list[str]]]:
        """By kind, the codes `added`, `removed` (retired now), `renamed`, and `back` from retirement."""
        return {kind: self._compared(kind) for kind in KINDS}

    @property
    def places_moved(self) -> bool:
        """Whether any area is another one on the map, so that what the search index holds of who reaches where is
        out of date."""
        return _map(self._before) != _map(self._after)

    def lines(self) -> Iterator[str]:
        """One JSON object for each change."""
        for kind, by_change in self.changes.items():
            for change, codes in by_change.items():
                for code in codes:
                    yield json.dumps(
                        {
                            "kind": kind,
                            "change": change,
                            "code": code,
                            "before": self._before.labels[kind].get(code),
                            "after": self._after.labels[kind].get(code),
                        },
                        ensure_ascii=False,
                    )

    def summary(self) -> str:
        """A few lines: counts, and the first of each."""
        said = [f"{self._before.version} → {self._after.version}"]
        for kind, by_change in self.changes.items():
            counts = ", ".join(f"{len(codes)} {change}" for change, codes in by_change.items() if codes) or "no change"
            retired = sum(each == kind for each, _ in self._after.retired)
            kept = f"; {retired} retired codes stay understood" if retired else ""
            said.append(f"{_NAMES[kind]}: {len(self._after.labels[kind]) - retired} ({counts}{kept})")
            for change, codes in by_change.items():
                labels = self._before.labels[kind] if change == "removed" else self._after.labels[kind]
                said += [f"  {change}: {code} {labels[code]}" for code in codes[:SHOWN]]
        if self._passed_over:
            said.append(f"{self._passed_over} links to items that no file holds were passed over")
        return "\n".join(said)

    def _compared(self, kind: str) -> dict[str, list[str]]:
        was, present = self._live(self._before, kind), self._live(self._after, kind)
        old = self._before.labels[kind]
        return {
            "added": sorted(code for code in present.keys() - was.keys() if code not in old),
            "back": sorted(code for code in present.keys() - was.keys() if code in old),
            "removed": sorted(was.keys() - present.keys()),
            "renamed": sorted(code for code in was.keys() & present.keys() if was[code] != present[code]),
        }

    @staticmethod
    def _live(known: Nomenclature, kind: str) -> Mapping[str, str]:
        return {code: label for code, label in known.labels[kind].items() if (kind, code) not in known.retired}


def _map(known: Nomenclature) -> frozenset[tuple[object, ...]]:
    return frozenset((place.areas, place.latitude, place.longitude) for place in known.municipalities)
