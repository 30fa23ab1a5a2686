"""What partners and the platform say: repeated, late and in the wrong order."""

import itertools
import random
from datetime import date, timedelta
from typing import Any

import pytest

from functions.sessions.model.holders import FORGOTTEN_AFTER
from passerelle import clock
from passerelle.contracts import Envelope, Event
from passerelle.contracts.partners import (
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    SessionCalledOff,
)
from passerelle.contracts.sessions import SessionEnded, SessionOpened
from passerelle.store import Transaction
from tests.support.slices import Slice, an_envelope
from tests.unit.sessions.offers import (
    GUEST,
    ORGANISER,
    PARTNER,
    STRANGER,
    THEIRS,
    a_registration,
    an_announcement,
    attendance,
    called_off,
    comes,
    goes,
    kept,
    listed,
    problem,
    read,
    registers,
    seats,
    told,
    withdraws,
    withdrew,
)

YESTERDAY = clock.today() - timedelta(days=1)


def test_a_partners_session_is_listed_like_any_other_and_its_partner_reads_who_takes_part(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1, programme="placement")

    registers(sessions, THEIRS)

    seen = read(sessions, THEIRS, STRANGER)
    assert listed(sessions) == [THEIRS]
    assert (seen["programme"], seen["axis"], seen["hours"], seen["price_per_place_cents"]) == ("placement", 3, 0, 0)
    assert (seen["organiser_id"], read(sessions, THEIRS, GUEST)["organiser_id"]) == (None, "ptn_agency")
    assert [one["company_id"] for one in attendance(sessions, THEIRS, PARTNER)["items"]] == ["cmp_guest"]
    assert sessions.call("GET", f"/sessions/{THEIRS}/registrations", actor=ORGANISER).status == 404
    assert [item["id"] for item in sessions.call("GET", "/sessions/mine", actor=PARTNER).body["items"]] == [THEIRS]


def test_the_newest_announcement_holds_in_whatever_order_they_come(sessions: Slice) -> None:
    told(sessions, an_announcement(places=9), THEIRS, 3)
    told(sessions, an_announcement(places=4), THEIRS, 2)
    told(sessions, an_announcement(places=9), THEIRS, 3)

    assert read(sessions, THEIRS)["places"] == 9
    assert len(sessions.envelopes(SessionOpened)) == 1


def test_of_fewer_places_than_are_taken_none_is_lost_and_none_given_back_is_offered(sessions: Slice) -> None:
    told(sessions, an_announcement(places=5), THEIRS, 1)
    registers(sessions, THEIRS, places=2)
    registers(sessions, THEIRS, STRANGER, places=2)

    told(sessions, an_announcement(places=2), THEIRS, 2)
    comes(sessions, "cnd_1", 1)
    while_too_many = read(sessions, THEIRS)
    withdraws(sessions, THEIRS, STRANGER)
    since = (read(sessions, THEIRS), problem(registers(sessions, THEIRS, ORGANISER)), seats(sessions))
    goes(sessions, "cnd_1", 2)
    withdraws(sessions, THEIRS)

    assert (while_too_many["places"], while_too_many["places_left"]) == (4, 0)
    assert ((since[0]["places"], since[0]["places_left"]), *since[1:]) == (
        (2, 0),
        (409, "too-few-places"),
        (["cmp_guest"], ["cnd_1"]),
    )
    assert [(one.places, one.places_left) for one in sessions.facts(SessionOpened)] == [
        *[(5, left) for left in (5, 3, 1)],
        (4, 0),
        (2, 0),
        (2, 2),
    ]


def test_called_off_before_it_was_announced_it_is_offered_only_if_it_is_announced_again(sessions: Slice) -> None:
    called_off(sessions, 2)
    told(sessions, an_announcement(), THEIRS, 1)

    assert listed(sessions) == []
    assert sessions.envelopes() == []
    assert sessions.call("GET", f"/sessions/{THEIRS}", actor=PARTNER).status == 404
    told(sessions, an_announcement(), THEIRS, 3)
    assert listed(sessions) == [THEIRS]


def test_called_off_twice_it_is_not_opened_by_what_was_announced_in_between(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    called_off(sessions, 2)
    called_off(sessions, 4)

    told(sessions, an_announcement(), THEIRS, 3)

    assert listed(sessions) == []
    assert [fact.outcome for fact in sessions.facts(SessionEnded)] == ["cancelled"]


def test_announced_again_it_has_its_candidates_and_none_of_the_companies_told_it_was_off(sessions: Slice) -> None:
    told(sessions, an_announcement(places=3), THEIRS, 1)
    registers(sessions, THEIRS, places=2)
    for number in (1, 2, 3):
        comes(sessions, f"cnd_{number}", 1)
    called_off(sessions, 2)
    withdrew(sessions, "cnd_3", 2)
    comes(sessions, "cnd_4", 1)
    while_off = sessions.call("GET", "/sessions/registrations", actor=GUEST).body["items"]

    told(sessions, an_announcement(places=3), THEIRS, 3)

    assert [(one["places"], one["organiser_id"]) for one in while_off] == [(2, "ptn_agency")]
    assert seats(sessions) == (["cnd_1", "cnd_2", "cnd_4"], [])
    assert read(sessions, THEIRS, GUEST)["organiser_id"] is None
    mine = sessions.call("GET", "/sessions/registrations", actor=GUEST).body["items"]
    assert [(one["state"], one["places"], one["organiser_id"]) for one in mine] == [("withdrawn", 0, None)]
    assert [fact.registered for fact in sessions.facts(SessionEnded)] == [("cmp_guest",)]
    goes(sessions, "cnd_4", 2)
    assert registers(sessions, THEIRS).status == 201


def test_who_is_registered_after_the_term_takes_no_place_and_is_not_said_to_wait(sessions: Slice) -> None:
    comes(sessions, "cnd_1", 1)
    told(sessions, an_announcement(register_until=YESTERDAY), THEIRS, 1)
    comes(sessions, "cnd_2", 1)

    assert seats(sessions)[0] == []
    assert attendance(sessions, THEIRS, PARTNER) == {"items": [], "candidates": 0, "waiting": 0}


def test_who_was_registered_too_late_has_a_place_once_a_day_is_put_right(sessions: Slice) -> None:
    told(sessions, an_announcement(register_until=YESTERDAY), THEIRS, 1)
    comes(sessions, "cnd_1", 1)
    comes(sessions, "cnd_2", 1)

    comes(sessions, "cnd_2", 2, registered_on=YESTERDAY)
    his_own = seats(sessions)[0]
    told(sessions, an_announcement(), THEIRS, 2)

    assert (his_own, seats(sessions)) == (["cnd_2"], (["cnd_2", "cnd_1"], []))


PUT_LATER: list[tuple[Event, str, int]] = [
    (an_announcement(register_until=YESTERDAY), THEIRS, 1),
    (an_announcement(), THEIRS, 2),
    (a_registration("cnd_1"), "cnd_1", 1),
    (a_registration("cnd_2", registered_on=YESTERDAY), "cnd_2", 1),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(PUT_LATER)))))
def test_a_term_put_later_lets_the_same_ones_in_whatever_the_order(sessions: Slice, order: tuple[int, ...]) -> None:
    for event, subject, sequence in (PUT_LATER[place] for place in order):
        told(sessions, event, subject, sequence)

    assert (sorted(seats(sessions)[0]), seats(sessions)[1]) == (["cnd_1", "cnd_2"], [])


@pytest.mark.parametrize("term", [YESTERDAY, clock.today()], ids=["late", "in time"])
def test_a_candidate_too_many_is_no_failure(sessions: Slice, monkeypatch: pytest.MonkeyPatch, term: date) -> None:
    monkeypatch.setattr("functions.sessions.model.MOST_WAITING", 1)
    told(sessions, an_announcement(places=1, register_until=term), THEIRS, 1)
    for number in range(4):
        comes(sessions, f"cnd_{number}", 1, registered_on=clock.today())
    comes(sessions, "cnd_9", 1, registered_on=YESTERDAY)

    assert sessions.set_aside() == []
    assert seats(sessions) == ((["cnd_9"], ["cnd_0"]) if term == YESTERDAY else (["cnd_0"], ["cnd_1"]))


def test_a_candidate_of_another_partner_keeps_no_session_from_its_own(sessions: Slice) -> None:
    stranger = CandidateRegistered(
        candidate_id="cnd_9", partner_id="ptn_other", session_id=THEIRS, registered_on=clock.today()
    )
    told(sessions, stranger, "cnd_9", 1, programme="lending")

    told(sessions, an_announcement(), THEIRS, 1, programme="placement")

    assert seats(sessions) == (["cnd_9"], [])
    assert (kept(sessions, THEIRS).organiser, kept(sessions, THEIRS).programme) == ("ptn_agency", "placement")


def test_another_partner_changes_nothing_of_a_session(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)

    told(sessions, an_announcement(partner_id="ptn_other", places=9), THEIRS, 5)
    told(sessions, SessionCalledOff(session_id=THEIRS, partner_id="ptn_other"), THEIRS, 6)

    assert (read(sessions, THEIRS, STRANGER)["places"], listed(sessions)) == (2, [THEIRS])


def test_candidates_come_before_their_session_and_take_places_in_their_order(sessions: Slice) -> None:
    for number in (1, 2, 3):
        comes(sessions, f"cnd_{number}", 1)
    before = seats(sessions)
    unseen = sessions.call("GET", f"/sessions/{THEIRS}", actor=PARTNER).status

    told(sessions, an_announcement(), THEIRS, 1)

    assert (before, unseen) == (([], ["cnd_1", "cnd_2", "cnd_3"]), 404)
    assert seats(sessions) == (["cnd_1", "cnd_2"], ["cnd_3"])
    assert attendance(sessions, THEIRS, PARTNER) == {"items": [], "candidates": 2, "waiting": 1}


def test_who_waits_first_has_the_next_place_whoever_gives_it_back(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    registers(sessions, THEIRS)
    for number in (1, 2, 3, 4):
        comes(sessions, f"cnd_{number}", 1)

    goes(sessions, "cnd_2", 2)
    withdraws(sessions, THEIRS)
    after_a_company = seats(sessions)
    told(sessions, an_announcement(places=9), THEIRS, 2)

    assert after_a_company == (["cnd_1", "cnd_3"], ["cnd_4"])
    assert seats(sessions) == (["cnd_1", "cnd_3", "cnd_4"], [])


def test_a_candidate_takes_one_place_however_often_it_is_said(sessions: Slice) -> None:
    told(sessions, an_announcement(), THEIRS, 1)

    for sequence in (1, 1, 2):
        comes(sessions, "cnd_1", sequence)
    goes(sessions, "cnd_1", 3)
    comes(sessions, "cnd_1", 2)

    assert seats(sessions) == ([], [])


def test_a_candidate_who_withdrew_leaves_every_session_and_is_written_nowhere(sessions: Slice) -> None:
    told(sessions, an_announcement(places=1), THEIRS, 1)
    told(sessions, an_announcement(session_id="ses_second"), "ses_second", 1)
    for session_id, sequence in ((THEIRS, 1), ("ses_second", 2), ("ses_unknown", 3)):
        comes(sessions, "cnd_1", sequence, session_id)
    comes(sessions, "cnd_2", 1)

    withdrew(sessions, "cnd_1", 4)
    comes(sessions, "cnd_1", 2, "ses_second")
    withdrew(sessions, "cnd_1", 4)

    assert seats(sessions) == (["cnd_2"], [])
    assert seats(sessions, "ses_second") == seats(sessions, "ses_unknown") == ([], [])
    rows = [row for row in sessions.rows() if "cnd_1" in str(row) and "CONSUMED" not in row["pk"]["S"]]
    assert [row["pk"]["S"] for row in rows] == ["ptn_agency#candidate#cnd_1"]
    until = (clock.now() + FORGOTTEN_AFTER).timestamp()
    assert int(rows[0]["expires_at"]["N"]) == pytest.approx(until, abs=60)
    comes(sessions, "cnd_1", 5, "ses_second")
    assert seats(sessions, "ses_second") == (["cnd_1"], [])


def test_a_withdrawal_killed_in_between_goes_on(sessions: Slice, monkeypatch: pytest.MonkeyPatch) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    comes(sessions, "cnd_1", 1)
    whole = Transaction.save

    def killed(self: Transaction, key: Any, *said: Any, **how: Any) -> None:
        if key.noun == "session":
            raise RuntimeError("killed")
        whole(self, key, *said, **how)

    monkeypatch.setattr(Transaction, "save", killed)
    fact = an_envelope(
        CandidateWithdrew(candidate_id="cnd_1", partner_id="ptn_agency"),
        tenant="ptn_agency",
        subject="cnd_1",
        sequence=2,
    )
    stopped = sessions.deliver(fact)
    monkeypatch.undo()

    assert len(stopped) == 1
    assert sessions.deliver(fact) == []
    assert seats(sessions) == ([], [])


STORY: list[tuple[Event, str, int]] = [
    (an_announcement(register_until=YESTERDAY), THEIRS, 1),
    (an_announcement(places=3), THEIRS, 2),
    *((a_registration(f"cnd_{number}"), f"cnd_{number}", 1) for number in range(4)),
    (CandidateUnregistered(candidate_id="cnd_0", partner_id="ptn_agency", session_id=THEIRS), "cnd_0", 2),
    (CandidateWithdrew(candidate_id="cnd_1", partner_id="ptn_agency"), "cnd_1", 2),
]


@pytest.mark.parametrize("seed", range(6))
def test_in_any_order_and_twice_the_same_candidates_have_places(sessions: Slice, seed: int) -> None:
    chance = random.Random(seed)
    facts = [an_envelope(event, tenant="ptn_agency", subject=subject, sequence=seq) for event, subject, seq in STORY]
    facts += chance.sample(facts, 4)
    chance.shuffle(facts)

    assert sessions.deliver(*facts) == []

    assert (sorted(seats(sessions)[0]), seats(sessions)[1]) == (["cnd_2", "cnd_3"], [])
    assert read(sessions, THEIRS, STRANGER)["places_left"] == 1


def test_no_fact_and_no_log_names_a_candidate_or_tells_partners_a_company(
    sessions: Slice, capsys: pytest.CaptureFixture[str]
) -> None:
    told(sessions, an_announcement(), THEIRS, 1)
    registers(sessions, THEIRS)
    comes(sessions, "cnd_1", 1)
    withdrew(sessions, "cnd_1", 2)
    called_off(sessions, 2)

    facts: list[Envelope] = sessions.envelopes()
    assert len(facts) >= 3
    assert "cnd_" not in "".join(one.model_dump_json() for one in facts)
    public = [{name: one.data[name] for name in type(one.event()).public_fields} for one in facts]
    assert "cmp_" not in str(public)
    assert "ptn_" not in str(public)
    assert "cnd_1" not in "".join(capsys.readouterr())
