"""A person is erased: he is in no index and no ranking any more, and no late news bring him back."""

import json

import pytest

from passerelle.contracts.matching import MatchingErased
from passerelle.contracts.profiles import ProfileErased
from tests.support.slices import Slice, a_company, an_envelope
from tests.unit.matching.told import HOST, LENDER, activated, opened, published, withdrawn


def erased(profile_id: str | None = "prf_fitter", *, ended_at: int = 4):
    event = ProfileErased(
        case_id="era_1", person_id="per_fitter", lender=LENDER, deleted=3, profile_id=profile_id, ended_at=ended_at
    )
    return an_envelope(event, tenant=LENDER, subject=profile_id or "per_fitter", sequence=max(ended_at, 1))


def matches(matching: Slice) -> list[str]:
    read = matching.call("GET", "/matching/demands/dem_fitter/matches", actor=a_company(HOST))
    return [item["profile_id"] for item in read.body["items"]]


@pytest.mark.parametrize("times", [1, 2])
def test_he_leaves_the_index_and_the_ranking(matching: Slice, times: int) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())
    assert matches(matching) == ["prf_fitter"]

    assert matching.deliver(erased(), times=times) == []

    assert matches(matching) == []
    (answer,) = matching.facts(MatchingErased)
    assert (answer.deleted, [kept.what for kept in answer.kept]) == (1, ["matching_log"])
    kept = [row for row in matching.rows() if "envelope" not in row]
    assert "per_fitter" not in json.dumps(kept, default=repr)


def test_news_of_an_earlier_version_bring_nobody_back(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), opened(), erased(ended_at=4))

    matching.deliver(published(sequence=3), withdrawn(sequence=4))

    assert matches(matching) == []


def test_whoever_was_never_here_is_answered(matching: Slice) -> None:
    assert matching.deliver(erased(None)) == []

    assert [(one.deleted, one.kept) for one in matching.facts(MatchingErased)] == [(0, ())]


def test_the_matching_log_is_forgotten_after_two_years(matching: Slice) -> None:
    matching.deliver(activated(LENDER), activated(HOST), published(), opened())

    (row,) = [row for row in matching.rows() if "MatchesProposed" in row.get("envelope", {}).get("S", "")]

    (envelope,) = [each for each in matching.envelopes() if each.type == "MatchesProposed"]
    kept_for = int(row["expires_at"]["N"]) - envelope.occurred_at.timestamp()
    assert round(kept_for / 86400) == 730
