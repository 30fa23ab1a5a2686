"""The index filled anew from the slice's own rows, beside the one in use, which answers and takes writes meanwhile.

An operator walks the acts in their order (`passerelle index rebuild`); each is short, and may be repeated:

1. `begin` makes an empty index behind a second alias. From here on every reaction writes to both (`index.py`).
2. `copy` reads a page of rows, strongly consistent, and indexes them; its cursor leads to the next page.
3. `swap` moves the alias that is read, in one act, and takes the second alias away.
4. `drop` deletes the index that nobody reads any more.

Nothing is missing afterwards. A reaction writes its row first and looks for the second alias after: either it finds it
and writes to both, or it looked before `begin`, and then its row is older than the first page of `copy`. Versions are
the rows' own, so that of two writes the newer stays, whichever comes first; what is withdrawn meanwhile stays away as
long as the engine remembers deletions (an hour): `swap` refuses a rebuild that took longer. Of two rebuilds at once the
later one goes on: `begin` ends the earlier one, whose `copy` and `swap` are refused.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict

from functions.matching.model.formula import Candidate, candidate_of
from functions.matching.model.ranking import Profile
from passerelle import clock

LONGEST: Final = timedelta(minutes=50)
"""How long a rebuild may take: less than the engine remembers deletions."""

_NAMED: Final = "%Y%m%dt%H%M%S%f"


class TookTooLong(Exception):
    """The rebuild is older than the engine remembers deletions: begin again."""


class Act(StrEnum):
    """What is done, in this order."""

    BEGIN = "begin"
    COPY = "copy"
    SWAP = "swap"
    DROP = "drop"


class Order(BaseModel):
    """One act. `cursor` goes on with `copy`; `index` is what `begin` answered, for all acts after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: Act
    index: str = ""
    cursor: str | None = None


class Done(BaseModel):
    """What an act did. `cursor` is null once every row was copied; `replaced` are the indexes that `drop` deletes."""

    index: str
    copied: int = 0
    cursor: str | None = None
    replaced: tuple[str, ...] = ()


class Rows(Protocol):
    """What is needed of the store."""

    def some_profiles(self, cursor: str | None) -> tuple[Sequence[Profile], str | None]: ...


class Indexes(Protocol):
    """What is needed of the search engine."""

    def begin_next(self, suffix: str) -> str: ...
    def fill(self, index: str, candidates: Sequence[Candidate]) -> None: ...
    def swap(self, index: str) -> tuple[str, ...]: ...
    def drop_all_but(self, index: str) -> tuple[str, ...]: ...


def rebuild(order: Order, rows: Rows, indexes: Indexes) -> Done:
    """Do one act. Raises `TookTooLong`, `Superseded` once another rebuild began, and whatever the edges raise: repeat
    the act, or begin again."""
    if order.act is Act.BEGIN:
        return Done(index=indexes.begin_next(clock.now().strftime(_NAMED)))
    if order.act is Act.COPY:
        profiles, cursor = rows.some_profiles(order.cursor)
        cards = [(one, one.card) for one in profiles if one.card is not None]
        indexes.fill(order.index, [candidate_of(one.profile_id, one.tenant, one.sequence, card) for one, card in cards])
        return Done(index=order.index, copied=len(cards), cursor=cursor)
    if order.act is Act.SWAP:
        begun = datetime.strptime(order.index.rpartition("-")[2], _NAMED).replace(tzinfo=clock.now().tzinfo)
        if clock.now() - begun > LONGEST:
            raise TookTooLong
        return Done(index=order.index, replaced=indexes.swap(order.index))
    return Done(index=order.index, replaced=indexes.drop_all_but(order.index))
