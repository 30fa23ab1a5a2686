"""Canaries: words that stand only in identities. They must come out nowhere but where the identity's owner put them.

Every field that names a person or a company carries its own canary. After the journey everything that can be searched
is searched: each HTTP answer, each row of each table, each event, index document, log line, queue, object, mail.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

import pytest
import requests
from pypdf import PdfReader

from cdk.demo.loan import Loan
from cdk.demo.player import Player
from cdk.demo.scenario import CompanyPart, siren_of, siret_of
from tests.support import world
from tests.support.surroundings import colleague_joins, partner_writes
from tests.support.world import HOST, LENDER, Told, a_world

pytestmark = pytest.mark.timeout(300)

COMPANY_CANARIES = {
    "name": "Kanari{} SARL",
    "address": "7 impasse du Kanapé{}, 76000 Rouen",
    "contact": "Kandice Kantor{}",
    "handle": "kanari-domain-{}",
}
COLLEAGUE = {"given_name": "Kollette", "family_name": "Kamaradou", "email": "kollette@kamaradou.example"}
IN_THE_INBOX = "Kandidat Kloosterboer"
PREPARED = {"siren": "732829320", "siret": "73282932000074"}
TOKEN = re.compile(r"#([A-Za-z0-9_-]{43})")


@dataclass
class Heard:
    """Everything that was answered over HTTP, by who heard it."""

    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self, who: str, reply: requests.Response) -> None:
        self.answers[who].append(f"{reply.status_code} {dict(reply.headers)} {reply.text}")


@dataclass
class Scene:
    """The journey as played with canaries."""

    player: Player
    told: Told
    heard: Heard
    companies: tuple[CompanyPart, CompanyPart]

    def company_canaries(self, part: CompanyPart) -> set[str]:
        """The words that name this company."""
        return {part.name, part.address, part.contact, part.domain, siren_of(part), siret_of(part)}

    def person_canaries(self) -> set[str]:
        """The words that name the volunteers."""
        parts = [volunteer.part for volunteer in self.told.volunteers.values()]
        return {word for part in parts for word in (part.given_name, part.family_name, part.email)}

    def canaries_of_others(self) -> set[str]:
        """The words that name whoever else came in: a colleague, a candidate by mistake, a company to be."""
        return {*COLLEAGUE.values(), IN_THE_INBOX, *PREPARED.values()}

    def tokens(self) -> set[str]:
        """The tokens of the personal links."""
        return {match for mail in self.player.cloud.mailbox for match in TOKEN.findall(mail.text)}


def masked(part: CompanyPart, number: int) -> CompanyPart:
    return replace(part, **{name: text.format(number) for name, text in COMPANY_CANARIES.items()})


@pytest.fixture(scope="module")
def scene(monkeymodule: pytest.MonkeyPatch) -> Iterator[Scene]:
    lender, host = masked(LENDER, 1), masked(HOST, 2)
    parts = {
        role: replace(part, company=lender.handle, given_name=f"Kanelle{number}", family_name=f"Kaneton{number}")
        for number, (role, part) in enumerate(world.four_volunteers().items())
    }
    demands = tuple(replace(part, company=host.handle) for part in world.two_demands())
    monkeymodule.setattr(world, "four_volunteers", lambda: parts)
    monkeymodule.setattr(world, "two_demands", lambda: demands)
    monkeymodule.setattr("cdk.demo.forms.company_part", lambda handle: lender)
    monkeymodule.setattr("cdk.demo.scenario._number", lambda part: 55_500 + len(part.handle) + int(part.handle[-1]))
    heard = Heard()
    with a_world() as player:
        player.heard = heard
        told = world.play(player, lender, host)
        _commit_blindly(world.loan_of(player, told, lender, host))
        _provoke_errors(player, told)
        _let_others_in(player, lender)
        yield Scene(player, told, heard, (lender, host))


@pytest.fixture(scope="module")
def monkeymodule() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _commit_blindly(loan: Loan) -> None:
    """The second half up to the last signature but one: everything there is is still masked."""
    lender, host = (loan.player.cast.callers[handle] for handle in (loan.lender, loan.host))
    path = f"/introductions/{loan.introduction_id}"
    asked = host.post(f"{path}/questions", {"text": "La personne a-t-elle déjà riveté sur gabarit ?"})
    lender.post(f"{path}/questions/{asked['questions'][0]['id']}/answer", {"text": "Oui, depuis trois ans."})
    named = lender.ask("POST", f"{path}/questions", body={"text": "Appelez Kandice Kantor1 au 06 12 34 56 78."})
    assert named.status_code == 422
    loan.write_sheet("host")
    loan.sign_sheet("host")
    loan.player.cloud.settle()
    loan.decide_go()
    for side in (lender, host):
        assert side.ask("GET", f"/identities/disclosures/{loan.introduction_id}").status_code == 404
    loan.player.cloud.settle()


def _provoke_errors(player: Player, told: Told) -> None:
    """Answers that refuse something are answers too."""
    for caller in player.cast.callers.values():
        caller.ask("PUT", f"/identities/{caller.company}", body={"kind": "company", "name": "Kanari1 SARL", "odd": 1})
        caller.ask("POST", "/profiles", body={"profiles": [{"occupation": "Kanelle1"}]})
        caller.ask("POST", f"/introductions/{told.mutual}/interest")
    token = next(iter(TOKEN.findall(next(iter(player.cloud.mailbox.to(told.volunteers["found"].part.email))).text)))
    anybody = player.anybody("prober")
    anybody.ask("POST", "/profiles/opt-in/card", body={"token": token[:-1] + "x"})
    anybody.ask("GET", f"/profiles/opt-in?token={token}")


def _let_others_in(player: Player, lender: CompanyPart) -> None:
    """The other entrances for names: a member of the lender, a partner's inbox, a registration that waits."""
    owner = player.cast.callers[lender.handle]
    assert colleague_joins(player, owner, COLLEAGUE) == ["member", "member"]
    assert set(partner_writes(player, name=IN_THE_INBOX)) == {"unknown-field"}
    facts = {"naf": "29.32Z", "idcc": "3248", "headcount": 12, "has_cse": True, "municipality": "76540", "denied": []}
    player.signed_in("conseil@territoire.example", ["advisers"]).post("/companies/preparations", facts | PREPARED)
    player.cloud.settle()


def stores(player: Player) -> Iterator[tuple[str, str]]:
    """Every place outside the vault where something is kept: its name and its whole content."""
    dynamodb = player.cloud.boto("dynamodb")
    for name in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            yield f"table {name}", json.dumps(page["Items"], default=repr, ensure_ascii=False)
    sqs = player.cloud.boto("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        while messages := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=600
        ).get("Messages"):
            yield f"queue {url}", json.dumps(messages, ensure_ascii=False)
    yield "logs", player.cloud.logs()
    yield "index", requests.get(f"{player.cloud.search_url}/_search?size=1000", timeout=10).text
    s3 = player.cloud.boto("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for found in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            content = s3.get_object(Bucket=bucket["Name"], Key=found["Key"])["Body"].read()
            text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
            yield f"object {found['Key']}", f"{found['Key']} {text} {content!r}"


def leaks(words: set[str], text: str) -> set[str]:
    """The words that stand in the text, however it is escaped."""
    lowered = text.lower()
    plain = lowered.replace("\\u00e9", "é")
    return {word for word in words if word.lower() in lowered or word.lower() in plain}


def test_the_canaries_are_where_they_belong(scene: Scene) -> None:
    """The search finds what is there: each owner reads his own identity, each mail reaches its addressee."""
    lender, _ = scene.companies
    own = " ".join(scene.heard.answers[f"rh@{lender.domain}"])
    mails = " ".join(mail.text for mail in scene.player.cloud.mailbox)

    assert leaks(scene.person_canaries(), mails)
    assert lender.contact in mails or lender.name in mails
    assert own


def test_nothing_kept_outside_the_vault_names_anybody(scene: Scene) -> None:
    words = scene.person_canaries() | scene.canaries_of_others() | scene.tokens()
    for part in scene.companies:
        words |= scene.company_canaries(part)

    found = {place: hits for place, text in stores(scene.player) if (hits := leaks(words, text))}

    assert found == {}


def test_no_answer_names_the_other_side(scene: Scene) -> None:
    lender, host = scene.companies
    everybody = scene.person_canaries() | scene.company_canaries(lender) | scene.company_canaries(host)
    everybody |= scene.canaries_of_others()
    may_read = {
        f"rh@{lender.domain}": scene.company_canaries(lender) | scene.person_canaries(),
        f"rh@{host.domain}": scene.company_canaries(host),
    }
    for volunteer in scene.told.volunteers.values():
        part = volunteer.part
        may_read[part.email] = {part.given_name, part.family_name, part.email}

    found = {
        who: hits
        for who, answers in scene.heard.answers.items()
        if (hits := leaks(everybody - may_read.get(who, set()), " ".join(answers)))
    }

    assert found == {}


def test_no_answer_to_anyone_carries_a_personal_link(scene: Scene) -> None:
    answers = " ".join(answer for heard in scene.heard.answers.values() for answer in heard)

    assert scene.tokens()
    assert leaks(scene.tokens(), answers) == set()


def test_no_mail_names_anybody_but_its_addressee(scene: Scene) -> None:
    lender, host = scene.companies
    owners = {f"rh@{part.domain}": scene.company_canaries(part) for part in (lender, host)}
    for volunteer in scene.told.volunteers.values():
        part = volunteer.part
        owners[part.email] = {part.given_name, part.family_name, part.email}
    owners[COLLEAGUE["email"]] = set(COLLEAGUE.values())
    everybody = set().union(*owners.values(), scene.canaries_of_others())

    for mail in scene.player.cloud.mailbox:
        (address,) = mail.to
        whole = f"{mail.subject} {mail.text} {mail.html} {mail.headers}"
        foreign = everybody - owners[address] - {lender.domain, host.domain}
        assert leaks(foreign, whole) == set(), address
        assert leaks(everybody, mail.subject) == set()


@pytest.mark.parametrize("place", ["answer", "table", "log", "object"])
def test_a_planted_leak_is_caught(scene: Scene, place: str) -> None:
    """The tests above can fail: a canary put where it must not be is found there."""
    canary = scene.told.volunteers["found"].part.family_name
    plant: dict[str, Any] = {"answer": _plant_answer, "table": _plant_row, "log": _plant_line, "object": _plant_object}

    undo = plant[place](scene, canary)

    try:
        with pytest.raises(AssertionError):
            _search_everywhere(scene)
    finally:
        undo()


def _search_everywhere(scene: Scene) -> None:
    test_nothing_kept_outside_the_vault_names_anybody(scene)
    test_no_answer_names_the_other_side(scene)


def _plant_answer(scene: Scene, canary: str) -> Any:
    answers = scene.heard.answers[f"rh@{scene.companies[1].domain}"]
    answers.append(f"200 {canary}")
    return answers.pop


def _plant_row(scene: Scene, canary: str) -> Any:
    table = scene.player.cloud.boto("dynamodb")
    key = {"pk": {"S": "planted"}, "sk": {"S": "STATE"}}
    name = "passerelle-local-matching"
    table.put_item(TableName=name, Item={**key, "state": {"S": canary}})
    return lambda: table.delete_item(TableName=name, Key=key)


def _plant_line(scene: Scene, canary: str) -> Any:
    (path,) = scene.player.cloud.run_dir.glob("logs/passerelle-local-matching-events.log")
    before = path.read_text()
    path.write_text(f"{before}\n{canary}")
    return lambda: path.write_text(before)


def _plant_object(scene: Scene, canary: str) -> Any:
    s3 = scene.player.cloud.boto("s3")
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if "documents" in b["Name"])
    first = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    content = s3.get_object(Bucket=bucket, Key=first)["Body"].read()
    s3.put_object(Bucket=bucket, Key=f"{first}-{canary}", Body=content)
    return lambda: s3.delete_object(Bucket=bucket, Key=f"{first}-{canary}")
