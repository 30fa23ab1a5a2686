"""Places: never more than there are, never twice, back when given back; and nobody named who has not committed."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.sessions.model import Session, State
from functions.sessions.model.holders import LATELY, MOST_LATELY
from passerelle import clock
from passerelle.contracts.sessions import PlacesGivenBack, PlacesTaken, SessionEnded, SessionOpened
from tests.support.slices import Slice, a_company
from tests.unit.sessions.offers import (
    GUEST,
    ORGANISER,
    PARTNER,
    STRANGER,
    a_day,
    an_announcement,
    an_offer,
    attendance,
    cancels,
    comes,
    goes,
    in_days,
    kept,
    listed,
    offered,
    problem,
    read,
    registers,
    revises,
    told,
    withdraws,
)


def registrations(sessions: Slice) -> list[dict[str, Any]]:
    """The rows of what companies are registered for."""
    return [row for row in sessions.rows() if "#registration#" in row["pk"]["S"] and row["sk"]["S"] == "STATE"]


def test_who_registers_and_the_organiser_read_each_other_and_nobody_else_does(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    before = (read(sessions, session_id, GUEST), attendance(sessions, session_id))

    made = registers(sessions, session_id, places=2)

    assert (before[0]["organiser_id"], before[1]["items"]) == (None, [])
    assert made.status == 201
    assert (made.body["organiser_id"], made.body["places"]) == ("cmp_organiser", 2)
    assert attendance(sessions, session_id)["items"] == [made.body]
    assert read(sessions, session_id, GUEST)["organiser_id"] == "cmp_organiser"
    assert read(sessions, session_id, GUEST)["your_places"] == 2
    for reader in (STRANGER, PARTNER):
        everything = [
            sessions.call("GET", path, actor=reader).text
            for path in ("/sessions", "/sessions/mine", f"/sessions/{session_id}")
        ]
        assert session_id in everything[0]
        assert "cmp_" not in "".join(everything)


def test_taking_and_giving_back_tell_the_vault_who_may_know_whom_to_call(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    sides = {"session_id": session_id, "organiser_id": "cmp_organiser", "company_id": "cmp_guest"}

    registers(sessions, session_id)
    withdraws(sessions, session_id)
    withdraws(sessions, session_id)
    registers(sessions, session_id)

    until = clock.today() + timedelta(days=34 + 30)
    assert sessions.facts(PlacesTaken) == [
        PlacesTaken(**sides, session_version=version, open_until=until) for version in (2, 4)
    ]
    assert sessions.facts(PlacesGivenBack) == [PlacesGivenBack(**sides)]


def test_that_places_were_given_back_is_known_for_longer_than_whoever_was_told_remembers_it(sessions: Slice) -> None:
    """Counted from the beginning again while the vault still knows the end, a new registration would be older news."""
    session_id = offered(sessions)["id"]
    registers(sessions, session_id)
    withdraws(sessions, session_id)

    (row,) = registrations(sessions)
    left = datetime.fromtimestamp(int(row["expires_at"]["N"]), UTC) - clock.now()

    assert left > timedelta(days=90 + 2)


def test_a_list_names_no_organiser_in_json_or_csv(sessions: Slice) -> None:
    offered(sessions)

    for headers in ({}, {"Accept": "text/csv"}):
        answer = sessions.call("GET", "/sessions", actor=STRANGER, headers=headers)
        assert "ses_" in answer.text
        assert "cmp_organiser" not in answer.text


def test_withdrawn_neither_side_reads_the_other_any_more_and_the_places_are_free(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id, places=3)

    first, again = withdraws(sessions, session_id), withdraws(sessions, session_id)

    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert (first.body["state"], first.body["organiser_id"], first.body["places"]) == ("withdrawn", None, 0)
    assert attendance(sessions, session_id) == {"items": [], "candidates": 0, "waiting": 0}
    assert read(sessions, session_id, GUEST)["organiser_id"] is None
    mine = sessions.call("GET", "/sessions/registrations", actor=GUEST).body["items"]
    assert mine == [first.body]
    rows = [row for row in sessions.rows() if "state" in row and "idempotency" not in row["pk"]["S"]]
    assert not any("cmp_organiser" in row["state"]["S"] for row in rows if "#registration#" in row["pk"]["S"])
    assert [row["pk"]["S"] for row in rows if "cmp_guest" in row["state"]["S"]] == [
        f"cmp_guest#registration#{session_id}"
    ]
    assert registers(sessions, session_id, places=1).status == 201


@pytest.mark.parametrize(
    ("actor", "places", "code"),
    [(ORGANISER, 1, "own-session"), (STRANGER, 2, "too-few-places"), (GUEST, 1, "already-registered")],
    ids=["one's own", "more than are left", "a second time"],
)
def test_places_that_cannot_be_had(sessions: Slice, actor: Any, places: int, code: str) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id, GUEST, places=2)

    assert problem(registers(sessions, session_id, actor, places)) == (409, code)
    assert kept(sessions, session_id).taken == 2


@pytest.mark.parametrize("places", [0, 21, 1.5, "2", None, True])
def test_a_number_of_places_that_is_none(sessions: Slice, places: Any) -> None:
    session_id = offered(sessions, places=100)["id"]

    assert registers(sessions, session_id, places=places).status == 422


def test_the_last_day_to_register_is_the_last(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    session = offered(sessions, places=5)
    for days, expected in ((0, (201, "")), (1, (409, "registration-over"))):
        day = a_day(session["register_until"]) + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda day=day: datetime.combine(day, time(12), clock.PARIS))
        answer = registers(sessions, session["id"], a_company(f"cmp_{days}"))
        assert (answer.status, "" if answer.status == 201 else problem(answer)[1]) == expected


def test_the_same_request_again_takes_no_more_places(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]

    first, again = (registers(sessions, session_id, places=2, key="one-key-for-both") for _ in range(2))

    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert kept(sessions, session_id).taken == 2


def test_who_registers_only_to_read_who_organises_is_stopped_whether_or_not_he_withdraws(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [offered(sessions, register_until=in_days(30))["id"] for _ in range(MOST_LATELY + 1)]
    for session_id in made[:MOST_LATELY]:
        assert registers(sessions, session_id).status == 201
        withdraws(sessions, session_id)

    refused, again = registers(sessions, made[-1]), registers(sessions, made[0])

    assert problem(refused) == (429, "registrations-spent")
    assert int(refused.headers["Retry-After"]) == LATELY.days * 24 * 3600
    assert "organiser" not in refused.text
    assert read(sessions, made[-1], GUEST)["organiser_id"] is None
    assert kept(sessions, made[-1]).taken == 0
    assert again.status == 201, "it knows who organises this one"
    assert registers(sessions, made[-1], STRANGER).status == 201
    later = clock.now() + LATELY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert registers(sessions, made[-1]).status == 201


def test_places_are_never_fewer_than_those_taken(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id, places=2)

    assert problem(revises(sessions, session_id, places=1)) == (409, "places-taken")
    assert revises(sessions, session_id, places=2).body["places_left"] == 0


def test_one_of_many_has_the_last_place(sessions: Slice) -> None:
    session_id = offered(sessions, places=1)["id"]
    companies = [a_company(f"cmp_{number}") for number in range(8)]

    with ThreadPoolExecutor(len(companies)) as pool:
        answers = list(pool.map(lambda one: registers(sessions, session_id, one), companies))

    assert [answer.status for answer in answers].count(201) == 1
    assert {answer.status for answer in answers} <= {201, 409, 503}
    session = kept(sessions, session_id)
    assert (session.taken, session.places_left) == (1, 0)
    registered = registrations(sessions)
    assert len(registered) == 1


def test_everybody_is_told_of_every_change_that_shows(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id, places=2)
    withdraws(sessions, session_id)
    revises(sessions, session_id, hours=3)
    cancels(sessions, session_id)

    opened = sessions.envelopes(SessionOpened)
    (ended,) = sessions.envelopes(SessionEnded)
    assert [one.data["places_left"] for one in opened] == [3, 1, 3]
    assert [(one.sequence, one.programme, one.territory) for one in opened] == [
        (sequence, "lending", "76") for sequence in (1, 2, 3)
    ]
    assert (ended.sequence, ended.data["outcome"], ended.data["registered"]) == (5, "cancelled", [])


def test_who_is_registered_when_it_is_called_off_is_to_be_told(sessions: Slice) -> None:
    session_id = offered(sessions)["id"]
    registers(sessions, session_id)

    cancels(sessions, session_id)

    (ended,), (taken,) = sessions.envelopes(SessionEnded), sessions.facts(PlacesTaken)
    assert ended.data["registered"] == ["cmp_guest"]
    assert ended.tenant == "cmp_organiser", "the vault finds by it whose session was called off"
    assert taken.session_version < ended.sequence, "and by these which registrations that ends"
    assert read(sessions, session_id, GUEST)["state"] == "cancelled"
    assert listed(sessions) == []


def test_what_is_found_by_kind_programme_department_and_occupation_page_by_page(
    sessions: Slice, monkeypatch: pytest.MonkeyPatch
) -> None:
    welding = offered(sessions)["id"]
    fair = offered(
        sessions, kind="job_fair", programme="placement", municipality="75056", occupations=[], starts_on=in_days(25)
    )["id"]
    early = offered(sessions, starts_on=in_days(22), occupations=["H2909", "H2913"])["id"]

    assert listed(sessions) == [early, fair, welding]
    assert listed(sessions, kind="job_fair") == [fair]
    assert listed(sessions, programme="placement") == [fair]
    assert listed(sessions, department="75") == [fair]
    assert listed(sessions, occupation="H2913") == [early, welding]
    assert listed(sessions, occupation="H2909", department="75") == []
    found, cursor = [], ""
    for _ in range(3):
        query = {"limit": "1", "department": "76"} | ({"cursor": cursor} if cursor else {})
        page = sessions.call("GET", "/sessions", actor=STRANGER, query=query).body
        found += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert found == [early, welding]
    assert cursor is None
    monkeypatch.setattr("functions.sessions.logic.listing._AT_ONCE", 1)
    monkeypatch.setattr("functions.sessions.logic.listing._MOST_PAGES", 1)
    first = sessions.call("GET", "/sessions", actor=STRANGER, query={"kind": "job_fair"}).body
    second = sessions.call("GET", "/sessions", actor=STRANGER, query={"cursor": first["cursor"]}).body
    assert (first["items"], [item["id"] for item in second["items"]]) == ([], [fair])
    for query in ({"kind": "party"}, {"programme": "none"}, {"department": "123456"}, {"cursor": "?"}):
        assert sessions.call("GET", "/sessions", actor=STRANGER, query=query).status == 400


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"municipality": "00000"}, "/municipality"),
        ({"occupations": ["Z9999"]}, "/occupations/0"),
        ({"occupations": ["H2913", "H2913"]}, "/occupations/1"),
        ({"starts_on": timedelta(days=-1), "register_until": timedelta(days=-1)}, "/starts_on"),
        ({"starts_on": timedelta(days=800), "ends_on": timedelta(days=801)}, "/starts_on"),
        ({"ends_on": timedelta(days=29)}, "/ends_on"),
        ({"ends_on": timedelta(days=500)}, "/ends_on"),
        ({"register_until": timedelta(days=31)}, "/register_until"),
        ({"register_until": timedelta(days=-1)}, "/register_until"),
        ({"places": 0}, "/places"),
        ({"places": 501}, "/places"),
        ({"hours": -1}, "/hours"),
        ({"kind": "party"}, "/kind"),
        ({"title": "Chez Hangar-Bleu"}, "/title"),
        ({"price_per_place_cents": -1}, "/price_per_place_cents"),
        ({"occupations": ["H2913"] * 6}, "/occupations"),
    ],
)
def test_an_offer_that_cannot_be(sessions: Slice, wrong: dict[str, Any], pointer: str) -> None:
    days = {name: in_days(value.days) for name, value in wrong.items() if isinstance(value, timedelta)}

    answer = sessions.call("POST", "/sessions", body=an_offer(**(wrong | days)), actor=ORGANISER)

    assert answer.status == 422
    assert pointer in [fault["pointer"] for fault in answer.body["errors"]]
    assert "Hangar" not in answer.text
    assert sessions.envelopes() == []


NAMES = itertools.count()
STEPS = st.one_of(
    st.tuples(st.just("register"), st.integers(0, 3), st.integers(1, 4)),
    st.tuples(st.just("withdraw"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("send"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("call back"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("announce"), st.just(0), st.integers(1, 6)),
    st.tuples(st.just("put"), st.just(0), st.integers(1, 6)),
    st.tuples(st.just("cancel"), st.just(0), st.just(0)),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=14), by_partner=st.booleans())
def test_whatever_happens_taken_lies_between_none_and_all_and_the_sums_are_equal(
    sessions: Slice, steps: list[tuple[str, int, int]], by_partner: bool
) -> None:
    run = next(NAMES)
    session_id = f"ses_{run}" if by_partner else offered(sessions)["id"]
    if by_partner:
        told(sessions, an_announcement(session_id=session_id, places=3), session_id, 1)
    for number, (step, who, places) in enumerate(steps, 2):
        before = kept(sessions, session_id)
        happens(sessions, session_id, step, who, places, number, run)
        check(sessions, kept(sessions, session_id), before)


def happens(sessions: Slice, session_id: str, step: str, who: int, places: int, number: int, run: int) -> None:
    match step:
        case "register":
            registers(sessions, session_id, a_company(f"cmp_{run}x{who}"), places)
        case "withdraw":
            withdraws(sessions, session_id, a_company(f"cmp_{run}x{who}"))
        case "send":
            comes(sessions, f"cnd_{run}x{who}", number, session_id)
        case "call back":
            goes(sessions, f"cnd_{run}x{who}", number, session_id)
        case "announce":
            told(sessions, an_announcement(session_id=session_id, places=places), session_id, number)
        case "put" if kept(sessions, session_id).organiser == "cmp_organiser":
            revises(sessions, session_id, places=places)
        case "cancel" if kept(sessions, session_id).organiser == "cmp_organiser":
            cancels(sessions, session_id)


def check(sessions: Slice, session: Session, before: Session) -> None:
    """Nobody takes a place beyond those offered, nobody waits beside one that may be taken, what is shown adds up, and
    the companies' own lists say the same. More are taken than offered only while a partner offers fewer than it did."""
    assert session.offer is not None
    assert 0 <= session.taken <= max(session.offer.places, before.taken)
    assert session.taken == sum(booking.places for booking in session.bookings)
    assert session.places_left == max(session.offer.places - session.taken, 0)
    shown = sessions.call("GET", f"/sessions/{session.id}", actor=a_company(session.organiser)).body
    assert (shown["places"], shown["places_left"]) == (session.taken + session.places_left, session.places_left)
    assert session.state is State.CANCELLED or not (session.queue and session.places_left)
    holders = [booking.holder for booking in session.bookings] + [one.candidate for one in session.waiting]
    assert len(holders) == len(set(holders))
    states = [json.loads(row["state"]["S"]) for row in registrations(sessions)]
    theirs = {one["company"]: one["places"] for one in states if one["session_id"] == session.id and one["places"]}
    assert theirs == {booking.holder: booking.places for booking in session.companies}
