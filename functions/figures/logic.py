"""What the figures do: follow what comes and goes, count it once a day, and tell what may be told."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from functions.figures.model import Figures, Posted, counted
from passerelle.nomenclature import Nomenclature
from passerelle.store import Stored, Transaction


class Counts(Protocol):
    """What the use cases need of the store."""

    def posted(self, posted_id: str) -> Stored[Posted] | None: ...
    def save_posted(self, transaction: Transaction, posted: Posted, version: int) -> None: ...
    def all_posted(self) -> Iterator[Posted]: ...
    def figures(self) -> Stored[Figures]: ...
    def save_figures(self, figures: Figures, version: int) -> None: ...


def note(counts: Counts, transaction: Transaction, news: Posted) -> None:
    """A profile or a demand came, changed or left; older news than what is known change nothing."""
    stored = counts.posted(news.id)
    if stored is None or stored.value.sequence < news.sequence:
        counts.save_posted(transaction, news, 1 if stored is None else stored.version + 1)


def count(counts: Counts, nomenclature: Nomenclature, today: date) -> Figures:
    """Count everything, once a day: another run on the same day changes nothing, so that no change is seen at once."""
    before = counts.figures()
    if before.value.counted_on == today:
        return before.value
    figures = counted(counts.all_posted(), nomenclature, today)
    counts.save_figures(figures, before.version + 1)
    return figures
