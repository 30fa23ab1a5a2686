"""Two worlds in which the same is done, and in which nobody may see a difference that is not his to see.

Both are played step by step on one platform in one process, whose ids and times are counted: whatever differs between
two answers, mails, files or facts comes from a secret. Of each actor's texts the words that are his to read are first
replaced by what they stand for; after that they must be equal, letter by letter.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import requests
from pypdf import PdfReader

from cdk.demo.caller import Caller
from cdk.demo.scenario import workforce
from cdk.settings import stage_settings
from cdk.workforce import write
from passerelle.nomenclature import load_starter
from tests.security.test_canaries import leaks
from tests.security.twins.secrets import COMPANIES, SIDES, Business, Somebody, business, in_order_of_registration
from tests.support.one_process.cloud import Cloud, World

STAFF = ("adviser", "operator")
CODE = re.compile(r"\b[A-HJ-NP-Z2-9]{10}\b")
_OWN_PATHS = ("/profiles", "/demands", "/companies")
_TOWN = re.compile(r'("municipality":)"\d{5}"')
_TEXT = re.compile(r'("text_sha256":)"[0-9a-f]{64}"')
"""The digest of a text that names its reader and is compared itself."""
_DAY = re.compile(r'("(?:available_from|available_to|start_date|end_date)":"\d{4}-\d\d)-\d\d"')
_DENIED = re.compile(r'("denied":)\[[^]]*\]')
_FACTS = re.compile(r'("(?:naf|idcc)":)"[^"]*"|("headcount":)\d{4,}')

Said = Callable[[int], Any]
"""A path or a body that differs by side."""


class SeenDifference(AssertionError):
    """Somebody sees what is not his to see."""


@dataclass
class Eyes:
    """What is one actor's to read, by side: words, and what stands for them."""

    words: tuple[dict[str, str], dict[str, str]] = field(default_factory=lambda: ({}, {}))

    def may_read(self, side: int, words: Mapping[str, str]) -> None:
        self.words[side].update(words)

    def read(self, side: int, text: str) -> str:
        """The text with his words replaced, the longest first."""
        for word in sorted(self.words[side], key=len, reverse=True):
            text = text.replace(word, self.words[side][word])
        return text


@dataclass
class Base:
    """Both worlds once every company has registered: where every journey begins."""

    worlds: tuple[World, World]
    tokens: tuple[dict[str, str], dict[str, str]]
    companies: tuple[dict[str, str], dict[str, str]]


def founded(cloud: Cloud) -> Base:
    """The companies of both sides register, record their identities and activate themselves."""
    empty = cloud.world
    worlds, tokens, companies = [], [], []
    for side in SIDES:
        cloud.world = empty.copy()
        token: dict[str, str] = {}
        for label, groups in (("adviser", ("advisers",)), ("operator", ("operators",)), *((r, ()) for r in COMPANIES)):
            token[label] = cloud.users.create(label, groups).access_token
        write(stage_settings("local"), workforce(load_starter()), cloud.boto("dynamodb"))
        companies.append({role: _enter(cloud, business(role, side), token) for role in in_order_of_registration(side)})
        worlds.append(cloud.world)
        tokens.append(token)
    assert worlds[0].drawn == worlds[1].drawn
    assert worlds[0].now == worlds[1].now
    cloud.world = empty
    return Base((worlds[0], worlds[1]), (tokens[0], tokens[1]), (companies[0], companies[1]))


def _enter(cloud: Cloud, one: Business, tokens: Mapping[str, str]) -> str:
    caller = Caller(cloud.api_url, f"Bearer {tokens[one.role]}", session=cloud.session)  # type: ignore[arg-type]
    caller.company = caller.post("/companies", one.facts())["id"]
    caller.put(f"/identities/{caller.company}", one.identity())
    cloud.settle()
    (mail,) = cloud.mailbox.to(f"rh@{one.domain}")
    found = CODE.search(mail.text)
    assert found
    caller.post(f"/companies/{caller.company}/activation", {"code": found.group()})
    cloud.settle()
    return caller.company


class Twins:
    """The two worlds of one journey, and everybody in them."""

    def __init__(self, cloud: Cloud, base: Base) -> None:
        self.cloud, self._base = cloud, base
        self.worlds = tuple(world.copy() for world in base.worlds)
        self.eyes: defaultdict[str, Eyes] = defaultdict(Eyes)
        self.inside = Eyes()
        """What facts say that stay inside: whose something is, and the digests of files that name their parties."""
        self.people: dict[str, tuple[Somebody, Somebody]] = {}
        """By profile."""
        self.lender_of: dict[str, str] = {}
        self.host_of: dict[str, str] = {}
        self.asked = 0
        self.replies: list[requests.Response] = []
        """The latest answers, left and right."""
        self.seen: list[str] = []
        """What was asked, as a story."""
        self._mails = [len(world.outside.mails) for world in self.worlds]
        self._events = [len(world.events) for world in self.worlds]
        self._files: list[set[str]] = [set(world.outside.files) for world in self.worlds]
        for role in COMPANIES:
            for side in SIDES:
                self.inside.may_read(side, {self.company(role, side): f"<{role}>"})
                one = business(role, side)
                self.eyes[role].may_read(side, {**one.words(), self.company(role, side): f"<{role}>"})
                for staff in STAFF:
                    self.eyes[staff].may_read(side, {self.company(role, side): f"<{role}>"})

    def company(self, role: str, side: int) -> str:
        """The id of the company that plays this role."""
        return self._base.companies[side][role]

    def ask(
        self, who: str, method: str, path: str | Said, body: Any = None, *, version: str | None = None, **query: Any
    ) -> requests.Response:
        """The left answer to a request made on both sides; raises `SeenDifference` unless the right one equals it."""
        replies = self.replies = []
        self.asked += 1
        for side in SIDES:
            said_path = path(side) if callable(path) else path
            said = body(side) if callable(body) else body
            replies.append(self._ask(side, who, method, said_path, said, query, version))
        shown = path(0) if callable(path) else path
        self._compare_answers(who, method, shown, replies)
        self._compare_rest(f"{who}: {method} {shown}")
        return replies[0]

    def both(self, what: str, act: Callable[[], Any]) -> None:
        """Something that happens by itself on both sides: time goes by, schedules run."""
        for side in SIDES:
            self.cloud.world = self.worlds[side]
            act()
        self._compare_rest(what)

    def meet(self, profile: str, lender: str, somebody: tuple[Somebody, Somebody]) -> None:
        """A volunteer comes: his employer knows him, and he knows his employer."""
        self.people[profile], self.lender_of[profile] = somebody, lender
        for side in SIDES:
            self.eyes[lender].may_read(side, somebody[side].words())
            himself = {**somebody[side].words(), **business(lender, side).words()}
            self.eyes[f"employee {somebody[0].number}"].may_read(side, himself)

    def owner_of(self, path: str) -> str | None:
        """Whose thing a path names, where it is a company's alone."""
        owners = {**self.lender_of, **self.host_of}
        return next((owner for thing, owner in owners.items() if thing in path), None)

    def mails_to(self, side: int, address: str) -> list[str]:
        """The texts of the mails to an address, the latest first."""
        return [mail.text for mail in reversed(self.worlds[side].outside.mails) if address in mail.to]

    def search(self) -> dict[str, set[str]]:
        """Every store, fact, log line, queue and file outside the vault's seals, searched for every secret there is."""
        found: dict[str, set[str]] = {}
        for side in SIDES:
            words = {word for role in COMPANIES for word in business(role, side).words()}
            words |= {word for pair in self.people.values() for word in pair[side].words()}
            for place, text in self._places(self.worlds[side]):
                if hits := leaks(words, text):
                    found[place] = hits
        return found

    def _ask(
        self, side: int, who: str, method: str, path: str, body: Any, query: Any, version: str | None
    ) -> requests.Response:
        self.cloud.world = self.worlds[side]
        token = self._base.tokens[side].get(who)
        caller = Caller(self.cloud.api_url, f"Bearer {token}" if token else "", session=self.cloud.session)  # type: ignore[arg-type]
        caller.company = self._base.companies[side].get(who, "")
        headers = {} if version is None else {"If-Match": version}
        headers |= {"Idempotency-Key": f"twins-{self.asked:08d}"} if method == "POST" else {}
        reply = caller.ask(method, path, body=body, query=query, headers=headers)
        self.cloud.settle()
        return reply

    def _compare_answers(self, who: str, method: str, path: str, replies: list[requests.Response]) -> None:
        left, right = (self._read(side, who, path, reply) for side, reply in zip(SIDES, replies, strict=True))
        self.seen.append(f"{who}: {method} {path} -> {replies[0].status_code}")
        _equal(f"{who} asks {method} {path}", left, right)
        assert replies[0].status_code < 500, (method, path, replies[0].text)

    def _read(self, side: int, who: str, path: str, reply: requests.Response) -> str:
        text = reply.text
        if path.startswith(_OWN_PATHS) and (who in COMPANIES or who in STAFF):
            for pattern, instead in ((_TOWN, r"\1<>"), (_DAY, r"\1"), (_DENIED, r"\1<>"), (_FACTS, r"\1\2<>")):
                text = pattern.sub(instead, text)
        if path.startswith("/agreements/sign/"):
            text = _TEXT.sub(r"\1<>", text)
        return self.eyes[who].read(side, f"{reply.status_code} {dict(reply.headers)} {text}")

    def _compare_rest(self, cause: str) -> None:
        """What came of it: facts, files, mails."""
        self._disclose()
        self._compare_files(cause)
        told = [self._told(side) for side in SIDES]
        _equal(f"facts after {cause}", "\n".join(told[0]), "\n".join(told[1]))
        mails = [self._mailed(side) for side in SIDES]
        _equal(f"mails after {cause}", "\n".join(mails[0]), "\n".join(mails[1]))

    def _disclose(self) -> None:
        """From a disclosure or an approach on, some names are lawfully read."""
        for event in self.worlds[0].events[self._events[0] :]:
            if event.type == "IntroductionDisclosed":
                lender, host = self._role(event.data["lender"]), self._role(event.data["host"])
                somebody = self.people[event.data["profile_id"]]
                for side in SIDES:
                    self.eyes[lender].may_read(side, business(host, side).words())
                    self.eyes[host].may_read(side, {**business(lender, side).words(), **somebody[side].names()})
                    self.eyes[f"employee {somebody[0].number}"].may_read(side, business(host, side).words())
            if event.type == "ApproachOpened":
                for tenant in (event.data["lender"], event.data["host"]):
                    for side in SIDES:
                        self.eyes["adviser"].may_read(side, business(self._role(tenant), side).words())

    def _role(self, company: str) -> str:
        return next(role for role, known in self._base.companies[0].items() if known == company)

    def _told(self, side: int) -> list[str]:
        """The facts told since, tenants and what a company says of itself aside: these stay inside."""
        world = self.worlds[side]
        fresh, self._events[side] = world.events[self._events[side] :], len(world.events)
        return [
            self.inside.read(side, one.model_dump_json())
            for one in fresh
            if not one.type.startswith("Company") and one.type != "IdentityRecorded"
        ]

    def _mailed(self, side: int) -> list[str]:
        world = self.worlds[side]
        fresh, self._mails[side] = world.outside.mails[self._mails[side] :], len(world.outside.mails)
        seen = []
        for mail in fresh:
            (address,) = mail.to
            who = self._addressee(side, address)
            seen.append(
                f"{who}: " + self.eyes[who].read(side, f"{mail.subject} {mail.text} {mail.html} {mail.headers}")
            )
        return seen

    def _addressee(self, side: int, address: str) -> str:
        for role in COMPANIES:
            if address == f"rh@{business(role, side).domain}":
                return role
        return next(f"employee {pair[side].number}" for pair in self.people.values() if pair[side].email == address)

    def _compare_files(self, cause: str) -> None:
        """Files are equal byte by byte; those of a disclosed loan name it, and are then equal but for lawful names."""
        fresh = []
        for side in SIDES:
            files = self.worlds[side].outside.files
            fresh.append([key for key in files if key not in self._files[side]])
            self._files[side] |= set(files)
        assert len(fresh[0]) == len(fresh[1]), f"files after {cause}"
        for number, keys in enumerate(zip(*fresh, strict=True)):
            contents = [self.worlds[side].outside.files[key] for side, key in zip(SIDES, keys, strict=True)]
            if contents[0] != contents[1]:
                self._compare_named(cause, number, keys, contents)

    def _compare_named(self, cause: str, number: int, keys: tuple[str, ...], contents: list[bytes]) -> None:
        parties = self._parties(keys[0])
        texts = []
        for side in SIDES:
            text = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(contents[side])).pages).split())
            for eyes in map(self.eyes.__getitem__, parties):
                text = eyes.read(side, text)
            texts.append(text)
            digest = hashlib.sha256(contents[side]).hexdigest()
            for eyes in (self.inside, *self.eyes.values()):
                eyes.may_read(side, {digest: f"<file {len(self.seen)}.{number}>"})
        _equal(f"file {keys[0]} after {cause}", texts[0], texts[1])

    def _parties(self, key: str) -> list[str]:
        """The companies of the disclosed loan that a file is about."""
        data = next(one.data for one in self.worlds[0].events if one.subject in key and "lender" in one.data)
        loan = next(
            one.data
            for one in self.worlds[0].events
            if one.type == "IntroductionDisclosed"
            and one.data["lender"] == data["lender"]
            and one.data["host"] == data["host"]
        )
        return [self._role(loan[side]) for side in ("lender", "host")]

    @staticmethod
    def _places(world: World) -> list[tuple[str, str]]:
        rows = [(f"table {name}", repr(list(rows.values()))) for name, rows in world.tables.items()]
        return [
            *rows,
            ("index", repr(world.documents)),
            ("facts", "\n".join(event.model_dump_json() for event in world.events)),
            ("log", world.log),
            ("queues", "\n".join(world.outside.queued)),
            ("names of files", "\n".join(world.outside.files)),
        ]


def _equal(what: str, left: str, right: str) -> None:
    if left == right:
        return
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    start = max(0, at - 200)
    raise SeenDifference(f"{what}\n  left:  …{left[start : at + 160]}\n  right: …{right[start : at + 160]}")
