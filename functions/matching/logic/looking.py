"""How matching looks at everybody: who stands in the index, in what order, and who of them may be shown right now."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from functions.matching.logic import Gate, Index, Matches
from functions.matching.model.formula import Candidate, Knowledge, Scale, candidate_of
from functions.matching.model.ranking import Company, Demand, Profile, Ranked, SearchDown, ranked, ranked_lazily
from functions.matching.model.unlocking import unlock
from functions.matching.wording import explained
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.http import found
from passerelle.problems import Refused, Unavailable

CHECKED_AT_ONCE: Final = 25


class Sight:
    """The eyes of the slice: index, rows and gate, always in this order."""

    def __init__(self, matches: Matches, index: Index, gate: Gate, knowledge: Knowledge) -> None:
        self.matches: Final = matches
        self.knowledge: Final = knowledge
        self._index = index
        self._gate = gate

    def order(self, scale: Scale, host: Company) -> list[tuple[int, Candidate]]:
        """Everyone in the index who passes the hard facts, best first."""
        recalled = self._index.recall(scale, host.tenant)
        companies = self.matches.companies({candidate.tenant for candidate in recalled})
        return ranked(scale, recalled, companies.get, host)

    def best_first(self, scale: Scale, host: Company) -> Iterator[tuple[int, Candidate]]:
        """The same order one by one, looking no further in the index than it is read."""
        known: dict[str, Company | None] = {}

        def lender(tenant: str) -> Company | None:
            if tenant not in known:
                known[tenant] = self.matches.company(tenant)
            return known[tenant]

        return ranked_lazily(scale, self._index.best_first(scale, host.tenant), lender, host)

    def verified(self, order: Iterable[tuple[int, Candidate]]) -> Iterator[tuple[int, Candidate, Profile]]:
        """Everyone of an order, each checked against its row before it is shown.

        A profile whose row and index entry differ is just changing or leaving: it is left out of this reading, and so
        is one whose class does not protect it at this moment.
        """
        waiting = iter(order)
        while some := list(islice(waiting, CHECKED_AT_ONCE)):
            rows = self.matches.profiles((candidate.tenant, candidate.profile_id) for _, candidate in some)
            present = [
                (score, candidate, row, row.card)
                for score, candidate in some
                if (row := rows.get(candidate.profile_id)) and row.card and row.sequence == candidate.sequence
            ]
            protected = self._gate.protect([card for *_, card in present])
            for (score, candidate, row, _), may_show in zip(present, protected, strict=True):
                if may_show:
                    yield score, candidate, row

    def protected(self, card: ProfileCard | DemandCard) -> bool:
        """Whether the class of a card protects it at this moment."""
        return self.protect([card])[0]

    def protect(self, cards: Sequence[ProfileCard | DemandCard]) -> Sequence[bool]:
        """Whether each card may be shown at this moment, in the order given."""
        return self._gate.protect(cards) if cards else ()

    def scale(self, demand: Demand) -> Scale:
        """What measures profiles for an open demand."""
        assert demand.card is not None
        return Scale(demand.card, self.knowledge)

    def own_open_demand(self, tenant: str, demand_id: str) -> Demand:
        """A company's own demand, if people are shown for it. Raises `NotFound` and `Refused`."""
        demand: Demand = found(self.matches.demand(tenant, demand_id))
        if demand.with_adviser:
            raise Refused(
                "No masked card protects your company: nobody is shown this demand.",
                code="with-adviser",
                remedy="Your adviser looks for people by hand; a wider period or another place may give it a card.",
            )
        if demand.card is None:
            raise Refused("The demand takes no more matches.", code="demand-closed", remedy="Open a new demand.")
        return demand


@contextmanager
def for_a_caller() -> Iterator[None]:
    """An engine that is down is told to the caller as such."""
    try:
        yield
    except SearchDown:
        raise Unavailable("The search does not answer.", remedy="Repeat the same request in a moment.") from None


def candidate_in(profile: Profile) -> Candidate:
    """A published profile in the form the formula reads."""
    assert profile.card is not None
    return candidate_of(profile.profile_id, profile.tenant, profile.sequence, profile.card)


def shown(scale: Scale, score: int, candidate: Candidate, profile: Profile) -> Ranked:
    """One profile as its host may see it."""
    assert profile.card is not None
    lines = explained(scale, candidate, scale.fits(candidate))
    return Ranked(profile.profile_id, score, profile.card, lines, unlock(scale, candidate))
