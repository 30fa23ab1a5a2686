"""Entry points of the introductions slice: its routes, the employee's link, its events, and the daily schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from functions.introductions import erasing, exporting, pages
from functions.introductions.logic import committing, ending, proposing, reading, reminding, talking, workforces
from functions.introductions.model.pair import Introduction
from functions.introductions.model.states import Standing
from functions.introductions.rendering import WORDING, French, typeset
from functions.introductions.requests.cost import COST_QUERY, CostView, cost_view, simulated
from functions.introductions.requests.go import GoDecision, GoLink, GoSheet, GoStanding, go_standing
from functions.introductions.requests.sides import MaskedText, NewSignature, NewTermSheet, Refusal, check_codes
from functions.introductions.requests.views import IntroductionList, IntroductionView, introduction_view
from functions.introductions.settings import Settings
from functions.introductions.store import Introductions
from passerelle import clock
from passerelle.access import company, operators, public
from passerelle.classes import Classes
from passerelle.consuming import Consumer, Delivery, Queues
from passerelle.contracts.agreements import AgreementEnded, AgreementSigned
from passerelle.contracts.companies import CompanyActivated, CompanyUpdated
from passerelle.contracts.demands import DemandCardRefined, DemandClosed
from passerelle.contracts.desk import MediationAgreed
from passerelle.contracts.matching import MatchesProposed
from passerelle.contracts.notifications import PersonalLinkIssued
from passerelle.contracts.profiles import ProfileCardRefined, ProfileErased, ProfileWithdrawn
from passerelle.http import Answer, Api, NoBody, Request
from passerelle.nomenclature import Nomenclature
from passerelle.observability import caused_by, logger
from passerelle.pages import serve
from passerelle.problems import Malformed
from passerelle.store import Stored, Table
from passerelle.vocabulary import current, while_current


@dataclass(frozen=True)
class Wiring:
    """The slice's edges, opened once."""

    table: Table
    queues: Queues
    introductions: Introductions
    classes: Classes
    nomenclature: Nomenclature
    french: French


@while_current
def wire() -> Wiring:
    """Read the settings and open the edges."""
    settings = Settings.from_environment()
    table = Table(settings.table_name)
    return Wiring(
        table=table,
        queues=Queues(settings.queue_url, settings.dead_letter_queue_url),
        introductions=Introductions(table),
        classes=Classes.opened(settings),
        nomenclature=current(),
        french=French(current()),
    )


api = Api("introductions", table=lambda: wire().table)
events = Consumer(table=lambda: wire().table, queues=lambda: wire().queues)


@api.get(
    "/introductions",
    allow=company("introductions:read"),
    answer=IntroductionList,
    query=("state", "limit", "cursor"),
    summary="Your introductions on either side, those to be answered soonest first.",
)
def list_introductions(request: Request[NoBody]) -> Answer:
    tenant = request.actor.tenant
    standing = _standing(request.query.get("state"))
    page = reading.list_own(wire().introductions, tenant, standing, request.limit(), request.query.get("cursor"))
    return Answer(IntroductionList(items=_looked_at(page.items, tenant), cursor=page.cursor))


@api.get(
    "/introductions/{introduction_id}",
    allow=company("introductions:read"),
    answer=IntroductionView,
    summary="One introduction: the other's masked card, why it was proposed, and where it stands.",
)
def get_introduction(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    (view,) = _looked_at([stored], request.actor.tenant)
    return Answer(view, version=stored.version)


@api.post(
    "/introductions/{introduction_id}/interest",
    allow=company("introductions:write"),
    answer=IntroductionView,
    summary="Say that you are interested; the other side learns it.",
)
def express_interest(request: Request[NoBody]) -> Answer:
    stored = _own(request)
    request.require_version(stored.version)
    after = proposing.express_interest(wire().introductions, request.transaction, stored, request.actor.tenant)
    return _answer(request, after)


@api.post(
    "/introductions/{introduction_id}/refusal",
    allow=company("introductions:write"),
    body=Refusal,
    answer=IntroductionView,
    summary="Say that you do not wish to go on; the other side learns only that it does not proceed.",
)
def refuse(request: Request[Refusal]) -> Answer:
    stored = _own(request)
    request.require_version(stored.version)
    after = ending.refuse(wire().introductions, request.transaction, stored, request.actor.tenant, request.body.reason)
    return _answer(request, after)


@api.post(
    "/introductions/{introduction_id}/questions",
    allow=company("introductions:write"),
    body=MaskedText,
    answer=IntroductionView,
    status=HTTPStatus.CREATED,
    summary="Ask the other side a masked question, once the interest is mutual.",
)
def ask_question(request: Request[MaskedText]) -> Answer:
    stored = _own(request)
    after = talking.ask(wire().introductions, request.transaction, stored, request.actor.tenant, request.body.text)
    return _answer(request, after, HTTPStatus.CREATED)


@api.post(
    "/introductions/{introduction_id}/questions/{question_id}/answer",
    allow=company("introductions:write"),
    body=MaskedText,
    answer=IntroductionView,
    summary="Answer a masked question of the other side.",
)
def answer_question(request: Request[MaskedText]) -> Answer:
    stored, question_id = _own(request), request.path["question_id"]
    after = talking.answer(
        wire().introductions, request.transaction, stored, request.actor.tenant, question_id, request.body.text
    )
    return _answer(request, after)


@api.put(
    "/introductions/{introduction_id}/term-sheet",
    allow=company("introductions:write"),
    body=NewTermSheet,
    answer=IntroductionView,
    needs_version=True,
    summary="Write the blind term sheet, or change it: a change voids what was signed.",
)
def put_term_sheet(request: Request[NewTermSheet]) -> Answer:
    stored = _own(request)
    request.require_version(stored.version)
    check_codes(request.body, wire().nomenclature)
    after = talking.write_sheet(
        wire().introductions, request.transaction, stored, request.actor.tenant, request.body.terms()
    )
    return _answer(request, after)


@api.post(
    "/introductions/{introduction_id}/signatures",
    allow=company("introductions:write"),
    body=NewSignature,
    answer=IntroductionView,
    summary="Sign the present term sheet by its hash; the third of the three signatures discloses.",
)
def sign_term_sheet(request: Request[NewSignature]) -> Answer:
    stored, tenant, said = _own(request), request.actor.tenant, request.body
    declared = said.declarations.added_to(stored.value.declared, stored.value.side_of(tenant))
    after = committing.sign(
        wire().introductions, request.transaction, stored, tenant, request.actor.subject, said.sha256, declared
    )
    return _answer(request, after)


@api.get(
    "/introductions/{introduction_id}/cost",
    allow=company("introductions:read"),
    answer=CostView,
    query=COST_QUERY,
    summary="Simulate what the loan costs, from the term sheet or from figures of your own in euro cents.",
)
def simulate_cost(request: Request[NoBody]) -> Answer:
    sheet = _own(request).value.sheet
    cost, months = simulated(request.query, sheet.terms if sheet else None)
    return Answer(cost_view(cost, months))


serve(api, pages.GO)


@api.post(
    "/introductions/go/sheet",
    allow=public(),
    body=GoLink,
    answer=GoSheet,
    summary="The masked term sheet in words for the employee who holds this link, and who looked at his card.",
)
def read_go_sheet(request: Request[GoLink]) -> Answer:
    stored = committing.open_link(wire().introductions, request.body.token, clock.now())
    return Answer(_go_sheet(stored.value))


@api.post(
    "/introductions/go/decision",
    allow=public(),
    body=GoDecision,
    answer=GoStanding,
    summary="The employee gives his go, or refuses, before or after it; the same word again changes nothing.",
)
def decide_go(request: Request[GoDecision]) -> Answer:
    said = request.body
    stored = committing.open_link(wire().introductions, said.token, clock.now())
    after = committing.decide(wire().introductions, request.transaction, stored, said.decision, said.sha256)
    return Answer(go_standing(after.value))


@api.get(
    "/introductions/rights/{company_id}/{profile_id}",
    allow=operators(),
    answer=exporting.IntroductionsExport,
    summary="All that is kept here of a person who asks for it, explained to him in French.",
)
def export_introductions(request: Request[NoBody]) -> Answer:
    introductions, lender, profile_id = wire().introductions, request.path["company_id"], request.path["profile_id"]
    known = introductions.ledger("profile", lender, profile_id).value.introductions
    all_of_them = [stored.value for each in known if (stored := introductions.find(lender, each)) is not None]
    return Answer(exporting.export(profile_id, all_of_them, introductions.looks(lender, profile_id)))


@events.on(MatchesProposed)
def on_matches_proposed(delivery: Delivery[MatchesProposed]) -> None:
    proposing.propose(wire().introductions, delivery.transaction, delivery.event, clock.today())


@events.on(MediationAgreed)
def on_mediation_agreed(delivery: Delivery[MediationAgreed]) -> None:
    proposing.mediate(wire().introductions, delivery.transaction, delivery.event, clock.today())


@events.on(ProfileCardRefined)
def on_profile_card_refined(delivery: Delivery[ProfileCardRefined]) -> None:
    _refine_card(delivery)


@events.on(DemandCardRefined)
def on_demand_card_refined(delivery: Delivery[DemandCardRefined]) -> None:
    _refine_card(delivery)


@events.on(ProfileWithdrawn)
def on_profile_withdrawn(delivery: Delivery[ProfileWithdrawn]) -> None:
    envelope = delivery.envelope
    ending.end_all(wire().introductions, "profile", envelope.tenant, delivery.event.profile_id, envelope.sequence)


@events.on(ProfileErased)
def on_profile_erased(delivery: Delivery[ProfileErased]) -> None:
    event, introductions = delivery.event, wire().introductions
    if event.profile_id is not None:
        ending.end_all(introductions, "profile", event.lender, event.profile_id, event.ended_at)
    erasing.erase(introductions, delivery.transaction, event)


@events.on(DemandClosed)
def on_demand_closed(delivery: Delivery[DemandClosed]) -> None:
    envelope = delivery.envelope
    ending.end_all(wire().introductions, "demand", envelope.tenant, delivery.event.demand_id, envelope.sequence)


@events.on(CompanyActivated)
def on_company_activated(delivery: Delivery[CompanyActivated]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    workforces.note_workforce(wire().introductions, delivery.transaction, event.company_id, event.workforce, sequence)


@events.on(CompanyUpdated)
def on_company_updated(delivery: Delivery[CompanyUpdated]) -> None:
    event, sequence = delivery.event, delivery.envelope.sequence
    workforces.note_workforce(wire().introductions, delivery.transaction, event.company_id, event.workforce, sequence)


@events.on(PersonalLinkIssued)
def on_personal_link_issued(delivery: Delivery[PersonalLinkIssued]) -> None:
    committing.note_link(wire().introductions, delivery.transaction, delivery.envelope.tenant, delivery.event)


@events.on(AgreementSigned)
def on_agreement_signed(delivery: Delivery[AgreementSigned]) -> None:
    ending.note_agreement(wire().introductions, delivery.event)


@events.on(AgreementEnded)
def on_agreement_ended(delivery: Delivery[AgreementEnded]) -> None:
    ending.note_agreement_ended(wire().introductions, delivery.event)


def expire(_event: dict[str, Any], _context: Any) -> None:
    """The hourly schedule: remind of what waits, and end what nobody answered in time."""
    cause = clock.new_id("run")
    with caused_by(cause, cause):
        reminded, ended = reminding.expire(wire().introductions, clock.today())
        logger.info("introductions looked at again", reminded=reminded, expired=ended)


def _refine_card(delivery: Delivery[ProfileCardRefined] | Delivery[DemandCardRefined]) -> None:
    event, tenant = delivery.event, delivery.envelope.tenant
    talking.refine_card(wire().introductions, delivery.transaction, tenant, event.introduction_id, event.card)


def _own(request: Request[Any]) -> Stored[Introduction]:
    return reading.own(wire().introductions, request.actor.tenant, request.path["introduction_id"])


def _answer(request: Request[Any], stored: Stored[Introduction], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    (view,) = _views([stored], request.actor.tenant)
    return Answer(view, status, version=stored.version)


def _looked_at(stored: Sequence[Stored[Introduction]], tenant: str) -> tuple[IntroductionView, ...]:
    """What a side reads, and the note of it for the employee: of a card that is hidden nobody had a look."""
    views = _views(stored, tenant)
    shown = [one.value for one, view in zip(stored, views, strict=True) if view.profile is not None]
    reading.note_looks(wire().introductions, tenant, shown)
    return views


def _views(stored: Sequence[Stored[Introduction]], tenant: str) -> tuple[IntroductionView, ...]:
    """What a side may read at this moment: the other's card only while a class protects it, until it is mutual."""
    protected = wire().classes.protect([one.value.card_of_other(tenant) for one in stored])
    return tuple(
        introduction_view(one, tenant, wire().nomenclature, protected=held)
        for one, held in zip(stored, protected, strict=True)
    )


def _go_sheet(one: Introduction) -> GoSheet:
    standing, french = go_standing(one), wire().french
    looks = french.looks(reading.looks_at(wire().introductions, one))
    shown = one.sheet if standing.state != "closed" else None
    return GoSheet(
        state=standing.state,
        decided_at=standing.decided_at,
        wording=WORDING,
        title=typeset("Une mission vous est proposée, sans nom : votre feu vert ?"),
        sha256=shown.sha256 if shown else None,
        lines=french.lines(shown.terms) if shown else (),
        start=french.start(one.earliest_start) if shown else (),
        sections=french.sections() if shown else (),
        looks=looks,
    )


def _standing(asked: str | None) -> Standing | None:
    if asked is None:
        return None
    if asked not in set(Standing):
        raise Malformed("state is not one of ours.", remedy=f"Known ones: {', '.join(Standing)}.")
    return Standing(asked)
