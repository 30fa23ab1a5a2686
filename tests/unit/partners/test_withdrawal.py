"""A candidate who withdraws: nothing said of him until then is kept, in whatever order it comes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations

import boto3
import pytest

from passerelle.contracts.partners import (
    CandidateOutcomeReceived,
    CandidateRegistered,
    CandidateWithdrew,
    InboxDeliveryReceived,
    PreselectedCandidateReceived,
    SessionCalledOff,
)
from passerelle.nomenclature import Municipality, Nomenclature, UnknownCode
from tests.unit.partners.conftest import (
    AGENCY,
    NOW,
    House,
    announced,
    cancelled,
    outcome,
    preselected,
    registered,
    unregistered,
    withdrawn,
)

BEFORE, THEN, LATER = NOW - timedelta(hours=3), NOW - timedelta(hours=2), NOW - timedelta(hours=1)


def kept(house: House) -> str:
    """Every row about a candidate, as it lies in the table."""
    return json.dumps([row for row in house.slice.rows() if "cnd_" in row["pk"]["S"] and row["sk"]["S"] == "STATE"])


def test_what_was_said_of_him_is_gone_and_whoever_holds_it_is_told(house: House) -> None:
    house.agree()
    house.codes(preselected(at=BEFORE), outcome(at=BEFORE))
    house.slice.publish()

    codes = house.codes(withdrawn(at=THEN))

    (told,) = house.slice.envelopes(CandidateWithdrew)
    assert codes == ["applied"]
    assert (told.programme, told.territory, told.tenant) == ("placement", "76", AGENCY)
    assert "H2913" not in kept(house)
    assert house.slice.facts(PreselectedCandidateReceived) == house.slice.facts(CandidateOutcomeReceived) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_it_comes_nothing_is_kept(house: House, order: tuple[int, ...]) -> None:
    house.agree()
    said = [preselected(at=BEFORE), outcome(at=BEFORE), withdrawn(at=THEN)]

    for place in order:
        house.codes(said[place])

    assert "H2913" not in kept(house)
    assert '\\"met\\"' not in kept(house)
    assert THEN.strftime("%H:%M") in kept(house)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whoever_comes_again_begins_anew(house: House, order: tuple[int, ...]) -> None:
    house.agree()
    said = [preselected(at=BEFORE, experience="0-2"), withdrawn(at=THEN), preselected(at=LATER, experience="6-10")]

    for place in order:
        house.codes(said[place])

    assert "6-10" in kept(house)
    assert "0-2" not in kept(house)


def test_what_is_still_to_be_published_is_awaited_and_goes_too(house: House) -> None:
    house.agree()
    house.send(preselected(at=BEFORE), outcome(at=BEFORE), withdrawn(at=THEN), preselected("c-2"))
    told = house.slice.envelopes(InboxDeliveryReceived)

    waited = house.slice.deliver(*told)
    so_far = [item["code"] for item in house.deliveries()[0]["items"]]
    house.work()

    assert (len(waited), so_far) == (1, ["applied"] * 2)
    assert [item["code"] for item in house.deliveries()[0]["items"]] == ["applied"] * 4
    about = {one.subject for one in house.slice.envelopes(CandidateWithdrew)}
    assert len(about) == 1
    assert {one.type for one in house.slice.envelopes() if one.subject in about} == {"CandidateWithdrew"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_whoever_comes_again_no_fact_tells_what_was_said_before(house: House, order: tuple[int, ...]) -> None:
    house.agree()
    said = [preselected(at=BEFORE, experience="0-2"), withdrawn(at=THEN), preselected(at=LATER, experience="6-10")]

    for place in order:
        house.codes(said[place])

    assert "0-2" not in json.dumps([row for row in house.slice.rows() if "cnd_" in row["pk"]["S"]])


def test_an_outcome_of_somebody_who_withdrew_is_not_kept(house: House) -> None:
    house.agree()
    house.codes(preselected(at=BEFORE), withdrawn(at=THEN))

    assert house.codes(outcome(at=LATER)) == ["candidate-withdrawn"]
    assert house.codes(outcome(at=BEFORE), preselected(at=BEFORE)) == ["outdated"] * 2
    assert house.codes(withdrawn(at=THEN), withdrawn(at=BEFORE)) == ["repeated", "outdated"]
    assert house.codes(preselected(at=LATER), outcome(at=LATER)) == ["applied"] * 2


def test_somebody_of_whom_nothing_is_known_may_withdraw_although_nothing_is_agreed(house: House) -> None:
    assert house.codes(withdrawn("c-9", at=THEN)) == ["applied"]

    (told,) = house.slice.envelopes(CandidateWithdrew)
    assert (told.programme, told.territory) == ("placement", None)


def test_kept_no_more_here_he_still_withdraws_from_whoever_holds_him_and_what_he_says_is_news(house: House) -> None:
    """Sessions lie ahead for longer than a candidate is kept after the last agreement."""
    house.agree()
    house.codes(preselected(at=BEFORE), registered(at=BEFORE), registered(session="s-2", at=BEFORE))
    house.slice.publish()
    (row,) = [row for row in house.slice.rows() if "#candidate#" in row["pk"]["S"] and row["sk"]["S"] == "STATE"]
    last = max(one.sequence for one in house.slice.envelopes(CandidateRegistered))
    house.time = datetime.fromtimestamp(int(row["expires_at"]["N"]), UTC)
    key = {"pk": row["pk"], "sk": row["sk"]}
    boto3.client("dynamodb").delete_item(TableName=house.slice.table_name, Key=key)

    assert house.codes(withdrawn(at=house.time), preselected(at=house.time + timedelta(seconds=1))) == ["applied"] * 2

    (withdrew,) = house.slice.envelopes(CandidateWithdrew)
    (again,) = house.slice.envelopes(PreselectedCandidateReceived)
    assert last < withdrew.sequence < again.sequence


def test_who_lives_and_what_is_held_where_communes_merged_goes_as_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.agree()
    house.codes(preselected(at=BEFORE), registered(at=BEFORE), announced(at=BEFORE))
    house.slice.publish()
    known = Nomenclature.municipality

    def since_the_merger(nomenclature: Nomenclature, code: str) -> Municipality:
        if code == "76384":
            raise UnknownCode("municipality", code)
        return known(nomenclature, code)

    monkeypatch.setattr(Nomenclature, "municipality", since_the_merger)

    given_back = house.codes(unregistered(at=THEN))
    house.slice.publish()

    assert given_back == ["applied"]
    assert (
        house.codes(withdrawn(at=LATER), cancelled(at=THEN), preselected("c-2", municipality="76351"))
        == ["applied"] * 3
    )
    for news in (CandidateWithdrew, SessionCalledOff):
        assert [(one.programme, one.territory) for one in house.slice.envelopes(news)] == [("placement", None)]
