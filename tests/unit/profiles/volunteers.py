"""Builders and shortcuts in the words of the domain, for the tests of the profiles slice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from functions.profiles.model.profile import Profile
from functions.profiles.model.states import State
from functions.profiles.store import Profiles
from passerelle import clock
from passerelle.access import Actor
from passerelle.contracts.desk import ReviewAnswered, ReviewOutcome
from passerelle.contracts.identities import ConfirmationDue, IdentityRecorded
from passerelle.contracts.notifications import OptInLinkIssued
from passerelle.store import Key, Table
from passerelle.tokens import digest, link_token
from tests.support.slices import Reply, Slice, a_company, a_slice, an_envelope, the_classes

LENDER = a_company("cmp_lender")
STRANGER = a_company("cmp_stranger", subject="usr_2")

COMMON_SKILL = "100007"
CERTIFICATE = "106001"
ROUEN, DARNETAL = "76540", "76212"
ROUEN_METROPOLIS = "200023414"


def in_days(days: int) -> str:
    """A day from today, as JSON says it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def a_welder(**other: Any) -> dict[str, Any]:
    """A description as a lender sends it."""
    return {
        "occupation": "H2913",
        "skills": [COMMON_SKILL, "121159"],
        "experience": "6-10",
        "municipality": ROUEN,
        "radius_km": 40,
        "available_from": in_days(20),
        "available_to": in_days(170),
        "working_time": "full_time",
        "shifts": ["day", "two_shifts"],
        "reference": "V-12",
    } | other


@contextmanager
def profiles_slice() -> Iterator[Slice]:
    """The slice, with the settings its notice needs."""
    with a_slice(
        "profiles", operator_name="Pôle Exemple", privacy_contact="dpo@passerelle.example"
    ) as slice_under_test:
        yield slice_under_test


def drafted(profiles: Slice, actor: Actor = LENDER, **other: Any) -> dict[str, Any]:
    """One new draft."""
    answer = profiles.call("POST", "/profiles", body={"profiles": [a_welder(**other)]}, actor=actor)
    assert answer.status == 201, answer.text
    draft: dict[str, Any] = answer.body["items"][0]
    return draft


def identified(profiles: Slice, draft: dict[str, Any], tenant: str = "cmp_lender") -> None:
    """The vault records the volunteer."""
    recorded = IdentityRecorded(subject_id=draft["person_id"], kind="person")
    assert profiles.deliver(an_envelope(recorded, tenant=tenant, subject=draft["person_id"])) == []


def submitted(profiles: Slice, draft: dict[str, Any], actor: Actor = LENDER) -> Reply:
    """The lender declares the draft finished."""
    return profiles.call("POST", f"/profiles/{draft['id']}/submission", actor=actor)


def linked(
    profiles: Slice,
    draft: dict[str, Any],
    *,
    issue: str = "evt_1",
    expires_at: datetime | None = None,
    tenant: str = "cmp_lender",
) -> str:
    """The volunteer is mailed his link; returns the token."""
    token = link_token("secret", "opt-in", f"{draft['id']}{issue}")
    issued = OptInLinkIssued(
        profile_id=draft["id"],
        digest=digest(token),
        expires_at=expires_at or clock.now() + timedelta(days=14),
    )
    assert profiles.deliver(an_envelope(issued, tenant=tenant, subject=draft["id"])) == []
    return token


def asked(profiles: Slice, **other: Any) -> tuple[dict[str, Any], str]:
    """A volunteer who has his link and has not answered."""
    draft = drafted(profiles, **other)
    identified(profiles, draft)
    assert submitted(profiles, draft).body["state"] == "awaiting_opt_in"
    return draft, linked(profiles, draft)


def shown(profiles: Slice, token: str) -> Reply:
    """The volunteer opens his link."""
    return profiles.call("POST", "/profiles/opt-in/card", body={"token": token})


def said(profiles: Slice, token: str, decision: str, text_sha256: str | None = None, key: str | None = None) -> Reply:
    """The volunteer answers, by default to the text he is shown."""
    if text_sha256 is None:
        opened = shown(profiles, token)
        text_sha256 = opened.body["text_sha256"] if opened.status == 200 else "0" * 64
    body = {"token": token, "decision": decision, "text_sha256": text_sha256}
    return profiles.call("POST", "/profiles/opt-in/decision", body=body, key=key)


def published(profiles: Slice, **other: Any) -> tuple[dict[str, Any], str]:
    """A volunteer who said yes."""
    draft, token = asked(profiles, **other)
    assert said(profiles, token, "accept").status == 200
    return draft, token


def stands(profiles: Slice, draft: dict[str, Any]) -> str:
    """The state the lender reads."""
    state: str = profiles.call("GET", f"/profiles/{draft['id']}", actor=LENDER).body["state"]
    return state


def put_in_state(profiles: Slice, draft: dict[str, Any], state: State) -> None:
    """Write a state that no route of this version reaches."""
    table = Table(profiles.table_name)
    stored = table.read(Key("cmp_lender", "profile", draft["id"]), Profile)
    assert stored is not None
    transaction = table.begin()
    changed = stored.value.model_copy(update={"state": state, "shown": None})
    Profiles(table, the_classes()).save(transaction, changed, stored.version + 1, before=stored.value)
    transaction.commit()


def confirmation_due(profiles: Slice, draft: dict[str, Any]) -> None:
    """Half a year later: he is to be asked whether his yes still holds."""
    event = ConfirmationDue(person_id=draft["person_id"], until=clock.today() + timedelta(days=183))
    assert profiles.deliver(an_envelope(event, tenant="cmp_lender", subject=draft["person_id"]), times=2) == []


def review_answered(profiles: Slice, draft: dict[str, Any], outcome: ReviewOutcome = "upheld") -> None:
    """An adviser looked again."""
    event = ReviewAnswered(profile_id=draft["id"], person_id=draft["person_id"], lender="cmp_lender", outcome=outcome)
    assert profiles.deliver(an_envelope(event, tenant="cmp_lender", subject=draft["id"], sequence=2), times=2) == []
