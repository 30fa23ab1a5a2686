"""Who may meet, and in what order: what was learnt of companies, profiles and demands, the hard facts, the ranking.

Pure. Only hard facts exclude; everybody else is ordered by the score of `formula`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from itertools import islice
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.matching.model.formula import Candidate, Scale
from functions.matching.model.unlocking import Unlock
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.matching import Criterion
from passerelle.problems import invalid_field

MOST_PROPOSED: Final = 10
"""How many profiles a demand is proposed of itself; the host sees everyone else under "show all"."""


MOST_LOGGED: Final = 200
"""How many of those considered a proposal names, best first; beyond, it only counts them."""


MOST_ASKED: Final = 100
"""How many further introductions one host may ask for on one demand."""


MOST_READ_A_DAY: Final = 2_000
"""How many masked cards one company is shown in a day: enough to look for people, too few to watch everybody."""


class SearchDown(Exception):
    """The search engine does not answer; the same question later may succeed."""


class Superseded(Exception):
    """Another rebuild of the index began after this one, which is over."""


class HardFact(StrEnum):
    """Why a profile and a demand cannot meet, whatever the score. Nothing else excludes."""

    DATES = "dates"
    DISTANCE = "distance"
    SAME_COMPANY = "same_company"
    DENIED = "denied"
    COMPANY_HIDDEN = "company_hidden"


class Company(BaseModel):
    """What is kept here of a company: whether it may be shown, and the tokens of its deny-list. No name."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    active: bool
    marks: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()

    def blocks(self, other: "Company") -> bool:
        """Whether either of the two refuses the other."""
        return bool(self.denied & other.marks or other.denied & self.marks)


class Profile(BaseModel):
    """What is kept here of a profile. Without a card it was withdrawn: the row stays to defeat late news."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    profile_id: str
    sequence: int
    person_id: str = ""
    card: ProfileCard | None = None


class Demand(BaseModel):
    """What is kept here of a demand. Without a card it is closed, or with an adviser: the row stays to defeat late
    news."""

    model_config = ConfigDict(frozen=True)

    tenant: str
    demand_id: str
    sequence: int
    card: DemandCard | None = None
    with_adviser: bool = False


class Readings(BaseModel):
    """How many masked cards a company was shown on one day."""

    model_config = ConfigDict(frozen=True)

    cards: int = 0

    def left(self) -> int:
        """How many more it may be shown that day."""
        return max(0, MOST_READ_A_DAY - self.cards)


class Entry(BaseModel):
    """One place in the ranking of a demand."""

    model_config = ConfigDict(frozen=True)

    profile_id: str
    tenant: str
    sequence: int
    score: Annotated[int, Field(ge=0, le=1_000_000, description="Millionths.")]


class Ranking(BaseModel):
    """The profiles a demand is proposed of itself, best first, and those its host asked for besides."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...] = ()
    asked: tuple[str, ...] = ()

    def holds(self, profile_id: str) -> bool:
        """Whether the profile is among the entries."""
        return any(entry.profile_id == profile_id for entry in self.entries)

    def has_room_for(self, score: int, profile_id: str) -> bool:
        """Whether a profile of this score would be among the entries."""
        return len(self.entries) < MOST_PROPOSED or place(score, profile_id) < place(
            self.entries[-1].score, self.entries[-1].profile_id
        )


@dataclass(frozen=True)
class Ranked:
    """One profile as its host may see it, and where it stands."""

    profile_id: str
    score: int
    card: ProfileCard
    criteria: tuple[Criterion, ...]
    unlock: Unlock | None

    @property
    def position(self) -> tuple[int, str]:
        """What the list is sorted by."""
        return place(self.score, self.profile_id)


@dataclass(frozen=True)
class Offered:
    """One demand as the lender of a profile may see it, and where it stands. `reference` names it for this profile
    alone. `barred` is the one fact that still parts the two; then `score` is what the first step leads to."""

    reference: str
    score: int
    card: DemandCard
    criteria: tuple[Criterion, ...]
    unlock: Unlock | None
    barred: HardFact | None = None

    @property
    def position(self) -> tuple[int, str]:
        """What the list is sorted by."""
        return place(self.score, self.reference)


def hard_facts(scale: Scale, candidate: Candidate, lender: Company, host: Company) -> tuple[HardFact, ...]:
    """Every hard fact against the pair; none means that it may be shown."""
    found = []
    if scale.common_months(candidate) < 1:
        found.append(HardFact.DATES)
    if scale.tenths_of_km(candidate.area_level, candidate.area_code) > candidate.radius_km * 10:
        found.append(HardFact.DISTANCE)
    return (*found, *company_facts(lender, host))


def company_facts(lender: Company, host: Company) -> tuple[HardFact, ...]:
    """The hard facts between two companies."""
    found = []
    if lender.tenant == host.tenant:
        found.append(HardFact.SAME_COMPANY)
    if lender.blocks(host):
        found.append(HardFact.DENIED)
    if not (lender.active and host.active):
        found.append(HardFact.COMPANY_HIDDEN)
    return tuple(found)


def ranked(
    scale: Scale, candidates: Iterable[Candidate], lenders: Callable[[str], Company | None], host: Company
) -> list[tuple[int, Candidate]]:
    """Everyone whom no hard fact excludes, with the score, best first; equals stand by profile id."""
    allowed: dict[str, bool] = {}
    scored = []
    for candidate in candidates:
        may_meet = allowed.get(candidate.tenant)
        if may_meet is None:
            lender = lenders(candidate.tenant)
            may_meet = allowed[candidate.tenant] = lender is not None and not company_facts(lender, host)
        if may_meet and scale.in_reach(candidate):
            scored.append((scale.fits(candidate).score, candidate))
    scored.sort(key=lambda one: place(one[0], one[1].profile_id))
    return scored


def ranked_lazily(
    scale: Scale,
    bounded: Iterable[tuple[int, Candidate]],
    lenders: Callable[[str], Company | None],
    host: Company,
) -> Iterator[tuple[int, Candidate]]:
    """What `ranked` gives, one by one, out of candidates that come with a score which neither they nor any after them
    exceed: somebody is given as soon as nobody better can come."""
    waiting: list[tuple[int, str, Candidate]] = []
    allowed: dict[str, bool] = {}
    for bound, candidate in bounded:
        may_meet = allowed.get(candidate.tenant)
        if may_meet is None:
            lender = lenders(candidate.tenant)
            may_meet = allowed[candidate.tenant] = lender is not None and not company_facts(lender, host)
        if may_meet and scale.in_reach(candidate):
            heappush(waiting, (*place(scale.fits(candidate).score, candidate.profile_id), candidate))
        while waiting and -waiting[0][0] > bound:
            score, _, best = heappop(waiting)
            yield -score, best
    while waiting:
        score, _, best = heappop(waiting)
        yield -score, best


def place(score: int, id: str) -> tuple[int, str]:
    """What a ranking is sorted by: the score downwards, then the id."""
    return (-score, id)


def reference_of(profile_id: str, demand_id: str) -> str:
    """What a demand is called towards the lender of one profile. The lender of two cannot tell by it whether both are
    shown the same demand, and the demand's own id stays with its host."""
    return "ref_" + hashlib.sha256(f"{profile_id}/{demand_id}".encode()).hexdigest()[:20]


def first_proposed(scale: Scale, verified: Iterable[tuple[int, Candidate]]) -> tuple[Entry, ...]:
    """The entries of a ranking: the best of those whose trade has something in common with the demand."""
    related = (
        Entry(profile_id=one.profile_id, tenant=one.tenant, sequence=one.sequence, score=score)
        for score, one in verified
        if scale.related(one)
    )
    return tuple(islice(related, MOST_PROPOSED))


def asked_besides(ranking: Ranking, profile_id: str) -> Ranking:
    """The ranking once its host asked for one more profile. Raises `Invalid` when he asked for too many."""
    if len(ranking.asked) >= MOST_ASKED:
        raise invalid_field("/profile_id", "You asked for many on this demand.", "Wait for the answers you asked for.")
    return ranking.model_copy(update={"asked": (*ranking.asked, profile_id)})
