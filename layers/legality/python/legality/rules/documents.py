"""What the convention and the contract amendment must say, when they are signed, what changes and extensions ask."""

from typing import Final

from legality.conditions import BELOW_COST_REGIME, R1, contains_all, done, done_before, done_by, holds, where
from legality.rule import Gate, Nature, Rule, Who, block, require, warn
from legality.vocabulary import AMENDMENT_MENTIONS, COST_MODES

NO_AMENDMENT: Final = ~done("amendment.signedOn")

RULES: Final = (
    Rule(
        "PMO-13",
        "L8241-2, 2° du code du travail (« du salarié concerné »)",
        "Une convention ne couvre qu'un salarié.",
        "Établir une convention par salarié.",
        Who.BOTH,
        (block(Gate.G4, when=where(lambda count: count > 1, "convention.employeeCount")),),
    ),
    Rule(
        "PMO-14",
        "L8241-2, 2° du code du travail",
        "En R1, la convention fixe la durée, l'identité et la qualification du salarié, et le mode de détermination des"
        " salaires, des charges et des frais.",
        "Compléter la convention.",
        Who.BOTH,
        (
            block(
                Gate.G4,
                when=R1 & ~contains_all("convention.contents", COST_MODES | {"DURATION", "IDENTITY", "QUALIFICATION"}),
            ),
        ),
    ),
    Rule(
        "PMO-15",
        "R8241-2, I du code du travail",
        "En R2 et R3, la convention fixe l'identité et la qualification du salarié, la durée, la finalité, les missions"
        " et, si le prêt est facturé, le mode de détermination du prix.",
        "Compléter la convention.",
        Who.BOTH,
        (
            block(
                Gate.G4,
                when=BELOW_COST_REGIME
                & (
                    ~contains_all(
                        "convention.contents", {"DURATION", "IDENTITY", "QUALIFICATION", "PURPOSE", "MISSIONS"}
                    )
                    | (
                        where(lambda billed: billed != 0, "billing.total")
                        & ~contains_all("convention.contents", COST_MODES)
                    )
                ),
            ),
        ),
    ),
    Rule(
        "PMO-16",
        "L8241-2, 3° du code du travail",
        "En R1, un avenant signé par le salarié avant le premier jour fixe le travail confié, les horaires, le lieu et"
        " les caractéristiques du poste.",
        "Compléter l'avenant et le faire signer avant le début de la mission.",
        Who.LENDER,
        (
            block(
                Gate.G5,
                when=R1
                & ~(
                    contains_all("amendment.contents", AMENDMENT_MENTIONS)
                    & done_before("amendment.signedOn", "mission.start")
                ),
            ),
        ),
    ),
    Rule(
        "PMO-17",
        "R8241-2 et R1221-40 du code du travail",
        "En R2 et R3, l'avenant est recommandé ; l'information écrite du salarié sur ce qui change est obligatoire, au"
        " plus tard le premier jour.",
        "Remettre l'information écrite, de préférence par un avenant.",
        Who.LENDER,
        (
            require(
                Gate.G5,
                when=BELOW_COST_REGIME & NO_AMENDMENT & ~done_by("employee.changesInformedOn", "mission.start"),
            ),
            warn(Gate.G5, when=BELOW_COST_REGIME & NO_AMENDMENT),
        ),
    ),
    Rule(
        "PMO-58",
        "L8241-2, 3° et R1221-40 du code du travail",
        "Le lieu, les horaires ou les tâches changent : un nouvel avenant (R1) ou une information écrite (R2, R3) est"
        " dû au plus tard à la prise d'effet.",
        "Mettre le changement par écrit avant qu'il prenne effet.",
        Who.LENDER,
        (
            require(
                Gate.G6,
                when=done("change.effectiveOn"),
                met=done_by("change.writtenOn", "change.effectiveOn"),
            ),
        ),
    ),
    Rule(
        "PMO-59",
        "L8241-2 du code du travail (lecture à confirmer)",
        "Prolonger demande un nouveau terme de convention, un avenant et l'accord du salarié, avant la fin en cours ;"
        " le CSE en est informé, et consulté si le programme ne le couvrait pas.",
        "Faire signer la prolongation avant la fin de la mission.",
        Who.BOTH,
        (
            require(
                Gate.G6,
                when=holds("extension.requested"),
                met=done_before("extension.signedOn", "mission.end"),
            ),
        ),
        Nature.READING,
    ),
)
