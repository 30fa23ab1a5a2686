"""Every action of every actor in every state, against a table written by hand, driven through HTTP."""

from collections.abc import Iterator

import pytest

from functions.profiles.model.states import TRANSITIONS, Action, Mover, State
from passerelle.access import ANYBODY, Actor
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.profiles.volunteers import (
    LENDER,
    STRANGER,
    a_welder,
    drafted,
    linked,
    profiles_slice,
    put_in_state,
    said,
    stands,
)

# For each action of the lender or of the volunteer: the answer and the state after it, by the state before.
#              draft           awaiting_opt_in       published       with_adviser       lent            withdrawn
OWN = {
    "revise":   "200 draft     409 awaiting_opt_in   409 published   409 with_adviser   409 lent        409 withdrawn",
    "submit":   "202 draft     409 awaiting_opt_in   409 published   409 with_adviser   409 lent        409 withdrawn",
    "retract":  "200 withdrawn 200 withdrawn         200 withdrawn   200 withdrawn      200 withdrawn   200 withdrawn",
    "accept":   "409 draft     200 published         200 published   200 with_adviser   200 lent        409 withdrawn",
    "refuse":   "409 draft     200 withdrawn         200 withdrawn   200 withdrawn      200 withdrawn   200 withdrawn",
    "withdraw": "409 draft     200 withdrawn         200 withdrawn   200 withdrawn      200 withdrawn   200 withdrawn",
}  # fmt: skip
STATES = (
    State.DRAFT,
    State.AWAITING_OPT_IN,
    State.PUBLISHED,
    State.WITH_ADVISER,
    State.LENT,
    State.WITHDRAWN,
)

# For each actor: the answer to each of the lender's routes on a draft.
ROUTES = ("post", "list", "read", "preview", "revise", "submit", "retract")
ANSWERS: list[tuple[str, Actor, tuple[int, ...]]] = [
    ("lender",          LENDER,                                              (201, 200, 200, 200, 200, 202, 200)),
    ("pending lender",  a_company("cmp_lender", active=False),               (201, 200, 200, 200, 200, 403, 200)),
    ("writing machine", a_machine("cmp_lender", "profiles:write"),           (201, 403, 403, 403, 200, 202, 200)),
    ("reading machine", a_machine("cmp_lender", "profiles:read"),            (403, 200, 200, 200, 403, 403, 403)),
    ("other machine",   a_machine("cmp_lender", "demands:write"),            (403, 403, 403, 403, 403, 403, 403)),
    ("other company",   STRANGER,                                            (201, 200, 404, 404, 404, 404, 404)),
    ("user",            a_user(),                                            (403, 403, 403, 403, 403, 403, 403)),
    ("adviser",         an_adviser(),                                        (403, 403, 403, 403, 403, 403, 403)),
    ("operator",        an_operator(),                                       (403, 403, 403, 403, 403, 403, 403)),
    ("anybody",         ANYBODY,                                             (401, 401, 401, 401, 401, 401, 401)),
]  # fmt: skip

# Who takes each transition, from where, to where: the table of the model, once more by hand.
EXPECTED_TRANSITIONS = {
    ("revise", Mover.LENDER, "draft", "draft"),
    ("submit", Mover.LENDER, "draft", "draft"),
    ("ask", Mover.PLATFORM, "draft", "awaiting_opt_in"),
    ("accept", Mover.EMPLOYEE, "awaiting_opt_in", "published"),
    *(("decline", Mover.EMPLOYEE, s, "withdrawn") for s in ("awaiting_opt_in", "published", "with_adviser", "lent")),
    *(("refer", Mover.PLATFORM, s, "with_adviser") for s in ("awaiting_opt_in", "published")),
    *(("place", Mover.PLATFORM, s, "published") for s in ("published", "with_adviser")),
    *(("lend", Mover.PLATFORM, s, "lent") for s in ("published", "with_adviser")),
    ("return", Mover.PLATFORM, "lent", "published"),
    *(("suspend", Mover.PLATFORM, s, "withdrawn") for s in ("awaiting_opt_in", "published", "with_adviser")),
    *(
        (action, mover, s, "withdrawn")
        for action, mover in (("withdraw", Mover.LENDER), ("close", Mover.PLATFORM))
        for s in ("draft", "awaiting_opt_in", "published", "with_adviser", "lent")
    ),
}


@pytest.fixture
def profiles() -> Iterator[Slice]:
    with profiles_slice() as slice_under_test:
        yield slice_under_test


def lender_calls(profiles: Slice, action: str, profile_id: str, actor: Actor) -> int:
    path = f"/profiles/{profile_id}"
    match action:
        case "post":
            return profiles.call("POST", "/profiles", body={"profiles": [a_welder()]}, actor=actor).status
        case "list":
            return profiles.call("GET", "/profiles", actor=actor).status
        case "read":
            return profiles.call("GET", path, actor=actor).status
        case "preview":
            return profiles.call("GET", f"{path}/preview", actor=actor).status
        case "revise":
            etag = profiles.call("GET", path, actor=LENDER).headers["ETag"]
            return profiles.call(
                "PUT", path, body=a_welder(radius_km=99), actor=actor, headers={"If-Match": etag}
            ).status
        case "submit":
            return profiles.call("POST", f"{path}/submission", actor=actor).status
        case "retract":
            return profiles.call("POST", f"{path}/withdrawal", actor=actor).status
    raise AssertionError(action)


@pytest.mark.parametrize("action", OWN)
def test_own_actions_in_every_state(profiles: Slice, action: str) -> None:
    words = OWN[action].split()
    expected = {state: (int(words[2 * at]), words[2 * at + 1]) for at, state in enumerate(STATES)}

    found = {}
    for state in STATES:
        draft = drafted(profiles)
        token = linked(profiles, draft)
        put_in_state(profiles, draft, state)
        if action in {"accept", "refuse", "withdraw"}:
            answered = said(profiles, token, action).status
        else:
            answered = lender_calls(profiles, action, draft["id"], LENDER)
        found[state] = (answered, stands(profiles, draft))

    assert found == expected


@pytest.mark.parametrize(("actor", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_routes_for_every_actor(profiles: Slice, actor: Actor, expected: tuple[int, ...]) -> None:
    answers = tuple(lender_calls(profiles, route, drafted(profiles)["id"], actor) for route in ROUTES)

    assert answers == expected


@pytest.mark.parametrize(("actor", "expected"), [row[1:] for row in ANSWERS[4:]], ids=[row[0] for row in ANSWERS[4:]])
def test_nobody_else_learns_the_state_or_changes_it(profiles: Slice, actor: Actor, expected: tuple[int, ...]) -> None:
    for state in STATES:
        draft = drafted(profiles)
        put_in_state(profiles, draft, state)

        answers = tuple(lender_calls(profiles, route, draft["id"], actor) for route in ROUTES[2:])

        assert (state, answers) == (state, expected[2:])
        assert stands(profiles, draft) == state


def test_the_table_of_the_model_is_the_one_agreed() -> None:
    table = {
        (action.value, row.mover, source.value, row.target.value)
        for action, row in TRANSITIONS.items()
        for source in row.sources
    }

    assert table == EXPECTED_TRANSITIONS
    assert set(TRANSITIONS) == set(Action)
    assert all(row.told for row in TRANSITIONS.values())


def test_every_route_is_in_this_matrix(profiles: Slice) -> None:
    covered = {
        ("POST", "/profiles"),
        ("GET", "/profiles"),
        ("POST", "/profiles/imports"),  # tests/unit/lists
        ("GET", "/profiles/imports/{import_id}"),
        ("GET", "/profiles/{profile_id}"),
        ("GET", "/profiles/{profile_id}/preview"),
        ("PUT", "/profiles/{profile_id}"),
        ("POST", "/profiles/{profile_id}/submission"),
        ("POST", "/profiles/{profile_id}/withdrawal"),
        ("POST", "/profiles/opt-in/card"),
        ("POST", "/profiles/opt-in/decision"),
        ("POST", "/profiles/opt-in/erasure"),
        ("POST", "/profiles/opt-in/review"),
        ("GET", "/profiles/rights/{company_id}/{person_id}"),
        ("GET", "/profiles/opt-in"),
        ("GET", "/profiles/opt-in/page.js"),
        ("GET", "/profiles/opt-in/page.css"),
    }

    assert {(route.method, route.path) for route in profiles.handler.api.routes} == covered
