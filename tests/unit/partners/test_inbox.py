"""The inbox: who is let in, what is done once, and what becomes of each item, in whatever order it comes."""

from __future__ import annotations

from passerelle.contracts.partners import CandidateOutcomeReceived, PreselectedCandidateReceived
from tests.unit.partners.conftest import AGENCY, House, outcome, preselected


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
