"""Where profiles live: `<lender>#profile#<id>`, with rows to find each by its person, by its link and by its text,
and one for each that waits for its class."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from pydantic import BaseModel

from functions.profiles.model.consent import Link, OptInText, Standing
from functions.profiles.model.profile import Evidence, Profile
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

    def link(self, digest: str) -> Link | None:
        """The link whose token has this digest."""
        stored = self._table.read(_link(digest), Link)
        return None if stored is None else stored.value

    def add_link(self, transaction: Transaction, digest: str, link: Link, profile: Profile) -> None:
        """Keep a link for as long as it may be answered, or its card withdrawn."""
        over = datetime.combine(profile.description.available_to, time(), UTC) + _AFTER_THE_END
        found_again = link.model_copy(update={"digest": digest})
        listing = Listing(_links(profile), digest)
        transaction.save(_link(digest), found_again, version=1, listing=listing, expires_at=max(link.expires_at, over))

    def keep_text(self, transaction: Transaction, profile: Profile, text: OptInText) -> None:
        """Keep the exact text that the volunteer accepted, once."""
        transaction.save(_text(profile), text, version=1)

    def accepted_text(self, profile: Profile) -> OptInText | None:
        """The exact text that the volunteer accepted, or None before he did."""
        stored = self._table.read(_text(profile), OptInText)
        return None if stored is None else stored.value

    def standing(self, tenant: str) -> Stored[Standing] | None:
        """What was last heard of the lender's right to publish; None when nothing was."""
        return self._table.read(_standing(tenant), Standing)

    def save_standing(
        self, transaction: Transaction, tenant: str, standing: Standing, *, version: int, replacing: int
    ) -> None:
        """Write the lender's standing as of this version of the company."""
        transaction.save(_standing(tenant), standing, version=version, replacing=replacing)

    def key(self, tenant: str, profile_id: str) -> Key:
        """Where the facts about a profile are told."""
        return _key(tenant, profile_id)

    def forget_facts(self, profile: Profile) -> tuple[int, bool]:
        """Delete the facts told about a profile: how many, and whether some are still to be published."""
        return self._table.forget_facts(_key(profile.tenant, profile.id))

    def remove(self, transaction: Transaction, stored: Stored[Profile]) -> int:
        """Delete a profile with its text, its links and the row that finds it; returns how many rows that is."""
        profile = stored.value
        keys = [Key(profile.tenant, "person", profile.person_id)]
        if self.accepted_text(profile) is not None:
            keys.append(_text(profile))
        keys += [_link(listed.value.digest) for listed in self._table.all(_links(profile), Link)]
        transaction.delete(_key(profile.tenant, profile.id), version=stored.version)
        self._classes.move(transaction, profile.shown, None, Member(profile.tenant, profile.id))
        if profile.waits_for_class:
            transaction.delete(Key(profile.tenant, "waiting", profile.id), version=stored.version)
        for key in keys:
            transaction.delete(key, version=1)
        return 1 + len(keys)

    def keep_evidence(self, transaction: Transaction, profile: Profile, evidence: Evidence) -> None:
        """Keep what shows the volunteer's consent until it may no longer be asked for."""
        over = datetime.combine(evidence.until, time(), UTC)
        transaction.save(Key(profile.tenant, "evidence", profile.id), evidence, version=1, expires_at=over)

    def begin(self) -> Transaction:
        """A transaction of its own, for work that one transaction cannot hold."""
        return self._table.begin()


def _key(tenant: str, profile_id: str) -> Key:
    return Key(tenant, "profile", profile_id)


def _link(digest: str) -> Key:
    return Key(_LINKS, "opt_in", digest)


def _text(profile: Profile) -> Key:
    return Key(profile.tenant, "opt_in_text", profile.id)


def _standing(tenant: str) -> Key:
    return Key(tenant, "standing", tenant)


def _heading(tenant: str) -> str:
    return f"{tenant}#profiles"


def _links(profile: Profile) -> str:
    return f"{profile.tenant}#links#{profile.id}"
