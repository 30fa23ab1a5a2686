"""What a registration for a session opens: whom to call, to its organiser and the company alone, each reading noted."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from passerelle import clock
from passerelle.access import ANYBODY, Actor, Role
from passerelle.contracts import Envelope
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken, SessionEnded
from tests.support.slices import Reply, Slice, a_company, a_machine, a_user, an_adviser, an_envelope, an_operator
from tests.unit.identities.disclosing import COMPANIES, HOST, LENDER, accesses

THE_SESSION = "ses_1"
AGENCY = Actor(Role.PARTNER, "key_p", "ptn_agency", True, frozenset({"identities:read", "identities:write"}))


def taken(sequence: int = 1, days: int = 30, organiser: str = LENDER, version: int = 2) -> Envelope:
    until = clock.today() + timedelta(days=days)
    event = PlacesTaken(
        session_id=THE_SESSION, organiser_id=organiser, company_id=HOST, session_version=version, open_until=until
    )
    return an_envelope(event, tenant=HOST, subject=THE_SESSION, sequence=sequence)


def given_back(sequence: int = 2) -> Envelope:
    event = PlacesGivenBack(session_id=THE_SESSION, organiser_id=LENDER, company_id=HOST)
    return an_envelope(event, tenant=HOST, subject=THE_SESSION, sequence=sequence)


def called_off(version: int = 3, outcome: str = "cancelled") -> Envelope:
    event = SessionEnded.model_validate({"session_id": THE_SESSION, "outcome": outcome, "registered": [HOST]})
    return an_envelope(event, tenant=LENDER, subject=THE_SESSION, sequence=version)


def read(it: Slice, actor: Actor, other: str, session: str = THE_SESSION) -> Reply:
    return it.call("GET", f"/identities/sessions/{session}/contacts/{other}", actor=actor)


def test_organiser_and_company_read_whom_to_call_at_the_other_and_no_more(filled: Slice) -> None:
    filled.deliver(taken(), times=2)

    of_organiser, of_company = read(filled, a_company(HOST), LENDER), read(filled, a_company(LENDER), HOST)

    assert of_organiser.body == {
        "name": "Preteuse",
        "contact_name": "Contact Preteuse",
        "contact_email": "rh@preteuse.example",
        "contact_phone": "0235000000",
    }
    assert of_company.body["contact_name"] == "Contact Accueil"
    text = of_organiser.text + of_company.text
    assert not any(COMPANIES[side][field] in text for side in (LENDER, HOST) for field in ("siren", "siret", "address"))


def test_a_partner_who_organises_and_a_company_read_each_other(filled: Slice) -> None:
    agency: dict[str, Any] = COMPANIES[LENDER] | {"name": "Agence"}
    assert filled.call("PUT", f"/identities/{AGENCY.tenant}", actor=AGENCY, body=agency).status == 200
    filled.deliver(taken(organiser=AGENCY.tenant))

    assert read(filled, a_company(HOST), AGENCY.tenant).body["name"] == "Agence"
    assert read(filled, AGENCY, HOST).body["name"] == "Accueil"


def test_each_reading_is_noted_in_the_log_of_who_is_read(filled: Slice) -> None:
    filled.deliver(taken())

    read(filled, a_company(LENDER, subject="usr_9"), HOST)

    (line,) = accesses(filled)
    assert (line["subject_id"], line["reader"], line["purpose"], line["level"]) == (
        HOST,
        f"{LENDER}/usr_9",
        "session_read",
        3,
    )
    assert "Accueil" not in json.dumps(line)


def test_it_closes_when_the_places_are_given_back_in_whatever_order_the_news_come(filled: Slice) -> None:
    for position, order in enumerate(permutations([taken(), given_back()])):
        filled.deliver(*order, times=2)

        statuses = [read(filled, a_company(HOST), LENDER).status, read(filled, a_company(LENDER), HOST).status]
        assert statuses == [404, 404], position

    filled.deliver(taken(sequence=3))

    assert read(filled, a_company(LENDER), HOST).status == 200


def test_it_closes_after_the_last_day(filled: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.deliver(taken(days=30))
    start = clock.now()

    statuses = []
    for days in (30, 31):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        statuses.append(read(filled, a_company(LENDER), HOST).status)

    assert statuses == [200, 404]


def both(it: Slice) -> list[int]:
    return [read(it, a_company(HOST), LENDER).status, read(it, a_company(LENDER), HOST).status]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["registered first", "called off first"])
def test_called_off_it_closes_thirty_days_later_in_whatever_order_the_news_come(
    filled: Slice, monkeypatch: pytest.MonkeyPatch, order: tuple[int, ...]
) -> None:
    news = [taken(days=700), called_off()]
    filled.deliver(*(news[each] for each in order), times=2)
    start = clock.now()

    statuses = []
    for days in (30, 31, 699):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        statuses.append(both(filled))

    assert statuses == [[200, 200], [404, 404], [404, 404]]


def test_opened_again_it_counts_for_who_registered_since_and_hidden_or_over_cuts_nothing(
    filled: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=31)
    filled.deliver(called_off(version=3), taken(sequence=2, days=40, version=5), called_off(version=3))
    filled.deliver(called_off(version=7, outcome="hidden"), called_off(version=8, outcome="over"))

    monkeypatch.setattr(clock, "now", lambda: later)

    assert both(filled) == [200, 200]
    filled.deliver(called_off(version=9))
    assert both(filled) == [404, 404], "thirty days from the day it was called off, not from that of the news"


def test_a_company_that_is_not_active_reads_nobody_and_is_read(filled: Slice) -> None:
    filled.deliver(taken())

    refused = read(filled, a_company(HOST, active=False), LENDER)

    assert (refused.status, refused.body["type"].rpartition(":")[2]) == (403, "company-not-active")
    assert accesses(filled) == []
    assert read(filled, a_company(LENDER), HOST).status == 200


def test_nobody_else_reads_anybody(filled: Slice) -> None:
    filled.deliver(taken())
    refused = (an_adviser(), an_operator(), a_user(), a_machine(LENDER, "identities:write"))

    strangers = [
        read(filled, actor, other).status for actor in (a_company("cmp_x"), AGENCY) for other in (LENDER, HOST)
    ]

    assert strangers == [404] * 4
    assert [read(filled, a_company(LENDER), HOST, session="ses_2").status] == [404]
    assert [read(filled, a_company(LENDER), "cmp_x").status] == [404]
    assert [read(filled, actor, HOST).status for actor in (*refused, ANYBODY)] == [403] * len(refused) + [401]
    assert accesses(filled) == []
