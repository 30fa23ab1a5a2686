"""A company reads its introductions, and the employee which companies were shown his card."""

from collections.abc import Sequence

from functions.introductions.logic import ATTEMPTS, Introductions
from functions.introductions.model.go import Look, Looked
from functions.introductions.model.pair import Introduction
from functions.introductions.model.states import Standing
from passerelle import clock
from passerelle.http import found
from passerelle.store import Page, Stored, VersionConflict

_MOST_PAGES = 20
_LOOKS_AT_ONCE = 90


def own(introductions: Introductions, tenant: str, introduction_id: str) -> Stored[Introduction]:
    """The introduction, for a side of it; `NotFound` for anybody else."""
    stored: Stored[Introduction] = found(introductions.find(tenant, introduction_id))
    return stored


def list_own(
    introductions: Introductions, tenant: str, standing: Standing | None, limit: int, cursor: str | None
) -> Page[Introduction]:
    """A page of a company's introductions, those in one standing if given. A page may be short before the end."""
    items: list[Stored[Introduction]] = []
    for _ in range(_MOST_PAGES):
        page = introductions.page(tenant, limit - len(items), cursor)
        items += [one for one in page.items if standing in (None, one.value.standing(one.value.side_of(tenant)))]
        cursor = page.cursor
        if cursor is None or len(items) == limit:
            break
    return Page(tuple(items), cursor)


def note_looks(introductions: Introductions, host: str, shown: Sequence[Introduction]) -> None:
    """A host was shown these cards: each is noted once a day for the employee, in transactions of their own."""
    day = clock.today()
    for _ in range(ATTEMPTS):
        looked = introductions.looked(host, day)
        new = [one for one in shown if one.host == host and one.id not in looked.value.introductions and not one.ended]
        if not new:
            return
        some = new[:_LOOKS_AT_ONCE]
        seen = Looked(introductions=(*looked.value.introductions, *(one.id for one in some)))
        transaction = introductions.begin()
        introductions.save_looks(transaction, host, some, seen, looked.version + 1, day)
        try:
            transaction.commit()
        except VersionConflict:
            continue


def looks_at(introductions: Introductions, introduction: Introduction) -> tuple[tuple[Look, Introduction | None], ...]:
    """Who looked at the card of this introduction's profile, and in which introduction, the latest first."""
    looks = list(introductions.looks(introduction.lender, introduction.match.profile_id))
    known: dict[str, Introduction | None] = {introduction.id: introduction}
    for look in looks:
        if look.introduction_id not in known:
            stored = introductions.find(introduction.lender, look.introduction_id)
            known[look.introduction_id] = stored.value if stored else None
    return tuple((look, known[look.introduction_id]) for look in reversed(looks))
