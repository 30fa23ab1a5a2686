"""Who may answer what in which state: every state × every actor × every action, against a matrix written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from functions.introductions.model.pair import introduction_id
from functions.introductions.model.states import OPEN, TALKING, TRANSITIONS, UNANSWERED, WAITING, Act, State
from passerelle import clock
from passerelle.access import ANYBODY, Actor
from tests.support.slices import Slice, a_company, a_machine, a_slice, a_user, an_adviser, an_operator
from tests.unit.introductions.committing import a_sheet, decides, linked, signs, written
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
UNTIL_DISCLOSURE = ("proposed", "lender_interested", "host_interested", "mutual", "committing")
PURE = {
    "lender_interest": {"proposed": "lender_interested", "host_interested": "mutual"},
    "host_interest": {"proposed": "host_interested", "lender_interested": "mutual"},
    "term_sheet": {"mutual": "committing", "committing": "committing"},
    "disclosure": {"committing": "disclosed"},
    "refusal": dict.fromkeys((*UNTIL_DISCLOSURE, "disclosed"), "declined"),
    "withdrawal": dict.fromkeys((*UNTIL_DISCLOSURE, "disclosed"), "withdrawn"),
    "closure": dict.fromkeys((*UNTIL_DISCLOSURE, "disclosed"), "obsolete"),
    "expiry": dict.fromkeys(UNTIL_DISCLOSURE, "expired"),
    "mediation": dict.fromkeys(("proposed", "lender_interested", "host_interested"), "mutual"),
}


def test_the_table_is_the_one_written_here() -> None:
    assert {act.value: {s.value: t.value for s, t in row.items()} for act, row in TRANSITIONS.items()} == PURE
    assert set(TRANSITIONS) == set(Act)
    assert {state.value for state in WAITING} == set(UNTIL_DISCLOSURE)
    assert {state.value for state in OPEN} == {*UNTIL_DISCLOSURE, "disclosed"}
    assert set(State) - OPEN == {State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.OBSOLETE}
    assert {State.MUTUAL, State.COMMITTING} == TALKING == WAITING - UNANSWERED


# state: action: what lender, host, and the employee by his link are answered; and the state that each 200 leads to
QUESTIONS, SHEET, SIGN, GO, REFUSES = "questions", "term-sheet", "signatures", "go", "employee refuses"
NOTHING_TO_SIGN = {QUESTIONS: (409, 409), SHEET: (409, 409), SIGN: (409, 409), GO: 409}
COMMITTING: dict[str, dict[str, object]] = {
    "proposed": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "lender interested": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "host interested": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "mutual": {
        QUESTIONS: ("mutual", "mutual"),
        SHEET: ("committing", "committing"),
        SIGN: (409, 409),
        GO: 409,
        REFUSES: "not_proceeding",
    },
    "committing": {
        QUESTIONS: ("committing", "committing"),
        SHEET: ("committing", "committing"),
        SIGN: ("committing", "committing"),
        GO: "committing",
        REFUSES: "not_proceeding",
    },
    "signed by both": {
        QUESTIONS: ("committing", "committing"),
        SHEET: ("committing", "committing"),
        SIGN: ("committing", "committing"),
        GO: "disclosed",
        REFUSES: "not_proceeding",
    },
    "signed by the lender and the employee": {
        QUESTIONS: ("committing", "committing"),
        SHEET: ("committing", "committing"),
        SIGN: ("committing", "disclosed"),
        GO: "committing",
        REFUSES: "not_proceeding",
    },
    "disclosed": {
        QUESTIONS: (409, 409),
        SHEET: (409, 409),
        SIGN: ("disclosed", "disclosed"),
        GO: "disclosed",
        REFUSES: "not_proceeding",
    },
    "declined by the lender": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "declined by the host": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "declined by the employee": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "withdrawn": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "obsolete": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
    "expired": {**NOTHING_TO_SIGN, REFUSES: "not_proceeding"},
}
LONG_HOW: dict[str, list[Callable[[Slice], object]]] = {
    **HOW,
    "committing": [written],
    "signed by both": [written, lambda it: signs(it, LENDING), lambda it: signs(it, HOSTING)],
    "signed by the lender and the employee": [written, lambda it: signs(it, LENDING), decides],
    "disclosed": [written, lambda it: signs(it, LENDING), decides, lambda it: signs(it, HOSTING)],
    "declined by the employee": [written, lambda it: decides(it, "refuse")],
}
FROM_MUTUAL = {"committing", "signed by both", "signed by the lender and the employee", "disclosed"}


def tried(it: Slice, action: str, side: Actor) -> int:
    """Do it, with the present sheet where there is one."""
    sheet = it.call("GET", PATH, actor=LENDING).body["term_sheet"]
    sha256 = sheet["sha256"] if sheet else "0" * 64
    if action == GO:
        return decides(it, sha256=sha256).status
    if action == REFUSES:
        return decides(it, "refuse").status
    if action == SHEET:
        return written(it, PATH, side, weekly_hours=30).status
    if action == SIGN:
        return signs(it, side, sha256=sha256).status
    return it.call("POST", f"{PATH}/questions", actor=side, body={"text": "Quels sont les horaires ?"}).status


def stood(state: str) -> AbstractContextManager[Slice]:
    """A slice whose one introduction is in this state; the employee holds his link."""

    @contextmanager
    def opened() -> Iterator[Slice]:
        with a_slice("introductions") as it:
            it.deliver(matched())
            linked(it, days=90)
            if state in FROM_MUTUAL or state == "declined by the employee":
                for step in HOW["mutual"]:
                    step(it)
            for step in LONG_HOW[state]:
                step(it)
            yield it

    return opened()


@pytest.mark.parametrize("state", COMMITTING)
def test_who_may_do_what_on_the_way_to_disclosure(state: str) -> None:
    row = COMMITTING[state]
    cells = [
        (action, side, answer[position] if isinstance(answer, tuple) else answer)
        for action, answer in row.items()
        for position, side in enumerate((LENDING, HOSTING) if isinstance(answer, tuple) else (LENDING,))
    ]
    with stood(state) as it:
        before = it.call("GET", PATH, actor=HOSTING).text
        for action, side, expected in cells:
            if expected == 409:
                assert tried(it, action, side) == 409, (action, side.tenant)
        assert it.call("GET", PATH, actor=HOSTING).text == before
        for name, (actor, status) in OTHERS.items():
            for action in (QUESTIONS, SHEET, SIGN):
                assert tried_by_another(it, action, actor) == status, f"{name}: {action}"
    for action, side, expected in cells:
        if expected != 409:
            with stood(state) as it:
                assert tried(it, action, side) in {200, 201}, (action, side.tenant)
                after = [it.call("GET", PATH, actor=actor).body["state"] for actor in (LENDING, HOSTING)]
                assert after == [expected, expected], (action, side.tenant)


def tried_by_another(it: Slice, action: str, actor: Actor) -> int:
    """The same by somebody who is no side of it."""
    if action == SHEET:
        return it.call("PUT", f"{PATH}/term-sheet", actor=actor, body=a_sheet(), headers={"If-Match": '"1"'}).status
    body = {"sha256": "0" * 64} if action == SIGN else {"text": "Quels sont les horaires ?"}
    return it.call("POST", f"{PATH}/{action}", actor=actor, body=body).status
