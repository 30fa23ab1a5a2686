"""The routes of the volunteer, who holds a personal link: his card, his decision, a review, and to be forgotten."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Literal, Protocol

from functions.profiles import erasing, logic, pages, reviewing
from functions.profiles.model.profile import Profile
from functions.profiles.model.states import OPTED_IN, State
from functions.profiles.publishing import Publisher
from functions.profiles.rendering import French
from functions.profiles.requests import (
    ErasureUnderWay,
    OpenedLink,
    OptInDecision,
    OptInOffer,
    OptInStanding,
    ReviewView,
    ReviewWish,
)
from functions.profiles.store import Profiles
from passerelle import clock
from passerelle.access import public
from passerelle.http import Answer, Api, Request
from passerelle.pages import serve as serve_page


class Office(Protocol):
    """What the routes stand on."""

    @property
    def profiles(self) -> Profiles:
        """The slice's rows."""

    @property
    def publisher(self) -> Publisher:
        """Who shows cards, and takes them back."""

    @property
    def french(self) -> French:
        """The words that the volunteer reads."""


def serve(api: Api, office: Callable[[], Office]) -> None:
    """Declare the routes on the slice's API."""

    serve_page(api, pages.OPT_IN)

    @api.post(
        "/profiles/opt-in/card",
        allow=public(),
        body=OpenedLink,
        answer=OptInOffer,
        summary="What hosts will see of the volunteer who holds this link, and the text he decides on.",
    )
    def show_opt_in_card(request: Request[OpenedLink]) -> Answer:
        stored = logic.open_link(office().profiles, request.body.token, clock.now())
        return Answer(_offer(office(), stored.value))

    @api.post(
        "/profiles/opt-in/decision",
        allow=public(),
        body=OptInDecision,
        answer=OptInStanding,
        summary="The volunteer accepts, refuses, or withdraws; the same word again changes nothing.",
    )
    def decide_opt_in(request: Request[OptInDecision]) -> Answer:
        said, desk = request.body, office()
        stored = logic.open_link(desk.profiles, said.token, clock.now())
        decided = logic.decide(
            desk.profiles,
            request.transaction,
            desk.french,
            desk.publisher,
            stored,
            said.decision,
            said.text_sha256,
        )
        return Answer(_standing(desk.french, decided.value))

    @api.post(
        "/profiles/opt-in/review",
        allow=public(),
        body=ReviewWish,
        answer=OptInStanding,
        status=HTTPStatus.ACCEPTED,
        summary="The volunteer wants a human being to look again at what the program makes of his card.",
    )
    def ask_review(request: Request[ReviewWish]) -> Answer:
        stored = logic.open_link(office().profiles, request.body.token, clock.now())
        asked = reviewing.ask_review(office().profiles, request.transaction, stored, request.body.reason)
        return Answer(_standing(office().french, asked.value), HTTPStatus.ACCEPTED)

    @api.post(
        "/profiles/opt-in/erasure",
        allow=public(),
        body=OpenedLink,
        answer=ErasureUnderWay,
        status=HTTPStatus.ACCEPTED,
        summary="The volunteer who holds this link asks to be forgotten; within minutes nobody here knows his name.",
    )
    def ask_erasure(request: Request[OpenedLink]) -> Answer:
        stored = logic.open_link(office().profiles, request.body.token, clock.now())
        erasing.ask(office().profiles, request.transaction, stored)
        return Answer(ErasureUnderWay(), HTTPStatus.ACCEPTED)


def _standing(french: French, profile: Profile) -> OptInStanding:
    if profile.state in OPTED_IN:
        state: Literal["undecided", "published", "withdrawn"] = "published"
    else:
        state = "withdrawn" if profile.state is State.WITHDRAWN else "undecided"
    return OptInStanding(
        state=state,
        decided_at=profile.decisions[-1].at if profile.decisions else None,
        confirm_by=profile.confirm_by if state == "published" else None,
        review=_review(french, profile),
    )


def _review(french: French, profile: Profile) -> ReviewView | None:
    if profile.review is None:
        return None
    return ReviewView(**profile.review.model_dump(), text=french.review(profile.review))


def _offer(office: Office, profile: Profile) -> OptInOffer:
    text = logic.text_before(office.profiles, office.french, profile)
    standing = _standing(office.french, profile)
    return OptInOffer(
        **standing.model_dump(),
        title=text.title,
        card=text.card,
        hidden=text.hidden,
        sections=text.sections,
        wording=text.wording,
        text_sha256=text.sha256,
    )
