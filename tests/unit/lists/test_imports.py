"""Lists that come in as a file: all looked through first, each row done once, whoever is stopped."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle import clock
from passerelle.access import ANYBODY, Actor, MemberRole
from passerelle.contracts.demands import DemandOpened
from passerelle.imports import KEPT, PART, WAITING
from passerelle.sheets import LARGEST_FILE, MOST_ROWS
from tests.support.slices import Reply, a_company, a_machine, a_user, an_adviser, an_operator
from tests.unit.demands.needs import a_need
from tests.unit.lists.conftest import CANARY, FEW, OTHERS, US, Desk, file_of, rows_of

NO_ITEM_LARGER = 400 * 1024


def faults(answer: Reply) -> list[tuple[int, str | None, str]]:
    assert answer.status == 422, answer.text
    return [(one["line"], one["column"], one["code"]) for one in answer.body["errors"]]


def test_a_good_file_is_accepted_then_worked_on_and_reported_row_by_row(desk: Desk) -> None:
    answer = desk.send(desk.rows(3))
    before = desk.report(answer.body["id"])
    desk.work()
    after = desk.report(answer.body["id"])

    assert answer.status == 202
    assert answer.headers["Location"] == f"{desk.path}/imports/{answer.body['id']}"
    counts = {"id": answer.body["id"], "rows": 3}
    assert answer.body == counts | {"state": "working", "done": 0, "created": 0, "refused": 0}
    assert before == {**answer.body, "items": [], "cursor": None}
    assert {name: after[name] for name in answer.body} == counts | {
        "state": "finished",
        "done": 3,
        "created": 3,
        "refused": 0,
    }
    assert [(one["line"], one["state"], one["problem"]) for one in after["items"]] == [
        (line, "created", None) for line in (2, 3, 4)
    ]
    assert {one["id"] for one in after["items"]} == {one["id"] for one in desk.listed()}


def test_a_row_becomes_what_a_single_post_makes_of_it(desk: Desk) -> None:
    (row,) = desk.rows(1)
    single = desk.slice.call(
        "POST", desk.path, body={"profiles": [row]} if desk.path == "/profiles" else row, actor=OTHERS
    )
    desk.taken([row])
    desk.work()

    own = ("id", "person_id", "organiser_id")
    (ours,), (theirs,) = desk.listed(), desk.listed(OTHERS)
    assert single.status == 201
    assert {name: value for name, value in ours.items() if name not in own} == {
        name: value for name, value in theirs.items() if name not in own
    }
    assert len(desk.slice.facts(DemandOpened)) == (2 if desk.path == "/demands" else 0)


def test_one_bad_row_takes_nothing_and_every_fault_of_every_row_is_named(desk: Desk) -> None:
    columns, rows = desk.columns, desk.rows(5)
    rows[1] |= {columns.occupation: "Z9999", "municipality": "00000"}
    rows[2] |= desk.on(-1)
    rows[4] |= {columns.choice: "demi", columns.needed: ""}

    answer = desk.send(rows)

    assert faults(answer) == [
        (3, columns.occupation, "bad-value"),
        (3, "municipality", "bad-value"),
        (4, columns.first_day, "bad-value"),
        (6, columns.needed, "missing-value"),
        (6, columns.choice, "bad-value"),
    ]
    assert all(one["detail"] and one["remedy"] and one["pointer"] for one in answer.body["errors"])
    assert desk.listed() == []
    assert desk.slice.rows() == []


@pytest.mark.parametrize(
    ("raw", "line", "code"),
    [
        (b"", 1, "no-rows"),
        (b"\xff\xfeo\x00", 1, "bad-encoding"),
        (b'occupation;"', 1, "bad-quotes"),
        (b"nom;prenom\nx;y\n", 1, "unknown-column"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(desk: Desk, raw: bytes, line: int, code: str) -> None:
    assert (line, None, code) in faults(desk.send(raw))
    assert desk.slice.rows() == []


def test_more_rows_or_bytes_than_a_file_may_hold_are_refused(desk: Desk) -> None:
    head, one = file_of(desk.rows(1)).splitlines(keepends=True)

    too_many = desk.send(head + one * (MOST_ROWS + 1))
    too_large = desk.send(b" " * (LARGEST_FILE + 1))
    at_most = desk.send(b" " * LARGEST_FILE)

    assert faults(too_many) == [(MOST_ROWS + 2, None, "too-many-rows")]
    assert (too_large.status, at_most.status) == (413, 422)
    assert desk.slice.rows() == []


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "text/csvx", ""])
def test_another_kind_of_body_is_refused(desk: Desk, media_type: str) -> None:
    answer = desk.send(desk.rows(1), headers={"Content-Type": media_type})

    assert (answer.status, answer.body["type"]) == (415, "urn:passerelle:problem:unsupported-media-type")


def test_what_was_refused_is_kept_and_told_nowhere(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    good = file_of(desk.rows(1)).decode()
    head, row = good.splitlines()
    spoilt = desk.rows(1)[0] | {"occupation": CANARY, "working_time": CANARY, "municipality": CANARY}

    answers = [
        desk.send(f"{head};{CANARY}\r\n{row};x\r\n"),
        desk.send(f"{head}\r\n{row};{CANARY}\r\n"),
        desk.send(f'{head}\r\n"{CANARY}"{row}\r\n'),
        desk.send(f"{good}\0{CANARY}"),
        desk.send([spoilt]),
    ]
    written = capsys.readouterr()

    assert [answer.status for answer in answers] == [422] * 5
    for text in (*(answer.text for answer in answers), written.out, written.err, json.dumps(desk.slice.rows())):
        assert "Kanari" not in text
        assert "34 56" not in text


def test_the_same_request_again_is_one_import(desk: Desk) -> None:
    rows = desk.rows(2)

    first, again = (desk.send(rows, key="one-key-for-both") for _ in range(2))
    other = desk.send(desk.rows(1), key="one-key-for-both")
    desk.work()

    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status, other.body["type"]) == (422, "urn:passerelle:problem:idempotency-key-reused")
    assert len(desk.listed()) == 2


def test_rows_wait_no_longer_than_they_must_and_reports_go_after_their_term(desk: Desk) -> None:
    desk.taken(desk.rows(PART + 2))
    kept, terms = len(desk.waiting()), [row.get("expires_at") for row in desk.slice.rows() if "state" in row]
    desk.deliver()
    half = len(desk.waiting())
    desk.work()

    assert (kept, half, desk.waiting()) == (2, 1, [])
    assert len(terms) == 5, "the import, two parts, what is under way, the answer to the request"
    assert None not in terms
    parts = (clock.now() + WAITING).timestamp()
    assert min(int(term["N"]) for term in terms if term) == pytest.approx(parts, abs=60)
    last = max(int(row["expires_at"]["N"]) for row in desk.slice.rows() if "#import_row#" in row["pk"]["S"])
    assert last == pytest.approx((clock.now() + KEPT).timestamp(), abs=60)


def test_the_largest_rows_fit_into_what_a_table_holds(demands: Desk) -> None:
    rows = [a_need(description="\\😀" * 1000, must_skills=[], wished_skills=[]) for _ in range(PART * 2)]

    demands.taken(rows)

    assert max(map(len, (state.encode() for state in demands.waiting()))) < NO_ITEM_LARGER
    demands.work()
    assert len(demands.listed()) == PART * 2


def test_another_companys_import_is_not_there(desk: Desk) -> None:
    job = desk.taken(desk.rows(2))
    desk.work()

    theirs = desk.slice.call("GET", f"{desk.path}/imports/{job}", actor=OTHERS)
    nobodys = desk.slice.call("GET", f"{desk.path}/imports/imp_none", actor=OTHERS)

    assert theirs.status == nobodys.status == 404
    assert theirs.body | {"instance": ""} == nobodys.body | {"instance": ""}
    assert desk.listed(OTHERS) == []
    assert rows_of(desk.exported(OTHERS)) == []


CALLERS: dict[str, tuple[Actor, int, int]] = {
    "a person": (US, 202, 200),
    "a reading person": (a_company("cmp_us", role=MemberRole.READER), 403, 200),
    "a writing machine": (a_machine("cmp_us", "profiles:write", "demands:write", "sessions:write"), 202, 403),
    "a reading machine": (a_machine("cmp_us", "profiles:read", "demands:read", "sessions:read"), 403, 200),
    "another company": (OTHERS, 202, 404),
    "a user": (a_user(), 403, 403),
    "an adviser": (an_adviser(), 403, 403),
    "an operator": (an_operator(), 403, 403),
    "anybody": (ANYBODY, 401, 401),
}


def test_who_may_post_one_may_send_a_file_and_who_may_read_may_read_the_report(desk: Desk) -> None:
    job = desk.taken(desk.rows(1))

    found = {
        name: (actor, desk.send(desk.rows(1), actor=actor).status, desk.asked(job, actor).status)
        for name, (actor, *_) in CALLERS.items()
    }

    assert found == CALLERS


def test_a_company_that_is_not_active_may_prepare_profiles_and_no_demands(desk: Desk) -> None:
    answer = desk.send(desk.rows(1), actor=a_company("cmp_us", active=False))

    assert answer.status == (202 if desk.path == "/profiles" else 403)


def test_the_report_has_pages(desk: Desk) -> None:
    job = desk.taken(desk.rows(5))
    desk.work()

    first = desk.report(job, limit="3")
    second = desk.report(job, limit="3", cursor=first["cursor"])

    assert [one["line"] for one in (*first["items"], *second["items"])] == [2, 3, 4, 5, 6]
    assert second["cursor"] is None


def test_an_unusual_length_is_confirmed_by_whoever_sent_the_file(demands: Desk) -> None:
    long = (clock.today() + timedelta(days=400)).isoformat()

    refused = demands.send([a_need(end_date=long)])
    demands.taken([a_need(end_date=long, confirm_length="oui")])
    demands.work()

    assert faults(refused) == [(2, "end_date", "bad-value")]
    states = [json.loads(r["state"]["S"]) for r in demands.slice.rows() if "#demand#" in r["pk"]["S"] and "state" in r]
    assert [one["length_confirmed"]["by"] for one in states] == [US.subject]


@FEW
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_upset_an_import(demands: Desk, raw: bytes) -> None:
    answer = demands.send(raw)

    assert answer.status == 422
    assert answer.body["errors"]
