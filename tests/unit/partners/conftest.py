"""The partners slice with organisations, agreements and a signed hand on the inbox, under a clock of the test's own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from standardwebhooks import Webhook

from passerelle import clock
from passerelle.access import Actor, Role
from passerelle.contracts.partners import InboxDeliveryReceived
from tests.support.slices import UNHURRIED, Reply, Slice, a_slice, an_operator

ROOT = Path(__file__).resolve().parents[3]
GUIDES = {
    "English": ROOT / "functions/partners/README.md",
    "French": ROOT / "functions/webhooks/README.md",
}
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
AGENCY = "ptn_" + "a" * 20
TERRITORY = "ptn_" + "b" * 20
NORMANDY = [{"level": "department", "code": "76"}]
FACTS = {
    "name": "Agence pour l’emploi de Lillebonne",
    "kind": "employment_agency",
    "programmes": ["placement"],
    "territories": NORMANDY,
}
TERMS: dict[str, Any] = {
    "title": "Convention de placement en Normandie",
    "programme": "placement",
    "parties": [AGENCY],
    "start": "2026-10-01",
    "end": "2029-09-30",
    "axes": [{"number": number, "label": f"Axe {number}"} for number in (1, 2, 4)],
    "indicators": [
        {
            "code": f"{code}-{axis or 'tous'}",
            "label": f"Candidats, axe {axis or 'tous'}",
            "unit": "people",
            "counts": f"candidates_{code}",
            "axis": axis,
            "target": 50,
            "source": "platform",
            "frequency": "quarterly",
        }
        for code in ("preselected", "hired")
        for axis in (1, 2, 4, None)
    ],
}
DECLARED = {
    "code": "visites",
    "label": "Visites d’entreprise",
    "unit": "sessions",
    "axis": 2,
    "target": 10,
    "source": "declared",
    "frequency": "yearly",
}


def a_partner(tenant: str = AGENCY, *scopes: str) -> Actor:
    """A partner organisation's key, with the scope to read unless others are named."""
    return Actor(Role.PARTNER, "key_1", tenant, True, frozenset(scopes or ("partners:read",)))


def preselected(candidate: str = "c-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A sound `candidate.preselected` item."""
    return {
        "type": "candidate.preselected",
        "occurred_at": at.isoformat(),
        "data": {
            "candidate": candidate,
            "programme": "placement",
            "axis": 4,
            "occupation": "H2913",
            "skills": ["100007"],
            "experience": "3-5",
            "municipality": "76384",
            "consented_on": "2026-11-16",
            "preselected_on": "2026-11-20",
        }
        | data,
    }


def outcome(candidate: str = "c-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A sound `candidate.outcome` item: met, unless said otherwise."""
    said = {"candidate": candidate, "outcome": "met", "on": "2026-11-21", "axis": 4} | data
    return {"type": "candidate.outcome", "occurred_at": at.isoformat(), "data": said}


def withdrawn(candidate: str = "c-1", *, at: datetime = NOW) -> dict[str, Any]:
    """A `candidate.withdrawn` item."""
    return {"type": "candidate.withdrawn", "occurred_at": at.isoformat(), "data": {"candidate": candidate}}


def registered(candidate: str = "c-1", session: str = "s-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A sound `candidate.registered` item."""
    said = {"candidate": candidate, "session": session, "on": "2026-11-21"} | data
    return {"type": "candidate.registered", "occurred_at": at.isoformat(), "data": said}


def unregistered(candidate: str = "c-1", session: str = "s-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A sound `candidate.unregistered` item."""
    said = {"candidate": candidate, "session": session} | data
    return {"type": "candidate.unregistered", "occurred_at": at.isoformat(), "data": said}


def announced(session: str = "s-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A sound `session.announced` item: two days in January, for an axis; None leaves a field out."""
    said = {
        "session": session,
        "programme": "placement",
        "axis": 4,
        "kind": "serious_game",
        "starts_on": "2027-01-12",
        "ends_on": "2027-01-13",
        "municipality": "76384",
        "occupations": ["H2913"],
        "places": 12,
        "register_until": "2027-01-05",
    } | data
    said = {name: value for name, value in said.items() if value is not None}
    return {"type": "session.announced", "occurred_at": at.isoformat(), "data": said}


def cancelled(session: str = "s-1", *, at: datetime = NOW, **data: Any) -> dict[str, Any]:
    """A `session.cancelled` item."""
    return {"type": "session.cancelled", "occurred_at": at.isoformat(), "data": {"session": session} | data}


SOUND = (preselected(), outcome(), withdrawn(), registered(), unregistered(), announced(), cancelled())
"""One sound item of each type."""


@dataclass
class House:
    """The slice, its partners' secrets, and the time."""

    slice: Slice
    time: datetime = NOW
    secrets: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    worked: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **how: Any) -> Reply:
        """A request of the operator's, unless `actor` says otherwise."""
        return self.slice.call(method, path, **({"actor": an_operator()} | how))

    def record(self, partner_id: str = AGENCY, **facts: Any) -> str:
        """A recorded partner with a secret."""
        made = self.call("POST", "/partners", body={"partner_id": partner_id} | FACTS | facts)
        assert made.status == 201, made.text
        self.secrets[partner_id] = self.new_secret(partner_id)
        return partner_id

    def new_secret(self, partner_id: str = AGENCY) -> str:
        made = self.call("POST", f"/partners/{partner_id}/secrets")
        assert made.status == 201, made.text
        return str(made.body["secret"])

    def agree(self, *, active: bool = True, **terms: Any) -> str:
        """An agreement, in force unless said otherwise; returns its id."""
        made = self.call("POST", "/partners/agreements", body=TERMS | terms)
        assert made.status == 201, made.text
        if active:
            done = self.call("POST", f"/partners/agreements/{made.body['id']}/activation")
            assert done.status == 200, done.text
        return str(made.body["id"])

    def headers(self, raw: bytes, *, message_id: str, secret: str, at: datetime | None = None) -> dict[str, str]:
        """What the official library signs a body with."""
        at = at or self.time
        stamp = datetime.fromtimestamp(int(at.timestamp()), UTC)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, stamp, raw.decode("utf-8", "surrogateescape")),
        }

    def post(self, raw: bytes, headers: Mapping[str, str], partner_id: str = AGENCY) -> Reply:
        """A message as it comes, signed or not."""
        path = f"/partners/inbox/{partner_id}"
        return self.slice.call("POST", path, actor=None, raw=raw, headers=headers)

    def send(self, *items: Any, partner_id: str = AGENCY, message_id: str | None = None) -> Reply:
        """A signed message with these items, a second after whatever was before, not worked on yet."""
        self.sent += 1
        self.time += timedelta(seconds=1)
        raw = json.dumps(items[0] if len(items) == 1 else list(items)).encode()
        name = message_id or f"msg_{self.sent:06d}"
        return self.post(raw, self.headers(raw, message_id=name, secret=self.secrets[partner_id]), partner_id)

    def work(self, *, times: int = 1) -> None:
        """Whatever was received is worked on; what came right before is delivered again too, and changes nothing.

        What waits for the relay comes again once it has published.
        """
        received = self.slice.envelopes(InboxDeliveryReceived)
        again = self.worked[-3:]
        told = [one for one in received if one.id in again or one.id not in self.worked]
        if self.slice.deliver(*told, times=times):
            self.slice.publish()
            assert self.slice.deliver(*told) == []
        self.worked = [one.id for one in received]

    def codes(self, *items: Any, partner_id: str = AGENCY) -> list[str]:
        """What becomes of these items, sent together."""
        assert self.send(*items, partner_id=partner_id).status == 202
        self.work()
        return [item["code"] for item in self.deliveries(partner_id)[-1]["items"]]

    def deliveries(self, partner_id: str = AGENCY) -> list[dict[str, Any]]:
        """The partner's own list, to its end."""
        found: list[dict[str, Any]] = []
        query = {"limit": "100"}
        while True:
            answer = self.call("GET", f"/partners/{partner_id}/inbox", actor=a_partner(partner_id), query=query)
            assert answer.status == 200, answer.text
            found += answer.body["items"]
            if answer.body["cursor"] is None:
                return found
            query["cursor"] = answer.body["cursor"]

    def figures(self, agreement_id: str, *, on: date | None = None) -> dict[str, dict[str, Any]]:
        """The indicators of an agreement by code, counted anew on a following day."""
        self.time = datetime.combine(on, NOW.timetz()) if on else self.time + timedelta(days=1)
        self.slice.handler.count({}, None)
        answer = self.call("GET", f"/partners/agreements/{agreement_id}/figures", actor=a_partner())
        assert answer.status == 200, answer.text
        return {one["code"]: one for axis in answer.body["axes"] for one in axis["indicators"]}


@contextmanager
def the_slice(monkeypatch: pytest.MonkeyPatch, **pace: str) -> Iterator[House]:
    """The slice with nothing in it, unhurried unless its pace is said."""
    settings = {"vault_key_id": "alias/test-vault", "mark_secret_id": "mark", "inbox_days": "90", "small_cell": "5"}
    with a_slice("partners", **settings, **(UNHURRIED | pace)) as one:
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        boto3.client("kms").create_alias(AliasName="alias/test-vault", TargetKeyId=key)
        boto3.client("secretsmanager").create_secret(Name="mark", SecretString="s" * 32)
        found = House(one)
        monkeypatch.setattr(clock, "now", lambda: found.time)
        yield found


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The slice with nothing in it."""
    with the_slice(monkeypatch) as found:
        yield found


@pytest.fixture
def house(bare: House) -> House:
    """With one partner that has a secret."""
    bare.record()
    return bare
