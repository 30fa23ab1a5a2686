"""What an identity is, to whom it may be told and how much of it, and what is noted each time.

Pure. It promises an allow-list: a purpose receives the fields written here for it, asked by the slice written here,
from the level written here on, and nothing else. It refuses every purpose it does not know. Companies and the person of
a disclosed introduction read of each other what is written here, and only they do.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from passerelle.access import Actor, Role
from passerelle.contracts.introductions import IntroductionDisclosed, Side
from passerelle.identifiers import Siren, Siret
from passerelle.problems import Forbidden, NotFound, Refused, invalid_field

Kind = Literal["person", "company", "member"]

SETTLED_WITHIN: Final = timedelta(days=30)
"""How long after a session was called off its organiser and who was registered may still call each other."""
PERSON_PREFIX: Final = "per_"
MEMBER_PREFIX: Final = "mbr_"
EMAIL_PATTERN: Final = (
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
PHONE_PATTERN: Final = r"^\+?[0-9]([ .()-]{0,2}[0-9]){5,14}$"
# fmt: off
FREE_MAIL: Final = frozenset({
    "10minutemail.com", "33mail.com", "9online.fr", "aliceadsl.fr", "aol.com", "aol.fr", "bbox.fr", "bluewin.ch",
    "byom.de", "cegetel.net", "club-internet.fr", "duck.com", "fastmail.com", "free.fr", "getnada.com", "gmail.com",
    "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "googlemail.com", "grr.la", "guerrillamail.com", "hey.com",
    "hotmail.be", "hotmail.com", "hotmail.de", "hotmail.fr", "hushmail.com", "icloud.com", "ik.me", "infomaniak.com",
    "jetable.org", "laposte.net", "libero.it", "libertysurf.fr", "live.be", "live.com", "live.fr", "mac.com",
    "mail.com", "mail.ru", "maildrop.cc", "mailfence.com", "mailinator.com", "mailo.com", "mailo.fr", "me.com",
    "moakt.com", "msn.com", "mytrashmail.com", "netcourrier.com", "neuf.fr", "noos.fr", "numericable.fr", "orange.fr",
    "outlook.com", "outlook.fr", "pm.me", "posteo.net", "proton.me", "protonmail.com", "rocketmail.com", "sfr.fr",
    "sharklasers.com", "simplelogin.com", "skynet.be", "spamgourmet.com", "t-online.de", "telenet.be", "temp-mail.org",
    "tempmail.com", "throwawaymail.com", "tiscali.fr", "trash-mail.com", "trashmail.com", "trbvm.com", "tuta.com",
    "tuta.io", "tutanota.com", "voila.fr", "wanadoo.fr", "web.de", "yahoo.be", "yahoo.co.uk", "yahoo.com", "yahoo.de",
    "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "yopmail.com", "yopmail.fr", "yopmail.net", "zoho.com",
    "zohomail.com",
})
# fmt: on
"""Mail domains open to anybody, or thrown away after use: an address there, or below one, shows nothing about the
right to act for a company. No list knows all of them, and no register ties a domain to a SIREN."""

_EMAIL = re.compile(EMAIL_PATTERN)


def _one_line(value: str) -> str:
    if any(unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" for character in value):
        raise ValueError("control characters and line breaks have no place here")
    return value


def _lines(value: str) -> str:
    for line in value.split("\n"):
        _one_line(line)
    return value


def _email(value: str) -> str:
    if len(value) > 254 or len(value.partition("@")[0]) > 64 or not _EMAIL.fullmatch(value):
        raise ValueError("this is not a mail address such as prenom.nom@entreprise.fr")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_one_line)]
Lines = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_lines)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_email),
    Field(json_schema_extra={"format": "email", "pattern": EMAIL_PATTERN}),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=PHONE_PATTERN)]


class _Identity(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Person(_Identity):
    """A volunteer, as the lender names him to the vault."""

    kind: Literal["person"]
    given_name: Annotated[Line, Field(examples=["Camille"])]
    family_name: Annotated[Line, Field(examples=["Lefèvre"])]
    email: Annotated[Email, Field(description="Where the volunteer alone reads.", examples=["camille@exemple.fr"])]
    phone: Annotated[Phone | None, Field(examples=["+33 6 12 34 56 78"])] = None
    address: Annotated[Lines | None, Field(examples=["3 quai des Marchands\n76600 Le Havre"])] = None


class Company(_Identity):
    """A company, and whom to write to there."""

    kind: Literal["company"]
    name: Annotated[Line, Field(examples=["Ateliers de la Seine"])]
    siren: Annotated[Siren, Field(examples=["732829320"])]
    siret: Annotated[Siret, Field(examples=["73282932000074"])]
    address: Annotated[Lines, Field(examples=["12 rue des Forges\n76210 Bolbec"])]
    contact_name: Annotated[Line, Field(examples=["Dominique Morel"])]
    contact_email: Annotated[
        Email,
        Field(
            description="At the company's own domain, so that a mailed code shows the right to act.",
            examples=["rh@ateliers-seine.example"],
        ),
    ]
    contact_phone: Annotated[Phone | None, Field(examples=["02 35 00 00 00"])] = None

    @field_validator("siret")
    @classmethod
    def _belongs_to_siren(cls, siret: str, info: ValidationInfo) -> str:
        if not siret.startswith(info.data.get("siren", "")):
            raise ValueError("the SIRET does not begin with the SIREN")
        return siret

    @property
    def contact_kind(self) -> Literal["company", "free_mail"]:
        """Whether the contact's mail domain is open to anybody, or lies below one that is."""
        labels = self.contact_email.rpartition("@")[2].lower().split(".")
        below = {".".join(labels[start:]) for start in range(len(labels) - 1)}
        return "company" if below.isdisjoint(FREE_MAIL) else "free_mail"


class Member(_Identity):
    """Somebody who acts for a company, or is invited to, as its owner names him to the vault."""

    kind: Literal["member"]
    given_name: Annotated[Line, Field(examples=["Claude"])]
    family_name: Annotated[Line, Field(examples=["Morel"])]
    email: Annotated[
        Email,
        Field(description="The invitation goes there; he signs in with it.", examples=["c.morel@ateliers.example"]),
    ]


Known = Person | Company | Member
Identity = Annotated[Known, Field(discriminator="kind")]


class Sealed(BaseModel):
    """An identity as it is kept: unreadable without the key of its subject, which is kept elsewhere."""

    model_config = ConfigDict(frozen=True)

    subject_id: str
    kind: Kind
    sealed: Annotated[str, Field(description="Nonce and AES-256-GCM ciphertext, base64.")]
    recorded_at: datetime


class Purpose(StrEnum):
    """What a name may be asked for."""

    OPT_IN_MAIL = "opt_in_mail"
    ACTIVATION_MAIL = "activation_mail"
    NOTIFICATION_MAIL = "notification_mail"
    PROPOSAL_LETTER = "proposal_letter"
    GO_MAIL = "go_mail"
    DISCLOSURE_MAIL = "disclosure_mail"
    SIGNING_MAIL = "signing_mail"
    AGREEMENT = "agreement"
    INVITATION_MAIL = "invitation_mail"


OWN_READ: Final = "own_read"
"""The purpose noted when those who recorded an identity read it again."""

DISCLOSURE_READ: Final = "disclosure_read"
"""The purpose noted when a company reads who the other one and the person of its disclosed introduction are."""

RIGHTS_EXPORT: Final = "rights_export"
"""The purpose noted when an operator reads an identity for the person himself, who asked for his data."""
MEDIATION_READ: Final = "mediation"
"""The purpose noted when an adviser reads whom to call at a company that he approaches."""

NOT_DISCLOSED: Final = "not_disclosed"
DISCLOSED_LEVEL: Final = 3
NAMED_ONCE_DISCLOSED: Final = frozenset({Purpose.AGREEMENT, Purpose.DISCLOSURE_MAIL})
"""Purposes that name one side to another: answered only about subjects whom a third signature has disclosed."""

COMPANY_SHOWN: Final = ("name", "siren", "siret", "address", "contact_name", "contact_email", "contact_phone")
PERSON_SHOWN: Final = ("given_name", "family_name")
"""What the two companies of a disclosed introduction read of each other, and the host of the person."""

SESSION_READ: Final = "session_read"
"""The purpose noted when organiser and registered company of a session read whom to call at the other."""

COMPANY_REACHED: Final = ("name", "contact_name", "contact_email", "contact_phone")
"""What an adviser reads of a company, for as long as he approaches it, and what organiser and registered company of a
session read of each other; of a person they read nothing."""
MEDIATION_LEVEL: Final = 1

Caller = Literal["documents", "notifications"]


@dataclass(frozen=True)
class Grant:
    """What one purpose receives: which fields, from which level of disclosure on, asked by which slice alone."""

    fields: tuple[str, ...]
    level: int
    caller: Caller


_TO_PERSON: Final = ("given_name", "family_name", "email")
_TO_COMPANY: Final = ("contact_name", "contact_email")

GRANTS: Final[Mapping[tuple[str, Kind], Grant]] = MappingProxyType(
    {
        (Purpose.OPT_IN_MAIL, "person"): Grant(_TO_PERSON, 0, "notifications"),
        (Purpose.ACTIVATION_MAIL, "company"): Grant(_TO_COMPANY, 0, "notifications"),
        (Purpose.NOTIFICATION_MAIL, "company"): Grant(_TO_COMPANY, 1, "notifications"),
        (Purpose.NOTIFICATION_MAIL, "member"): Grant(_TO_PERSON, 1, "notifications"),
        (Purpose.PROPOSAL_LETTER, "company"): Grant((), 1, "documents"),
        (Purpose.GO_MAIL, "person"): Grant(_TO_PERSON, 2, "notifications"),
        (Purpose.DISCLOSURE_MAIL, "company"): Grant(("name",), DISCLOSED_LEVEL, "notifications"),
        (Purpose.SIGNING_MAIL, "person"): Grant(_TO_PERSON, DISCLOSED_LEVEL, "notifications"),
        (Purpose.SIGNING_MAIL, "company"): Grant(_TO_COMPANY, DISCLOSED_LEVEL, "notifications"),
        (Purpose.INVITATION_MAIL, "member"): Grant(_TO_PERSON, 0, "notifications"),
        (Purpose.AGREEMENT, "person"): Grant(("given_name", "family_name"), 4, "documents"),
        (Purpose.AGREEMENT, "company"): Grant(("name", "siren", "siret", "address", "contact_name"), 4, "documents"),
    }
)
"""The allow-list, by purpose and kind of subject. A mail goes to its subject alone; the proposal letter is masked, so
it may name nobody; the disclosure mail tells the person the name of the host; an agreement names all three."""


class Inquiry(BaseModel):
    """One question to the vault by another slice: whose identity, what for, at which level of disclosure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    subject: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    purpose: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    level: Annotated[int, Field(ge=0, le=4)]
    caller: Caller
    correlation_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] = None


class Disclosure(BaseModel):
    """That three signatures disclosed an introduction; `open` until it ends. The same row under both companies."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    lender: str
    host: str
    person_id: str
    disclosed_at: datetime | None = None
    open: bool = True

    def side_of(self, tenant: str) -> Side:
        """Which side a company is on."""
        return "lender" if tenant == self.lender else "host"


class Acquaintance(BaseModel):
    """That a contact may be known, until a day in France; not `open` once it is over. The same row under both sides."""

    model_config = ConfigDict(frozen=True)

    until: date | None = None
    open: bool = True

    def allows(self, today: date) -> bool:
        """Whether the contact may be read."""
        return self.open and self.until is not None and today <= self.until


class Approached(Acquaintance):
    """That an adviser approaches a company."""

    approach_id: str


class CalledOff(BaseModel):
    """That a session was called off, on which day in France, and as of which version of it."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    organiser: str
    on: date
    session_version: int


class Attended(Acquaintance):
    """That a company is registered for a session, from which version of it on: it and the organiser know whom to call
    at the other."""

    session_id: str
    organiser: str
    company: str
    session_version: int = 0

    def after(self, called_off: CalledOff | None) -> "Attended":
        """What is left of it once the session was called off: as long as two sides need to settle what they owe."""
        if called_off is None or self.until is None or self.session_version > called_off.session_version:
            return self
        return self.model_copy(update={"until": min(self.until, called_off.on + SETTLED_WITHIN)})


class Marked(BaseModel):
    """That a subject has been disclosed to somebody: from then on documents may name it."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str


class Outcome(StrEnum):
    """What an access came to."""

    ANSWERED = "answered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Access(BaseModel):
    """One line of the access log: who asked for whose identity, what for, and what came of it. It names nobody."""

    model_config = ConfigDict(frozen=True)

    id: str
    subject_id: str
    reader: Annotated[str, Field(description="User or key of the tenant, or the slice that asked.")]
    purpose: str
    level: int
    outcome: Outcome
    at: datetime
    correlation_id: str


class Erased(Refused):
    """The subject's key was destroyed: nothing can be read or recorded under this id any more."""

    code = "identity-erased"


def erased() -> Erased:
    """The problem of a subject whose key was destroyed."""
    return Erased("This identity was erased for good.", remedy="Make a new profile or registration for a new identity.")


def kind_of(subject_id: str) -> Kind:
    """Of what kind the subject of this id is."""
    if subject_id.startswith(MEMBER_PREFIX):
        return "member"
    return "person" if subject_id.startswith(PERSON_PREFIX) else "company"


def grant_for(purpose: str, kind: Kind, level: int, caller: str) -> Grant | None:
    """What this purpose may receive of such a subject at this level, or None when this caller may not ask."""
    grant = GRANTS.get((purpose, kind))
    return grant if grant is not None and grant.caller == caller and level >= grant.level else None


def told(identity: Known, fields: tuple[str, ...]) -> dict[str, str]:
    """The kind and, of these fields, those that are filled in."""
    values = identity.model_dump(mode="json", include={"kind", *fields}, exclude_none=True)
    return {name: str(value) for name, value in values.items()}


def check_subject(actor: Actor, subject_id: str, kind: Kind) -> None:
    """Whether this caller may record such an identity under this id.

    A company or partner organisation records its own, under its own id, even before it is active; persons only a
    company, once it is, and its members only who may say who they are. Raises `NotFound` for another's id, `Invalid`
    when kind and id do not agree, `Forbidden` while not active and for whoever manages no members.
    """
    expected = kind_of(subject_id)
    own = subject_id == actor.tenant
    if not own and (expected == "company" or actor.role is Role.PARTNER):
        raise NotFound("There is nothing here under this id.", remedy="Check the id, and which company you act for.")
    if kind != expected:
        raise invalid_field("/kind", f"This id belongs to a {expected}.", f"Send an identity of kind {expected}.")
    if kind == "member" and "companies:manage" not in actor.scopes:
        raise Forbidden(
            "An owner of the company says who its members are.", code="role-missing", remedy="Ask an owner."
        )
    if kind != "company" and not actor.active:
        raise Forbidden(
            "Your company is not active.",
            code="company-not-active",
            remedy="Enter the code mailed to your company first.",
        )


def disclosure(event: IntroductionDisclosed) -> Disclosure:
    """What an introduction disclosed, and to whom."""
    return Disclosure(
        introduction_id=event.introduction_id,
        lender=event.lender,
        host=event.host,
        person_id=event.person_id,
        disclosed_at=event.disclosed_at,
    )
