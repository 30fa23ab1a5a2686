"""Where inclusion data is kept: sealed answers and links by profile, steps by fact, and the last measurement."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from functions.inclusion.model.answers import ANSWERS_KEPT, LINK_KEPT, Answers, ConsentText, Link
from functions.inclusion.model.counting import WATCHED, Hours, Step
from functions.inclusion.model.figures import Watch
from passerelle.store import Key, Listing, Stored, Table, Transaction

_PLATFORM: Final = "platform"
_WATCH: Final = Key(_PLATFORM, "watch", "latest")


class Inclusion:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def link(self, digest: str) -> Link | None:
        """The link whose token has this digest."""
        stored = self._table.read(_link(digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link, expires_at: datetime) -> None:
        """Keep a link beyond its term."""
        transaction.save(_link(digest), link, version=1, expires_at=expires_at + LINK_KEPT)

    def answers(self, profile_id: str) -> Stored[Answers]:
        """What a person told, sealed; nothing at version 0."""
        return self._table.read(_answers(profile_id), Answers) or Stored(Answers(profile_id=profile_id), 0)

    def save_answers(self, transaction: Transaction, before: Stored[Answers], after: Answers, now: datetime) -> None:
        """Write what a person told in place of what he told before; without any answer, nothing of it stays but, once
        he was erased, that he was: for as long as his link could open."""
        key = _answers(after.profile_id)
        if after.erased:
            transaction.save(key, after, version=before.version + 1, expires_at=now + ANSWERS_KEPT + LINK_KEPT)
        elif after.given:
            listing = Listing("answers", after.profile_id)
            until = now + ANSWERS_KEPT
            transaction.save(key, after, version=before.version + 1, listing=listing, expires_at=until)
        elif before.version:
            transaction.delete(key, version=before.version)

    def all_answers(self) -> Iterator[Answers]:
        """What everybody told, sealed."""
        return (stored.value for stored in self._table.all("answers", Answers))

    def keep_text(self, transaction: Transaction, text: ConsentText) -> None:
        """Keep the exact text that somebody agreed to, once."""
        key = Key(_PLATFORM, "text", text.sha256)
        if self._table.read(key, ConsentText) is None:
            transaction.save(key, text, version=1)

    def add_step(self, transaction: Transaction, event_id: str, step: Step) -> None:
        """Keep what a fact says of persons for as long as the watch looks back."""
        listing = Listing("steps", f"{step.on}#{event_id}")
        until = datetime.combine(step.on, time(), UTC) + WATCHED + timedelta(days=1)
        transaction.save(Key(_PLATFORM, "step", event_id), step, version=1, listing=listing, expires_at=until)

    def steps(self) -> Iterator[Step]:
        """All steps kept, the oldest first."""
        return (stored.value for stored in self._table.all("steps", Step))

    def note_hours(self, transaction: Transaction, hours: Hours, sequence: int, until: date) -> None:
        """Keep a profile's working time as of this version of it; news older than what is known change nothing."""
        key = Key(_PLATFORM, "hours", hours.profile_id)
        known = self._table.read(key, Hours)
        replacing = known.version if known else 0
        if sequence > replacing:
            transaction.save(
                key,
                hours,
                version=sequence,
                replacing=replacing,
                listing=Listing("hours", hours.profile_id),
                expires_at=datetime.combine(until, time(), UTC) + WATCHED,
            )

    def hours(self) -> Iterator[Hours]:
        """The working time of every profile."""
        return (stored.value for stored in self._table.all("hours", Hours))

    def watch(self) -> Stored[Watch]:
        """The last measurement; an empty one at version 0."""
        return self._table.read(_WATCH, Watch) or Stored(Watch(), 0)

    def save_watch(self, watch: Watch, version: int) -> None:
        """Write a measurement as this version, at once."""
        transaction = self._table.begin()
        transaction.save(_WATCH, watch, version=version)
        transaction.commit()


def _link(digest: str) -> Key:
    return Key(_PLATFORM, "link", digest)


def _answers(profile_id: str) -> Key:
    return Key(_PLATFORM, "answers", profile_id)
