"""The played world that the tests of this folder share, and everybody who may knock at its door.

It is played once for them all, by real HTTP through the gateway and the real authorizer. Two processes serve each
function, so that two calls at once are two calls at once.
"""

import base64
import gzip
import hashlib
import hmac
import http.client
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import jwt
import moto.cognitoidp
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from cdk.demo.caller import Caller
from cdk.demo.player import Player
from cdk.demo.scenario import company_part
from cdk.local.assembly import synthesise
from cdk.local.cloud import LocalCloud
from passerelle import clock
from passerelle.access import PartnerScope, Scope
from passerelle.nomenclature import load_starter
from tests.support.surroundings import a_partner
from tests.support.world import HOST, LENDER, STAGE, Told, enter, loan_of, play

OTHER = company_part("emboutissage-iton")
PENDING = company_part("plasturgie-bernay")
DOCUMENT = json.loads((Path(__file__).resolve().parents[3] / "events" / "openapi.json").read_text(encoding="utf-8"))
SCOPES: tuple[str, ...] = get_args(Scope)


def documented(method: str, path: str, unless: int) -> set[int]:
    """The statuses that the document gives for a request; `unless` there is nothing about such a request."""
    bare = path.partition("?")[0]
    for template in sorted(DOCUMENT["paths"], key=lambda template: template.count("{")):
        pattern = re.sub(r"\\{\w+\\}", r"[A-Za-z0-9_.-]{1,64}", re.escape(template))
        if re.fullmatch(pattern, bare) and method.lower() in DOCUMENT["paths"][template]:
            return set(map(int, DOCUMENT["paths"][template][method.lower()]["responses"]))
    return {unless}


@dataclass(frozen=True)
class Knock:
    """Somebody at the door: the headers he is known by."""

    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class House:
    """The played world, its ids, and those who knock."""

    player: Player
    told: Told
    caller: dict[str, Caller]
    knocks: dict[str, Knock]
    keys: dict[str, dict[str, Any]]
    document_id: str
    agreement_id: str
    session_id: str
    partnered: dict[str, str]

    @property
    def url(self) -> str:
        """Where the API answers."""
        return self.player.cloud.api_url

    def ask(self, method: str, path: str, knock: Knock | None = None, **how: Any) -> requests.Response:
        """One request, never repeated; a POST gets a fresh idempotency key unless `headers` says otherwise.

        Whatever is asked, an answer of 500 or above fails the test, and so does one that is not in `openapi.json`.
        """
        headers = {"Idempotency-Key": clock.new_id("idk")} if method == "POST" else {}
        headers |= (knock or Knock()).headers | how.pop("headers", {})
        answer = requests.request(
            method,
            f"{self.url}{path}",
            headers={name: value for name, value in headers.items() if value is not None},
            timeout=40,
            allow_redirects=False,
            **how,
        )
        assert answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code in documented(method, path, answer.status_code), (method, path, answer.text[:300])
        return answer

    def raw(
        self, method: str, target: str, knock: Knock | None = None, headers: Mapping[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """One request without a body, whose target is sent as it is. The answer is read."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=40)
        connection.request(method, target, headers={**(knock or Knock()).headers, **(headers or {})})
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        assert answer.status < 500, f"{method} {target}: {answer.status}"
        return answer

    def company(self, name: str) -> str:
        """The id of `owner`'s, `host`'s, `other`'s or `pending`'s company."""
        return self.caller[name].company


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    with LocalCloud(synthesise(STAGE), concurrency=2) as cloud:
        player = Player(cloud, load_starter())
        told = play(player)
        agreement_id = disclosed(player, told)
        enter(player, OTHER)
        player.register(PENDING)
        cloud.settle()
        yield furnished(player, told, agreement_id)
        cloud.settle()
        assert "unexpected failure" not in cloud.logs()


def disclosed(player: Player, told: Told) -> str:
    """The mutual introduction signed by all three; returns the agreement that begins with it."""
    loan = loan_of(player, told)
    loan.write_sheet("host")
    loan.sign_sheet("host")
    player.cloud.settle()
    loan.decide_go()
    loan.sign_sheet("lender")
    player.cloud.settle()
    return loan.agreement_id()


def furnished(player: Player, told: Told, agreement_id: str) -> House:
    """The house with everybody's credentials."""
    parts = {"owner": LENDER, "host": HOST, "other": OTHER, "pending": PENDING}
    caller = {name: player.cast.callers[part.handle] for name, part in parts.items()}
    keys = {
        name: {"every": made_key(caller[name], SCOPES)}
        | {f"only {scope}": made_key(caller[name], [scope]) for scope in SCOPES if name in ("owner", "host")}
        | {
            f"all but {scope}": made_key(caller[name], [one for one in SCOPES if one != scope])
            for scope in SCOPES
            if name in ("owner", "host")
        }
        for name in ("owner", "host", "other")
    }
    partner, rival = (a_partner(player, scopes=get_args(PartnerScope)) for _ in range(2))
    (document, *_) = caller["owner"].get("/documents", introduction=told.mutual)["items"]
    knocks = {
        "anyone": Knock(),
        "user": knock_of(player.signed_in("seule@particulier.example")),
        **{name: knock_of(one) for name, one in caller.items()},
        **{name: Knock({"Authorization": one.authorization}) for name, one in (("partner", partner), ("rival", rival))},
        "adviser": knock_of(player.signed_in("conseil@territoire.example", ["advisers"])),
        "operator": knock_of(player.signed_in("exploitation@territoire.example", ["operators"])),
    }
    things = partners_things(player, partner)
    session_id = caller["owner"].post("/sessions", a_session(player))["id"]
    player.cloud.settle()
    caller["host"].post(f"/sessions/{session_id}/registrations", {"places": 1})
    player.cloud.settle()
    house = House(player, told, caller, knocks, keys, document["id"], agreement_id, session_id, things)
    house.knocks |= {f"bad: {name}": Knock({"Authorization": value}) for name, value in bad_credentials(house).items()}
    return house


def a_session(player: Player) -> dict[str, Any]:
    """A session with two places; the host has taken one."""
    first, last = (player.today + timedelta(days=days) for days in (40, 41))
    return {
        "programme": "lending",
        "kind": "company_visit",
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "hours": 3,
        "municipality": "76540",
        "places": 2,
        "register_until": first.isoformat(),
    }


def partners_things(player: Player, partner: Caller) -> dict[str, str]:
    """What a partner organisation has, by the names of the path's parameters; nobody listens at its endpoint."""
    operator = player.signed_in("conventions@territoire.example", ["operators"])
    endpoint = partner.post("/webhooks/endpoints", {"url": "http://127.0.0.1:9/"})["id"]
    terms = {
        "title": "Convention",
        "programme": "lending",
        "parties": [partner.company],
        "start": player.today.isoformat(),
        "end": (player.today + timedelta(days=300)).isoformat(),
        "axes": [{"number": 1, "label": "Prêt"}],
    }
    partnership = operator.post("/partners/agreements", terms)["id"]
    operator.post(f"/partners/agreements/{partnership}/activation")
    return {
        "partner_id": partner.company,
        "partnership_id": partnership,
        "endpoint_id": endpoint,
        "delivery_id": partner.post(f"/webhooks/endpoints/{endpoint}/tests")["id"],
    }


def knock_of(caller: Caller) -> Knock:
    """How this caller is known; the acting company is named where there is one."""
    named = {"X-Company": caller.company} if caller.company else {}
    return Knock({"Authorization": caller.authorization, **named})


def made_key(caller: Caller, scopes: Any) -> dict[str, Any]:
    """A fresh API key of the caller's company."""
    body = {"label": "Essai", "scopes": list(scopes), "days": 1}
    made: dict[str, Any] = caller.post(f"/companies/{caller.company}/keys", body)
    return made


def bad_credentials(house: House) -> dict[str, str]:
    """Everything that looks like credentials of the owner and is none."""
    owner = house.caller["owner"]
    token = owner.authorization.removeprefix("Bearer ")
    header, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    key_id = jwt.get_unverified_header(token)["kid"]
    theirs, ours = rsa.generate_private_key(65537, 2048), pool_key()
    revoked, expired = made_key(owner, SCOPES), made_key(owner, SCOPES)
    assert house.ask("DELETE", f"/companies/{owner.company}/keys/{revoked['id']}", knock_of(owner)).status_code == 204
    let_expire(house, expired["id"])
    secret = str(house.keys["owner"]["every"]["secret"])
    other = str(house.keys["other"]["every"]["secret"])

    def signed(key: Any = ours, kid: str = key_id, **changed: Any) -> str:
        kept = {name: value for name, value in (claims | changed).items() if value is not None}
        return f"Bearer {jwt.encode(kept, key, algorithm='RS256', headers={'kid': kid})}"

    assert house.ask("GET", "/companies", Knock({"Authorization": signed()})).status_code == 200
    id_token = house.player.cloud.users.sign_in(f"rh@{LENDER.domain}").id_token
    return {
        "no scheme": token,
        "garbage": "Bearer garbage",
        "garbage with dots": "Bearer a.b.c",
        "unknown scheme": "Basic cmg6bW90LWRlLXBhc3Nl",
        "alg none": f"Bearer {encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        "alg none, signed": f"Bearer {encoded({'alg': 'none', 'kid': key_id})}.{payload}.{signature}",
        "HS256 under the public key": f"Bearer {confused(key_id, payload)}",
        "wrong key": signed(theirs),
        "wrong key, unknown kid": signed(theirs, kid="another"),
        "signature cut": f"Bearer {header}.{payload}.",
        "payload changed": f"Bearer {header}.{encoded({**claims, 'cognito:groups': ['operators']})}.{signature}",
        "deeply nested header": f"Bearer {encoded_text('[' * 3_000)}.{payload}.{signature}",
        "deeply nested payload": f"Bearer {header}.{encoded_text('[' * 3_000)}.{signature}",
        "expired": signed(exp=int(clock.now().timestamp()) - 1),
        "without an end": signed(exp=None),
        "other issuer": signed(iss="https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_other"),
        "other client": signed(client_id="another"),
        "identity token": f"Bearer {id_token}",
        "revoked key": f"ApiKey {revoked['secret']}",
        "expired key": f"ApiKey {expired['secret']}",
        "key with another's secret": f"ApiKey {secret.rpartition('.')[0]}.{other.rpartition('.')[2]}",
        "key under another company": f"ApiKey {secret.replace(owner.company, house.company('other'))}",
        "key of a live stage": f"ApiKey {secret.replace('psk_test', 'psk_live')}",
        "key with a part too many": f"ApiKey {secret}.x",
        "key of a row's name": f"ApiKey psk_test.{owner.company}#company.{owner.company}.x",
        "empty key": "ApiKey psk_test...",
        "long key": f"ApiKey psk_test.{'c' * 3_000}.{'k' * 3_000}.x",
        "key as a bearer": f"Bearer {secret}",
    }


def pool_key() -> Any:
    """The private key the local pool signs with: what no attacker has, to make tokens wrong in one thing only."""
    (path,) = Path(moto.cognitoidp.__path__[0]).glob("resources/jwks-private.json.gz")
    return jwt.PyJWK(json.loads(gzip.decompress(path.read_bytes())), algorithm="RS256").key


def confused(key_id: str, payload: str) -> str:
    """A token signed symmetrically, with the pool's public key for the secret."""
    public = json.dumps(jwt.algorithms.RSAAlgorithm.to_jwk(pool_key().public_key(), as_dict=True)).encode()
    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': key_id})}.{payload}"
    return f"{signed}.{encoded_bytes(hmac.digest(public, signed.encode(), hashlib.sha256))}"


def let_expire(house: House, key_id: str) -> None:
    """As if the key had been made long ago."""
    table = house.player.cloud.boto("dynamodb")
    row = {"pk": {"S": f"{house.company('owner')}#key#{key_id}"}, "sk": {"S": "STATE"}}
    name = f"passerelle-{STAGE}-companies"
    item = table.get_item(TableName=name, Key=row)["Item"]
    state = json.loads(item["state"]["S"]) | {"expires_at": "2020-01-01T00:00:00Z"}
    table.put_item(TableName=name, Item={**item, "state": {"S": json.dumps(state)}})


def encoded(value: Any) -> str:
    return encoded_text(json.dumps(value))


def encoded_text(text: str) -> str:
    return encoded_bytes(text.encode())


def encoded_bytes(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
