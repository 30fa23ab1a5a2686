"""Learn facts, rank a demand again whenever a fact touches it, and propose whoever is new; a host may ask for others.

Every reaction writes its own fact first and looks at everybody else's after, with strong consistency; so of two facts
that concern each other, the one written second sees the first, and no pair is missed whatever the order of delivery.
A ranking is written under the version that was read before looking, and looked at once more after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from functions.matching.logic import Gate, Index, Matches
from functions.matching.logic.looking import Sight, candidate_in, for_a_caller, shown
from functions.matching.model.formula import ENGINE, Candidate, Knowledge, Scale, candidate_of
from functions.matching.model.ranking import (
    MOST_LOGGED,
    Company,
    Demand,
    Entry,
    Profile,
    Ranked,
    Ranking,
    asked_besides,
    first_proposed,
    hard_facts,
    ranked,
)
from functions.matching.wording import explained
from passerelle.consuming import NotYet
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.matching import Match, MatchesProposed, Run
from passerelle.problems import Problem, Refused, invalid_field
from passerelle.store import Transaction, VersionConflict

_ATTEMPTS = 10


class Matching:
    """The use cases, with the edges they speak to."""

    def __init__(self, matches: Matches, index: Index, gate: Gate, knowledge: Knowledge) -> None:
        self._matches = matches
        self._index = index
        self._knowledge = knowledge
        self._sight = Sight(matches, index, gate, knowledge)

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

    def ask_for(self, transaction: Transaction, tenant: str, demand_id: str, profile_id: str) -> Ranked:
        """The host asks to be introduced to one profile: it is proposed once, though others rank before it.

        Unknown, withdrawn, out of reach and refused read the same, so that nobody learns which it is.
        """
        stored = self._matches.ranking(tenant, demand_id)
        demand = self._sight.own_open_demand(tenant, demand_id)
        scale = self._sight.scale(demand)
        if not self._sight.protected(scale.card):
            raise Refused(
                "Too few other demands read like yours just now: its card is hidden.",
                code="card-hidden",
                remedy="Ask again later, or ask your adviser.",
            )
        profile = self._askable(scale, tenant, profile_id)
        candidate = candidate_in(profile)
        fits = scale.fits(candidate)
        asked = shown(scale, fits.score, candidate, profile)
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
        candidates = [candidate_in(profile) for profile in profiles if profile.card is not None]
        if host is None or not candidates:
            return False
        scale = self._sight.scale(demand)
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
            if demand is None or demand.card is None or host is None or not self._sight.protected(demand.card):
                return
            scale = self._sight.scale(demand)
            present: dict[str, Profile] = {}
            order = self._sight.order(scale, host)
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
        for score, candidate, profile in self._sight.verified(order):
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

    def _askable(self, scale: Scale, tenant: str, profile_id: str) -> Profile:
        with for_a_caller():
            owner = self._index.tenant_of(profile_id)
        profile = None if owner is None else self._matches.profile(owner, profile_id)
        companies = self._matches.companies({tenant, owner or tenant})
        host, lender = companies.get(tenant), companies.get(owner or "")
        if profile is None or profile.card is None or host is None or lender is None:
            raise _not_askable()
        if hard_facts(scale, candidate_in(profile), lender, host) or not self._sight.protected(profile.card):
            raise _not_askable()
        return profile

    def _require_company(self, tenant: str) -> None:
        if self._matches.company(tenant) is None:
            raise NotYet


def _new(entries: Iterable[Entry], before: Ranking) -> list[Entry]:
    return [entry for entry in entries if not before.holds(entry.profile_id)]


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
    candidate = candidate_in(profile)
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


def _not_askable() -> Problem:
    return invalid_field(
        "/profile_id", "This profile is not among those of this demand.", "Take an id from the list of matches."
    )
