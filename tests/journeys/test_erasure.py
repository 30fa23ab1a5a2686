"""Two people are erased: one whose mission is signed, one who was only introduced. Then every store is searched."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import requests
from pypdf import PdfReader

from cdk.demo.caller import Caller
from cdk.demo.loan import Loan
from cdk.demo.player import Player, Volunteer
from cdk.demo.scenario import wanted_skills
from cdk.rights_cli import rights
from passerelle import clock
from tests.security.test_canaries import leaks, stores
from tests.support.world import HOST, LENDER, Told, a_world, play, play_on, set_aside

pytestmark = pytest.mark.timeout(300)


@dataclass
class Erased:
    """The journey, its two erasures, and what was there before them."""

    player: Player
    told: Told
    loan: Loan
    operator: Caller
    found_before: dict[str, set[str]]
    exported: dict[str, Any]
    reports: list[dict[str, Any]]

    @property
    def lender(self) -> Caller:
        return self.player.cast.callers[LENDER.handle]

    @property
    def signed(self) -> Volunteer:
        return self.told.volunteers["found"]

    @property
    def introduced(self) -> Volunteer:
        return self.told.volunteers["declined"]

    def certificate(self, volunteer: Volunteer) -> dict[str, Any]:
        path = f"/identities/rights/{self.lender.company}/{volunteer.person_id}/erasure"
        certificate: dict[str, Any] = self.operator.get(path)["certificate"]
        return certificate


def names(*volunteers: Volunteer) -> set[str]:
    parts = [volunteer.part for volunteer in volunteers]
    return {word for part in parts for word in (part.given_name, part.family_name, part.email)}


def every_version(player: Player) -> Iterator[tuple[str, str]]:
    """Every version of every object, those that were overwritten or deleted included."""
    s3 = player.cloud.boto("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_object_versions(Bucket=bucket["Name"]).get("Versions", []):
            found = s3.get_object(Bucket=bucket["Name"], Key=each["Key"], VersionId=each["VersionId"])
            text = " ".join(page.extract_text() for page in PdfReader(BytesIO(found["Body"].read())).pages)
            yield f"object {each['Key']}", text


def rows(player: Player) -> Iterator[tuple[str, str]]:
    """Every row of every table and every document of the index, each by itself.

    Left out are the matching log, which the law keeps, and the answers remembered for thirty days for requests that are
    repeated: both are masked, and the certificate counts with both.
    """
    dynamodb = player.cloud.boto("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        for row in dynamodb.scan(TableName=name)["Items"] if not name.endswith("-decisions") else ():
            logged = "MatchesProposed" in row.get("envelope", {}).get("S", "")
            if not logged and "#idempotency#" not in row["pk"]["S"]:
                yield name, json.dumps(row, default=repr)
    hits = requests.get(f"{player.cloud.search_url}/_search?size=1000", timeout=10).json()["hits"]["hits"]
    yield from (("index", json.dumps(hit)) for hit in hits)


def search(player: Player, words: set[str]) -> dict[str, set[str]]:
    """Where which words are found, over every store there is and every version of every object."""
    places = [*stores(player), *every_version(player)]
    return {place: hits for place, text in places if (hits := leaks(words, text))}


def at_the_desk(operator: Caller, lender: Caller, act: str, volunteer: Volunteer) -> Any:
    """What the operator's command prints."""
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSERELLE_TOKEN", operator.authorization.removeprefix("Bearer "))
        assert rights(act, operator.api_url, lender.company, volunteer.person_id, printed) == 0
    return json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def erased() -> Iterator[Erased]:
    with a_world() as player:
        told = play(player)
        loan = play_on(player, told)
        people = (told.volunteers["found"], told.volunteers["declined"])
        operator = player.signed_in("operateur@passerelle.example", ["operators"])
        before = search(player, names(*people))
        lender = player.cast.callers[LENDER.handle]
        exported = at_the_desk(operator, lender, "export", people[0])
        asked = lender.post(f"/identities/{people[1].person_id}/erasure")
        assert asked["state"] == "under_way"
        player.cloud.settle(60)
        assert at_the_desk(operator, lender, "erase", people[0])["certificate"]
        player.cloud.settle(60)
        for _ in range(2):
            player.cloud.schedule.fire("passerelle-local-identities-retain")
            player.cloud.settle(60)
        yield Erased(player, told, loan, operator, before, exported, operator.get("/identities/retention")["reports"])


def test_before_the_erasure_the_names_stand_in_the_named_papers(erased: Erased) -> None:
    assert erased.found_before
    assert all(place.startswith("object ") for place in erased.found_before)


def test_only_the_archive_of_the_signed_file_still_holds_a_name(erased: Erased) -> None:
    found = search(erased.player, names(erased.signed, erased.introduced))

    assert found
    assert all(place.startswith(f"object archive/{erased.loan.agreement_id()}/") for place in found), found
    assert not set().union(*found.values()) & names(erased.introduced)


def test_no_card_is_left_of_them_outside_the_matching_log(erased: Erased) -> None:
    player = erased.player
    demanded = {
        code
        for part in player.cast.demands.values()
        for skills in wanted_skills(player.nomenclature, part.occupation)
        for code in skills
    }
    for volunteer in (erased.signed, erased.introduced):
        telling = set(volunteer.part.skills) - demanded
        told = [text for _, text in rows(player) if volunteer.profile_id in text]
        assert telling
        assert told
        assert [text for text in told if leaks(telling, text)] == []


def test_nobody_can_open_what_was_sealed(erased: Erased) -> None:
    for volunteer in (erased.signed, erased.introduced):
        assert erased.lender.ask("GET", f"/identities/{volunteer.person_id}").status_code == 404
        assert erased.lender.ask("GET", f"/profiles/{volunteer.profile_id}").status_code == 404
        told = erased.player.cloud.invoke(
            "passerelle-local-identities-reveal",
            {
                "tenant": erased.lender.company,
                "subject": volunteer.person_id,
                "purpose": "agreement",
                "level": 4,
                "caller": "documents",
            },
        )
        assert "error" in told


def test_both_sides_read_the_usual_words(erased: Erased) -> None:
    for handle in erased.player.cast.callers:
        items = erased.player.introductions(handle)
        theirs = [item for item in items if item["profile"] is None or item["state"] == "not_proceeding"]
        assert {item["state"] for item in theirs if item["id"] != erased.told.mutual} == {"not_proceeding"}


def test_the_certificates_say_what_is_gone_and_what_the_law_keeps(erased: Erased) -> None:
    today = clock.today()
    introduced, signed = erased.certificate(erased.introduced), erased.certificate(erased.signed)

    assert {line["what"] for line in introduced["kept"]} == {"access_log", "consent_evidence", "matching_log"}
    assert {line["what"] for line in signed["kept"]} == {
        "access_log",
        "consent_evidence",
        "matching_log",
        "signed_loan",
    }
    (loan,) = [line for line in signed["kept"] if line["what"] == "signed_loan"]
    assert date.fromisoformat(loan["until"]).year == date.fromisoformat(erased.loan.terms()["end_date"]).year + 6
    assert "2224" in loan["basis"]
    for certificate in (introduced, signed):
        gone_on = date.fromisoformat(certificate["identity_gone_on"])
        assert timedelta(days=8) <= gone_on - date.fromisoformat(certificate["key_destroyed_at"][:10])
        assert gone_on > today
        assert all(certificate["deleted"][name] for name in ("profiles", "introductions", "documents"))
        assert any("CNIL" in line for line in certificate["statement"])


def test_asking_again_finds_the_same_case(erased: Erased) -> None:
    path = f"/identities/{erased.introduced.person_id}/erasure"
    before = erased.lender.get(path)

    assert erased.lender.post(path) == before
    erased.player.cloud.settle()
    assert erased.lender.get(path) == before


def test_the_command_shows_the_certificate_again(erased: Erased) -> None:
    shown = at_the_desk(erased.operator, erased.lender, "certificate", erased.introduced)

    assert shown["certificate"] == erased.certificate(erased.introduced)


def test_the_export_holds_every_part_and_says_what_each_means(erased: Erased) -> None:
    part, exported = erased.signed.part, erased.exported

    assert exported["identity"]["identity"]["family_name"] == part.family_name
    assert {"opt_in_mail", "rights_export"} <= {line["purpose"] for line in exported["identity"]["readings"]} | {
        "rights_export"
    }
    assert exported["profile"]["accepted_text"]["wording"]
    assert exported["profile"]["decisions"][0]["text_sha256"]
    assert set(exported["profile"]["description"]["skills"]) == set(part.skills)
    introduced = {one["introduction_id"] for one in exported["introductions"]["introductions"]}
    assert erased.told.mutual in introduced
    assert exported["introductions"]["looks"]
    assert exported["agreements"][0]["signature"]["text"]
    assert exported["notice"]["version"] == "notice-2"
    for name in ("identity", "profile", "introductions"):
        assert any("RGPD" in line for line in exported[name]["explanation"])


def test_an_export_names_no_host(erased: Erased) -> None:
    told = json.dumps(erased.exported, ensure_ascii=False)
    host = erased.player.cast.callers[HOST.handle]

    assert host.company not in json.dumps(erased.exported["introductions"])
    assert HOST.name not in told


def test_the_clock_erases_whoever_withdrew_or_refused_and_nobody_twice(erased: Erased) -> None:
    assert [report["erased"] for report in erased.reports] == [{}, {"withdrawn": 2}]
    for role in ("withdraws", "refuses"):
        assert erased.certificate(erased.told.volunteers[role])["deleted"]["profiles"]


def test_nothing_was_set_aside(erased: Erased) -> None:
    assert set_aside(erased.player) == {}
