"""Introductions brought to their term sheet: the sheet, the signatures, the employee's link."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.introductions.model.pair import introduction_id
from passerelle import clock
from passerelle.contracts import Envelope
from passerelle.contracts.companies import CompanyActivated
from passerelle.contracts.introductions import EmployeeGoRequested
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.contracts.terms import Workforce
from passerelle.tokens import digest
from tests.support.slices import Reply, Slice, a_company, an_envelope
from tests.unit.introductions.pairs import HOST, LENDER, a_match, matched

LENDING, HOSTING = a_company(LENDER), a_company(HOST)
THE_ID = introduction_id("dem_x", "prf_a")
PATH = f"/introductions/{THE_ID}"
TOKEN = "a-token-of-the-tests-long-enough-to-be-one"


def a_sheet(**changes: Any) -> dict[str, Any]:
    start = clock.today() + timedelta(days=60)
    cost = {"monthly_gross": 280_000, "bonuses": 15_000, "paid_leave": 28_000, "contribution_rate": 4_200}
    sheet = {
        "occupation": "H2909",
        "tasks": "Montage de sous-ensembles, contrôle, tenue du poste.",
        "post_characteristics": "Travail debout.",
        "area": {"level": "epci", "code": "200084952"},
        "start_date": start.isoformat(),
        "end_date": (start + timedelta(days=90)).isoformat(),
        "weekly_hours": 35,
        "daily_hours": 8,
        "working_time": "full_time",
        "shift": "day",
        "contract_type": "CDI",
        "cost": cost | {"expenses_ceiling": 12_000, "billed": 470_660},
    }
    return sheet | changes


def sized(company_id: str, headcount: Any = "50-249", *, has_cse: bool = True, sequence: int = 3) -> Envelope:
    workforce = Workforce(headcount=headcount, has_cse=has_cse)
    event = CompanyActivated(company_id=company_id, marks=(), denied=(), workforce=workforce)
    return an_envelope(event, tenant=company_id, subject=company_id, sequence=sequence)


def mutual(it: Slice, *, host: str = HOST, demand: str = "dem_x") -> str:
    """A pair that is mutual; returns its path."""
    it.deliver(sized(LENDER), sized(host), matched(a_match(), demand_id=demand, tenant=host))
    path = f"/introductions/{introduction_id(demand, 'prf_a')}"
    for tenant in (LENDER, host):
        assert it.call("POST", f"{path}/interest", actor=a_company(tenant)).status == 200
    return path


def written(it: Slice, path: str = PATH, actor: Any = HOSTING, **changes: Any) -> Reply:
    """One side writes the sheet."""
    etag = it.call("GET", path, actor=actor).headers["ETag"]
    return it.call("PUT", f"{path}/term-sheet", actor=actor, body=a_sheet(**changes), headers={"If-Match": etag})


def sha_of(it: Slice, path: str = PATH, actor: Any = LENDING) -> str:
    """The hash of the present sheet."""
    return str(it.call("GET", path, actor=actor).body["term_sheet"]["sha256"])


def signs(it: Slice, actor: Any, path: str = PATH, sha256: str | None = None, **body: Any) -> Reply:
    """A company signs the present sheet, or this one."""
    said = {"sha256": sha256 or sha_of(it, path)} | body
    return it.call("POST", f"{path}/signatures", actor=actor, body=said)


def linked(it: Slice, token: str = TOKEN, path: str = PATH, days: int = 14) -> str:
    """The employee's link, as notifications would issue it."""
    issued = PersonalLinkIssued(
        purpose="go",
        subject_id=path.rpartition("/")[2],
        digest=digest(token),
        expires_at=clock.now() + timedelta(days=days),
    )
    it.deliver(an_envelope(issued, tenant=LENDER, subject=issued.subject_id))
    return token


def shown(it: Slice, token: str = TOKEN) -> Reply:
    """What the employee reads."""
    return it.call("POST", "/introductions/go/sheet", body={"token": token})


def decides(it: Slice, decision: str = "go", token: str = TOKEN, sha256: str | None = None, **other: Any) -> Reply:
    """What the employee says."""
    said = {"token": token, "decision": decision}
    if decision == "go":
        said["sha256"] = sha256 or str(shown(it, token).body["sha256"])
    return it.call("POST", "/introductions/go/decision", body=said, **other)


def disclosed(it: Slice, path: str = PATH, host: str = HOST, token: str = TOKEN) -> None:
    """All three have signed."""
    written(it, path, a_company(host))
    assert signs(it, LENDING, path).status == 200
    linked(it, token, path)
    assert decides(it, token=token).status == 200
    assert signs(it, a_company(host), path).status == 200


def asked(it: Slice) -> list[Envelope]:
    """The requests for the employee's go."""
    return it.envelopes(EmployeeGoRequested)


def everything(it: Slice) -> str:
    """All that the slice holds and has told, as one text."""
    return json.dumps(it.rows(), ensure_ascii=False, default=str)


def in_days(days: int) -> datetime:
    """An instant so many days from now."""
    return datetime.now(UTC) + timedelta(days=days)  # noqa: TID251


def view(it: Slice, actor: Any = LENDING, path: str = PATH) -> dict[str, Any]:
    return dict(it.call("GET", path, actor=actor).body)


def rival(it: Slice) -> str:
    return mutual(it, host="cmp_rival", demand="dem_rival")
