"""Every action of every actor in every state, against a table written by hand, driven through HTTP."""

from collections.abc import Iterator

import pytest

from functions.demands.model import TRANSITIONS, Action, Mover, State
from passerelle.access import ANYBODY, Actor
from tests.support.slices import Slice, a_company, a_machine, a_slice, a_user, an_adviser, an_operator
from tests.unit.demands.needs import HOST, STRANGER, a_need, posted, put_in_state, stands

# For each action of the host: the answer and the state after it, by the state before.
#            draft         open          filled         closed         expired
OWN = {
    "revise": "200 draft   200 open      409 filled     409 closed     409 expired",
    "open":   "200 open    409 open      409 filled     409 closed     409 expired",
    "fill":   "409 draft   200 filled    200 filled     409 closed     409 expired",
    "close":  "409 draft   200 closed    409 filled     200 closed     409 expired",
}  # fmt: skip
STATES = (State.DRAFT, State.OPEN, State.FILLED, State.CLOSED, State.EXPIRED)

# For each actor: the answer to each route on a draft of the host (`fill` on an open demand).
ROUTES = ("post", "list", "read", "revise", "open", "fill")
ANSWERS: list[tuple[str, Actor, tuple[int, ...]]] = [
    ("host",            HOST,                                     (201, 200, 200, 200, 200, 200)),
    ("pending host",    a_company("cmp_host", active=False),      (403, 200, 200, 403, 403, 200)),
    ("writing machine", a_machine("cmp_host", "demands:write"),   (201, 403, 403, 200, 200, 200)),
    ("reading machine", a_machine("cmp_host", "demands:read"),    (403, 200, 200, 403, 403, 403)),
    ("other machine",   a_machine("cmp_host", "profiles:write"),  (403, 403, 403, 403, 403, 403)),
    ("other company",   STRANGER,                                 (201, 200, 404, 404, 404, 404)),
    ("user",            a_user(),                                 (403, 403, 403, 403, 403, 403)),
    ("adviser",         an_adviser(),                             (403, 403, 403, 403, 403, 403)),
    ("operator",        an_operator(),                            (403, 403, 403, 403, 403, 403)),
    ("anybody",         ANYBODY,                                  (401, 401, 401, 401, 401, 401)),
]  # fmt: skip

# Who takes each transition, from where, to where: the table of the model, once more by hand.
EXPECTED_TRANSITIONS = {
    ("revise", Mover.HOST, "draft", "draft"),
    ("revise", Mover.HOST, "open", "open"),
    ("open", Mover.HOST, "draft", "open"),
    ("place", Mover.PLATFORM, "open", "open"),
    ("refer", Mover.PLATFORM, "open", "open"),
    ("fill", Mover.HOST, "open", "filled"),
    ("close", Mover.HOST, "open", "closed"),
    ("expire", Mover.PLATFORM, "open", "expired"),
    ("suspend", Mover.PLATFORM, "open", "closed"),
}


@pytest.fixture
def demands() -> Iterator[Slice]:
    with a_slice("demands") as slice_under_test:
        yield slice_under_test


def calls(demands: Slice, action: str, demand_id: str, actor: Actor) -> int:
    path = f"/demands/{demand_id}"
    match action:
        case "post":
            return demands.call("POST", "/demands", body=a_need(), actor=actor).status
        case "list":
            return demands.call("GET", "/demands", actor=actor).status
        case "read":
            return demands.call("GET", path, actor=actor).status
        case "revise":
            etag = demands.call("GET", path, actor=HOST).headers["ETag"]
            return demands.call("PUT", path, body=a_need(headcount=9), actor=actor, headers={"If-Match": etag}).status
        case "open":
            return demands.call("POST", f"{path}/opening", actor=actor).status
        case "fill" | "close":
            outcome = {"fill": "filled", "close": "closed"}[action]
            return demands.call("POST", f"{path}/closure", body={"outcome": outcome}, actor=actor).status
    raise AssertionError(action)


@pytest.mark.parametrize("action", OWN)
def test_own_actions_in_every_state(demands: Slice, action: str) -> None:
    words = OWN[action].split()
    expected = {state: (int(words[2 * at]), words[2 * at + 1]) for at, state in enumerate(STATES)}

    found = {}
    for state in STATES:
        demand = posted(demands, draft=True)
        put_in_state(demands, demand, state)
        found[state] = (calls(demands, action, demand["id"], HOST), stands(demands, demand))

    assert found == expected


@pytest.mark.parametrize(("actor", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_routes_for_every_actor(demands: Slice, actor: Actor, expected: tuple[int, ...]) -> None:
    answers = tuple(calls(demands, route, posted(demands, draft=route != "fill")["id"], actor) for route in ROUTES)

    assert answers == expected


@pytest.mark.parametrize(("actor", "expected"), [row[1:] for row in ANSWERS[4:]], ids=[row[0] for row in ANSWERS[4:]])
def test_nobody_else_learns_the_state_or_changes_it(demands: Slice, actor: Actor, expected: tuple[int, ...]) -> None:
    for state in STATES:
        demand = posted(demands, draft=True)
        put_in_state(demands, demand, state)

        answers = tuple(calls(demands, route, demand["id"], actor) for route in ROUTES[2:])

        assert (state, answers) == (state, expected[2:])
        assert stands(demands, demand) == state


def test_the_table_of_the_model_is_the_one_agreed() -> None:
    table = {
        (action.value, row.mover, source.value, (row.target or source).value)
        for action, row in TRANSITIONS.items()
        for source in row.sources
    }

    assert table == EXPECTED_TRANSITIONS
    assert set(TRANSITIONS) == set(Action)
    assert all(row.told for row in TRANSITIONS.values())


def test_every_route_is_in_this_matrix(demands: Slice) -> None:
    covered = {
        ("POST", "/demands"),
        ("GET", "/demands"),
        ("POST", "/demands/imports"),  # tests/unit/lists
        ("GET", "/demands/imports/{import_id}"),
        ("GET", "/demands/{demand_id}"),
        ("PUT", "/demands/{demand_id}"),
        ("POST", "/demands/{demand_id}/opening"),
        ("POST", "/demands/{demand_id}/closure"),
    }

    assert {(route.method, route.path) for route in demands.handler.api.routes} == covered
