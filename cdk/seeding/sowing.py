"""The steps of seeding: each looks for what is there, and makes what is missing."""

from __future__ import annotations

import email
import email.policy
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from functools import partial
from pathlib import Path
from typing import Any, TextIO, get_args

from cdk.demo import forms
from cdk.demo.caller import Caller, Unexpected
from cdk.demo.scenario import CompanyPart
from cdk.rights_cli import Refused
from cdk.seeding import cast
from passerelle import clock
from passerelle.access import Scope
from passerelle.nomenclature import Nomenclature, load_starter

KEY_LABEL = "bac-a-sable"
KEY_DAYS = 90
_LINK = re.compile(r"/profiles/opt-in#([A-Za-z0-9_-]{43})")
_PAUSE = 0.5
_GONE = "closed"


@dataclass
class Sower:
    """One seeding. `person(company)` acts for a company, `staff` activates; `mails` holds what the mailbox received."""

    person: Callable[[str], Caller]
    staff: Caller
    mailbox: str
    mails: Path | None
    out: TextIO
    wait_seconds: float
    nomenclature: Nomenclature = field(default_factory=load_starter)
    callers: dict[str, Caller] = field(default_factory=dict)

    def sow(self) -> None:
        """Companies, volunteers, demands and keys, in this order; then what a developer will find is printed."""
        for part in cast.companies():
            self.callers[part.handle] = self.company(part)
        for handle in cast.LENDERS:
            self.volunteers(handle)
        for handle in cast.LENDERS:
            self.opt_in(handle)
        for handle in cast.HOSTS:
            self.demands(handle)
        for handle, caller in self.callers.items():
            self.report(handle, caller)

    def company(self, part: CompanyPart) -> Caller:
        """Who acts for the company, once it is active."""
        mine = self.person("").get("/companies")["items"]
        known = (one for one in mine if _place(one) == (part.naf, part.municipality) and one["state"] != _GONE)
        found = next(known, None) or self._post(self.person(""), "/companies", part.handle, forms.registration(part))
        caller = self.person(found["id"])
        path = f"/companies/{found['id']}"
        if found["identity"] == "missing":
            contact = cast.address(self.mailbox, part.handle)
            caller.put(f"/identities/{found['id']}", forms.company_identity(part, contact))
            self._until(lambda: caller.get(path)["identity"] != "missing", f"the vault to know {part.name}")
        if caller.get(path)["state"] == "pending":
            self._post(self.staff, f"{path}/activation", found["id"], {"reason": "Entreprise fictive d’un essai"})
        return caller

    def volunteers(self, handle: str) -> None:
        """The lender's volunteers, described, known to the vault, and asked by mail."""
        caller, seedlings = self.callers[handle], cast.seedlings(self.nomenclature, handle)
        known = self._profiles(handle)
        missing = [one for one in seedlings if one.reference not in known]
        if missing:
            today = clock.today()
            drafts = [forms.description(one.part, today) | {"reference": one.reference} for one in missing]
            self._post(caller, "/profiles", missing[0].reference, {"profiles": drafts})
            known = self._profiles(handle)
        for one in seedlings:
            profile = known[one.reference]
            if profile["waiting_for"] == "submission":
                address = cast.address(self.mailbox, one.reference)
                caller.put(f"/identities/{profile['person_id']}", forms.person_identity(one.part, address))
                self._post(caller, f"/profiles/{profile['id']}/submission", one.reference)

    def opt_in(self, handle: str) -> None:
        """Accept with the links that the mails carry; without mails, nobody is asked in the volunteers' place."""
        if self.mails is None:
            return
        self._until(lambda: not self._waiting(handle, "identity", "lender"), "the volunteers to be asked")
        anybody = Caller(self.staff.api_url)
        for reference in self._waiting(handle, "employee"):
            address = cast.address(self.mailbox, reference)
            token = self._until(partial(self._link, address), f"the mail to {address}")
            shown = anybody.post("/profiles/opt-in/card", {"token": token})
            decision = {"token": token, "decision": "accept", "text_sha256": shown["text_sha256"]}
            anybody.post("/profiles/opt-in/decision", decision)

    def demands(self, handle: str) -> None:
        """The host's demands, open."""
        caller = self.callers[handle]
        known = {(one["need"]["occupation"], one["need"]["municipality"]) for one in _all(caller, "/demands")}
        for part in cast.DEMANDS:
            if part.company == handle and (part.occupation, part.municipality) not in known:
                body = forms.need(part, self.nomenclature, clock.today())
                self._post(caller, "/demands", f"{part.occupation}-{part.municipality}", body)

    def report(self, handle: str, caller: Caller) -> None:
        """What the company has, and its test key, which is shown when it is made and never again."""
        profiles = Counter(one["state"] for one in _all(caller, "/profiles"))
        demands = Counter(one["state"] for one in _all(caller, "/demands"))
        self._say(f"{handle} {caller.company} profiles={dict(profiles)} demands={dict(demands)}")
        keys = caller.get(f"/companies/{caller.company}/keys")["items"]
        if any(key["label"] == KEY_LABEL for key in keys):
            self._say("  key: made before, and shown then; revoke it and seed again for another")
        else:
            form = {"label": KEY_LABEL, "scopes": sorted(get_args(Scope)), "days": KEY_DAYS}
            self._say(f"  key: {caller.post(f'/companies/{caller.company}/keys', form)['secret']}")
        for reference in self._waiting(handle, "employee"):
            self._say(f"  waits for the link mailed to {cast.address(self.mailbox, reference)}")

    def _profiles(self, handle: str) -> dict[str, Mapping[str, Any]]:
        """The lender's profiles by its own code for them."""
        return {one["description"]["reference"]: one for one in _all(self.callers[handle], "/profiles")}

    def _waiting(self, handle: str, *whom: str) -> list[str]:
        """The seeded volunteers of a company whose next step needs one of these."""
        if handle not in cast.LENDERS:
            return []
        ours = {one.reference for one in cast.seedlings(self.nomenclature, handle)}
        return [name for name, one in self._profiles(handle).items() if name in ours and one["waiting_for"] in whom]

    def _link(self, address: str) -> str:
        """The token of the latest saved mail to an address, empty while there is none."""
        token = ""
        assert self.mails is not None
        for path in sorted(self.mails.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            to = {one.lower() for _, one in getaddresses([str(message["To"])])}
            found = _LINK.search(body.get_content()) if body is not None and address in to else None
            token = found[1] if found else token
        return token

    def _post(self, caller: Caller, path: str, name: str, body: Any = None) -> Any:
        """A POST that happens once a day on this path under this name, even when its answer is lost."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{path} {name} {clock.today()}").hex
        reply = caller.ask("POST", path, body=body, headers={"Idempotency-Key": key})
        if not reply.ok:
            raise Unexpected("POST", path, reply)
        return reply.json()

    def _until(self, look: Callable[[], Any], what: str) -> Any:
        """What `look` finds, once it finds something. Raises `Refused` when that takes too long."""
        deadline = time.monotonic() + self.wait_seconds
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise Refused(f"waited {self.wait_seconds:.0f} s for {what}: run it again later")
            time.sleep(_PAUSE)
        return seen

    def _say(self, words: str) -> None:
        print(words, file=self.out, flush=True)


def _place(company: Mapping[str, Any]) -> tuple[str, str]:
    return company["naf"], company["municipality"]


def _all(caller: Caller, path: str) -> Iterator[Mapping[str, Any]]:
    """Every item of a list, page after page."""
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = caller.get(path, **query)
        yield from page["items"]
        if page["cursor"] is None:
            return
        query["cursor"] = page["cursor"]
