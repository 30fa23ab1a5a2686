"""The platform in one process ends the journeys as the local cloud does: what it stands in for behaves alike."""

from passerelle.nomenclature import load_starter
from tests.journeys.test_first_match import EXPECTED
from tests.support.one_process.cloud import one_process
from tests.support.one_process.player import Here
from tests.support.world import HOST, LENDER, play, play_on, standing


def test_the_same_journey_ends_alike_in_one_process() -> None:
    with one_process() as cloud:
        player = Here(cloud, load_starter(), today=cloud.world.now.date())

        told = play(player)
        seen = standing(player)
        loan = play_on(player, told)

        del seen["mails"]
        assert seen == EXPECTED
        assert loan.agreement("host")["state"] == "active"
        assert loan.disclosed("host")["company"]["name"] == LENDER.name
        assert loan.disclosed("lender")["company"]["name"] == HOST.name
        assert cloud.world.outside.queued == []
