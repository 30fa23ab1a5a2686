"""Who may answer what in which state: every state × every actor × every action, against a matrix written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from functions.introductions.model import OPEN, TRANSITIONS, UNANSWERED, Act, State, introduction_id
from passerelle import clock
from passerelle.access import ANYBODY, Actor
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.introductions.pairs import HOST, LENDER, closed, matched, withdrawn

LENDING, HOSTING = a_company(LENDER), a_company(HOST)
PATH = f"/introductions/{introduction_id('dem_x', 'prf_a')}"

INTEREST, REFUSAL, READ = "interest", "refusal", "read"


def act(introductions: Slice, actor: Actor, action: str) -> int:
    if action == READ:
        return introductions.call("GET", PATH, actor=actor).status
    body = {"reason": "dates"} if action == REFUSAL else None
    return introductions.call("POST", f"{PATH}/{action}", actor=actor, body=body).status


def expire(introductions: Slice) -> None:
    with pytest.MonkeyPatch.context() as patch:
        later = datetime.now(UTC) + timedelta(days=31)  # noqa: TID251
        patch.setattr(clock, "now", lambda: later)
        introductions.handler.expire({}, None)


HOW: dict[str, list[Callable[[Slice], object]]] = {
    "proposed": [],
    "lender interested": [lambda it: act(it, LENDING, INTEREST)],
    "host interested": [lambda it: act(it, HOSTING, INTEREST)],
    "mutual": [lambda it: act(it, LENDING, INTEREST), lambda it: act(it, HOSTING, INTEREST)],
    "declined by the lender": [lambda it: act(it, LENDING, REFUSAL)],
    "declined by the host": [lambda it: act(it, HOSTING, REFUSAL)],
    "withdrawn": [lambda it: it.deliver(withdrawn())],
    "obsolete": [lambda it: it.deliver(closed())],
    "expired": [expire],
}

# state: action of a side: (status, the lender's words after, the host's words after)
MATRIX: dict[str, dict[str, tuple[int, str, str]]] = {
    "proposed": {
        "lender interest": (200, "waiting", "awaited"),
        "host interest": (200, "awaited", "waiting"),
        "lender refusal": (200, "not_proceeding", "not_proceeding"),
        "host refusal": (200, "not_proceeding", "not_proceeding"),
    },
    "lender interested": {
        "lender interest": (200, "waiting", "awaited"),
        "host interest": (200, "mutual", "mutual"),
        "lender refusal": (200, "not_proceeding", "not_proceeding"),
        "host refusal": (200, "not_proceeding", "not_proceeding"),
    },
    "host interested": {
        "lender interest": (200, "mutual", "mutual"),
        "host interest": (200, "awaited", "waiting"),
        "lender refusal": (200, "not_proceeding", "not_proceeding"),
        "host refusal": (200, "not_proceeding", "not_proceeding"),
    },
    "mutual": {
        "lender interest": (200, "mutual", "mutual"),
        "host interest": (200, "mutual", "mutual"),
        "lender refusal": (200, "not_proceeding", "not_proceeding"),
        "host refusal": (200, "not_proceeding", "not_proceeding"),
    },
    "declined by the lender": {
        "lender interest": (409, "not_proceeding", "not_proceeding"),
        "host interest": (409, "not_proceeding", "not_proceeding"),
        "lender refusal": (200, "not_proceeding", "not_proceeding"),
        "host refusal": (409, "not_proceeding", "not_proceeding"),
    },
    "declined by the host": {
        "lender interest": (409, "not_proceeding", "not_proceeding"),
        "host interest": (409, "not_proceeding", "not_proceeding"),
        "lender refusal": (409, "not_proceeding", "not_proceeding"),
        "host refusal": (200, "not_proceeding", "not_proceeding"),
    },
    **{
        ended: {
            f"{side} {action}": (409, "not_proceeding", "not_proceeding")
            for side in ("lender", "host")
            for action in (INTEREST, REFUSAL)
        }
        for ended in ("withdrawn", "obsolete", "expired")
    },
}

OTHERS: dict[str, tuple[Actor, int]] = {
    "another company": (a_company("cmp_other"), 404),
    "the lender, not active": (a_company(LENDER, active=False), 403),
    "the host, not active": (a_company(HOST, active=False), 403),
    "a machine without the scopes": (a_machine(LENDER, "profiles:read"), 403),
    "another company's machine": (a_machine("cmp_other", "introductions:read", "introductions:write"), 404),
    "a user without a company": (a_user(), 403),
    "an adviser": (an_adviser(), 403),
    "an operator": (an_operator(), 403),
    "anybody": (ANYBODY, 401),
}


def brought_to(introductions: Slice, state: str) -> None:
    introductions.deliver(matched())
    for step in HOW[state]:
        step(introductions)


@pytest.mark.parametrize(
    ("state", "action"), [(state, action) for state, row in MATRIX.items() for action in row], ids=str
)
def test_a_side_answers(introductions: Slice, state: str, action: str) -> None:
    status, lender, host = MATRIX[state][action]
    brought_to(introductions, state)
    side, verb = action.split()

    answered = act(introductions, LENDING if side == "lender" else HOSTING, verb)

    states = [introductions.call("GET", PATH, actor=actor).body["state"] for actor in (LENDING, HOSTING)]
    assert (answered, *states) == (status, lender, host)


@pytest.mark.parametrize("state", MATRIX)
def test_nobody_else_does(introductions: Slice, state: str) -> None:
    brought_to(introductions, state)
    before = introductions.call("GET", PATH, actor=LENDING).text

    for name, (actor, status) in OTHERS.items():
        for action in (READ, INTEREST, REFUSAL):
            assert act(introductions, actor, action) == status, f"{name}: {action}"

    assert introductions.call("GET", PATH, actor=LENDING).text == before
    assert introductions.call("GET", "/introductions", actor=ANYBODY).status == 401
    assert introductions.call("GET", "/introductions", actor=an_adviser()).status == 403


# act: states it takes and what it makes of them; every other state refuses it
PURE = {
    "lender_interest": {"proposed": "lender_interested", "host_interested": "mutual"},
    "host_interest": {"proposed": "host_interested", "lender_interested": "mutual"},
    "refusal": dict.fromkeys(("proposed", "lender_interested", "host_interested", "mutual"), "declined"),
    "withdrawal": dict.fromkeys(("proposed", "lender_interested", "host_interested", "mutual"), "withdrawn"),
    "closure": dict.fromkeys(("proposed", "lender_interested", "host_interested", "mutual"), "obsolete"),
    "expiry": dict.fromkeys(("proposed", "lender_interested", "host_interested"), "expired"),
}


def test_the_table_is_the_one_written_here() -> None:
    assert {act.value: {s.value: t.value for s, t in row.items()} for act, row in TRANSITIONS.items()} == PURE
    assert set(TRANSITIONS) == set(Act)
    assert {state.value for state in OPEN} == {"proposed", "lender_interested", "host_interested", "mutual"}
    assert set(State) - OPEN == {State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.OBSOLETE}
    assert {State.MUTUAL} == OPEN - UNANSWERED
