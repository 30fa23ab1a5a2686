"""Where the figures are kept: one row per profile and demand that is counted, and one for what was counted last."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from functions.figures.model import Figures, Posted
from passerelle import clock
from passerelle.store import Key, Listing, Stored, Table, Transaction

_PLATFORM: Final = "platform"
_POSTED: Final = "platform#posted"
_FIGURES: Final = Key(_PLATFORM, "figures", "latest")
_TOMBSTONES_LAST: Final = timedelta(days=30)


class Counts:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def posted(self, posted_id: str) -> Stored[Posted] | None:
        """What is known of a profile or a demand, those that left included."""
        return self._table.read(_key(posted_id), Posted)

    def save_posted(self, transaction: Transaction, posted: Posted, version: int) -> None:
        """Write it as this version of its row, among those that are counted while it is there."""
        here = posted.region is not None
        transaction.save(
            _key(posted.id),
            posted,
            version=version,
            listing=Listing(_POSTED, posted.id) if here else None,
            expires_at=None if here else clock.now() + _TOMBSTONES_LAST,
        )

    def all_posted(self) -> Iterator[Posted]:
        """Everything that is counted."""
        return (stored.value for stored in self._table.all(_POSTED, Posted))

    def figures(self) -> Stored[Figures]:
        """What was counted last; nothing at version 0."""
        return self._table.read(_FIGURES, Figures) or Stored(Figures(), 0)

    def save_figures(self, figures: Figures, version: int) -> None:
        """Write the figures as this version."""
        transaction = self._table.begin()
        transaction.save(_FIGURES, figures, version=version)
        transaction.commit()


def _key(posted_id: str) -> Key:
    return Key(_PLATFORM, "posted", posted_id)
