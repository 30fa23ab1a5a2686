"""Plays the scenario through the public API: companies register, volunteers opt in, hosts look, both sides answer.

The player has no other way in than a company, an employee or an adviser has: HTTP, and the mail each of them receives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import requests

from cdk.demo.caller import Caller
from cdk.demo.forms import company_identity, description, need, person_identity, registration
from cdk.demo.scenario import CompanyPart, DemandPart, VolunteerPart, workforce
from cdk.local.cloud import LocalCloud
from cdk.settings import stage_settings
from cdk.workforce import write
from passerelle import clock
from passerelle.nomenclature import Nomenclature

Progress = Callable[[str], None]

_CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{10}\b")
_LINK = re.compile(r"#([A-Za-z0-9_-]{43})")
_AT_ONCE = 20


class MissingMail(Exception):
    """Somebody waits for a mail that did not come."""


@dataclass(frozen=True)
class Volunteer:
    """A volunteer on the platform: his part, and the ids he goes by."""

    part: VolunteerPart
    profile_id: str
    person_id: str


@dataclass
class Cast:
    """Who is on the platform after the play."""

    callers: dict[str, Caller] = field(default_factory=dict)
    volunteers: list[Volunteer] = field(default_factory=list)
    demands: dict[str, DemandPart] = field(default_factory=dict)


@dataclass
class Player:
    """Plays parts on one local cloud. `today` is the day the play is set on.

    `heard(who, answer)` is told of every HTTP answer, by the mail address of whoever got it.
    """

    cloud: LocalCloud
    nomenclature: Nomenclature
    today: date = field(default_factory=clock.today)
    cast: Cast = field(default_factory=Cast)
    heard: Callable[[str, requests.Response], None] | None = None

    def __post_init__(self) -> None:
        self.import_workforce()

    def import_workforce(self) -> None:
        """The operator imports the workforce table of the scenario."""
        write(stage_settings("local"), workforce(self.nomenclature), self.cloud.boto("dynamodb"))

    def anybody(self, name: str = "anybody") -> Caller:
        """A caller without an account; `heard` is told of his answers under this name."""
        return self._caller(name, "")

    def signed_in(self, email: str, groups: Iterable[str] = ()) -> Caller:
        """A fresh user of the platform, in these groups."""
        user = self.cloud.users.create(email, groups=tuple(groups))
        return self._caller(email, f"Bearer {user.access_token}")

    def register(self, part: CompanyPart) -> Caller:
        """A company registers and records its identity; the code is then on its way by mail."""
        caller = self.signed_in(f"rh@{part.domain}")
        answer = caller.post("/companies", registration(part))
        caller.company = answer["id"]
        caller.put(f"/identities/{caller.company}", company_identity(part, f"rh@{part.domain}"))
        self.cast.callers[part.handle] = caller
        return caller

    def activate(self, part: CompanyPart) -> None:
        """The company types the code that its mail carries."""
        caller = self.cast.callers[part.handle]
        code = self.found_in_mail(f"rh@{part.domain}", _CODE)
        caller.post(f"/companies/{caller.company}/activation", {"code": code})

    def describe(self, handle: str, parts: Iterable[VolunteerPart]) -> list[Volunteer]:
        """A lender describes several volunteers at once; who they are goes to the vault alone."""
        caller = self.cast.callers[handle]
        described = list(parts)
        volunteers = []
        for start in range(0, len(described), _AT_ONCE):
            batch = described[start : start + _AT_ONCE]
            answer = caller.post("/profiles", {"profiles": [description(part, self.today) for part in batch]})
            volunteers += [
                Volunteer(part, item["id"], item["person_id"])
                for part, item in zip(batch, answer["items"], strict=True)
            ]
        for volunteer in volunteers:
            part = volunteer.part
            caller.put(f"/identities/{volunteer.person_id}", person_identity(part, part.email))
            caller.post(f"/profiles/{volunteer.profile_id}/submission")
        self.cast.volunteers += volunteers
        return volunteers

    def describe_all(self, parts: Iterable[VolunteerPart]) -> None:
        """Every lender describes its volunteers."""
        for handle, group in groupby(parts, key=lambda part: part.company):
            self.describe(handle, group)

    def decide(self, volunteer: Volunteer, decision: str | None = None) -> Any:
        """The employee opens his link, reads, and decides."""
        token = self.found_in_mail(volunteer.part.email, _LINK)
        anybody = self.anybody(volunteer.part.email)
        shown = anybody.post("/profiles/opt-in/card", {"token": token})
        return anybody.post(
            "/profiles/opt-in/decision",
            {"token": token, "decision": decision or volunteer.part.decision, "text_sha256": shown["text_sha256"]},
        )

    def decide_all(self) -> None:
        """Every employee decides."""
        with ThreadPoolExecutor(4) as employees:
            list(employees.map(self.decide, self.cast.volunteers))

    def post_demand(self, part: DemandPart) -> str:
        """A host posts a demand; returns its id."""
        answer = self.cast.callers[part.company].post("/demands", need(part, self.nomenclature, self.today))
        demand_id: str = answer["id"]
        self.cast.demands[demand_id] = part
        return demand_id

    def matches(self, demand_id: str, **query: Any) -> list[Mapping[str, Any]]:
        """The ranked matches of a demand, as its host reads them."""
        caller = self.cast.callers[self.cast.demands[demand_id].company]
        items: list[Mapping[str, Any]] = caller.get(f"/matching/demands/{demand_id}/matches", **query)["items"]
        return items

    def propose(self, demand_id: str, profile_id: str) -> bool:
        """The host asks to be introduced to somebody from the whole list; whether he is in it."""
        caller = self.cast.callers[self.cast.demands[demand_id].company]
        asked = caller.ask("POST", f"/matching/demands/{demand_id}/proposals", body={"profile_id": profile_id})
        return asked.ok

    def introductions(self, handle: str) -> list[Mapping[str, Any]]:
        """All introductions of a company, as it reads them."""
        caller = self.cast.callers[handle]
        items: list[Mapping[str, Any]] = []
        query: dict[str, Any] = {}
        while True:
            page = caller.get("/introductions", **query)
            items += page["items"]
            if page["cursor"] is None:
                return items
            query["cursor"] = page["cursor"]

    def answer(self, handle: str, introduction_id: str, *, reason: str | None = None) -> Any:
        """A side is interested, or declines with a reason."""
        caller = self.cast.callers[handle]
        if reason is None:
            return caller.post(f"/introductions/{introduction_id}/interest")
        return caller.post(f"/introductions/{introduction_id}/refusal", {"reason": reason})

    def letter(self, handle: str, introduction_id: str) -> tuple[Mapping[str, Any], bytes]:
        """The proposal letter of an introduction: what the platform says of it, and its bytes by the short link."""
        caller = self.cast.callers[handle]
        (entry, *_) = caller.get("/documents", introduction=introduction_id)["items"]
        document = caller.get(f"/documents/{entry['id']}")
        reply = requests.get(document["url"], timeout=10)
        reply.raise_for_status()
        return document, reply.content

    def found_in_mail(self, address: str, pattern: re.Pattern[str]) -> str:
        """What the pattern finds in the latest mail to this address that holds it. Raises `MissingMail`."""
        for found in self.all_in_mail(address, pattern):
            return found
        raise MissingMail(f"nothing that matches {pattern.pattern} was mailed to {address}")

    def all_in_mail(self, address: str, pattern: re.Pattern[str]) -> list[str]:
        """What the pattern finds in the mails to this address, the latest first."""
        matches = (pattern.search(mail.text) for mail in reversed(self.cloud.mailbox.to(address)))
        return [match.group(match.lastindex or 0) for match in matches if match]

    def _caller(self, name: str, authorization: str) -> Caller:
        heard = self.heard
        return Caller(
            self.cloud.api_url, authorization, heard=None if heard is None else lambda reply: heard(name, reply)
        )
