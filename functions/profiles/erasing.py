"""The erasure of a person here: the profile goes, with everything that was shown or said of it.

Only the volunteer's own decisions stay, as the evidence of his consent: choice, time, digest of the text; no card.
"""

from datetime import timedelta
from typing import Final, Protocol

from functions.profiles.model.profile import Evidence, Profile
from functions.profiles.model.states import State
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.erasure import Kept
from passerelle.contracts.identities import ErasureRequested
from passerelle.contracts.profiles import ErasureAsked, ProfileErased, ProfileWithdrawn
from passerelle.store import Key, Stored, Transaction

EVIDENCE_KEPT: Final = timedelta(days=5 * 365)
"""Civil prescription, five years (article 2224 du Code civil; RGPD article 7, 1 asks for the proof)."""


class Profiles(Protocol):
    """What is needed of the store."""

    def of_person(self, tenant: str, person_id: str) -> Stored[Profile] | None: ...
    def forget_facts(self, profile: Profile) -> tuple[int, bool]: ...
    def remove(self, transaction: Transaction, stored: Stored[Profile]) -> int: ...
    def keep_evidence(self, transaction: Transaction, profile: Profile, evidence: Evidence) -> None: ...
    def key(self, tenant: str, profile_id: str) -> Key: ...


def ask(profiles: Profiles, transaction: Transaction, stored: Stored[Profile]) -> None:
    """The volunteer himself, by his own link, asks to be forgotten. Asking again is asking once."""
    profile = stored.value
    asked = ErasureAsked(profile_id=profile.id, person_id=profile.person_id)
    transaction.emit(profiles.key(profile.tenant, profile.id), asked, sequence=stored.version)


def erase(profiles: Profiles, transaction: Transaction, asked: ErasureRequested) -> None:
    """Take the profile out of sight and delete it; the next slices are told under which id they knew it.

    Raises `NotYet` while facts about it are still to be published: they would be told after their subject is gone.
    """
    stored = profiles.of_person(asked.lender, asked.person_id)
    if stored is None:
        nothing = ProfileErased(case_id=asked.case_id, person_id=asked.person_id, lender=asked.lender, deleted=0)
        transaction.emit(profiles.key(asked.lender, asked.person_id), nothing, sequence=1)
        return
    profile, ended_at = stored.value, stored.version + 1
    facts, some_remain = profiles.forget_facts(profile)
    if some_remain:
        raise NotYet
    key = profiles.key(profile.tenant, profile.id)
    kept: tuple[Kept, ...] = ()
    if profile.decisions:
        evidence = Evidence(decisions=profile.decisions, until=clock.today() + EVIDENCE_KEPT)
        profiles.keep_evidence(transaction, profile, evidence)
        kept = (Kept(what="consent_evidence", until=evidence.until),)
    removed = profiles.remove(transaction, stored)
    if profile.state not in {State.DRAFT, State.WITHDRAWN}:
        transaction.emit(key, ProfileWithdrawn(profile_id=profile.id), sequence=ended_at)
    gone = ProfileErased(
        case_id=asked.case_id,
        person_id=asked.person_id,
        lender=asked.lender,
        deleted=removed + facts,
        kept=kept,
        profile_id=profile.id,
        ended_at=ended_at,
    )
    transaction.emit(key, gone, sequence=ended_at)
