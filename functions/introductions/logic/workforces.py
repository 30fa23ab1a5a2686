"""The sizes of companies, which the law asks for."""

from functions.introductions.logic import Introductions
from functions.introductions.model.pair import Introduction
from functions.introductions.model.sheet import CompanySize
from passerelle.contracts.terms import Workforce
from passerelle.store import Transaction


def note_workforce(
    introductions: Introductions, transaction: Transaction, company_id: str, workforce: Workforce | None, sequence: int
) -> None:
    """What a company's size asks of the law; older news changes nothing."""
    known = introductions.workforce(company_id)
    if sequence > known.version:
        size = CompanySize(workforce=workforce)
        introductions.save_workforce(transaction, company_id, size, version=sequence, replacing=known.version)


def workforces(introductions: Introductions, one: Introduction) -> tuple[Workforce | None, Workforce | None]:
    """The sizes of the lender and of the host, as far as they are known."""
    lender, host = introductions.workforce(one.lender), introductions.workforce(one.host)
    return lender.value.workforce, host.value.workforce
