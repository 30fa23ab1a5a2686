"""The whole platform on this machine, and the shortest journey that goes through all of it.

with a_world() as player:
    told = play(player)                 # two companies, four volunteers, two demands, every answer there is
    assert standing(player) == EXPECTED # what each of them reads at the end, without ids and times
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cdk.demo.loan import Loan, host_steps, lender_steps
from cdk.demo.player import Player, Volunteer
from cdk.demo.scenario import CompanyPart, DemandPart, VolunteerPart, company_part, volunteers
from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud
from cdk.local.faults import Faults
from passerelle.nomenclature import load_starter

LENDER = company_part("mecanique-cailly")
HOST = company_part("aerostructures-normandie")
STAGE = "local"

Change = Callable[[str, dict[str, Any]], None]


@contextmanager
def a_world(*, faults: Faults | None = None, assembly: Path | None = None) -> Iterator[Player]:
    """The synthesised application running here, empty, with somebody to play on it."""
    with LocalCloud(assembly or synthesise(STAGE), faults=faults) as cloud:
        yield Player(cloud, load_starter())


def altered(folder: Path, change: Change) -> Path:
    """A copy of the synthesised application in which `change(stack, template)` has altered the templates."""
    copy = folder / "assembly"
    shutil.copytree(synthesise(STAGE), copy)
    for path in copy.glob("*.template.json"):
        template = json.loads(path.read_text())
        change(path.name.removesuffix(".template.json"), template)
        path.write_text(json.dumps(template))
    return copy


@dataclass(frozen=True)
class Told:
    """What the journey made: its volunteers by role, its demands, and the introduction that became mutual."""

    volunteers: dict[str, Volunteer]
    demands: tuple[str, str]
    mutual: str


def four_volunteers() -> dict[str, VolunteerPart]:
    """Car fitters of one lender: who is found, who is declined, who refuses, and who withdraws."""
    fitters = [part for part in volunteers(load_starter()) if part.company == LENDER.handle][:4]
    roles = ("found", "declined", "refuses", "withdraws")
    return {
        role: replace(part, decision="refuse" if role == "refuses" else "accept", starts_in=0, months=6, radius_km=150)
        for role, part in zip(roles, fitters, strict=True)
    }


def two_demands() -> tuple[DemandPart, DemandPart]:
    """An aerospace line that looks for fitters, twice; the second one is closed again."""
    line = DemandPart(HOST.handle, "H2901", 1, 4, HOST.municipality)
    return line, replace(line, occupation="H2909")


def play(player: Player, lender: CompanyPart = LENDER, host: CompanyPart = HOST) -> Told:
    """The first half of the lending journey, with a refusal, a withdrawal and a closure on the way."""
    cast = four_volunteers()
    enter(player, lender, host)
    described = player.describe(lender.handle, cast.values())
    player.cloud.settle()
    for volunteer in described:
        player.decide(volunteer)
    player.cloud.settle()
    first, second = (player.post_demand(part) for part in two_demands())
    player.cloud.settle()
    roles = dict(zip(cast, described, strict=True))
    player.matches(first)
    mutual = _introduction(player, host.handle, first, roles["found"])
    player.answer(host.handle, mutual)
    player.answer(lender.handle, mutual)
    player.answer(host.handle, _introduction(player, host.handle, first, roles["declined"]), reason="skills")
    player.decide(roles["withdraws"], "withdraw")
    player.cast.callers[host.handle].post(f"/demands/{second}/closure", {"outcome": "closed"})
    player.cloud.settle()
    return Told(roles, (first, second), mutual)


def loan_of(player: Player, told: Told, lender: CompanyPart = LENDER, host: CompanyPart = HOST) -> Loan:
    """The loan that the mutual introduction may become."""
    return Loan(player, told.mutual, lender.handle, host.handle, told.volunteers["found"])


def play_on(player: Player, told: Told) -> Loan:
    """The second half: the blind sheet, three signatures, the agreement with its documents, and the first day."""
    loan, settle = loan_of(player, told), player.cloud.settle
    loan.write_sheet("host")
    loan.sign_sheet("host")
    settle()
    loan.decide_go()
    loan.sign_sheet("lender")
    settle()
    loan.complete_terms()
    loan.record_steps("lender", **lender_steps(player.today))
    loan.record_steps("host", **host_steps(player.today))
    ready = loan.do("host", "readiness")
    assert ready.ok, ready.text
    settle()
    loan.sign("lender")
    loan.sign_as_employee()
    loan.sign("host")
    settle()
    player.cloud.clock.advance(days=(loan.start() - player.today).days + 1)
    for _ in range(2):  # the schedule comes round every hour: a start that was lost is made the next time
        player.cloud.schedule.fire("passerelle-local-agreements-start")
        settle()
    return loan


def enter(player: Player, *parts: CompanyPart) -> None:
    """Companies register and activate themselves."""
    for part in parts:
        player.register(part)
    player.cloud.settle()
    for part in parts:
        player.activate(part)
    player.cloud.settle()


def standing(player: Player) -> dict[str, Any]:
    """What every company reads at the end, and what was mailed: comparable between runs."""
    seen: dict[str, Any] = {}
    for handle, caller in player.cast.callers.items():
        seen[handle] = {
            "company": caller.get(f"/companies/{caller.company}")["state"],
            "profiles": _counted(item["state"] for item in caller.get("/profiles")["items"]),
            "demands": _counted(item["state"] for item in caller.get("/demands")["items"]),
            "introductions": _counted(item["state"] for item in player.introductions(handle)),
            "letters": len(_letters(player, handle)),
            "agreements": _counted(item["state"] for item in caller.get("/agreements")["items"]),
        }
    return {"companies": seen, "mails": mails(player), "set aside": set_aside(player)}


def mails(player: Player) -> dict[str, int]:
    """How many different mails each address got: a repeated one bears the same reference and counts once."""
    different = {(mail.to, mail.headers["X-Passerelle-Reference"], mail.text) for mail in player.cloud.mailbox}
    return _counted(address for to, _, _ in different for address in to)


def set_aside(player: Player) -> dict[str, int]:
    """How many messages lie in each dead-letter queue."""
    sqs = player.cloud.boto("sqs")
    counts = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        if url.removesuffix(".fifo").endswith("-dlq"):
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            counts[url.rsplit("/", 1)[1]] = int(attributes["Attributes"]["ApproximateNumberOfMessages"])
    return {name: count for name, count in counts.items() if count}


def _introduction(player: Player, handle: str, demand_id: str, volunteer: Volunteer) -> str:
    found = (
        item["id"]
        for item in player.introductions(handle)
        if item["demand_id"] == demand_id and item["profile_id"] == volunteer.profile_id
    )
    return str(next(found))


def _letters(player: Player, handle: str) -> set[str]:
    caller = player.cast.callers[handle]
    return {
        document["sha256"]
        for item in player.introductions(handle)
        for document in caller.get("/documents", introduction=item["id"])["items"]
    }


def _counted(words: Any) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
