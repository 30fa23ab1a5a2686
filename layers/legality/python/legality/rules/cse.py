"""The works councils (CSE) of both companies: consulted before, informed after."""

from datetime import date
from typing import Final

from legality.conditions import BELOW_COST_REGIME, R1, SMALL_CSE, consultation_closed, done, done_by, holds, where
from legality.dates import latest_agenda_day
from legality.rule import Clause, Gate, Nature, Rule, Who, block, info, require, warn
from legality.three_valued import Condition

CSE_HEADCOUNT: Final = 11
"""Employees from which a works council must be elected (L2311-2)."""

PARTIES: Final = (Who.LENDER, Who.HOST)


def _consultation(party: Who) -> tuple[Clause, ...]:
    concerned = R1 & holds(f"{party}.hasCse")
    return (
        warn(Gate.G4, when=concerned & ~consultation_closed(party, by="gate.date")),
        block(Gate.G5, when=concerned & ~consultation_closed(party, by="mission.start")),
    )


def _late_agenda(party: Who) -> Condition:
    def late(meeting: date | None, sent: date | None) -> bool:
        return meeting is not None and (sent is None or sent > latest_agenda_day(meeting))

    return where(late, f"{party}.cseMeetingOn", f"{party}.cseAgendaSentOn")


def _below(party: Who, headcount: int) -> Condition:
    return where(lambda count: count < headcount, f"{party}.headcount")


RULES: Final = (
    Rule(
        "PMO-21",
        "L8241-2, L2312-16, R2312-5 et R2312-6 du code du travail",
        "En R1, le CSE de la prêteuse est consulté avant le prêt ; son avis est réputé négatif après un mois (deux avec"
        " un expert, trois à deux niveaux), ou au terme de l'accord d'entreprise. Un avis négatif ne bloque pas.",
        "Remettre l'information au CSE et attendre son avis, ou la fin du délai, avant le premier jour.",
        Who.LENDER,
        _consultation(Who.LENDER),
    ),
    Rule(
        "PMO-22",
        "L8241-2, L2312-16, R2312-5 et R2312-6 du code du travail",
        "En R1, le CSE de l'utilisatrice est informé et consulté avant l'accueil, dans les mêmes délais.",
        "Remettre l'information au CSE et attendre son avis, ou la fin du délai, avant le premier jour.",
        Who.HOST,
        _consultation(Who.HOST),
    ),
    Rule(
        "PMO-23",
        "L2315-30 du code du travail",
        "L'ordre du jour est envoyé trois jours au moins avant la réunion du CSE.",
        "Envoyer l'ordre du jour à temps ou reporter la réunion.",
        Who.BOTH,
        tuple(warn(Gate.G4, when=_late_agenda(party), party=party) for party in PARTIES),
    ),
    Rule(
        "PMO-24",
        "L8241-2 du code du travail ; délai : règle de la plateforme",
        "En R1, le CSE de la prêteuse est informé de la convention signée.",
        "L'en informer à la prochaine réunion, sous deux mois au plus.",
        Who.LENDER,
        (
            require(
                Gate.G5,
                Gate.G6,
                when=R1 & holds("lender.hasCse"),
                met=done("lender.cseInformedOfConventionOn"),
            ),
        ),
    ),
    Rule(
        "PMO-25",
        "L8241-2 du code du travail",
        "Le poste figure sur la liste des postes à risques (L4154-2) : le CSE de la prêteuse en est informé.",
        "En informer le CSE avant le premier jour.",
        Who.LENDER,
        (
            require(
                Gate.G5,
                when=holds("mission.riskPost") & holds("lender.hasCse"),
                met=done_by("lender.cseInformedOfRiskPostOn", "mission.start"),
            ),
        ),
    ),
    Rule(
        "PMO-26",
        "R8241-2, I du code du travail ; BDESE dès 50 salariés (L2312-36)",
        "En R2 et R3, la BDESE mentionne le nombre de conventions et les types de postes.",
        "Compléter la BDESE de la prêteuse.",
        Who.LENDER,
        (require(Gate.G4, when=BELOW_COST_REGIME & ~_below(Who.LENDER, SMALL_CSE), met=holds("lender.bdeseLine")),),
    ),
    Rule(
        "PMO-27",
        "L2311-2 du code du travail (lecture à confirmer)",
        "Cette entreprise compte au moins 11 salariés depuis douze mois et n'a pas de CSE.",
        "Joindre le procès-verbal de carence ou une note explicative.",
        Who.BOTH,
        tuple(
            require(
                Gate.G5,
                when=~_below(party, CSE_HEADCOUNT) & ~holds(f"{party}.hasCse"),
                met=holds(f"{party}.carenceRecord"),
                party=party,
            )
            for party in PARTIES
        ),
        Nature.READING,
    ),
    Rule(
        "PMO-28",
        "L2311-2 du code du travail",
        "Cette entreprise compte moins de 11 salariés : aucun CSE n'est à consulter, sauf s'il en existe un.",
        "Consigner l'effectif au dossier.",
        Who.BOTH,
        tuple(info(Gate.G5, when=_below(party, CSE_HEADCOUNT), party=party) for party in PARTIES),
    ),
    Rule(
        "PMO-63",
        "L2312-38 du code du travail",
        "Le CSE est informé avant l'usage, ou le changement, d'un outil d'appariement.",
        "En informer le CSE avant d'utiliser l'outil.",
        Who.BOTH,
        tuple(
            require(
                Gate.G1,
                Gate.G2,
                when=holds("matching.newOrChanged") & holds(f"{party}.hasCse"),
                met=holds(f"{party}.cseInformedOfMatching"),
                party=party,
            )
            for party in PARTIES
        ),
    ),
)
