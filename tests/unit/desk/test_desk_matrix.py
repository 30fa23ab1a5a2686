"""Who may record what in which state of an approach, against a matrix written by hand, and driven through HTTP."""

from __future__ import annotations

import pytest

from functions.desk.model.approaches import STANDING, TRANSITIONS, State, Step
from passerelle.access import ANYBODY, Actor
from passerelle.contracts.desk import ApproachClosed, MediationAgreed
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.desk.asking import ADVISER, answer, approach, log
from tests.unit.desk.cards import HOST, LENDER, demand_referred, profile_referred, profile_withdrawn

HOW = {
    "open": (),
    "lender agreed": (("lender", "yes"),),
    "host agreed": (("host", "yes"),),
    "agreed": (("lender", "yes"), ("host", "yes")),
    "declined by the lender": (("lender", "no"),),
    "declined by the host": (("lender", "yes"), ("host", "no")),
    "lapsed": "withdrawn",
}

# state: what is recorded: the state after it, or 409
MATRIX: dict[str, dict[str, str | int]] = {
    "open": {
        "lender yes": "lender_agreed",
        "host yes": "host_agreed",
        "lender no": "declined",
        "host no": "declined",
    },
    "lender agreed": {
        "lender yes": "lender_agreed",
        "host yes": "agreed",
        "lender no": "declined",
        "host no": "declined",
    },
    "host agreed": {
        "lender yes": "agreed",
        "host yes": "host_agreed",
        "lender no": "declined",
        "host no": "declined",
    },
    "agreed": {"lender yes": "agreed", "host yes": "agreed", "lender no": 409, "host no": 409},
    "declined by the lender": {"lender yes": 409, "host yes": 409, "lender no": "declined", "host no": 409},
    "declined by the host": {"lender yes": "declined", "host yes": 409, "lender no": 409, "host no": "declined"},
    "lapsed": {"lender yes": 409, "host yes": 409, "lender no": 409, "host no": 409},
}

OTHERS: dict[str, tuple[Actor, int]] = {
    "an operator": (an_operator(), 403),
    "the lender": (a_company(LENDER), 403),
    "the host": (a_company(HOST), 403),
    "another company": (a_company("cmp_other"), 403),
    "a machine": (a_machine(LENDER, "introductions:write"), 403),
    "a user without a company": (a_user(), 403),
    "anybody": (ANYBODY, 401),
}


def brought_to(desk: Slice, state: str) -> str:
    desk.deliver(profile_referred(), demand_referred())
    path = approach(desk).headers["Location"]
    if state == "lapsed":
        desk.deliver(profile_withdrawn())
        return path
    for side, said in HOW[state]:
        assert answer(desk, path, side, said).status == 200
    return path


@pytest.mark.parametrize(
    ("state", "recorded"), [(state, recorded) for state, row in MATRIX.items() for recorded in row], ids=str
)
def test_an_adviser_records(desk: Slice, state: str, recorded: str) -> None:
    path, expected = brought_to(desk, state), MATRIX[state][recorded]
    side, said = recorded.split()

    reply = answer(desk, path, side, said, actor=an_adviser("usr_second"))

    after = desk.call("GET", path, actor=ADVISER).body["state"]
    if expected == 409:
        assert (reply.status, after) == (409, "lapsed" if state == "lapsed" else state.split()[0])
    else:
        assert (reply.status, reply.body["state"], after) == (200, expected, expected)
    assert len(desk.facts(MediationAgreed)) == (after == "agreed")
    assert len(desk.facts(ApproachClosed)) == (after in {"agreed", "declined", "lapsed"})


@pytest.mark.parametrize("state", MATRIX)
def test_nobody_else_does(desk: Slice, state: str) -> None:
    path = brought_to(desk, state)
    before, noted = desk.call("GET", path, actor=ADVISER).text, len(log(desk))

    for name, (actor, status) in OTHERS.items():
        assert answer(desk, path, "host", "yes", actor=actor).status == status, name
        assert approach(desk, actor=actor).status == status, name
        for read in ("/desk/queue", "/desk/cards/prf_a", path):
            assert desk.call("GET", read, actor=actor).status == status, f"{name}: {read}"
        if name != "an operator":
            assert desk.call("GET", "/desk/log", actor=actor).status == status, name

    assert desk.call("GET", "/desk/log", actor=ADVISER).status == 403
    assert len(log(desk)) == noted
    assert desk.call("GET", path, actor=ADVISER).text == before


STILL = ("open", "lender_agreed", "host_agreed")
PURE = {
    "lender_yes": {"open": "lender_agreed", "host_agreed": "agreed"},
    "host_yes": {"open": "host_agreed", "lender_agreed": "agreed"},
    "lender_no": dict.fromkeys(STILL, "declined"),
    "host_no": dict.fromkeys(STILL, "declined"),
    "lapse": dict.fromkeys(STILL, "lapsed"),
}


def test_the_table_is_the_one_written_here() -> None:
    assert {step.value: {s.value: t.value for s, t in row.items()} for step, row in TRANSITIONS.items()} == PURE
    assert set(TRANSITIONS) == set(Step)
    assert {state.value for state in STANDING} == set(STILL)
    assert set(State) - STANDING == {State.AGREED, State.DECLINED, State.LAPSED}
