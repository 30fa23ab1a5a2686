"""A company on the platform: from registration to closure, and what must be shown before it may act.

Pure. The company is known here by its id, keyed digests and public activity codes; its name is in the vault alone.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.terms import Headcounts, Workforce
from passerelle.identifiers import Idcc, MunicipalityCode, Naf
from passerelle.problems import Problem, Refused
from passerelle.tokens import digest, same

CODE_TRIES = 5
CODES_IN_A_ROW = 3
BETWEEN_CODES = timedelta(days=1)
MOST_PENDING = 5
"""Registrations of one user that may wait at once: each may have a code mailed to whomever it names."""
PARTNER_PREFIX = "ptn_"
_BANDS: tuple[tuple[int, Headcounts], ...] = (
    (5_000, "5000+"),
    (250, "250-4999"),
    (50, "50-249"),
    (11, "11-49"),
    (0, "0-10"),
)


class State(StrEnum):
    """Where a company stands."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Action(StrEnum):
    """What may be done to a company's state."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    CLOSE = "close"


class Mover(StrEnum):
    """Who does it."""

    COMPANY = "company"
    STAFF = "staff"
    PLATFORM = "platform"


TRANSITIONS: dict[Action, tuple[State, frozenset[State], frozenset[Mover]]] = {
    Action.ACTIVATE: (State.ACTIVE, frozenset({State.PENDING}), frozenset({Mover.COMPANY, Mover.STAFF})),
    Action.SUSPEND: (State.SUSPENDED, frozenset({State.ACTIVE}), frozenset({Mover.STAFF, Mover.PLATFORM})),
    Action.REINSTATE: (State.ACTIVE, frozenset({State.SUSPENDED}), frozenset({Mover.STAFF})),
    Action.CLOSE: (
        State.CLOSED,
        frozenset({State.PENDING, State.ACTIVE, State.SUSPENDED}),
        frozenset({Mover.COMPANY}),
    ),
}


class Code(BaseModel):
    """The code that was mailed to the company's contact: its digest, its end, and the tries that are left."""

    model_config = ConfigDict(frozen=True)

    digest: str
    expires_at: datetime
    tries_left: int = CODE_TRIES


class Facts(BaseModel):
    """What the company says of itself and may change: no name among it."""

    model_config = ConfigDict(frozen=True)

    naf: Naf
    idcc: Idcc
    headcount: Annotated[int, Field(ge=0, le=500_000)]
    has_cse: bool
    municipality: MunicipalityCode
    denied: tuple[str, ...] = ()


class Act(BaseModel):
    """What an adviser or an operator did on a company's behalf: the company reads when, what and by whom of them."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    what: Literal["prepared", "activated", "suspended", "reinstated"]
    by: Literal["adviser", "operator"]
    user: str
    reason: str | None = None


class Company(BaseModel):
    """The aggregate."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: State
    founder: Annotated[str, Field(description="The user who registered it.")]
    siren_mark: str
    facts: Facts
    territory: Annotated[str, Field(description="Département code.")]
    identity_agrees: Annotated[bool | None, Field(description="None until an identity is in the vault.")] = None
    identity_sequence: int = 0
    contact_is_company: bool = False
    code: Code | None = None
    code_requested_at: datetime | None = None
    codes_in_a_row: Annotated[int, Field(description="Codes requested, each less than a day after another.")] = 0
    activated_by: Annotated[str | None, Field(description="`code`, or the user id of the adviser.")] = None
    acts: Annotated[tuple[Act, ...], Field(description="What staff did, oldest first.")] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """The tokens by which others may refuse this company."""
        return (self.siren_mark, f"naf:{self.facts.naf}", f"naf:{self.facts.naf[:2]}", f"idcc:{self.facts.idcc}")

    @property
    def workforce(self) -> Workforce:
        """What the law asks of its size: the headcount as a band only, and whether it has a works council."""
        band = next(band for least, band in _BANDS if self.facts.headcount >= least)
        return Workforce(headcount=band, has_cse=self.facts.has_cse)

    def moved(self, action: Action, mover: Mover, act: Act | None = None) -> "Company":
        """The company after an action, with what staff did. Raises `Refused` when it is not allowed."""
        target, sources, movers = TRANSITIONS[action]
        if mover not in movers:
            raise Refused("Only an adviser or the operator may do this.", remedy="Ask your adviser.")
        if self.state not in sources:
            raise Refused(f"The company is {self.state}.", remedy="Read the company again to see where it stands.")
        acts = self.acts if act is None else (*self.acts, act)
        return self.model_copy(update={"state": target, "acts": acts})


class Memberships(BaseModel):
    """The companies one user may act for."""

    model_config = ConfigDict(frozen=True)

    companies: tuple[str, ...] = ()


class ApiKey(BaseModel):
    """A machine's key: only the digest of its secret is kept."""

    model_config = ConfigDict(frozen=True)

    id: str
    tenant: str
    label: str
    scopes: frozenset[str]
    digest: Annotated[str, Field(description="SHA-256 of the secret.")]
    expires_at: datetime
    successor: Annotated[str | None, Field(description="The key that replaces it, once it was rotated.")] = None

    def rotated(self, successor: str, at: datetime, overlap: timedelta) -> "ApiKey":
        """The key once another replaces it: good for the overlap, and no longer than it would have been.

        Raises `Refused` when it has a successor already, or is over.
        """
        if self.successor is not None:
            raise Refused("This key was rotated already.", code="key-rotated", remedy="Rotate its successor.")
        if self.expires_at <= at:
            raise Refused("This key is over.", code="key-expired", remedy="Make a new key.")
        return self.model_copy(update={"successor": successor, "expires_at": min(self.expires_at, at + overlap)})


def is_partner(tenant: str) -> bool:
    """Whether a key's tenant is a partner organisation and no company."""
    return tenant.startswith(PARTNER_PREFIX)


def needs_adviser() -> Problem:
    """The one answer where an adviser must finish; it never says why, so nobody learns who is here."""
    return Refused(
        "This registration is finished by an adviser.",
        code="adviser-needed",
        remedy="Call your adviser: he checks your right to act for the company with you.",
    )


def with_identity(company: Company, recorded: IdentityRecorded, sequence: int) -> Company:
    """The company once an identity is in the vault; older news than it holds changes nothing.

    An active one that calls itself by another SIREN is suspended: its right to act was shown for the one it registered.
    """
    if sequence <= company.identity_sequence:
        return company
    known = company.model_copy(
        update={
            "identity_agrees": recorded.mark == company.siren_mark,
            "identity_sequence": sequence,
            "contact_is_company": recorded.contact_kind == "company",
        }
    )
    if known.state is State.ACTIVE and not known.identity_agrees:
        return known.moved(Action.SUSPEND, Mover.PLATFORM)
    return known


def may_receive_code(company: Company) -> bool:
    """Whether a code mailed to the contact would show the right to act: its own domain, and the SIREN it registered."""
    return company.state is State.PENDING and company.identity_agrees is True and company.contact_is_company


def asking_for_code(company: Company, at: datetime) -> Company:
    """The company once a code is on its way to it, or unchanged when none may be.

    A corrected address is written to at once, but a few times only: then a day passes.
    """
    last = company.code_requested_at
    before = company.codes_in_a_row if last is not None and at < last + BETWEEN_CODES else 0
    if not may_receive_code(company) or before >= CODES_IN_A_ROW:
        return company
    return company.model_copy(update={"code_requested_at": at, "codes_in_a_row": before + 1})


def checked_code(company: Company, typed: str, at: datetime) -> tuple[Company, Problem | None]:
    """Compare a typed code. Returns the company with one try less and what to answer, or the company and None."""
    if company.identity_agrees is False or (company.identity_agrees and not company.contact_is_company):
        return company, needs_adviser()
    code = company.code
    if code is None:
        return company, Refused(
            "No code has been sent yet.",
            code="no-code",
            remedy="Record the company's identity first; the code follows by mail.",
        )
    if code.expires_at <= at or code.tries_left == 0:
        return company, Refused("The code has expired.", code="code-expired", remedy="Ask for a new code, once a day.")
    if same(code.digest, digest(company.id, typed.strip().upper())):
        return company, None
    spent = company.model_copy(update={"code": code.model_copy(update={"tries_left": code.tries_left - 1})})
    return spent, Refused("This is not the code.", code="wrong-code", remedy=f"Tries left: {code.tries_left - 1}.")


def next_step(company: Company) -> str:
    """What the company does next, in French."""
    if company.state is State.ACTIVE:
        return "Votre entreprise est active : vous pouvez publier et chercher."
    if company.state is State.SUSPENDED:
        return "Votre entreprise est suspendue : appelez votre conseiller."
    if company.state is State.CLOSED:
        return "Votre entreprise a quitté la plateforme."
    if company.identity_agrees is None:
        return "Enregistrez l’identité de votre entreprise : le code d’activation suivra par courriel."
    if not may_receive_code(company):
        return "Un conseiller termine votre inscription avec vous."
    return "Saisissez le code envoyé à l’adresse de votre entreprise."
