"""The second half of the lending journey, on the application deployed: from mutual interest to the first day."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cdk.demo.loan import Loan, host_steps, lender_steps
from cdk.demo.player import Player
from tests.support.world import HOST, LENDER, a_world, enter, four_volunteers, set_aside, two_demands

pytestmark = pytest.mark.timeout(300)

SIGNED_DOCUMENTS = {"secondment_agreement", "contract_amendment", "employee_agreement", "financial_schedule"}


@pytest.fixture(scope="module")
def loan() -> Iterator[Loan]:
    with a_world() as player:
        yield mutual_loan(player)


def mutual_loan(player: Player) -> Loan:
    enter(player, LENDER, HOST)
    part = replace(four_volunteers()["found"], decision="accept")
    (volunteer,) = player.describe(LENDER.handle, [part])
    player.cloud.settle()
    player.decide(volunteer)
    player.cloud.settle()
    player.post_demand(two_demands()[0])
    player.cloud.settle()
    (introduction,) = player.introductions(HOST.handle)
    for handle in (HOST.handle, LENDER.handle):
        player.answer(handle, introduction["id"])
    player.cloud.settle()
    return Loan(player, introduction["id"], LENDER.handle, HOST.handle, volunteer)


def test_from_mutual_interest_to_the_first_day(loan: Loan) -> None:
    player, settle = loan.player, loan.player.cloud.settle

    loan.write_sheet("host")
    settle()
    assert (
        loan.player.cast.callers[LENDER.handle]
        .ask("GET", f"/identities/disclosures/{loan.introduction_id}")
        .status_code
        == 404
    )
    loan.sign_sheet("host")
    settle()
    loan.decide_go()
    loan.sign_sheet("lender")
    settle()
    assert loan.disclosed("host")["company"]["name"] == LENDER.name
    assert loan.disclosed("lender")["company"]["name"] == HOST.name

    loan.complete_terms()
    refused = loan.do("host", "readiness")
    assert refused.status_code == 409
    assert {rule["rule"] for rule in refused.json()["rules"]} >= {"PMO-34"}
    loan.record_steps("lender", **lender_steps(player.today))
    loan.record_steps("host", **host_steps(player.today))
    assert loan.do("host", "readiness").status_code == 200
    settle()
    loan.sign("host")
    mailed = len(player.cloud.mailbox)
    player.cloud.clock.advance(days=3)
    player.cloud.schedule.fire("passerelle-local-agreements-remind")
    settle()
    (reminder,) = list(player.cloud.mailbox)[mailed:]
    assert reminder.to == (f"rh@{LENDER.domain}",)
    assert loan.agreement("lender")["id"] in reminder.text
    assert not any(told in reminder.text for told in (HOST.name, HOST.contact, loan.volunteer.part.family_name))
    assert HOST.name not in reminder.text
    loan.sign_as_employee()
    loan.sign("lender")
    settle()
    assert loan.agreement("host")["state"] == "signed"
    assert set(loan.agreement("host")["to_sign"] or SIGNED_DOCUMENTS) == SIGNED_DOCUMENTS

    assert loan.do("host", "start").status_code == 409
    player.cloud.clock.advance(days=(loan.start() - player.today).days + 1)
    player.cloud.schedule.fire("passerelle-local-agreements-start")
    settle()
    assert loan.agreement("lender")["state"] == "active"
    assert set_aside(player) == {}
    assert player.cloud.recorder.used_but_not_granted() == []
