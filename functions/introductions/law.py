"""What the law says before the parties are named: the earliest lawful start, and the gates of the blind term sheet.

Pure. It turns the sheet and the sizes of both companies into the facts of the `legality` package and reads its
findings. What the law forbids at publication (G1) or contact (G2), or of the agreed price, forbids to sign the sheet;
identities are revealed by all three signatures alone (G3). A fact that a side can declare and has not is asked for:
unknown is never fine. Whether both belong to one group cannot be asked of masked parties: it is left to the agreement.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from functions.introductions.model.pair import Introduction
from functions.introductions.model.sheet import EarliestStart, StartReason
from legality.evaluation import Finding, blocks, evaluate
from legality.facts import Facts
from legality.registry import REGISTRY, facts_of
from legality.rule import Gate, Output
from legality.start import earliest_lawful_start
from passerelle.contracts.introductions import Side
from passerelle.contracts.terms import Headcounts, Regime, TermSheet, Workforce
from passerelle.problems import Blocked

MONEY: Final = frozenset({"PMO-29", "PMO-30", "PMO-32"})
"""Rules on invoices that already hold of the agreed price."""

DECLARABLE: Final[Mapping[Side, frozenset[str]]] = {
    "lender": frozenset({"lender.groupHeadcount"}),
    "host": frozenset({"host.isArt238bis", "host.registeredOn", "host.headcount5y"}),
}
"""Facts that a side declares when it signs, where its regime asks for them."""

_SMALLEST: Final[Mapping[Headcounts, int]] = {"0-10": 0, "11-49": 11, "50-249": 50, "250-4999": 250, "5000+": 5000}
_SME: Final[frozenset[Headcounts]] = frozenset({"0-10", "11-49", "50-249"})


def earliest_start(
    terms: TermSheet | None, lender: Workforce | None, host: Workforce | None, counted_from: date
) -> EarliestStart:
    """The first lawful day if both CSE are informed on `counted_from`, with no expert and no agreement on delays."""
    facts = {
        "regime": (terms.regime if terms else Regime.ORDINARY).value,
        "mission.sirPost": terms.sir_post if terms else False,
        "amendment.signedOn": None,
        "employee.aptitudeExamOn": None,
        **_council("lender", lender, counted_from),
        **_council("host", host, counted_from),
    }
    found = earliest_lawful_start(facts_of(facts), counted_from)
    reasons = tuple(StartReason(rule=r.rule, article=r.article, text=r.text, day=r.day) for r in found.reasons)
    return EarliestStart(day=found.day, counted_from=counted_from, reasons=reasons, missing=found.missing)


def check_signing(introduction: Introduction, side: Side, lender: Workforce | None, host: Workforce | None) -> None:
    """Raise `Blocked` when the law forbids this side to sign the sheet, or waits for what this side can declare."""
    facts = facts_about(introduction, lender, host)
    held = [finding for gate in (Gate.G1, Gate.G2) for finding in blocks(evaluate(facts, gate))]
    held += [finding for finding in blocks(evaluate(facts, Gate.G6)) if finding.rule.id in MONEY]
    held += [finding for finding in evaluate(facts, Gate.G2) if _waits_for(finding, side)]
    _raise(held)


def check_disclosure(introduction: Introduction, lender: Workforce | None, host: Workforce | None) -> None:
    """Raise `Blocked` unless gate G3 is open: mutual interest, both signatures and the employee's go."""
    _raise(blocks(evaluate(facts_about(introduction, lender, host), Gate.G3)))


def facts_about(introduction: Introduction, lender: Workforce | None, host: Workforce | None) -> Facts:
    """What is known of a masked introduction. What nobody told is left out, and so unknown."""
    declared, terms = introduction.declared, introduction.sheet.terms if introduction.sheet else None
    facts: dict[str, Any] = {
        "employee.optIn": True,
        "introduction.mutualInterest": all(introduction.interested(side) for side in DECLARABLE),
        "termSheet.signedByLender": "lender" in introduction.signatures,
        "termSheet.signedByHost": "host" in introduction.signatures,
        "termSheet.employeeGo": introduction.committed,
        **_size("lender", lender),
        **_size("host", host),
    }
    if declared.lender_group_headcount is not None:
        facts["lender.groupHeadcount"] = declared.lender_group_headcount
    if declared.host_art_238_bis is not None:
        facts["host.isArt238bis"] = declared.host_art_238_bis
    if declared.host_registered_on is not None:
        facts["host.registeredOn"] = declared.host_registered_on
    if declared.host_yearly_headcounts:
        facts["host.headcount5y"] = list(declared.host_yearly_headcounts)
    elif host is not None and host.headcount in _SME:
        facts["host.headcount5y"] = [_SMALLEST[host.headcount]]
    return facts_of(facts | (_of_terms(terms) if terms else {}))


def _of_terms(terms: TermSheet) -> dict[str, Any]:
    cost = terms.cost
    wages = cost.monthly_gross + cost.bonuses + cost.paid_leave
    lines = {
        "WAGES": cost.monthly_gross,
        "BONUS": cost.bonuses,
        "PAID_LEAVE": cost.paid_leave,
        "CHARGES": cost.monthly_cost - wages - cost.expenses_ceiling,
        "EXPENSES": cost.expenses_ceiling,
    }
    return {
        "regime": terms.regime.value,
        "employee.contractType": terms.contract_type.value,
        "mission.start": terms.start_date,
        "mission.end": terms.end_date,
        "mission.country": "FR",
        "mission.replacesStrikers": terms.replaces_strikers,
        "billing.total": _euros(cost.billed),
        "cost.total": _euros(cost.monthly_cost),
        "billing.lines": [{"type": kind, "amount": _euros(cents)} for kind, cents in lines.items() if cents],
    }


def _size(side: Side, workforce: Workforce | None) -> dict[str, Any]:
    if workforce is None:
        return {}
    return {f"{side}.headcount": _SMALLEST[workforce.headcount], f"{side}.hasCse": workforce.has_cse}


def _council(side: Side, workforce: Workforce | None, informed_on: date) -> dict[str, Any]:
    return {
        **_size(side, workforce),
        f"{side}.cseInformedOn": informed_on,
        f"{side}.cseExpertLevels": 0,
        f"{side}.cseAgreedDays": None,
    }


def _waits_for(finding: Finding, side: Side) -> bool:
    possible = {clause.output for clause in finding.rule.clauses if finding.gate in clause.gates}
    unknown = finding.output is Output.UNKNOWN and Output.BLOCK in possible
    return unknown and bool(DECLARABLE[side].intersection(finding.missing))


def _raise(held: Iterable[Finding]) -> None:
    rules = [_line(finding) for finding in held]
    if rules:
        raise Blocked(
            "The law does not allow this term sheet to be signed as it is.",
            remedy="Do what each rule asks for, then sign again.",
            rules=rules,
        )


def _line(finding: Finding) -> dict[str, Any]:
    line = finding.as_line()
    if finding.missing:
        asked = " ; ".join(REGISTRY[name].french for name in finding.missing)
        line["remedy"] = f"{line['remedy']} À déclarer en signant : {asked}."
    return line


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100
