"""What seeding refuses before it sends anything, and that its cast names nobody."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest

from cdk.cli import main
from cdk.seeding import PERSON_TOKEN, cast, seed
from cdk.workforce import read
from passerelle.masking import masked_area
from passerelle.nomenclature import load_starter

MAILBOX = "you@yours.example"


@dataclass
class Stage:
    """An API that knows nobody and says `challenge`; what it was asked, and with which credentials."""

    challenge: str | None
    status: int = 401
    url: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def stage() -> Iterator[Stage]:
    told = Stage(challenge=None)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((f"{self.command} {self.path}", self.headers.get("Authorization")))
            self.send_response(told.status)
            if told.challenge:
                self.send_header("WWW-Authenticate", told.challenge)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    for verb in ("POST", "PUT"):
        setattr(Answers, f"do_{verb}", Answers.do_GET)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        told.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_TOKEN", "staff")
    monkeypatch.setenv(PERSON_TOKEN, "person")


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize(
    ("challenge", "why"),
    [
        ("Bearer, ApiKey prefix=psk_live", "takes psk_live keys"),
        ("Bearer, ApiKey prefix=psk_testing", "takes psk_testing keys"),
        ("Bearer", "does not answer as a stage"),
        (None, "does not answer as a stage"),
    ],
    ids=["live", "another prefix", "no prefix", "no challenge"],
)
def test_a_stage_that_is_no_test_stage_gets_no_credential(
    stage: Stage, challenge: str | None, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.challenge = challenge

    code = main(["sandbox", "seed", "--url", stage.url, "--mailbox", MAILBOX])

    assert code == 1
    assert stage.asked == [("GET /companies", None)]
    assert why in capsys.readouterr().err


@pytest.mark.usefixtures("tokens")
def test_a_test_stage_is_then_asked_with_the_credentials(stage: Stage) -> None:
    stage.challenge = "Bearer, ApiKey prefix=psk_test"

    assert seed(stage.url + "/", MAILBOX, None, StringIO()) == 1
    assert stage.asked == [("GET /companies", None), ("GET /companies", "Bearer person")]


@pytest.mark.parametrize("missing", ["PASSERELLE_TOKEN", PERSON_TOKEN])
@pytest.mark.usefixtures("tokens")
def test_both_tokens_come_from_the_environment(stage: Stage, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)

    assert seed(stage.url, MAILBOX, None, StringIO()) == 2
    assert stage.asked == []


def test_everybody_in_the_cast_is_invented_and_has_an_address_of_his_own() -> None:
    nomenclature = load_starter()
    seedlings = [one for lender in cast.LENDERS for one in cast.seedlings(nomenclature, lender)]

    assert all(part.name.endswith("(entreprise fictive)") for part in cast.companies())
    assert {one.part.family_name for one in seedlings} == {"Fictif"}
    assert len({cast.address(MAILBOX, one.reference) for one in seedlings}) == len(seedlings) == 12
    assert cast.address(MAILBOX, "ESSAI-01") == "you+essai-01@yours.example"


def test_the_workforce_table_holds_every_trade_of_the_cast_wherever_it_is() -> None:
    nomenclature = load_starter()
    table = {row.name for row in read(Path(cast.__file__).with_name("workforce.csv"))}
    trades = {one.part.occupation for lender in cast.LENDERS for one in cast.seedlings(nomenclature, lender)}
    towns = {part.municipality for part in cast.companies()}

    areas = {masked_area(town, nomenclature) for town in towns}
    wanted = trades | {part.occupation for part in cast.DEMANDS}
    assert len(table) == len(areas) * len(wanted)
