"""The erasure of a person here: his open introductions end as any other, and none says anything of him any more.

The rows stay, so that both companies go on reading "not proceeding"; what was typed, signed and looked at goes.
"""

from collections.abc import Iterator
from typing import Final, Literal, Protocol

from functions.introductions.model.go import Look
from functions.introductions.model.ledger import Ledger
from functions.introductions.model.pair import Introduction
from passerelle.consuming import NotYet
from passerelle.contracts.cards import Area, ProfileCard, ShownExperience, WorkingTime
from passerelle.contracts.erasure import Pair
from passerelle.contracts.introductions import IntroductionsErased
from passerelle.contracts.profiles import ProfileErased
from passerelle.store import Key, Stored, Transaction, VersionConflict

NOBODY: Final = ProfileCard(
    occupation="",
    skills=(),
    experience=ShownExperience.ANY,
    area=Area(level="region", code=""),
    radius_km=5,
    available_from="1970-01",
    available_to="1970-01",
    working_time=WorkingTime.FULL_TIME,
    shifts=(),
)
"""What stands where the card of an erased person stood; no view shows it."""

_ATTEMPTS = 10
_AT_ONCE = 90


class Introductions(Protocol):
    """What is needed of the store."""

    def begin(self) -> Transaction: ...
    def find(self, tenant: str, introduction_id: str) -> Stored[Introduction] | None: ...
    def save(self, transaction: Transaction, introduction: Introduction, version: int) -> Key: ...
    def lender_key(self, introduction: Introduction) -> Key: ...
    def ledger(self, thing: Literal["profile", "demand"], tenant: str, thing_id: str) -> Stored[Ledger]: ...
    def looks(self, lender: str, profile_id: str) -> Iterator[Look]: ...
    def drop_look(self, transaction: Transaction, lender: str, look: Look) -> None: ...
    def forget_facts(self, key: Key) -> tuple[int, bool]: ...


def erase(introductions: Introductions, transaction: Transaction, gone: ProfileErased) -> None:
    """Blank every introduction of the profile, each in a transaction of its own, once they have ended.

    Cut off, it goes on where it stopped. Raises `NotYet` while a fact about one of them is still to be published.
    """
    pairs: list[Pair] = []
    deleted = 0
    if gone.profile_id is not None:
        for one in introductions.ledger("profile", gone.lender, gone.profile_id).value.introductions:
            blank = _blanked(introductions, gone.lender, one)
            if blank is not None:
                deleted += 1 + _forget_facts(introductions, blank)
                pairs.append(Pair(introduction_id=blank.id, host=blank.host))
        deleted += _drop_looks(introductions, gone.lender, gone.profile_id)
    erased = IntroductionsErased(
        case_id=gone.case_id, person_id=gone.person_id, lender=gone.lender, deleted=deleted, pairs=tuple(pairs)
    )
    transaction.emit(Key(gone.lender, "erasure", gone.case_id), erased, sequence=1)


def blank(one: Introduction) -> Introduction:
    """The introduction without anything about its person but his ids."""
    match = one.match.model_copy(update={"card": NOBODY, "criteria": (), "score": 0.0})
    return one.model_copy(
        update={"erased": True, "match": match, "questions": (), "sheet": None, "signatures": {}, "go_asked": None}
    )


def _blanked(introductions: Introductions, lender: str, introduction_id: str) -> Introduction | None:
    for _ in range(_ATTEMPTS):
        stored = introductions.find(lender, introduction_id)
        if stored is None or stored.value.erased:
            return stored.value if stored else None
        after = blank(stored.value)
        transaction = introductions.begin()
        introductions.save(transaction, after, stored.version + 1)
        try:
            transaction.commit()
        except VersionConflict:
            continue
        return after
    raise NotYet


def _forget_facts(introductions: Introductions, one: Introduction) -> int:
    lender_key = introductions.lender_key(one)
    told = [introductions.forget_facts(key) for key in (lender_key, Key(one.host, lender_key.noun, lender_key.id))]
    if any(some_remain for _, some_remain in told):
        raise NotYet
    return sum(count for count, _ in told)


def _drop_looks(introductions: Introductions, lender: str, profile_id: str) -> int:
    looks = list(introductions.looks(lender, profile_id))
    for start in range(0, len(looks), _AT_ONCE):
        transaction = introductions.begin()
        for look in looks[start : start + _AT_ONCE]:
            introductions.drop_look(transaction, lender, look)
        transaction.commit()
    return len(looks)
