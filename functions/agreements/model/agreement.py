"""An agreement: the loan of one employee between two companies that know each other, until the mission starts.

Pure. Which act is done when, and by whom, is the table of `states.py`. Nothing is signed but the documents of the
present version, and a material change makes a new version that nobody has signed. An end reads the same for both
companies, whoever brought it about; only a company that refused finds its reason again.
"""

import base64
import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.agreements.model.drafts import Draft
from functions.agreements.model.signatures import PARTIES, SIGNED_BY, Signature, asked_of
from functions.agreements.model.states import ACTORS, SIGNABLE, TRANSITIONS, Act, RefusalReason, Side, State, Who
from functions.agreements.model.steps import HostSteps, LenderSteps
from passerelle.contracts.agreements import Party
from passerelle.contracts.documents import DocumentKind
from passerelle.problems import Refused

Awaited = Literal["signature", "start"]
"""What an agreement waits for: the signatures of its companies, or the first day of its mission."""


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


class Due(BaseModel):
    """The day on which to look at an agreement again: to remind of it, or once it is signed to start its mission."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    host: str
    on: date


def agreement_id(introduction_id: str) -> str:
    """The one id of the agreement of an introduction: 100 bits of its SHA-256."""
    digest = hashlib.sha256(f"agreement|{introduction_id}".encode()).digest()
    return f"agr_{base64.b32encode(digest).decode().lower()[:20]}"
