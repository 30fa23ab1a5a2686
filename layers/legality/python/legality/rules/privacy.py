"""What may be shown, to whom and when: the masked profile, the matching engine, the disclosure."""

from typing import Final

from legality.conditions import holds, where
from legality.rule import Gate, Nature, Rule, Who, block, require
from legality.vocabulary import PROTECTED_CRITERIA

SMALLEST_CLASS: Final = 5
FEWEST_LENDERS: Final = 3
LARGEST_SHARE: Final = 60

RULES: Final = (
    Rule(
        "PMO-64",
        "L1221-8, L1221-9, L1222-3 et L1222-4 du code du travail",
        "Chaque personne est informée, avant, de la méthode d'appariement qui lui est appliquée.",
        "Remettre la notice sur la méthode avant de publier le profil.",
        Who.PLATFORM,
        (require(Gate.G1, when=holds("matching.used"), met=holds("employee.matchingNotice")),),
    ),
    Rule(
        "PMO-65",
        "L1132-1 et L5321-2 du code du travail",
        "Un profil ne contient aucun critère interdit, ni champ ni mot dans un texte libre.",
        "Retirer le champ ou masquer le terme.",
        Who.LENDER,
        (
            block(
                Gate.G1,
                when=where(lambda fields: bool(fields & PROTECTED_CRITERIA), "profile.fields")
                | where(bool, "profile.protectedTerms"),
            ),
        ),
    ),
    Rule(
        "PMO-66",
        "Article 25 du RGPD ; seuils : règle de la plateforme",
        "Un profil visible se confond avec cinq personnes au moins, de trois prêteuses au moins, dont aucune ne dépasse"
        " 60 %.",
        "Généraliser le profil d'un degré ; à défaut, le confier au bureau du conseiller.",
        Who.PLATFORM,
        (
            require(
                Gate.G1,
                when=where(lambda size: size < SMALLEST_CLASS, "profile.classSize")
                | where(lambda lenders: lenders < FEWEST_LENDERS, "profile.classLenders")
                | where(lambda share: share > LARGEST_SHARE, "profile.classLargestShare"),
            ),
        ),
        Nature.POLICY,
    ),
    Rule(
        "PMO-67",
        "Promesse de la plateforme ; article 5 du RGPD",
        "Nul n'est nommé avant l'intérêt mutuel, la signature des deux entreprises sur la fiche d'accord masquée et le"
        " feu vert du salarié.",
        "Recueillir ce qui manque : intérêt mutuel, signatures, feu vert.",
        Who.PLATFORM,
        (
            block(
                Gate.G3,
                when=~(
                    holds("introduction.mutualInterest")
                    & holds("termSheet.signedByLender")
                    & holds("termSheet.signedByHost")
                    & holds("termSheet.employeeGo")
                ),
            ),
        ),
        Nature.POLICY,
    ),
    Rule(
        "PMO-68",
        "Règle de la plateforme",
        "Une note au CSE de l'utilisatrice préparée avant que l'identité soit révélée reste masquée.",
        "Utiliser la variante masquée de la note.",
        Who.PLATFORM,
        (require(Gate.G3, when=holds("host.cseNotePrepared"), met=holds("host.cseNoteMasked")),),
        Nature.POLICY,
    ),
)
