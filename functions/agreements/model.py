"""An agreement: the loan of one employee between two companies that know each other, until the mission starts.

Pure. The transition table is data: what each act makes of each state, and who may do it. It promises that nothing is
signed but the documents of the present version, and that a material change makes a new version that nobody has signed.
An end reads the same for both companies, whoever brought it about; only a company that refused finds its reason again.
"""

import base64
import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.agreements import Party
from passerelle.contracts.documents import DocumentKind
from passerelle.contracts.terms import TermSheet, Workforce
from passerelle.problems import FieldError, Refused
from passerelle.tokens import same

Side = Literal["lender", "host"]
Who = Literal["lender", "host", "employee", "platform"]
Awaited = Literal["signature", "start"]
"""What an agreement waits for: the signatures of its companies, or the first day of its mission."""

PARTIES: Final[tuple[Party, ...]] = get_args(Party)
MOST_TRIES: Final = 5
"""So many wrong codes spend the code."""

SIGNED_BY: Final[Mapping[DocumentKind, tuple[Party, ...]]] = {
    "secondment_agreement": ("lender", "host"),
    "contract_amendment": ("lender", "employee"),
    "employee_agreement": ("employee",),
    "financial_schedule": ("lender", "host"),
}
"""The documents of an agreement, and who signs each (law.md §2.1, 2.2 to 2.4, 2.7); in any order."""


class State(StrEnum):
    """Where an agreement stands."""

    DRAFTING = "drafting"
    READY_TO_SIGN = "ready_to_sign"
    PARTIALLY_SIGNED = "partially_signed"
    SIGNED = "signed"
    ACTIVE = "active"
    ENDED = "ended"
    ASSESSED = "assessed"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Act(StrEnum):
    """What is done to an agreement."""

    REVISION = "revision"
    CORRECTION = "correction"
    RECORDING = "recording"
    READINESS = "readiness"
    SIGNATURE = "signature"
    COMPLETION = "completion"
    START = "start"
    REJECTION = "rejection"
    CANCELLATION = "cancellation"
    SUPERSESSION = "supersession"
    END = "end"
    ASSESSMENT = "assessment"
    CLOSURE = "closure"


UNSIGNED: Final = frozenset({State.DRAFTING, State.READY_TO_SIGN, State.PARTIALLY_SIGNED})
SIGNABLE: Final = frozenset({State.READY_TO_SIGN, State.PARTIALLY_SIGNED})
NOT_PROCEEDING: Final = frozenset({State.REJECTED, State.CANCELLED, State.SUPERSEDED})
BEFORE_START: Final = UNSIGNED | {State.SIGNED}

TRANSITIONS: Final[dict[Act, dict[State, State]]] = {
    Act.REVISION: dict.fromkeys(BEFORE_START, State.DRAFTING),
    Act.CORRECTION: {state: state for state in BEFORE_START},
    Act.RECORDING: {state: state for state in BEFORE_START | {State.ACTIVE}},
    Act.READINESS: {State.DRAFTING: State.READY_TO_SIGN},
    Act.SIGNATURE: dict.fromkeys(SIGNABLE, State.PARTIALLY_SIGNED),
    Act.COMPLETION: {State.PARTIALLY_SIGNED: State.SIGNED},
    Act.START: {State.SIGNED: State.ACTIVE},
    Act.REJECTION: dict.fromkeys(UNSIGNED, State.REJECTED),
    Act.CANCELLATION: {State.SIGNED: State.CANCELLED},
    Act.SUPERSESSION: dict.fromkeys(BEFORE_START, State.SUPERSEDED),
    Act.END: {State.ACTIVE: State.ENDED},
    Act.ASSESSMENT: {State.ENDED: State.ASSESSED},
    Act.CLOSURE: {State.ASSESSED: State.CLOSED},
}
"""What each act makes of each state; a state that is not named does not take the act."""

_COMPANIES: Final[frozenset[Who]] = frozenset({"lender", "host"})
_EVERYBODY: Final[frozenset[Who]] = _COMPANIES | {"employee"}
_PLATFORM: Final[frozenset[Who]] = frozenset({"platform"})
ACTORS: Final[dict[Act, frozenset[Who]]] = {
    Act.REVISION: _COMPANIES,
    Act.CORRECTION: _COMPANIES,
    Act.RECORDING: _COMPANIES,
    Act.READINESS: _COMPANIES,
    Act.SIGNATURE: _EVERYBODY,
    Act.COMPLETION: _EVERYBODY,
    Act.START: _COMPANIES | _PLATFORM,
    Act.REJECTION: _EVERYBODY | _PLATFORM,
    Act.CANCELLATION: _COMPANIES,
    Act.SUPERSESSION: _PLATFORM,
    Act.END: _PLATFORM,
    Act.ASSESSMENT: _PLATFORM,
    Act.CLOSURE: _PLATFORM,
}
"""Who may do each act."""


class RefusalReason(StrEnum):
    """Why a company goes no further; kept for that company and for counting, never told to the other."""

    TERMS = "terms"
    DATES = "dates"
    COST = "cost"
    NO_LONGER_NEEDED = "no_longer_needed"
    NO_LONGER_AVAILABLE = "no_longer_available"
    OTHER = "other"


_FunctionOfSomebody = Annotated[str, Field(min_length=2, max_length=80)]


class Draft(BaseModel):
    """What the parties agree on: the term sheet, and what it left masked. Persons appear by their function."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: TermSheet
    workplace: Annotated[
        str | None, Field(pattern=r"^(\d{5}|2[AB]\d{3})$", description="INSEE code of the municipality of the work.")
    ] = None
    supervisor: Annotated[_FunctionOfSomebody | None, Field(description="Who directs the work at the host.")] = None
    lender_signer: Annotated[_FunctionOfSomebody | None, Field(description="Who signs for the lender.")] = None
    host_signer: Annotated[_FunctionOfSomebody | None, Field(description="Who signs for the host.")] = None

    def differs_materially(self, other: "Draft") -> bool:
        """Whether more changed than functions of persons and the spelling of the two free texts."""
        return self._material() != other._material()

    def _material(self) -> tuple[Any, ...]:
        terms = self.terms
        fixed = terms.model_dump(exclude={"tasks", "post_characteristics"})
        return fixed, self.workplace, meaning(terms.tasks), meaning(terms.post_characteristics)

    def gaps(self) -> list[FieldError]:
        """What is still missing before documents can be made of it."""
        wanted = {
            "/workplace": self.workplace,
            "/supervisor": self.supervisor,
            "/lender_signer": self.lender_signer,
            "/host_signer": self.host_signer,
            "/terms/post_characteristics": meaning(self.terms.post_characteristics),
        }
        return [
            FieldError(pointer, "missing", "PUT the terms with it.") for pointer, value in wanted.items() if not value
        ]


class Council(BaseModel):
    """The consultation of a side's works council (CSE): what happened, on which day; None: it has not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    informed_on: Annotated[date | None, Field(description="Day the CSE received the full information.")] = None
    opinion_on: Annotated[date | None, Field(description="Day the CSE gave its opinion, whatever it was.")] = None
    expert_levels: Annotated[int, Field(ge=0, le=2, description="Levels of the CSE with an expert.")] = 0
    agreed_days: Annotated[
        int | None, Field(ge=1, le=365, description="Delay of a company agreement, in days; None: no such agreement.")
    ] = None
    meeting_on: Annotated[date | None, Field(description="Planned meeting.")] = None
    agenda_sent_on: Annotated[date | None, Field(description="Day its agenda was sent.")] = None


class LenderSteps(BaseModel):
    """What the lender has done and declares. What says something about the employee is shown to nobody else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cse: Council = Council()
    carence_record: bool | None = None
    urssaf_certificate_on: date | None = None
    registration_proof: bool = False
    bdese_line: bool | None = None
    cse_informed_of_convention_on: date | None = None
    cse_informed_of_risk_post_on: date | None = None
    in_trial_period: bool | None = None
    contract_suspended: bool | None = None
    work_permit_ok: Annotated[
        bool | None, Field(description="The permit covers post and place; true as well where none is needed.")
    ] = None
    on_partial_activity: bool | None = None
    partial_activity_declared: bool = False
    has_mandate: bool | None = None
    mandate_clause: bool = False
    second_agreement: Annotated[bool, Field(description="Second express agreement of an employee with a mandate.")] = (
        False
    )


class HostSteps(BaseModel):
    """What the host has done and declares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cse: Council = Council()
    carence_record: bool | None = None
    aptitude_exam_on: Annotated[date | None, Field(description="Day of the aptitude examination, found fit.")] = None
    safety_training_on: date | None = None
    safety_induction_on: date | None = None
    ppe_list: bool = False
    custom_ppe: bool | None = None
    custom_ppe_clause: bool = False
    art238bis_proof: bool | None = None
    de_minimis_received: Annotated[int | None, Field(ge=0, description="Aid of three years, in euro cents.")] = None


_PLANNED: Final = frozenset({"meeting_on"})


def future_days(steps: LenderSteps | HostSteps, today: date, inside: str) -> list[FieldError]:
    """The days of steps said to have happened that have not come yet."""
    days = [(f"{inside}/{name}", value) for name, value in steps if isinstance(value, date)]
    days += [(f"{inside}/cse/{name}", value) for name, value in steps.cse if isinstance(value, date)]
    return [
        FieldError(pointer, "this day has not come yet", "Record the step once it is done.")
        for pointer, day in days
        if day > today and pointer.rpartition("/")[2] not in _PLANNED
    ]


class Signature(BaseModel):
    """One party's simple electronic signature, with its evidence (law.md §4). It is never called advanced."""

    model_config = ConfigDict(frozen=True)

    party: Party
    version: int
    documents: Annotated[dict[DocumentKind, str], Field(description="SHA-256 of each document signed.")]
    at: datetime
    level: str
    channel: Literal["account", "personal_link"]
    subject: Annotated[str, Field(description="Id of the user, or of the person by his own link.")]
    code_digest: Annotated[str, Field(description="Digest of the one-time code that was typed.")]
    text: Annotated[str, Field(description="The words by which the party signed, exactly.")]
    text_sha256: str
    request_id: str


class Agreement(BaseModel):
    """The aggregate. Its id follows from the introduction, so that one disclosure makes one agreement."""

    model_config = ConfigDict(frozen=True)

    id: str
    introduction_id: str
    demand_id: str
    profile_id: str
    person_id: str
    lender: str
    host: str
    sheet_sha256: Annotated[str, Field(description="Of the term sheet that all three signed.")]
    state: State = State.DRAFTING
    version: Annotated[int, Field(description="Of the terms; a material change makes the next.")] = 1
    draft: Draft
    lender_steps: LenderSteps = LenderSteps()
    host_steps: HostSteps = HostSteps()
    documents: dict[DocumentKind, str] = {}
    signatures: tuple[Signature, ...] = ()
    void_signatures: Annotated[tuple[Signature, ...], Field(description="Of earlier versions, kept as evidence.")] = ()
    ended_by: Who | None = None
    refusal: RefusalReason | None = None
    signed_at: datetime | None = None
    signable_since: Annotated[date | None, Field(description="Day the last document of this version was made.")] = None
    reminded: Annotated[int, Field(description="Days of silence at the last reminder of this version; 0: none.")] = 0
    started_on: date | None = None
    kept_until: Annotated[
        date | None, Field(description="Last day in the archive, once the employee was erased (law.md §1.10).")
    ] = None

    def side_of(self, tenant: str) -> Side:
        """Which side a company is on."""
        return "lender" if tenant == self.lender else "host"

    def may(self, act: Act, who: Who) -> bool:
        """Whether the table lets this actor do this act now."""
        return who in ACTORS[act] and self.state in TRANSITIONS[act]

    def moved(self, act: Act, who: Who, **changes: Any) -> "Agreement":
        """It after an act. Raises `Refused` when its state, or the table, does not let this actor do it."""
        if not self.may(act, who):
            raise Refused(
                "The agreement is not where this can be done.",
                code="not-in-this-state",
                remedy="Read it again: `may` says what you can do now.",
            )
        return self.model_copy(update={"state": TRANSITIONS[act][self.state], **changes})

    def redrafted(self, draft: Draft, who: Who) -> "Agreement":
        """It with other terms. A material change makes a new version, without documents or signatures."""
        if not draft.differs_materially(self.draft):
            return self.moved(Act.CORRECTION, who, draft=draft)
        return self.moved(
            Act.REVISION,
            who,
            draft=draft,
            version=self.version + 1,
            documents={},
            signatures=(),
            void_signatures=(*self.void_signatures, *self.signatures),
            signed_at=None,
            signable_since=None,
            reminded=0,
        )

    def signature_of(self, party: Party) -> Signature | None:
        """This party's signature of the present version."""
        return next((signature for signature in self.signatures if signature.party == party), None)

    def documents_of(self, party: Party) -> dict[DocumentKind, str]:
        """The documents that this party signs, as far as they are made."""
        return {kind: self.documents[kind] for kind in asked_of(party) if kind in self.documents}

    @property
    def complete(self) -> bool:
        """Whether every document of the present version is made."""
        return set(self.documents) >= set(SIGNED_BY)

    def waiting_for(self, today: date) -> tuple[str, ...]:
        """The companies whose signature is awaited, until the mission's last day. The employee is never pressed."""
        if self.state not in SIGNABLE or not self.complete or today > self.draft.terms.end_date:
            return ()
        companies: tuple[tuple[Side, str], ...] = (("lender", self.lender), ("host", self.host))
        return tuple(company for side, company in companies if self.signature_of(side) is None)

    @property
    def fully_signed(self) -> bool:
        """Whether every party has signed the present version."""
        return all(self.signature_of(party) for party in PARTIES)

    def with_signature(self, signature: Signature) -> "Agreement":
        """It with one more signature; with the last one it is signed."""
        signed = self.model_copy(update={"signatures": (*self.signatures, signature)})
        if signed.fully_signed:
            return signed.moved(Act.COMPLETION, signature.party, signed_at=signature.at)
        return signed.moved(Act.SIGNATURE, signature.party)


class Code(BaseModel):
    """The one-time code of one party, by its digest."""

    model_config = ConfigDict(frozen=True)

    requested_at: datetime
    digest: str | None = None
    expires_at: datetime | None = None
    tries: int = 0
    spent: bool = False

    def opens(self, typed: str, at: datetime) -> bool:
        """Whether the digest of what was typed is this code's: in time, once, and not after too many tries."""
        in_time = self.expires_at is not None and at < self.expires_at
        return in_time and not self.spent and self.tries < MOST_TRIES and same(typed, self.digest or "")


class Link(BaseModel):
    """The employee's personal link, by the digest of its token."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    expires_at: datetime


class Due(BaseModel):
    """The day on which to look at an agreement again: to remind of it, or once it is signed to start its mission."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    host: str
    on: date


class Company(BaseModel):
    """What is known of a company: its size, and the marks it was activated with."""

    model_config = ConfigDict(frozen=True)

    workforce: Workforce | None
    marks: tuple[str, ...]


class Known(BaseModel):
    """That the vault holds an identity; for a company, with the mark of its SIREN."""

    model_config = ConfigDict(frozen=True)

    mark: str | None


class Named(BaseModel):
    """Which parties the documents can name."""

    model_config = ConfigDict(frozen=True)

    lender: bool
    host: bool
    employee: bool


def asked_of(party: Party) -> tuple[DocumentKind, ...]:
    """The documents that a party signs."""
    return tuple(kind for kind, parties in SIGNED_BY.items() if party in parties)


def agreement_id(introduction_id: str) -> str:
    """The one id of the agreement of an introduction: 100 bits of its SHA-256."""
    digest = hashlib.sha256(f"agreement|{introduction_id}".encode()).digest()
    return f"agr_{base64.b32encode(digest).decode().lower()[:20]}"


_SPELLING: Final = frozenset(".,;:!?…'’\"“”«»()-–—")


def meaning(text: str) -> tuple[str, ...]:
    """A text without what a typo may be: case, accents, spaces between words, punctuation that touches no figure."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", text.replace("œ", "oe").replace("Œ", "OE"))
        if not unicodedata.combining(character)
    ).casefold()
    words: list[str] = [""]
    for position, character in enumerate(plain):
        around = plain[max(position - 1, 0) : position + 2]
        if character.isalnum():
            words[-1] += character
        elif character.isspace() or (character in _SPELLING and not any(each.isdigit() for each in around)):
            words.append("")
        else:
            words += [character, ""]
    return tuple(word for word in words if word)
