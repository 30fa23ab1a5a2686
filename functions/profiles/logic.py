"""What can be done with profiles: describe, revise, submit, withdraw; and the volunteer's own answer by his link.

Every function writes into the transaction it is given and nowhere else, but `hide_all`, which must reach any number of
profiles and takes one transaction each, and `note_standing`, which is felt before they are reached. Texts
come from the `Wording` port, storage from the `Profiles` port.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from functions.profiles.model.cards import finer_card
from functions.profiles.model.consent import Link, OptInText, Standing, link_not_valid
from functions.profiles.model.description import Description, faults
from functions.profiles.model.profile import Choice, Profile, decided, moved, new_profile, revised
from functions.profiles.model.states import OPTED_IN, TRANSITIONS, Action, State
from functions.profiles.publishing import Publisher, saved
from passerelle import clock
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.contracts.profiles import OptInAccepted, OptInRequested, ProfileCardRefined, ProfileWithdrawn
from passerelle.http import found
from passerelle.nomenclature import Nomenclature
from passerelle.observability import logger
from passerelle.problems import FieldError, Invalid, Refused
from passerelle.store import Key, Stored, Transaction
from passerelle.tokens import digest

MOST_FAULTS = 100


class Profiles(Protocol):
    """What is needed of the store."""

    def find(self, tenant: str, profile_id: str) -> Stored[Profile] | None: ...
    def waiting(self) -> Iterator[Stored[Profile]]: ...
    def of_person(self, tenant: str, person_id: str) -> Stored[Profile] | None: ...
    def all_of(self, tenant: str) -> Iterator[Stored[Profile]]: ...
    def add(self, transaction: Transaction, profile: Profile) -> None: ...
    def save(self, transaction: Transaction, profile: Profile, version: int, *, before: Profile) -> Key: ...
    def key(self, tenant: str, profile_id: str) -> Key: ...
    def link(self, digest: str) -> Link | None: ...
    def add_link(self, transaction: Transaction, digest: str, link: Link, profile: Profile) -> None: ...
    def keep_text(self, transaction: Transaction, profile: Profile, text: OptInText) -> None: ...
    def accepted_text(self, profile: Profile) -> OptInText | None: ...
    def standing(self, tenant: str) -> Stored[Standing] | None: ...
    def save_standing(
        self, transaction: Transaction, tenant: str, standing: Standing, *, version: int, replacing: int
    ) -> None: ...
    def begin(self) -> Transaction: ...


class Wording(Protocol):
    """The French text a volunteer reads before he chooses."""

    def opt_in_text(self, profile: Profile) -> OptInText: ...


def describe(
    profiles: Profiles,
    transaction: Transaction,
    nomenclature: Nomenclature,
    tenant: str,
    descriptions: Sequence[Description],
) -> list[Profile]:
    """Draft one profile per description, all or none.

    Raises `Invalid` naming every fault of every description, `Refused` once the lender is closed.
    """
    standing, today = profiles.standing(tenant), clock.today()
    if standing is not None and standing.value.closed:
        raise Refused("The company is closed.", remedy="Register again.")
    _refuse(
        [
            fault
            for index, description in enumerate(descriptions)
            for fault in faults(description, nomenclature, today, f"/profiles/{index}")
        ]
    )
    drafts = [
        new_profile(clock.new_id("prf"), tenant, clock.new_id("per"), description, nomenclature)
        for description in descriptions
    ]
    for draft in drafts:
        profiles.add(transaction, draft)
    return drafts


def revise(
    profiles: Profiles,
    transaction: Transaction,
    nomenclature: Nomenclature,
    stored: Stored[Profile],
    description: Description,
) -> Stored[Profile]:
    """Replace the description of a draft. Raises `Refused` once the volunteer was asked, `Invalid` with every fault."""
    _refuse(faults(description, nomenclature, clock.today()))
    profile = revised(stored.value, description, nomenclature)
    return stored if profile == stored.value else saved(profiles, transaction, stored, profile)


def submit(
    profiles: Profiles, transaction: Transaction, nomenclature: Nomenclature, stored: Stored[Profile]
) -> Stored[Profile]:
    """Declare a draft finished. The volunteer is asked now, or as soon as the vault knows him.

    Raises `Refused` when he was asked before, `Invalid` when the dates have become past meanwhile.
    """
    profile = moved(stored.value, Action.SUBMIT, submitted=True)
    _refuse(faults(profile.description, nomenclature, clock.today(), "/description"))
    return _ask_when_ready(profiles, transaction, stored, profile)


def withdraw(profiles: Profiles, transaction: Transaction, stored: Stored[Profile]) -> Stored[Profile]:
    """Take a profile out of sight for good, as its lender. Once more changes nothing."""
    if stored.value.state is State.WITHDRAWN:
        return stored
    return _ended(profiles, transaction, stored, moved(stored.value, Action.WITHDRAW))


def note_identity(profiles: Profiles, transaction: Transaction, tenant: str, person_id: str) -> None:
    """The vault knows the volunteer: ask him, if the lender has submitted his profile."""
    stored = profiles.of_person(tenant, person_id)
    if stored is None:
        logger.info("identity of nobody described here", person_id=person_id)
        return
    if not stored.value.identity_recorded:
        profile = stored.value.model_copy(update={"identity_recorded": True})
        _ask_when_ready(profiles, transaction, stored, profile)


def note_link(profiles: Profiles, transaction: Transaction, tenant: str, issued: OptInLinkIssued) -> None:
    """The volunteer was mailed a link: keep the digest of its token, so that it opens his card."""
    stored = profiles.find(tenant, issued.profile_id)
    if stored is None:
        logger.warning("link to no profile of ours", profile_id=issued.profile_id)
        return
    if profiles.link(issued.digest) is None:
        link = Link(tenant=tenant, profile_id=issued.profile_id, expires_at=issued.expires_at)
        profiles.add_link(transaction, issued.digest, link, stored.value)


def open_link(profiles: Profiles, token: str, at: datetime) -> Stored[Profile]:
    """The profile a personal link opens; opening uses nothing up. Raises the one problem of links that do not work."""
    link = profiles.link(digest(token))
    stored = None if link is None else profiles.find(link.tenant, link.profile_id)
    if link is None or stored is None or not link.opens(stored.value, at):
        raise link_not_valid()
    return stored


def text_before(profiles: Profiles, wording: Wording, profile: Profile) -> OptInText:
    """The text the volunteer accepted, once he has; before, the text he is asked to decide on."""
    return profiles.accepted_text(profile) or wording.opt_in_text(profile)


def decide(
    profiles: Profiles,
    transaction: Transaction,
    wording: Wording,
    publisher: Publisher,
    stored: Stored[Profile],
    choice: Choice,
    text_sha256: str,
) -> Stored[Profile]:
    """Take the volunteer's word. A yes, or that it still holds, counts for the exact text he was shown; a no needs no
    condition at all.

    Raises `Refused` when the text has changed since, when the lender may not publish, or when a yes comes too late.
    """
    profile = decided(stored.value, choice, text_sha256, clock.now())
    if profile == stored.value:
        return stored
    if profile.state is State.WITHDRAWN:
        return _ended(profiles, transaction, stored, profile)
    text = text_before(profiles, wording, stored.value)
    if text.sha256 != text_sha256:
        raise Refused(
            "The text has changed since it was shown.",
            code="text-changed",
            remedy="Open your link once more and read the present text.",
        )
    if not _may_publish(profiles, profile.tenant):
        raise Refused(
            "The lender may not publish at present.",
            code="company-not-active",
            remedy="Ask your employer, or try later.",
        )
    accepted = OptInAccepted(profile_id=profile.id, person_id=profile.person_id)
    transaction.emit(profiles.key(profile.tenant, profile.id), accepted, sequence=stored.version + 1)
    if stored.value.state in OPTED_IN:
        return saved(profiles, transaction, stored, profile)
    profiles.keep_text(transaction, profile, text)
    return publisher.agreed(transaction, stored, profile)


def refine_card(
    profiles: Profiles,
    transaction: Transaction,
    nomenclature: Nomenclature,
    lender: str,
    profile_id: str,
    introduction_id: str,
) -> None:
    """Both sides of an introduction are interested: tell it the finer card, where it tells more than the one shown."""
    stored = profiles.find(lender, profile_id)
    if stored is None or stored.value.state not in OPTED_IN:
        return
    card = finer_card(stored.value, nomenclature)
    if card != stored.value.shown:
        refined = ProfileCardRefined(profile_id=profile_id, introduction_id=introduction_id, card=card)
        transaction.emit(profiles.key(stored.value.tenant, stored.value.id), refined, sequence=stored.version)


def note_standing(profiles: Profiles, tenant: str, sequence: int, ended_by: Action | None) -> None:
    """The lender's right to publish changed: `ended_by` says what ends its profiles, None that it may publish.

    It is written before they end, so that whoever describes or agrees meanwhile leaves none. News older than what is
    known changes nothing, so a suspension that arrives after its end hides nothing.
    """
    known = profiles.standing(tenant)
    version = 0 if known is None else known.version
    if version > sequence:
        return
    if version < sequence:
        transaction = profiles.begin()
        standing = Standing(active=ended_by is None, closed=ended_by is Action.CLOSE)
        profiles.save_standing(transaction, tenant, standing, version=sequence, replacing=version)
        transaction.commit()
    if ended_by is not None:
        hide_all(profiles, tenant, ended_by)


def hide_all(profiles: Profiles, tenant: str, action: Action) -> None:
    """End every profile of a lender that the action ends, each in a transaction of its own; again changes nothing."""
    for stored in profiles.all_of(tenant):
        if stored.value.state in TRANSITIONS[action].sources:
            transaction = profiles.begin()
            _ended(profiles, transaction, stored, moved(stored.value, action))
            transaction.commit()


def own_profile(profiles: Profiles, tenant: str, profile_id: str) -> Stored[Profile]:
    """The caller's own profile, or `NotFound`."""
    stored: Stored[Profile] = found(profiles.find(tenant, profile_id))
    return stored


def _ask_when_ready(
    profiles: Profiles, transaction: Transaction, stored: Stored[Profile], profile: Profile
) -> Stored[Profile]:
    if profile.ready_to_ask and _may_publish(profiles, profile.tenant):
        asked = moved(profile, Action.ASK)
        requested = OptInRequested(profile_id=profile.id, person_id=profile.person_id)
        return saved(profiles, transaction, stored, asked, requested)
    return stored if profile == stored.value else saved(profiles, transaction, stored, profile)


def _ended(profiles: Profiles, transaction: Transaction, stored: Stored[Profile], profile: Profile) -> Stored[Profile]:
    was_private = stored.value.state is State.DRAFT
    fact = None if was_private else ProfileWithdrawn(profile_id=profile.id)
    return saved(profiles, transaction, stored, profile, fact)


def _may_publish(profiles: Profiles, tenant: str) -> bool:
    standing = profiles.standing(tenant)
    return standing is None or standing.value.active


def _refuse(faults_found: Sequence[FieldError]) -> None:
    if faults_found:
        raise Invalid("Some fields are wrong; nothing was changed.", fields=faults_found[:MOST_FAULTS])
