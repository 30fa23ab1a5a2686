"""What notifications do here: write to one addressee at a time, with what the vault tells for that one mail.

Each mail is claimed, sent, and noted as sent, in that order. Killed between sending and noting, the same event sends
the identical mail again: the token is derived from the event, its term from the claim, the reference is the event's id.
Two who work on the same event at the same moment may both send it, identical again. A different mail is never sent for
the same event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, Literal, Protocol

from functions.notifications.model import (
    DISABLED_FOR,
    ROLES,
    Addressee,
    Mail,
    Posting,
    State,
    Template,
    Unreachable,
    french_moment,
)
from passerelle import clock
from passerelle.consuming import Delivery, Unprocessable
from passerelle.contracts.agreements import EmployeeSignatureRequested, SigningCodeRequested
from passerelle.contracts.companies import ActivationCodeRequested, MemberInvited
from passerelle.contracts.desk import ReviewAnswered
from passerelle.contracts.introductions import (
    EmployeeGoRequested,
    InterestExpressed,
    IntroductionBecameMutual,
    IntroductionDisclosed,
    IntroductionEnded,
    IntroductionReminded,
    TermSheetReady,
)
from passerelle.contracts.notifications import (
    ActivationCodeIssued,
    OptInLinkIssued,
    PersonalLinkIssued,
    SigningCodeIssued,
)
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.french import day
from passerelle.observability import logger
from passerelle.store import Key, Stored, Transaction
from passerelle.tokens import digest, link_token, typed_code

_CODE_LIFE: Final = timedelta(minutes=30)
"""How long a one-time code to sign holds."""


class Postings(Protocol):
    """What the use cases need of the store."""

    def find(self, tenant: str, event_id: str) -> Stored[Posting] | None: ...
    def write(self, posting: Posting, version: int) -> None: ...
    def forget(self, transaction: Transaction, tenant: str, subject_id: str) -> int: ...


class Vault(Protocol):
    """What the use cases need of the vault: the granted fields, or None for a subject it does not know."""

    def reveal(self, addressee: Addressee) -> Mapping[str, str] | None: ...


class Mailer(Protocol):
    """What the use cases need of the mail."""

    def send(self, mail: Mail) -> None: ...


class Renderer(Protocol):
    """Turns a template and its values into a mail."""

    def __call__(self, template: Template, to: str, values: Mapping[str, str], reference: str) -> Mail: ...


@dataclass(frozen=True)
class Office:
    """What every use case here stands on."""

    postings: Postings
    vault: Vault
    mailer: Mailer
    rendered: Renderer
    link_secret: str
    public_url: str
    link_life: timedelta


def ask_opt_in(office: Office, delivery: Delivery[OptInRequested]) -> None:
    """Mail the employee alone the personal link by which he decides, or says that his yes still holds.

    Its digest goes to profiles.
    """
    envelope, event = delivery.envelope, delivery.event
    token = link_token(office.link_secret, "opt_in", envelope.id)
    addressee = Addressee(envelope.tenant, event.person_id, "opt_in_mail", level=0)

    def values(posting: Posting) -> Mapping[str, str]:
        link = f"{office.public_url}/profiles/opt-in#{token}"
        return {"link": link, "until": _until(office, posting)}

    template = Template.OPT_IN_AGAIN if event.again else Template.OPT_IN
    posting = _post(office, addressee, template, envelope.id, values)
    issued = OptInLinkIssued(
        profile_id=event.profile_id, digest=digest(token), expires_at=posting.issued_at + office.link_life
    )
    delivery.transaction.emit(Key(envelope.tenant, "opt_in_link", event.profile_id), issued, sequence=envelope.sequence)


def tell_review_answered(office: Office, delivery: Delivery[ReviewAnswered]) -> None:
    """Tell the employee alone that an adviser answered him: what, he reads on his page."""
    event = delivery.event
    addressee = Addressee(event.lender, event.person_id, "opt_in_mail", level=0)
    _post(office, addressee, Template.REVIEW_ANSWERED, delivery.envelope.id, lambda _: {})


def send_activation_code(office: Office, delivery: Delivery[ActivationCodeRequested]) -> None:
    """Mail the company's contact the code that shows the right to act; its digest goes to companies."""
    envelope, company_id = delivery.envelope, delivery.event.company_id
    code = typed_code(office.link_secret, "activation", envelope.id)
    addressee = Addressee(company_id, company_id, "activation_mail", level=0)

    def values(posting: Posting) -> Mapping[str, str]:
        return {"code": code, "until": _until(office, posting), "link": f"{office.public_url}/"}

    posting = _post(office, addressee, Template.ACTIVATION, envelope.id, values)
    issued = ActivationCodeIssued(
        company_id=company_id, digest=digest(company_id, code), expires_at=posting.issued_at + office.link_life
    )
    delivery.transaction.emit(Key(company_id, "activation_code", company_id), issued, sequence=envelope.sequence)


def tell_other_side(office: Office, delivery: Delivery[InterestExpressed]) -> None:
    """Tell the side that has not answered yet that an answer is awaited."""
    event = delivery.event
    awaited = event.host if event.side == "lender" else event.lender
    _tell_companies(office, delivery.envelope.id, Template.ANSWER_AWAITED, event.introduction_id, 1, awaited)


def tell_mutual(office: Office, delivery: Delivery[IntroductionBecameMutual]) -> None:
    """Tell both companies that both are interested."""
    event = delivery.event
    _tell_companies(office, delivery.envelope.id, Template.MUTUAL, event.introduction_id, 2, event.lender, event.host)


def tell_ended(office: Office, delivery: Delivery[IntroductionEnded]) -> None:
    """Tell both companies, in the same words and whatever the reason, that the introduction does not proceed."""
    event = delivery.event
    _tell_companies(office, delivery.envelope.id, Template.ENDED, event.introduction_id, 1, event.lender, event.host)


def ask_go(office: Office, delivery: Delivery[EmployeeGoRequested]) -> None:
    """Mail the employee alone the personal link by which he gives his go; its digest goes to introductions."""
    envelope, event = delivery.envelope, delivery.event
    addressee = Addressee(envelope.tenant, event.person_id, "go_mail", level=2)
    _send_link(office, delivery, addressee, Template.GO, "go", event.introduction_id, "introductions/go")


def invite_member(office: Office, delivery: Delivery[MemberInvited]) -> None:
    """Mail the invited person alone the link by which he accepts or declines; its digest goes to companies.

    The company is not named: a mail that went astray must not tell who takes part.
    """
    envelope, event = delivery.envelope, delivery.event
    addressee = Addressee(envelope.tenant, event.member_id, "invitation_mail", level=0)
    more = {"may": ROLES[event.role]}
    page = "companies/invitation"
    _send_link(office, delivery, addressee, Template.INVITATION, "invitation", event.member_id, page, more)


def ask_employee_signature(office: Office, delivery: Delivery[EmployeeSignatureRequested]) -> None:
    """Mail the employee alone the personal link by which he signs or refuses; its digest goes to agreements."""
    envelope, event = delivery.envelope, delivery.event
    addressee = Addressee(envelope.tenant, event.person_id, "signing_mail", level=3)
    _send_link(
        office,
        delivery,
        addressee,
        Template.EMPLOYEE_SIGNATURE,
        "employee_signature",
        event.agreement_id,
        "agreements/sign",
    )


def send_signing_code(office: Office, delivery: Delivery[SigningCodeRequested]) -> None:
    """Mail a signer his one-time code; its digest goes to agreements."""
    envelope, event = delivery.envelope, delivery.event
    code = typed_code(office.link_secret, "signing", envelope.id)
    subject = event.tenant_or_person
    tenant = event.lender if event.party == "employee" else subject
    template = Template.EMPLOYEE_SIGNING_CODE if event.party == "employee" else Template.SIGNING_CODE
    addressee = Addressee(tenant, subject, "signing_mail", level=3)

    def values(posting: Posting) -> Mapping[str, str]:
        return {"code": code, "until": french_moment((posting.issued_at + _CODE_LIFE).astimezone(clock.PARIS))}

    posting = _post(office, addressee, template, envelope.id, values)
    issued = SigningCodeIssued(
        agreement_id=event.agreement_id,
        party=event.party,
        digest=digest(event.agreement_id, event.party, code),
        expires_at=posting.issued_at + _CODE_LIFE,
    )
    key = Key(envelope.tenant, "signing_code", event.agreement_id)
    delivery.transaction.emit(key, issued, sequence=envelope.sequence)


def tell_term_sheet(office: Office, delivery: Delivery[TermSheetReady]) -> None:
    """Tell the side that did not write the term sheet that there is one to read."""
    event = delivery.event
    if event.proposed_by is None:
        awaited: tuple[str, ...] = (event.lender, event.host)
    else:
        awaited = (event.host,) if event.proposed_by == "lender" else (event.lender,)
    _tell_companies(office, delivery.envelope.id, Template.TERM_SHEET, event.introduction_id, 2, *awaited)


def remind(office: Office, delivery: Delivery[IntroductionReminded]) -> None:
    """Remind the companies that have not answered."""
    event = delivery.event
    _tell_companies(office, delivery.envelope.id, Template.REMINDER, event.introduction_id, 1, *event.waiting_for)


def tell_disclosed(office: Office, delivery: Delivery[IntroductionDisclosed]) -> None:
    """Tell both companies that they may read each other, and the employee who the host is.

    The employee's mail has a reference of its own, since his posting is kept with the lender's.
    """
    event, reference = delivery.event, delivery.envelope.id
    host = office.vault.reveal(Addressee(event.host, event.host, "disclosure_mail", level=3))
    if host is not None:
        employee = Addressee(event.lender, event.person_id, "go_mail", level=3)
        values = {"host_name": host["name"]}
        _post(office, employee, Template.DISCLOSED_EMPLOYEE, f"{reference}.employee", lambda _: values)
    _tell_companies(office, reference, Template.DISCLOSED, event.introduction_id, 3, event.lender, event.host)


def _send_link(
    office: Office,
    delivery: Delivery[EmployeeGoRequested] | Delivery[EmployeeSignatureRequested] | Delivery[MemberInvited],
    addressee: Addressee,
    template: Template,
    purpose: Literal["go", "employee_signature", "invitation"],
    subject_id: str,
    page: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> None:
    envelope = delivery.envelope
    token = link_token(office.link_secret, purpose, envelope.id)

    def values(posting: Posting) -> Mapping[str, str]:
        return {**more, "link": f"{office.public_url}/{page}#{token}", "until": _until(office, posting)}

    posting = _post(office, addressee, template, envelope.id, values)
    issued = PersonalLinkIssued(
        purpose=purpose, subject_id=subject_id, digest=digest(token), expires_at=posting.issued_at + office.link_life
    )
    key = Key(addressee.tenant, "personal_link", subject_id)
    delivery.transaction.emit(key, issued, sequence=envelope.sequence)


def tell_endpoint_disabled(office: Office, delivery: Delivery[WebhookEndpointDisabled]) -> None:
    """Tell a partner organisation's contact that its endpoint is told nothing more, and why."""
    event = delivery.event
    addressee = Addressee(event.partner_id, event.partner_id, "notification_mail", level=1)
    values = {"endpoint": event.endpoint_id, "reason": DISABLED_FOR[event.reason], "link": office.public_url}
    posting = _post(office, addressee, Template.ENDPOINT_DISABLED, delivery.envelope.id, lambda _: values)
    if posting.state is State.UNADDRESSED:
        logger.warning("nobody to write to", event_id=delivery.envelope.id, subject_id=event.partner_id)


def _tell_companies(
    office: Office, event_id: str, template: Template, introduction_id: str, level: int, *company_ids: str
) -> None:
    values = {"introduction": introduction_id, "link": f"{office.public_url}/"}
    failures: list[Exception] = []
    for company_id in company_ids:
        addressee = Addressee(company_id, company_id, "notification_mail", level)
        try:
            posting = _post(office, addressee, template, event_id, lambda _: values)
        except (Unprocessable, Unreachable) as failure:
            failures.append(failure)
            continue
        if posting.state is State.UNADDRESSED:
            logger.warning("nobody to write to", event_id=event_id, subject_id=company_id)
    if failures:
        raise next((each for each in failures if not isinstance(each, Unprocessable)), failures[0])


def _post(
    office: Office,
    addressee: Addressee,
    template: Template,
    event_id: str,
    values: Callable[[Posting], Mapping[str, str]],
) -> Posting:
    stored = office.postings.find(addressee.tenant, event_id) or _claim(office, addressee, template, event_id)
    posting = stored.value
    if posting.is_over:
        return posting
    told = office.vault.reveal(addressee)
    if told is not None:
        to = told["email"] if "email" in told else told["contact_email"]
        office.mailer.send(office.rendered(template, to, {**told, **values(posting)}, event_id))
    elif addressee.purpose != "notification_mail":
        raise Unprocessable(f"the vault does not know the addressee of {template}")
    done = posting.model_copy(update={"state": State.UNADDRESSED if told is None else State.SENT})
    office.postings.write(done, stored.version + 1)
    return done


def _claim(office: Office, addressee: Addressee, template: Template, event_id: str) -> Stored[Posting]:
    posting = Posting(
        event_id=event_id,
        template=template,
        tenant=addressee.tenant,
        subject_id=addressee.subject,
        state=State.CLAIMED,
        issued_at=clock.now(),
    )
    office.postings.write(posting, 1)
    return Stored(posting, 1)


def _until(office: Office, posting: Posting) -> str:
    return day((posting.issued_at + office.link_life).astimezone(clock.PARIS))
