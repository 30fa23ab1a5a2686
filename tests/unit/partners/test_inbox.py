"""The inbox: what becomes of each item, in whatever order it comes."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.partners.model.items import Code
from passerelle import signing
from passerelle.contracts.partners import (
    CandidateOutcomeReceived,
    InboxDeliveryReceived,
    PreselectedCandidateReceived,
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
    outcome,
    preselected,
    registered,
    unregistered,
    withdrawn,
)

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(max_size=10).map(lambda name: unicodedata.normalize("NFC", name))
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
"""Whatever JSON can say: neither NaN nor infinity, and no two names that are one once normalised."""


def test_what_the_official_library_signs_is_taken_and_worked_on(house: House) -> None:
    house.agree()

    answer = house.send(preselected(), outcome(outcome="hired", contract="CDI"))
    house.work()

    assert (answer.status, answer.body) == (202, {"message_id": "msg_000001"})
    (listed,) = house.deliveries()
    assert [item["code"] for item in listed["items"]] == ["applied", "applied"]
    (candidate,) = house.slice.facts(PreselectedCandidateReceived)
    (told,) = house.slice.facts(CandidateOutcomeReceived)
    assert (candidate.partner_id, candidate.axis, candidate.occupation) == (AGENCY, 4, "H2913")
    assert (told.candidate_id, told.outcome, told.contract) == (candidate.candidate_id, "hired", "CDI")


def test_facts_say_their_programme_and_place_and_each_its_own_sequence(house: House) -> None:
    house.agree()
    house.codes(outcome(), outcome(outcome="trained"), preselected())

    envelopes = [
        *house.slice.envelopes(PreselectedCandidateReceived),
        *house.slice.envelopes(CandidateOutcomeReceived),
    ]

    assert {(one.programme, one.territory, one.tenant) for one in envelopes} == {("placement", "76", AGENCY)}
    assert len({one.sequence for one in envelopes}) == 3
    assert "76384" not in str([one.data for one in envelopes]), "a place is told as an area"


def test_a_stored_message_is_answered_before_it_is_worked_on(house: House) -> None:
    house.agree()
    house.send(preselected())

    (waiting,) = house.deliveries()
    house.work(times=3)
    (done,) = house.deliveries()

    assert (waiting["state"], waiting["items"]) == ("received", [])
    assert (done["state"], len(done["items"])) == ("processed", 1)
    assert len(house.slice.facts(PreselectedCandidateReceived)) == 1


def test_two_partners_may_use_the_same_ids_and_references(house: House) -> None:
    house.record(TERRITORY)
    house.agree(parties=[AGENCY, TERRITORY])

    for partner in (AGENCY, TERRITORY):
        house.send(preselected(), partner_id=partner, message_id="msg_same")
    house.work()

    assert len({one.candidate_id for one in house.slice.facts(PreselectedCandidateReceived)}) == 2


REFUSED: list[tuple[Any, str, str | None]] = [
    (7, "bad-envelope", None),
    ({"type": "candidate.preselected"}, "bad-envelope", None),
    (preselected() | {"note": "x"}, "bad-envelope", None),
    (preselected() | {"occurred_at": "2026-11-22T09:00:00"}, "bad-envelope", None),
    (preselected() | {"type": "session.held"}, "type-not-understood", None),
    (preselected(name="x"), "unknown-field", None),
    (preselected(axis="4"), "bad-value", "axis"),
    (preselected(programme="karting"), "bad-value", "programme"),
    (preselected(skills=["100007"] * 16), "bad-value", "skills"),
    (preselected("Élodie"), "reference-not-opaque", "candidate"),
    (preselected("x" * 65), "reference-not-opaque", "candidate"),
    (preselected("marie.durand"), "reference-not-opaque", "candidate"),
    (preselected("0612345678"), "reference-not-opaque", "candidate"),
    (preselected(occupation="H9999"), "code-unknown", "occupation"),
    (preselected(skills=["999999"]), "code-unknown", "skills"),
    (preselected(municipality="00000"), "code-unknown", "municipality"),
    (preselected(municipality="75056"), "outside-territory", "municipality"),
    (preselected(programme="relocation"), "outside-programme", "programme"),
    (preselected(consented_on="2026-11-21"), "date-impossible", "consented_on"),
    (preselected(preselected_on="2026-11-23"), "date-impossible", "preselected_on"),
    (preselected(at=NOW + timedelta(hours=1)), "date-impossible", "occurred_at"),
    (preselected(axis=3), "axis-not-agreed", "axis"),
    (preselected(consented_on="2026-09-01", preselected_on="2026-09-02"), "axis-not-agreed", "axis"),
    (outcome(on="2026-11-23"), "date-impossible", "on"),
    (outcome(outcome="hired"), "contract-misplaced", "contract"),
    (outcome(contract="CDI"), "contract-misplaced", "contract"),
    (outcome(outcome="promoted"), "bad-value", "outcome"),
    (outcome(axis=3), "axis-not-agreed", "axis"),
]


@pytest.mark.parametrize(("item", "code", "field"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_bad_item_says_why_and_holds_up_nobody(house: House, item: Any, code: str, field: str | None) -> None:
    house.agree()

    codes = house.codes(preselected("c-1"), item, preselected("c-2"))

    assert codes == ["applied", code, "applied"]
    found = house.deliveries()[-1]["items"][1]
    assert (found["accepted"], found["field"], found["position"]) == (False, field, 1)


def test_of_a_partner_that_ended_meanwhile_only_what_takes_back_is_taken(house: House) -> None:
    house.agree()
    house.codes(preselected("c-1"), registered("c-1"), preselected("c-2"), registered("c-2"), announced())
    house.slice.publish()
    later = NOW + timedelta(minutes=1)
    house.send(
        *(item(at=later) for item in (preselected, outcome, registered, announced)),
        unregistered("c-1", at=later),
        withdrawn("c-2", at=later),
        cancelled(at=later),
    )
    etag = house.call("GET", f"/partners/{AGENCY}").headers["ETag"]
    assert house.call("POST", f"/partners/{AGENCY}/ending", headers={"If-Match": etag}).status == 200

    house.work()

    items = house.deliveries()[-1]["items"]
    assert [(one["code"], one["field"]) for one in items] == [
        *[("outside-programme", None)] * 4,
        *[("applied", None)] * 3,
    ]


def test_a_missing_field_is_named(house: House) -> None:
    item = preselected()
    del item["data"]["experience"]

    assert house.codes(item, item) == ["missing-field", "missing-field"]
    assert {one["field"] for one in house.deliveries()[-1]["items"]} == {"experience"}


@pytest.mark.parametrize("reference", ["c-1", "FT-76-000123", "550e8400-e29b-41d4-a716-446655440000", "a.b_c-9"])
def test_references_in_use_are_opaque(house: House, reference: str) -> None:
    house.agree()

    assert house.codes(preselected(reference)) == ["applied"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "broken-json"),
        (b"{", "broken-json"),
        (b'{"a": 1, "a": 2}', "broken-json"),
        ('{"\u00e9": 1, "e\u0301": 2}'.encode(), "broken-json"),
        (b'{"a": NaN}', "broken-json"),
        (b"[" * 5000, "broken-json"),
        (b"\xff\xfe", "broken-json"),
        (json.dumps([preselected()] * 101).encode(), "too-many-items"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(house: House, raw: bytes, code: str) -> None:
    secret = house.secrets[AGENCY]
    stamp = int(house.time.timestamp())
    headers = signing.headers("msg_1", stamp, [signing.signature(secret, "msg_1", stamp, raw)])

    answer = house.post(raw, headers)
    house.work()

    assert answer.status == 202
    (listed,) = house.deliveries()
    assert (listed["refused"], listed["items"], listed["state"]) == (code, [], "processed")


def test_a_hundred_items_are_worked_on_and_an_empty_list_too(house: House) -> None:
    house.agree()
    raw = b"[]"

    codes = house.codes(*(preselected(f"c-{at}") for at in range(100)))
    house.time += timedelta(seconds=1)
    house.post(raw, house.headers(raw, message_id="msg_none", secret=house.secrets[AGENCY]))
    house.work()

    assert codes == ["applied"] * 100
    assert house.deliveries()[-1]["items"] == []


def test_a_delivery_stopped_half_way_goes_on_where_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.agree()
    house.send(*(preselected(f"c-{at}") for at in range(5)))
    calls = itertools.count()
    whole = type(house.slice.handler.wire().partners).save_candidate

    def failing(*args: Any, **how: Any) -> Any:
        if next(calls) == 3:
            raise RuntimeError("killed")
        return whole(*args, **how)

    monkeypatch.setattr(type(house.slice.handler.wire().partners), "save_candidate", failing)
    stopped = house.slice.deliver(*house.slice.envelopes(InboxDeliveryReceived))
    half = [item["code"] for item in house.deliveries()[0]["items"]]
    house.work()

    assert len(stopped) == 1
    assert half == ["applied"] * 3
    assert [item["position"] for item in house.deliveries()[0]["items"]] == [0, 1, 2, 3, 4]
    assert len(house.slice.facts(PreselectedCandidateReceived)) == 5


def test_outcomes_before_their_candidate_are_kept_and_told_once_he_comes(house: House) -> None:
    house.agree()

    early = house.codes(outcome(), outcome(outcome="trained"))
    nothing_yet = house.slice.facts(CandidateOutcomeReceived)
    house.codes(preselected())

    assert early == ["waiting-for-candidate"] * 2
    assert nothing_yet == []
    assert {one.outcome for one in house.slice.facts(CandidateOutcomeReceived)} == {"met", "trained"}


def test_the_same_again_and_what_is_older_change_nothing(house: House) -> None:
    house.agree()
    later = NOW - timedelta(hours=1)

    assert house.codes(preselected(at=later)) == ["applied"]
    assert house.codes(preselected(at=later)) == ["repeated"]
    assert house.codes(preselected(at=later - timedelta(hours=1), experience="11+")) == ["outdated"]
    assert house.codes(preselected(at=NOW, experience="6-10")) == ["applied"]
    assert [one.experience for one in house.slice.facts(PreselectedCandidateReceived)] == ["3-5", "6-10"]


def test_more_outcomes_than_a_candidate_can_have_are_refused(house: House) -> None:
    kinds = ["informed", "preselected", "met", "trained", "not_hired"]
    axes = [{"number": number, "label": f"Axe {number}"} for number in range(1, 8)]
    house.agree(axes=axes, indicators=[])
    said = [outcome(outcome=kind, axis=axis) for axis in range(1, 8) for kind in kinds]

    codes = house.codes(preselected(), *said)

    assert codes.count("applied") == 31
    assert codes.count("too-many-outcomes") == 5


STORY = (
    preselected(at=NOW - timedelta(hours=5)),
    preselected(at=NOW - timedelta(hours=4), experience="6-10"),
    outcome(at=NOW - timedelta(hours=3)),
    outcome(at=NOW - timedelta(hours=2), outcome="not_hired"),
    outcome(at=NOW - timedelta(hours=1), outcome="hired", contract="CDD_6_MONTHS"),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(STORY))), again=st.lists(st.integers(0, len(STORY) - 1), max_size=3))
def test_whatever_the_order_and_however_often_the_story_is_the_same(
    house: House, order: list[int], again: list[int]
) -> None:
    if not house.call("GET", "/partners/agreements").body["items"]:
        house.agree()
    reference = f"c-{house.sent}"
    told = [STORY[at] for at in (*order, *again)]
    for item in told:
        house.send({**item, "data": {**item["data"], "candidate": reference}})
    house.work()

    references = house.slice.handler.wire().inbox.references
    known = house.slice.handler.wire().partners.candidate(AGENCY, references.candidate_id(AGENCY, reference)).value

    assert known.preselection is not None
    assert known.preselection.experience == "6-10"
    assert [(one.outcome, one.contract) for one in known.outcomes] == [("hired", "CDD_6_MONTHS"), ("met", None)]


@FEW
@given(raw=st.binary(max_size=300), good=st.booleans())
def test_no_bytes_break_the_inbox(house: House, raw: bytes, good: bool) -> None:
    house.sent += 1
    name, stamp = f"msg_{house.sent}", int(house.time.timestamp())
    secret = house.secrets[AGENCY] if good else signing.new_secret()
    headers = signing.headers(name, stamp, [signing.signature(secret, name, stamp, raw)])

    answer = house.post(raw, headers)
    house.work()

    assert answer.status == (202 if good else 401)
    assert all(one["state"] == "processed" for one in house.deliveries())


@FEW
@given(
    document=JSON
    | st.builds(lambda sound, data: {**sound, "data": data}, st.sampled_from(SOUND), JSON)
    | st.lists(JSON, max_size=3)
)
def test_no_document_breaks_the_inbox(house: House, document: Any) -> None:
    house.sent += 1
    raw = json.dumps(document).encode()
    name, stamp = f"msg_{house.sent}", int(house.time.timestamp())
    headers = signing.headers(name, stamp, [signing.signature(house.secrets[AGENCY], name, stamp, raw)])

    assert house.post(raw, headers).status == 202
    house.work()
    assert all(not item["accepted"] for one in house.deliveries() for item in one["items"])


@FEW
@given(data=st.data())
def test_no_value_of_a_field_breaks_the_inbox(house: House, data: st.DataObject) -> None:
    sound = data.draw(st.sampled_from(SOUND))
    field = data.draw(st.sampled_from(sorted(sound["data"])))
    value = data.draw(JSON | st.sampled_from(["ses_", "9999-12-31", "0001-01-01", "-", "H0000", 10**30, ["H2913"] * 9]))

    assert house.send({**sound, "data": {**sound["data"], field: value}}).status == 202
    house.work()

    delivery = house.deliveries()[-1]
    assert delivery["message_id"] == f"msg_{house.sent:06d}"
    assert (delivery["state"], len(delivery["items"])) == ("processed", 1)
    assert house.slice.set_aside() == []


def test_the_list_of_deliveries_has_pages(house: House) -> None:
    for _ in range(3):
        house.send(preselected())
        house.time += timedelta(seconds=1)
    path = f"/partners/{AGENCY}/inbox"

    first = house.call("GET", path, query={"limit": "2"}).body
    second = house.call("GET", path, query={"limit": "2", "cursor": first["cursor"]}).body

    assert [one["message_id"] for one in first["items"]] == ["msg_000001", "msg_000002"]
    assert [one["message_id"] for one in second["items"]] == ["msg_000003"]


def test_bodies_and_results_go_after_their_term_and_candidates_two_years_after_the_last_news(house: House) -> None:
    house.agree()
    house.codes(preselected())

    terms = {row["pk"]["S"].split("#")[1]: row.get("expires_at") for row in house.slice.rows() if "state" in row}

    in_90_days = str(int((house.time + timedelta(days=90)).timestamp()))
    assert terms["body"] == terms["delivery"] == {"N": in_90_days}
    assert terms["candidate"] == {"N": str(int((house.time + timedelta(days=730)).timestamp()))}
    assert terms["partner"] is None


def test_who_was_hired_is_kept_until_the_agreement_was_evaluated(house: House) -> None:
    house.agree()
    house.codes(preselected(), outcome(outcome="hired", contract="CDI"))

    (term,) = [row["expires_at"] for row in house.slice.rows() if "#candidate#" in row["pk"]["S"] and "state" in row]

    assert term == {"N": "1917043200"}, "a year and a day after 30 September 2029"


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_things_said_at_one_instant_the_same_one_holds_in_either_order(house: House, turned: bool) -> None:
    house.agree()
    said = [preselected(experience="3-5"), preselected(experience="6-10")]

    for item in reversed(said) if turned else said:
        house.codes(item)

    (state,) = [row["state"]["S"] for row in house.slice.rows() if "#candidate#" in row["pk"]["S"] and "state" in row]
    assert json.loads(state)["preselection"]["experience"] == "6-10"


@pytest.mark.parametrize("language", GUIDES)
def test_both_guides_explain_every_code_and_no_other(language: str) -> None:
    text = GUIDES[language].read_text(encoding="utf-8")
    table = text.partition("<!-- inbox codes -->")[2].partition("<!-- end -->")[0]

    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", table, re.MULTILINE))

    assert list(rows) == [code.value for code in Code]
    assert all(len(cells.split(" | ")) == 2 for cells in rows.values()), "a meaning and what to do"
