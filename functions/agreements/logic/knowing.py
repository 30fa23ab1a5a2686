"""What is known of an agreement: sizes, marks and names, told to the law, which holds a step or lets it pass.

What holds a gate is answered with rule, article, remedy and who must act.
"""

from functions.agreements import gates
from functions.agreements.logic import Agreements
from functions.agreements.model.agreement import Agreement
from functions.agreements.model.known import Company, Known, Named
from legality.evaluation import Finding
from legality.facts import Facts
from passerelle import clock
from passerelle.contracts.agreements import Party
from passerelle.contracts.identities import IdentityRecorded
from passerelle.contracts.terms import Workforce
from passerelle.problems import Blocked
from passerelle.store import Stored, Transaction


def note_company(
    agreements: Agreements,
    transaction: Transaction,
    company_id: str,
    sequence: int,
    workforce: Workforce | None,
    marks: tuple[str, ...],
) -> None:
    """A company told its size and marks. What is older than what is known changes nothing."""
    known = agreements.company(company_id)
    if known is None or known.version < sequence:
        agreements.save_company(
            transaction,
            company_id,
            Company(workforce=workforce, marks=marks),
            version=sequence,
            replacing=known.version if known else 0,
        )


def note_identity(
    agreements: Agreements, transaction: Transaction, tenant: str, sequence: int, event: IdentityRecorded
) -> None:
    """The vault can name a company or a person. What is older than what is known changes nothing."""
    known = agreements.identity(tenant, event.subject_id)
    if known is None or known.version < sequence:
        agreements.save_identity(
            transaction,
            tenant,
            event.subject_id,
            Known(mark=event.mark),
            version=sequence,
            replacing=known.version if known else 0,
        )


def facts(agreements: Agreements, agreement: Agreement) -> Facts:
    """What is known of an agreement today, as the law's facts."""
    lender, host = agreements.company(agreement.lender), agreements.company(agreement.host)
    person = agreements.identity(agreement.lender, agreement.person_id)
    named = Named(
        lender=_is_named(agreements, agreement.lender, lender),
        host=_is_named(agreements, agreement.host, host),
        employee=person is not None,
    )
    return gates.facts_about(
        agreement, lender.value if lender else None, host.value if host else None, named, clock.today()
    )


def _is_named(agreements: Agreements, company_id: str, company: Stored[Company] | None) -> bool:
    """Whether documents can name a company: the vault holds the SIREN that the company was activated with."""
    identity = agreements.identity(company_id, company_id)
    return company is not None and identity is not None and identity.value.mark in company.value.marks


def require_open(held: tuple[Finding, ...], party: Party) -> None:
    """Raise `Blocked` when findings hold a gate, told as this party may read them."""
    if held:
        raise Blocked(
            "The law does not allow this step yet.",
            remedy="Each rule below says what lifts it and who must act.",
            rules=gates.told(held, party),
        )
