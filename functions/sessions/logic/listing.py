"""Which open sessions somebody looks for, page by page."""

from typing import Final

from functions.sessions.logic import Ports
from functions.sessions.model import Session
from functions.sessions.model.search import Wanted
from passerelle.store import Stored

_AT_ONCE: Final = 100
_MOST_PAGES: Final = 10
"""Pages of sessions looked through for one answer: then it may hold fewer than asked for, and its cursor goes on."""


def page(
    ports: Ports, wanted: Wanted, limit: int, cursor: str | None
) -> tuple[tuple[Stored[Session], ...], str | None]:
    """One page of the open sessions that fit, those that start first come first, and the cursor of the next."""
    found: list[Stored[Session]] = []
    for _ in range(_MOST_PAGES):
        read = ports.sessions.open_page(_AT_ONCE, cursor)
        for one in read.items:
            if wanted.fits(one.value, ports.publisher.nomenclature):
                if len(found) == limit:
                    return tuple(found), ports.sessions.cursor_after(found[-1].value)
                found.append(one)
        cursor = read.cursor
        if cursor is None:
            break
    return tuple(found), cursor
