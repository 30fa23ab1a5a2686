"""A mail comes back on the deployed application: SES tells it with the address, which is kept nowhere.

The news is written as SES documents it (`tests/support/returns.py`).
"""

import pytest

from cdk.demo.player import Player
from cdk.demo.scenario import CompanyPart
from cdk.local.mailbox import Mail
from tests.security.test_canaries import stores
from tests.support.returns import come_back
from tests.support.world import HOST, LENDER, a_world, enter

pytestmark = pytest.mark.timeout(300)


def kept(player: Player) -> str:
    """All that is kept: tables, events, queues, dead letters, logs, documents; what the vault holds is sealed."""
    return "".join(content for _, content in stores(player))


def mail_to(player: Player, part: CompanyPart) -> Mail:
    return next(mail for mail in player.cloud.mailbox if any(part.domain in address for address in mail.to))


def test_no_address_stays_of_a_mail_that_came_back() -> None:
    with a_world() as player:
        enter(player, LENDER, HOST)
        bounced, complained = mail_to(player, LENDER), mail_to(player, HOST)
        come_back(player, bounced, "passerelle-local", "Email Bounced")
        come_back(player, complained, "passerelle-local", "Email Complaint Received")
        told = player.signed_in("conseil@passerelle.example", ("advisers",)).get("/notifications/unreachable")

        reasons = {item["tenant"]: item["reason"] for item in told["items"]}
        assert reasons == {bounced.tags["tenant"]: "bounced", complained.tags["tenant"]: "complained"}
        everything = kept(player)
        for address in (*bounced.to, *complained.to):
            assert address not in everything
        assert "550 5.1.1" not in everything
        assert everything.count(f"{complained.tags['tenant']}#complaint#mail:") == 1
        assert player.cloud.recorder.used_but_not_granted() == []


def test_news_of_another_stage_is_not_heard() -> None:
    with a_world() as player:
        enter(player, LENDER, HOST)
        come_back(player, mail_to(player, LENDER), "passerelle-elsewhere", "Email Bounced")

        assert "AddresseeBlocked" not in kept(player)
