"""Money: nothing above the cost, nothing below it in R1, no line that is a profit, and what amounts entail."""

from decimal import Decimal
from typing import Final

from legality.conditions import (
    BELOW_COST,
    BELOW_COST_REGIME,
    OVER_COST,
    R1,
    R2,
    holds,
    where,
    within_months,
)
from legality.rule import Gate, Nature, Rule, Who, block, require, warn
from legality.three_valued import Condition
from legality.vocabulary import COST_LINES, MANAGEMENT_FEE, PROFIT_LINES

VIGILANCE_EUROS: Final = Decimal(5_000)
VIGILANCE_MONTHS: Final = 6
DE_MINIMIS_EUROS: Final = Decimal(300_000)
"""Ceiling of de minimis aid to a single undertaking over any three years (regulation (EU) 2023/2831)."""

RECEIVED, THIS_LOAN = "host.deMinimisReceived", "host.deMinimisThisLoan"
PAST_CEILING: Final = (
    where(lambda received: received > DE_MINIMIS_EUROS, RECEIVED)
    | where(lambda added: added > DE_MINIMIS_EUROS, THIS_LOAN)
    | where(lambda received, added: received + added > DE_MINIMIS_EUROS, RECEIVED, THIS_LOAN)
)


def _has_line(*types: str) -> Condition:
    return where(lambda lines: any(line in types for line, _ in lines), "billing.lines")


RULES: Final = (
    Rule(
        "PMO-29",
        "L8241-1 du code du travail",
        "La refacturation ne dépasse jamais le coût du mois (à un centime près par ligne).",
        "Ramener la facture au coût : salaires, charges sociales, frais professionnels.",
        Who.LENDER,
        (block(Gate.G6, when=OVER_COST),),
    ),
    Rule(
        "PMO-30",
        "L8241-1 et, a contrario, L8241-3 du code du travail",
        "En R1, la refacturation est égale au coût : ni plus, ni moins.",
        "Facturer exactement le coût ; à défaut, dérogation après avis juridique consigné.",
        Who.LENDER,
        (block(Gate.G6, when=R1 & BELOW_COST, overridable=True),),
    ),
    Rule(
        "PMO-31",
        "L8241-3, II du code du travail ; articles 39 et 238 bis du CGI",
        "En R2 et R3, tout prix de zéro au coût est permis ; la différence s'inscrit au registre de minimis (R2) ou de"
        " mécénat (R3).",
        "Inscrire la différence au registre ; un prix négatif demande un avis juridique.",
        Who.LENDER,
        (warn(Gate.G6, when=BELOW_COST_REGIME & where(lambda billed: billed < 0, "billing.total")),),
    ),
    Rule(
        "PMO-32",
        "L8241-1 du code du travail",
        "Une facture ne contient que salaires, charges sociales et frais professionnels : ni marge, ni frais de"
        " gestion, de recrutement ou de plateforme.",
        "Retirer la ligne ; des frais de gestion demandent une dérogation après avis juridique consigné.",
        Who.LENDER,
        (
            block(Gate.G6, when=_has_line(*PROFIT_LINES)),
            block(Gate.G6, when=_has_line(MANAGEMENT_FEE), overridable=True),
            warn(
                Gate.G6,
                when=where(lambda lines: any(line not in COST_LINES for line, _ in lines), "billing.lines"),
            ),
        ),
    ),
    Rule(
        "PMO-33",
        "CJUE 11 mars 2020, C-94/19 ; BOFiP du 4 novembre 2015",
        "La refacturation par un redevable de la TVA est taxable sur le tout, salaires compris.",
        "Appliquer la TVA (20 % par défaut) ou justifier l'exonération.",
        Who.LENDER,
        (
            warn(
                Gate.G6,
                when=holds("lender.vatLiable")
                & where(lambda rate: rate == 0, "billing.vatRate")
                & where(lambda billed: billed != 0, "billing.total"),
            ),
        ),
    ),
    Rule(
        "PMO-34",
        "L8222-1, R8222-1 et D8222-5 du code du travail",
        "Dès 5 000 € hors TVA, l'utilisatrice obtient de la prêteuse l'attestation de vigilance URSSAF (moins de six"
        " mois) et sa preuve d'immatriculation, à la signature puis tous les six mois.",
        "Remettre l'attestation et la preuve d'immatriculation à l'utilisatrice.",
        Who.LENDER,
        (
            require(
                Gate.G4,
                Gate.G6,
                when=where(lambda value: value >= VIGILANCE_EUROS, "contract.valueExclVat"),
                met=within_months("lender.urssafCertificateOn", VIGILANCE_MONTHS, "gate.date")
                & holds("lender.registrationProof"),
            ),
        ),
    ),
    Rule(
        "PMO-35",
        "Règlement (UE) 2023/2831",
        "Les aides de minimis de l'entreprise unique ne dépassent pas 300 000 € sur trois ans, ce prêt compris.",
        "Facturer davantage, jusqu'au coût s'il le faut.",
        Who.HOST,
        (block(Gate.G4, when=R2 & BELOW_COST & PAST_CEILING),),
    ),
    Rule(
        "PMO-48",
        "L5122-1 et L8211-1, 6° du code du travail",
        "Les heures prêtées d'un salarié en activité partielle sont travaillées : aucune allocation n'est due pour"
        " elles.",
        "Déclarer chaque mois que ces heures sont déclarées travaillées.",
        Who.LENDER,
        (
            require(
                Gate.G4,
                Gate.G6,
                when=holds("employee.onPartialActivity"),
                met=holds("lender.partialActivityDeclared"),
            ),
        ),
        Nature.READING,
    ),
)
