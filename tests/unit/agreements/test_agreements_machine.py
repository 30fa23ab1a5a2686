"""Whatever three parties and the clock do, in any order: what must never be true of an agreement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from functions.agreements import gates
from functions.agreements.logic import knowing
from functions.agreements.model.agreement import Agreement, Awaited
from functions.agreements.model.signatures import PARTIES
from functions.agreements.model.states import SIGNABLE, Side, State
from passerelle.contracts.agreements import (
    AgreementEnded,
    AgreementReady,
    AgreementReminded,
    AgreementSigned,
    MissionStarted,
)
from passerelle.reminders import REMINDERS
from tests.unit.agreements.loans import (
    COMPANIES,
    HOST,
    ID,
    KINDS,
    LENDER,
    PATH,
    TOKEN,
    Clock,
    agreements_slice,
    coded,
    documents_of,
    draft,
    drafted,
    give,
    issued,
    linked,
    put,
    record,
    stored,
)

SIDES = st.sampled_from(["lender", "host"])
ANYBODY = st.sampled_from(["lender", "host", "employee"])
VERSIONS = st.integers(1, 4)
NO_5XX = {200, 202, 404, 409, 412, 422}


class Loan(RuleBasedStateMachine):
    """The slice, driven by HTTP, events and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.context = agreements_slice()
        self.loans, self.clock = self.context.__enter__()
        self.signed_versions: set[int] = set()
        self.reminded: dict[int, list[int]] = {}

    @initialize()
    def begin(self) -> None:
        self.clock: Clock
        drafted(self.loans)

    def teardown(self) -> None:
        self.context.__exit__(None, None, None)

    def agreement(self) -> Agreement:
        found: Agreement = stored(self.loans).value
        return found

    @rule(side=SIDES)
    def ready(self, side: str) -> None:
        self._post(f"{PATH}/readiness", side)

    @rule(versions=st.sampled_from(["present", "before"]), kinds=st.permutations(KINDS), most=st.integers(1, 4))
    def documents(self, versions: str, kinds: list[str], most: int) -> None:
        version = self.agreement().version - (versions == "before")
        if version:
            self.loans.deliver(*(issued(kind, version) for kind in kinds[:most]), times=2)
        self.loans.deliver(linked())

    @rule(party=ANYBODY, known=st.booleans())
    def code(self, party: str, known: bool) -> None:
        self.clock.pass_(minutes=2)
        if party == "employee":
            self._answer(self.loans.call("POST", "/agreements/sign/code", body={"token": TOKEN}))
        else:
            self._post(f"{PATH}/signing-codes", party)
        if known:
            self.loans.deliver(coded(party), times=2)

    @rule(party=ANYBODY, version=st.sampled_from([0, 0, 0, 1]))
    def sign(self, party: str, version: int) -> None:
        documents = documents_of(party, max(self.agreement().version - version, 1))
        self._answer(give(self.loans, party, documents=documents))

    @rule()
    def everybody_signs(self) -> None:
        self.ready("lender")
        self.documents("present", list(KINDS), 4)
        for party in PARTIES:
            self.code(party, True)
            self.sign(party, 0)

    @rule(side=SIDES, hours=st.integers(20, 50), day=st.dates(date(2026, 2, 16), date(2026, 4, 30)))
    def revise(self, side: str, hours: int, day: date) -> None:
        self._answer(put(self.loans, side, "terms", draft(weekly_hours=hours, start_date=day.isoformat())))

    @rule(side=SIDES)
    def correct(self, side: str) -> None:
        terms = self.agreement().draft.model_dump(mode="json")
        self._answer(put(self.loans, side, "terms", terms | {"supervisor": "Cheffe d’atelier"}))

    @rule(side=SIDES, informed=st.none() | st.integers(0, 60), opinion=st.none() | st.integers(0, 60))
    def council(self, side: str, informed: int | None, opinion: int | None) -> None:
        today = self.clock.at.date()
        days = {"informed_on": informed, "opinion_on": opinion}
        cse = {name: None if ago is None else (today - timedelta(days=ago)).isoformat() for name, ago in days.items()}
        more = {"urssaf_certificate_on": today.isoformat()} if side == "lender" else {}
        self._answer(record(self.loans, side, cse=cse, **more))

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        self.clock.pass_(days=days)

    @rule(who=st.sampled_from(["lender", "host", "clock"]))
    def start(self, who: str) -> None:
        before = self.agreement()
        held = gates.start(knowing.facts(self.loans.handler.wire().agreements, before))
        if who == "clock":
            self.loans.handler.start({}, None)
        else:
            self._post(f"{PATH}/start", who)
        if before.state is not State.ACTIVE and self.agreement().state is State.ACTIVE:
            assert before.state is State.SIGNED
            assert held == ()
            assert before.draft.terms.start_date <= self.clock.at.date() <= before.draft.terms.end_date

    @rule()
    def remind(self) -> None:
        before, told = self.agreement(), len(self.loans.facts(AgreementReminded))
        self.loans.handler.remind({}, None)
        new = self.loans.facts(AgreementReminded)[told:]
        assert len(new) <= 1
        for fact in new:
            sides: tuple[tuple[Side, str], ...] = (("lender", LENDER), ("host", HOST))
            assert before.state in SIGNABLE
            assert fact.waiting_for == tuple(tenant for side, tenant in sides if not before.signature_of(side))
            self.reminded.setdefault(before.version, []).append(fact.days)

    @rule(party=ANYBODY, really=st.sampled_from([False, False, False, True]))
    def refuse(self, party: str, really: bool) -> None:
        if not really:
            return
        if party == "employee":
            self._answer(self.loans.call("POST", "/agreements/sign/refusal", body={"token": TOKEN}))
        else:
            self._post(f"{PATH}/refusal", party, {"reason": "other"})

    @invariant()
    def never_signed_or_active_without_three_signatures_of_one_version(self) -> None:
        agreement = self.agreement()
        if agreement.state in {State.SIGNED, State.ACTIVE}:
            assert {each.party for each in agreement.signatures} == set(PARTIES)
            self.signed_versions.add(agreement.version)
        assert {each.version for each in agreement.signatures} <= {agreement.version}
        for each in agreement.signatures:
            assert each.documents == documents_of(each.party, agreement.version) == agreement.documents_of(each.party)

    @invariant()
    def both_sides_hold_the_same(self) -> None:
        agreements = self.loans.handler.wire().agreements
        assert agreements.find(LENDER, ID) == agreements.find(HOST, ID)

    @invariant()
    def no_two_versions_stand_signed_and_each_fact_is_told_once(self) -> None:
        told = [fact.terms_version for fact in self.loans.facts(AgreementSigned)]
        assert len(told) == len(set(told))
        assert self.signed_versions <= set(told)
        ready = [fact.terms_version for fact in self.loans.facts(AgreementReady)]
        assert len(ready) == len(set(ready))
        assert len(self.loans.facts(MissionStarted)) == (self.agreement().state is State.ACTIVE)
        assert len(self.loans.facts(AgreementEnded)) <= 1

    @invariant()
    def what_waits_for_its_first_day_is_what_is_signed(self) -> None:
        assert self._waiting("start") == ([ID] if self.agreement().state is State.SIGNED else [])

    @invariant()
    def what_is_reminded_of_can_be_signed_and_no_reminder_of_a_version_comes_twice(self) -> None:
        agreement = self.agreement()
        again = agreement.state in SIGNABLE and agreement.complete and agreement.reminded < REMINDERS[-1]
        assert self._waiting("signature") == ([ID] if again else [])
        for days in self.reminded.values():
            assert days == sorted(set(days))

    def _waiting(self, awaited: Awaited) -> list[str]:
        return [due.agreement_id for due in self.loans.handler.wire().agreements.due(awaited)]

    def _post(self, path: str, side: str, body: Any = None) -> None:
        self._answer(self.loans.call("POST", path, actor=COMPANIES[side], body=body))

    def _answer(self, reply: Any) -> None:
        assert reply.status in NO_5XX, reply.text


Loan.TestCase.settings = settings(
    max_examples=4, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLoan = Loan.TestCase
