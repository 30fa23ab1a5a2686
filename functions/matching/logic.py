"""What matching does: learn facts, rank a demand again whenever a fact touches it, and show the ranking to its host.

Every reaction writes its own fact first and looks at everybody else's after, with strong consistency; so of two facts
that concern each other, the one written second sees the first, and no pair is missed whatever the order of delivery.
A ranking is written under the version that was read before looking, and looked at once more after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from functions.matching.model.formula import ENGINE, Candidate, Knowledge, Scale, candidate_of
from functions.matching.model.ranking import (
    MOST_LOGGED,
    Company,
    Demand,
    Entry,
    Profile,
    Ranked,
    Ranking,
    Readings,
    SearchDown,
    asked_besides,
    first_proposed,
    hard_facts,
    place,
    ranked,
)
from functions.matching.wording import explained
from passerelle import clock
from passerelle.consuming import NotYet
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.matching import Match, MatchesProposed, Run
from passerelle.http import found
from passerelle.problems import Exhausted, Problem, Refused, Unavailable, invalid_field
from passerelle.store import Key, Stored, Transaction, VersionConflict

_ATTEMPTS = 10
_CHECKED_AT_ONCE = 50


class Matches(Protocol):
    """What the use cases need of the store."""

    def begin(self) -> Transaction: ...
    def learn_company(self, company: Company, sequence: int) -> bool: ...
    def learn_profile(self, profile: Profile) -> bool: ...
    def learn_demand(self, demand: Demand) -> bool: ...
    def company(self, tenant: str) -> Company | None: ...
    def companies(self, tenants: Iterable[str]) -> Mapping[str, Company]: ...
    def profile(self, tenant: str, profile_id: str) -> Profile | None: ...
    def profiles(self, keys: Iterable[tuple[str, str]]) -> Mapping[str, Profile]: ...
    def profiles_of(self, tenant: str) -> Sequence[Profile]: ...
    def demand(self, tenant: str, demand_id: str) -> Demand | None: ...
    def open_demands(self) -> Sequence[Demand]: ...
    def ranking(self, tenant: str, demand_id: str) -> Stored[Ranking]: ...
    def rankings(self, demands: Iterable[Demand]) -> Mapping[str, Ranking]: ...
    def save_ranking(self, transaction: Transaction, demand: Demand, ranking: Ranking, version: int) -> Key: ...
    def readings(self, tenant: str, day: date) -> Stored[Readings]: ...
    def save_readings(
        self, transaction: Transaction, tenant: str, day: date, readings: Readings, version: int
    ) -> None: ...
    def forget_ranking(self, transaction: Transaction, tenant: str, demand_id: str) -> None: ...


class Gate(Protocol):
    """What may be shown at this moment, on the ledger of classes."""

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> Sequence[bool]: ...


class Index(Protocol):
    """What the use cases need of the search engine. Every call may raise `SearchDown`."""

    def put(self, candidate: Candidate) -> None: ...
    def remove(self, profile_id: str, sequence: int) -> None: ...
    def tenant_of(self, profile_id: str) -> str | None: ...
    def recall(self, scale: Scale, host: str) -> list[Candidate]: ...


class Matching:
    """The use cases, with the edges they speak to."""

    def __init__(self, matches: Matches, index: Index, gate: Gate, knowledge: Knowledge) -> None:
        self._matches = matches
        self._index = index
        self._gate = gate
        self._knowledge = knowledge

    def learn_company(self, company: Company, sequence: int) -> None:
        """A company began, changed or stopped: the demands that it or its people concern are ranked again."""
        if self._matches.learn_company(company, sequence):
            self._review(self._matches.profiles_of(company.tenant), owner=company.tenant)

    def publish(self, tenant: str, sequence: int, profile_id: str, person_id: str, card: ProfileCard) -> None:
        """A profile may be shown: index it, and rank again the demands where it counts. Raises `NotYet` while its
        company is unknown here."""
        self._knowledge.centre(card.area.level, card.area.code)
        self._require_company(tenant)
        profile = Profile(tenant=tenant, profile_id=profile_id, sequence=sequence, person_id=person_id, card=card)
        if self._matches.learn_profile(profile):
            self._index.put(candidate_of(profile_id, tenant, sequence, card))
            self._review([profile])

    def withdraw(self, tenant: str, sequence: int, profile_id: str) -> None:
        """A profile may no longer be shown: take it out, and let the next one move up where it stood."""
        profile = Profile(tenant=tenant, profile_id=profile_id, sequence=sequence)
        if self._matches.learn_profile(profile):
            self._index.remove(profile_id, sequence)
            self._review([profile])

    def open_demand(self, tenant: str, sequence: int, demand_id: str, card: DemandCard) -> None:
        """A host looks for people: rank and propose the best. Raises `NotYet` while the company is unknown here."""
        self._knowledge.centre(card.area.level, card.area.code)
        self._require_company(tenant)
        demand = Demand(tenant=tenant, demand_id=demand_id, sequence=sequence, card=card)
        if self._matches.learn_demand(demand):
            self._rank_again(tenant, demand_id)

    def close_demand(
        self, transaction: Transaction, tenant: str, sequence: int, demand_id: str, *, with_adviser: bool = False
    ) -> None:
        """A demand takes no more matches, or has no card that protects its host: its ranking is forgotten."""
        demand = Demand(tenant=tenant, demand_id=demand_id, sequence=sequence, with_adviser=with_adviser)
        if self._matches.learn_demand(demand):
            self._matches.forget_ranking(transaction, tenant, demand_id)

    def show(
        self, transaction: Transaction, tenant: str, demand_id: str, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[Ranked], tuple[int, str] | None]:
        """One page of everyone who passes the hard facts, best first, and the position to go on from.

        The order is worked out at each reading from what holds then; a position, not a page number, says where to go
        on, so that whoever comes or goes meanwhile neither repeats nor hides another. Raises `Exhausted` once the
        company has been shown as many cards as one day allows.
        """
        demand = self._own_open_demand(tenant, demand_id)
        today = clock.today()
        readings = self._matches.readings(tenant, today)
        if not readings.value.left():
            raise _all_read()
        page, following = self._page(demand, tenant, min(limit, readings.value.left()), after)
        read = Readings(cards=readings.value.cards + len(page))
        self._matches.save_readings(transaction, tenant, today, read, readings.version + 1)
        return page, following

    def _page(
        self, demand: Demand, tenant: str, limit: int, after: tuple[int, str] | None
    ) -> tuple[list[Ranked], tuple[int, str] | None]:
        host = self._matches.company(tenant)
        if host is None:
            return [], None
        scale = self._scale(demand)
        shown: list[Ranked] = []
        with _for_a_caller():
            order = [
                one for one in self._order(scale, host) if after is None or place(one[0], one[1].profile_id) > after
            ]
            for score, candidate, profile in self._verified(order):
                if len(shown) == limit:
                    return shown, shown[-1].position
                shown.append(_shown(scale, score, candidate, profile))
        return shown, None

    def ask_for(self, transaction: Transaction, tenant: str, demand_id: str, profile_id: str) -> Ranked:
        """The host asks to be introduced to one profile: it is proposed once, though others rank before it.

        Unknown, withdrawn, out of reach and refused read the same, so that nobody learns which it is.
        """
        stored = self._matches.ranking(tenant, demand_id)
        demand = self._own_open_demand(tenant, demand_id)
        scale = self._scale(demand)
        if not self._protected(scale.card):
            raise Refused(
                "Too few other demands read like yours just now: its card is hidden.",
                code="card-hidden",
                remedy="Ask again later, or ask your adviser.",
            )
        profile = self._askable(scale, tenant, profile_id)
        candidate = _candidate(profile)
        fits = scale.fits(candidate)
        asked = _shown(scale, fits.score, candidate, profile)
        if stored.value.holds(profile_id) or profile_id in stored.value.asked:
            return asked
        version = stored.version + 1
        key = self._matches.save_ranking(transaction, demand, asked_besides(stored.value, profile_id), version)
        run = self._run([profile_id], asked_by_host=True)
        transaction.emit(key, _proposal(demand, scale, [profile], run), sequence=version)
        return asked

    def _review(self, profiles: Sequence[Profile], owner: str | None = None) -> None:
        """Rank again every open demand of `owner`, and those where one of these profiles stood, stands or would."""
        demands = self._matches.open_demands()
        rankings = self._matches.rankings(demands)
        companies = self._matches.companies(
            {demand.tenant for demand in demands} | {profile.tenant for profile in profiles}
        )
        for demand in demands:
            ranking = rankings.get(demand.demand_id, Ranking())
            if demand.tenant == owner or self._touches(demand, ranking, profiles, companies):
                self._rank_again(demand.tenant, demand.demand_id)

    def _touches(
        self, demand: Demand, ranking: Ranking, profiles: Sequence[Profile], companies: Mapping[str, Company]
    ) -> bool:
        if any(ranking.holds(profile.profile_id) for profile in profiles):
            return True
        host = companies.get(demand.tenant)
        candidates = [_candidate(profile) for profile in profiles if profile.card is not None]
        if host is None or not candidates:
            return False
        scale = self._scale(demand)
        return any(
            ranking.has_room_for(score, candidate.profile_id) and scale.related(candidate)
            for score, candidate in ranked(scale, candidates, companies.get, host)
        )

    def _rank_again(self, tenant: str, demand_id: str) -> None:
        """Work out the ranking from what holds now and propose whoever is new in it, until a look after the last write
        finds nothing to change: a fact written before that look is counted, one written after finds this ranking."""
        for _ in range(_ATTEMPTS):
            stored = self._matches.ranking(tenant, demand_id)
            demand = self._matches.demand(tenant, demand_id)
            host = self._matches.company(tenant)
            if demand is None or demand.card is None or host is None or not self._protected(demand.card):
                return
            scale = self._scale(demand)
            present: dict[str, Profile] = {}
            order = self._order(scale, host)
            entries = first_proposed(scale, self._noted(order, present))
            if entries == stored.value.entries:
                return
            transaction = self._matches.begin()
            version = stored.version + 1
            ranking = stored.value.model_copy(update={"entries": entries})
            key = self._matches.save_ranking(transaction, demand, ranking, version)
            new = [present[entry.profile_id] for entry in _new(entries, stored.value)]
            if new:
                run = self._run([candidate.profile_id for _, candidate in order])
                transaction.emit(key, _proposal(demand, scale, new, run), sequence=version)
            with suppress(VersionConflict):
                transaction.commit()
        raise NotYet

    def _noted(
        self, order: Sequence[tuple[int, Candidate]], present: dict[str, Profile]
    ) -> Iterator[tuple[int, Candidate]]:
        for score, candidate, profile in self._verified(order):
            present[profile.profile_id] = profile
            yield score, candidate

    def _run(self, considered: Sequence[str], *, asked_by_host: bool = False) -> Run:
        return Run(
            engine=ENGINE,
            nomenclature=self._knowledge.nomenclature.version,
            asked_by_host=asked_by_host,
            considered=tuple(considered[:MOST_LOGGED]),
            pool=len(considered),
        )

    def _order(self, scale: Scale, host: Company) -> list[tuple[int, Candidate]]:
        """Everyone in the index who passes the hard facts, best first."""
        recalled = self._index.recall(scale, host.tenant)
        companies = self._matches.companies({candidate.tenant for candidate in recalled})
        return ranked(scale, recalled, companies.get, host)

    def _verified(self, order: Sequence[tuple[int, Candidate]]) -> Iterator[tuple[int, Candidate, Profile]]:
        """Everyone of an order, each checked against its row before it is shown.

        A profile whose row and index entry differ is just changing or leaving: it is left out of this reading, and so
        is one whose class does not protect it at this moment.
        """
        for start in range(0, len(order), _CHECKED_AT_ONCE):
            some = order[start : start + _CHECKED_AT_ONCE]
            rows = self._matches.profiles((candidate.tenant, candidate.profile_id) for _, candidate in some)
            present = [
                (score, candidate, row, row.card)
                for score, candidate in some
                if (row := rows.get(candidate.profile_id)) and row.card and row.sequence == candidate.sequence
            ]
            protected = self._gate.protect([card for *_, card in present])
            for (score, candidate, row, _), may_show in zip(present, protected, strict=True):
                if may_show:
                    yield score, candidate, row

    def _askable(self, scale: Scale, tenant: str, profile_id: str) -> Profile:
        with _for_a_caller():
            owner = self._index.tenant_of(profile_id)
        profile = None if owner is None else self._matches.profile(owner, profile_id)
        companies = self._matches.companies({tenant, owner or tenant})
        host, lender = companies.get(tenant), companies.get(owner or "")
        if profile is None or profile.card is None or host is None or lender is None:
            raise _not_askable()
        if hard_facts(scale, _candidate(profile), lender, host) or not self._protected(profile.card):
            raise _not_askable()
        return profile

    def _protected(self, card: ProfileCard | DemandCard) -> bool:
        return self._gate.protect([card])[0]

    def _own_open_demand(self, tenant: str, demand_id: str) -> Demand:
        demand: Demand = found(self._matches.demand(tenant, demand_id))
        if demand.with_adviser:
            raise Refused(
                "No masked card protects your company: nobody is shown this demand.",
                code="with-adviser",
                remedy="Your adviser looks for people by hand; a wider period or another place may give it a card.",
            )
        if demand.card is None:
            raise Refused("The demand takes no more matches.", code="demand-closed", remedy="Open a new demand.")
        return demand

    def _require_company(self, tenant: str) -> None:
        if self._matches.company(tenant) is None:
            raise NotYet

    def _scale(self, demand: Demand) -> Scale:
        assert demand.card is not None
        return Scale(demand.card, self._knowledge)


@contextmanager
def _for_a_caller() -> Iterator[None]:
    try:
        yield
    except SearchDown:
        raise Unavailable("The search does not answer.", remedy="Repeat the same request in a moment.") from None


def _new(entries: Iterable[Entry], before: Ranking) -> list[Entry]:
    return [entry for entry in entries if not before.holds(entry.profile_id)]


def _candidate(profile: Profile) -> Candidate:
    assert profile.card is not None
    return candidate_of(profile.profile_id, profile.tenant, profile.sequence, profile.card)


def _shown(scale: Scale, score: int, candidate: Candidate, profile: Profile) -> Ranked:
    assert profile.card is not None
    return Ranked(profile.profile_id, score, profile.card, explained(scale, candidate, scale.fits(candidate)))


def _proposal(demand: Demand, scale: Scale, profiles: Sequence[Profile], run: Run) -> MatchesProposed:
    return MatchesProposed(
        demand_id=demand.demand_id,
        demand_tenant=demand.tenant,
        demand_card=scale.card,
        demand_sequence=demand.sequence,
        matches=tuple(_match(scale, profile) for profile in profiles),
        run=run,
    )


def _match(scale: Scale, profile: Profile) -> Match:
    assert profile.card is not None
    candidate = _candidate(profile)
    fits = scale.fits(candidate)
    return Match(
        profile_id=profile.profile_id,
        profile_tenant=profile.tenant,
        person_id=profile.person_id,
        profile_sequence=profile.sequence,
        score=fits.score / 1_000_000,
        criteria=explained(scale, candidate, fits),
        card=profile.card,
    )


def _all_read() -> Problem:
    now = clock.now()
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return Exhausted(
        "Your company has been shown as many masked cards today as one day allows.",
        code="cards-read-today",
        remedy="Narrow your demand, or go on tomorrow.",
        retry_after=int((midnight - now).total_seconds()) + 1,
    )


def _not_askable() -> Problem:
    return invalid_field(
        "/profile_id", "This profile is not among those of this demand.", "Take an id from the list of matches."
    )
