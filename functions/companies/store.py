"""Where companies, their members and their keys are kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from functions.companies.model import ApiKey, Company, Memberships, needs_adviser
from functions.companies.model.members import Invitation, Team, founders
from functions.companies.model.preparations import Preparation
from passerelle.store import Key, Listing, Page, Stored, Table, Transaction

_PLATFORM: Final = "platform"
_LINKS: Final = "link"
_INVITING: Final = "inviting"


class SirenClaim(BaseModel):
    """Says which company holds a SIREN; there is one per SIREN."""

    company_id: str


class EndedPartner(BaseModel):
    """Says that a partner organisation has ended: its keys, made before or after, open nothing."""

    partner_id: str


class Companies:
    """The slice's table, in the slice's words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, company_id: str) -> Stored[Company] | None:
        """The company, or None."""
        return self._table.read(_company(company_id), Company)

    def in_state(self, state: str, limit: int, cursor: str | None) -> Page[Company]:
        """Companies in one state, for staff."""
        return self._table.list(f"companies#{state}", Company, limit=limit, cursor=cursor)

    def save(self, transaction: Transaction, company: Company, version: int) -> Key:
        """Write the company as this version; returns the key to emit its facts under."""
        key = _company(company.id)
        listing = Listing(f"companies#{company.state}", company.id)
        transaction.save(key, company, version=version, listing=listing)
        return key

    def claim_siren(self, transaction: Transaction, company: Company) -> None:
        """Hold the SIREN for this company; at commit, `needs_adviser` when another company holds it."""
        transaction.claim(_siren(company), SirenClaim(company_id=company.id), needs_adviser())

    def release_siren(self, transaction: Transaction, company: Company) -> None:
        """Give the SIREN back if this company holds it."""
        held = self._table.read(_siren(company), SirenClaim)
        if held is not None and held.value.company_id == company.id:
            transaction.delete(_siren(company), version=held.version)

    def memberships(self, user: str) -> Stored[Memberships]:
        """The companies a user may act for; none at version 0."""
        return self._table.read(_memberships(user), Memberships) or Stored(Memberships(), 0)

    def add_membership(self, transaction: Transaction, user: str, company_id: str) -> None:
        """List a company among those a user may act for; what he may do there, its team says."""
        present = self.memberships(user)
        grown = Memberships(companies=(*present.value.companies, company_id))
        transaction.save(_memberships(user), grown, version=present.version + 1)

    def drop_membership(self, transaction: Transaction, user: str, company_id: str) -> None:
        """List a company no longer among those a user may act for."""
        present = self.memberships(user)
        left = Memberships(companies=tuple(each for each in present.value.companies if each != company_id))
        transaction.save(_memberships(user), left, version=present.version + 1)

    def team(self, company: Company) -> Stored[Team]:
        """Who may act for a company; its founder alone, at version 0, before anybody was invited."""
        return self._table.read(_team(company.id), Team) or Stored(founders(company), 0)

    def save_team(self, transaction: Transaction, team: Team, version: int) -> None:
        """Write the team as this version, listed as long as somebody is invited to it."""
        waits = any(member.user is None for member in team.members)
        listing = Listing(_INVITING, team.company_id) if waits else None
        transaction.save(_team(team.company_id), team, version=version, listing=listing)

    def inviting(self) -> Iterator[str]:
        """The companies to which somebody is invited."""
        return (stored.value.company_id for stored in self._table.all(_INVITING, Team))

    def begin(self) -> Transaction:
        """A transaction of its own for one team."""
        return self._table.begin()

    def invitation(self, digest: str) -> Invitation | None:
        """What the link whose token has this digest opens."""
        stored = self._table.read(Key(_LINKS, "invitation", digest), Invitation)
        return None if stored is None else stored.value

    def add_invitation(
        self, transaction: Transaction, digest: str, invitation: Invitation, expires_at: datetime
    ) -> None:
        """Keep a link for as long as it may be used."""
        transaction.save(Key(_LINKS, "invitation", digest), invitation, version=1, expires_at=expires_at)

    def preparation(self, preparation_id: str) -> Stored[Preparation] | None:
        """What an adviser prepared, or None."""
        return self._table.read(_preparation(preparation_id), Preparation)

    def save_preparation(self, transaction: Transaction, preparation: Preparation, version: int) -> None:
        """Write it as this version, for as long as its code is good."""
        where = _preparation(preparation.id)
        transaction.save(where, preparation, version=version, expires_at=preparation.expires_at)

    def drop_preparation(self, transaction: Transaction, stored: Stored[Preparation]) -> None:
        """Delete what was confirmed."""
        transaction.delete(_preparation(stored.value.id), version=stored.version)

    def find_key(self, company_id: str, key_id: str) -> Stored[ApiKey] | None:
        """A machine's key, or None."""
        return self._table.read(Key(company_id, "key", key_id), ApiKey)

    def keys(self, company_id: str) -> list[ApiKey]:
        """All keys of a company."""
        return [stored.value for stored in self._table.all(f"{company_id}#keys", ApiKey)]

    def save_key(self, transaction: Transaction, key: ApiKey, version: int) -> None:
        """Write a key as this version."""
        where, listing = Key(key.tenant, "key", key.id), Listing(f"{key.tenant}#keys", key.id)
        transaction.save(where, key, version=version, listing=listing, expires_at=key.expires_at)

    def has_ended(self, partner_id: str) -> bool:
        """Whether a partner organisation has ended."""
        return self._table.read(_ended(partner_id), EndedPartner) is not None

    def end_partner(self, transaction: Transaction, partner_id: str) -> None:
        """Keep that a partner organisation has ended; saying it again changes nothing."""
        if not self.has_ended(partner_id):
            transaction.save(_ended(partner_id), EndedPartner(partner_id=partner_id), version=1)

    def remove_key(self, transaction: Transaction, stored: Stored[ApiKey]) -> None:
        """Revoke a key: it is gone with this transaction."""
        transaction.delete(Key(stored.value.tenant, "key", stored.value.id), version=stored.version)


def _company(company_id: str) -> Key:
    return Key(company_id, "company", company_id)


def _ended(partner_id: str) -> Key:
    return Key(partner_id, "ended", "now")


def _preparation(preparation_id: str) -> Key:
    return Key(_PLATFORM, "preparation", preparation_id)


def _team(company_id: str) -> Key:
    return Key(company_id, "team", company_id)


def _siren(company: Company) -> Key:
    return Key(_PLATFORM, "siren", company.siren_mark)


def _memberships(user: str) -> Key:
    return Key(user, "memberships", "all")
