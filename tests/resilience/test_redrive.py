"""What was set aside goes back by the runbook's own commands, and has its effect once."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from cdk.demo.caller import Caller
from cdk.demo.player import Player
from tests.resilience.test_outages import an_envelope
from tests.support.surroundings import a_partner, a_receiver
from tests.support.world import a_world, set_aside

pytestmark = pytest.mark.timeout(300)

RUNBOOK = (Path(__file__).resolve().parents[2] / "cdk/README.md").read_text(encoding="utf-8")
ATTEMPT, SWEEP = "passerelle-local-webhooks-attempt", "passerelle-local-webhooks-sweep"
SET_ASIDE = {"passerelle-local-webhooks-attempts-dlq.fifo": 3}


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with a_world() as player:
        yield player


@pytest.fixture(autouse=True)
def _receivers_live_in_the_clouds_time(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return player.cloud.clock.now()

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Then)


def commands() -> list[list[str]]:
    """The commands of the runbook's section, word by word."""
    section = RUNBOOK.partition("### Redrive\n")[2].partition("\n### ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [shlex.split(line) for line in block.replace("\\\n", " ").splitlines()]


def run(player: Player, words: list[str]) -> Mapping[str, Any]:
    """What `aws` makes of these words: its options are the parameters of the service's own description."""
    program, service, operation, *options = words
    client, said = player.cloud.boto(service), dict(zip(options[::2], options[1::2], strict=True))
    name = "".join(part.capitalize() for part in operation.split("-"))
    known = client.meta.service_model.operation_model(name).input_shape.members
    names = {f"--{xform_name(member, '-')}": member for member in known}
    here = player.cloud.deployment.arn("sqs", "passerelle-local")
    there = "arn:aws:sqs:eu-west-3:ACCOUNT:passerelle-live"
    assert program == "aws"
    answer: Mapping[str, Any] = getattr(client, operation.replace("-", "_"))(
        **{names[option]: value.replace(there, here) for option, value in said.items()}
    )
    return answer


def redrive(player: Player) -> None:
    for words in commands():
        assert run(player, words)["TaskHandle"]
    player.cloud.settle()


def sweep(player: Player) -> None:
    player.cloud.clock.advance(minutes=6)
    player.cloud.schedule.fire(SWEEP)
    player.cloud.settle()


def tries(partner: Caller, endpoint: str) -> Counter[tuple[str, int]]:
    """How the deliveries of an endpoint stand, and how often each was tried."""
    return Counter((one["state"], one["tries"]) for one in partner.get(f"{endpoint}/deliveries")["items"])


@pytest.mark.parametrize("steps", [(redrive, sweep), (sweep, redrive)], ids=["before the sweep", "after the sweep"])
def test_attempts_that_were_set_aside_are_made_once_however_they_come_back(player: Player, steps: Any) -> None:
    partner = a_partner(player)
    with a_receiver() as (receiver, url):
        made = partner.post("/webhooks/endpoints", {"url": url})
        receiver.webhook = type(receiver.webhook)(made["secret"])
        endpoint = f"/webhooks/endpoints/{made['id']}"
        partner.post(f"{endpoint}/verification")
        player.cloud.faults.refuse_calls("dynamodb:GetItem", times=1000, function=ATTEMPT, code="AccessDeniedException")
        owed = {partner.post(f"{endpoint}/tests")["id"] for _ in range(3)}
        player.cloud.settle()
        aside, told = set_aside(player), receiver.handled
        player.cloud.faults.calm()

        first, second = steps
        first(player)
        after_the_first = tries(partner, endpoint)
        second(player)

        assert (aside, told) == (SET_ASIDE, 0)
        assert after_the_first == tries(partner, endpoint) == {("delivered", 1): 3}
        assert (receiver.seen, receiver.handled) == (owed, 3)
    assert set_aside(player) == {}
    assert player.cloud.recorder.used_but_not_granted() == []


def test_what_a_slice_set_aside_goes_back_to_it(player: Player) -> None:
    sqs, body = player.cloud.boto("sqs"), an_envelope("DemandClosed", {"demand_id": "dem_1", "outcome": "closed"})
    dead_letters = sqs.get_queue_url(QueueName="passerelle-local-matching-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=dead_letters, MessageBody=json.dumps({"detail": body}))
    before = set_aside(player)

    redrive(player)

    assert before == {"passerelle-local-matching-dlq": 1}
    assert set_aside(player) == {}


@pytest.mark.parametrize(
    ("source", "destination"),
    [
        ("matching", "matching-dlq"),
        ("webhooks-attempts-dlq.fifo", "matching"),
        ("matching-dlq", "nowhere"),
    ],
)
def test_what_sqs_would_refuse_is_refused(player: Player, source: str, destination: str) -> None:
    arns = [player.cloud.deployment.arn("sqs", f"passerelle-local-{name}") for name in (source, destination)]

    with pytest.raises(ClientError):
        player.cloud.boto("sqs").start_message_move_task(SourceArn=arns[0], DestinationArn=arns[1])
