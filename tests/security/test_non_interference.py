"""What each actor sees is a function of his level alone: random journeys, each lived twice with other secrets.

A hypothesis state machine draws what lenders, hosts, employees, an adviser, an operator and a bystander do; the twins
(tests/security/twins) do it in two worlds and compare every answer, mail, file and fact. When a journey is over, every
store of both is searched for every secret of its cast.

    python -m pytest tests/security/test_non_interference.py -s              # at least 2,000 steps
    python -m pytest tests/security/test_non_interference.py -s --steps 50000
"""

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from passerelle.observability import logger
from tests.security.twins.journeys import HOSTS, LENDERS, TRADES, Journey
from tests.security.twins.secrets import COMPANIES
from tests.security.twins.twins import Base, SeenDifference, Twins, founded
from tests.support.one_process.cloud import Cloud, one_process

pytestmark = pytest.mark.timeout(900)

STEPS_OF_A_JOURNEY = 60
IN_EVERY_CHECK = 2_000
FAR = {"approach", "talk", "write_sheet", "sign_sheet", "decide_go", "draft_agreement", "erase"}
"""What is among the steps of every check."""

TWO, FEW = st.integers(0, 1), st.integers(0, 7)
SIDE = st.sampled_from(("lender", "host"))
EVERYBODY = st.sampled_from((*COMPANIES, "adviser", "operator", "anybody"))
TEXTS = st.sampled_from(
    (
        "Quels sont les horaires de l’équipe ?",
        "Le poste demande-t-il de porter des charges ?",
        "Oui, depuis trois ans.",
        "Appelez {me} demain matin.",
        "Écrivez à {me} au 06 12 34 56 78.",
    )
)


@dataclass
class Stage:
    """Where journeys are played, and how far they went."""

    cloud: Cloud
    base: Base
    steps: int = 0
    requests: int = 0
    journeys: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    story: tuple[str, ...] = ()
    """What was asked in the last journey."""


@pytest.fixture(scope="module")
def grounds() -> Iterator[tuple[Cloud, Base]]:
    with one_process() as cloud:
        yield cloud, founded(cloud)


@pytest.fixture
def stage(grounds: tuple[Cloud, Base]) -> Stage:
    return Stage(*grounds)


def machine(stage: Stage) -> type[RuleBasedStateMachine]:
    """The state machine on this stage."""

    class Journeys(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.twins = Twins(stage.cloud, stage.base)
            self.journey = Journey(self.twins)
            self.over = True
            """Nothing is under way, and nothing went wrong."""
            self.commitments = 0
            stage.journeys += 1

        def act(self, name: str, *given: Any) -> None:
            stage.steps += 1
            stage.kinds[name] += 1
            self.over = False
            getattr(self.journey, name)(*given)
            self.over = True

        @initialize(trade=st.integers(0, 2), host=TWO)
        def one_of_each(self, trade: int, host: int) -> None:
            """A volunteer and a need are there, so that journeys go far."""
            self.act("describe", 0, trade, 1, 5, "3-5")
            self.act("decide", 0, "accept")
            self.act("post_demand", host, trade, 1, 4, 1)

        @rule(lender=TWO, trade=st.integers(0, len(TRADES) - 1), start=TWO, months=st.integers(4, 6))
        def describe(self, lender: int, trade: int, start: int, months: int) -> None:
            self.act("describe", lender, trade, start + 1, months, ("3-5", "6-10")[start])

        @rule(profile=FEW, decision=st.sampled_from(("accept", "accept", "accept", "refuse", "withdraw")))
        def decide(self, profile: int, decision: str) -> None:
            self.act("decide", profile, decision)

        @rule(host=TWO, trade=st.integers(0, len(TRADES) - 1), start=TWO, headcount=st.integers(1, 6))
        def post(self, host: int, trade: int, start: int, headcount: int) -> None:
            self.act("post_demand", host, trade, start + 1, 4, headcount)

        @rule(demand=FEW, limit=st.integers(1, 3))
        def look(self, demand: int, limit: int) -> None:
            self.act("look_at_matches", demand, limit)

        @rule(demand=FEW, profile=FEW)
        def ask_for(self, demand: int, profile: int) -> None:
            self.act("ask_for", demand, profile)

        @rule(side=SIDE, number=FEW, reason=st.sampled_from((None, None, None, "skills", "dates")))
        def answer(self, side: str, number: int, reason: str | None) -> None:
            self.act("answer", side, number, reason)

        @rule(side=SIDE, number=FEW, text=TEXTS)
        def talk(self, side: str, number: int, text: str) -> None:
            self.act("talk", side, number, text)

        @rule(side=SIDE, number=FEW, hours=st.sampled_from((35, 37)))
        def write_sheet(self, side: str, number: int, hours: int) -> None:
            self.act("write_sheet", side, number, hours)

        @rule(side=SIDE, number=FEW)
        def sign_sheet(self, side: str, number: int) -> None:
            self.act("sign_sheet", side, number)

        @rule(profile=FEW, decision=st.sampled_from(("go", "go", "go", "refuse")))
        def go(self, profile: int, decision: str) -> None:
            self.act("decide_go", profile, decision)

        @precondition(lambda self: self.commitments < 2)
        @rule(number=FEW)
        def commit(self, number: int) -> None:
            """All three sign one sheet, so that journeys reach the disclosure."""
            self.commitments += 1
            for side in ("host", "lender"):
                self.act("answer", side, number, None)
            self.act("write_sheet", "host", number, 35)
            for side in ("host", "lender"):
                self.act("sign_sheet", side, number)
            for profile in range(len(self.journey.profiles)):
                self.act("decide_go", profile, "go")

        @rule(side=SIDE, number=FEW)
        def who_is_it(self, side: str, number: int) -> None:
            self.act("read_disclosure", side, number)

        @precondition(lambda self: self.agreed())
        @rule(number=FEW)
        def draft(self, number: int) -> None:
            self.act("draft_agreement", number)

        @precondition(lambda self: self.agreed())
        @rule(number=FEW, profile=FEW)
        def sign(self, number: int, profile: int) -> None:
            self.act("sign_agreement", number)
            self.act("look_at_signing_sheet", profile)

        @rule(profile=FEW)
        def withdraw(self, profile: int) -> None:
            self.act("withdraw_profile", profile)

        @rule(demand=FEW, outcome=st.sampled_from(("closed", "filled")))
        def close(self, demand: int, outcome: str) -> None:
            self.act("close_demand", demand, outcome)

        @rule(profile=FEW, by=st.sampled_from(("lender", "operator", "employee")))
        def erase(self, profile: int, by: str) -> None:
            self.act("erase", profile, by)

        @rule(days=st.sampled_from((1, 3, 8, 31)))
        def wait(self, days: int) -> None:
            self.act("wait", days)

        @rule(profile=FEW, demand=FEW)
        def approach(self, profile: int, demand: int) -> None:
            self.act("approach", profile, demand)

        @rule(number=FEW, side=SIDE, said=st.sampled_from(("yes", "yes", "no")))
        def note(self, number: int, side: str, said: str) -> None:
            self.act("note_answer", number, side, said)

        @rule(role=st.sampled_from(LENDERS + HOSTS), verb=st.sampled_from(("suspension", "reinstatement")))
        def staff(self, role: str, verb: str) -> None:
            self.act("staff_acts", role, verb)

        @rule(who=EVERYBODY, kind=FEW, number=FEW)
        def pry(self, who: str, kind: int, number: int) -> None:
            self.act("pry", who, kind, number)

        @rule(who=EVERYBODY, kind=FEW)
        def err(self, who: str, kind: int) -> None:
            self.act("err", who, kind)

        @rule(who=EVERYBODY)
        def read_all(self, who: str) -> None:
            self.act("read_all", who)

        def agreed(self) -> bool:
            return any(event.type == "IntroductionDisclosed" for event in self.twins.worlds[0].events)

        def teardown(self) -> None:
            """The journey is over: everybody reads all there is for him, and every store is searched."""
            stage.requests += len(self.twins.seen)
            stage.story = tuple(self.twins.seen)
            if not self.over:
                return
            for who in (*COMPANIES, "adviser", "operator"):
                self.journey.read_all(who)
            found = self.twins.search()
            if found:
                raise SeenDifference(f"kept outside the vault: {found}")

    return Journeys


def play(stage: Stage, steps: int, *phases: Phase) -> None:
    """So many steps at least, in journeys of sixty and more."""
    run_state_machine_as_test(
        machine(stage),
        settings=settings(
            max_examples=-(-steps // STEPS_OF_A_JOURNEY),
            stateful_step_count=STEPS_OF_A_JOURNEY,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=phases or (Phase.generate, Phase.shrink),
        ),
    )


def test_what_each_sees_is_a_function_of_his_level(stage: Stage, request: pytest.FixtureRequest) -> None:
    asked = max(IN_EVERY_CHECK, request.config.getoption("--steps"))

    while stage.steps < asked:  # some journeys are shorter than others
        play(stage, asked - stage.steps)

    print(f"\n{stage.steps} steps, {stage.requests} requests in each world, {stage.journeys} journeys: {stage.kinds}")
    assert stage.kinds.keys() >= FAR, "journeys that end early show little"


def _telling_match(patch: pytest.MonkeyPatch) -> None:
    """The words of a match end with a letter of the lender's id."""
    matching = importlib.import_module("functions.matching.handler")
    honest = matching.match_view

    def telling(one: Any, words: Any) -> Any:
        view, lender = honest(one, words), matching.wire().matching._index.tenant_of(one.profile_id)
        return view.model_copy(update={"summary": f"{view.summary} {lender[-1]}"})

    patch.setattr(matching, "match_view", telling)


def _telling_order(patch: pytest.MonkeyPatch) -> None:
    """The last day to answer depends on how large the other company is."""
    introductions = importlib.import_module("functions.introductions.handler")
    honest = introductions.introduction_view

    def telling(one: Any, tenant: str, words: Any, **how: Any) -> Any:
        view = honest(one, tenant, words, **how)
        other = one.value.lender if tenant == one.value.host else one.value.host
        return view.model_copy(update={"answer_by": view.answer_by + timedelta(days=ord(other[-1]) % 7)})

    patch.setattr(introductions, "introduction_view", telling)


def _telling_log(patch: pytest.MonkeyPatch) -> None:
    """A log line quotes the name that is recorded."""
    identities = importlib.import_module("functions.identities.handler")
    honest = identities.logic.record

    def telling(ports: Any, transaction: Any, actor: Any, subject: str, identity: Any, *given: Any) -> Any:
        logger.info("recorded", who=identity.model_dump_json())
        return honest(ports, transaction, actor, subject, identity, *given)

    patch.setattr(identities.logic, "record", telling)


@pytest.mark.parametrize("plant", [pytest.param(_telling_match, marks=pytest.mark.deep), _telling_order, _telling_log])
def test_a_planted_leak_is_caught(
    stage: Stage, plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    with pytest.raises(SeenDifference) as caught:
        play(stage, IN_EVERY_CHECK, Phase.generate)

    print(f"\n{plant.__doc__} Caught after {stage.steps} steps: {str(caught.value).splitlines()[0]}")


@pytest.mark.deep
def test_a_planted_leak_is_shrunk_to_a_short_story(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _telling_match(monkeypatch)

    with pytest.raises(SeenDifference):
        play(stage, IN_EVERY_CHECK)

    print("\n" + "\n".join(stage.story))
    assert len(stage.story) <= 20
