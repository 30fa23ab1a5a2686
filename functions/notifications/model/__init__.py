"""A mail: to whom, about what, and where its sending stands.

Pure. Every mail has one addressee and is known by the event that caused it: the same event always makes the same mail.
Subjects are neutral and hold no value of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from passerelle.french import day


class Unreachable(Exception):
    """The vault or the mail did not answer; later it may. The text is an error code, nothing else."""


class Template(StrEnum):
    """The mails there are; each has a text and an HTML file of its name."""

    OPT_IN = "opt_in"
    OPT_IN_AGAIN = "opt_in_again"
    REVIEW_ANSWERED = "review_answered"
    ACTIVATION = "activation"
    ANSWER_AWAITED = "answer_awaited"
    MUTUAL = "mutual"
    ENDED = "ended"
    GO = "go"
    TERM_SHEET = "term_sheet"
    REMINDER = "reminder"
    DISCLOSED = "disclosed"
    DISCLOSED_EMPLOYEE = "disclosed_employee"
    EMPLOYEE_SIGNATURE = "employee_signature"
    SIGNATURE_AWAITED = "signature_awaited"
    SIGNING_CODE = "signing_code"
    EMPLOYEE_SIGNING_CODE = "employee_signing_code"
    ENDPOINT_DISABLED = "endpoint_disabled"
    INVITATION = "invitation"
    DIGEST = "digest"
    MAILS_RETURNED = "mails_returned"
    SESSION_CANCELLED = "session_cancelled"


SUBJECTS: Final[Mapping[Template, str]] = MappingProxyType(
    {
        Template.OPT_IN: "Passerelle : votre accord est demandé",
        Template.OPT_IN_AGAIN: "Passerelle : votre accord tient-il toujours ?",
        Template.REVIEW_ANSWERED: "Passerelle : une réponse à votre demande",
        Template.ACTIVATION: "Passerelle : votre code d’activation",
        Template.ANSWER_AWAITED: "Passerelle : une réponse vous attend",
        Template.MUTUAL: "Passerelle : une mise en relation avance",
        Template.ENDED: "Passerelle : une mise en relation est close",
        Template.GO: "Passerelle : votre feu vert est demandé",
        Template.TERM_SHEET: "Passerelle : une proposition vous attend",
        Template.REMINDER: "Passerelle : une réponse vous attend toujours",
        Template.DISCLOSED: "Passerelle : une mise en relation avance",
        Template.DISCLOSED_EMPLOYEE: "Passerelle : votre mission avance",
        Template.EMPLOYEE_SIGNATURE: "Passerelle : un document vous attend",
        Template.SIGNATURE_AWAITED: "Passerelle : un document vous attend toujours",
        Template.SIGNING_CODE: "Passerelle : votre code à usage unique",
        Template.EMPLOYEE_SIGNING_CODE: "Passerelle : votre code à usage unique",
        Template.ENDPOINT_DISABLED: "Passerelle : vos webhooks sont arrêtés",
        Template.INVITATION: "Passerelle : une entreprise vous invite",
        Template.DIGEST: "Passerelle : votre résumé du jour",
        Template.MAILS_RETURNED: "Passerelle : une adresse est à corriger",
        Template.SESSION_CANCELLED: "Passerelle : une séance est annulée",
    }
)


DISABLED_FOR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gone": "elle a répondu 410, c’est-à-dire qu’elle n’existe plus.",
        "failing": "elle n’a accepté aucun message depuis cinq jours.",
    }
)
"""Why an endpoint is told nothing more, in words."""

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "owner": "agir pour elle en tout, membres et clés d’accès compris",
        "editor": "lire, modifier et signer pour elle",
        "reader": "lire ce qu’elle a publié et reçu",
    }
)
"""What an invited person would be able to do for the company, in words."""

Purpose = Literal[
    "opt_in_mail",
    "activation_mail",
    "notification_mail",
    "go_mail",
    "disclosure_mail",
    "signing_mail",
    "invitation_mail",
]


@dataclass(frozen=True)
class Addressee:
    """Whom to write to: a subject of the vault, for what purpose it is asked, at which level of disclosure."""

    tenant: str
    subject: str
    purpose: Purpose
    level: int


@dataclass(frozen=True)
class Mail:
    """A mail ready to go. `reference` is the event's id: two mails of one reference are the same mail, sent twice."""

    to: str
    subject: str
    text: str
    html: str
    reference: str


class State(StrEnum):
    """Where the sending of a mail stands: begun, or over because it was sent or because nobody is there to write to."""

    CLAIMED = "claimed"
    SENT = "sent"
    UNADDRESSED = "unaddressed"


class Posting(BaseModel):
    """The sending of one mail: no text, and the address as a keyed digest alone, once it was sent. `issued_at` is that
    of the first try, and stays."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    template: Template
    tenant: str
    subject_id: str
    state: State
    issued_at: datetime
    mark: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to send."""
        return self.state is not State.CLAIMED


def french_moment(moment: datetime) -> str:
    """A moment as French people write it, e.g. `1er mars 2026 à 9 h 05`, of a moment in their time zone."""
    return f"{day(moment)} à {moment.hour} h {moment.minute:02d}"
