"""The French words of signing: what each party declares by its signature, and what the employee reads before his.

The words are part of the evidence: any change of one is a new `WORDING`. Nobody is named here; the documents name.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict

from functions.agreements.model.agreement import Agreement
from functions.agreements.model.signatures import asked_of
from functions.agreements.model.states import State
from passerelle.contracts.agreements import Party
from passerelle.contracts.documents import DocumentKind
from passerelle.contracts.terms import TermSheet
from passerelle.french import SHIFTS, WORKING_TIME, day, typeset
from passerelle.nomenclature import Nomenclature, UnknownCode

WORDING: Final = "signature-1"

LABELS: Final[dict[DocumentKind, str]] = {
    "secondment_agreement": "Convention de mise à disposition",
    "contract_amendment": "Avenant au contrat de travail",
    "employee_agreement": "Accord du salarié à ce prêt",
    "financial_schedule": "Annexe financière",
}

STATES: Final = {
    State.DRAFTING: "En rédaction",
    State.READY_TO_SIGN: "Prêt à signer",
    State.PARTIALLY_SIGNED: "Signé en partie",
    State.SIGNED: "Signé",
    State.ACTIVE: "Mission en cours",
    State.ENDED: "Mission terminée",
    State.ASSESSED: "Bilan fait",
    State.CLOSED: "Clos",
}
NOT_PROCEEDING: Final = "Sans suite"

_SIGNER: Final[dict[Party, str]] = {
    "lender": "Au nom de l’entreprise prêteuse, que j’ai le pouvoir d’engager,",
    "host": "Au nom de l’entreprise utilisatrice, que j’ai le pouvoir d’engager,",
    "employee": "En mon nom,",
}
_FREE: Final = (
    " Mon accord est libre : je pouvais refuser, sans aucune conséquence pour moi. Mon contrat de travail n’est ni"
    " rompu ni suspendu, et je retrouve mon poste, ou un poste équivalent, à la fin du prêt."
)


class Line(BaseModel):
    """One line of the terms: its name and its value, in words."""

    model_config = ConfigDict(frozen=True)

    label: str
    value: str


def statement(agreement: Agreement, party: Party) -> str:
    """The words by which a party signs: the documents with their digests, and, of the employee, that he is free."""
    listed = " ; ".join(
        f"{LABELS[kind]} (SHA-256 {agreement.documents[kind]})"
        for kind in asked_of(party)
        if kind in agreement.documents
    )
    free = _FREE if party == "employee" else ""
    return typeset(
        f"{_SIGNER[party]} je signe la version {agreement.version} des documents suivants, que j’ai lus : {listed}."
        f"{free} Je signe par un code à usage unique reçu par mail : c’est une signature électronique simple (règlement"
        f" (UE) n° 910/2014). Texte {WORDING}."
    )


def terms_in_words(agreement: Agreement, words: Nomenclature) -> tuple[Line, ...]:
    """What the employee agrees to, line by line."""
    draft, terms = agreement.draft, agreement.draft.terms
    lines = (
        ("Métier", _label(words, "occupation", terms.occupation)),
        ("Travail confié", terms.tasks),
        ("Caractéristiques du poste", terms.post_characteristics),
        ("Dates", f"du {day(terms.start_date)} au {day(terms.end_date)}"),
        ("Lieu", _place(words, draft.workplace)),
        ("Horaires", _hours(terms)),
        ("Qui dirige votre travail", draft.supervisor or ""),
        ("Période probatoire", f"{terms.probation_days} jours" if terms.probation_days else "aucune"),
    )
    return tuple(Line(label=label, value=typeset(value)) for label, value in lines if value)


def _hours(terms: TermSheet) -> str:
    times = f"{WORKING_TIME[terms.working_time]}, {SHIFTS[terms.shift]}"
    return f"{times}, {terms.weekly_hours} heures par semaine, {terms.daily_hours} heures par jour au plus"


def _place(words: Nomenclature, code: str | None) -> str:
    if code is None:
        return ""
    try:
        return words.municipality(code).name
    except UnknownCode:
        return code


def _label(words: Nomenclature, kind: str, code: str) -> str:
    try:
        return words.label(kind, code)
    except UnknownCode:
        return code
