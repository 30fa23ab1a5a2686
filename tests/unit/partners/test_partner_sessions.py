"""Sessions and registrations in the inbox: what was said last holds, in whatever order it comes, and is told."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.partners.model.items import KINDS, ItemType
from functions.partners.requests import InboxMessage
from passerelle.contracts import Envelope
from passerelle.contracts.partners import (
    CandidateRegistered,
    CandidateUnregistered,
    CandidateWithdrew,
    SessionAnnounced,
    SessionCalledOff,
)
from tests.unit.partners.conftest import (
    AGENCY,
    GUIDES,
    NOW,
    SOUND,
    TERRITORY,
    House,
    announced,
    cancelled,
    preselected,
    registered,
    unregistered,
    withdrawn,
)

FIRST, SECOND, THIRD = (NOW - timedelta(hours=hours) for hours in (3, 2, 1))
OURS = "ses_k4hx7wq2zm5tb3nvd6fc"


def told(house: House) -> list[tuple[str, int]]:
    """What was told of sessions, in the order of its sequence: whether one is on, and with how many places."""
    both = [*house.slice.envelopes(SessionAnnounced), *house.slice.envelopes(SessionCalledOff)]
    return [(one.type, one.data.get("places", 0)) for one in sorted(both, key=lambda one: one.sequence)]


def places(house: House) -> set[str]:
    """The sessions in which a reader of all facts sees the one candidate."""
    return after(set(), house.slice.envelopes())


def after(held: set[str], facts: list[Envelope]) -> set[str]:
    """The sessions in which a reader of these facts, in the order of their sequence, sees the one candidate."""
    for one in sorted(facts, key=lambda each: each.sequence):
        if one.type == "CandidateWithdrew":
            held = set()
        elif one.type == "CandidateRegistered":
            held = held | {one.data["session_id"]}
        elif one.type == "CandidateUnregistered":
            held = held - {one.data["session_id"]}
    return held


def test_a_session_is_told_by_codes_days_and_an_id_of_ours(house: House) -> None:
    house.agree()

    codes = house.codes(announced(occupations=["M1805", "H2913", "M1805"]))

    (envelope,) = house.slice.envelopes(SessionAnnounced)
    assert codes == ["applied"]
    assert (envelope.programme, envelope.territory, envelope.tenant) == ("placement", "76", AGENCY)
    assert re.fullmatch(r"ses_[0-9a-f]{32}", envelope.subject)
    assert envelope.data == {
        "session_id": envelope.subject,
        "partner_id": AGENCY,
        "axis": 4,
        "kind": "serious_game",
        "starts_on": "2027-01-12",
        "ends_on": "2027-01-13",
        "municipality": "76384",
        "occupations": ["H2913", "M1805"],
        "places": 12,
        "register_until": "2027-01-05",
    }


def test_what_may_be_left_out_of_a_session(house: House) -> None:
    assert house.codes(announced(axis=None, occupations=None, register_until=None)) == ["applied"], "nothing is agreed"

    (fact,) = house.slice.facts(SessionAnnounced)
    assert (fact.axis, fact.occupations, str(fact.register_until)) == (None, (), "2027-01-12")


def test_two_partners_may_use_the_same_reference_of_a_session(house: House) -> None:
    house.record(TERRITORY)

    for partner in (AGENCY, TERRITORY):
        house.codes(announced(axis=None), partner_id=partner)

    assert len({one.session_id for one in house.slice.facts(SessionAnnounced)}) == 2


REFUSED: list[tuple[dict[str, Any], str, str | None]] = [
    (announced(places=0), "bad-value", "places"),
    (announced(places=501), "bad-value", "places"),
    (announced(places="12"), "bad-value", "places"),
    (announced(kind="karting"), "bad-value", "kind"),
    (announced(occupations=["H2913"] * 6), "bad-value", "occupations"),
    (announced(starts_on="12/01/2027"), "bad-value", "starts_on"),
    (announced(title="x"), "unknown-field", None),
    (announced(places=None), "missing-field", "places"),
    (announced("Réunion"), "reference-not-opaque", "session"),
    (announced("marie.durand"), "reference-not-opaque", "session"),
    (announced("0612345678"), "reference-not-opaque", "session"),
    (announced("m.durand@agence.example"), "reference-not-opaque", "session"),
    (announced("x" * 65), "reference-not-opaque", "session"),
    (announced(OURS), "bad-value", "session"),
    (announced("ses_1"), "bad-value", "session"),
    (announced(occupations=["H9999"]), "code-unknown", "occupations"),
    (announced(municipality="00000"), "code-unknown", "municipality"),
    (announced(municipality="75056"), "outside-territory", "municipality"),
    (announced(programme="relocation"), "outside-programme", "programme"),
    (announced(ends_on="2027-01-11"), "date-impossible", "ends_on"),
    (announced(register_until="2027-01-13"), "date-impossible", "register_until"),
    (announced(starts_on="2028-11-23", ends_on="2028-11-24"), "date-impossible", "ends_on"),
    (announced(starts_on="2028-11-24", ends_on="2028-11-24"), "date-impossible", "starts_on"),
    (announced(starts_on="2024-11-19", ends_on="2027-01-13"), "date-impossible", "starts_on"),
    (announced(starts_on="0001-01-01"), "date-impossible", "starts_on"),
    (announced(register_until="1926-01-05"), "date-impossible", "register_until"),
    (announced(at=NOW + timedelta(hours=1)), "date-impossible", "occurred_at"),
    (announced(axis=3), "axis-not-agreed", "axis"),
    (announced(starts_on="2026-09-30", ends_on="2026-09-30", register_until=None), "axis-not-agreed", "axis"),
    (cancelled(OURS), "bad-value", "session"),
    (cancelled("jean dupont"), "reference-not-opaque", "session"),
    (cancelled("0612345678"), "reference-not-opaque", "session"),
    (cancelled(reason="x"), "unknown-field", None),
    (registered(on="2026-11-23"), "date-impossible", "on"),
    (registered(session="ses_marie.durand"), "bad-value", "session"),
    (registered(session=f"{OURS}c"), "bad-value", "session"),
    (registered(session="ses_" + "A" * 20), "bad-value", "session"),
    (registered(session="marie.durand"), "reference-not-opaque", "session"),
    (registered(session="0612345678"), "reference-not-opaque", "session"),
    (registered(session="m@example.org"), "reference-not-opaque", "session"),
    (registered("marie.durand"), "reference-not-opaque", "candidate"),
    (registered(seat=1), "unknown-field", None),
    (unregistered("0612345678"), "reference-not-opaque", "candidate"),
    (unregistered(session="marie.durand"), "reference-not-opaque", "session"),
    (unregistered(session="ses_"), "bad-value", "session"),
    (unregistered(on="2026-11-21"), "unknown-field", None),
]


@pytest.mark.parametrize(("item", "code", "field"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_bad_item_says_why_and_tells_nothing(house: House, item: Any, code: str, field: str | None) -> None:
    house.agree()

    codes = house.codes(preselected(), item, announced("s-2"))

    assert codes == ["applied", code, "applied"]
    found = house.deliveries()[-1]["items"][1]
    assert (found["accepted"], found["field"], found["type"]) == (False, field, item["type"])
    assert len(told(house)) == 1
    assert places(house) == set()


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": "2028-11-23", "ends_on": "2028-11-23"},
        {"starts_on": "2026-11-20", "ends_on": "2026-11-22", "register_until": None},
        {"starts_on": "2027-01-12", "ends_on": "2027-01-12", "register_until": "2027-01-12"},
    ],
)
def test_days_up_to_two_years_away_and_of_one_day_are_taken(house: House, days: dict[str, Any]) -> None:
    house.agree()

    assert house.codes(announced(**days)) == ["applied"]


def test_an_axis_is_agreed_on_the_first_day_not_today(house: House) -> None:
    house.agree(start="2027-01-12", end="2027-12-31")

    assert house.codes(announced(), announced("s-2", starts_on="2027-01-11", register_until=None)) == [
        "applied",
        "axis-not-agreed",
    ]


def test_the_same_again_is_told_once_and_a_change_again(house: House) -> None:
    house.agree()

    codes = [
        *house.codes(announced(at=SECOND)),
        *house.codes(announced(at=SECOND)),
        *house.codes(announced(at=THIRD)),
        *house.codes(announced(at=FIRST, places=3)),
        *house.codes(announced(at=NOW, places=20)),
    ]

    assert codes == ["applied", "repeated", "repeated", "outdated", "applied"]
    assert told(house) == [("SessionAnnounced", 12), ("SessionAnnounced", 20)]


def test_a_session_is_called_off_and_opened_anew(house: House) -> None:
    house.agree()

    codes = [
        *house.codes(announced(at=FIRST), cancelled(at=SECOND)),
        *house.codes(cancelled(at=SECOND), announced(at=FIRST, places=3), cancelled(at=FIRST)),
        *house.codes(announced(at=THIRD)),
    ]

    assert codes == ["applied", "applied", "repeated", "outdated", "outdated", "applied"]
    assert told(house) == [("SessionAnnounced", 12), ("SessionCalledOff", 0), ("SessionAnnounced", 12)]
    (off,) = house.slice.envelopes(SessionCalledOff)
    assert (off.programme, off.territory, off.tenant) == ("placement", "76", AGENCY)


def test_a_cancellation_may_come_before_what_it_cancels(house: House) -> None:
    house.agree()

    assert house.codes(cancelled(at=SECOND), announced(at=FIRST)) == ["applied", "outdated"]
    assert told(house) == []
    assert house.codes(announced(at=THIRD)) == ["applied"]
    assert told(house) == [("SessionAnnounced", 12)]


def test_of_one_instant_the_cancellation_holds(house: House) -> None:
    house.agree()

    assert house.codes(announced(at=SECOND), cancelled(at=SECOND), announced(at=SECOND)) == [
        "applied",
        "applied",
        "outdated",
    ]
    assert told(house)[-1][0] == "SessionCalledOff"


SAID = st.lists(
    st.tuples(st.sampled_from(["on", "off"]), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=6, unique=True
)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(said=SAID, data=st.data())
def test_whatever_the_order_a_reader_of_the_facts_ends_with_the_last_word(
    house: House, said: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """Words of one session: on (with so many places) or off, said at an instant; each may come twice."""
    session = f"s-{house.sent}"
    order = data.draw(st.permutations([*said, *data.draw(st.lists(st.sampled_from(said), max_size=2))]))
    for word, hour, seats in order:
        at = NOW - timedelta(hours=10 - hour)
        house.codes(announced(session, at=at, axis=None, places=seats) if word == "on" else cancelled(session, at=at))

    references = house.slice.handler.wire().inbox.references
    about = references.session_id(AGENCY, session)
    facts = [one for one in house.slice.envelopes() if one.subject == about]
    last = max(facts, key=lambda one: one.sequence, default=None)
    word, _, seats = max(said, key=lambda one: (one[1], one[0] == "off", one[2]))

    assert len({one.sequence for one in facts}) == len(facts)
    if word == "on":
        assert last is not None
        assert (last.type, last.data["places"]) == ("SessionAnnounced", seats)
    else:
        assert last is None or last.type == "SessionCalledOff"


def test_a_place_is_taken_and_given_back(house: House) -> None:
    house.agree()

    codes = house.codes(preselected(at=FIRST), registered(at=SECOND), registered(session=OURS, at=SECOND))
    own = house.slice.handler.wire().inbox.references.session_id(AGENCY, "s-1")
    held = places(house)
    back = house.codes(unregistered(at=THIRD))

    assert (codes, back) == (["applied"] * 3, ["applied"])
    assert held == {own, OURS}
    assert places(house) == {OURS}
    (envelope, _) = house.slice.envelopes(CandidateRegistered)
    assert (envelope.programme, envelope.territory, envelope.tenant) == ("placement", "76", AGENCY)
    assert envelope.data["registered_on"] == "2026-11-21"


def test_a_registration_names_the_session_that_was_announced(house: House) -> None:
    house.agree()
    house.codes(announced(), preselected(), registered())

    (session,) = house.slice.facts(SessionAnnounced)
    (place,) = house.slice.facts(CandidateRegistered)

    assert place.session_id == session.session_id
    assert house.codes(preselected("c-2"), registered("c-2", session.session_id)) == ["applied"] * 2
    assert len({one.session_id for one in house.slice.facts(CandidateRegistered)}) == 1


def test_a_registration_waits_for_its_candidate(house: House) -> None:
    house.agree()

    early = house.codes(
        registered(), registered(session=OURS), unregistered(session=OURS, at=NOW + timedelta(minutes=1))
    )
    nothing_yet = places(house)
    house.codes(preselected())

    assert early == ["waiting-for-candidate"] * 3
    assert nothing_yet == set()
    assert len(places(house)) == 1
    assert house.slice.facts(CandidateUnregistered) == [], "what was never told is not taken back"


def test_the_same_registration_again_is_told_once_and_another_day_again(house: House) -> None:
    house.agree()

    codes = house.codes(
        preselected(at=FIRST),
        registered(at=SECOND),
        registered(at=SECOND),
        registered(at=FIRST, on="2026-11-20"),
        registered(at=THIRD, on="2026-11-22"),
    )

    assert codes == ["applied", "applied", "repeated", "outdated", "applied"]
    assert [str(one.registered_on) for one in house.slice.facts(CandidateRegistered)] == ["2026-11-21", "2026-11-22"]


def test_more_sessions_than_a_candidate_can_have_are_refused_and_those_known_go_on(house: House) -> None:
    house.agree()

    codes = house.codes(preselected(at=FIRST), *(registered(session=f"s-{at}", at=FIRST) for at in range(21)))
    known = house.codes(unregistered(session="s-0"), registered(session="s-20"))

    assert codes == ["applied"] * 21 + ["too-many-registrations"]
    assert known == ["applied", "too-many-registrations"]
    assert len(places(house)) == 19


def test_who_withdraws_gives_all_places_back_and_nothing_of_them_is_kept(house: House) -> None:
    house.agree()
    house.codes(preselected(at=FIRST), registered(session=OURS, at=FIRST))
    house.slice.publish()

    codes = house.codes(withdrawn(at=SECOND), registered(session=OURS, at=THIRD), registered(session=OURS, at=FIRST))

    rows = [row for row in house.slice.rows() if "#candidate#" in row["pk"]["S"]]
    assert codes == ["applied", "candidate-withdrawn", "outdated"]
    assert len(house.slice.facts(CandidateWithdrew)) == 1
    assert OURS not in json.dumps(rows)


AGAIN = (
    preselected(at=FIRST),
    registered(session="s-before", at=FIRST),
    withdrawn(at=SECOND),
    preselected(at=THIRD),
    registered(session="s-since", at=THIRD),
)


@FEW
@given(order=st.permutations(range(len(AGAIN))))
def test_in_whatever_order_it_comes_who_comes_again_holds_what_was_said_since(house: House, order: list[int]) -> None:
    """But for a registration that comes after the withdrawal and before its candidate: there is nobody to wait for."""
    if not house.call("GET", "/partners/agreements").body["items"]:
        house.agree()
    reference, held, known = f"c-{house.sent}", set[str](), {one.id for one in house.slice.envelopes()}
    since = house.slice.handler.wire().inbox.references.session_id(AGENCY, "s-since")

    for place in order:
        house.codes({**AGAIN[place], "data": AGAIN[place]["data"] | {"candidate": reference}})
        fresh = [one for one in house.slice.envelopes() if one.id not in known]
        held, known = after(held, fresh), known | {one.id for one in fresh}

    withdrew, came_again, took = (order.index(place) for place in (2, 3, 4))
    assert held == (set() if max(withdrew, took) < came_again else {since})


def test_sessions_go_a_year_after_the_last_day_they_may_be_about(house: House) -> None:
    house.agree()
    house.codes(announced())

    (row,) = [row for row in house.slice.rows() if "#session#" in row["pk"]["S"] and "state" in row]

    assert row["expires_at"] == {"N": str(int((house.time + timedelta(days=2 * 366 + 365)).timestamp()))}


def test_every_type_is_read_documented_and_answered_by_its_name() -> None:
    items = InboxMessage.model_json_schema()["$defs"]
    documented = {one["properties"]["type"]["examples"][0] for one in items.values() if "occurred_at" in str(one)}

    assert set(KINDS) == set(get_args(ItemType)) == documented == {one["type"] for one in SOUND}


@pytest.mark.parametrize("language", GUIDES)
def test_both_guides_name_every_type(language: str) -> None:
    text = GUIDES[language].read_text(encoding="utf-8")

    assert [one for one in get_args(ItemType) if f"`{one}`" not in text and f'"{one}"' not in text] == []


def examples_of(guide: Path) -> list[dict[str, Any]]:
    """The items that a guide shows, in its order."""
    blocks = re.findall(r"^```json\n(.*?)^```$", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    documents = [json.loads(block) for block in blocks if '"occurred_at"' in block and "evt_" not in block]
    return [item for one in documents for item in (one if isinstance(one, list) else [one])]


def test_what_the_guide_shows_is_taken_as_it_stands(house: House) -> None:
    house.agree()
    items = examples_of(GUIDES["French"])

    codes = house.codes(*items)

    assert {one["type"] for one in items} == set(get_args(ItemType))
    assert set(codes) == {"applied"}
