"""Every action of every actor in every state, against a table written by hand, driven through HTTP."""

import pytest

from functions.sessions.model import TRANSITIONS, Action, Mover, State
from passerelle.access import ANYBODY, Actor, MemberRole, Role
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.sessions.offers import (
    GUEST,
    ORGANISER,
    PARTNER,
    STRANGER,
    an_offer,
    kept,
    offered,
    put_in_state,
    registers,
    revised_offer,
    withdraws,
)

# For each action: the answer and the state after it, by the state before. `other` is not registered, `guest` is.
#                      open             hidden           cancelled        over
STANDS = {
    "revise":         "200 open         409 hidden       409 cancelled    409 over",
    "cancel":         "200 cancelled    200 cancelled    200 cancelled    409 over",
    "read":           "200 open         200 hidden       200 cancelled    200 over",
    "attend":         "200 open         200 hidden       200 cancelled    200 over",
    "guest reads":    "200 open         200 hidden       200 cancelled    200 over",
    "other reads":    "200 open         404 hidden       404 cancelled    404 over",
    "other registers": "201 open        404 hidden       404 cancelled    404 over",
    "guest registers": "409 open        409 hidden       409 cancelled    409 over",
    "guest leaves":   "200 open         200 hidden       200 cancelled    409 over",
}  # fmt: skip
STATES = (State.OPEN, State.HIDDEN, State.CANCELLED, State.OVER)

# For each actor: the answer to each route on an open session of the organiser's, with one registration of the guest's.
ROUTES = ("post", "list", "mine", "read", "attend", "revise", "register", "own registrations", "leave", "cancel")
ANSWERS: list[tuple[str, Actor, tuple[int, ...]]] = [
    ("organiser", ORGANISER, (201, 200, 200, 200, 200, 200, 409, 200, 404, 200)),
    ("its reader", a_company("cmp_organiser", role=MemberRole.READER),
     (403, 200, 200, 200, 200, 403, 403, 200, 403, 403)),
    ("pending organiser", a_company("cmp_organiser", active=False), (403, 200, 200, 200, 200, 403, 403, 200, 404, 200)),
    ("writing machine", a_machine("cmp_organiser", "sessions:write"),
     (201, 403, 403, 403, 403, 200, 409, 403, 404, 200)),
    ("reading machine", a_machine("cmp_organiser", "sessions:read"),
     (403, 200, 200, 200, 200, 403, 403, 200, 403, 403)),
    ("other machine", a_machine("cmp_organiser", "demands:write"), (403,) * 10),
    ("guest", GUEST, (201, 200, 200, 200, 404, 404, 409, 200, 200, 404)),
    ("other company", STRANGER, (201, 200, 200, 200, 404, 404, 201, 200, 200, 404)),
    ("partner", PARTNER, (403, 200, 200, 200, 404, 403, 403, 403, 403, 403)),
    ("unscoped partner", Actor(Role.PARTNER, "key_p", "ptn_agency", True, frozenset({"partners:read"})), (403,) * 10),
    ("user", a_user(), (403,) * 10),
    ("adviser", an_adviser(), (403,) * 10),
    ("operator", an_operator(), (403,) * 10),
    ("anybody", ANYBODY, (401,) * 10),
]  # fmt: skip

# Who takes each transition, from where, to where: the table of the model, once more by hand.
EXPECTED_TRANSITIONS = {
    ("announce", Mover.ORGANISER, "expected", "open"),
    ("announce", Mover.ORGANISER, "open", "open"),
    ("announce", Mover.ORGANISER, "cancelled", "open"),
    ("announce", Mover.ORGANISER, "over", "open"),
    ("revise", Mover.ORGANISER, "open", "open"),
    ("register", Mover.REGISTRANT, "open", "open"),
    ("send", Mover.REGISTRANT, "expected", "expected"),
    ("send", Mover.REGISTRANT, "open", "open"),
    ("send", Mover.REGISTRANT, "hidden", "hidden"),
    ("leave", Mover.REGISTRANT, "expected", "expected"),
    ("leave", Mover.REGISTRANT, "open", "open"),
    ("leave", Mover.REGISTRANT, "hidden", "hidden"),
    ("send", Mover.REGISTRANT, "cancelled", "cancelled"),
    ("leave", Mover.REGISTRANT, "cancelled", "cancelled"),
    ("send", Mover.REGISTRANT, "over", "over"),
    ("leave", Mover.REGISTRANT, "over", "over"),
    ("cancel", Mover.ORGANISER, "expected", "cancelled"),
    ("cancel", Mover.ORGANISER, "open", "cancelled"),
    ("cancel", Mover.ORGANISER, "hidden", "cancelled"),
    ("hide", Mover.PLATFORM, "open", "hidden"),
    ("show", Mover.PLATFORM, "hidden", "open"),
    ("close", Mover.PLATFORM, "open", "cancelled"),
    ("close", Mover.PLATFORM, "hidden", "cancelled"),
    ("end", Mover.PLATFORM, "open", "over"),
    ("end", Mover.PLATFORM, "hidden", "over"),
    ("forget", Mover.PLATFORM, "cancelled", "cancelled"),
    ("forget", Mover.PLATFORM, "over", "over"),
}


def calls(sessions: Slice, action: str, session_id: str, actor: Actor) -> int:
    path = f"/sessions/{session_id}"
    match action:
        case "post":
            return sessions.call("POST", "/sessions", body=an_offer(), actor=actor).status
        case "list":
            return sessions.call("GET", "/sessions", actor=actor).status
        case "mine":
            return sessions.call("GET", "/sessions/mine", actor=actor).status
        case "own registrations":
            return sessions.call("GET", "/sessions/registrations", actor=actor).status
        case "read":
            return sessions.call("GET", path, actor=actor).status
        case "attend":
            return sessions.call("GET", f"{path}/registrations", actor=actor).status
        case "revise":
            etag = sessions.call("GET", path, actor=ORGANISER).headers["ETag"]
            body, headers = revised_offer(places=9), {"If-Match": etag}
            return sessions.call("PUT", path, body=body, actor=actor, headers=headers).status
        case "register":
            return registers(sessions, session_id, actor).status
        case "leave":
            return withdraws(sessions, session_id, actor).status
        case "cancel":
            return sessions.call("POST", f"{path}/cancellation", actor=actor).status
    raise AssertionError(action)


STANDING_CALLS = {
    "guest reads": ("read", GUEST),
    "other reads": ("read", STRANGER),
    "other registers": ("register", STRANGER),
    "guest registers": ("register", GUEST),
    "guest leaves": ("leave", GUEST),
}


def with_a_guest(sessions: Slice) -> str:
    session_id: str = offered(sessions)["id"]
    assert registers(sessions, session_id).status == 201
    return session_id


@pytest.mark.parametrize("action", STANDS)
def test_every_action_in_every_state(sessions: Slice, action: str) -> None:
    words = STANDS[action].split()
    expected = {state: (int(words[2 * at]), words[2 * at + 1]) for at, state in enumerate(STATES)}
    route, actor = STANDING_CALLS.get(action, (action, ORGANISER))

    found = {}
    for state in STATES:
        session_id = with_a_guest(sessions)
        put_in_state(sessions, session_id, state)
        found[state] = (calls(sessions, route, session_id, actor), kept(sessions, session_id).state.value)

    assert found == expected


@pytest.mark.parametrize(("actor", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_routes_for_every_actor(sessions: Slice, actor: Actor, expected: tuple[int, ...]) -> None:
    session_id = with_a_guest(sessions)

    answers = tuple(calls(sessions, route, session_id, actor) for route in ROUTES)

    assert answers == expected


def test_a_version_is_asked_for_by_changes_alone(sessions: Slice) -> None:
    session_id, another = with_a_guest(sessions), {"If-Match": '"77"'}
    path = f"/sessions/{session_id}"

    read = [sessions.call("GET", one, actor=ORGANISER, headers=another) for one in (path, f"{path}/registrations")]
    changed = sessions.call("POST", f"{path}/cancellation", actor=ORGANISER, headers=another)

    assert ([answer.status for answer in read], changed.status) == ([200, 200], 412)


def test_the_table_of_the_model_is_the_one_agreed() -> None:
    table = {
        (action.value, row.mover, source.value, (row.target or source).value)
        for action, row in TRANSITIONS.items()
        for source in row.sources
    }

    assert table == EXPECTED_TRANSITIONS
    assert set(TRANSITIONS) == set(Action)
    assert all(row.told for row in TRANSITIONS.values())


def test_every_route_is_in_this_matrix(sessions: Slice) -> None:
    covered = {
        ("POST", "/sessions"),
        ("GET", "/sessions"),
        ("GET", "/sessions/mine"),
        ("POST", "/sessions/imports"),  # tests/unit/lists
        ("GET", "/sessions/imports/{import_id}"),
        ("GET", "/sessions/registrations"),
        ("POST", "/sessions/registrations/{session_id}/withdrawal"),
        ("GET", "/sessions/{session_id}"),
        ("PUT", "/sessions/{session_id}"),
        ("POST", "/sessions/{session_id}/cancellation"),
        ("POST", "/sessions/{session_id}/registrations"),
        ("GET", "/sessions/{session_id}/registrations"),
    }

    assert {(route.method, route.path) for route in sessions.handler.api.routes} == covered
