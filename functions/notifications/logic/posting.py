"""How one mail goes out, whatever it says: claimed, sent, and noted as sent, in that order.

Killed between sending and noting, the same event sends the identical mail again: the token is derived from the event,
its term from the claim, the reference is the event's id. Two who work on the same event at the same moment may both
send it, identical again. A different mail is never sent for the same reference. To a subject whose mails come back
nothing is sent until its address was corrected, and to an address whose reader called a mail unwanted nothing at all,
whoever records it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from functions.notifications.logic.returning import Channels, Complaints, block_if_unwanted
from functions.notifications.model import Addressee, Mail, Posting, State, Template
from functions.notifications.model.choosing import Held, Preferences
from passerelle import clock
from passerelle.consuming import Unprocessable
from passerelle.identifiers import mail_mark
from passerelle.observability import logger
from passerelle.store import Stored


class Postings(Protocol):
    """What the use cases need of the store."""

    def find(self, tenant: str, event_id: str) -> Stored[Posting] | None: ...
    def write(self, posting: Posting, version: int) -> None: ...


class Readers(Protocol):
    """What the use cases need of the store about what addressees chose."""

    def of(self, company_id: str) -> list[Preferences]: ...


class Digests(Protocol):
    """What the use cases need of the store about news that waits."""

    def hold(self, held: Held) -> None: ...


class Vault(Protocol):
    """What the use cases need of the vault: the granted fields, or None for a subject it does not know."""

    def reveal(self, addressee: Addressee) -> Mapping[str, str] | None: ...


class Mailer(Protocol):
    """What the use cases need of the mail."""

    def send(self, mail: Mail, tenant: str) -> None: ...


class Renderer(Protocol):
    """Turns a template and its values into a mail."""

    def __call__(self, template: Template, to: str, values: Mapping[str, str], reference: str) -> Mail: ...


@dataclass(frozen=True)
class Office:
    """What every use case here stands on."""

    postings: Postings
    channels: Channels
    complaints: Complaints
    readers: Readers
    digests: Digests
    vault: Vault
    mailer: Mailer
    rendered: Renderer
    link_secret: str
    public_url: str
    link_life: timedelta


def post(
    office: Office,
    addressee: Addressee,
    template: Template,
    reference: str,
    values: Callable[[Posting], Mapping[str, str]],
) -> Posting:
    """Write one mail to one addressee, unless it went out before.

    A notification that reaches nobody is let go with a line of ids. Raises `Unprocessable` for any other mail without
    an addressee: redriven once there is one, it goes out.
    """
    stored = office.postings.find(addressee.tenant, reference) or _claim(office, addressee, template, reference)
    posting = stored.value
    if posting.is_over:
        return posting
    told, mark = _reached(office, addressee)
    if told is not None:
        mail = office.rendered(template, _address(told), {**_greeted(told), **values(posting)}, reference)
        office.mailer.send(mail, addressee.tenant)
    elif addressee.purpose != "notification_mail":
        raise Unprocessable(f"there is nobody whom {template} could reach")
    else:
        logger.warning("nobody to write to", event_id=reference, subject_id=addressee.subject)
    state = State.UNADDRESSED if told is None else State.SENT
    done = posting.model_copy(update={"state": state, "mark": mark})
    office.postings.write(done, stored.version + 1)
    return done


def reference_of(cause: str, company_id: str, subject_id: str) -> str:
    """The reference of a mail to one of a company's addressees: the cause's own for the contact, longer for members."""
    return cause if subject_id == company_id else f"{cause}-{subject_id}"


def _claim(office: Office, addressee: Addressee, template: Template, reference: str) -> Stored[Posting]:
    posting = Posting(
        event_id=reference,
        template=template,
        tenant=addressee.tenant,
        subject_id=addressee.subject,
        state=State.CLAIMED,
        issued_at=clock.now(),
    )
    office.postings.write(posting, 1)
    return Stored(posting, 1)


def _reached(office: Office, addressee: Addressee) -> tuple[Mapping[str, str] | None, str | None]:
    """What the vault tells of an addressee, and the mark of his address; None for who is not to be written to."""
    tenant, subject = addressee.tenant, addressee.subject
    stored = office.channels.find(tenant, subject)
    told = office.vault.reveal(addressee) if stored is None or stored.value.blocked is None else None
    if told is None:
        return None, None
    mark = mail_mark(office.link_secret, f"{tenant}\n{_address(told)}")
    if block_if_unwanted(office.channels, office.complaints, tenant, subject, mark):
        return None, None
    return told, mark


def _address(told: Mapping[str, str]) -> str:
    return told["email"] if "email" in told else told["contact_email"]


def _greeted(told: Mapping[str, str]) -> Mapping[str, str]:
    """What the vault told, with the name that mails to companies greet: of a member his own."""
    return told if told["kind"] != "member" else {"contact_name": f"{told['given_name']} {told['family_name']}", **told}
