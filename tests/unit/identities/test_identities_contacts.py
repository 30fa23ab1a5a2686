"""What an approach opens: whom to call at its two companies, to advisers alone, each reading noted."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations

import pytest

from passerelle import clock
from passerelle.access import ANYBODY
from passerelle.contracts import Envelope
from passerelle.contracts.desk import ApproachClosed, ApproachOpened
from tests.support.slices import (
    Reply,
    Slice,
    a_company,
    a_machine,
    a_user,
    an_adviser,
    an_envelope,
    an_operator,
)
from tests.unit.identities.disclosing import ANA, COMPANIES, HOST, LENDER, PERSON, accesses

THE_APPROACH = "apr_1"


def opened(sequence: int = 1, days: int = 30) -> Envelope:
    until = clock.today() + timedelta(days=days)
    event = ApproachOpened(approach_id=THE_APPROACH, lender=LENDER, host=HOST, open_until=until)
    return an_envelope(event, tenant="desk", subject=THE_APPROACH, sequence=sequence)


def closed(sequence: int = 2) -> Envelope:
    event = ApproachClosed(approach_id=THE_APPROACH, lender=LENDER, host=HOST)
    return an_envelope(event, tenant="desk", subject=THE_APPROACH, sequence=sequence)


def read(it: Slice, company_id: str = LENDER, approach: str = THE_APPROACH, actor: object = None) -> Reply:
    path = f"/identities/contacts/{company_id}"
    return it.call("GET", path, actor=actor or an_adviser(), query={"approach": approach})


def test_an_adviser_reads_whom_to_call_at_both_and_no_more(filled: Slice) -> None:
    filled.deliver(opened(), times=2)

    assert read(filled, LENDER).body == {
        "name": "Preteuse",
        "contact_name": "Contact Preteuse",
        "contact_email": "rh@preteuse.example",
        "contact_phone": "0235000000",
    }
    assert read(filled, HOST).body["contact_phone"] is None
    text = read(filled, LENDER).text + read(filled, HOST).text
    assert not any(COMPANIES[side][field] in text for side in (LENDER, HOST) for field in ("siren", "address"))
    assert not any(value in text for field, value in ANA.items() if field != "kind")


def test_each_reading_is_noted_in_the_companys_log(filled: Slice) -> None:
    filled.deliver(opened())

    read(filled, HOST, actor=an_adviser("usr_second"))

    (line,) = accesses(filled)
    assert (line["subject_id"], line["reader"], line["purpose"], line["level"], line["outcome"]) == (
        HOST,
        "usr_second",
        "mediation",
        1,
        "answered",
    )
    (row,) = [row for row in filled.rows() if "#access#" in row["pk"]["S"]]
    assert row["pk"]["S"].startswith(f"{HOST}#")
    assert "Accueil" not in json.dumps(line)


@pytest.mark.parametrize(
    ("company_id", "approach"), [(PERSON, THE_APPROACH), ("cmp_other", THE_APPROACH), (LENDER, "apr_2"), (LENDER, "")]
)
def test_nothing_else_is_read_by_an_approach(filled: Slice, company_id: str, approach: str) -> None:
    filled.deliver(opened())

    assert read(filled, company_id, approach).status == 404
    assert accesses(filled) == []


def test_it_closes_with_the_approach_in_whatever_order_the_news_come(filled: Slice) -> None:
    for position, order in enumerate(permutations([opened(), closed()])):
        filled.deliver(*order, times=2)

        assert read(filled).status == 404, position

    filled.deliver(opened(sequence=3))

    assert read(filled).status == 200


def test_it_closes_after_the_last_day(filled: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.deliver(opened(days=30))
    start = clock.now()

    statuses = []
    for days in (30, 31):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        statuses.append(read(filled).status)

    assert statuses == [200, 404]


def test_advisers_alone(filled: Slice) -> None:
    filled.deliver(opened())
    others = (a_company(LENDER), a_company(HOST), a_machine(LENDER, "identities:read"), a_user(), an_operator())

    assert [read(filled, actor=actor).status for actor in (*others, ANYBODY)] == [403] * len(others) + [401]
    assert accesses(filled) == []
