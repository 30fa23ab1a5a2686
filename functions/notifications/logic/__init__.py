"""What notifications do here: write to one addressee at a time, with what the vault tells for that one mail.

What each event sends to whom; how one mail goes out is in `posting.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from functions.notifications.logic.posting import Office, post, reference_of
from functions.notifications.model import (
    DISABLED_FOR,
    ROLES,
    Addressee,
    Posting,
    Template,
    Unreachable,
    french_moment,
)
from functions.notifications.model.choosing import Held, When
from passerelle import clock
from passerelle.consuming import Delivery, Unprocessable
from passerelle.contracts.agreements import AgreementReminded, EmployeeSignatureRequested, SigningCodeRequested
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
    AddresseeBlocked,
    OptInLinkIssued,
    PersonalLinkIssued,
    SigningCodeIssued,
)
from passerelle.contracts.profiles import OptInRequested
from passerelle.contracts.sessions import SessionEnded
from passerelle.contracts.webhooks import WebhookEndpointDisabled
from passerelle.french import day
from passerelle.store import Key
from passerelle.tokens import digest, link_token, typed_code

_CODE_LIFE: Final = timedelta(minutes=30)
"""How long a one-time code to sign holds."""


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
    posting = post(office, addressee, template, envelope.id, values)
    issued = OptInLinkIssued(
        profile_id=event.profile_id, digest=digest(token), expires_at=posting.issued_at + office.link_life
    )
    delivery.transaction.emit(Key(envelope.tenant, "opt_in_link", event.profile_id), issued, sequence=envelope.sequence)


def tell_review_answered(office: Office, delivery: Delivery[ReviewAnswered]) -> None:
    """Tell the employee alone that an adviser answered him: what, he reads on his page."""
    event = delivery.event
    addressee = Addressee(event.lender, event.person_id, "opt_in_mail", level=0)
    post(office, addressee, Template.REVIEW_ANSWERED, delivery.envelope.id, lambda _: {})


def send_activation_code(office: Office, delivery: Delivery[ActivationCodeRequested]) -> None:
    """Mail the company's contact the code that shows the right to act; its digest goes to companies."""
    envelope, company_id = delivery.envelope, delivery.event.company_id
    code = typed_code(office.link_secret, "activation", envelope.id)
    addressee = Addressee(company_id, company_id, "activation_mail", level=0)

    def values(posting: Posting) -> Mapping[str, str]:
        return {"code": code, "until": _until(office, posting), "link": f"{office.public_url}/"}

    posting = post(office, addressee, Template.ACTIVATION, envelope.id, values)
    issued = ActivationCodeIssued(
        company_id=company_id, digest=digest(company_id, code), expires_at=posting.issued_at + office.link_life
    )
    delivery.transaction.emit(Key(company_id, "activation_code", company_id), issued, sequence=envelope.sequence)


def tell_other_side(office: Office, delivery: Delivery[InterestExpressed]) -> None:
    """Tell the side that has not answered yet that an answer is awaited."""
    event = delivery.event
    awaited = event.host if event.side == "lender" else event.lender
    _tell_readers(office, delivery, Template.ANSWER_AWAITED, event.introduction_id, 1, awaited)


def tell_mutual(office: Office, delivery: Delivery[IntroductionBecameMutual]) -> None:
    """Tell both companies that both are interested."""
    event = delivery.event
    _tell_readers(office, delivery, Template.MUTUAL, event.introduction_id, 2, event.lender, event.host)


def tell_ended(office: Office, delivery: Delivery[IntroductionEnded]) -> None:
    """Tell both companies, in the same words and whatever the reason, that the introduction does not proceed."""
    event = delivery.event
    about = {"introduction": event.introduction_id}
    _tell_companies(office, delivery.envelope.id, Template.ENDED, about, 1, event.lender, event.host)


def tell_session_ended(office: Office, delivery: Delivery[SessionEnded]) -> None:
    """Tell the companies that held places in a session called off, none of whom reads who else did."""
    event = delivery.event
    _tell_companies(
        office, delivery.envelope.id, Template.SESSION_CANCELLED, {"session": event.session_id}, 1, *event.registered
    )


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

    posting = post(office, addressee, template, envelope.id, values)
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
    _tell_readers(office, delivery, Template.TERM_SHEET, event.introduction_id, 2, *awaited)


def remind(office: Office, delivery: Delivery[IntroductionReminded]) -> None:
    """Remind the companies that have not answered."""
    event = delivery.event
    about = {"introduction": event.introduction_id}
    _tell_companies(office, delivery.envelope.id, Template.REMINDER, about, 1, *event.waiting_for)


def remind_to_sign(office: Office, delivery: Delivery[AgreementReminded]) -> None:
    """Remind the companies that have not signed. They know each other by now, and the mail names neither."""
    event = delivery.event
    about = {"agreement": event.agreement_id}
    _tell_companies(office, delivery.envelope.id, Template.SIGNATURE_AWAITED, about, 1, *event.waiting_for)


def tell_disclosed(office: Office, delivery: Delivery[IntroductionDisclosed]) -> None:
    """Tell both companies that they may read each other, and the employee who the host is.

    The employee's mail has a reference of its own, since his posting is kept with the lender's.
    """
    event, reference = delivery.event, delivery.envelope.id
    host = office.vault.reveal(Addressee(event.host, event.host, "disclosure_mail", level=3))
    if host is not None:
        employee = Addressee(event.lender, event.person_id, "go_mail", level=3)
        values = {"host_name": host["name"]}
        post(office, employee, Template.DISCLOSED_EMPLOYEE, f"{reference}-employee", lambda _: values)
    about = {"introduction": event.introduction_id}
    _tell_companies(office, reference, Template.DISCLOSED, about, 3, event.lender, event.host)


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

    posting = post(office, addressee, template, envelope.id, values)
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
    post(office, addressee, Template.ENDPOINT_DISABLED, delivery.envelope.id, lambda _: values)


def tell_mails_return(office: Office, delivery: Delivery[AddresseeBlocked]) -> None:
    """Tell a company's contact that an address which the company recorded takes no mail, so that it is corrected.

    That a reader called a mail unwanted is his own affair, and a contact whose own mails return cannot be written to:
    both are with staff alone.
    """
    event, tenant = delivery.event, delivery.envelope.tenant
    if event.reason == "bounced" and event.subject_id != tenant:
        values = {"subject": event.subject_id, "link": f"{office.public_url}/"}
        contact = Addressee(tenant, tenant, "notification_mail", level=1)
        post(office, contact, Template.MAILS_RETURNED, delivery.envelope.id, lambda _: values)


def _tell_companies(
    office: Office, event_id: str, template: Template, about: Mapping[str, str], level: int, *company_ids: str
) -> None:
    """Write to the contacts of these companies, whatever they chose."""
    values = {**about, "link": f"{office.public_url}/"}
    tries = [(Addressee(company_id, company_id, "notification_mail", level), event_id) for company_id in company_ids]
    _post_each(office, tries, template, values)


def _tell_readers(
    office: Office,
    delivery: Delivery[Any],
    template: Template,
    introduction_id: str,
    level: int,
    *company_ids: str,
) -> None:
    """Keep this for those who want a digest, then write to whoever in these companies wants this kind of mail at once:
    a mail that fails takes it from nobody."""
    values = {"introduction": introduction_id, "link": f"{office.public_url}/"}
    event_id, at_once = delivery.envelope.id, list[tuple[Addressee, str]]()
    for company_id in company_ids:
        chosen = {each.subject_id: each.choices.of(template) for each in office.readers.of(company_id)}
        daily = tuple(subject for subject, when in chosen.items() if when is When.DAILY)
        if daily:
            held = Held(tenant=company_id, event_id=event_id, template=template, at=clock.now(), subjects=daily)
            office.digests.hold(held)
        for subject in (subject for subject, when in chosen.items() if when is When.AT_ONCE):
            addressee = Addressee(company_id, subject, "notification_mail", level)
            at_once.append((addressee, reference_of(event_id, company_id, subject)))
    _post_each(office, at_once, template, values)


def _post_each(
    office: Office, tries: Iterable[tuple[Addressee, str]], template: Template, values: Mapping[str, str]
) -> None:
    """Write to each, so that one whose mail fails keeps no other from being told."""
    failures: list[Exception] = []
    for addressee, reference in tries:
        try:
            post(office, addressee, template, reference, lambda _: values)
        except (Unprocessable, Unreachable) as failure:
            failures.append(failure)
    if failures:
        raise next((each for each in failures if not isinstance(each, Unprocessable)), failures[0])


def _until(office: Office, posting: Posting) -> str:
    return day((posting.issued_at + office.link_life).astimezone(clock.PARIS))
