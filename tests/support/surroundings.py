"""What surrounds the journey: a partner is told, an adviser and an operator look, a volunteer speaks, schedules run.

told = play(player)
surround(player, told)    # afterwards every function of the application has been at work
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import requests
from standardwebhooks.webhooks import Webhook

from cdk.clearing import clear
from cdk.conformance.receiver import Receiver, serve
from cdk.demo.caller import Caller
from cdk.demo.player import Player
from cdk.index_cli import FailedActError, rebuild
from cdk.local.cloud import InvocationFailed
from passerelle import clock
from tests.support.returns import come_back
from tests.support.world import HOST, LENDER, STAGE, Told

_LINK = re.compile(r"/profiles/opt-in#([A-Za-z0-9_-]{43})")
_INVITATION = re.compile(r"/companies/invitation#([A-Za-z0-9_-]{43})")
_TRIES_OF_A_PARTNER = 3
_SCHEDULED_TRIES = 3
"""A schedule repeats an invocation that failed (two retries in the template)."""


@contextmanager
def a_receiver() -> Iterator[tuple[Receiver, str]]:
    """The sample receiver on loopback, with no secret of anybody yet, and its address."""
    receiver = Receiver("whsec_bm9uZSB5ZXQ=")
    server = serve(receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver, f"http://127.0.0.1:{server.server_address[1]}/hooks"
    finally:
        server.shutdown()
        server.server_close()


def a_partner(player: Player, *programmes: str, scopes: Sequence[str] = ("webhooks:read", "webhooks:write")) -> Caller:
    """A partner organisation with a fresh key, made by an operator, that acts everywhere, in `lending` unless said."""
    operator = player.signed_in(f"{clock.new_id('op')}@territoire.example", ["operators"])
    made = operator.post("/companies/partner-keys", {"label": "Territoire", "scopes": list(scopes)})
    agency = {"name": "Territoire", "kind": "territory", "programmes": programmes or ("lending",)}
    operator.post("/partners", agency | {"partner_id": made["partner_id"]})
    player.cloud.settle()
    return Caller(player.cloud.api_url, f"ApiKey {made['secret']}", made["partner_id"])


def surround(player: Player, told: Told) -> dict[str, object]:
    """Everything beside the journey, once; what came of it, comparable between runs."""
    received = _partner(player)
    understood = partner_writes(player)
    assert set(understood) == {"applied", "waiting-for-candidate"}, understood
    colleague = colleague_joins(player, player.cast.callers[LENDER.handle], COLLEAGUE)
    unreachable = mail_returns(player, COLLEAGUE["email"])
    _volunteer(player, told)
    session = session_called_off(player)
    _staff(player)
    _operator(player)
    run_schedules(player)
    operator = player.signed_in("exploitation@territoire.example", ["operators"])
    return {
        "received": received,
        "understood": understood,
        "colleague": colleague,
        "session": session,
        "unreachable": unreachable,
        "counted on": operator.get("/figures")["counted_on"],
        "reviews": [one["reason"] for one in _adviser(player).get("/desk/reviews")["items"]],
        "retention": len(operator.get("/identities/retention")["reports"]) > 0,
    }


def run_schedules(player: Player) -> None:
    """Every schedule once, repeated when it fails as AWS would."""
    for name in sorted(player.cloud.schedule.schedules):
        for _ in range(_SCHEDULED_TRIES):
            if not player.cloud.schedule.fire(name).failed:
                break
        else:
            raise AssertionError(f"the schedule {name} fails every time")
    player.cloud.settle()


def _partner(player: Player) -> dict[str, int]:
    """A partner registers an endpoint and is sent a test event; how many events it received, by type."""
    partner = a_partner(player)
    with a_receiver() as (receiver, url):
        endpoint = partner.post("/webhooks/endpoints", {"url": url})
        here, secret = f"/webhooks/endpoints/{endpoint['id']}", endpoint["secret"]
        while secret is None:  # it is shown once, and that answer was lost: a fresh one is made
            secret = partner.post(f"{here}/secrets")["secret"]
        receiver.webhook = type(receiver.webhook)(secret)
        partner.post(f"{here}/verification")
        partner.post(f"{here}/tests")
        player.cloud.settle()
        player.cloud.clock.advance(minutes=2)
        run_schedules(player)
        return dict(Counter(event["type"] for event in receiver.held.values()))


def partner_writes(player: Player, **more: str) -> list[str]:
    """An operator records a partner, which writes of somebody and a session of its own, of somebody unknown, of a
    cancellation and of a withdrawal: what we answer.

    `more` stands as further fields in the data of each item.
    """
    operator = player.signed_in("conventions@territoire.example", ["operators"])
    where = [{"level": "department", "code": "76"}]
    agency = {"name": "Agence", "kind": "employment_agency", "programmes": ["placement"], "territories": where}
    partner = operator.post("/partners", agency)["id"]
    secret = None
    while secret is None:  # it is shown once: where that answer was lost, a fresh one is made
        secret = operator.post(f"/partners/{partner}/secrets")["secret"]
    agreed = {"title": "Convention", "programme": "placement", "parties": [partner], "indicators": []}
    today = player.today
    axes = [{"number": 4, "label": "Placement"}]
    term = {"start": today.isoformat(), "end": (today + timedelta(days=300)).isoformat()}
    agreement = operator.post("/partners/agreements", agreed | term | {"axes": axes})["id"]
    operator.post(f"/partners/agreements/{agreement}/activation")
    said = {"programme": "placement", "axis": 4}
    fitter = {"candidate": "c-7f31", "occupation": "H2913", "skills": ["100007"], "experience": "3-5"}
    days = {"consented_on": today.isoformat(), "preselected_on": today.isoformat()}
    met = {"candidate": "c-0000", "outcome": "met", "on": today.isoformat()}
    visit = {"session": "s-118", "kind": "company_visit", "starts_on": today.isoformat(), "ends_on": today.isoformat()}
    place = {"candidate": fitter["candidate"], "session": visit["session"]}
    now = clock.now().replace(microsecond=0)
    items = [
        {"type": "candidate.preselected", "data": said | fitter | days | {"municipality": "76384"}},
        {"type": "candidate.outcome", "data": met | {"axis": 4}},
        {"type": "session.announced", "data": said | visit | {"municipality": "76384", "places": 12}},
        {"type": "candidate.registered", "data": place | {"on": today.isoformat()}},
        {"type": "candidate.unregistered", "data": place},
        {"type": "session.cancelled", "data": {"session": visit["session"]}},
        {"type": "candidate.withdrawn", "data": {"candidate": fitter["candidate"]}},
    ]
    body = json.dumps([item | {"occurred_at": now.isoformat(), "data": item["data"] | more} for item in items])
    message = clock.new_id("msg")
    signed = {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, now, body),
    }
    for _ in range(_TRIES_OF_A_PARTNER):
        answer = requests.post(
            f"{player.cloud.api_url}/partners/inbox/{partner}", data=body.encode(), headers=signed, timeout=40
        )
        if answer.status_code < 500:
            break
    assert answer.status_code == 202, answer.text
    player.cloud.settle()
    (delivery,) = operator.get(f"/partners/{partner}/inbox")["items"]
    return [item["code"] for item in delivery["items"]]


COLLEAGUE = {"given_name": "Une", "family_name": "Collègue", "email": "collegue@mecanique.example"}


def colleague_joins(player: Player, owner: Caller, person: Mapping[str, str]) -> list[str]:
    """A second person is invited to act for a company, and joins: the standing of the company's people."""
    member, address = owner.post(f"/companies/{owner.company}/members", {"role": "editor"})["id"], person["email"]
    owner.put(f"/identities/{member}", {"kind": "member", **person})
    player.cloud.settle()
    colleague = player.signed_in(address)
    joined = colleague.post("/companies/memberships", {"token": player.found_in_mail(address, _INVITATION)})
    colleague.company = joined["company_id"]
    colleague.get("/profiles")
    player.cloud.settle()
    return sorted(one["standing"] for one in owner.get(f"/companies/{owner.company}/members")["items"])


def mail_returns(player: Player, address: str) -> list[str]:
    """The last mail to an address comes back: why an adviser sees that nobody is reached there."""
    mail = next(mail for mail in reversed(list(player.cloud.mailbox)) if address in mail.to)
    come_back(player, mail, f"passerelle-{STAGE}", "Email Bounced")
    return [one["reason"] for one in _adviser(player).get("/notifications/unreachable")["items"]]


def session_called_off(player: Player) -> list[object]:
    """The lender opens a session, the host takes places in it, and it is called off: what each reads then."""
    organiser, guest = (player.cast.callers[part.handle] for part in (LENDER, HOST))
    first = (player.today + timedelta(days=30)).isoformat()
    days = {"starts_on": first, "ends_on": first, "register_until": first}
    offer = {"programme": "lending", "kind": "company_visit", "hours": 3, "municipality": "76540", "places": 4}
    session = organiser.post("/sessions", offer | days)["id"]
    here = f"/sessions/{session}"
    guest.post(f"{here}/registrations", {"places": 3})
    places = [one["places"] for one in organiser.get(f"{here}/registrations")["items"]]
    left = [one["places_left"] for one in guest.get("/sessions")["items"] if one["id"] == session]
    organiser.post(f"{here}/cancellation")
    player.cloud.settle()
    return [places, left, guest.get(here)["state"], guest.get(here)["organiser_id"] == organiser.company]


def _volunteer(player: Player, told: Told) -> None:
    """The volunteer who is found answers a voluntary question, and asks for a human being."""
    volunteer = told.volunteers["found"]
    token = player.found_in_mail(volunteer.part.email, _LINK)
    himself = player.anybody(volunteer.part.email)
    himself.get("/vocabulary/occupations", q="monteur")
    sheet = himself.post("/inclusion/personal/sheet", {"token": token})
    himself.post("/inclusion/personal/answers", {"token": token, "text_sha256": sheet["text_sha256"], "sex": "man"})
    himself.post("/profiles/opt-in/review", {"token": token, "reason": "order"})
    player.cloud.settle()


def _staff(player: Player) -> None:
    """An adviser looks at the desk, an operator at the logs."""
    _adviser(player).get("/desk/queue")
    operator = player.signed_in("journal@territoire.example", ["operators"])
    for path in ("/decisions/log", "/desk/log", "/inclusion/watch"):
        operator.get(path)


def _operator(player: Player) -> None:
    """The operator has the index rebuilt, and a territory cleared; what failed on the way is asked for again."""
    orders: tuple[Callable[[], int], ...] = (
        lambda: rebuild(STAGE, io.StringIO(), invoke=_invoking(player, "matching-rebuild"), pause=lambda _: None),
        lambda: clear(STAGE, "region:28", io.StringIO(), invoke=_invoking(player, "matching-clearing")),
    )
    for order in orders:
        assert any(order() == 0 for _ in range(_SCHEDULED_TRIES)), "it fails every time"


def _invoking(player: Player, name: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def invoke(payload: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = player.cloud.invoke(f"passerelle-{STAGE}-{name}", payload)
        except InvocationFailed as failed:
            raise FailedActError(str(failed)) from None
        return answer

    return invoke


def _adviser(player: Player) -> Caller:
    return player.signed_in(f"{clock.new_id('adv')}@territoire.example", ["advisers"])
