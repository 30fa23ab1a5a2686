"""An introduction: one masked profile and one masked demand, from the first yes to the disclosure that three sign for.

Pure. The transition table is data. Both companies read the same words for every end, whoever or whatever ended it; only
the side that refused finds its own reason again. Lender, host and employee sign one hash, in any order; the third
signature discloses, and nothing before it does.
"""

import base64
import hashlib
import json
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from passerelle.contracts.cards import DemandCard
from passerelle.contracts.introductions import EndReason, Side
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.contracts.terms import TermSheet, Workforce
from passerelle.problems import NotFound, Problem, Refused
from passerelle.tokens import same

Signer = Literal["lender", "host", "employee"]

DAYS_TO_ANSWER: Final = 30
REMINDERS: Final = (3, 7, 15)
"""Days of silence after which those who are waited for are reminded."""

MOST_QUESTIONS: Final = 20
SIGNERS: Final[frozenset[Signer]] = frozenset({"lender", "host", "employee"})
_ID_LENGTH = 20


class State(StrEnum):
    """Where an introduction stands."""

    PROPOSED = "proposed"
    LENDER_INTERESTED = "lender_interested"
    HOST_INTERESTED = "host_interested"
    MUTUAL = "mutual"
    COMMITTING = "committing"
    DISCLOSED = "disclosed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OBSOLETE = "obsolete"


class Act(StrEnum):
    """What moves an introduction: an answer of a side, or something that happened to the pair."""

    LENDER_INTEREST = "lender_interest"
    HOST_INTEREST = "host_interest"
    TERM_SHEET = "term_sheet"
    DISCLOSURE = "disclosure"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    CLOSURE = "closure"
    EXPIRY = "expiry"


UNANSWERED: Final = frozenset({State.PROPOSED, State.LENDER_INTERESTED, State.HOST_INTERESTED})
TALKING: Final = frozenset({State.MUTUAL, State.COMMITTING})
"""Both sides are interested, and masked to each other."""

WAITING: Final = UNANSWERED | TALKING
OPEN: Final = WAITING | {State.DISCLOSED}
_ENDS: Final[dict[State, EndReason]] = {
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "expired",
    State.OBSOLETE: "obsolete",
}

TRANSITIONS: Final[dict[Act, dict[State, State]]] = {
    Act.LENDER_INTEREST: {State.PROPOSED: State.LENDER_INTERESTED, State.HOST_INTERESTED: State.MUTUAL},
    Act.HOST_INTEREST: {State.PROPOSED: State.HOST_INTERESTED, State.LENDER_INTERESTED: State.MUTUAL},
    Act.TERM_SHEET: dict.fromkeys(TALKING, State.COMMITTING),
    Act.DISCLOSURE: {State.COMMITTING: State.DISCLOSED},
    Act.REFUSAL: dict.fromkeys(OPEN, State.DECLINED),
    Act.WITHDRAWAL: dict.fromkeys(OPEN, State.WITHDRAWN),
    Act.CLOSURE: dict.fromkeys(OPEN, State.OBSOLETE),
    Act.EXPIRY: dict.fromkeys(WAITING, State.EXPIRED),
}
"""What each act makes of each state; a state that is not named does not take the act."""

_INTEREST: Final[dict[Side, Act]] = {"lender": Act.LENDER_INTEREST, "host": Act.HOST_INTEREST}
_SAID_YES: Final[dict[Side, frozenset[State]]] = {
    "lender": TALKING | {State.LENDER_INTERESTED, State.DISCLOSED},
    "host": TALKING | {State.HOST_INTERESTED, State.DISCLOSED},
}


class RefusalReason(StrEnum):
    """Why a side refuses; kept for that side and for counting, never told to the other."""

    SKILLS = "skills"
    EXPERIENCE = "experience"
    DATES = "dates"
    DISTANCE = "distance"
    HOURS = "hours"
    COST = "cost"
    NO_LONGER_NEEDED = "no_longer_needed"
    NO_LONGER_AVAILABLE = "no_longer_available"
    OTHER = "other"


class Standing(StrEnum):
    """Where an introduction stands in the words of one side."""

    TO_ANSWER = "to_answer"
    AWAITED = "awaited"
    WAITING = "waiting"
    MUTUAL = "mutual"
    COMMITTING = "committing"
    DISCLOSED = "disclosed"
    NOT_PROCEEDING = "not_proceeding"


_STANDINGS: Final = {
    State.MUTUAL: Standing.MUTUAL,
    State.COMMITTING: Standing.COMMITTING,
    State.DISCLOSED: Standing.DISCLOSED,
}


class Question(BaseModel):
    """A masked question of one side, and the other's answer once it came."""

    model_config = ConfigDict(frozen=True)

    id: str
    side: Side
    text: str
    asked_on: date
    answer: str | None = None
    answered_on: date | None = None


class Sheet(BaseModel):
    """The blind term sheet as it stands: what is signed is the hash of its canonical JSON."""

    model_config = ConfigDict(frozen=True)

    terms: TermSheet
    sha256: str
    written_by: Side


class Signature(BaseModel):
    """That a party signed the present sheet: when, and which user did so for a company."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    by: str = ""


class Declared(BaseModel):
    """What each side declared of itself when it signed, for the law alone; the other side never reads it."""

    model_config = ConfigDict(frozen=True)

    lender_group_headcount: int | None = None
    host_art_238_bis: bool | None = None
    host_registered_on: date | None = None
    host_yearly_headcounts: tuple[int, ...] = ()


class GoLine(BaseModel):
    """One line of the sheet in words."""

    model_config = ConfigDict(frozen=True)

    field: Annotated[str, Field(examples=["tasks"])]
    label: Annotated[str, Field(examples=["Tâches"])]
    values: Annotated[tuple[str, ...], Field(examples=[["Soudage en atelier"]])]


class GoSection(BaseModel):
    """One part of what he is told."""

    model_config = ConfigDict(frozen=True)

    heading: Annotated[str, Field(examples=["Vous êtes libre"])]
    paragraphs: Annotated[tuple[str, ...], Field(examples=[["Refuser n’a aucune conséquence pour vous."]])]


class StartReason(BaseModel):
    """One step that the start must wait for."""

    model_config = ConfigDict(frozen=True)

    rule: str
    article: str
    text: str
    day: date


class EarliestStart(BaseModel):
    """The earliest lawful start as counted from a day, and the steps that make it so, the latest first."""

    model_config = ConfigDict(frozen=True)

    day: date
    counted_from: date
    reasons: tuple[StartReason, ...] = ()
    missing: tuple[str, ...] = ()


class Introduction(BaseModel):
    """The aggregate. Its id follows from the pair, so that the pair is introduced once."""

    model_config = ConfigDict(frozen=True)

    id: str
    state: State
    lender: Annotated[str, Field(description="Tenant of the profile.")]
    host: Annotated[str, Field(description="Tenant of the demand.")]
    demand_id: str
    demand_card: DemandCard
    demand_sequence: int
    match: Match
    answer_by: Annotated[date, Field(description="Last day to answer.")]
    refused_by: Side | None = None
    refusal: RefusalReason | None = None
    reminded: Annotated[int, Field(description="Days of silence at the last reminder of this step; 0 for none.")] = 0
    earliest_start: EarliestStart | None = None
    questions: tuple[Question, ...] = ()
    sheet: Sheet | None = None
    signatures: Annotated[dict[Signer, Signature], Field(description="On the present sheet.")] = {}
    declared: Declared = Declared()
    go_asked: Annotated[str | None, Field(description="Hash of the sheet the employee was asked about.")] = None
    disclosed_at: datetime | None = None
    agreed: Annotated[bool, Field(description="The agreement is signed: it ends there, no more here.")] = False
    erased: Annotated[bool, Field(description="The person was erased: only ids are left of him.")] = False

    @property
    def silent_since(self) -> date:
        """The day of the last step towards an answer."""
        return self.answer_by - timedelta(days=DAYS_TO_ANSWER)

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The companies whose step is awaited. The employee is never pressed."""
        if self.state in UNANSWERED:
            sides = [side for side in _SAID_YES if not self.interested(side)]
        elif self.state is State.MUTUAL:
            sides = list(_SAID_YES)
        elif self.state is State.COMMITTING:
            sides = [side for side in _SAID_YES if side not in self.signatures]
        else:
            sides = []
        return tuple(self.lender if side == "lender" else self.host for side in sides)

    @property
    def committed(self) -> bool:
        """Whether the employee gave his go here, so that he cannot give it elsewhere."""
        return "employee" in self.signatures

    @property
    def ended(self) -> bool:
        """Whether it goes no further."""
        return self.state not in OPEN

    @property
    def end_reason(self) -> EndReason:
        """How it ended, for the platform. Raises `KeyError` while it is open."""
        return _ENDS[self.state]

    def side_of(self, tenant: str) -> Side:
        """Which side a company is on."""
        return "lender" if tenant == self.lender else "host"

    def interested(self, side: Side) -> bool:
        """Whether this side said yes."""
        return self.state in _SAID_YES[side]

    def standing(self, side: Side) -> Standing:
        """Where it stands in the words of this side."""
        if self.ended:
            return Standing.NOT_PROCEEDING
        if self.state in _STANDINGS:
            return _STANDINGS[self.state]
        if self.interested(side):
            return Standing.WAITING
        return Standing.TO_ANSWER if self.state is State.PROPOSED else Standing.AWAITED

    def after_interest(self, side: Side) -> "Introduction":
        """It once this side says yes; saying so again changes nothing. Raises `Refused` once it goes no further."""
        return self if self.interested(side) else self.moved(_INTEREST[side])

    def after_refusal(self, side: Side, reason: RefusalReason) -> "Introduction":
        """It once this side says no; saying so again changes nothing. Raises `Refused` once it ended otherwise."""
        if self.refused_by == side:
            return self
        self.check_not_agreed()
        return self.moved(Act.REFUSAL).model_copy(update={"refused_by": side, "refusal": reason})

    def check_not_agreed(self) -> None:
        """Raise `Refused` when the agreement is signed."""
        if self.agreed:
            raise Refused(
                "The agreement is signed: it is there that it may end.",
                code="agreement-signed",
                remedy="Open the agreement.",
            )

    def heard(self, today: date) -> "Introduction":
        """It after a step of either side: silence counts from today."""
        return self.model_copy(update={"answer_by": today + timedelta(days=DAYS_TO_ANSWER), "reminded": 0})

    def with_question(self, question: Question) -> "Introduction":
        """It with one question more. Raises `Refused` outside the masked talk, or when there are too many."""
        self.check_talking()
        if len(self.questions) >= MOST_QUESTIONS:
            raise Refused(
                f"An introduction holds at most {MOST_QUESTIONS} questions.",
                code="too-many-questions",
                remedy="Write the term sheet, or ask your adviser.",
            )
        return self.model_copy(update={"questions": (*self.questions, question)}).heard(question.asked_on)

    def with_answer(self, question_id: str, side: Side, text: str, today: date) -> "Introduction | None":
        """It once this side answered the other's question; the same answer again changes nothing; None without such a
        question. Raises `Refused` when it is one's own, or answered otherwise."""
        question = next((one for one in self.questions if one.id == question_id), None)
        if question is None:
            return None
        if question.answer == text and question.side != side:
            return self
        self.check_talking()
        if question.side == side or question.answer is not None:
            raise Refused(
                "This question is yours, or has its answer.",
                code="not-to-be-answered",
                remedy="Read the introduction again; ask another question.",
            )
        answered = question.model_copy(update={"answer": text, "answered_on": today})
        questions = tuple(answered if one.id == question_id else one for one in self.questions)
        return self.model_copy(update={"questions": questions}).heard(today)

    def with_sheet(self, terms: TermSheet, side: Side, today: date) -> "Introduction":
        """It with this term sheet; another sheet voids what was signed, the same one changes nothing."""
        sha256 = sheet_sha256(terms)
        if self.sheet is not None and self.sheet.sha256 == sha256 and self.state is State.COMMITTING:
            return self
        self.check_talking()
        written = {"sheet": Sheet(terms=terms, sha256=sha256, written_by=side), "signatures": {}, "go_asked": None}
        return self.moved(Act.TERM_SHEET).model_copy(update=written).heard(today)

    def signed(self, signer: Signer, sha256: str, signature: Signature, today: date) -> "Introduction":
        """It once this party signed the present sheet; again changes nothing; the third one discloses.

        Raises `Refused` when there is no such sheet to sign.
        """
        sheet = self.sheet
        if self.state not in {State.COMMITTING, State.DISCLOSED} or sheet is None:
            raise self._nothing_to_sign()
        if not same(sheet.sha256, sha256):
            raise Refused(
                "This is not the present term sheet.",
                code="sheet-changed",
                remedy="Read the present term sheet and sign its sha256.",
            )
        if signer in self.signatures:
            return self
        after = self.model_copy(update={"signatures": {**self.signatures, signer: signature}})
        after = after.heard(today)
        if set(after.signatures) != SIGNERS:
            return after
        return after.moved(Act.DISCLOSURE).model_copy(update={"disclosed_at": signature.at})

    def check_talking(self) -> None:
        """Raise `Refused` unless both sides are interested and still masked."""
        if self.state not in TALKING:
            raise self._not_talking()

    def _not_talking(self) -> Problem:
        if self.ended:
            return _not_proceeding()
        return Refused(
            "This belongs between mutual interest and disclosure.",
            code="not-mutual" if self.state in UNANSWERED else "disclosed",
            remedy="Read the introduction to see where it stands.",
        )

    def _nothing_to_sign(self) -> Problem:
        if self.ended:
            return _not_proceeding()
        return Refused(
            "There is no term sheet to sign.", code="no-term-sheet", remedy="One of the companies writes it first."
        )

    def moved(self, act: Act) -> "Introduction":
        """It after an act. Raises `Refused` when its state does not take the act."""
        target = TRANSITIONS[act].get(self.state)
        if target is None:
            raise _not_proceeding()
        return self.model_copy(update={"state": target})


class Ledger(BaseModel):
    """The introductions of one profile or one demand, and the version from which on it may be introduced.

    Everyone who begins or ends introductions of the thing writes here, so that neither overtakes the other unseen.
    """

    model_config = ConfigDict(frozen=True)

    introductions: tuple[str, ...] = ()
    committed_to: Annotated[
        str | None, Field(description="Of a profile: the one introduction its person gave his go to.")
    ] = None
    lent: Annotated[bool, Field(description="Of a profile: an agreement is signed, no more introductions.")] = False
    ended_at: Annotated[
        int, Field(description="Version of the thing at which it was withdrawn or closed; 0 never.")
    ] = 0

    def takes(self, sequence: int) -> bool:
        """Whether a proposal about this version of the thing is still good."""
        return sequence >= self.ended_at and not self.lent

    def with_introductions(self, *ids: str) -> "Ledger":
        """The ledger with these added."""
        return self.model_copy(update={"introductions": (*self.introductions, *ids)})


class Deadline(BaseModel):
    """The day on which to look at an introduction again: to remind of it, or to end it."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    host: str
    due: date


class Link(BaseModel):
    """What a personal link opens, and until when."""

    model_config = ConfigDict(frozen=True)

    lender: str
    introduction_id: str
    expires_at: datetime

    def opens(self, introduction: "Introduction", at: datetime) -> bool:
        """Whether it works: until its term, and beyond it for someone who gave his go and may still stop."""
        return at < self.expires_at or introduction.committed


class Look(BaseModel):
    """That a host looked at the card of a profile on one day. The host is told by the area of its demand alone."""

    model_config = ConfigDict(frozen=True)

    introduction_id: str
    on: date


class Looked(BaseModel):
    """The introductions whose card one host looked at on one day, so that each is noted once."""

    model_config = ConfigDict(frozen=True)

    introductions: tuple[str, ...] = ()


class CompanySize(BaseModel):
    """What is known of a company's workforce."""

    model_config = ConfigDict(frozen=True)

    workforce: Workforce | None = None


def introduction_id(demand_id: str, profile_id: str) -> str:
    """The one id of a pair: 100 bits of its SHA-256."""
    digest = hashlib.sha256(f"{demand_id}|{profile_id}".encode()).digest()
    return f"int_{base64.b32encode(digest).decode().lower()[:_ID_LENGTH]}"


def proposed(event: MatchesProposed, match: Match, today: date) -> Introduction:
    """A new introduction, to be answered within thirty days."""
    return Introduction(
        id=introduction_id(event.demand_id, match.profile_id),
        state=State.PROPOSED,
        lender=match.profile_tenant,
        host=event.demand_tenant,
        demand_id=event.demand_id,
        demand_card=event.demand_card,
        demand_sequence=event.demand_sequence,
        match=match,
        answer_by=today + timedelta(days=DAYS_TO_ANSWER),
    )


def next_look(introduction: Introduction, today: date) -> date:
    """The next day to look: of a reminder, or after the last one to answer; and within three days in any case, since a
    step of either side may begin the count anew."""
    silent = introduction.silent_since
    days = [silent + timedelta(days=wait) for wait in REMINDERS if wait > introduction.reminded]
    due = min([day for day in days if day > today], default=introduction.answer_by + timedelta(days=1))
    return min(due, today + timedelta(days=REMINDERS[0]))


def reminder_due(introduction: Introduction, today: date) -> int | None:
    """Days of silence to remind of now, or None. Reminders that were missed are not sent one after the other."""
    silence = (today - introduction.silent_since).days
    due = [wait for wait in REMINDERS if introduction.reminded < wait <= silence]
    return due[-1] if due else None


def sheet_sha256(terms: TermSheet) -> str:
    """SHA-256 of a term sheet as canonical JSON: keys sorted, no spaces, UTF-8."""
    document = json.dumps(terms.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()


def link_not_valid() -> Problem:
    """The one answer to a link that does not work, whatever the reason."""
    return NotFound(
        "This link does not work, or no longer.",
        code="link-not-valid",
        remedy="Open the link in the mail you received once more.",
    )


def committed_elsewhere() -> Problem:
    """The answer to the second demand for one person."""
    return Refused(
        "This person has given the go to another proposal.",
        code="committed-elsewhere",
        remedy="Wait: if the other one ends, this one may go on.",
    )


def _not_proceeding() -> Problem:
    return Refused(
        "This introduction goes no further.", code="not-proceeding", remedy="Look at your other introductions."
    )
