"""The aggregate: one masked profile and one masked demand, from the first yes to the disclosure that three sign for.

Lender, host and employee sign one hash, in any order; the third signature discloses, and nothing before it does.
"""

import base64
import hashlib
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from functions.introductions.model.sheet import SIGNERS, Declared, EarliestStart, Sheet, Signature, Signer, sheet_sha256
from functions.introductions.model.states import (
    ENDS,
    INTEREST,
    OPEN,
    SAID_YES,
    STANDINGS,
    TALKING,
    TRANSITIONS,
    UNANSWERED,
    Act,
    RefusalReason,
    Standing,
    State,
)
from passerelle.contracts.cards import DemandCard, ProfileCard
from passerelle.contracts.desk import MediationAgreed
from passerelle.contracts.introductions import EndReason, Side
from passerelle.contracts.matching import Match, MatchesProposed
from passerelle.contracts.terms import TermSheet
from passerelle.problems import Problem, Refused
from passerelle.tokens import same

DAYS_TO_ANSWER: Final = 30
MOST_QUESTIONS: Final = 20
_ID_LENGTH = 20


class Question(BaseModel):
    """A masked question of one side, and the other's answer once it came."""

    model_config = ConfigDict(frozen=True)

    id: str
    side: Side
    text: str
    asked_on: date
    answer: str | None = None
    answered_on: date | None = None


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
            sides = [side for side in SAID_YES if not self.interested(side)]
        elif self.state is State.MUTUAL:
            sides = list(SAID_YES)
        elif self.state is State.COMMITTING:
            sides = [side for side in SAID_YES if side not in self.signatures]
        else:
            sides = []
        return tuple(self.lender if side == "lender" else self.host for side in sides)

    @property
    def mediated(self) -> bool:
        """Whether an adviser brought the two together: no formula compared them, there is no score."""
        return not self.match.criteria

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
        return ENDS[self.state]

    def card_of_other(self, tenant: str) -> ProfileCard | DemandCard:
        """The masked card of the other side."""
        return self.demand_card if self.side_of(tenant) == "lender" else self.match.card

    def side_of(self, tenant: str) -> Side:
        """Which side a company is on."""
        return "lender" if tenant == self.lender else "host"

    def interested(self, side: Side) -> bool:
        """Whether this side said yes."""
        return self.state in SAID_YES[side]

    def standing(self, side: Side) -> Standing:
        """Where it stands in the words of this side."""
        if self.ended:
            return Standing.NOT_PROCEEDING
        if self.state in STANDINGS:
            return STANDINGS[self.state]
        if self.interested(side):
            return Standing.WAITING
        return Standing.TO_ANSWER if self.state is State.PROPOSED else Standing.AWAITED

    def after_interest(self, side: Side) -> "Introduction":
        """It once this side says yes; saying so again changes nothing. Raises `Refused` once it goes no further."""
        return self if self.interested(side) else self.moved(INTEREST[side])

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

    def with_finer_card(self, card: ProfileCard | DemandCard) -> "Introduction":
        """It with the finer card of one side, which the other reads once both are interested and until the end."""
        if self.ended or self.unanswered:
            return self
        if isinstance(card, DemandCard):
            return self.model_copy(update={"demand_card": card})
        return self.model_copy(update={"match": self.match.model_copy(update={"card": card})})

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

    @property
    def unanswered(self) -> bool:
        """Whether a side has not said yet that it is interested."""
        return self.state in UNANSWERED

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


def mediated(event: MediationAgreed, today: date) -> Introduction:
    """A new introduction of a pair whose two sides said yes to an adviser."""
    match = Match(
        profile_id=event.profile_id,
        profile_tenant=event.lender,
        person_id=event.person_id,
        profile_sequence=event.profile_sequence,
        score=0,
        criteria=(),
        card=event.profile_card,
    )
    return Introduction(
        id=introduction_id(event.demand_id, event.profile_id),
        state=State.MUTUAL,
        lender=event.lender,
        host=event.host,
        demand_id=event.demand_id,
        demand_card=event.demand_card,
        demand_sequence=event.demand_sequence,
        match=match,
        answer_by=today + timedelta(days=DAYS_TO_ANSWER),
    )


def _not_proceeding() -> Problem:
    return Refused(
        "This introduction goes no further.", code="not-proceeding", remedy="Look at your other introductions."
    )
