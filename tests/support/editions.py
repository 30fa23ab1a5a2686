"""A running platform whose operator imports official editions, while people read, search, write and decide.

with switched(folder) as seen:          # starter, ROME, communes, a later ROME, and back
    seen.imported["rome"].meanwhile     # what everybody was answered, and when
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from cdk.demo.caller import Caller
from cdk.demo.forms import description, need
from cdk.demo.player import Player, Volunteer
from cdk.demo.scenario import DemandPart, VolunteerPart, volunteers, wanted_skills
from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud
from cdk.settings import stage_settings
from cdk.workforce import Row, write
from passerelle.nomenclature import load_starter
from passerelle.vocabulary import Reader, Switch
from tests.support.official import Rows, a_small_rome, competence, occupation, write_rome
from tests.support.operating import Glances, Operator, Said, onlookers
from tests.support.world import HOST, LENDER, STAGE, enter

NEW_TRADE, RETIRED_TRADE, RENAMED_TRADE = "A1101", "H2901", "H2909"
RENAMED = "Assembleur-monteur en ligne / Assembleuse-monteuse en ligne"
ROUEN, LE_HAVRE, FAR_AWAY = "200023414", "200084952", "999000001"
COMMUNES = (
    "code,nom,departement,region,codes_postaux,population,siren,epci,ze2020,latitude,longitude\n"
    f"76540,Rouen,76,28,,110000,,{ROUEN},2815,49.44,1.09\n"
    f"76351,Le Havre,76,28,,160000,,{LE_HAVRE},2813,49.50,0.14\n"
    f"76998,Rouen-du-Sud,76,28,,10,,{ROUEN},2815,45.40,1.09\n"
    f"76999,Bout-du-Monde,76,28,,1000,,{FAR_AWAY},2815,44.40,1.09\n"
)
"""An invented commune makes the volunteers' area reach far south, near an area that the starter does not know."""
_COLUMN_OF_TRADE = {"referentiel_code_rome": 0, "referentiel_appellation": 3, "coherence_item": 0, "texte": 0}
_LINK = re.compile(r"/profiles/opt-in#([A-Za-z0-9_-]{43})")


@dataclass
class Imported:
    """One import: what the command said, the switch it wrote, and what everybody was answered meanwhile."""

    said: Said
    switch: Switch
    meanwhile: Glances


@dataclass
class Seen:
    """What everybody was answered, in the order of the journey."""

    player: Player
    operator: Operator
    heard: list[requests.Response]
    people: list[Volunteer] = field(default_factory=list)
    demand: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, tuple[Said, bool]] = field(default_factory=dict)
    imported: dict[str, Imported] = field(default_factory=dict)
    report: list[dict[str, str]] = field(default_factory=list)
    decided_late: list[requests.Response] = field(default_factory=list)
    turned_page: dict[str, requests.Response] = field(default_factory=dict)
    posted_meanwhile: list[set[str]] = field(default_factory=list)
    with_new_codes: tuple[str, list[Any]] = ("", [])
    far_away: list[Any] = field(default_factory=list)
    found_at_last: set[str] = field(default_factory=set)
    suggested: dict[str, list[str]] = field(default_factory=dict)

    @property
    def lender(self) -> Caller:
        return self.player.cast.callers[LENDER.handle]

    @property
    def host(self) -> Caller:
        return self.player.cast.callers[HOST.handle]

    def read(self) -> dict[str, Any]:
        """What the lender, the host and anybody read of what was made with the starter."""
        profile = self.people[0].profile_id
        return {
            "profile": self.lender.get(f"/profiles/{profile}"),
            "demand": self.host.get(f"/demands/{self.demand}"),
            "matches": self.player.matches(self.demand),
            "offers": self.lender.get(f"/matching/profiles/{profile}/demands")["items"],
            "version": self.player.anybody().get("/vocabulary")["version"],
        }

    def suggestions(self, question: str) -> list[str]:
        """The trades that are suggested to whoever types this."""
        return [one["code"] for one in self.player.anybody().get("/vocabulary/occupations", q=question)["items"]]


@contextmanager
def switched(folder: Path) -> Iterator[Seen]:
    """The whole journey; the platform still runs inside the block."""
    with (
        LocalCloud(synthesise(STAGE), folder / "run", concurrency=2) as cloud,
        pytest.MonkeyPatch.context() as patch,
    ):
        heard: list[requests.Response] = []
        player = Player(cloud, load_starter(), heard=lambda _, reply: heard.append(reply))
        seen = Seen(player, Operator(cloud, patch), heard)
        _made_with_the_starter(seen)
        _broken_files(seen, folder)
        _rome_is_imported(seen, folder)
        _new_codes_are_used(seen)
        _places_are_imported(seen, folder)
        _another_rome_and_back(seen, folder)
        yield seen


def _made_with_the_starter(seen: Seen) -> None:
    """Six volunteers are asked, two have agreed and are found by a demand."""
    player = seen.player
    enter(player, LENDER, HOST)
    seen.people = player.describe(LENDER.handle, _six_fitters())
    player.cloud.settle()
    _decide(seen, slice(0, 2))
    seen.demand = player.post_demand(DemandPart(HOST.handle, RETIRED_TRADE, 1, 4, HOST.municipality))
    player.cloud.settle()
    seen.before = seen.read()
    seen.suggested["starter"] = seen.suggestions("tractoriste")


def _broken_files(seen: Seen, folder: Path) -> None:
    whole, broken = _an_edition(seen), _an_edition(seen)
    broken["referentiel_code_rome"][1][0] = "Z99"
    content = write_rome(folder / "cut.zip", whole).read_bytes()
    (folder / "cut.zip").write_bytes(content[: len(content) // 2])
    write_rome(folder / "broken.zip", broken)
    (folder / "places.csv").write_text(COMMUNES + "76000,Ailleurs,76,28,,1,,rouen,2815,49,1\n", encoding="utf-8")
    for name in ("cut.zip", "broken.zip", "places.csv"):
        kept = seen.operator.kept()
        said = seen.operator.imports(folder / name)
        seen.refused[name] = said, kept == seen.operator.kept()


def _rome_is_imported(seen: Seen, folder: Path) -> None:
    """At the switch, lists are being turned over, a volunteer has his card before him, and everybody is at work."""
    player, anybody = seen.player, seen.player.anybody()
    token = player.found_in_mail(seen.people[2].part.email, _LINK)
    card = anybody.post("/profiles/opt-in/card", {"token": token})
    lists = {"matches": f"/matching/demands/{seen.demand}/matches", "occupations": "/vocabulary/occupations"}
    cursors = {name: seen.host.get(path, limit=1)["cursor"] for name, path in lists.items()}
    old = description(seen.people[5].part, player.today)
    new = old | {"occupation": NEW_TRADE, "skills": ["900001"]}
    wanted = need(DemandPart(HOST.handle, RETIRED_TRADE, 2, 3, HOST.municipality), load_starter(), player.today)
    lender, other_lender, host, other_host, combining, combining_too, reader = (
        replace(one, session=requests.Session())
        for one in (seen.lender, seen.lender, seen.host, seen.host, seen.host, seen.host, anybody)
    )
    combination = f"/matching/demands/{seen.demand}/combination"
    with onlookers(
        player.cloud,
        version=(0.02, lambda: anybody.get("/vocabulary")["version"]),
        version_too=(0.02, lambda: reader.get("/vocabulary")["version"]),
        matches=(0.1, lambda: ids(host.get(lists["matches"]))),
        old_codes=(0.1, lambda: lender.ask("POST", "/profiles", body={"profiles": [old]}).status_code),
        new_codes=(0.1, lambda: other_lender.ask("POST", "/profiles", body={"profiles": [new]}).status_code),
        combination=(0.2, lambda: json.dumps(combining.get(combination))),
        combination_too=(0.2, lambda: json.dumps(combining_too.get(combination))),
        demands=(2.0, lambda: other_host.post("/demands", wanted)["id"]),
    ) as meanwhile:
        rome = write_rome(folder / "rome.zip", _an_edition(seen))
        said = seen.operator.imports("--report", folder / "changes.jsonl", rome)
    player.cloud.settle()
    seen.report = [json.loads(line) for line in (folder / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    seen.imported["rome"] = Imported(said, seen.operator.shelf.switch(), meanwhile)
    seen.turned_page = {
        name: seen.host.ask("GET", path, query={"cursor": cursors[name]}) for name, path in lists.items()
    }
    for _ in range(2):
        answer = {"token": token, "decision": "accept", "text_sha256": card["text_sha256"]}
        seen.decided_late.append(anybody.ask("POST", "/profiles/opt-in/decision", body=answer))
        card = anybody.post("/profiles/opt-in/card", {"token": token})
    player.cloud.settle()
    seen.after = seen.read()
    seen.posted_meanwhile = [
        ids(seen.host.get(f"/matching/demands/{glance.answer}/matches")) for glance in meanwhile["demands"]
    ]
    seen.suggested["rome"] = seen.suggestions("tractoriste")


def _new_codes_are_used(seen: Seen) -> None:
    """A driver is lent and asked for by codes that the starter does not know."""
    player = seen.player
    player.nomenclature = Reader(seen.operator.shelf).held()[1]
    rows = [_workforce(NEW_TRADE, area) for area in (ROUEN, LE_HAVRE)]
    write(stage_settings(STAGE), rows, player.cloud.boto("dynamodb"))
    part = replace(seen.people[5].part, given_name="Nadia", occupation=NEW_TRADE, skills=("900001",))
    (driver,) = player.describe(LENDER.handle, [part])
    player.cloud.settle()
    player.decide(driver)
    demand = player.post_demand(DemandPart(HOST.handle, NEW_TRADE, 1, 4, HOST.municipality))
    player.cloud.settle()
    seen.with_new_codes = driver.profile_id, player.matches(demand)


def _places_are_imported(seen: Seen, folder: Path) -> None:
    """Places move, the index is filled anew, and meanwhile people are found, agree, and are asked for."""
    player, waiting = seen.player, list(seen.people[3:])
    host = replace(seen.host, session=requests.Session())

    def decide() -> Any:
        return player.decide(waiting.pop(0)) if waiting else None

    (folder / "communes.csv").write_text(COMMUNES, encoding="utf-8")
    with onlookers(
        player.cloud,
        matches=(0.05, lambda: ids(host.get(f"/matching/demands/{seen.demand}/matches"))),
        decisions=(0.5, decide),
    ) as meanwhile:
        said = seen.operator.imports(folder / "communes.csv")
    player.cloud.settle()
    seen.imported["places"] = Imported(said, seen.operator.shelf.switch(), meanwhile)
    for volunteer in waiting:
        player.decide(volunteer)
    write(stage_settings(STAGE), [_workforce(RENAMED_TRADE, FAR_AWAY)], player.cloud.boto("dynamodb"))
    far = player.post_demand(DemandPart(HOST.handle, RENAMED_TRADE, 1, 4, "76999"))
    player.cloud.settle()
    seen.far_away = player.matches(far)
    seen.found_at_last = {one["profile_id"] for one in player.matches(seen.demand)}


def _another_rome_and_back(seen: Seen, folder: Path) -> None:
    """A later version drops the new trade and has the retired one again; then the earlier file is imported again."""
    later = write_rome(folder / "later.zip", _an_edition(seen, without=NEW_TRADE), "461")
    for name, path in (("later", later), ("back", folder / "rome.zip")):
        said = seen.operator.imports(path)
        seen.imported[name] = Imported(said, seen.operator.shelf.switch(), {})
        seen.suggested[name] = seen.suggestions("tractoriste")


def _six_fitters() -> list[VolunteerPart]:
    fitters = [part for part in volunteers(load_starter()) if part.company == LENDER.handle][:6]
    return [replace(part, decision="accept", starts_in=0, months=6, radius_km=150) for part in fitters]


def _an_edition(seen: Seen, without: str = RETIRED_TRADE) -> dict[str, Rows]:
    """A small ROME without one trade, and with that of the volunteers under another name, less one of its skills."""
    tables = a_small_rome()
    tables["texte"].append(["H2902", "3", "definition", "1", "Met en forme des tôles."])
    for name, column in _COLUMN_OF_TRADE.items():
        tables[name] = [row for row in tables[name] if row[column] != without]
    tables["referentiel_code_rome"].append(occupation(RENAMED_TRADE, RENAMED))
    present = {row[0] for row in (*tables["referentiel_competence"], *tables["referentiel_savoir"])}
    for skill in load_starter().skills_of(RENAMED_TRADE):
        if skill.code != dropped_skill(seen):
            tables["coherence_item"].append([RENAMED_TRADE, skill.code, "Principale"])
            if skill.code not in present:
                tables["referentiel_competence"].append(competence(skill.code, skill.name))
    return tables


def dropped_skill(seen: Seen) -> str:
    """The skill that editions drop: the demand asks for it, and both first volunteers hold it."""
    must, _ = wanted_skills(load_starter(), RETIRED_TRADE)
    return next(code for code in must if all(code in one.part.skills for one in seen.people[:2]))


def _decide(seen: Seen, some: slice) -> None:
    for volunteer in seen.people[some]:
        seen.player.decide(volunteer)
    seen.player.cloud.settle()


def _workforce(trade: str, area: str) -> Row:
    return Row(occupation=trade, area_level="epci", area_code=area, employees=120, employers=9, largest_employer=16)


def ids(answer: Any) -> set[str]:
    """Whose profiles an answer lists."""
    return {item["profile_id"] for item in answer["items"]}
