"""What anybody may do in the two worlds, by numbers: the n-th of whatever there is to act upon.

Every act is asked in both worlds alike; what is compared, and what may differ, is the twins' business.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from cdk.demo.loan import COST, host_steps, lender_steps
from cdk.demo.scenario import wanted_skills
from passerelle.nomenclature import load_starter
from tests.security.twins.secrets import COMPANIES, Somebody, business
from tests.security.twins.twins import Twins

T = TypeVar("T")

WORDS = load_starter()
LENDERS, HOSTS = COMPANIES[:2], COMPANIES[2:4]
TRADES = ("H2909", "H2909", "N1101", "H2901", "G1703", "H1504")
"""Most trades have a workforce around; of the last two, one is told for the département alone and one not at all."""
_CODE = re.compile(r"^[^\S\n]*([A-HJ-NP-Z2-9]{10})[^\S\n]*$", re.MULTILINE)


class Journey:
    """One journey in both worlds."""

    def __init__(self, twins: Twins) -> None:
        self.twins = twins
        self.profiles: list[str] = []
        self.demands: list[str] = []
        self.persons: dict[str, str] = {}
        """Person by profile."""
        self.approaches: list[str] = []

    def describe(self, lender: int, trade: int, start: int, months: int, experience: str) -> None:
        """A lender describes a volunteer, says to the vault who he is, and asks him."""
        who, number = LENDERS[lender], len(self.profiles)
        code = TRADES[trade]

        def body(side: int) -> Any:
            return {
                "profiles": [
                    {
                        "occupation": code,
                        "skills": list(WORDS.occupation(code).skills[:6]),
                        "experience": experience,
                        "municipality": business(who, side).town,
                        "radius_km": 90,
                        "available_from": f"{self._month(start)}-{(15, 19)[side]}",
                        "available_to": f"{self._month(start + months)}-{(11, 22)[side]}",
                        "working_time": "full_time",
                        "shifts": ["day", "two_shifts"],
                    }
                ]
            }

        answer = self.twins.ask(who, "POST", "/profiles", body)
        if not answer.ok:
            return
        (item,) = answer.json()["items"]
        self.profiles.append(item["id"])
        self.persons[item["id"]] = item["person_id"]
        self.twins.meet(item["id"], who, (Somebody(number, 0), Somebody(number, 1)))
        path = f"/identities/{item['person_id']}"
        self.twins.ask(who, "PUT", path, lambda side: Somebody(number, side).identity())
        self.twins.ask(who, "POST", f"/profiles/{item['id']}/submission")

    def decide(self, profile: int, decision: str) -> None:
        """An employee opens his link, reads, and decides."""
        if (chosen := _pick(self.profiles, profile)) and (token := self._link(chosen, "/profiles/opt-in")):
            employee = self._employee(chosen)
            shown = self.twins.ask(employee, "POST", "/profiles/opt-in/card", {"token": token})
            if not shown.ok:
                return
            said = {"token": token, "decision": decision, "text_sha256": shown.json()["text_sha256"]}
            self.twins.ask(employee, "POST", "/profiles/opt-in/decision", said)

    def post_demand(self, host: int, trade: int, start: int, months: int, headcount: int) -> None:
        who, code = HOSTS[host], TRADES[trade]
        must, wished = wanted_skills(WORDS, code)

        def body(side: int) -> Any:
            return {
                "occupation": code,
                "must_skills": list(must),
                "wished_skills": list(wished),
                "experience": "3-5",
                "municipality": business(who, side).town,
                "start_date": f"{self._month(start)}-{(14, 20)[side]}",
                "end_date": f"{self._month(start + months)}-{(12, 27)[side]}",
                "working_time": "full_time",
                "shift": "day",
                "headcount": headcount,
            }

        answer = self.twins.ask(who, "POST", "/demands", body)
        if answer.ok:
            self.demands.append(answer.json()["id"])
            self.twins.host_of[self.demands[-1]] = who

    def close_demand(self, demand: int, outcome: str) -> None:
        if chosen := _pick(self.demands, demand):
            self.twins.ask(self.twins.host_of[chosen], "POST", f"/demands/{chosen}/closure", {"outcome": outcome})

    def withdraw_profile(self, profile: int) -> None:
        if chosen := _pick(self.profiles, profile):
            self.twins.ask(self.twins.lender_of[chosen], "POST", f"/profiles/{chosen}/withdrawal")

    def look_at_matches(self, demand: int, limit: int) -> None:
        """A host pages through everyone."""
        if not (chosen := _pick(self.demands, demand)):
            return
        cursor: dict[str, Any] = {}
        for _ in range(4):
            path = f"/matching/demands/{chosen}/matches"
            answer = self.twins.ask(self.twins.host_of[chosen], "GET", path, limit=limit, **cursor)
            if not answer.ok or answer.json()["cursor"] is None:
                return
            cursor = {"cursor": answer.json()["cursor"]}

    def ask_for(self, demand: int, profile: int) -> None:
        if (need := _pick(self.demands, demand)) and (chosen := _pick(self.profiles, profile)):
            path = f"/matching/demands/{need}/proposals"
            self.twins.ask(self.twins.host_of[need], "POST", path, {"profile_id": chosen})

    def answer(self, side: str, number: int, reason: str | None) -> None:
        """A side is interested, or refuses."""
        if found := self._introduction(side, number, {"to_answer", "awaited", "waiting", "mutual", "committing"}):
            who, one = found
            verb, body = ("interest", None) if reason is None else ("refusal", {"reason": reason})
            self.twins.ask(who, "POST", f"/introductions/{one['id']}/{verb}", body)

    def talk(self, side: str, number: int, text: str) -> None:
        """A side asks, or answers what it was asked. `{me}`: it tries to say who it is."""
        if not (found := self._introduction(side, number, {"mutual", "committing"})):
            return
        who, one = found
        open_ones = [each for each in one["questions"] if not each["yours"] and each["answer"] is None]
        path = f"/introductions/{one['id']}/questions"
        path += f"/{open_ones[0]['id']}/answer" if open_ones else ""
        self.twins.ask(who, "POST", path, lambda at: {"text": text.replace("{me}", business(who, at).contact)})

    def write_sheet(self, side: str, number: int, hours: int) -> None:
        if not (found := self._introduction(side, number, {"mutual", "committing"})):
            return
        who, one = found
        card = one["demand"] or one["profile"]
        terms = {
            "regime": "R1_ORDINARY",
            "occupation": card["occupation"]["code"],
            "tasks": "Montage de sous-ensembles sur gabarit, contrôle visuel, tenue propre du poste.",
            "post_characteristics": "Travail debout en atelier, port de charges légères.",
            "area": card["area"],
            "start_date": f"{self._month(3)}-01",
            "end_date": f"{self._month(6)}-17",
            "weekly_hours": hours,
            "daily_hours": 7,
            "daily_rest_hours": 12,
            "working_time": "full_time",
            "shift": "day",
            "contract_type": "CDI",
            "cost": COST,
        }
        version = self.twins.ask(who, "GET", f"/introductions/{one['id']}").headers["ETag"]
        self.twins.ask(who, "PUT", f"/introductions/{one['id']}/term-sheet", terms, version=version)

    def sign_sheet(self, side: str, number: int) -> None:
        if (found := self._introduction(side, number, {"mutual", "committing"})) and found[1]["term_sheet"]:
            who, one = found
            path = f"/introductions/{one['id']}/signatures"
            self.twins.ask(who, "POST", path, {"sha256": one["term_sheet"]["sha256"]})

    def decide_go(self, profile: int, decision: str) -> None:
        """An employee gives his go on the latest sheet he was sent, or refuses."""
        if (chosen := _pick(self.profiles, profile)) and (token := self._link(chosen, "/introductions/go")):
            sheet = self.twins.ask(self._employee(chosen), "POST", "/introductions/go/sheet", {"token": token})
            if sheet.ok:
                said = {"token": token, "decision": decision, "sha256": sheet.json().get("sha256")}
                self.twins.ask(self._employee(chosen), "POST", "/introductions/go/decision", said)

    def read_disclosure(self, side: str, number: int) -> None:
        """A company asks who the other one is, whether it may know or not."""
        if found := self._introduction(side, number, None):
            who, one = found
            self.twins.ask(who, "GET", f"/identities/disclosures/{one['id']}")
            self.twins.ask(who, "GET", "/documents", introduction=one["id"])

    def draft_agreement(self, number: int) -> None:
        """Both sides do their part of an agreement, as far as it goes."""
        for host in HOSTS:
            if one := _pick(self._items(host, "/agreements"), number):
                self._draft(host, one["id"])
                return

    def sign_agreement(self, number: int) -> None:
        """Host and lender sign what there is to sign, with the code that they are mailed; the employee by his link."""
        for who in COMPANIES[:4]:
            if one := _pick(self._items(who, "/agreements"), number):
                path = f"/agreements/{one['id']}"
                if self.twins.ask(who, "POST", f"{path}/signing-codes").ok:
                    self.twins.ask(who, "GET", path)
                    signed = [
                        {"documents": reply.json().get("to_sign"), "code": self._found(side, mail, _CODE)}
                        for side, reply in enumerate(self.twins.replies)
                        for mail in (f"rh@{business(who, side).domain}",)
                    ]
                    self.twins.ask(who, "POST", f"{path}/signatures", signed.__getitem__)

    def look_at_signing_sheet(self, profile: int) -> None:
        if (chosen := _pick(self.profiles, profile)) and (token := self._link(chosen, "/agreements/sign")):
            self.twins.ask(self._employee(chosen), "POST", "/agreements/sign/sheet", {"token": token})

    def erase(self, profile: int, by: str) -> None:
        """A person is erased: his employer asks, the operator does, or he does himself."""
        if not (chosen := _pick(self.profiles, profile)):
            return
        person, lender = self.persons[chosen], self.twins.lender_of[chosen]
        if by == "lender":
            self.twins.ask(lender, "POST", f"/identities/{person}/erasure")
            self.twins.ask(lender, "GET", f"/identities/{person}/erasure")
        elif by == "operator":
            rights = "/identities/rights"
            self.twins.ask(
                "operator", "POST", lambda side: f"{rights}/{self.twins.company(lender, side)}/{person}/erasure"
            )
        elif token := self._link(chosen, "/profiles/opt-in"):
            self.twins.ask(self._employee(chosen), "POST", "/profiles/opt-in/erasure", {"token": token})

    def wait(self, days: int) -> None:
        """Time goes by, and what runs by the clock runs."""
        cloud = self.twins.cloud
        self.twins.both(f"{days} days", lambda: (cloud.advance(days=days), cloud.run_schedules()))

    def approach(self, profile: int, demand: int) -> None:
        """The adviser brings two cards together."""
        for card in (_pick(self.profiles, profile), _pick(self.demands, demand)):
            if card:
                self.twins.ask("adviser", "GET", f"/desk/cards/{card}")
        if (chosen := _pick(self.profiles, profile)) and (need := _pick(self.demands, demand)):
            answer = self.twins.ask("adviser", "POST", "/desk/approaches", {"profile_id": chosen, "demand_id": need})
            if answer.ok:
                self.approaches.append(answer.json()["id"])
                for side in ("lender", "host"):
                    role = self.twins.lender_of[chosen] if side == "lender" else self.twins.host_of[need]
                    self.twins.ask(
                        "adviser",
                        "GET",
                        partial(self._contact, role, answer.json()["id"]),
                    )

    def note_answer(self, approach: int, side: str, said: str) -> None:
        if chosen := _pick(self.approaches, approach):
            today = self.twins.worlds[0].now.date().isoformat()
            body = {"side": side, "answer": said, "how": "phone", "on": today}
            self.twins.ask("adviser", "POST", f"/desk/approaches/{chosen}/answers", body)

    def staff_acts(self, role: str, act: str) -> None:
        """A company is suspended, or may act again."""
        reason = {"reason": "Contrôle de l’habilitation en cours."}
        self.twins.ask("operator", "POST", lambda side: f"/companies/{self.twins.company(role, side)}/{act}", reason)

    def pry(self, who: str, kind: int, number: int) -> None:
        """Anybody asks for what may not be his."""
        some = (
            [f"/profiles/{one}" for one in self.profiles]
            + [f"/profiles/{one}/preview" for one in self.profiles]
            + [f"/identities/{one}" for one in self.persons.values()]
            + [f"/identities/{one}/erasure" for one in self.persons.values()]
            + [f"/demands/{one}" for one in self.demands]
            + [f"/matching/demands/{one}/matches" for one in self.demands]
            + [f"/desk/cards/{one}" for one in (*self.profiles, *self.demands)]
            + [f"/introductions/{one}" for one in self._known()]
            + [f"/identities/disclosures/{one}" for one in self._known()]
        )
        if path := _pick(some, 7 * kind + number):
            owner = self.twins.owner_of(path)
            if who != owner:
                self.twins.ask(who, "GET", path)

    def err(self, who: str, kind: int) -> None:
        """A request that cannot be: of an unknown field, of nothing, of a secret in the wrong place."""
        path, body = (
            ("/profiles", {"profiles": [{"occupation": "X9"}]}),
            ("/demands", {"occupation": "H2909", "must_skills": ["x"]}),
            ("/profiles", {"profiles": []}),
            ("/introductions/int_none/interest", None),
            ("/profiles/opt-in/card", {"token": "nothing-that-was-ever-sent"}),
        )[kind % 5]
        self.twins.ask(who, "POST", path, body)

    def read_all(self, who: str) -> None:
        """An actor reads every list there is for him."""
        lists = {
            "adviser": ("/desk/queue", "/companies"),
            "operator": ("/desk/log", "/decisions/log", "/identities/retention", "/inclusion/watch"),
        }
        for path in lists.get(who, ("/profiles", "/demands", "/introductions", "/agreements", "/companies")):
            self.twins.ask(who, "GET", path)

    def _contact(self, role: str, approach: str, side: int) -> str:
        return f"/identities/contacts/{self.twins.company(role, side)}?approach={approach}"

    def _month(self, ahead: int) -> str:
        """The month so many months from now."""
        now = self.twins.worlds[0].now
        index = now.year * 12 + now.month - 1 + ahead
        return f"{index // 12}-{index % 12 + 1:02d}"

    def _draft(self, host: str, agreement: str) -> None:
        path, day = f"/agreements/{agreement}", self.twins.worlds[0].now.date()
        seen = self.twins.ask(host, "GET", path)
        if (draft := seen.json().get("draft")) is not None:
            body = {
                "terms": draft["terms"],
                "workplace": business(host, 0).town,
                "supervisor": "Responsable d’atelier",
                "lender_signer": "Directrice des ressources humaines",
                "host_signer": "Directeur du site",
            }
            self.twins.ask(host, "PUT", f"{path}/terms", body, version=seen.headers["ETag"])
        for who, steps in (
            (host, {"host": host_steps(day)}),
            *((one, {"lender": lender_steps(day)}) for one in LENDERS),
        ):
            seen = self.twins.ask(who, "GET", path)
            if seen.ok:
                self.twins.ask(who, "PUT", f"{path}/steps", steps, version=seen.headers["ETag"])
        self.twins.ask(host, "POST", f"{path}/readiness")

    def _introduction(self, side: str, number: int, states: set[str] | None) -> tuple[str, Any] | None:
        """The n-th introduction of that side that stands so, and whose it is."""
        found = []
        for who in LENDERS if side == "lender" else HOSTS:
            items = self._items(who, "/introductions", limit=100)
            found += [(who, one) for one in items if states is None or one["state"] in states]
        return _pick(found, number)

    def _items(self, who: str, path: str, **query: Any) -> list[Any]:
        """A list as this company reads it; nothing while it may not act."""
        answer = self.twins.ask(who, "GET", path, **query)
        items: list[Any] = answer.json()["items"] if answer.ok else []
        return items

    def _known(self) -> Sequence[str]:
        return sorted({one.subject for one in self.twins.worlds[0].events if one.type == "IntroductionProposed"})

    def _employee(self, profile: str) -> str:
        return f"employee {self.twins.people[profile][0].number}"

    def _link(self, profile: str, kind: str) -> str | None:
        return self._found(0, self.twins.people[profile][0].email, re.compile(rf"{kind}#([A-Za-z0-9_-]{{43}})"))

    def _found(self, side: int, address: str, pattern: re.Pattern[str]) -> str | None:
        matches = (pattern.search(text) for text in self.twins.mails_to(side, address))
        return next((match[1] for match in matches if match), None)


def _pick(some: Sequence[T], number: int) -> T | None:
    return some[number % len(some)] if some else None
