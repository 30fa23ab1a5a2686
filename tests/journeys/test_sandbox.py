"""A test stage is seeded twice, through the API alone; then a developer follows the page's first calls with his key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cdk.demo.caller import Caller
from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud
from cdk.seeding import PERSON_TOKEN, cast, seed
from cdk.settings import stage_settings
from cdk.workforce import read, write
from tests.journeys.test_api_examples import asked_by, ran_in_python

WORKFORCE = Path(cast.__file__).with_name("workforce.csv")
MAILBOX = "essais@developpeur.example"
_KEY = re.compile(r"psk_test\.(cmp_\w+)\.\S+")


@dataclass(frozen=True)
class Seeded:
    """What two runs printed, what each company could read after each of them, and the address of the stage."""

    url: str
    said: tuple[str, str]
    there: tuple[Any, Any]

    @property
    def keys(self) -> dict[str, str]:
        """The test keys by company."""
        return {found[1]: found[0] for found in _KEY.finditer(self.said[0])}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    with (
        LocalCloud(synthesise("local"), tmp_path_factory.mktemp("sandbox")) as cloud,
        pytest.MonkeyPatch.context() as patch,
    ):
        write(stage_settings("local"), read(WORKFORCE), cloud.boto("dynamodb"))
        person = cloud.users.create("developpeur@essais.example")
        patch.setenv("PASSERELLE_TOKEN", cloud.users.create("op@essais.example", groups=("operators",)).access_token)
        patch.setenv(PERSON_TOKEN, person.access_token)
        said, there, keys = [], [], {}
        for _ in range(2):
            out = StringIO()
            assert seed(cloud.api_url, MAILBOX, cloud.run_dir / "mails", out, wait_seconds=60) == 0
            cloud.settle()
            said.append(out.getvalue())
            keys |= {found[1]: found[0] for found in _KEY.finditer(out.getvalue())}
            there.append({company: read_with(cloud.api_url, key) for company, key in keys.items()})
        yield Seeded(cloud.api_url, (said[0], said[1]), (there[0], there[1]))


def read_with(url: str, key: str) -> dict[str, Any]:
    caller = Caller(url, f"ApiKey {key}")
    profiles, demands = caller.get("/profiles")["items"], caller.get("/demands")["items"]
    return {
        "profiles": sorted((one["id"], one["state"]) for one in profiles),
        "demands": sorted((one["id"], one["state"]) for one in demands),
        "matches": {one["id"]: len(caller.get(f"/matching/demands/{one['id']}/matches")["items"]) for one in demands},
        "introductions": sorted(one["id"] for one in caller.get("/introductions", limit=100)["items"]),
    }


def test_a_developer_finds_volunteers_demands_matches_and_introductions(seeded: Seeded) -> None:
    there = seeded.there[0].values()

    assert len(seeded.keys) == len(cast.LENDERS) + len(cast.HOSTS)
    assert [state for one in there for _, state in one["profiles"]] == ["published"] * 12
    assert [state for one in there for _, state in one["demands"]] == ["open"] * len(cast.DEMANDS)
    assert all(count > 0 for one in there for count in one["matches"].values())
    assert all(one["introductions"] for one in there)


def test_seeding_again_makes_nothing_twice_and_shows_no_key_again(seeded: Seeded) -> None:
    assert seeded.there[1] == seeded.there[0]
    assert _KEY.search(seeded.said[1]) is None
    assert seeded.said[1].count("made before") == len(seeded.keys)


def test_the_first_calls_of_the_page_work_with_a_printed_key(seeded: Seeded) -> None:
    host = next(company for company, seen in seeded.there[0].items() if seen["demands"])

    said = ran_in_python(asked_by(seeded.url, seeded.keys[host]))

    assert "\ndem_" in said
    assert "Compétences indispensables" in said or "Métier" in said
