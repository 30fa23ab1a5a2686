"""Partner organisations: the operator records, changes and ends them, and makes the secrets of their inbox.

Where one acts, and that it has ended, is told: it bounds what its keys and endpoints are good for.
"""

from typing import Protocol

from functions.partners.model.organisations import Facts, Partner, Sealed, faults
from passerelle import clock
from passerelle.nomenclature import Nomenclature
from passerelle.problems import Invalid, Refused
from passerelle.store import Key, Stored, Transaction


class Partners(Protocol):
    """What is needed of the store."""

    def find(self, partner_id: str) -> Stored[Partner] | None: ...
    def save(self, transaction: Transaction, partner: Partner, version: int) -> Key: ...


class Vault(Protocol):
    """Makes secrets."""

    def new_secret(self, partner_id: str) -> tuple[Sealed, str]: ...


def record(
    partners: Partners, transaction: Transaction, nomenclature: Nomenclature, partner_id: str | None, facts: Facts
) -> Partner:
    """Enter an organisation, under the id its key already bears if it has one.

    Raises `Invalid` naming every fault, `Refused` when an organisation is recorded under this id.
    """
    _check(facts, nomenclature)
    if partner_id is not None and partners.find(partner_id) is not None:
        raise Refused(
            "Une organisation est déjà enregistrée sous cet identifiant.",
            code="partner-known",
            remedy="Modifiez-la par `PUT /partners/{partner_id}`.",
        )
    partner = Partner(id=partner_id or clock.new_id("ptn"), facts=facts)
    _saved(partners, transaction, partner, 1)
    return partner


def change(
    partners: Partners, transaction: Transaction, nomenclature: Nomenclature, stored: Stored[Partner], facts: Facts
) -> Partner:
    """Replace what is recorded. Raises `Refused` once it has ended, `Invalid` naming every fault."""
    changed = stored.value.changed(facts)
    _check(facts, nomenclature)
    _saved(partners, transaction, changed, stored.version + 1)
    return changed


def end(partners: Partners, transaction: Transaction, stored: Stored[Partner]) -> Partner:
    """Close its inbox for good; keys and endpoints hear of it. Raises `Refused` when it has ended before."""
    ended = stored.value.ended()
    _saved(partners, transaction, ended, stored.version + 1)
    return ended


def rotate(partners: Partners, vault: Vault, transaction: Transaction, stored: Stored[Partner]) -> tuple[Partner, str]:
    """A fresh secret for its inbox, and the secret itself, to be shown once. Raises `Refused` once it has ended."""
    sealed, shown = vault.new_secret(stored.value.id)
    rotated = stored.value.rotated(sealed, clock.now())
    partners.save(transaction, rotated, stored.version + 1)
    return rotated, shown


def _saved(partners: Partners, transaction: Transaction, partner: Partner, version: int) -> None:
    key = partners.save(transaction, partner, version)
    transaction.emit(key, partner.told(), sequence=version)


def _check(facts: Facts, nomenclature: Nomenclature) -> None:
    found = faults(facts, nomenclature)
    if found:
        raise Invalid("Des champs sont à corriger ; rien n’a changé.", fields=found)
