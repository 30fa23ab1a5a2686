"""Where profiles live: `<lender>#profile#<id>`, with rows to find each by its person, by its link and by its text,
and one for each that waits for its class."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from pydantic import BaseModel

from functions.profiles.model import Link, OptInText, Profile, Standing
from passerelle.classes import Classes, Member
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction, VersionConflict

_LINKS = "link"
_WAITING = "waiting_profiles"
_AFTER_THE_END = timedelta(days=31)


class _Pointer(BaseModel):
    profile_id: str


class _Waiting(BaseModel):
    tenant: str
    profile_id: str


class Profiles:
    """The profiles of all lenders; the lender comes first in every key."""

    def __init__(self, table: Table, classes: Classes) -> None:
        self._table = table
        self._classes = classes

    def find(self, tenant: str, profile_id: str) -> Stored[Profile] | None:
        """A lender's profile, or None when it has none of this id."""
        return self._table.read(_key(tenant, profile_id), Profile)

    def of_person(self, tenant: str, person_id: str) -> Stored[Profile] | None:
        """The profile of a person of this lender."""
        pointer = self._table.read(Key(tenant, "person", person_id), _Pointer)
        return None if pointer is None else self.find(tenant, pointer.value.profile_id)

    def page(self, tenant: str, limit: int, cursor: str | None) -> Page[Profile]:
        """One page of a lender's profiles, in the order of their ids, which tells nothing."""
        return self._table.list(_heading(tenant), Profile, limit=limit, cursor=cursor)

    def all_of(self, tenant: str) -> Iterator[Stored[Profile]]:
        """All profiles of a lender, each read afresh."""
        for listed in self._table.all(_heading(tenant), Profile):
            stored = self.find(tenant, listed.value.id)
            if stored is not None:
                yield stored

    def waiting(self) -> Iterator[Stored[Profile]]:
        """The profiles of all lenders whose card waits for its class, each read afresh."""
        for listed in self._table.all(_WAITING, _Waiting):
            stored = self.find(listed.value.tenant, listed.value.profile_id)
            if stored is not None and stored.value.waits_for_class:
                yield stored

    def add(self, transaction: Transaction, profile: Profile) -> None:
        """Write a new profile, and the row that finds it by its person."""
        self.save(transaction, profile, 1, before=profile)
        person = Key(profile.tenant, "person", profile.person_id)
        transaction.claim(person, _Pointer(profile_id=profile.id), VersionConflict(person.pk))

    def save(self, transaction: Transaction, profile: Profile, version: int, *, before: Profile) -> Key:
        """Write a profile as this version, count its card in its class or no longer, and keep the list of those that
        wait for one; returns its key for the facts about it."""
        key = _key(profile.tenant, profile.id)
        transaction.save(key, profile, version=version, listing=Listing(_heading(profile.tenant), profile.id))
        self._classes.move(transaction, before.shown, profile.shown, Member(profile.tenant, profile.id))
        mark = Key(profile.tenant, "waiting", profile.id)
        if profile.waits_for_class:
            transaction.save(
                mark,
                _Waiting(tenant=profile.tenant, profile_id=profile.id),
                version=version,
                replacing=version - 1 if before.waits_for_class else 0,
                listing=Listing(_WAITING, profile.id),
            )
        elif before.waits_for_class:
            transaction.delete(mark, version=version - 1)
        return key

    def key(self, profile: Profile) -> Key:
        """Where a profile lives, for facts about it that change nothing of it."""
        return _key(profile.tenant, profile.id)

    def link(self, digest: str) -> Link | None:
        """The link whose token has this digest."""
        stored = self._table.read(Key(_LINKS, "opt_in", digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link, profile: Profile) -> None:
        """Keep a link for as long as it may be answered, or its card withdrawn."""
        over = datetime.combine(profile.description.available_to, time(), UTC) + _AFTER_THE_END
        key = Key(_LINKS, "opt_in", digest)
        transaction.save(key, link, version=1, expires_at=max(link.expires_at, over))

    def keep_text(self, transaction: Transaction, profile: Profile, text: OptInText) -> None:
        """Keep the exact text that the volunteer accepted, once."""
        transaction.save(Key(profile.tenant, "opt_in_text", profile.id), text, version=1)

    def accepted_text(self, profile: Profile) -> OptInText | None:
        """The exact text that the volunteer accepted, or None before he did."""
        stored = self._table.read(Key(profile.tenant, "opt_in_text", profile.id), OptInText)
        return None if stored is None else stored.value

    def standing(self, tenant: str) -> Stored[Standing] | None:
        """What was last heard of the lender's right to publish; None when nothing was."""
        return self._table.read(_standing(tenant), Standing)

    def save_standing(
        self, transaction: Transaction, tenant: str, standing: Standing, *, version: int, replacing: int
    ) -> None:
        """Write the lender's standing as of this version of the company."""
        transaction.save(_standing(tenant), standing, version=version, replacing=replacing)

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()


def _key(tenant: str, profile_id: str) -> Key:
    return Key(tenant, "profile", profile_id)


def _standing(tenant: str) -> Key:
    return Key(tenant, "standing", tenant)


def _heading(tenant: str) -> str:
    return f"{tenant}#profiles"
