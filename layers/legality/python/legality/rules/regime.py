"""Which regime a loan may take: ordinary at cost (R1), large firm to small (R2), general interest (R3)."""

from datetime import date
from typing import Final

from legality.conditions import (
    BELOW_COST,
    BELOW_COST_REGIME,
    MISSION_PAST_THREE_YEARS,
    PAST_SME,
    R1,
    R2,
    R3,
    SMALL_LENDER,
    YOUNG_HOST,
    holds,
    where,
)
from legality.dates import add_days, add_months
from legality.rule import Gate, Nature, Rule, Who, block, require, warn
from legality.vocabulary import PURPOSES

TO_R1: Final = "Passer en régime R1, facturé exactement au coût, avec l'accord des deux entreprises."


def _outside_one_to_six_months(start: date, end: date | None) -> bool:
    """Generous by a day: whether the first day counts is not settled, and this is policy."""
    return end is None or add_days(end, 1) < add_months(start, 1) or end > add_months(start, 6)


RULES: Final = (
    Rule(
        "PMO-03",
        "L8241-3, I du code du travail",
        "Le prêt à prix réduit (R2, R3) n'est pas ouvert entre sociétés d'un même groupe.",
        TO_R1,
        Who.LENDER,
        (block(Gate.G2, when=BELOW_COST_REGIME & holds("sameGroup")),),
    ),
    Rule(
        "PMO-04",
        "L8241-3, I, 2° du code du travail ; R8241-1, II",
        "Un prix inférieur au coût n'est ouvert qu'à une prêteuse dont l'entreprise ou le groupe compte au moins"
        " 5 000 salariés, ou vers un organisme de l'article 238 bis du CGI. À prix coûtant, demander R2 sans cette"
        " taille ne dispense pas des obligations de R1.",
        TO_R1,
        Who.LENDER,
        (
            block(Gate.G2, when=BELOW_COST & SMALL_LENDER & ~holds("host.isArt238bis")),
            warn(Gate.G2, when=BELOW_COST_REGIME & SMALL_LENDER & ~holds("host.isArt238bis")),
        ),
    ),
    Rule(
        "PMO-05",
        "L8241-3, I, 1° du code du travail ; R8241-1, I ; L130-1 du code de la sécurité sociale",
        "En R2, l'utilisatrice doit avoir moins de 250 salariés (seuil franchi seulement après cinq années civiles"
        " consécutives) ou moins de huit ans au début de la mission.",
        TO_R1,
        Who.HOST,
        (block(Gate.G2, when=R2 & PAST_SME & ~YOUNG_HOST),),
    ),
    Rule(
        "PMO-06",
        "L8241-3, I du code du travail",
        "En R2 et R3, la mise à disposition ne dépasse pas trois ans.",
        "Fixer une fin au plus tard trois ans après le début.",
        Who.BOTH,
        (block(Gate.G4, when=BELOW_COST_REGIME & MISSION_PAST_THREE_YEARS),),
    ),
    Rule(
        "PMO-07",
        "L8241-3, I et R8241-2, I du code du travail",
        "En R2 et R3, la convention doit dire sa finalité : qualification des salariés de l'utilisatrice, transition"
        " professionnelle, ou partenariat d'affaires ou d'intérêt commun.",
        "Écrire dans la convention l'une des trois finalités.",
        Who.BOTH,
        (
            block(
                Gate.G4,
                when=BELOW_COST_REGIME & where(lambda purpose: purpose not in PURPOSES, "convention.purpose"),
            ),
        ),
    ),
    Rule(
        "PMO-08",
        "L8241-3 du code du travail ; article 238 bis, 1, a à g du CGI",
        "En R3, il faut la preuve que l'utilisatrice est un organisme de l'article 238 bis du CGI.",
        "Joindre les statuts, le rescrit ou la décision ministérielle.",
        Who.HOST,
        (require(Gate.G4, when=R3 & ~holds("host.art238bisProof")),),
    ),
    Rule(
        "PMO-09",
        "L8241-2, 2° du code du travail",
        "En R1, la convention définit la durée : une date de fin, ou un événement certain.",
        "Fixer une date de fin ou un terme certain.",
        Who.BOTH,
        (
            block(
                Gate.G4,
                when=R1 & where(lambda end: end is None, "mission.end") & ~holds("mission.endIsCertainEvent"),
            ),
        ),
    ),
    Rule(
        "PMO-10",
        "Règle de la plateforme (aucune durée n'est fixée par la loi en R1)",
        "La plateforme prévoit des missions d'un à six mois.",
        "Confirmer la durée, avec un motif consigné.",
        Who.BOTH,
        (warn(Gate.G1, when=R1 & where(_outside_one_to_six_months, "mission.start", "mission.end")),),
        Nature.POLICY,
    ),
)
