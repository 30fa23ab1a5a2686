"""Who may do what in which state: every state × every actor × every action, against a matrix written by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.states import ACTORS, TRANSITIONS, Act, State, Who
from passerelle.access import ANYBODY, Actor
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.problems import Refused
from tests.support.slices import Slice, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.agreements.loans import (
    COMPANIES,
    HOST,
    HOST_STEPS,
    LENDER,
    LENDER_STEPS,
    LENDING,
    PATH,
    TOKEN,
    Clock,
    code_for,
    disclosed,
    draft,
    drafted,
    etag,
    give,
    introduction_ended,
    put,
    ready,
    restore,
    signed,
    signed_by,
    state,
    stored,
    terms,
)

OUT = 409
"""The action is refused in this state."""

HOW: dict[str, Callable[[Slice, Clock], object]] = {
    "drafting": lambda loans, _: drafted(loans),
    "ready_to_sign": lambda loans, _: (drafted(loans), ready(loans)),
    "partially_signed": lambda loans, clock_: (drafted(loans), ready(loans), signed_by(loans, clock_, "host")),
    "signed": signed,
    "active": lambda loans, clock_: (signed(loans, clock_), clock_.on(date(2026, 3, 2)), loans.handler.start({}, None)),
    "rejected by the lender": lambda loans, _: (drafted(loans), ready(loans), act(loans, "lender", "refusal")),
    "rejected by the employee": lambda loans, _: (drafted(loans), ready(loans), act(loans, "employee", "refusal")),
    "rejected with its introduction": lambda loans, _: (
        drafted(loans),
        ready(loans),
        loans.deliver(introduction_ended()),
    ),
    "cancelled by the host": lambda loans, clock_: (signed(loans, clock_), act(loans, "host", "refusal")),
}

# action: state: actor: the state after, or OUT
MATRIX: dict[str, dict[str, dict[str, str | int]]] = {
    "revision": {
        "drafting": {"lender": "drafting", "host": "drafting"},
        "ready_to_sign": {"lender": "drafting", "host": "drafting"},
        "partially_signed": {"lender": "drafting", "host": "drafting"},
        "signed": {"lender": "drafting", "host": "drafting"},
        "active": {"lender": OUT, "host": OUT},
        "rejected by the lender": {"lender": OUT, "host": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT},
        "rejected with its introduction": {"lender": OUT, "host": OUT},
        "cancelled by the host": {"lender": OUT, "host": OUT},
    },
    "correction": {
        "drafting": {"lender": "drafting", "host": "drafting"},
        "ready_to_sign": {"lender": "ready_to_sign", "host": "ready_to_sign"},
        "partially_signed": {"lender": "partially_signed", "host": "partially_signed"},
        "signed": {"lender": "signed", "host": "signed"},
        "active": {"lender": OUT, "host": OUT},
        "rejected by the lender": {"lender": OUT, "host": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT},
        "rejected with its introduction": {"lender": OUT, "host": OUT},
        "cancelled by the host": {"lender": OUT, "host": OUT},
    },
    "recording": {
        "drafting": {"lender": "drafting", "host": "drafting"},
        "ready_to_sign": {"lender": "ready_to_sign", "host": "ready_to_sign"},
        "partially_signed": {"lender": "partially_signed", "host": "partially_signed"},
        "signed": {"lender": "signed", "host": "signed"},
        "active": {"lender": "active", "host": "active"},
        "rejected by the lender": {"lender": OUT, "host": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT},
        "rejected with its introduction": {"lender": OUT, "host": OUT},
        "cancelled by the host": {"lender": OUT, "host": OUT},
    },
    "readiness": {
        "drafting": {"lender": "ready_to_sign", "host": "ready_to_sign"},
        "ready_to_sign": {"lender": "ready_to_sign", "host": "ready_to_sign"},
        "partially_signed": {"lender": OUT, "host": OUT},
        "signed": {"lender": OUT, "host": OUT},
        "active": {"lender": OUT, "host": OUT},
        "rejected by the lender": {"lender": OUT, "host": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT},
        "rejected with its introduction": {"lender": OUT, "host": OUT},
        "cancelled by the host": {"lender": OUT, "host": OUT},
    },
    "signature": {
        "drafting": {"lender": OUT, "host": OUT, "employee": 404},
        "ready_to_sign": {"lender": "partially_signed", "host": "partially_signed", "employee": "partially_signed"},
        "partially_signed": {
            "lender": "partially_signed",
            "host": "partially_signed",
            "employee": "partially_signed",
        },
        "signed": {"lender": "signed", "host": "signed", "employee": "signed"},
        "active": {"lender": "active", "host": "active", "employee": "active"},
        "rejected by the lender": {"lender": OUT, "host": OUT, "employee": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT, "employee": OUT},
        "rejected with its introduction": {"lender": OUT, "host": OUT, "employee": OUT},
        "cancelled by the host": {"lender": OUT, "host": OUT, "employee": OUT},
    },
    "start": {
        "drafting": {"lender": OUT, "host": OUT, "platform": "drafting"},
        "ready_to_sign": {"lender": OUT, "host": OUT, "platform": "ready_to_sign"},
        "partially_signed": {"lender": OUT, "host": OUT, "platform": "partially_signed"},
        "signed": {"lender": "active", "host": "active", "platform": "active"},
        "active": {"lender": "active", "host": "active", "platform": "active"},
        "rejected by the lender": {"lender": OUT, "host": OUT, "platform": "rejected"},
        "rejected by the employee": {"lender": OUT, "host": OUT, "platform": "rejected"},
        "rejected with its introduction": {"lender": OUT, "host": OUT, "platform": "rejected"},
        "cancelled by the host": {"lender": OUT, "host": OUT, "platform": "cancelled"},
    },
    "refusal": {
        "drafting": {"lender": "rejected", "host": "rejected", "employee": 404},
        "ready_to_sign": {"lender": "rejected", "host": "rejected", "employee": "rejected"},
        "partially_signed": {"lender": "rejected", "host": "rejected", "employee": "rejected"},
        "signed": {"lender": "cancelled", "host": "cancelled", "employee": OUT},
        "active": {"lender": OUT, "host": OUT, "employee": OUT},
        "rejected by the lender": {"lender": "rejected", "host": OUT, "employee": OUT},
        "rejected by the employee": {"lender": OUT, "host": OUT, "employee": "rejected"},
        "rejected with its introduction": {"lender": OUT, "host": OUT, "employee": OUT},
        "cancelled by the host": {"lender": OUT, "host": "cancelled", "employee": OUT},
    },
    "the introduction ends": {
        "drafting": {"platform": "rejected"},
        "ready_to_sign": {"platform": "rejected"},
        "partially_signed": {"platform": "rejected"},
        "signed": {"platform": "signed"},
        "active": {"platform": "active"},
        "rejected by the lender": {"platform": "rejected"},
        "rejected by the employee": {"platform": "rejected"},
        "rejected with its introduction": {"platform": "rejected"},
        "cancelled by the host": {"platform": "cancelled"},
    },
}


def act(loans: Slice, who: str, action: str) -> int:
    """One action by one actor; its HTTP status, 200 for what the platform does."""
    if action == "the introduction ends":
        return 200 if loans.deliver(introduction_ended()) == [] else 500
    if who == "platform":
        loans.handler.start({}, None)
        return 200
    if who == "employee":
        return give(loans, who).status if action == "signature" else _employee(loans, action)
    if action == "revision":
        return put(loans, who, "terms", draft(weekly_hours=30)).status
    if action == "correction":
        return put(loans, who, "terms", draft(supervisor="Cheffe d’atelier")).status
    if action == "recording":
        steps = LENDER_STEPS | {"bdese_line": True} if who == "lender" else HOST_STEPS | {"ppe_list": True}
        return put(loans, who, "steps", {who: steps}).status
    if action == "signature":
        return give(loans, who).status
    body = {"reason": "dates"} if action == "refusal" else None
    return loans.call("POST", f"{PATH}/{action}", actor=COMPANIES[who], body=body).status


def _employee(loans: Slice, action: str) -> int:
    return loans.call("POST", f"/agreements/sign/{action}", body={"token": TOKEN}).status


def test_the_matrix_has_every_state_and_every_action() -> None:
    assert all(set(states) == set(HOW) for states in MATRIX.values())


@pytest.mark.parametrize("at", HOW)
def test_what_each_actor_may_do_in_each_state(loans: Slice, clock_: Clock, at: str) -> None:
    HOW[at](loans, clock_)
    before, rows, now = state(loans), loans.rows(), clock_.at

    wrong = []
    for action, states in MATRIX.items():
        for who, after in states[at].items():
            restore(loans, rows)
            clock_.at = now
            if action == "signature" and at in {"ready_to_sign", "partially_signed"} and not _has_signed(loans, who):
                code_for(loans, clock_, who)
            if action == "start":
                clock_.on(date(2026, 3, 2))
            found = (act(loans, who, action), state(loans))
            expected = (after, before) if isinstance(after, int) else (200, after)
            if found != expected:
                wrong.append((action, who, found, expected))

    assert wrong == []


def _has_signed(loans: Slice, who: str) -> bool:
    return who in {each.party for each in stored(loans).value.signatures}


WHO: tuple[Who, ...] = ("lender", "host", "employee", "platform")

# act: from: to; everything that is not here is refused
TABLE: dict[str, dict[str, str]] = {
    "revision": dict.fromkeys(("drafting", "ready_to_sign", "partially_signed", "signed"), "drafting"),
    "correction": {each: each for each in ("drafting", "ready_to_sign", "partially_signed", "signed")},
    "recording": {each: each for each in ("drafting", "ready_to_sign", "partially_signed", "signed", "active")},
    "readiness": {"drafting": "ready_to_sign"},
    "signature": {"ready_to_sign": "partially_signed", "partially_signed": "partially_signed"},
    "completion": {"partially_signed": "signed"},
    "start": {"signed": "active"},
    "rejection": dict.fromkeys(("drafting", "ready_to_sign", "partially_signed"), "rejected"),
    "cancellation": {"signed": "cancelled"},
    "supersession": dict.fromkeys(("drafting", "ready_to_sign", "partially_signed", "signed"), "superseded"),
    "end": {"active": "ended"},
    "assessment": {"ended": "assessed"},
    "closure": {"assessed": "closed"},
}
DOERS: dict[str, str] = {
    "revision": "lender host",
    "correction": "lender host",
    "recording": "lender host",
    "readiness": "lender host",
    "signature": "lender host employee",
    "completion": "lender host employee",
    "start": "lender host platform",
    "rejection": "lender host employee platform",
    "cancellation": "lender host",
    "supersession": "platform",
    "end": "platform",
    "assessment": "platform",
    "closure": "platform",
}


@pytest.mark.parametrize("what", list(Act))
def test_the_table_of_the_model(what: Act) -> None:
    for at in State:
        for who in WHO:
            agreement = an_agreement().model_copy(update={"state": at})
            expected = TABLE[what].get(at) if who in DOERS[what].split() else None
            if expected is None:
                with pytest.raises(Refused):
                    agreement.moved(what, who)
            else:
                assert agreement.moved(what, who).state == expected


def test_the_table_names_every_act() -> None:
    assert set(TRANSITIONS) == set(ACTORS) == set(Act)


OTHERS: dict[str, tuple[Actor, int]] = {
    "another company": (a_company("cmp_other"), 404),
    "the lender, not active": (a_company(LENDER, active=False), 403),
    "the host, not active": (a_company(HOST, active=False), 403),
    "a machine without the scopes": (a_machine(LENDER, "profiles:read"), 403),
    "another company's machine": (a_machine("cmp_other", "agreements:read", "agreements:write"), 404),
    "a user without a company": (a_user(), 403),
    "an adviser": (an_adviser(), 403),
    "an operator": (an_operator(), 403),
    "nobody": (ANYBODY, 401),
}


@pytest.mark.parametrize(("actor", "status"), OTHERS.values(), ids=OTHERS)
def test_others_see_and_do_nothing(loans: Slice, actor: Actor, status: int) -> None:
    loans.deliver(disclosed())
    version = {"If-Match": etag(loans)}
    people_alone = 403 if actor.role == "machine" else status

    for path, expected in (("", status), ("/checks", status), ("/evidence", status)):
        assert loans.call("GET", PATH + path, actor=actor).status == expected
    for path, body in (("terms", draft()), ("steps", {"host": HOST_STEPS})):
        assert loans.call("PUT", f"{PATH}/{path}", actor=actor, body=body, headers=version).status == status
    for path, body, expected in (
        ("readiness", None, status),
        ("start", None, status),
        ("refusal", {"reason": "dates"}, status),
        ("signing-codes", None, people_alone),
        ("signatures", {"documents": {}, "code": "x"}, people_alone),
    ):
        assert loans.call("POST", f"{PATH}/{path}", actor=actor, body=body).status == expected
    assert state(loans) == "drafting"


@pytest.mark.parametrize("at", [name for name in HOW if name.startswith(("rejected", "cancelled"))])
def test_every_end_reads_the_same_for_both_companies(loans: Slice, clock_: Clock, at: str) -> None:
    HOW[at](loans, clock_)

    for side, actor in COMPANIES.items():
        view = loans.call("GET", PATH, actor=actor).body
        assert (view["state"], view["state_text"], view["may"]) == ("not_proceeding", "Sans suite", [])
        assert view["refusal"] == ("dates" if at.endswith(f"by the {side}") else None)
    [ended] = loans.facts(AgreementEnded)
    assert ended.outcome == at.split()[0]


def test_an_introduction_that_ended_first_makes_no_agreement(loans: Slice) -> None:
    loans.deliver(introduction_ended(), times=2)
    loans.deliver(introduction_ended())
    assert loans.deliver(disclosed()) == []

    assert loans.call("GET", PATH, actor=LENDING).status == 404
    assert loans.facts(AgreementSigned) == []


def an_agreement() -> Agreement:
    values = {
        "id": "agr_a",
        "introduction_id": "int_a",
        "demand_id": "dem_a",
        "profile_id": "prf_a",
        "person_id": "per_a",
    }
    return Agreement.model_validate(
        values
        | {"person_id": "per_a", "lender": LENDER, "host": HOST, "sheet_sha256": "5" * 64, "draft": {"terms": terms()}}
    )
