"""What advisers say to the desk, and what they and operators hear."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from functions.desk.model.acts import Line
from functions.desk.model.approaches import How, Recorded, Said, State
from functions.desk.model.cards import Kind
from passerelle.contracts.desk import ReviewOutcome
from passerelle.contracts.introductions import Side
from passerelle.contracts.profiles import ReviewReason
from passerelle.http import Body

_Id = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class NewApproach(Body):
    """The two cards whose companies you are going to speak to; one of them at least waits at the desk."""

    profile_id: Annotated[_Id, Field(examples=["prf_h5m2xk7qtz3w6bnvd4ca"])]
    demand_id: Annotated[_Id, Field(examples=["dem_q2n7vhx4zk6mb3tdcw5f"])]
    note: Annotated[
        str | None,
        Field(
            min_length=3,
            max_length=500,
            description="For other advisers. It names nobody: no person, company, place or number.",
            examples=["Appeler plutôt le matin."],
        ),
    ] = None


class NewAnswer(Body):
    """What a side said to you, how, and on which day."""

    side: Annotated[Side, Field(examples=["host"])]
    answer: Annotated[Said, Field(examples=["yes"])]
    how: Annotated[How, Field(examples=["phone"])]
    on: Annotated[date, Field(examples=["2026-11-22"])]


class NewReviewAnswer(Body):
    """What you found when you looked again."""

    outcome: Annotated[ReviewOutcome, Field(examples=["upheld"])]


class CardLine(BaseModel):
    """One line of a masked card in French."""

    field: Annotated[str, Field(examples=["occupation"])]
    label: Annotated[str, Field(examples=["Métier"])]
    values: Annotated[tuple[str, ...], Field(examples=[["Soudeur / Soudeuse"]])]


class WaitingCard(BaseModel):
    """A card of the queue."""

    id: Annotated[str, Field(examples=["prf_h5m2xk7qtz3w6bnvd4ca"])]
    kind: Annotated[Kind, Field(examples=["profile"])]
    since: Annotated[datetime, Field(description="When it came to the desk.", examples=["2026-11-22T09:30:00Z"])]
    trade: Annotated[str, Field(examples=["Soudeur / Soudeuse"])]
    place: Annotated[str, Field(examples=["CA Caux Seine Agglo"])]
    approaches: Annotated[tuple[str, ...], Field(description="The open ones.", examples=[[]])]


class Queue(BaseModel):
    """The cards that cannot be shown, those that wait longest first. A page may be short: go on while there is a
    cursor."""

    items: tuple[WaitingCard, ...]
    cursor: str | None = None


class CandidateView(BaseModel):
    """A card of the other side that may suit, and why."""

    id: Annotated[str, Field(examples=["dem_q2n7vhx4zk6mb3tdcw5f"])]
    with_adviser: Annotated[bool, Field(description="It waits at the desk too, and is shown to nobody.")]
    lines: tuple[CardLine, ...]
    reasons: Annotated[tuple[str, ...], Field(examples=[["Même métier", "3 mois communs"]])]


class DeskCard(WaitingCard):
    """A card in words, those that may suit it, the likeliest first, and the limits of what you see."""

    lines: tuple[CardLine, ...]
    candidates: tuple[CandidateView, ...]
    limits: Annotated[tuple[str, ...], Field(examples=[["Vous lisez des fiches masquées."]])]


class Contacts(BaseModel):
    """Where the contact of each company is read while the approach is open."""

    lender: Annotated[str, Field(examples=["/identities/contacts/cmp_t3qz6nmw2xkh7bvd5fca?approach=apr_x"])]
    host: Annotated[str, Field(examples=["/identities/contacts/cmp_w6fkb2z7mqx4tn5hvdca?approach=apr_x"])]


class ApproachView(BaseModel):
    """An approach as advisers read it, and the limits of what you see and tell."""

    id: Annotated[str, Field(examples=["apr_k3v2m4q7wz5x6a2b3c4d"])]
    state: Annotated[State, Field(examples=["open"])]
    state_text: Annotated[str, Field(examples=["Les deux entreprises sont à contacter"])]
    profile_id: Annotated[str, Field(examples=["prf_h5m2xk7qtz3w6bnvd4ca"])]
    demand_id: Annotated[str, Field(examples=["dem_q2n7vhx4zk6mb3tdcw5f"])]
    opened_by: Annotated[str, Field(description="User id of the adviser.", examples=["usr_4f2c"])]
    opened_on: date
    until: Annotated[date, Field(description="The last day on which an answer is recorded.")]
    note: Annotated[str | None, Field(examples=["Appeler plutôt le matin."])]
    answers: tuple[Recorded, ...]
    contacts: Annotated[Contacts | None, Field(description="Null once it is closed.")]
    limits: Annotated[tuple[str, ...], Field(examples=[["Ne dites à aucune des deux qui est l’autre."]])]


class ReviewView(BaseModel):
    """What a volunteer asks an adviser to look at again, with his masked card as companies read it."""

    profile_id: Annotated[str, Field(examples=["prf_h5m2xk7qtz3w6bnvd4ca"])]
    reason: Annotated[ReviewReason, Field(examples=["order"])]
    reason_text: Annotated[str, Field(examples=["Il conteste sa place dans les résultats."])]
    asked_at: datetime
    answer_by: Annotated[date, Field(description="The last day to answer him.", examples=["2026-12-22"])]
    outcome: ReviewOutcome | None
    adviser: Annotated[str | None, Field(description="User id of whoever answered.")]
    lines: Annotated[tuple[CardLine, ...], Field(description="Empty once the card is no longer shown.")]
    limits: Annotated[tuple[str, ...], Field(examples=[["Vous lisez une fiche masquée."]])]


class Reviews(BaseModel):
    """The reviews to answer, the most urgent first."""

    items: tuple[ReviewView, ...]
    cursor: str | None = None


class Log(BaseModel):
    """One page of what advisers read and did on a day, in order."""

    day: date
    items: tuple[Line, ...]
    cursor: str | None = None
