"""The facts of a loan's documents in French: money, conditions; and that the masked ones have no room for names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.documents.model import Kind
from functions.documents.model.loan import (
    COMPANY_READERS,
    EMPLOYEE_READS,
    MASKED,
    NAMED,
    AgreementPaper,
    MaskedPaper,
    cost,
    euros,
    rate,
)
from passerelle.contracts.cards import WorkingTime
from passerelle.contracts.terms import ContractType, CostBase, Regime

MONEY = st.integers(0, 10_000_000)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def cents(words: str) -> int:
    return int("".join(character for character in words if character.isdigit() or character == "-"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0,00 €"),
        (5, "0,05 €"),
        (99_999, "999,99 €"),
        (100_000, "1 000,00 €"),
        (123_456_789, "1 234 567,89 €"),
        (-1_050, "-10,50 €"),
    ],
)
def test_an_amount(amount: int, words: str):
    assert plain(euros(amount)) == words
    assert " " not in euros(amount)


@pytest.mark.parametrize(
    ("hundredths", "words"), [(0, "0,00 %"), (4_250, "42,50 %"), (2_000, "20,00 %"), (5, "0,05 %")]
)
def test_a_rate(hundredths: int, words: str):
    assert plain(rate(hundredths)) == words


@given(MONEY, MONEY, MONEY, st.integers(0, 10_000), MONEY, st.integers(0, 50_000_000), st.integers(0, 2_500))
def test_the_lines_add_up_to_the_cost_and_the_difference_to_what_is_billed(
    gross: int, bonuses: int, leave: int, contributions: int, expenses: int, billed: int, vat: int
):
    base = CostBase(
        monthly_gross=gross,
        bonuses=bonuses,
        paid_leave=leave,
        contribution_rate=contributions,
        expenses_ceiling=expenses,
        billed=billed,
        vat_rate=vat,
    )

    told = cost(base)

    assert sum(cents(line.amount) for line in told.lines) == cents(told.total) == base.monthly_cost
    assert cents(told.total) - cents(told.billed) == cents(told.difference)
    assert cents(told.billed) + cents(told.vat) == cents(told.billed_with_vat)
    assert told.free == (billed == 0)
    assert told.without_vat == (vat == 0)


def test_a_masked_paper_has_no_room_for_a_name():
    named = set(AgreementPaper.model_fields) - set(MaskedPaper.model_fields)

    assert {"lender", "host", "employee", "workplace", "supervisor"} <= named


def test_every_document_of_a_loan_has_its_readers():
    assert set(COMPANY_READERS) == {*MASKED, *NAMED} == set(Kind) - {Kind.PROPOSAL_LETTER}
    assert COMPANY_READERS[Kind.CONTRACT_AMENDMENT] == COMPANY_READERS[Kind.EMPLOYEE_AGREEMENT] == ("lender",)
    assert [kind for kind in MASKED if "host" in COMPANY_READERS[kind]] == [
        Kind.TERM_SHEET,
        Kind.HOST_CSE_SUMMONS,
        Kind.HOST_CSE_NOTE,
    ]
    assert set(EMPLOYEE_READS) == set(NAMED) - {Kind.FINANCIAL_SCHEDULE}


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("pay_changed", "la rémunération"),
        ("contract_hours_changed", "la durée contractuelle du travail"),
        ("day_night_switch", "le passage d’un horaire de jour à un horaire de nuit, ou l’inverse"),
        ("qualification_changed", "la qualification ou les fonctions"),
        ("outside_geographic_sector", "le lieu de travail, hors du secteur géographique habituel"),
    ],
)
def test_what_the_loan_changes_of_the_contract(facts_of, flag: str, words: str):
    changes = {"day_night_switch": False} | {flag: True}

    assert facts_of(Kind.TERM_SHEET, **changes).post.changed == (words,)


def test_a_day_alone_and_half_time(facts_of, a_term_sheet):
    first = a_term_sheet().start_date

    post = facts_of(Kind.TERM_SHEET, end_date=first, probation_days=1, working_time=WorkingTime.PART_TIME).post

    assert plain(post.days) == "1 jour calendaire"
    assert plain(post.probation) == "1 jour calendaire"
    assert post.working_time == "temps partiel"


def test_a_fixed_term_says_its_term(facts_of, a_term_sheet):
    end = a_term_sheet().end_date.replace(month=12, day=1)

    contract = facts_of(Kind.TERM_SHEET, contract_type=ContractType.FIXED_TERM, contract_end=end).contract

    assert plain(contract) == "contrat à durée déterminée, dont le terme est fixé au 1er décembre 2027"


@pytest.mark.parametrize("regime", list(Regime))
def test_a_regime_is_told_by_its_code_and_its_articles(facts_of, regime: Regime):
    facts = facts_of(Kind.SECONDMENT_AGREEMENT, regime=regime)

    assert facts.regime == regime.value[:2]
    assert ("L8241-3" in facts.regime_words) == (regime is not Regime.ORDINARY)


def test_an_earliest_start_that_cannot_be_told_is_not_invented(facts_of):
    assert facts_of(Kind.TERM_SHEET, earliest=None).earliest_start == ""
