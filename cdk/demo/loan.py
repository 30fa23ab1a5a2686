"""Plays the second half of the lending journey: from mutual interest to signed documents and the start gate.

Like the player of the first half it has no way in but HTTP and the mail that each of them receives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests

from cdk.demo.caller import Caller, Unexpected
from cdk.demo.player import MissingMail, Player, Volunteer
from cdk.demo.scenario import company_part, month_end, month_start

_GO = re.compile(r"/introductions/go#([A-Za-z0-9_-]{43})")
_SIGN = re.compile(r"/agreements/sign#([A-Za-z0-9_-]{43})")
_CODE = re.compile(r"^[^\S\n]*([A-HJ-NP-Z2-9]{10})[^\S\n]*$", re.MULTILINE)


@dataclass
class Loan:
    """One introduction that became mutual, on its way to a signed agreement."""

    player: Player
    introduction_id: str
    lender: str
    host: str
    volunteer: Volunteer

    def write_sheet(self, side: str, **changes: Any) -> str:
        """A side writes the blind term sheet; returns its hash."""
        caller, path = self._caller(side), f"/introductions/{self.introduction_id}"
        answer = self._put(caller, path, "term-sheet", self.terms() | changes)
        return str(answer["term_sheet"]["sha256"])

    def sign_sheet(self, side: str) -> Mapping[str, Any]:
        """A company signs the hash of the sheet it reads."""
        caller = self._caller(side)
        sha256 = caller.get(f"/introductions/{self.introduction_id}")["term_sheet"]["sha256"]
        answer: Mapping[str, Any] = caller.post(f"/introductions/{self.introduction_id}/signatures", {"sha256": sha256})
        return answer

    def decide_go(self, decision: str = "go") -> Mapping[str, Any]:
        """The employee opens the link for this sheet, reads it, still masked, and gives his go or refuses."""
        anybody = self.player.anybody(self.volunteer.part.email)
        path = f"/introductions/{self.introduction_id}"
        sha256 = self._caller("host").get(path)["term_sheet"]["sha256"]
        for token in self.player.all_in_mail(self.volunteer.part.email, _GO):
            if anybody.post("/introductions/go/sheet", {"token": token})["sha256"] == sha256:
                answer: Mapping[str, Any] = anybody.post(
                    "/introductions/go/decision", {"token": token, "decision": decision, "sha256": sha256}
                )
                return answer
        raise MissingMail(f"no link for this sheet was mailed to {self.volunteer.part.email}")

    def disclosed(self, side: str) -> Mapping[str, Any]:
        """What a company may read of the other and of the employee, once all three have signed."""
        answer: Mapping[str, Any] = self._caller(side).get(f"/identities/disclosures/{self.introduction_id}")
        return answer

    def agreement_id(self) -> str:
        """The agreement that the disclosure began."""
        items = self._caller("host").get("/agreements", limit=100)["items"]
        return str(next(item["id"] for item in items if item["introduction_id"] == self.introduction_id))

    def agreement(self, side: str) -> Mapping[str, Any]:
        """The agreement as a side reads it."""
        answer: Mapping[str, Any] = self._caller(side).get(f"/agreements/{self.agreement_id()}")
        return answer

    def complete_terms(self, **changes: Any) -> Mapping[str, Any]:
        """The host adds what the sheet left masked: the place, and who signs and directs by function."""
        caller, path = self._caller("host"), f"/agreements/{self.agreement_id()}"
        draft = {
            "terms": caller.get(path)["draft"]["terms"] | changes,
            "workplace": company_part(self.host).municipality,
            "supervisor": "Responsable d’atelier",
            "lender_signer": "Directrice des ressources humaines",
            "host_signer": "Directeur du site",
        }
        return self._put(caller, path, "terms", draft)

    def record_steps(self, side: str, **steps: Any) -> Mapping[str, Any]:
        """A side records what it has done; it replaces what it recorded before."""
        caller, path = self._caller(side), f"/agreements/{self.agreement_id()}"
        return self._put(caller, path, "steps", {side: steps})

    def do(self, side: str, act: str, body: Any = None) -> Any:
        """Whatever the platform answers when a side acts on the agreement: `readiness`, `start`, `refusal`."""
        return self._caller(side).ask("POST", f"/agreements/{self.agreement_id()}/{act}", body=body)

    def sign(self, side: str) -> Mapping[str, Any]:
        """A company signs its documents with the code that was mailed to it."""
        caller, path = self._caller(side), f"/agreements/{self.agreement_id()}"
        caller.post(f"{path}/signing-codes")
        self.player.cloud.settle()
        code = self.player.found_in_mail(f"rh@{company_part(self._handle(side)).domain}", _CODE)
        documents = caller.get(path)["to_sign"]
        answer: Mapping[str, Any] = caller.post(f"{path}/signatures", {"documents": documents, "code": code})
        return answer

    def sign_as_employee(self) -> Mapping[str, Any]:
        """The employee opens his signing link, reads, asks for his code and signs."""
        address = self.volunteer.part.email
        anybody = self.player.anybody(address)
        token = self.player.found_in_mail(address, _SIGN)
        sheet = anybody.post("/agreements/sign/sheet", {"token": token})
        anybody.post("/agreements/sign/code", {"token": token})
        self.player.cloud.settle()
        answer: Mapping[str, Any] = anybody.post(
            "/agreements/sign/signature",
            {
                "token": token,
                "documents": {document["kind"]: document["sha256"] for document in sheet["documents"]},
                "code": self.player.found_in_mail(address, _CODE),
                "text_sha256": sheet["text_sha256"],
            },
        )
        return answer

    def papers(self) -> dict[str, bytes]:
        """The documents of the agreement that either company may fetch: bytes by kind."""
        papers: dict[str, bytes] = {}
        for side in ("host", "lender"):
            caller = self._caller(side)
            for entry in caller.get("/documents", introduction=self.introduction_id)["items"]:
                if entry["kind"] in AGREEMENT_PAPERS and entry["kind"] not in papers:
                    reply = requests.get(caller.get(f"/documents/{entry['id']}")["url"], timeout=10)
                    reply.raise_for_status()
                    papers[entry["kind"]] = reply.content
        return papers

    def terms(self) -> dict[str, Any]:
        """A blind term sheet for a fitter on an aerospace line: ordinary regime, billed at cost."""
        introduction = self._caller("host").get(f"/introductions/{self.introduction_id}")
        return {
            "regime": "R1_ORDINARY",
            "occupation": introduction["demand"]["occupation"]["code"],
            "tasks": "Montage et rivetage de sous-ensembles sur gabarit, contrôle visuel, tenue propre du poste.",
            "post_characteristics": "Travail debout en atelier, port de charges légères.",
            "area": introduction["demand"]["area"],
            "start_date": self.start().isoformat(),
            "end_date": month_end(self.player.today, 4).isoformat(),
            "weekly_hours": 35,
            "daily_hours": 8,
            "daily_rest_hours": 12,
            "working_time": "full_time",
            "shift": "day",
            "contract_type": "CDI",
            "cost": COST,
        }

    def start(self) -> date:
        """The first day of the mission."""
        return month_start(self.player.today, 2)

    @staticmethod
    def _put(caller: Caller, path: str, part: str, body: Any) -> Mapping[str, Any]:
        """Replace a part of a thing. Stale can only mean that this was done and its answer lost: nobody else writes."""
        reply = caller.ask("PUT", f"{path}/{part}", body=body, headers={"If-Match": caller.version(path)})
        if not reply.ok and reply.status_code != requests.codes.precondition_failed:
            raise Unexpected("PUT", f"{path}/{part}", reply)
        answer: Mapping[str, Any] = reply.json() if reply.ok else caller.get(path)
        return answer

    def _handle(self, side: str) -> str:
        return self.lender if side == "lender" else self.host

    def _caller(self, side: str) -> Any:
        return self.player.cast.callers[self._handle(side)]


AGREEMENT_PAPERS = {"secondment_agreement", "contract_amendment", "employee_agreement", "financial_schedule"}

# Wages 2,800.00 + bonuses 150.00 + leave 280.00, contributions at 42 %, expenses up to 120.00: billed exactly at cost.
COST: dict[str, int] = {
    "monthly_gross": 280_000,
    "bonuses": 15_000,
    "paid_leave": 28_000,
    "contribution_rate": 4_200,
    "expenses_ceiling": 12_000,
    "billed": 470_660,
    "vat_rate": 2_000,
}


def lender_steps(today: date) -> dict[str, Any]:
    """What a lender has done and declares when everything is in order."""
    return {
        "cse": {"informed_on": today.isoformat(), "opinion_on": today.isoformat()},
        "urssaf_certificate_on": today.isoformat(),
        "registration_proof": True,
        "in_trial_period": False,
        "contract_suspended": False,
        "work_permit_ok": True,
        "on_partial_activity": False,
        "has_mandate": False,
    }


def host_steps(today: date) -> dict[str, Any]:
    """What a host has done when everything is in order."""
    return {
        "cse": {"informed_on": today.isoformat(), "opinion_on": today.isoformat()},
        "safety_induction_on": today.isoformat(),
        "ppe_list": True,
        "custom_ppe": False,
    }
